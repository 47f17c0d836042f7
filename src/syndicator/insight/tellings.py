"""Figures as several tellings of the same: which to take, and what none of them tells apart.

A platform may tell a figure for all days and by day, for all territories and by territory. Each of
these tells the whole, or as much of it as that platform tells that way; so of several the largest
counts, and they are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import attrs

from syndicator.model.figure import Measured

ROUNDING = 1e-9
"""Below this a difference of sums is rounding."""


class Subject(NamedTuple):
    """What a figure is about."""

    series: str
    cut: str
    channel: str
    currency: str = ""
    """ISO 4217, of revenue only."""


@attrs.frozen
class Part:
    """An amount, and how much more there is that is not told apart as was asked."""

    told: float
    untold: float


@attrs.frozen
class Span:
    """Days from `since` until just before `until`; None is no bound."""

    since: date | None = None
    until: date | None = None

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        after = self.since is None or self.since <= day
        return after and (self.until is None or day < self.until)


@attrs.frozen
class Told:
    """Everything that is told of one metric of one subject."""

    values: Mapping[tuple[str | None, date | None], float]
    """By territory and day; None is all of them."""

    def total(self) -> float:
        """Return the whole: the largest of its tellings."""
        return max(
            self.values.get((None, None), 0.0),
            sum(value for (code, day), value in self.values.items() if code and day is None),
            sum(self.days().values()),
        )

    def days(self, territories: Iterable[str] = ()) -> dict[date, float]:
        """Return the amount of each day that is told; of some territories, or of all."""
        only = frozenset(territories)
        whole: dict[date, float] = {}
        parts: dict[date, float] = {}
        for (territory, day), value in self.values.items():
            if day is None or (only and territory not in only):
                continue
            found = whole if territory is None else parts
            found[day] = found.get(day, 0.0) + value
        return {
            day: max(found[day] for found in (whole, parts) if day in found)
            for day in sorted(whole.keys() | parts.keys())
        }

    def territories(self) -> dict[str, float]:
        """Return the amount of each territory that is told apart, over all days."""
        at_once: dict[str, float] = {}
        by_day: dict[str, float] = {}
        for (territory, day), value in self.values.items():
            if territory is not None:
                found = at_once if day is None else by_day
                found[territory] = found.get(territory, 0.0) + value
        return {
            code: max(found[code] for found in (at_once, by_day) if code in found)
            for code in sorted(at_once.keys() | by_day.keys())
        }

    def part(self, span: Span | None = None, territories: Iterable[str] = ()) -> Part:
        """Return the amount within days and territories; None and nothing are all.

        What is untold is the rest of the whole after everything that is told apart that way: it
        may lie within or without.
        """
        only = tuple(territories)
        if span is None:
            every = self.territories()
            if not only:
                return Part(self.total(), 0.0)
            told = sum(value for code, value in every.items() if code in only)
            return Part(told, self._rest(sum(every.values())))
        chosen = self.days(only)
        told = sum(value for day, value in chosen.items() if day in span)
        apart = self.days()
        if only:
            apart = self.days({code for code, _ in self.values if code is not None} or {""})
        return Part(told, self._rest(sum(apart.values())))

    def _rest(self, apart: float) -> float:
        rest = self.total() - apart
        return rest if rest > ROUNDING else 0.0


def gather(figures: Iterable[Measured], metric: str) -> dict[Subject, Told]:
    """Return everything that is told of one metric, by subject."""
    found: dict[Subject, dict[tuple[str | None, date | None], float]] = {}
    for each in figures:
        figure = each.figure
        if figure.metric == metric:
            subject = Subject(each.series, each.cut, each.channel, figure.currency or "")
            found.setdefault(subject, {})[figure.territory, figure.day] = figure.value
    return {subject: Told(values) for subject, values in found.items()}


def main_currency(subjects: Iterable[Subject], platforms: Mapping[str, str]) -> str:
    """Return the currency that is told of most platforms, then of most cuts; `` of none."""
    where: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    for each in subjects:
        where.setdefault(each.currency, set()).add(platforms.get(each.channel) or each.channel)
        counts[each.currency] = counts.get(each.currency, 0) + 1
    order = sorted(where, key=lambda name: (-len(where[name]), -counts[name], name))
    return order[0] if order else ""
