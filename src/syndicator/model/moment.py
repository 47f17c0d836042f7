"""Aware instants, and the one place where wall time becomes an instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from syndicator.model.zones import ZONE_BY_TERRITORY

_DURATION = re.compile(r"(?P<sign>[+-]?)(?P<number>\d+)(?P<unit>[smhdw])")
LONGEST = timedelta(days=3653)
"""Ten years; a longer span is a slip of the pen, and runs out of the calendar when repeated."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


_zone = lru_cache(maxsize=None)(ZoneInfo)
"""ZoneInfo's own cache keeps eight; a world-wide release needs two hundred."""


@lru_cache(maxsize=65536)
def instant(wall: datetime, zone: str) -> datetime:
    """Return the UTC instant of a naive wall time in an IANA zone.

    A wall time that does not exist (the hour a clock skips) is the first instant that does;
    one that exists twice is the first of the two.
    """
    local = wall.replace(tzinfo=_zone(zone), fold=0)
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) == wall:
        return moment
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: str) -> datetime:
    """Return the first instant after the gap that swallows `wall`.

    With fold=0 Python reads a skipped wall time by the offset before the gap, with fold=1 by
    the offset after it, so the gap ends where the wall clock resumes: between the two.
    """
    info = _zone(zone)
    after = wall.replace(tzinfo=info, fold=0).astimezone(UTC)
    before = wall.replace(tzinfo=info, fold=1).astimezone(UTC)
    offset = before.astimezone(info).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(info).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def zone_of(territory: str, overrides: dict[str, str] | None = None) -> str:
    """Return the IANA zone in which a territory's local dates are read."""
    return (overrides or {}).get(territory) or ZONE_BY_TERRITORY[territory]


def milliseconds(moment: datetime) -> int:
    """Return an aware instant as whole milliseconds since 1970 UTC, the ledger's form."""
    return int(moment.timestamp() * 1000)


@lru_cache(maxsize=65536)
def from_milliseconds(value: int) -> datetime:
    """Return the aware UTC instant of whole milliseconds since 1970."""
    return datetime.fromtimestamp(value / 1000, UTC)


def iso(moment: datetime) -> str:
    """Return an instant as `2026-12-01T20:00:00Z`, with milliseconds only where there are any."""
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=spec).replace("+00:00", "Z")


def parse_duration(text: str) -> timedelta:
    """Return the timedelta that `7d`, `+2h`, `-30m` or `1d12h` spells.

    Raises:
        ValueError: the text is not a sequence of numbers with units s, m, h, d or w, or spells
            more than ten years.
    """
    found = list(_DURATION.finditer(text.strip()))
    whole = "".join(part.group() for part in found) == text.strip()
    if not found or not whole or any(part["sign"] for part in found[1:]):
        raise ValueError(f"{text!r} is no duration; write it like 7d, +2h or 1d12h")
    sign = -1 if found[0]["sign"] == "-" else 1
    try:
        total = sum(
            (timedelta(**{_UNITS[part["unit"]]: int(part["number"])}) for part in found),
            timedelta(),
        )
    except OverflowError:
        total = timedelta.max
    if total > LONGEST:
        raise ValueError(f"{text[:20]!r} is more than ten years")
    return sign * total


def spell_duration(value: timedelta) -> str:
    """Return the shortest text that `parse_duration` reads back, e.g. `7d`, `1d12h`."""
    sign = "-" if value < timedelta() else ""
    seconds = abs(int(value.total_seconds()))
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return sign + ("".join(parts) or "0s")
