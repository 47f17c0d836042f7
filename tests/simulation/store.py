"""The real ledger over a database in memory, with seams around each write."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from syndicator.ledger.database import Database, connect
from syndicator.ledger.ledger import Charge, Claim, Settlement
from syndicator.ledger.sqlite import SqliteLedger
from syndicator.model.content import contents_of
from syndicator.model.event import Event
from syndicator.model.work import Cut, CutKind, Localization, Series

from .drawn import Place

if TYPE_CHECKING:
    from .world import World

MEMORY = Path(":memory:")
ROWS = """
SELECT id, key, state, token, worker, lease_ms, next_ms, saved, asked, attempt, visible, receipt,
  error
FROM release WHERE key > ? AND key < ? ORDER BY id
"""


class SeamedDatabase(Database):
    """A database whose every transaction can be interrupted before, within and after."""

    def __init__(self) -> None:
        super().__init__(MEMORY)
        self.world: World | None = None

    def _prepare(self, busy: float) -> None:
        self.connection = connect(self.path, busy)
        empty().backup(self.connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        world = self.world
        if world is None or world.is_calm:
            with super().transaction() as connection:
                yield connection
            return
        world.seam(Place.BEFORE_WRITE)
        with super().transaction() as connection:
            world.seam(Place.AT_BEGIN)
            yield connection
            world.seam(Place.AT_COMMIT)
        world.laws.written()
        world.seam(Place.AFTER_WRITE)

    def snapshot(self, series: str) -> list[Any]:
        """Return the releases of a series as they are."""
        return self.connection.execute(ROWS, (f"{series}/", f"{series}0")).fetchall()


class SeamedLedger(SqliteLedger):
    """The real ledger; what is written by whom is known to the laws."""

    def __init__(self) -> None:
        self.database: SeamedDatabase = SeamedDatabase()

    def checkpoint(self, claim: Claim, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        with self._writes(claim, "checkpoint"):
            super().checkpoint(claim, saved, asked)

    def settle(self, claim: Claim, settlement: Settlement, *, now: datetime) -> Event:
        with self._writes(claim, f"settle {settlement.happened}"):
            return super().settle(claim, settlement, now=now)

    def spend(self, charges: Sequence[Charge]) -> Charge | None:
        world = self.database.world
        task = world.turns.current if world else None
        if task is None:
            return super().spend(charges)
        task.spending = charges
        try:
            missing = super().spend(charges)
        finally:
            task.spending = ()
        task.has_spent = missing is None
        return missing

    @contextmanager
    def _writes(self, claim: Claim, what: str) -> Iterator[None]:
        world = self.database.world
        task = world.turns.current if world else None
        if world is None or task is None:
            yield
            return
        world.note(f"{what} {claim.row.key} with token {claim.token}")
        before, task.acting, task.writes = task.acting, claim, True
        try:
            yield
        finally:
            task.acting, task.writes = before, False


@cache
def empty() -> sqlite3.Connection:
    """Return a ledger in memory with the one content that everything shows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        ledger = SqliteLedger(path)
        connection = ledger.database.connection
        connection.executemany("INSERT INTO content VALUES (?, ?)", content()[1].items())
        found = sqlite3.connect(":memory:")
        connection.backup(found)
        ledger.close()
    return found


@cache
def content() -> tuple[str, dict[str, str]]:
    """Return the digest of what every release shows, and the texts that spell it."""
    series = Series(id="s", original_language="en", localizations=(Localization("en", "A Series"),))
    cut = Cut(id="ep", kind=CutKind.EPISODE, episodes=(1,), variants=())
    digests, texts = contents_of(series, [cut])
    return digests["ep"], texts
