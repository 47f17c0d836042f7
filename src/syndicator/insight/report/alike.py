"""Lanes that are alike but for time zones: what begins at midnight there begins all day here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import attrs

from syndicator.insight.report.rights import Lane

ZONES = timedelta(hours=26)
"""So far apart the same wall time is at most, from the first zone on Earth to the last."""

FIELDS = ("licensed", "barred", "out", "coming", "conflicts")


def together(lanes: Iterable[Lane]) -> list[Lane]:
    """Return lanes, of those that differ by no more than time zones do only the first.

    It stands for the territories of all. A conflict is never lost: lanes are alike only where each
    has the same windows, licences and conflicts included, in the same order.
    """
    groups: dict[object, list[Lane]] = {}
    for lane in lanes:
        found = groups.setdefault(_shape(lane), [])
        for number, each in enumerate(found):
            if _are_near(each, lane):
                found[number] = attrs.evolve(each, codes=each.codes | lane.codes, spread=True)
                break
        else:
            found.append(lane)
    return [each for found in groups.values() for each in found]


def _shape(lane: Lane) -> object:
    """Return what is the same of all lanes that are alike."""
    windows = tuple(
        tuple((each.opens is None, each.closes is None) for each in getattr(lane, field))
        for field in FIELDS
    )
    blocked = tuple(each.cuts for each in lane.blocked)
    return lane.channel, lane.model, lane.cuts, windows, blocked, len(lane.ends)


def _are_near(one: Lane, other: Lane) -> bool:
    pairs = zip(_instants(one), _instants(other), strict=True)
    return all(abs(first - second) <= ZONES for first, second in pairs)


def _instants(lane: Lane) -> Iterator[datetime]:
    for field in FIELDS:
        for window in getattr(lane, field):
            yield from (bound for bound in (window.opens, window.closes) if bound)
    yield from (each.at for each in lane.blocked)
    yield from lane.ends
