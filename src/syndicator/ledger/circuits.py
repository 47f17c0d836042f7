"""Circuits: which accounts and platforms are down, for every process together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import attrs

from syndicator.model.circuit import PLATFORM_AT, Circuit, of_channel, of_platform
from syndicator.model.moment import from_milliseconds, milliseconds

if TYPE_CHECKING:
    import sqlite3

    from syndicator.ledger.database import Database
    from syndicator.model.diversion import Diversion


@attrs.frozen(kw_only=True)
class Failure:
    """A channel could not be reached, or its answer was not heard."""

    channel: str
    platform: str
    siblings: tuple[str, ...] = ()
    """The other channels of the same platform."""

    opens_at: int
    """From so many failures in a row it is down; 1 where there is no doubt."""

    until: datetime
    """When it is tried again, if it is down."""

    reason: str


class Circuits(Protocol):
    """What is down."""

    def circuits(self) -> Sequence[Circuit]:
        """Return every channel and platform that failed and has not worked since."""

    def fails(self, failure: Failure, *, now: datetime) -> Circuit:
        """Count a failure; where that opens the circuit, the channel is paused until then.

        Where other accounts of the platform are down too, all its channels are paused.
        """

    def works(self, channel: str, platform: str) -> None:
        """Note that a channel answered: it and its platform are not down."""

    def divert(self, diversions: Iterable[Diversion], *, now: datetime, actor: str) -> int:
        """Record what goes elsewhere, and that it left its own channel; all or nothing.

        Raises:
            LedgerMoved: something of it is not as it was known.
        """


PUT = """
INSERT INTO circuit (scope, platform, failures, since_ms, opened_ms, until_ms, reason)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (scope) DO UPDATE SET failures = excluded.failures, opened_ms = excluded.opened_ms,
  until_ms = excluded.until_ms, reason = excluded.reason
"""
PAUSE = """
INSERT INTO pause (channel, until_ms, reason) VALUES (?, ?, ?)
ON CONFLICT (channel) DO UPDATE SET until_ms = excluded.until_ms, reason = excluded.reason
WHERE excluded.until_ms > until_ms
"""
HALF_OPEN = """
SELECT c.scope, EXISTS (SELECT 1 FROM release r WHERE r.channel = substr(c.scope, 9)
  AND r.worker IS NOT NULL AND r.lease_ms > :now) AS busy
FROM circuit c WHERE c.opened_ms IS NOT NULL AND c.scope LIKE 'channel:%'
"""


def circuits(database: Database) -> Sequence[Circuit]:
    """Return all circuits, those of platforms last."""
    return [_circuit_of(row) for row in database.all("SELECT * FROM circuit ORDER BY scope", {})]


def fails(database: Database, failure: Failure, now: datetime) -> Circuit:
    """Count a failure in one transaction, with what follows for its platform."""
    with database.transaction() as connection:
        circuit = _failed(connection, of_channel(failure.channel), failure, now)
        if circuit.opened_at is not None:
            _pause(connection, failure.channel, circuit)
            _platform(connection, failure, now)
    return circuit


def works(database: Database, channel: str, platform: str) -> None:
    """Close a channel's circuit, its platform's, and those that only followed the platform's."""
    with database.transaction() as connection:
        row = _find(connection, of_platform(platform))
        if row is not None:
            lifted = "DELETE FROM pause WHERE reason = ? AND until_ms = ?"
            connection.execute(lifted, (row["reason"], row["until_ms"]))
        connection.execute(
            "DELETE FROM circuit WHERE scope IN (?, ?) OR (platform = ? AND failures = 0)",
            (of_channel(channel), of_platform(platform), platform),
        )


def half_open(connection: sqlite3.Connection, now: int) -> dict[str, bool]:
    """Return the channels that are tried again, and whether something tries each already."""
    found = connection.execute(HALF_OPEN, {"now": now})
    return {row["scope"][8:]: bool(row["busy"]) for row in found}


def _failed(connection: sqlite3.Connection, scope: str, failure: Failure, now: datetime) -> Circuit:
    was = _find(connection, scope)
    failures = (was["failures"] if was else 0) + 1
    opened = was["opened_ms"] if was else None
    if opened is None and failures >= failure.opens_at:
        opened = milliseconds(now)
    values = (
        scope, failure.platform, failures, was["since_ms"] if was else milliseconds(now), opened,
        milliseconds(failure.until) if opened is not None else None, failure.reason,
    )  # fmt: skip
    connection.execute(PUT, values)
    return _circuit_of(_find(connection, scope))


def _platform(connection: sqlite3.Connection, failure: Failure, now: datetime) -> None:
    down = connection.execute(
        "SELECT count(*) FROM circuit WHERE platform = ? AND scope LIKE 'channel:%' "
        "AND failures > 0 AND opened_ms IS NOT NULL",
        (failure.platform,),
    ).fetchone()[0]
    if down < PLATFORM_AT:
        return
    reason = f"{failure.platform} is down for {down} accounts: {failure.reason}"
    found = _failed(
        connection, of_platform(failure.platform), attrs.evolve(failure, reason=reason, opens_at=1),
        now,
    )  # fmt: skip
    for each in failure.siblings:
        _pause(connection, each, found)
        if _find(connection, of_channel(each)) is None:
            at = milliseconds(now)
            until = milliseconds(found.until) if found.until else None
            values = (of_channel(each), failure.platform, 0, at, at, until, reason)
            connection.execute(PUT, values)


def _pause(connection: sqlite3.Connection, channel: str, circuit: Circuit) -> None:
    if circuit.until is not None:
        connection.execute(PAUSE, (channel, milliseconds(circuit.until), circuit.reason))


def _find(connection: sqlite3.Connection, scope: str) -> sqlite3.Row:
    found: sqlite3.Row = connection.execute(
        "SELECT * FROM circuit WHERE scope = ?", (scope,)
    ).fetchone()
    return found


def _circuit_of(row: sqlite3.Row) -> Circuit:
    opened, until = row["opened_ms"], row["until_ms"]
    return Circuit(
        scope=row["scope"],
        platform=row["platform"],
        failures=row["failures"],
        since=from_milliseconds(row["since_ms"]),
        opened_at=None if opened is None else from_milliseconds(opened),
        until=None if until is None else from_milliseconds(until),
        reason=row["reason"],
    )
