"""What people say of releases: hold, resume, retry, cancel, declare."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs

from syndicator.ledger.database import Database
from syndicator.ledger.ledger import Row
from syndicator.ledger.rows import dump, row_of, stamp
from syndicator.ledger.shut import shut_again
from syndicator.ledger.subjects import Effect, follow, subject_of
from syndicator.model.moment import milliseconds
from syndicator.model.release import Action, Reason, Receipt
from syndicator.model.state import Happened, Impossible, State, advance

UPDATE = """
UPDATE release SET state = :state, since_ms = :now, next_ms = :next, reasons = :reasons,
  waived_hold = :waived, error = :error, task = NULL, attempt = 0,
  receipt = CASE WHEN :absent THEN NULL WHEN :told THEN :receipt
    ELSE coalesce(receipt, :receipt) END,
  visible = coalesce(:visible, visible), asked = CASE WHEN :absent THEN '[]' ELSE asked END,
  saved = CASE WHEN :absent THEN NULL ELSE saved END
WHERE id = :id AND worker IS NULL
"""

EVENT = """
INSERT INTO event (release, at_ms, happened, state, actor, cause) VALUES (?, ?, ?, ?, ?, ?)
"""

LEADS_BACK = frozenset({Happened.RETRIED, Happened.DECLARED_ABSENT, Happened.SEEN_ABSENT})
"""After these a release may be to go out anew: the wave it belongs to may be shut by then."""

OF_A_TAKEDOWN = {
    Happened.SEEN_LIVE: Happened.SEEN_ABSENT,
    Happened.DECLARED_LIVE: Happened.DECLARED_ABSENT,
    Happened.SEEN_ABSENT: Happened.SEEN_GONE,
    Happened.DECLARED_ABSENT: Happened.SEEN_GONE,
}
"""Whoever looks says what is there to be seen; what a takedown wants to see is the absence."""


@attrs.frozen(kw_only=True)
class Said:
    """What a person says, for all releases that are meant."""

    happened: Happened
    now: datetime
    actor: str
    cause: str
    reason: Reason | None = None
    """Why it is held; None: a person said so, for `cause`."""

    next_at: datetime | None = None
    receipt: Receipt | None = None


def tell(database: Database, ids: Iterable[int], said: Said) -> Sequence[int]:
    """Record what a person says; return the numbers of the events it became.

    What would go out again under a wave that is shut is held again in the same transaction.
    """
    told = []
    back: list[int] = []
    with database.transaction() as connection:
        for id_ in ids:
            row = connection.execute("SELECT * FROM release WHERE id = ?", (id_,)).fetchone()
            if row is None or row["worker"] is not None:
                continue
            number = tell_one(connection, row_of(row), said, waived=row["waived_hold"])
            told += [number] if number else []
            back += [id_] if number and said.happened in LEADS_BACK else []
        told += shut_again(connection, back, said.now)
    return told


def tell_one(
    connection: sqlite3.Connection, row: Row, said: Said, *, waived: str, keeps: str | None = None
) -> int | None:
    """Record what is said of one release; return the event's number, None where it is impossible.

    Args:
        connection: inside a transaction.
        row: the release as it is in that transaction; nobody works on it.
        said: what is said.
        waived: code of the hold that was lifted before.
        keeps: code of the hold that is lifted from now on; None: that of the hold it leaves.
    """
    happened = said.happened
    if row.key.action == Action.WITHDRAW:
        happened = OF_A_TAKEDOWN.get(happened, happened)
    try:
        state = advance(row.state, happened)
    except Impossible:
        return None
    at = milliseconds(said.now)
    resumes = happened is Happened.RESUMED and row.reasons
    values = {
        "state": state,
        "now": at,
        "next": _next(row, state, said.next_at),
        "reasons": _reasons(state, said),
        "waived": keeps if keeps is not None else row.reasons[0].code if resumes else waived,
        "error": row.error if state is State.FAILED else "",
        "receipt": _declared(row, state, said),
        "told": state is State.LIVE and said.receipt is not None,
        "visible": str(row.territories) if state is State.LIVE else None,
        "absent": _is_absent(row, happened),
        "id": row.id,
    }
    connection.execute(UPDATE, values)
    cursor = connection.execute(EVENT, (row.id, at, happened, state, said.actor, said.cause))
    if row.key.action != Action.PUBLISH and happened is not Happened.CANCELLED:
        # Of a takedown that somebody cancels nothing was seen.
        effect = Effect(row, state, row.territories, at, said.actor)
        follow(connection, effect, subject_of(connection, row))
    return cursor.lastrowid


def _is_absent(row: Row, happened: Happened) -> bool:
    """Return whether nothing of it is there: what was saved of it must not pass for done."""
    again = row.state is State.WITHDRAWN and happened is Happened.RETRIED
    return again or happened in {Happened.DECLARED_ABSENT, Happened.SEEN_ABSENT}


def _next(row: Row, state: State, next_at: datetime | None) -> int | None:
    if state is State.STAGED:
        return stamp(next_at or row.at)
    if state is not State.PLANNED:
        return None
    return stamp(next_at or row.begin_at)


def _reasons(state: State, said: Said) -> str:
    if state is State.HELD:
        return dump([(said.reason or Reason("held-by-person", said.cause)).as_json()])
    return "[]"


def _declared(row: Row, state: State, said: Said) -> str | None:
    """Return the receipt of something a person says is live: it says who said so."""
    if state is not State.LIVE:
        return None
    if said.receipt is not None:
        return dump(said.receipt.as_json())
    return dump({"remote_id": f"declared by {said.actor}", "url": None, "seen_at": None,
                 "territories": str(row.territories)})  # fmt: skip
