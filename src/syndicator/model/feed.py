"""The feed: what stands on a channel on one local day, as somebody who follows it sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from syndicator.model.config import ChannelConfig
from syndicator.model.moment import zone_of

Feed = Mapping[tuple[str, date], Mapping[tuple[str, str], int]]
"""By channel and local day: how many releases of each (series, title)."""


def zone_of_feed(channel: ChannelConfig, zones: Mapping[str, str]) -> str:
    """Return the zone whose days a feed has: its territory's, or UTC where it has several."""
    codes = list(channel.territories)
    return zone_of(codes[0], dict(zones)) if len(codes) == 1 else "UTC"


def title_of(
    series: str,
    original: str,
    titles: Iterable[tuple[str, str]],
    own: Iterable[tuple[str, str]] = (),
) -> str:
    """Return the title under which a cut stands in a feed.

    Args:
        series: its id, for want of a title.
        original: the BCP-47 language that comes first.
        titles: (language, title) of the series.
        own: (language, title) of the cut, where it has a title of its own.
    """
    for each in (dict(own), dict(titles)):
        if each:
            return each.get(original) or next(iter(each.values()))
    return series
