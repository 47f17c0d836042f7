"""What planning read last, and when runs began and ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from syndicator.ledger.database import Database
from syndicator.model.source import Source


def sources(database: Database) -> Mapping[str, Source]:
    """Return what planning read last, by path."""
    rows = database.all("SELECT path, size, mtime_ns, series FROM source")
    return {row["path"]: Source(**dict(row)) for row in rows}


def remember(database: Database, read: Iterable[Source], forget: Collection[str]) -> None:
    """Remember what planning read; forget paths that are gone."""
    rows = [(each.path, each.size, each.mtime_ns, each.series) for each in read]
    with database.transaction() as connection:
        connection.executemany("DELETE FROM source WHERE path = ?", [(path,) for path in forget])
        connection.executemany("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?)", rows)
