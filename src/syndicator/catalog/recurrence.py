"""The dates of a recurrence rule (RFC 5545), in wall time and never without end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import islice

MOST = 3000
"""Dates of one rule; more is a slip of the pen."""

REACH = timedelta(days=30 * 366)
"""How far ahead of its start a rule is followed; what lies beyond is no plan."""

STEPS = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6}))?")


def occurrences(text: str, start: datetime) -> tuple[list[datetime], bool]:
    """Return the dates of a rule from a naive start on, and whether it goes on for ever.

    Raises:
        ValueError: it is no rule, or one that asks for more than a calendar can mean.
    """
    from dateutil.rrule import rrule, rrulestr

    parts = _parts(text)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    last = start + REACH if until is None else min(_until(until), start + REACH)
    bare = ";".join(f"{key}={value}" for key, value in parts.items())
    try:
        rule = rrulestr(bare, dtstart=start)
        dates = rule.replace(until=last) if isinstance(rule, rrule) else rule
        found = list(islice(dates, MOST if count is None else min(_whole("COUNT", count), MOST)))
    except (TypeError, AttributeError, OverflowError) as error:
        raise ValueError(str(error)) from None
    return found, count is None and until is None


def _parts(text: str) -> dict[str, str]:
    """Return the parts of a rule by name."""
    bare = text.strip().upper().removeprefix("RRULE:").rstrip(";")
    pairs = [part.partition("=") for part in bare.split(";")]
    if any(not key or not value or not value.isascii() for key, _, value in pairs):
        raise ValueError("its parts are NAME=VALUE, with ; between them")
    if re.search(r"[\s:]", bare):
        raise ValueError("one rule only, without DTSTART; the start is `from:`")
    parts = {key: value for key, _, value in pairs}
    if parts.get("FREQ") not in STEPS:
        raise ValueError(f"FREQ is one of {', '.join(STEPS)}")
    if "INTERVAL" in parts:
        _whole("INTERVAL", parts["INTERVAL"])
    return parts


def _whole(name: str, text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise ValueError(f"{name} is a whole number from 1 to 9999")
    return int(text)


def _until(text: str) -> datetime:
    """Return the last moment of a rule; a day alone belongs to it whole."""
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError("UNTIL is wall time like 20261231 or 20261231T200000, without Z")
    return datetime.strptime(match[1] + (match[2] or "235959"), "%Y%m%d%H%M%S")  # noqa: DTZ007
