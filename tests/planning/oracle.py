"""May this be shown here and now? Answered from the rows as written, one instant at a time.

It shares nothing with planning: no windows, no sets of territories, no dates made into instants
by our code. Rows are tuples of words, and each question goes through all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE, MILLISECOND = timedelta(minutes=1), timedelta(milliseconds=1)
FARTHEST = timedelta(hours=15)
"""No zone is farther from UTC."""

ZONES = {
    "BR": "America/Sao_Paulo", "US": "America/New_York", "DE": "Europe/Berlin",
    "AU": "Australia/Sydney", "IN": "Asia/Kolkata", "CN": "Asia/Shanghai",
}  # fmt: skip


class Row(NamedTuple):
    """One row of rights."""

    territories: tuple[str, ...]
    """`WORLD`, `BR`, `-CN`."""

    channels: tuple[str, ...]
    """Names, or the beginning of a name and `*`."""

    models: tuple[str, ...] = ()
    start: str | None = None
    """`2026-03-08`, `2026-03-08 02:30` (both as clocks in the territory show), or with a `Z`."""

    end: str | None = None
    exclusive: bool = False
    episodes: tuple[int, ...] | None = None
    languages: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()


class Shown(NamedTuple):
    """What is shown, on which channel and terms."""

    episodes: tuple[int, ...]
    languages: tuple[str, ...]
    channel: str
    model: str


class Oracle:
    """Some rows of rights, and the zones in which their dates are read."""

    def __init__(self, rows: Sequence[Row] | None, zones: Iterable[tuple[str, str]] = ()) -> None:
        self.rows = rows
        self.zones = ZONES | dict(zones)

    def allows(self, what: Shown, code: str, moment: datetime) -> bool:
        """Return whether something may be seen in a territory at an instant."""
        return self.licenses(what, code, moment) and not self.bars(what, code, moment)

    def licenses(self, what: Shown, code: str, moment: datetime) -> bool:
        """Return whether a row gives the right to show it."""
        if self.rows is None:
            return True
        for row in self.rows:
            if not is_named(code, row.territories) or not is_meant(what.channel, row.channels):
                continue
            if row.models and what.model not in row.models:
                continue
            if row.episodes is not None:
                if not what.episodes:
                    continue
                if [each for each in what.episodes if each not in row.episodes]:
                    continue
            if [each for each in what.languages if not may_be_heard(each, row)]:
                continue
            if self._runs(row, code, moment):
                return True
        return False

    def bars(self, what: Shown, code: str, moment: datetime) -> bool:
        """Return whether a row gives it to somebody else alone."""
        for row in self.rows or ():
            if not row.exclusive or is_meant(what.channel, row.channels):
                continue
            if not is_named(code, row.territories):
                continue
            numbers = what.episodes if row.episodes is None else row.episodes
            if what.episodes and not [each for each in what.episodes if each in numbers]:
                continue
            if row.episodes is not None and not what.episodes:
                continue
            if self._runs(row, code, moment):
                return True
        return False

    def _runs(self, row: Row, code: str, moment: datetime) -> bool:
        zone = self.zones[code]
        if row.start is not None and moment < reached(row.start, zone):
            return False
        return row.end is None or moment < reached(row.end, zone)

    def bounds(self, code: str) -> list[datetime]:
        """Return the instants at which anything can change in a territory, in order."""
        texts = {text for row in self.rows or () for text in (row.start, row.end) if text}
        return sorted({reached(text, self.zones[code]) for text in texts})

    def looks(self, code: str) -> list[datetime]:
        """Return the instants to look at: each bound, just before and just after."""
        steps = (-MILLISECOND, timedelta(), MILLISECOND)
        return [bound + step for bound in self.bounds(code) for step in steps]


def is_named(code: str, words: tuple[str, ...]) -> bool:
    """Return whether a list such as `WORLD -CN` names a territory."""
    if f"-{code}" in words:
        return False
    return code in words or "WORLD" in words or not [w for w in words if not w.startswith("-")]


def is_meant(channel: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a channel is one of these, or begins as one of these."""
    for each in patterns:
        if each == channel or (each.endswith("*") and channel.startswith(each[:-1])):
            return True
    return False


def may_be_heard(language: str, row: Row) -> bool:
    """Return whether a row allows a language; `en` stands for `en-GB` too."""
    tags = (language, language.split("-", maxsplit=1)[0])
    if [tag for tag in tags if tag in row.held_back]:
        return False
    return not row.languages or bool([tag for tag in tags if tag in row.languages])


@cache
def reached(text: str, zone: str) -> datetime:
    """Return when the clocks of a zone show a date and time or more for the first time.

    Found by looking at the clock each minute.
    """
    if text.endswith("Z"):
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    wall = datetime.fromisoformat(text)
    clock = ZoneInfo(zone)
    moment = wall.replace(tzinfo=UTC) - FARTHEST
    while moment.astimezone(clock).replace(tzinfo=None) < wall:
        moment += MINUTE
    return moment
