"""What waits: for its time, for a person, for rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from syndicator.ledger.database import Database
from syndicator.ledger.filters import conditions
from syndicator.ledger.ledger import Aside, Due, Filter, Row
from syndicator.model.moment import milliseconds

ASIDE = """
SELECT 1 FROM release r WHERE r.state IN ('held', 'blocked', 'unknown')
  AND r.reasons NOT LIKE '%"not-in-calendar"%' AND r.state = :state AND r.at_ms <= :now
"""
"""Spelled as the partial index `release_aside` is, so that it is used."""

RIGHTS = ("no-rights", "exclusive", "cannot-withdraw", "balance")


LONGEST = timedelta(days=2)
"""Longer than any lease, and than any channel is left alone: a daily quota is back within that."""

NUDGE = """
UPDATE release SET next_ms = :now WHERE channel = :channel AND worker IS NULL
  AND state IN ('staging', 'processing', 'withdrawing') AND next_ms > :now AND saved IS NOT NULL
"""


PUT_OFF_AHEAD = """
UPDATE release SET next_ms = max(begin_ms, :now),
  lease_ms = CASE WHEN worker IS NOT NULL THEN :now END
WHERE next_ms > :now AND begin_ms <= :now
  AND ((worker IS NULL AND since_ms > :now) OR lease_ms > :latest)
"""


def clock_came_back(database: Database, now: datetime) -> int:
    """Make due what says of itself that it was put off at a time that has not come."""
    values = {"now": milliseconds(now), "latest": milliseconds(now + LONGEST)}
    with database.transaction() as connection:
        connection.execute("DELETE FROM pause WHERE until_ms > :latest", values)
        connection.execute("DELETE FROM circuit WHERE until_ms > :latest", values)
        return connection.execute(PUT_OFF_AHEAD, values).rowcount


def nudge(database: Database, channel: str, saved: Mapping[str, str], now: datetime) -> int:
    """Make due what is being worked on and has saved all of these values."""
    if not saved:
        return 0
    values: dict[str, object] = {"now": milliseconds(now), "channel": channel}
    meant = []
    for number, (name, value) in enumerate(saved.items()):
        values |= {f"path{number}": f'$."{name}"', f"value{number}": value}
        meant.append(f"json_extract(saved, :path{number}) = :value{number}")
    with database.transaction() as connection:
        return connection.execute(NUDGE + " AND " + " AND ".join(meant), values).rowcount


def due(database: Database, now: datetime, only: Filter) -> Due:
    """Return how much is due."""
    where, values = conditions(only)
    row = database.one(
        "SELECT count(*), coalesce(sum(CASE WHEN state IN ('planned', 'staging') THEN size ELSE 0 "
        "END), 0) FROM release r WHERE r.next_ms IS NOT NULL AND r.next_ms <= :now"
        + (f" AND {where}" if where else ""),
        {**values, "now": milliseconds(now)},
    )
    return Due(releases=row[0], bytes=row[1])


def stranded(database: Database, now: datetime, usable: Collection[str]) -> Sequence[Row]:
    """Return takedowns that are due on other channels than these, without a person's task."""
    from syndicator.ledger.rows import row_of  # every run with nothing due passes here

    names = {f"c{number}": name for number, name in enumerate(sorted(usable))}
    others = f"AND r.channel NOT IN ({', '.join(f':{name}' for name in names)})" if names else ""
    found = database.all(
        "SELECT * FROM release r WHERE r.next_ms IS NOT NULL AND r.next_ms <= :now "
        f"AND r.action = 'withdraw' AND r.task IS NULL {others} ORDER BY r.next_ms, r.id",
        {**names, "now": milliseconds(now)},
    )
    return [row_of(row) for row in found]


def aside(database: Database, now: datetime) -> Aside:
    """Return whether anything stands aside whose time has come."""
    at = milliseconds(now)

    def is_there(state: str, more: str = "") -> bool:
        found = database.one(f"{ASIDE}{more} LIMIT 1", {"state": state, "now": at})
        return found is not None

    by_rights = " OR ".join(f"r.reasons LIKE '%\"{code}\"%'" for code in RIGHTS)
    return Aside(
        held=is_there("held"),
        blocked=is_there("blocked"),
        blocked_by_rights=is_there("blocked", f" AND ({by_rights})"),
        unknown=database.one("SELECT 1 FROM release r WHERE r.state IN ('held', 'blocked', "
                             "'unknown') AND r.reasons NOT LIKE '%\"not-in-calendar\"%' "
                             "AND r.state = 'unknown' LIMIT 1") is not None,
        tasks=database.one("SELECT 1 FROM release WHERE task IS NOT NULL LIMIT 1") is not None,
    )  # fmt: skip
