"""The feeds as planning sees them: from the ledger, and what this run has planned already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syndicator.cli.desk import Desk
    from syndicator.model.plan import Plan, Sight
    from syndicator.model.seam import Policy

Day = tuple[str, date]
EARLIER = timedelta(hours=36)
"""The day that it is anywhere began no longer ago."""


class Followed(Mapping[Day, Mapping[tuple[str, str], int]]):
    """What each feed has on each local day; the ledger is read when somebody asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __getitem__(self, day: Day) -> Mapping[tuple[str, str], int]:
        return self._days[day]

    def __iter__(self) -> Iterator[Day]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)

    def note(self, made: Plan) -> None:
        """Count a series as it is planned now, not as the ledger has it."""
        if "_days" not in vars(self):
            return  # nobody asked: no channel is a feed
        from syndicator.model.feed import title_of

        series = made.title.series
        for counted in self._days.values():
            for gone in [each for each in counted if each[0] == series.id]:
                del counted[gone]
        words = [(each.language, each.title) for each in series.localizations]
        titles = {
            each.id: title_of(series.id, series.original_language, words, each.titles)
            for each in made.title.cuts
        }
        for release in made.releases:
            key = release.key
            if key.action == "publish" and not release.blocked:
                day = (key.channel, release.at.astimezone(self._zones[key.channel]).date())
                self._days[day][series.id, titles[key.cut]] += 1

    @cached_property
    def _zones(self) -> Mapping[str, ZoneInfo]:
        from syndicator.model.feed import zone_of_feed

        config = self._desk.config
        return {
            name: ZoneInfo(zone_of_feed(each, config.time_zones))
            for name, each in config.channels.items()
        }

    @cached_property
    def _days(self) -> defaultdict[Day, Counter[tuple[str, str]]]:
        found: defaultdict[Day, Counter[tuple[str, str]]] = defaultdict(Counter)
        for each in self._desk.ledger.titled(self._desk.now() - EARLIER):
            zone = self._zones.get(each.channel)
            if zone is not None:
                day = (each.channel, each.at.astimezone(zone).date())
                found[day][each.series, each.title] += 1
        return found


def with_feed(desk: Desk, sight: Sight, policies: Sequence[Policy]) -> Sight:
    """Return what planning sees, with the feeds where a rule that is on looks at them."""
    import attrs

    from syndicator.planning.judging import severity_of

    asked = any(each.needs_feed and severity_of(each, sight) != "off" for each in policies)
    return attrs.evolve(sight, feed=Followed(desk)) if asked else sight


def note(sight: Sight, made: Plan) -> None:
    """Let the feeds know a plan, for the series that come after it."""
    if isinstance(sight.feed, Followed):
        sight.feed.note(made)
