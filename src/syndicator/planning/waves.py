"""Waves: in which order territories open, how much later, and what they wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import attrs

from syndicator.model.calendar import PER_TERRITORY, Calendar, Wave
from syndicator.model.moment import instant, zone_of
from syndicator.model.release import Reason
from syndicator.model.rollout import waits_for
from syndicator.model.territory import NOWHERE, Territories

ALONE = "all"
"""The name of the wave of a calendar that has none."""

DAY = timedelta(days=1)


@attrs.frozen
class Opening:
    """A wave as one channel sees it."""

    wave: str
    territories: Territories
    days: int
    """How many dates later than the drop, on the wall calendar."""

    elapsed: timedelta
    """How much later beside that."""

    held: Reason | None


def openings(calendar: Calendar, territories: Territories) -> tuple[list[Opening], Territories]:
    """Return a channel's waves in the order in which they open, and the territories in none.

    A territory belongs to the first wave that names it.
    """
    if not calendar.waves:
        return [Opening(ALONE, territories, 0, timedelta(), None)], NOWHERE
    by_name = {wave.name: wave for wave in calendar.waves}
    found, left = [], territories
    for wave in ordered(calendar.waves):
        mine = wave.territories & left
        left = left - mine
        if mine:
            days, elapsed = _shift(wave, by_name)
            found.append(Opening(wave.name, mine, days, elapsed, _gate(wave, by_name)))
    return found, left


def ordered(waves: Sequence[Wave]) -> list[Wave]:
    """Return waves so that each comes after the one it follows, else in the order written."""
    by_name = {wave.name: wave for wave in waves}
    position = {wave.name: number for number, wave in enumerate(waves)}
    return sorted(waves, key=lambda wave: (len(_chain(wave, by_name)), position[wave.name]))


def _chain(wave: Wave, by_name: Mapping[str, Wave]) -> list[Wave]:
    """Return a wave and those it follows, latest first; a cycle ends where it would repeat."""
    chain: list[Wave] = []
    current: Wave | None = wave
    while current is not None and current not in chain:
        chain.append(current)
        current = by_name.get(current.after) if current.after else None
    return chain


def _shift(wave: Wave, by_name: Mapping[str, Wave]) -> tuple[int, timedelta]:
    days, elapsed = 0, timedelta()
    for each in _chain(wave, by_name):
        whole, rest = divmod(each.delay, DAY)
        days, elapsed = days + whole, elapsed + rest
    return days, elapsed


def _gate(wave: Wave, by_name: Mapping[str, Wave]) -> Reason | None:
    """Return what a wave waits for: its own gate, or that of a wave it follows."""
    for each in _chain(wave, by_name):
        if each.gates:
            return Reason("gate", waits_for(each.name, each.gates, each.after or "before it"))
    return None


Group = tuple[datetime, Territories]


@lru_cache(maxsize=8192)
def instants(
    wall: datetime, time_zone: str, territories: Territories, zones: tuple[tuple[str, str], ...]
) -> tuple[Group, ...]:
    """Return when a wall time is reached, and in which of the territories, earliest first.

    The instants of territories in one zone are equal; territories whose zones reach the wall time
    together are one group.
    """
    if time_zone != PER_TERRITORY:
        return ((instant(wall, time_zone), territories),)
    overrides = dict(zones)
    groups: dict[datetime, set[str]] = {}
    for code in territories.codes:
        moment = instant(wall, zone_of(code, overrides))
        groups.setdefault(moment, set()).add(code)
    return tuple((moment, Territories(frozenset(groups[moment]))) for moment in sorted(groups))
