"""Drops that repeat: every day, every week, or by an RRULE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from syndicator.catalog.dates import LAST
from syndicator.catalog.faults import Faults
from syndicator.catalog.recurrence import occurrences
from syndicator.model.moment import parse_duration
from syndicator.model.placed import Node

STEPS = {"day": timedelta(days=1), "week": timedelta(weeks=1), "hour": timedelta(hours=1)}


def rhythm(
    cuts: Sequence[str], start: datetime, node: Node, faults: Faults
) -> Iterator[tuple[Sequence[str], datetime]]:
    """Yield (cuts, wall time): all at once, or `count` at a time in the rhythm the line asks for.

    `count` is how many come out each time. An RRULE that has a COUNT of its own and no `count`
    beside it shares the cuts out evenly over its occurrences.
    """
    data = node.value
    if "every" not in data and "rrule" not in data:
        if "count" in data:
            faults.add("missing-key", "`count` asks for a rhythm, and there is none", data["count"],
                       expected="`every: day` beside it")  # fmt: skip
        yield cuts, start
        return
    count = data["count"].value if "count" in data else None
    if "rrule" in data:
        moments = _by_rule(data["rrule"], start, faults)
        if moments is None:
            return
        times, endless = moments
        each = count or (1 if endless else -(-len(cuts) // max(1, len(times))))
    else:
        step = _step(data["every"], faults)
        if step is None:
            return
        each = count or 1
        number = -(-len(cuts) // each)
        if number * step > datetime(LAST, 1, 1) - start:  # noqa: DTZ001 - wall time
            faults.add("bad-duration", "in this rhythm the last drop is centuries away",
                       data["every"], expected="a shorter one")  # fmt: skip
            return
        times = [start + step * turn for turn in range(number)]
    groups = [cuts[first : first + each] for first in range(0, len(cuts), each)]
    if len(groups) > len(times):
        faults.add("too-few-drops", f"{len(cuts)} cuts do not fit {len(times)} drops of {each}",
                   node.place, expected=f"{len(groups)} drops, or a larger `count`")  # fmt: skip
    yield from zip(groups, times, strict=False)


def _step(node: Node, faults: Faults) -> timedelta | None:
    word = str(node.value)
    try:
        step = STEPS[word] if word in STEPS else parse_duration(word)
    except ValueError:
        step = timedelta()
    if step <= timedelta():
        faults.add("bad-duration", "this is no rhythm", node,
                   expected="day, week, or a span like 2d or 12h")  # fmt: skip
        return None
    return step


def _by_rule(node: Node, start: datetime, faults: Faults) -> tuple[list[datetime], bool] | None:
    """Return the occurrences of an RRULE, and whether it goes on for ever."""
    try:
        times, endless = occurrences(str(node.value), start)
    except ValueError as error:
        faults.add("bad-rrule", f"this is no RRULE: {error}", node,
                   expected="RFC 5545, like FREQ=WEEKLY;BYDAY=MO,TH")  # fmt: skip
        return None
    if not times:
        faults.add("bad-rrule", "this RRULE never happens", node, expected="at least one date")
        return None
    return times, endless
