"""A SQLite connection that threads share: one transaction at a time, errors in our words."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syndicator.ledger.ledger import LedgerBusy, LedgerError, LedgerNewer, LedgerUnreachable
from syndicator.ledger.schema import VERSION

BUSY_S = 30.0
"""How long a transaction waits for another process's."""

Values = Sequence[Any] | Mapping[str, Any]


class Database:
    """Runs statements; knows nothing of releases."""

    def __init__(self, path: Path, *, busy: float = BUSY_S) -> None:
        self.path = path
        self._lock = threading.RLock()
        with errors(path):
            self._prepare(busy)

    def _prepare(self, busy: float) -> None:
        if str(self.path) != ":memory:" and not self.path.parent.is_dir():
            raise LedgerUnreachable(
                f"the folder of the ledger {self.path} does not exist; "
                "make it, or correct ledger.url in syndicator.toml"
            )
        self.connection = connect(self.path, busy)
        try:
            found = self.connection.execute("PRAGMA user_version").fetchone()[0]
            if found != VERSION:
                self._refuse_what_is_not_ours(found)
                self._migrate(busy)
        except BaseException:
            self.connection.close()
            raise

    def _refuse_what_is_not_ours(self, found: int) -> None:
        tables = self.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        names = {row[0] for row in tables.fetchall()}
        if names and not names & {"release", "_sqlite_migrations"}:
            raise LedgerUnreachable(
                f"{self.path} is the database of another program, with tables like "
                f"{min(names)!r}; nothing was written: correct ledger.url in syndicator.toml"
            )
        if found > VERSION:
            raise LedgerNewer(
                f"the ledger {self.path} has schema {found}, this syndicator knows {VERSION}: "
                "upgrade syndicator (pip install --upgrade syndicator)"
            )

    def _migrate(self, busy: float) -> None:
        from syndicator.ledger.schema import migrate

        self.connection.close()
        with _only_one(self.path):
            migrate(str(self.path))
        self.connection = connect(self.path, busy)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside one write transaction; durable when the block ends."""
        with self._lock, errors(self.path):
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def all(self, statement: str, values: Values = ()) -> list[Any]:
        """Return all rows of a reading statement."""
        with self._lock, errors(self.path):
            return self.connection.execute(statement, values).fetchall()

    def one(self, statement: str, values: Values = ()) -> Any:
        """Return the first row, or None."""
        with self._lock, errors(self.path):
            return self.connection.execute(statement, values).fetchone()

    def pages(self, statement: str, values: Values, size: int = 500) -> Iterator[Any]:
        """Yield rows a page at a time, from a connection of its own: memory stays small."""
        with errors(self.path):
            connection = connect(self.path, BUSY_S)
            try:
                cursor = connection.execute(statement, values)
                while rows := cursor.fetchmany(size):
                    yield from rows
            finally:
                connection.close()

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self.connection.close()


def connect(path: Path, busy: float) -> sqlite3.Connection:
    """Open a connection the way the ledger wants it: explicit transactions, WAL, synced commits."""
    connection = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.create_function("meets", 2, meets, deterministic=True)
    return connection


def meets(territories: str, wanted: str) -> bool:
    """Return whether a spelled set of territories has one of the wanted codes in it."""
    words = set(territories.split())
    codes = wanted.split()
    if "WORLD" in words:
        return any(f"-{code}" not in words for code in codes)
    return any(code in words for code in codes)


@contextmanager
def errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the ledger's, with what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error
    except OSError as error:
        raise LedgerUnreachable(f"cannot use the ledger {path}: {error.strerror}") from error


def _translate(error: sqlite3.Error, path: Path) -> LedgerError:
    said = str(error)
    if isinstance(error, sqlite3.OperationalError) and ("locked" in said or "busy" in said):
        return LedgerBusy(
            f"the ledger {path} was held by another process for over {BUSY_S:.0f} s; "
            "if no other syndicate runs, restart whatever holds it"
        )
    advice = {
        "readonly": "make the file and its folder writable for this user",
        "full": "make room on the disk; nothing was lost",
        "malformed": "restore a backup: the file is damaged (syndicate ledger shows where)",
        "not a database": "ledger.url points at a file that is no ledger",
        "no such table": "ledger.url points at a database that is no ledger",
        "unable to open": "check ledger.url in syndicator.toml and the rights on its folder",
        "disk I/O": "check the disk; the ledger needs a local file system",
    }
    do = next((text for word, text in advice.items() if word in said), "")
    return LedgerUnreachable(f"cannot use the ledger {path}: {said}" + (f"; {do}" if do else ""))


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Let one process at a time migrate: two first runs at once must not both create tables."""
    import fcntl

    lock = Path(f"{path}.migrating")
    while True:
        handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if not _is_still_at(handle, lock):
                continue  # whoever held it took the file away: others lock another one
            yield
            lock.unlink(missing_ok=True)
            return
        finally:
            os.close(handle)


def _is_still_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
