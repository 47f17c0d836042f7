"""What needs a person, and why: data for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import attrs

from syndicator.insight.overview import WORST
from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row, Run
from syndicator.model.release import Action, Task
from syndicator.model.rollout import GATE
from syndicator.model.state import State

PASSING = frozenset(
    {
        State.PLANNED, State.STAGING, State.STAGED, State.PUBLISHING, State.PROCESSING,
        State.WITHDRAWING,
    }
)  # fmt: skip
"""A release that is due stays in none of these for long."""

MODERATION = timedelta(days=1)
"""So long a platform may look at what it was given before somebody should ask it."""


@attrs.frozen(kw_only=True)
class Care:
    """Something that needs a person."""

    row: Row
    what: str
    do: str
    overdue: bool = False
    """Whether a person should have done it by now."""


@attrs.frozen
class Unusable:
    """Why a channel cannot be used, and what lets it be used again."""

    why: str
    do: str


def care(
    rows: Sequence[Row],
    now: datetime,
    aged: timedelta = timedelta(hours=1),
    *,
    unusable: Mapping[str, Unusable] | None = None,
) -> list[Care]:
    """Return what needs a person, most urgent first: what is overdue, then by state.

    Args:
        rows: releases.
        now: aware UTC.
        aged: so long something may be due before it is late.
        unusable: by name, channels that cannot be used.
    """
    addresses = {
        row.key[:3]: row.receipt.url
        for row in rows
        if row.key.action == Action.PUBLISH and row.state is State.LIVE and row.receipt
    }
    strange = unusable or {}
    found = [
        each for row in rows
        if (each := _stranded(row, now, strange, addresses.get(row.key[:3]))
            or _care_of(row, now, aged, strange.get(row.key.channel)))
    ]  # fmt: skip
    return sorted(found, key=_urgency)


def _urgency(each: Care) -> tuple[bool, int, datetime]:
    return not each.overdue, WORST.index(each.row.state), each.row.at


def is_due(row: Row | Bunch, now: datetime) -> bool:
    """Return whether it is time to do something for a release that is on its way."""
    return row.state in PASSING and row.at <= now


def is_stranded(row: Row | Bunch, now: datetime, unusable: Collection[str]) -> bool:
    """Return whether it is a takedown that is due on a channel that cannot be used."""
    action, channel = (row.key.action, row.key.channel) if isinstance(row, Row) else (
        row.action, row.channel)  # fmt: skip
    due = row.state in {State.PLANNED, State.WITHDRAWING} and row.at <= now
    by_hand = isinstance(row, Row) and row.task is not None
    return action == Action.WITHDRAW and channel in unusable and due and not by_hand


def _stranded(
    row: Row, now: datetime, unusable: Mapping[str, Unusable], url: str | None
) -> Care | None:
    if not is_stranded(row, now, unusable):
        return None
    channel = unusable[row.key.channel]
    seen = f"; it is still to be seen: {url}" if url else "; what it takes off is still to be seen"
    hand = f"or take it off by hand, then: syndicate confirm {row.key} --reason …"
    what = f"its takedown is due, and {channel.why}{seen}"
    return Care(row=row, what=what, do=f"{channel.do}; {hand}", overdue=True)


def _care_of(row: Row, now: datetime, aged: timedelta, channel: Unusable | None) -> Care | None:
    key, due = row.key, row.at <= now
    said = row.error or "; ".join(reason.text for reason in row.reasons)
    retry = f"syndicate retry {key} --reason …"
    always = {
        State.UNKNOWN: (f"nobody knows whether it is out: {said}", f"syndicate reconcile {key}"),
        State.FAILED: (said, f"mend it, then: {retry}"),
        State.MISSED: _missed(row, now, retry),
    }
    when_due = {
        State.BLOCKED: (said, f"syndicate explain {key}"),
        State.HELD: (said, _lets_go(row)),
    }
    found = always.get(row.state) or (when_due.get(row.state) if due else None)
    if row.task is not None:
        where = " ".join(each for each in (row.task.url, row.task.folder) if each)
        text = f"to be done by hand{until(row.task, now)}: {row.task.text} {where}".strip()
        found = (text, f"then: syndicate confirm {key} --reason …")
    if found is None and due and is_late(row, now, aged):
        if channel is not None:
            found = (f"late: {channel.why}", channel.do)
        else:
            found = (f"late: {said or _hangs(row)}", "syndicate release")
    if found is None or _only_gone(row):
        return None
    overdue = row.task is not None and is_overdue(row.task, now)
    return Care(row=row, what=found[0], do=found[1], overdue=overdue)


def _missed(row: Row, now: datetime, retry: str) -> tuple[str, str]:
    over = rights_over(row, now)
    if over:
        return over, f"if they are extended, write it into the avails, then: {retry}"
    return "its time passed", retry


def rights_over(row: Row, now: datetime) -> str:
    """Return in words that the rights of a missed release ended; empty where they did not."""
    if row.state is not State.MISSED or row.closes_at is None or row.closes_at > now:
        return ""
    return f"its rights ended on {row.closes_at:%Y-%m-%d %H:%M} UTC, before it went out"


def until(task: Task, now: datetime) -> str:
    """Return ` until …` in words, or that the time is over; empty where nobody said until when."""
    if task.deadline is None:
        return ""
    when = f"{datetime.fromisoformat(task.deadline).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f", OVERDUE since {when}" if is_overdue(task, now) else f" until {when}"


def is_overdue(task: Task, now: datetime) -> bool:
    """Return whether a person should have done it by now."""
    return task.deadline is not None and datetime.fromisoformat(task.deadline) <= now


def came_to(run: Run, now: datetime, lease: timedelta) -> str:
    """Return what a run came to, in words: one whose end nobody noted may have died."""
    if run.outcome or run.ended_at is not None:
        return run.outcome or "done"
    if now - run.began_at <= lease:
        return "still running"
    minutes = lease.total_seconds() / 60
    return (
        f"still running, or it died: it noted no end since {run.began_at:%Y-%m-%d %H:%M} UTC, and "
        f"that is longer than a lease of {minutes:g} min; the next syndicate release goes on"
    )


def _lets_go(row: Row) -> str:
    """Return what ends a hold: a wave that waits for a figure is decided of as a whole."""
    series, wave = row.key.series, row.key.wave
    if row.reasons and row.reasons[0].code == GATE:
        return f"syndicate rollout status {series}"
    if row.reasons and row.reasons[0].text.startswith(f"wave {wave} is paused: "):
        return f"syndicate rollout resume {series} {wave} --reason …"
    return f"syndicate resume {row.key} --reason …"


def _hangs(row: Row) -> str:
    if row.state is State.PROCESSING:
        return "the channel still works on it"
    return "no run has carried it out"


def is_late(row: Row | Bunch, now: datetime, aged: timedelta = timedelta(hours=1)) -> bool:
    """Return whether a release is due and has been on its way for longer than it should."""
    if not is_due(row, now):
        return False
    most = max(aged, MODERATION) if row.state is State.PROCESSING else aged
    return now - max(row.since, row.at) > most


def _only_gone(row: Row) -> bool:
    codes = {reason.code for reason in row.reasons}
    return codes == {"not-in-calendar"}
