"""What an extension, an update or a withdrawal means for the release it is about."""

from __future__ import annotations

import sqlite3

from syndicator.ledger.ledger import Claim, Row, Settlement
from syndicator.ledger.rows import row_of, terms_text
from syndicator.model.release import Action
from syndicator.model.state import Happened, State
from syndicator.model.territory import NOWHERE, Territories

EVENT = """
INSERT INTO event (release, at_ms, happened, state, actor, cause)
VALUES (?, ?, ?, ?, ?, ?)
"""


def follow(
    connection: sqlite3.Connection, claim: Claim, settlement: Settlement, state: State, now: int
) -> None:
    """Carry a settled release's effect over to its subject, in the same transaction."""
    if claim.subject is None:
        return
    # As it is now, not as it was when the claim was made: two extensions may end together.
    found = connection.execute("SELECT * FROM release WHERE id = ?", (claim.subject.id,))
    subject = row_of(found.fetchone())
    if subject.state is not State.LIVE:
        return
    where = settlement.territories
    if claim.row.key.action == Action.WITHDRAW and state is State.WITHDRAWN:
        _close(connection, claim, subject, where if where is not None else subject.visible, now)
    elif claim.row.key.action == Action.EXTEND and state is State.LIVE:
        shown = subject.visible | (where or claim.row.territories)
        _show(connection, claim, subject, shown, now)
    elif claim.row.key.action == Action.UPDATE and state is State.LIVE:
        connection.execute(
            "UPDATE release SET content = ?, terms = ? WHERE id = ?",
            (claim.row.content, terms_text(claim.row.terms), subject.id),
        )
        _tell(connection, claim, subject, now, happened=Happened.CHANGED, state=State.LIVE)


def _close(
    connection: sqlite3.Connection, claim: Claim, subject: Row, where: Territories, now: int
) -> None:
    left = subject.visible - where
    if left:
        _show(connection, claim, subject, left, now)
    else:
        _take_off(connection, claim, subject, now)
    for extension in _extensions(connection, subject):
        if not extension.territories & left:
            _take_off(connection, claim, extension, now)


def _extensions(connection: sqlite3.Connection, subject: Row) -> list[Row]:
    rows = connection.execute(
        "SELECT * FROM release WHERE key >= ? AND key < ? AND channel = ? "
        "AND action = 'extend' AND state = 'live'",
        (f"{subject.key.series}/{subject.key.cut}/", f"{subject.key.series}/{subject.key.cut}0",
         subject.key.channel),
    )  # fmt: skip
    return [row_of(row) for row in rows.fetchall()]


def _show(
    connection: sqlite3.Connection, claim: Claim, subject: Row, shown: Territories, now: int
) -> None:
    connection.execute("UPDATE release SET visible = ? WHERE id = ?", (str(shown), subject.id))
    _tell(connection, claim, subject, now, happened=Happened.CHANGED, state=State.LIVE)


def _take_off(connection: sqlite3.Connection, claim: Claim, row: Row, now: int) -> None:
    connection.execute(
        "UPDATE release SET state = 'withdrawn', visible = ?, since_ms = ? WHERE id = ?",
        (str(NOWHERE), now, row.id),
    )
    _tell(connection, claim, row, now, happened=Happened.SEEN_GONE, state=State.WITHDRAWN)


def _tell(
    connection: sqlite3.Connection,
    claim: Claim,
    row: Row,
    now: int,
    *,
    happened: Happened,
    state: State,
) -> None:
    cause = f"by {claim.row.key}"
    connection.execute(EVENT, (row.id, now, happened, state, claim.worker, cause))
