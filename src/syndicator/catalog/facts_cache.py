"""What was learned of files, kept by path, size and time: a second run opens no media again.

The cache is a convenience: where it cannot be read or written, facts are read from the files.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs

from syndicator.model.work import MediaFacts

TABLES = """
CREATE TABLE IF NOT EXISTS fact (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  sha256 TEXT NOT NULL, facts TEXT, why TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passed (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""


@attrs.frozen(kw_only=True)
class Learned:
    """What is known of one file."""

    path: str
    size: int
    mtime_ns: int
    sha256: str
    facts: MediaFacts | None = None
    """None for files that are no media, and for media that cannot be read."""

    why: str | None = None
    """Why it cannot be read, where it cannot."""


class FactsCache:
    """A SQLite file in `.syndicator/`; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._connection: sqlite3.Connection | None = None
        with suppress(sqlite3.Error, OSError):
            place = folder / ".syndicator"
            place.mkdir(exist_ok=True)
            self._connection = _open(place / "media.db")

    def under(self, folder: str) -> Mapping[str, Learned]:
        """Return what is known of the files of a folder, by path."""
        rows = self._read(
            "SELECT path, size, mtime_ns, sha256, facts, why FROM fact "
            "WHERE path >= ? AND path < ?",
            (f"{folder}/", f"{folder}0"),
        )
        return {row[0]: known for row in rows if (known := _learned(row))}

    def learn(self, found: Iterable[Learned]) -> None:
        """Keep what was learned."""
        rows = [
            (each.path, each.size, each.mtime_ns, each.sha256,
             json.dumps(each.facts.as_json()) if each.facts else None, each.why)
            for each in found
        ]  # fmt: skip
        if rows:
            self._write("INSERT OR REPLACE INTO fact VALUES (?, ?, ?, ?, ?, ?)", rows)

    def has_passed(self, digest: str) -> bool:
        """Return whether a document of this digest was of the right shape before."""
        return bool(self._read("SELECT 1 FROM passed WHERE digest = ?", (digest,)))

    def passes(self, digests: Iterable[str]) -> None:
        """Keep that documents are of the right shape."""
        self._write("INSERT OR IGNORE INTO passed VALUES (?)", [(each,) for each in digests])

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()

    def _read(self, statement: str, values: tuple[str, ...]) -> list[Any]:
        with suppress(sqlite3.Error):
            if self._connection is not None:
                return self._connection.execute(statement, values).fetchall()
        return []

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with suppress(sqlite3.Error):
            if self._connection is not None and rows:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany(statement, rows)
                self._connection.execute("COMMIT")


def _open(path: Path) -> sqlite3.Connection:
    """Return the file, opened; one that is damaged is begun anew."""
    try:
        return _prepared(path)
    except sqlite3.OperationalError:
        raise  # locked, full or read-only: nothing is wrong with the file
    except sqlite3.DatabaseError:
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(TABLES)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _learned(row: Any) -> Learned | None:
    """Return what a row says; None where another version wrote what we cannot read."""
    path, size, mtime_ns, sha256, facts, why = row
    try:
        found = MediaFacts(**json.loads(facts)) if facts else None
    except (ValueError, TypeError):
        return None
    return Learned(path=path, size=size, mtime_ns=mtime_ns, sha256=sha256, facts=found, why=why)
