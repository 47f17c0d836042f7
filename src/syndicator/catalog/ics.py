"""Calendars from iCalendar files (RFC 5545): an event is a drop, a rule repeats it.

What comes out is told by the summary, `lantern-street: episodes 1-10` or `lantern-street: trailer`;
an event that repeats (RRULE, RDATE, EXDATE) shares its episodes out over its dates, or `5 a time`:
`lantern-street: episodes 1-60, 5 a time`. A date of it that was moved in the calendar program
(RECURRENCE-ID) keeps its episodes; what is cancelled does not come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from syndicator.catalog.faults import Faults, shorten
from syndicator.catalog.numbers import parse_numbers, spell_numbers
from syndicator.catalog.recurrence import occurrences
from syndicator.catalog.text import read_text
from syndicator.model.calendar import PER_TERRITORY
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem

SUMMARY = re.compile(
    r"\s*(?P<series>[a-z0-9][a-z0-9_-]*)\s*:\s*(?:(?:episodes?|eps?)\s*(?P<episodes>[\d\s,–-]+?)"  # noqa: RUF001
    r"|(?P<cuts>[\w, -]+?))\s*(?:,\s*(?P<count>\d+)\s+a\s+time)?\s*",
    re.IGNORECASE,
)
READ = ("DTSTART", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SUMMARY", "STATUS", "UID")
"""What is read of an event; a fault in anything else of it is not ours."""

EXPECTED = "SUMMARY:lantern-street: episodes 1-10"


@attrs.frozen(kw_only=True)
class Moment:
    """When an event begins."""

    wall: datetime
    zone: str
    info: ZoneInfo | None
    """None where the time floats: it is read in each territory."""


@attrs.frozen(kw_only=True)
class Moved:
    """One date of a repeating event that was changed by itself."""

    to: datetime | None
    """None: cancelled."""

    summary: str
    place: Place


def read_ics(path: Path, shown: str) -> tuple[list[Node], list[Problem]]:
    """Return one calendar document for each series that the events name."""
    text, problems = read_text(path, shown)
    if text is None:
        return [], problems
    faults = Faults()
    events = list(_events(text, shown, faults))
    masters = {str(event.get("UID")): event for event, _ in events if "RECURRENCE-ID" not in event}
    moved: dict[tuple[str, datetime], Moved] = {}
    found: dict[str, list[tuple[Node, str]]] = {}
    for event, place in events:
        if str(event.get("UID")) in masters and "RECURRENCE-ID" in event:
            moved |= _moved(event, masters[str(event.get("UID"))], place, faults)
    for event, place in events:
        if ("RECURRENCE-ID" in event and str(event.get("UID")) in masters) or _cancelled(event):
            continue
        for series, drop, zone in _drops(event, place, moved, faults):
            found.setdefault(series, []).append((drop, zone))
    documents = [_document(series, drops, faults) for series, drops in found.items()]
    return documents, faults.found


def _events(text: str, shown: str, faults: Faults) -> Iterator[tuple[Any, Place]]:
    from icalendar import Calendar

    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "BEGIN:VEVENT"]
    try:
        calendar = Calendar.from_ical(text)
        events = list(calendar.walk("VEVENT"))
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        faults.add("not-ics", f"this is no iCalendar file: {shorten(error)}", Place(shown, 1),
                   expected="BEGIN:VCALENDAR … END:VCALENDAR")  # fmt: skip
        return
    if not events:
        faults.add("empty-file", "the file has no events", Place(shown, 1), expected="BEGIN:VEVENT")
    for number, event in enumerate(events):
        place = Place(shown, lines[number] if number < len(lines) else 1)
        broken = [said for name, said in event.errors if name is None or name in READ]
        if broken:
            faults.add("not-ics", "a line of this event cannot be read", place, found=broken[0],
                       expected="what RFC 5545 says")  # fmt: skip
        else:
            yield event, place


def _cancelled(event: Any) -> bool:
    return str(event.get("STATUS", "")).strip().upper() == "CANCELLED"


def _moved(
    event: Any, master: Any, place: Place, faults: Faults
) -> dict[tuple[str, datetime], Moved]:
    """Return a changed date of a repeating event, by the event's UID and the date it had."""
    which, start = event["RECURRENCE-ID"], _start(master, place, Faults())
    if start is None:
        return {}
    if getattr(which, "params", {}).get("RANGE"):
        faults.add("bad-rrule", "this moves all later dates of a repeating event too", place,
                   found="RANGE=THISANDFUTURE", expected="an event of its own for the later dates"
                   )  # fmt: skip
        return {}
    to = None if _cancelled(event) else _start(event, place, faults)
    was = _in_zone(which.dt, start) if isinstance(getattr(which, "dt", None), datetime) else None
    if was is None or (to is None and not _cancelled(event)):
        return {}
    moved = Moved(
        to=_in_zone(to.wall.replace(tzinfo=to.info), start) if to else None,
        summary=str(event.get("SUMMARY", "")),
        place=place,
    )
    return {(str(event.get("UID")), was): moved}


def _drops(
    event: Any, place: Place, moved: Mapping[tuple[str, datetime], Moved], faults: Faults
) -> Iterator[tuple[str, Node, str]]:
    summary = str(event.get("SUMMARY", ""))
    match = SUMMARY.fullmatch(summary)
    if match is None:
        faults.add("bad-summary", "the event does not say what comes out", place,
                   found=summary or "nothing", expected=EXPECTED)  # fmt: skip
        return
    start = _start(event, place, faults)
    if start is None:
        return
    moments = _moments(event, start, place, faults)
    moments = list(_put(moments, str(event.get("UID")), summary, moved, faults))
    if not moments:
        return
    count = int(match["count"]) if match["count"] else None
    for at, group in _shared(match, moments, count, place, faults):
        value = {**group, "at": Node(at, place)}
        yield match["series"].lower(), Node(value, place), start.zone


def _start(event: Any, place: Place, faults: Faults) -> Moment | None:
    found = event.get("DTSTART")
    value = getattr(found, "dt", None)
    if not isinstance(value, datetime):
        said = "two of them" if isinstance(found, list) else value
        faults.add("no-time", "the event has no time of day", place, found=said or "nothing",
                   expected="one DTSTART with a time: a drop is a moment, not a day"
                   )  # fmt: skip
        return None
    info = value.tzinfo
    named = str(getattr(found, "params", {}).get("TZID", ""))
    if info is None:
        return Moment(wall=value, zone=named or PER_TERRITORY, info=None)
    key = getattr(info, "key", None) or named or "UTC"
    known = info if isinstance(info, ZoneInfo) else None
    return Moment(wall=value.replace(tzinfo=None), zone=key, info=known)


def _in_zone(moment: datetime, start: Moment) -> datetime:
    """Return a moment as wall time in the zone in which the event begins."""
    if moment.tzinfo is not None and start.info is not None:
        moment = moment.astimezone(start.info)
    return moment.replace(tzinfo=None)


def _moments(event: Any, start: Moment, place: Place, faults: Faults) -> list[datetime]:
    """Return the wall times of an event in order: its own, or those of its rules."""
    rules = _all(event.get("RRULE"))
    try:
        found = {start.wall} if not rules else set()
        for rule in rules:
            found |= set(occurrences(_local_until(rule.to_ical().decode(), start), start.wall)[0])
        found |= {_in_zone(each, start) for each in _listed(event, "RDATE")}
        without = list(_listed(event, "EXDATE"))
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        faults.add("bad-rrule", f"this is no RRULE: {shorten(error)}", place,
                   expected="RFC 5545, like FREQ=DAILY;COUNT=5")  # fmt: skip
        return []
    days = {each for each in without if not isinstance(each, datetime)}
    found -= {_in_zone(each, start) for each in without if isinstance(each, datetime)}
    left = sorted(each for each in found if each.date() not in days)
    if not left:
        faults.add("bad-rrule", "this event never happens", place, expected="at least one date")
    return left


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _local_until(rule: str, start: Moment) -> str:
    """Return a rule whose UNTIL is wall time: the standard writes it in UTC."""
    match = re.search(r"UNTIL=(\d{8}T\d{6})Z", rule)
    if match is None:
        return rule
    last = datetime.fromisoformat(f"{match[1]}+00:00")
    return rule.replace(match[0], f"UNTIL={_in_zone(last, start):%Y%m%dT%H%M%S}")


def _listed(event: Any, name: str) -> Iterator[Any]:
    for each in _all(event.get(name)):
        for item in each.dts:
            value: date | datetime = item.dt
            if name == "RDATE" and not isinstance(value, datetime):
                raise ValueError("RDATE needs dates with a time of day")
            yield value


def _put(
    moments: Sequence[datetime],
    uid: str,
    summary: str,
    moved: Mapping[tuple[str, datetime], Moved],
    faults: Faults,
) -> Iterator[datetime]:
    """Yield the dates of an event as they are after some were moved or cancelled by themselves."""
    for was in moments:
        change = moved.get((uid, was))
        if change is None:
            yield was
            continue
        if change.summary != summary and change.to is not None:
            faults.add("bad-summary", "one date of a repeating event has a summary of its own",
                       change.place, found=change.summary or "nothing",
                       expected=summary, hint="make it an event of its own")  # fmt: skip
        if change.to is not None:
            yield change.to


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
        if len(moments) > 1:
            faults.add("bad-rrule", "a cut comes out once, and this event repeats", place,
                       found=match["cuts"], expected="an event that does not repeat"
                       )  # fmt: skip
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
