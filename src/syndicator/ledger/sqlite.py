"""The ledger in one SQLite file. What a verb needs is imported when it is first called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syndicator.ledger.database import Database

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from syndicator.ledger.bunching import Bunch
    from syndicator.ledger.circuits import Failure
    from syndicator.ledger.feeding import Titled
    from syndicator.ledger.figures import Kept
    from syndicator.ledger.ledger import (
        Aside,
        Charge,
        Claim,
        Due,
        Facts,
        Filter,
        Row,
        Run,
        Settlement,
    )
    from syndicator.model.circuit import Circuit
    from syndicator.model.content import Content
    from syndicator.model.diversion import Diversion
    from syndicator.model.event import Event
    from syndicator.model.figure import Measured
    from syndicator.model.plan import Changes, Known
    from syndicator.model.release import Receipt, ReleaseKey
    from syndicator.model.rollout import Decision, Standing, Turn
    from syndicator.model.source import Source
    from syndicator.model.state import Happened, State


class SqliteLedger:
    """See `syndicator.ledger.ledger.Ledger`, whose promises these methods keep."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)

    def known(self, series: str) -> Mapping[ReleaseKey, Known]:
        from syndicator.ledger import recording

        return recording.known(self.database, series)

    def record(self, changes: Changes, *, now: datetime, actor: str) -> int:
        from syndicator.ledger import recording

        return recording.record(self.database, changes, now=now, actor=actor)

    def sources(self) -> Mapping[str, Source]:
        from syndicator.ledger import remembering

        return remembering.sources(self.database)

    def remember(self, sources: Iterable[Source], *, forget: Collection[str] = ()) -> None:
        from syndicator.ledger import remembering

        remembering.remember(self.database, sources, forget)

    def next_at(self) -> datetime | None:
        from syndicator.model.moment import from_milliseconds

        row = self.database.one(
            "SELECT min(next_ms) FROM (SELECT min(next_ms) AS next_ms FROM release "
            "WHERE next_ms IS NOT NULL UNION ALL "
            "SELECT min(next_ms) FROM rollout WHERE next_ms IS NOT NULL)"
        )
        return None if row[0] is None else from_milliseconds(row[0])

    def due(self, now: datetime, only: Filter) -> Due:
        from syndicator.ledger import waiting

        return waiting.due(self.database, now, only)

    def aside(self, now: datetime) -> Aside:
        from syndicator.ledger import waiting

        return waiting.aside(self.database, now)

    def stranded(self, now: datetime, usable: Collection[str]) -> Sequence[Row]:
        from syndicator.ledger import waiting

        return waiting.stranded(self.database, now, usable)

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
        from syndicator.ledger import claiming

        return claiming.claim(
            self.database, now=now, worker=worker, lease=lease, limit=limit, only=only,
            staging=staging,
        )  # fmt: skip

    def renew(self, claims: Iterable[Claim], *, now: datetime, lease: timedelta) -> Sequence[int]:
        from syndicator.ledger import claiming

        return claiming.renew(self.database, claims, now=now, lease=lease)

    def checkpoint(self, claim: Claim, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        from syndicator.ledger import claiming

        claiming.checkpoint(self.database, claim, saved, asked)

    def settle(self, claim: Claim, settlement: Settlement, *, now: datetime) -> Event:
        from syndicator.ledger import claiming

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
        receipt: Receipt | None = None,
    ) -> Sequence[Event]:
        from syndicator.ledger import telling

        said = telling.Said(
            happened=happened, now=now, actor=actor, cause=cause, next_at=next_at, receipt=receipt
        )
        told = telling.tell(self.database, ids, said)
        return [self._event(number) for number in told]

    def _event(self, number: int) -> Event:
        from syndicator.ledger import reading
        from syndicator.ledger.rows import event_of

        return event_of(self.database.one(reading.EVENTS + " WHERE e.number = ?", (number,)))

    def latest_run(self) -> datetime | None:
        from syndicator.model.moment import from_milliseconds

        row = self.database.one("SELECT max(max(began_ms, coalesce(ended_ms, 0))) FROM run")
        return None if row[0] is None else from_milliseconds(row[0])

    def clock_came_back(self, now: datetime) -> int:
        from syndicator.ledger import waiting

        return waiting.clock_came_back(self.database, now)

    def nudge(self, channel: str, saved: Mapping[str, str], *, now: datetime) -> int:
        from syndicator.ledger import waiting

        return waiting.nudge(self.database, channel, saved, now)

    def pause(self, channel: str, *, until: datetime | None, reason: str, now: datetime) -> None:  # noqa: ARG002
        from syndicator.model.moment import milliseconds

        with self.database.transaction() as connection:
            connection.execute("DELETE FROM pause WHERE channel = ?", (channel,))
            if until is not None:
                connection.execute(
                    "INSERT INTO pause VALUES (?, ?, ?)", (channel, milliseconds(until), reason)
                )

    def paused(self, now: datetime) -> Mapping[str, tuple[datetime, str]]:
        from syndicator.model.moment import from_milliseconds, milliseconds

        rows = self.database.all("SELECT * FROM pause WHERE until_ms > ?", (milliseconds(now),))
        return {row["channel"]: (from_milliseconds(row["until_ms"]), row["reason"]) for row in rows}

    def circuits(self) -> Sequence[Circuit]:
        from syndicator.ledger import circuits

        return circuits.circuits(self.database)

    def fails(self, failure: Failure, *, now: datetime) -> Circuit:
        from syndicator.ledger import circuits

        return circuits.fails(self.database, failure, now)

    def works(self, channel: str, platform: str) -> None:
        from syndicator.ledger import circuits

        circuits.works(self.database, channel, platform)

    def divert(self, diversions: Iterable[Diversion], *, now: datetime, actor: str) -> int:
        from syndicator.ledger import diverting

        return diverting.divert(self.database, diversions, now, actor)

    def spend(self, charges: Sequence[Charge]) -> Charge | None:
        from syndicator.ledger import spending

        return spending.spend(self.database, charges)

    def spent(self, account: str, quota: str, *, since: datetime) -> int:
        from syndicator.ledger import spending

        return spending.spent(self.database, account, quota, since)

    def rows(self, only: Filter) -> Iterator[Row]:
        from syndicator.ledger import reading

        return reading.rows(self.database, only)

    def bunches(self, only: Filter, *, now: datetime) -> Iterator[Bunch]:
        from syndicator.ledger import bunching

        return bunching.bunches(self.database, only, now)

    def appearances(self, series: Collection[str] = ()) -> Iterator[Event]:
        from syndicator.ledger import bunching

        return bunching.appearances(self.database, series)

    def publishes(self) -> Iterator[tuple[ReleaseKey, State, tuple[str, ...]]]:
        from syndicator.ledger import reading

        return reading.publishes(self.database)

    def titled(self, since: datetime) -> Iterator[Titled]:
        from syndicator.ledger import feeding

        return feeding.titled(self.database, since)

    def history(self, id_: int) -> Sequence[Event]:
        from syndicator.ledger import reading

        return reading.history(self.database, id_)

    def events(self, after: int = 0) -> Iterator[Event]:
        from syndicator.ledger import reading

        return reading.events(self.database, after)

    def counts(self, only: Filter) -> Mapping[State, int]:
        from syndicator.ledger import reading

        return reading.counts(self.database, only)

    def content(self, digest: str) -> Content:
        from syndicator.ledger import reading

        return reading.content(self.database, digest)

    def began(self, *, host: str, now: datetime) -> None:
        from syndicator.model.moment import milliseconds

        with self.database.transaction() as connection:
            connection.execute(
                "INSERT INTO run (host, began_ms) VALUES (:host, :now) ON CONFLICT (host) "
                "DO UPDATE SET began_ms = :now, ended_ms = NULL, outcome = ''",
                {"host": host, "now": milliseconds(now)},
            )

    def ended(self, *, host: str, now: datetime, outcome: str) -> None:
        from syndicator.model.moment import milliseconds

        with self.database.transaction() as connection:
            connection.execute(
                "INSERT INTO run VALUES (:host, :now, :now, :outcome) ON CONFLICT (host) DO UPDATE "
                "SET began_ms = CASE WHEN ended_ms IS NULL THEN began_ms ELSE :now END, "
                "ended_ms = :now, outcome = :outcome",
                {"host": host, "now": milliseconds(now), "outcome": outcome},
            )

    def runs(self) -> Sequence[Run]:
        from syndicator.ledger import reading

        return reading.runs(self.database)

    def facts(self) -> Facts:
        from syndicator.ledger import reading

        return reading.facts(self.database)

    def keep_figures(self, figures: Iterable[Measured], *, now: datetime) -> Kept:
        from syndicator.ledger import figures as kept

        return kept.keep(self.database, figures, now)

    def units(self) -> Iterator[tuple[str, str, str, int]]:
        from syndicator.ledger import figures

        return figures.units(self.database)

    def figures(self, only: Filter, *, metrics: Collection[str] = ()) -> Iterator[Measured]:
        from syndicator.ledger import figures

        return figures.read(self.database, only, metrics)

    def sums(self, metric: str) -> Iterator[tuple[str, str, str, str, float]]:
        from syndicator.ledger import figures

        return figures.sums(self.database, metric)

    def standings(self, series: Collection[str] = ()) -> Sequence[Standing]:
        from syndicator.ledger import turns

        return turns.standings(self.database, series)

    def rollouts_due(self, now: datetime) -> Sequence[str]:
        from syndicator.model.moment import milliseconds

        rows = self.database.all(
            "SELECT DISTINCT series FROM rollout WHERE next_ms IS NOT NULL AND next_ms <= ? "
            "ORDER BY series", (milliseconds(now),)
        )  # fmt: skip
        return [row["series"] for row in rows]

    def held_by_gate(self, series: str) -> Mapping[str, tuple[datetime, datetime]]:
        from syndicator.ledger import turns

        return turns.held_by_gate(self.database, series)

    def turn(self, turns: Sequence[Turn], *, now: datetime) -> Sequence[Event] | None:
        from syndicator.ledger import turns as turned

        numbers = turned.turn(self.database, turns, now)
        return None if numbers is None else [self._event(number) for number in numbers]

    def decisions(self, series: Collection[str] = ()) -> Sequence[Decision]:
        from syndicator.ledger import turns

        return turns.decisions(self.database, series)

    def close(self) -> None:
        self.database.close()
