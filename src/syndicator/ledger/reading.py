"""What the ledger tells: releases, events, counts, runs, soundness."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from syndicator.ledger.database import Database
from syndicator.ledger.ledger import Facts, Filter, Row, Run
from syndicator.ledger.rows import event_of, moment_of, row_of
from syndicator.model.content import Content
from syndicator.model.event import Event
from syndicator.model.moment import from_milliseconds
from syndicator.model.state import State

EVENTS = """
SELECT e.*, r.key FROM event e JOIN release r ON r.id = e.release
"""


def conditions(only: Filter) -> tuple[str, dict[str, Any]]:
    """Return a filter as SQL over the alias `r`, and its values."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for column, wanted in (
        ("series", only.series), ("channel", only.channels), ("state", only.states),
    ):  # fmt: skip
        if wanted:
            names = {f"{column}{number}": each for number, each in enumerate(wanted)}
            values |= names
            parts.append(f"r.{column} IN ({', '.join(f':{name}' for name in names)})")
    if only.territories:
        values["meets"] = " ".join(only.territories)
        parts.append("meets(r.territories, :meets)")
    if only.keys:
        parts.append(f"({' OR '.join(_key_conditions(only.keys, values))})")
    return " AND ".join(parts), values


def _key_conditions(keys: Sequence[str], values: dict[str, Any]) -> Iterator[str]:
    for number, key in enumerate(keys):
        values[f"key{number}"] = key
        if key.endswith("/"):
            values[f"end{number}"] = f"{key[:-1]}0"
            yield f"(r.key >= :key{number} AND r.key < :end{number})"
        else:
            yield f"r.key = :key{number}"


def rows(database: Database, only: Filter) -> Iterator[Row]:
    """Yield releases in order of series, channel, order, key."""
    where, values = conditions(only)
    statement = f"SELECT r.* FROM release r {'WHERE ' + where if where else ''} "
    order = "ORDER BY r.series, r.channel, r.ord, r.key"
    yield from map(row_of, database.pages(statement + order, values))


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
