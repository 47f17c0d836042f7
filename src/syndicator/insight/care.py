"""What needs a person, and why: data for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import attrs

from syndicator.insight.overview import WORST
from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row, Run
from syndicator.model.release import Action, ReleaseKey, Task
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
    stranded: Mapping[ReleaseKey, str | None] | None = None,
) -> list[Care]:
    """Return what needs a person, most urgent first: what is overdue, then by state.

    Args:
        rows: releases.
        now: aware UTC.
        aged: so long something may be due before it is late.
        unusable: by name, channels that cannot be used.
        stranded: takedowns that are due on such channels, of what is still seen, with its address.
    """
    strange, found = unusable or {}, []
    for row in rows:
        channel = strange.get(row.key.channel)
        if stranded and row.key in stranded:
            found.append(_alone(row, channel, stranded[row.key]))
        elif each := _care_of(row, now, aged, channel):
            found.append(each)
    return sorted(found, key=_urgency)


def _urgency(each: Care) -> tuple[bool, int, datetime]:
    at = due_by(each.row.task) or each.row.at
    return not each.overdue, WORST.index(each.row.state), at


def is_due(row: Row | Bunch, now: datetime) -> bool:
    """Return whether it is time to do something for a release that is on its way."""
    return row.state in PASSING and row.at <= now


def _alone(row: Row, channel: Unusable | None, url: str | None) -> Care:
    """Return a takedown that only a person can do now."""
    seen = f": {url}" if url else ""
    why = f"{channel.why}, " if channel else ""
    hand = f"take it off by hand, then: syndicate confirm {row.key} --reason …"
    what = f"it should be gone; {why}and it is still to be seen{seen}"
    return Care(
        row=row, what=what, do=f"{channel.do}, or {hand}" if channel else hand, overdue=True
    )


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
    if found is None and due and row.error and key.action == Action.WITHDRAW:
        # What should be gone is not waited for as something is that should come out.
        found = (f"it should be gone and is not yet: {row.error}", "syndicate release")
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
    at = due_by(task)
    if at is None:
        return f" until {task.deadline}" if task.deadline else ""
    when = f"{at:%Y-%m-%d %H:%M} UTC"
    return f", OVERDUE since {when}" if at <= now else f" until {when}"


def due_by(task: Task | None) -> datetime | None:
    """Return until when a person has to have done it; None where nobody said, or not so clearly."""
    try:
        at = datetime.fromisoformat(task.deadline) if task and task.deadline else None
    except ValueError:  # an adapter wrote it
        return None
    return at and (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))


def is_overdue(task: Task, now: datetime) -> bool:
    """Return whether a person should have done it by now."""
    at = due_by(task)
    return at is not None and at <= now


def came_to(run: Run, now: datetime, lease: timedelta) -> str:
    """Return what a run came to, in words: one whose end nobody noted may have died."""
    if run.outcome or run.ended_at is not None:
        return run.outcome or "done"
    if now - run.began_at <= lease:
        return "still running"
    seconds = lease.total_seconds()
    span = f"{seconds / 60:g} min" if seconds % 60 == 0 else f"{seconds:g} s"
    return (
        f"still running, or it died: it noted no end since {run.began_at:%Y-%m-%d %H:%M} UTC, and "
        f"that is longer than a lease of {span}; the next syndicate release goes on"
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
