"""What the ledger tells: releases, events, counts, runs, soundness."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from syndicator.ledger.database import Database
from syndicator.ledger.filters import conditions
from syndicator.ledger.ledger import Facts, Filter, Row, Run
from syndicator.ledger.rows import event_of, moment_of, reasons_of, row_of
from syndicator.model.content import Content
from syndicator.model.event import Event
from syndicator.model.moment import from_milliseconds
from syndicator.model.release import ReleaseKey
from syndicator.model.state import State

EVENTS = """
SELECT e.*, r.key FROM event e JOIN release r ON r.id = e.release
"""


def rows(database: Database, only: Filter) -> Iterator[Row]:
    """Yield releases in order of series, channel, order, key."""
    where, values = conditions(only)
    statement = f"SELECT r.* FROM release r {'WHERE ' + where if where else ''} "
    order = "ORDER BY r.series, r.channel, r.ord, r.key"
    yield from map(row_of, database.pages(statement + order, values))


def publishes(database: Database) -> Iterator[tuple[ReleaseKey, State, tuple[str, ...]]]:
    """Yield every publish with its state and the codes of its reasons, by series."""
    for key, state, reasons in database.pages(
        "SELECT key, state, reasons FROM release WHERE action = 'publish' ORDER BY series", ()
    ):
        codes = tuple(each.code for each in reasons_of(reasons)) if len(reasons) > 2 else ()  # noqa: PLR2004 - `[]`
        yield ReleaseKey(*key.split("/")), State(state), codes


def history(database: Database, id_: int) -> Sequence[Event]:
    """Return what happened to a release, oldest first."""
    return [event_of(row) for row in database.all(
        EVENTS + " WHERE e.release = ? ORDER BY e.number", (id_,)
    )]  # fmt: skip


def events(database: Database, after: int) -> Iterator[Event]:
    """Yield all events after a number, oldest first."""
    statement = EVENTS + " WHERE e.number > ? ORDER BY e.number"
    yield from map(event_of, database.pages(statement, (after,)))


def counts(database: Database, only: Filter) -> Mapping[State, int]:
    """Return how many releases are in each state."""
    where, values = conditions(only)
    statement = f"SELECT r.state, count(*) FROM release r {'WHERE ' + where if where else ''} "
    return {State(state): number for state, number in
            database.all(statement + "GROUP BY r.state", values)}  # fmt: skip


def content(database: Database, digest: str) -> Content:
    """Return what a release shows."""
    cut = json.loads(_text(database, digest))
    series = json.loads(_text(database, cut["series"]))
    return Content.from_json(series, cut["cut"])


def _text(database: Database, digest: str) -> str:
    row = database.one("SELECT text FROM content WHERE digest = ?", (digest,))
    return str(row["text"])


def runs(database: Database) -> Sequence[Run]:
    """Return the last run of each host, newest first."""
    found = database.all("SELECT * FROM run ORDER BY began_ms DESC")
    return [
        Run(
            host=row["host"],
            began_at=from_milliseconds(row["began_ms"]),
            ended_at=moment_of(row["ended_ms"]),
            outcome=row["outcome"],
        )
        for row in found
    ]


def facts(database: Database) -> Facts:
    """Return size, schema and soundness."""
    faults = [row[0] for row in database.all("PRAGMA integrity_check(20)")]
    orphans = database.all("PRAGMA foreign_key_check")
    integrity = [fault for fault in faults if fault != "ok"]
    integrity += [f"{row[0]} row {row[1]} refers to a missing {row[2]}" for row in orphans[:20]]
    pages = database.one("PRAGMA page_count")[0] * database.one("PRAGMA page_size")[0]
    return Facts(
        url=f"sqlite:///{database.path}",
        size=pages,
        schema=str(database.one("PRAGMA user_version")[0]),
        releases=database.one("SELECT count(*) FROM release")[0],
        events=database.one("SELECT count(*) FROM event")[0],
        integrity=integrity,
    )
