"""Calendars from iCalendar files (RFC 5545): an event is a drop, a rule repeats it.

What comes out is told by the summary, `lantern-street: episodes 1-10` or `lantern-street: trailer`;
an event that repeats (RRULE, RDATE, EXDATE) shares its episodes out over its dates, or `5 a time`:
`lantern-street: episodes 1-60, 5 a time`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from syndicator.catalog.faults import Faults
from syndicator.catalog.numbers import parse_numbers, spell_numbers
from syndicator.catalog.text import read_text
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem

SUMMARY = re.compile(
    r"\s*(?P<series>[a-z0-9][a-z0-9_-]*)\s*:\s*(?:(?:episodes?|eps?)\s*(?P<episodes>[\d\s,–-]+?)"  # noqa: RUF001
    r"|(?P<cuts>[\w, -]+?))\s*(?:,\s*(?P<count>\d+)\s+a\s+time)?\s*",
    re.IGNORECASE,
)
MOST = 3000
EXPECTED = "SUMMARY:lantern-street: episodes 1-10"


def read_ics(path: Path, shown: str) -> tuple[list[Node], list[Problem]]:
    """Return one calendar document for each series that the events name."""
    text, problems = read_text(path, shown)
    if text is None:
        return [], problems
    faults = Faults()
    events = list(_events(text, shown, faults))
    found: dict[str, list[tuple[Node, str]]] = {}
    for event, place in events:
        for series, drop, zone in _drops(event, place, faults):
            found.setdefault(series, []).append((drop, zone))
    documents = [_document(series, drops, faults) for series, drops in found.items()]
    return documents, faults.found


def _events(text: str, shown: str, faults: Faults) -> Iterator[tuple[Any, Place]]:
    from icalendar import Calendar

    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "BEGIN:VEVENT"]
    try:
        calendar = Calendar.from_ical(text)
        events = list(calendar.walk("VEVENT"))
    except (ValueError, IndexError, KeyError) as error:
        faults.add("not-ics", f"this is no iCalendar file: {error}", Place(shown, 1),
                   expected="BEGIN:VCALENDAR … END:VCALENDAR")  # fmt: skip
        return
    if not events:
        faults.add("empty-file", "the file has no events", Place(shown, 1), expected="BEGIN:VEVENT")
    for number, event in enumerate(events):
        line = lines[number] if number < len(lines) else 1
        yield event, Place(shown, line)


def _drops(event: Any, place: Place, faults: Faults) -> Iterator[tuple[str, Node, str]]:
    summary = str(event.get("SUMMARY", ""))
    match = SUMMARY.fullmatch(summary)
    if match is None:
        faults.add("bad-summary", "the event does not say what comes out", place,
                   found=summary or "nothing", expected=EXPECTED)  # fmt: skip
        return
    start = _start(event, place, faults)
    if start is None:
        return
    wall, zone = start
    moments = _moments(event, wall, place, faults)
    if not moments:
        return
    count = int(match["count"]) if match["count"] else None
    for at, group in _shared(match, moments, count, place, faults):
        value = {**group, "at": Node(at, place)}
        yield match["series"].lower(), Node(value, place), zone


def _start(event: Any, place: Place, faults: Faults) -> tuple[datetime, str] | None:
    found = event.get("DTSTART")
    value = found.dt if found is not None else None
    if not isinstance(value, datetime):
        faults.add("no-time", "the event has no time of day", place,
                   found=str(value) if value else "nothing",
                   expected="DTSTART with a time: a drop is a moment, not a day")  # fmt: skip
        return None
    if value.tzinfo is None:
        return value, "territory"
    zone = "UTC" if value.tzinfo is UTC else str(found.params.get("TZID", "")) or "UTC"
    return value.replace(tzinfo=None), zone


def _moments(event: Any, wall: datetime, place: Place, faults: Faults) -> list[datetime]:
    """Return the wall times of an event: its own, or those of its rule."""
    from dateutil.rrule import rruleset, rrulestr

    dates: Any = rruleset()
    rule = event.get("RRULE")
    try:
        if rule is None:
            dates.rdate(wall)
        for each in rule if isinstance(rule, list) else [rule] if rule is not None else []:
            text = re.sub(r"UNTIL=(\d{8}T\d{6})Z", r"UNTIL=\1", each.to_ical().decode())
            dates.rrule(rrulestr(text, dtstart=wall))
        for moment in _listed(event, "RDATE"):
            dates.rdate(moment)
        for moment in _listed(event, "EXDATE"):
            dates.exdate(moment)
        found = []
        for moment in dates:
            found.append(moment)
            if len(found) >= MOST:
                break
    except (ValueError, TypeError, AttributeError) as error:
        faults.add("bad-rrule", f"this is no RRULE: {error}", place,
                   expected="RFC 5545, like FREQ=DAILY;COUNT=5")  # fmt: skip
        return []
    if not found:
        faults.add("bad-rrule", "this event never happens", place, expected="at least one date")
    return found


def _listed(event: Any, name: str) -> Iterator[datetime]:
    value = event.get(name)
    for each in value if isinstance(value, list) else [value] if value is not None else []:
        for item in each.dts:
            yield item.dt.replace(tzinfo=None)


def _shared(
    match: re.Match[str],
    moments: list[datetime],
    count: int | None,
    place: Place,
    faults: Faults,
) -> Iterator[tuple[datetime, dict[str, Node]]]:
    """Yield (time, what comes out): episodes shared out over the dates."""
    if match["cuts"]:
        words = [word for word in re.split(r"[,\s]+", match["cuts"]) if word]
        yield moments[0], {"cuts": Node([Node(word, place) for word in words], place)}
        return
    try:
        numbers = parse_numbers(match["episodes"].strip())
    except ValueError as error:
        faults.add("bad-episodes", "these are no episodes", place, found=match["episodes"],
                   expected=str(error))  # fmt: skip
        return
    each = count or -(-len(numbers) // len(moments))
    groups = [numbers[first : first + each] for first in range(0, len(numbers), each)]
    if len(groups) > len(moments):
        faults.add("too-few-drops", f"{len(numbers)} episodes do not fit into {len(moments)} dates",
                   place, expected=f"{len(groups)} dates")  # fmt: skip
    for at, group in zip(moments, groups, strict=False):
        yield at, {"episodes": Node(spell_numbers(group), place)}


def _document(series: str, drops: list[tuple[Node, str]], faults: Faults) -> Node:
    first, zone = drops[0]
    for drop, other in drops:
        if other != zone:
            faults.add("two-zones", f"events of {series} are in {zone} and in {other}", drop.place,
                       expected="one time zone for each series and file")  # fmt: skip
            break
    value = {
        "series": Node(series, first.place),
        "time_zone": Node(zone, first.place),
        "drops": Node([drop for drop, _ in drops], first.place),
    }
    return Node(value, first.place)
