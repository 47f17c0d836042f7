"""Dates and times as people write them, in whatever format of file."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from syndicator.catalog.faults import Faults
from syndicator.model.moment import parse_duration
from syndicator.model.placed import Node

WHEN = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[ T]+(?P<hour>\d{1,2})(?P<rest>:\d\d(?::\d\d)?(?:\.\d+)?)\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
FIRST, LAST = 1970, 2200
"""Years; what lies outside is a slip of the pen, or means "for ever"."""


def moment(text: str) -> date | datetime | str:
    """Return the date, or date and time, that a text spells; the text where it is none."""
    match = WHEN.fullmatch(text.strip())
    if match is None:
        return text
    try:
        if match["hour"] is None:
            return date.fromisoformat(match["day"])
        hour = f"{match['hour']:0>2}{match['rest']}{match['zone'] or ''}"
        return datetime.fromisoformat(f"{match['day']}T{hour}")
    except ValueError:
        return text


def dated(node: Node, faults: Faults) -> date | datetime | None:
    """Return the date of a node, quoted or not; None, and a fault, where it is none."""
    value = moment(node.value) if isinstance(node.value, str) else node.value
    if not isinstance(value, date):
        faults.add("bad-date", "there is no such date", node,
                   expected="like 2026-12-01, or 2026-12-01 20:00")  # fmt: skip
        return None
    return value


def in_reach(value: date, node: Node, faults: Faults) -> bool:
    """Return whether a date is one that can be meant; a fault where it is not."""
    if FIRST <= value.year <= LAST:
        return True
    faults.add("bad-date", "this date cannot be meant", node, expected=f"{FIRST} to {LAST}")
    return False


def duration(node: Node, faults: Faults) -> timedelta:
    """Return a span of time; one that cannot be read is a fault."""
    try:
        return parse_duration(str(node.value))
    except ValueError:
        faults.add("bad-duration", "this is no span of time", node,
                   expected="a number with s, m, h, d or w, like 7d, +2h or 1d12h")  # fmt: skip
        return timedelta()
