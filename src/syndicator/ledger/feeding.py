"""What is in the feeds: the titles under which releases stand, or will, on each channel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from syndicator.ledger.database import Database


class Titled(NamedTuple):
    """A release in a feed."""

    series: str
    channel: str
    at: datetime
    """Aware UTC."""

    title: str
    """As `model.feed.title_of` gives it."""


class Feeds(Protocol):
    """What somebody who follows a channel sees."""

    def titled(self, since: datetime) -> Iterator[Titled]:
        """Yield what is to be visible at an instant or later and is not off, refused or given up.

        In no order to rely on.
        """


TITLED = """
SELECT series, channel, at_ms, content FROM release
WHERE action = 'publish' AND at_ms >= ?
  AND state NOT IN ('blocked', 'withdrawn', 'failed', 'missed')
  AND reasons NOT LIKE '%"not-in-calendar"%'
"""


def titled(database: Database, since: datetime) -> Iterator[Titled]:
    """Yield releases with their titles; each content is read once."""
    from syndicator.model.moment import from_milliseconds, milliseconds

    titles: dict[str, str] = {}
    series: dict[str, Any] = {}
    for name, channel, at, digest in database.pages(TITLED, (milliseconds(since),)):
        title = titles.get(digest)
        if title is None:
            title = titles[digest] = _title(database, digest, series)
        yield Titled(name, channel, from_milliseconds(at), title)


def _title(database: Database, digest: str, series: dict[str, Any]) -> str:
    from syndicator.model.feed import title_of

    cut = json.loads(_text(database, digest))
    base = cut["series"]
    if base not in series:
        series[base] = json.loads(_text(database, base))
    whole = series[base]
    words = [(each["language"], each["title"]) for each in whole["localizations"]]
    own = [(language, title) for language, title in cut["cut"]["titles"]]
    return title_of(whole["id"], whole["original_language"], words, own)


def _text(database: Database, digest: str) -> str:
    return str(database.one("SELECT text FROM content WHERE digest = ?", (digest,))["text"])
