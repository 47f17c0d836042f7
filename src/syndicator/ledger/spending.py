"""Allowances: what was spent of each quota in each of its spans, by every process together."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from syndicator.ledger.database import Database
from syndicator.ledger.ledger import Charge
from syndicator.model.moment import milliseconds

USED = """
SELECT coalesce(sum(used), 0) FROM spent WHERE account = ? AND quota = ? AND span_ms >= ?
"""

SPEND = """
INSERT INTO spent (account, quota, span_ms, used) VALUES (?, ?, ?, ?)
ON CONFLICT (account, quota, span_ms) DO UPDATE SET used = used + excluded.used
"""


def spend(database: Database, charges: Sequence[Charge]) -> Charge | None:
    """Spend, all or nothing; return the first charge for which not enough is left."""
    with database.transaction() as connection:
        for each in charges:
            if _used(connection, each) + each.cost > each.amount:
                return each
        for each in charges:
            values = (each.account, each.quota, milliseconds(each.span), each.cost)
            connection.execute(SPEND, values)
    return None


def spent(database: Database, account: str, quota: str, since: datetime) -> int:
    """Return what was spent since an instant."""
    return int(database.one(USED, (account, quota, milliseconds(since)))[0])


def _used(connection: sqlite3.Connection, charge: Charge) -> int:
    values = (charge.account, charge.quota, milliseconds(charge.since))
    return int(connection.execute(USED, values).fetchone()[0])
