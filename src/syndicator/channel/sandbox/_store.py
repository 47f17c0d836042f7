"""A sandbox's state: documents in SQLite, durable when `put` returns, as a platform's are."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import attrs

TABLES = """
CREATE TABLE IF NOT EXISTS document (
  number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
"""


@attrs.frozen
class Snapshot:
    """All that a store holds at one moment."""

    documents: tuple[tuple[Any, ...], ...]
    counters: tuple[tuple[Any, ...], ...]


class Store:
    """Documents by table and id."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        # What was committed survives a killed process; a sandbox need not survive a power cut.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(TABLES)

    def put(self, table: str, id_: str, document: dict[str, Any]) -> None:
        """Write a document; one that is there is replaced and keeps its place."""
        text = json.dumps(document, ensure_ascii=False)
        with self._lock:
            self._database.execute(
                "INSERT INTO document (kind, id, text) VALUES (?, ?, ?) "
                "ON CONFLICT (kind, id) DO UPDATE SET text = excluded.text",
                (table, id_, text),
            )

    def get(self, table: str, id_: str) -> dict[str, Any] | None:
        """Return a document, or None."""
        with self._lock:
            row = self._database.execute(
                "SELECT text FROM document WHERE kind = ? AND id = ?", (table, id_)
            ).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def all(self, table: str) -> list[dict[str, Any]]:
        """Return all documents of a table in the order in which they came."""
        with self._lock:
            rows = self._database.execute(
                "SELECT text FROM document WHERE kind = ? ORDER BY number", (table,)
            ).fetchall()
        return [dict(json.loads(row[0])) for row in rows]

    def items(self, table: str) -> list[tuple[str, dict[str, Any]]]:
        """Return (id, document) of a table in the order in which they came."""
        with self._lock:
            rows = self._database.execute(
                "SELECT id, text FROM document WHERE kind = ? ORDER BY number", (table,)
            ).fetchall()
        return [(row[0], dict(json.loads(row[1]))) for row in rows]

    def delete(self, table: str, id_: str) -> bool:
        """Remove a document; return whether it was there."""
        with self._lock:
            cursor = self._database.execute(
                "DELETE FROM document WHERE kind = ? AND id = ?", (table, id_)
            )
        return cursor.rowcount == 1

    def next(self, counter: str) -> int:
        """Return 1, 2, 3 … of a counter."""
        with self._lock:
            row = self._database.execute(
                "INSERT INTO counter VALUES (?, 1) "
                "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (counter,),
            ).fetchone()
        return int(row[0])

    def snapshot(self) -> Snapshot:
        """Return all there is, to come back to."""
        with self._lock:
            documents = self._database.execute("SELECT * FROM document").fetchall()
            counters = self._database.execute("SELECT * FROM counter").fetchall()
        return Snapshot(tuple(documents), tuple(counters))

    def restore(self, snapshot: Snapshot) -> None:
        """Make everything as it was."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("DELETE FROM document")
            self._database.execute("DELETE FROM counter")
            self._database.executemany(
                "INSERT INTO document VALUES (?, ?, ?, ?)", snapshot.documents
            )
            self._database.executemany("INSERT INTO counter VALUES (?, ?)", snapshot.counters)
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()
