"""What is where, and what needs a person: data for the terminal and for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import attrs

from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row
from syndicator.model.release import Action
from syndicator.model.rollout import GATE
from syndicator.model.state import State
from syndicator.model.territory import Territories

MANY = 8
"""A channel that opens more territories than this one by one is shown by wave, not by territory."""

WORST = (
    State.UNKNOWN, State.FAILED, State.MISSED, State.BLOCKED, State.HELD, State.WITHDRAWING,
    State.PUBLISHING, State.PROCESSING, State.STAGING, State.PLANNED, State.STAGED,
    State.WITHDRAWN, State.LIVE,
)  # fmt: skip
"""Where one cell stands for several releases it shows the one that most needs looking at."""

PASSING = frozenset(
    {
        State.PLANNED, State.STAGING, State.STAGED, State.PUBLISHING, State.PROCESSING,
        State.WITHDRAWING,
    }
)  # fmt: skip
"""A release that is due stays in none of these for long."""

MODERATION = timedelta(days=1)
"""So long a platform may look at what it was given before somebody should ask it."""


@attrs.frozen(order=True)
class Column:
    """A channel with the territory, or the wave, that a column of the matrix stands for."""

    channel: str
    where: str


@attrs.frozen(kw_only=True)
class Cell:
    """One release, or several that share a cell."""

    state: State
    at: datetime
    rows: tuple[Row, ...]


@attrs.frozen(kw_only=True)
class Matrix:
    """Of one series: cut by channel and territory."""

    series: str
    columns: Sequence[Column]
    cuts: Sequence[str]
    cells: dict[tuple[str, Column], Cell]
    counts: Counter[State]


@attrs.frozen(kw_only=True)
class Care:
    """Something that needs a person."""

    row: Row
    what: str
    do: str


def matrix(series: str, rows: Sequence[Row]) -> Matrix:
    """Return the matrix of one series' releases."""
    shown = [row for row in rows if row.key.action in {Action.PUBLISH, Action.EXTEND}]
    leaving = {
        (row.key.cut, row.key.channel): row
        for row in rows
        if row.key.action == Action.WITHDRAW and row.state in {State.WITHDRAWING, State.UNKNOWN}
    }
    by_wave = _shown_by_wave(shown)
    groups: dict[tuple[str, Column], list[Row]] = {}
    for row in shown:
        for where in _where(row, by_wave):
            groups.setdefault((row.key.cut, Column(row.key.channel, where)), []).append(row)
    cells = {
        key: _cell(found, leaving.get((key[0], key[1].channel))) for key, found in groups.items()
    }
    order = {row.key.cut: (row.order or 0, row.key.cut) for row in shown}
    return Matrix(
        series=series,
        columns=sorted({column for _, column in cells}),
        cuts=sorted(order, key=order.__getitem__),
        cells=cells,
        counts=Counter(row.state for row in shown),
    )


def _shown_by_wave(rows: Iterable[Row]) -> set[str]:
    where: dict[str, set[str]] = {}
    for row in rows:
        where.setdefault(row.key.channel, set()).update(row.territories.codes)
    return {channel for channel, codes in where.items() if len(codes) > MANY}


def _where(row: Row, by_wave: set[str]) -> list[str]:
    return [row.key.wave] if row.key.channel in by_wave else list(row.territories)


def _cell(rows: Sequence[Row], leaving: Row | None) -> Cell:
    worst = min(rows, key=lambda row: WORST.index(row.state))
    state = leaving.state if leaving and worst.state is State.LIVE else worst.state
    return Cell(state=state, at=min(row.at for row in rows), rows=tuple(rows))


def care(rows: Iterable[Row], now: datetime, aged: timedelta = timedelta(hours=1)) -> list[Care]:
    """Return what needs a person, most urgent first."""
    found = [each for row in rows if (each := _care_of(row, now, aged))]
    return sorted(found, key=lambda each: (WORST.index(each.row.state), each.row.at))


def _care_of(row: Row, now: datetime, aged: timedelta) -> Care | None:
    key, due = row.key, row.at <= now
    said = row.error or "; ".join(reason.text for reason in row.reasons)
    retry = f"syndicate retry {key} --reason …"
    always = {
        State.UNKNOWN: (f"nobody knows whether it is out: {said}", f"syndicate reconcile {key}"),
        State.FAILED: (said, f"mend it, then: {retry}"),
        State.MISSED: ("its time passed", retry),
    }
    when_due = {
        State.BLOCKED: (said, f"syndicate explain {key}"),
        State.HELD: (said, _lets_go(row)),
    }
    found = always.get(row.state) or (when_due.get(row.state) if due else None)
    if row.task is not None:
        where = " ".join(each for each in (row.task.url, row.task.folder) if each)
        text = f"{row.task.text} {where}".strip()
        found = (f"to be done by hand: {text}", f"then: syndicate confirm {key} --reason …")
    if found is None and due and is_late(row, now, aged):
        found = (f"late: {said or _hangs(row)}", "syndicate release")
    if found is None or _only_gone(row):
        return None
    return Care(row=row, what=found[0], do=found[1])


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
    if row.state not in PASSING or row.at > now:
        return False
    most = max(aged, MODERATION) if row.state is State.PROCESSING else aged
    return now - max(row.since, row.at) > most


def _only_gone(row: Row) -> bool:
    codes = {reason.code for reason in row.reasons}
    return codes == {"not-in-calendar"}


def visible(rows: Iterable[Row]) -> dict[str, Territories]:
    """Return where each cut and channel is visible now: `cut on channel` to territories."""
    return {
        f"{row.key.cut} on {row.key.channel}": row.visible
        for row in rows
        if row.key.action == Action.PUBLISH and row.state is State.LIVE
    }
