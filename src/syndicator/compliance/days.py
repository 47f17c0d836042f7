"""Days on which something begins or ends, in each territory's own time; quick for many releases.

Whether a day has begun differs between territories for 26 hours only. Outside of those, every
instant between two such spans is like every other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from syndicator.model.moment import zone_of

EARLIEST, LATEST = timedelta(hours=-14), timedelta(hours=12)
"""When a day begins somewhere first and last, from its midnight in UTC."""

_zone = lru_cache(maxsize=None)(ZoneInfo)


class Days:
    """The days that matter to a rule."""

    def __init__(self, days: Iterable[date], zones: Mapping[str, str]) -> None:
        self._zones = dict(zones)
        starts = {datetime.combine(day, time(), UTC) for day in days}
        self._edges = sorted(each + edge for each in starts for edge in (EARLIEST, LATEST))
        self._spans = [(each + EARLIEST, each + LATEST) for each in starts]

    def alike(self, at: datetime) -> Hashable:
        """Return what instants share at which the same of the days have begun everywhere."""
        if any(first <= at < last for first, last in self._spans):
            return at
        return bisect_right(self._edges, at)

    def has_begun(self, day: date | None, at: datetime, territory: str) -> bool:
        """Return whether a day has begun in a territory; None has always begun."""
        if day is None:
            return True
        start = datetime.combine(day, time(), UTC)
        if at >= start + LATEST:
            return True
        if at < start + EARLIEST:
            return False
        return at.astimezone(_zone(zone_of(territory, self._zones))).date() >= day


def day_after(day: date | None) -> date | None:
    """Return the first day on which what held until a day does not hold any more."""
    return day + timedelta(days=1) if day is not None and day < date.max else None
