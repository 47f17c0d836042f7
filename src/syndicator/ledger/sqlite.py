"""The ledger in one SQLite file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from syndicator.ledger import claiming, reading, recording, telling, waiting
from syndicator.ledger.database import Database
from syndicator.ledger.ledger import Aside, Claim, Due, Facts, Filter, Row, Run, Settlement
from syndicator.ledger.rows import event_of
from syndicator.model.content import Content
from syndicator.model.event import Event
from syndicator.model.moment import from_milliseconds, milliseconds
from syndicator.model.plan import Changes, Known
from syndicator.model.release import ReleaseKey
from syndicator.model.source import Source
from syndicator.model.state import Happened, State


class SqliteLedger:
    """See `syndicator.ledger.ledger.Ledger`, whose promises these methods keep."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)

    def known(self, series: str) -> Mapping[ReleaseKey, Known]:
        return recording.known(self.database, series)

    def record(self, changes: Changes, *, now: datetime, actor: str) -> int:
        return recording.record(self.database, changes, now=now, actor=actor)

    def sources(self) -> Mapping[str, Source]:
        return recording.sources(self.database)

    def remember(self, sources: Iterable[Source], *, forget: Collection[str] = ()) -> None:
        recording.remember(self.database, sources, forget)

    def next_at(self) -> datetime | None:
        row = self.database.one("SELECT min(next_ms) FROM release WHERE next_ms IS NOT NULL")
        return None if row[0] is None else from_milliseconds(row[0])

    def due(self, now: datetime, only: Filter) -> Due:
        return waiting.due(self.database, now, only)

    def aside(self, now: datetime) -> Aside:
        return waiting.aside(self.database, now)

    def claim(
        self,
        *,
        now: datetime,
        worker: str,
        lease: timedelta,
        limit: int,
        only: Filter,
        staging: Collection[str],
    ) -> Sequence[Claim]:
        return claiming.claim(
            self.database, now=now, worker=worker, lease=lease, limit=limit, only=only,
            staging=staging,
        )  # fmt: skip

    def renew(self, claims: Iterable[Claim], *, now: datetime, lease: timedelta) -> Sequence[int]:
        return claiming.renew(self.database, claims, now=now, lease=lease)

    def checkpoint(self, claim: Claim, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        claiming.checkpoint(self.database, claim, saved, asked)

    def settle(self, claim: Claim, settlement: Settlement, *, now: datetime) -> Event:
        number = claiming.settle(self.database, claim, settlement, now=now)
        return self._event(number)

    def tell(
        self,
        ids: Iterable[int],
        happened: Happened,
        *,
        now: datetime,
        actor: str,
        cause: str,
        next_at: datetime | None = None,
    ) -> Sequence[Event]:
        told = telling.tell(
            self.database, ids, happened, now=now, actor=actor, cause=cause, next_at=next_at
        )
        return [self._event(number) for number in told]

    def _event(self, number: int) -> Event:
        return event_of(self.database.one(reading.EVENTS + " WHERE e.number = ?", (number,)))

    def pause(self, channel: str, *, until: datetime | None, reason: str, now: datetime) -> None:  # noqa: ARG002
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM pause WHERE channel = ?", (channel,))
            if until is not None:
                connection.execute(
                    "INSERT INTO pause VALUES (?, ?, ?)", (channel, milliseconds(until), reason)
                )

    def paused(self, now: datetime) -> Mapping[str, tuple[datetime, str]]:
        rows = self.database.all("SELECT * FROM pause WHERE until_ms > ?", (milliseconds(now),))
        return {row["channel"]: (from_milliseconds(row["until_ms"]), row["reason"]) for row in rows}

    def spend(self, account: str, quota: str, *, span: datetime, cost: int, amount: int) -> bool:
        values = {"account": account, "quota": quota, "span": milliseconds(span), "cost": cost,
                  "amount": amount}  # fmt: skip
        with self.database.transaction() as connection:
            if cost > amount:
                return False
            touched = connection.execute(
                "INSERT INTO spent VALUES (:account, :quota, :span, :cost) "
                "ON CONFLICT (account, quota, span_ms) DO UPDATE SET used = used + :cost "
                "WHERE used + :cost <= :amount",
                values,
            )
            return touched.rowcount == 1

    def rows(self, only: Filter) -> Iterator[Row]:
        return reading.rows(self.database, only)

    def history(self, id_: int) -> Sequence[Event]:
        return reading.history(self.database, id_)

    def events(self, after: int = 0) -> Iterator[Event]:
        return reading.events(self.database, after)

    def counts(self, only: Filter) -> Mapping[State, int]:
        return reading.counts(self.database, only)

    def content(self, digest: str) -> Content:
        return reading.content(self.database, digest)

    def began(self, *, host: str, now: datetime) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                "INSERT INTO run (host, began_ms) VALUES (:host, :now) ON CONFLICT (host) "
                "DO UPDATE SET began_ms = :now, ended_ms = NULL, outcome = ''",
                {"host": host, "now": milliseconds(now)},
            )

    def ended(self, *, host: str, now: datetime, outcome: str) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE run SET ended_ms = ?, outcome = ? WHERE host = ?",
                (milliseconds(now), outcome, host),
            )

    def runs(self) -> Sequence[Run]:
        return reading.runs(self.database)

    def facts(self) -> Facts:
        return reading.facts(self.database)

    def close(self) -> None:
        self.database.close()
