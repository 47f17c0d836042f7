"""A release is taken from the channel that is down and recorded on another, in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from syndicator.ledger.database import Database
from syndicator.ledger.ledger import LedgerMoved
from syndicator.ledger.recording import CONTENT, EVENT, insert
from syndicator.model.diversion import Diversion
from syndicator.model.moment import milliseconds
from syndicator.model.state import Happened, advance

LEAVE = """
UPDATE release SET state = :state, next_ms = :next, since_ms = :now, error = ''
WHERE id = :id AND state = :was AND worker IS NULL
"""
WAITS = "SELECT 1 FROM release WHERE id = ? AND state = ? AND worker IS NULL"


def divert(database: Database, diversions: Iterable[Diversion], now: datetime, actor: str) -> int:
    """Record diversions in one transaction; return how many."""
    at, number = milliseconds(now), 0
    with database.transaction() as connection:
        for each in diversions:
            _leave(connection, each, at, actor)
            connection.executemany(CONTENT, each.contents.items())
            insert(connection, each.instead, at, actor)
            number += 1
    return number


def _leave(connection: sqlite3.Connection, diversion: Diversion, now: int, actor: str) -> None:
    was = diversion.known
    if not diversion.stays:
        if connection.execute(WAITS, (was.id, was.state)).fetchone() is None:
            raise LedgerMoved(str(was.key))
        return
    state = advance(was.state, Happened.CANCELLED)
    values = {"state": state, "next": None, "now": now, "id": was.id, "was": was.state}
    if connection.execute(LEAVE, values).rowcount != 1:
        raise LedgerMoved(str(was.key))
    event = (was.id, now, Happened.CANCELLED, state, actor, diversion.why, None)
    connection.execute(EVENT, event)
