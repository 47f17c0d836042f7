"""What an extension, an update or a takedown means for the release it is about."""

from __future__ import annotations

import sqlite3

import attrs

from syndicator.ledger.ledger import Row
from syndicator.ledger.rows import row_of, terms_text
from syndicator.model.release import Action
from syndicator.model.state import Happened, State
from syndicator.model.territory import NOWHERE, Territories

EVENT = """
INSERT INTO event (release, at_ms, happened, state, actor, cause)
VALUES (?, ?, ?, ?, ?, ?)
"""


@attrs.frozen
class Effect:
    """What became of a release that is about another one."""

    row: Row
    state: State
    """What it came to."""

    where: Territories | None
    """Where that was seen; None: nobody could tell, so as asked."""

    now: int
    actor: str


def subject_of(connection: sqlite3.Connection, row: Row) -> Row | None:
    """Return the publish of the same cut on the same channel, the live one if there is one."""
    found = connection.execute(
        "SELECT * FROM release WHERE key > ? AND key < ? AND action = 'publish' "
        "ORDER BY state = 'live' DESC, id DESC",
        _unit(row),
    ).fetchone()
    return row_of(found) if found else None


def _unit(row: Row) -> tuple[str, str]:
    """Return between which keys everything of a cut on a channel lies."""
    unit = f"{row.key.series}/{row.key.cut}/{row.key.channel}"
    return f"{unit}/", f"{unit}0"


def follow(connection: sqlite3.Connection, effect: Effect, subject: Row | None) -> None:
    """Carry an effect over to its subject, in the same transaction."""
    if _is_order(effect.row) and effect.state is State.WITHDRAWN:
        _call_off(connection, effect)
    if subject is None:
        return
    # As it is now, not as it was when the claim was made: two extensions may end together.
    found = connection.execute("SELECT * FROM release WHERE id = ?", (subject.id,))
    subject = row_of(found.fetchone())
    if subject.state is not State.LIVE:
        return
    where, row = effect.where, effect.row
    if row.key.action == Action.WITHDRAW and effect.state is State.WITHDRAWN:
        _close(connection, effect, subject, where if where is not None else subject.visible)
    elif row.key.action == Action.EXTEND and effect.state is State.LIVE:
        more = where if where is not None else row.territories
        _show(connection, effect, subject, subject.visible | more)
    elif row.key.action == Action.UPDATE and effect.state is State.LIVE:
        connection.execute(
            "UPDATE release SET content = ?, terms = ? WHERE id = ?",
            (row.content, terms_text(row.terms), subject.id),
        )
        _tell(connection, effect, subject, Happened.CHANGED, State.LIVE)


def _is_order(row: Row) -> bool:
    return row.key.action == Action.WITHDRAW and row.key.part.startswith("ordered")


def _call_off(connection: sqlite3.Connection, effect: Effect) -> None:
    """Cancel what has not gone out and was ordered off wherever it would have been seen."""
    rows = connection.execute(
        "SELECT * FROM release WHERE key > ? AND key < ? AND action IN ('publish', 'extend') "
        "AND state IN ('planned', 'staged', 'held', 'blocked') AND worker IS NULL",
        _unit(effect.row),
    )
    for row in map(row_of, rows.fetchall()):
        if row.territories <= effect.row.territories:
            connection.execute(
                "UPDATE release SET state = 'withdrawn', next_ms = NULL, since_ms = ?, "
                "reasons = '[]', error = '' WHERE id = ?",
                (effect.now, row.id),
            )
            _tell(connection, effect, row, Happened.CANCELLED, State.WITHDRAWN)


def _close(
    connection: sqlite3.Connection, effect: Effect, subject: Row, where: Territories
) -> None:
    left = subject.visible - where
    if left:
        _show(connection, effect, subject, left)
    else:
        _take_off(connection, effect, subject)
    for extension in _extensions(connection, subject):
        if not extension.territories & left:
            _take_off(connection, effect, extension)


def _extensions(connection: sqlite3.Connection, subject: Row) -> list[Row]:
    rows = connection.execute(
        "SELECT * FROM release WHERE key > ? AND key < ? AND action = 'extend' "
        "AND (state = 'live' OR state = 'unknown')",
        _unit(subject),
    )
    return [row_of(row) for row in rows.fetchall()]


def _show(connection: sqlite3.Connection, effect: Effect, subject: Row, shown: Territories) -> None:
    connection.execute("UPDATE release SET visible = ? WHERE id = ?", (str(shown), subject.id))
    _tell(connection, effect, subject, Happened.CHANGED, State.LIVE)


def _take_off(connection: sqlite3.Connection, effect: Effect, row: Row) -> None:
    connection.execute(
        "UPDATE release SET state = 'withdrawn', visible = ?, since_ms = ? WHERE id = ?",
        (str(NOWHERE), effect.now, row.id),
    )
    _tell(connection, effect, row, Happened.SEEN_GONE, State.WITHDRAWN)


def _tell(
    connection: sqlite3.Connection, effect: Effect, row: Row, happened: Happened, state: State
) -> None:
    cause = f"by {effect.row.key}"
    connection.execute(EVENT, (row.id, effect.now, happened, state, effect.actor, cause))
