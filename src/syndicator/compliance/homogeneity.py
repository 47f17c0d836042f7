"""Too many look-alikes in one feed on one day.

Counted are releases whose titles are nearly the same when their numbers are left out, so the
episodes of one series count as alike, and so do those of its sequel. A feed is a channel that shows
what it gets to everybody at once; an app with a catalogue of its own is none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import lru_cache
from zoneinfo import ZoneInfo

from syndicator.compliance.where import options, unknown_place
from syndicator.model.capabilities import Capabilities, TerritoryControl
from syndicator.model.config import Config
from syndicator.model.feed import title_of, zone_of_feed
from syndicator.model.placed import Node
from syndicator.model.plan import Plan, Sight
from syndicator.model.problem import Problem
from syndicator.model.release import Action, Reason, Release
from syndicator.model.seam import Policy, Verdict

ID = "homogeneity"
LIMIT = 20
"""More than a follower is glad of; platforms' own daily limits are of this size."""

ALIKE = 0.9

_zone = lru_cache(maxsize=None)(ZoneInfo)
_NUMBERS = re.compile(r"[\W\d_]+")


@lru_cache(maxsize=65536)
def measure(title: str) -> str:
    """Return a title without its numbers, its marks and its case; all of it where that is all."""
    return _NUMBERS.sub(" ", title).casefold().strip() or title.casefold()


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """Return how alike two measured titles are, from 0 to 1."""
    return 1.0 if one == other else SequenceMatcher(None, one, other).ratio()


def judge(plan: Plan, sight: Sight) -> Sequence[Verdict]:
    """Return what is one too many of its like in its feed on its day."""
    told = options(sight, ID)
    limit, least = told.get("limit", LIMIT), told.get("alike", ALIKE)
    days: dict[tuple[str, date], list[tuple[Release, str]]] = defaultdict(list)
    for release, day, title in _shown(plan, sight, feeds(sight)):
        days[release.key.channel, day].append((release, title))
    found: list[Verdict] = []
    for (channel, day), mine in days.items():
        others = sight.feed.get((channel, day), {})
        foreign: Counter[str] = Counter()
        for (series, title), number in others.items():
            if series != plan.title.series.id:
                foreign[measure(title)] += number
        if len(mine) + foreign.total() > limit:
            found += _too_many(day, mine, foreign, limit, least)
    return found


def feeds(sight: Sight) -> set[str]:
    """Return the channels that are feeds."""
    told = options(sight, ID).get("channels")
    if told is not None:
        names = sight.config.channels
        return {name for name in names if any(fnmatchcase(name, each) for each in told)}
    return {
        name
        for name in sight.config.channels
        if sight.capabilities.get(name, Capabilities()).territory_control is TerritoryControl.NONE
    }


def _shown(plan: Plan, sight: Sight, feeds_: set[str]) -> Iterator[tuple[Release, date, str]]:
    series = plan.title.series
    words = [(each.language, each.title) for each in series.localizations]
    titles = {
        cut.id: measure(title_of(series.id, series.original_language, words, cut.titles))
        for cut in plan.title.cuts
    }
    zones = {
        name: _zone(zone_of_feed(sight.config.channels[name], sight.config.time_zones))
        for name in feeds_
    }
    for each in plan.releases:
        key = each.key
        if key.action == Action.PUBLISH and key.channel in zones and not each.blocked:
            yield each, each.at.astimezone(zones[key.channel]).date(), titles.get(key.cut, "")


def _too_many(
    day: date,
    mine: Sequence[tuple[Release, str]],
    foreign: Mapping[str, int],
    limit: int,
    least: float,
) -> Iterator[Verdict]:
    """Yield those of a day that come after as many of their like as are allowed."""
    own = Counter(title for _, title in mine)
    before: Counter[str] = Counter()
    totals: dict[str, tuple[int, int]] = {}
    for title in own:
        near = [other for other in own if likeness(title, other) >= least]
        far = sum(n for other, n in foreign.items() if likeness(title, other) >= least)
        totals[title] = sum(own[other] for other in near) + far, far
    for release, title in mine:
        total, far = totals[title]
        rank = far + 1 + sum(n for other, n in before.items() if likeness(title, other) >= least)
        before[title] += 1
        if rank > limit:
            elsewhere = f", {far} of them of other series" if far else ""
            text = (
                f"{total} releases on {day} on {release.key.channel} look alike{elsewhere}; "
                f"the limit is {limit}"
            )
            yield release, Reason(ID, text)


def check(told: Node, config: Config) -> list[Problem]:
    """Return what is wrong with the options."""
    listed = told.value["channels"].value if "channels" in told.value else []
    return [each for node in listed for each in unknown_place(str(node.value), node.place, config)]


POLICY = Policy(
    id=ID,
    severity="warn",
    about="Are there too many look-alikes in one feed on one day?",
    judge=judge,
    check=check,
    needs_feed=True,
    options_schema={
        "type": "object",
        "properties": {
            "limit": {
                "type": "integer",
                "minimum": 1,
                "description": "How many releases that look alike a feed may have on a local day.",
                "default": LIMIT,
                "examples": [12],
            },
            "alike": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 1,
                "description": "How alike titles are that count as the same, from 0 to 1.",
                "default": ALIKE,
                "examples": [0.8],
            },
            "channels": {
                "type": "array",
                "items": {"type": "string", "description": "A channel, or a pattern."},
                "description": "Which channels are feeds; left out, those that cannot open "
                "territories one by one.",
                "examples": [["tube-*"]],
            },
        },
        "additionalProperties": False,
    },
)
