"""What hangs on one platform, and what would be lost if it went dark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import attrs

from syndicator.insight.balance import Balance, Live, of_figures
from syndicator.insight.tellings import Span, Subject, Told
from syndicator.model.territory import Territories

LAST_DAYS = 30
"""What is lost of views and revenue is what these many days brought."""


@attrs.frozen(kw_only=True)
class LostTitle:
    """What one series would lose."""

    series: str
    cuts: tuple[str, ...]
    """That are live there, in their order."""

    only_there: tuple[str, ...]
    """Of these, those that are live nowhere else."""

    territories: Territories
    """Where nothing of the series would be seen any more."""

    is_all: bool
    """Whether the series is live on no other platform."""


@attrs.frozen(kw_only=True)
class Loss:
    """What would be lost if a platform went dark."""

    platform: str
    titles: Sequence[LostTitle]
    releases: int
    territories: Territories
    """Where nothing of any series would be seen any more."""

    figures: Sequence[Balance] = ()
    """Views, then revenue by currency, of the last 30 days; amounts by platform, all of them."""

    @property
    def gone(self) -> tuple[str, ...]:
        """The series that would be nowhere any more."""
        return tuple(each.series for each in self.titles if each.is_all)

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/balance.json shows it."""
        return {
            "platform": self.platform,
            "titles": len(self.titles),
            "gone": list(self.gone),
            "releases": self.releases,
            "territories": list(self.territories),
            "last_days": LAST_DAYS,
            "figures": [
                {"measure": each.measure, "currency": each.currency,
                 "lost": each.amounts.get(self.platform, 0.0),
                 "share": each.shares.get(self.platform, 0.0), "untold": dict(each.untold)}
                for each in self.figures
            ],
        }  # fmt: skip


def only_on(live: Iterable[Live], platforms: Mapping[str, str]) -> dict[str, str]:
    """Return the series that live on one platform only, each with that platform."""
    where: dict[str, set[str]] = {}
    for each in live:
        where.setdefault(each.series, set()).add(_platform(each, platforms))
    return {series: min(names) for series, names in sorted(where.items()) if len(names) == 1}


def last_days(
    told: Mapping[Subject, Told], platforms: Mapping[str, str], measure: str, today: date
) -> list[Balance]:
    """Return what the last 30 days brought, today included."""
    span = Span(today - timedelta(days=LAST_DAYS - 1), today + timedelta(days=1))
    return of_figures(told, platforms, measure, span=span)


def loss(
    platform: str,
    live: Sequence[Live],
    platforms: Mapping[str, str],
    figures: Sequence[Balance] = (),
) -> Loss:
    """Return what would be lost if a platform went dark."""
    there = [each for each in live if _platform(each, platforms) == platform]
    other = [each for each in live if _platform(each, platforms) != platform]
    mine: dict[str, dict[str, set[str]]] = {}
    for each in there:
        mine.setdefault(each.series, {}).setdefault(each.cut, set()).update(each.territories)
    seen: dict[str, set[str]] = {}
    cuts: dict[str, set[str]] = {}
    for each in other:
        seen.setdefault(each.series, set()).update(each.territories)
        cuts.setdefault(each.series, set()).add(each.cut)
    titles = [
        LostTitle(
            series=series,
            cuts=tuple(by_cut),
            only_there=tuple(cut for cut in by_cut if cut not in cuts.get(series, ())),
            territories=_left(by_cut.values(), seen.get(series, set())),
            is_all=series not in cuts,
        )
        for series, by_cut in sorted(mine.items())
    ]
    everywhere = set().union(*seen.values())
    return Loss(
        platform=platform,
        titles=titles,
        releases=len(there),
        territories=_left((each.territories for each in there), everywhere),
        figures=[attrs.evolve(each, untold=_of(platform, each, platforms)) for each in figures],
    )


def _of(platform: str, balance: Balance, platforms: Mapping[str, str]) -> dict[str, float]:
    return {
        channel: amount
        for channel, amount in balance.untold.items()
        if (platforms.get(channel) or channel) == platform
    }


def _left(groups: Iterable[Iterable[str]], seen: set[str]) -> Territories:
    return Territories(frozenset(code for group in groups for code in group) - seen)


def _platform(each: Live, platforms: Mapping[str, str]) -> str:
    return platforms.get(each.channel) or each.channel
