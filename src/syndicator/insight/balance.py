"""How releases, views and revenue spread over platforms: now, over time, per territory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import attrs

from syndicator.insight.tellings import Span, Subject, Told, main_currency
from syndicator.model.balance import concentration, shares
from syndicator.model.event import Event
from syndicator.model.release import Action
from syndicator.model.state import State

MEASURES = ("releases", "views", "revenue")


class Live(NamedTuple):
    """One cut that is live on one channel."""

    series: str
    cut: str
    channel: str
    territories: frozenset[str]
    """Where it was last proven visible."""


@attrs.frozen(kw_only=True)
class Balance:
    """How one measure spreads over platforms."""

    measure: str
    currency: str | None = None
    """ISO 4217, of revenue; its amounts are minor units."""

    amounts: Mapping[str, float]
    """By platform."""

    untold: Mapping[str, float] = attrs.field(factory=dict)
    """By channel: what more there is, and the platform does not tell apart as was asked."""

    @property
    def total(self) -> float:
        """The sum over all platforms."""
        return sum(self.amounts.values())

    @property
    def shares(self) -> dict[str, float]:
        """0 to 1, largest first."""
        return shares(self.amounts)

    @property
    def hhi(self) -> float | None:
        """Herfindahl-Hirschman index, 1/n to 1; None where there is nothing to share."""
        return concentration(self.amounts)

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/balance.json shows it."""
        hhi = self.hhi
        return {
            "measure": self.measure,
            "currency": self.currency,
            "total": self.total,
            "hhi": hhi,
            "hhi_points": None if hhi is None else round(hhi * 10_000),
            "platforms": [
                {"platform": name, "amount": self.amounts[name], "share": part}
                for name, part in self.shares.items()
            ],
            "untold": dict(self.untold),
        }


@attrs.frozen(kw_only=True)
class Over:
    """A ceiling that is broken."""

    platform: str
    share: float


def of_releases(
    live: Iterable[Live], platforms: Mapping[str, str], territories: Collection[str] = ()
) -> Balance:
    """Count each cut on each channel once, however many territories see it."""
    amounts: dict[str, float] = {}
    for each in live:
        if not territories or not each.territories.isdisjoint(territories):
            name = platforms.get(each.channel) or each.channel
            amounts[name] = amounts.get(name, 0) + 1
    return Balance(measure="releases", amounts=amounts)


def of_figures(
    told: Mapping[Subject, Told],
    platforms: Mapping[str, str],
    measure: str,
    *,
    span: Span | None = None,
    territories: Collection[str] = (),
) -> list[Balance]:
    """Return one balance for each currency (of views: one), the one that is judged first."""
    amounts: dict[str, dict[str, float]] = {}
    untold: dict[str, dict[str, float]] = {}
    for subject, each in told.items():
        part = each.part(span, territories)
        _add(amounts, subject.currency, platforms.get(subject.channel) or subject.channel,
             part.told)  # fmt: skip
        if part.untold:
            _add(untold, subject.currency, subject.channel, part.untold)
    first = main_currency(told, platforms)
    return [
        Balance(measure=measure, currency=name or None, amounts=amounts[name],
                untold=untold.get(name, {}))
        for name in sorted(amounts, key=lambda name: (name != first, name))
    ]  # fmt: skip


def of_sums(sums: Mapping[Subject, float], platforms: Mapping[str, str], measure: str) -> Balance:
    """Return the balance of the one currency that is judged, from what each cut came to."""
    first = main_currency(sums, platforms)
    amounts: dict[str, float] = {}
    for subject, whole in sums.items():
        if subject.currency == first:
            name = platforms.get(subject.channel) or subject.channel
            amounts[name] = amounts.get(name, 0.0) + whole
    return Balance(measure=measure, currency=first or None, amounts=amounts)


def _add(where: dict[str, dict[str, float]], group: str, name: str, amount: float) -> None:
    found = where.setdefault(group, {})
    found[name] = found.get(name, 0.0) + amount


def per_territory(
    measure: str,
    live: Iterable[Live],
    told: Mapping[Subject, Told],
    platforms: Mapping[str, str],
    *,
    currency: str = "",
    span: Span | None = None,
) -> dict[str, Balance]:
    """Return a balance for each territory; what tells no territory is in none of them."""
    amounts: dict[str, dict[str, float]] = {}
    for each in live if measure == "releases" else ():
        for code in each.territories:
            _add(amounts, code, platforms.get(each.channel) or each.channel, 1)
    for subject, every in told.items():
        if subject.currency != currency:
            continue
        for code in every.territories():
            amount = every.part(span, (code,)).told
            _add(amounts, code, platforms.get(subject.channel) or subject.channel, amount)
    return {
        code: Balance(measure=measure, currency=currency or None, amounts=amounts[code])
        for code in sorted(amounts, key=lambda code: (-sum(amounts[code].values()), code))
    }


def over(balance: Balance, ceiling: float) -> list[Over]:
    """Return the platforms whose share is above a ceiling."""
    return [Over(platform=name, share=part) for name, part in balance.shares.items()
            if part > ceiling + 1e-9]  # fmt: skip


# -- over time --


def begins(day: date, step: str) -> date:
    """Return the Monday of a day's week, or the first of its month."""
    return day - timedelta(days=day.weekday()) if step == "week" else day.replace(day=1)


def spans(first: date, last: date, step: str) -> Iterator[Span]:
    """Yield whole weeks or months from the one of `first` to the one of `last`."""
    since = begins(first, step)
    while since <= last:
        until = begins(since + timedelta(days=7 if step == "week" else 32), step)
        yield Span(since, until)
        since = until


def figures_over_time(
    told: Mapping[Subject, Told],
    platforms: Mapping[str, str],
    measure: str,
    step: str,
    *,
    currency: str = "",
    territories: Collection[str] = (),
    since: date | None = None,
) -> list[tuple[date, Balance]]:
    """Return what was measured within each week or month, of figures told by day."""
    mine = {subject: each for subject, each in told.items() if subject.currency == currency}
    days = {
        day
        for each in mine.values()
        for day in each.days(territories)
        if since is None or day >= since
    }
    found: list[tuple[date, Balance]] = []
    for span in spans(min(days), max(days), step) if days else ():
        begin = span.since or date.min
        within = Span(max(begin, since or begin), span.until)
        made = of_figures(mine, platforms, measure, span=within, territories=territories)
        found += [(begin, attrs.evolve(each, untold={})) for each in made]
    return found


def releases_over_time(
    events: Iterable[Event],
    platforms: Mapping[str, str],
    step: str,
    *,
    meant: Collection[tuple[str, str, str]] | None = None,
    series: Collection[str] = (),
    since: date | None = None,
    now: datetime,
) -> list[tuple[date, Balance]]:
    """Return what was live at the end of each week or month, the last of them as of now.

    Args:
        events: the ledger's, oldest first.
        platforms: channel to platform.
        step: `week` or `month`.
        meant: (series, cut, channel) that count; None is all.
        series: only of these; empty is all.
        since: the first day that is shown.
        now: aware UTC.
    """
    live: dict[tuple[str, str, str], str] = {}
    found: list[tuple[date, Balance]] = []
    pending: list[Span] = []
    for event in (*events, None):
        at = event.at if event else now
        if event and not pending:
            pending = list(spans(at.date(), now.date(), step))
        while pending and pending[0].until and (event is None or at.date() >= pending[0].until):
            begin = pending.pop(0).since or date.min
            found.append((begin, _stock(live.values(), platforms)))
        if event and _counts(event, meant, series):
            unit = event.key[:3]
            if event.state is State.LIVE:
                live[unit] = event.key.channel
            else:
                live.pop(unit, None)
    return [each for each in found if since is None or each[0] >= begins(since, step)]


def _counts(
    event: Event, meant: Collection[tuple[str, str, str]] | None, series: Collection[str]
) -> bool:
    key = event.key
    return (
        key.action == Action.PUBLISH
        and (not series or key.series in series)
        and (meant is None or key[:3] in meant)
    )


def _stock(channels: Iterable[str], platforms: Mapping[str, str]) -> Balance:
    amounts: dict[str, float] = {}
    for channel in channels:
        name = platforms.get(channel) or channel
        amounts[name] = amounts.get(name, 0) + 1
    return Balance(measure="releases", amounts=amounts)
