"""What only the SQLite ledger can get wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from syndicator.ledger.database import Database
from syndicator.ledger.ledger import Filter, LedgerBusy, LedgerNewer, LedgerUnreachable
from syndicator.ledger.sqlite import SqliteLedger

from .conftest import NOW, claim, live, record, release


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def test_the_file_is_in_wal_mode_with_keys_and_strict_tables(path: Path) -> None:
    ledger = SqliteLedger(path)
    assert ledger.database.one("PRAGMA journal_mode")[0] == "wal"
    assert ledger.database.one("PRAGMA foreign_keys")[0] == 1
    assert ledger.database.one("PRAGMA synchronous")[0] == 2
    loose = (
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND strict = 0 AND name NOT LIKE '%sqlite%'"
    )
    assert ledger.database.all(loose) == []
    ledger.close()


IMPOSSIBLE = [
    "state = 'live'",
    "state = 'blocked', next_ms = NULL",
    "state = 'planned', next_ms = NULL",
    "worker = 'w'",
    "worker = 'w', lease_ms = 1",
    "state = 'sleeping'",
    "action = 'delete'",
    "content = 'nowhere'",
    "at_ms = 'soon'",
]


@pytest.mark.parametrize("change", IMPOSSIBLE)
def test_impossible_rows_are_refused(path: Path, change: str) -> None:
    ledger = SqliteLedger(path)
    record(ledger, release(1))
    with sqlite3.connect(path) as direct:
        direct.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            direct.execute(f"UPDATE release SET {change}")
    direct.close()
    ledger.close()


@pytest.mark.parametrize("statement", ["UPDATE event SET actor = 'x'", "DELETE FROM event"])
def test_history_cannot_be_rewritten(path: Path, statement: str) -> None:
    ledger = SqliteLedger(path)
    record(ledger, release(1))
    with sqlite3.connect(path) as direct, pytest.raises(sqlite3.IntegrityError, match="never"):
        direct.execute(statement)
    direct.close()
    ledger.close()


def test_a_later_schema_is_named(path: Path) -> None:
    SqliteLedger(path).close()
    with sqlite3.connect(path) as direct:
        direct.execute("PRAGMA user_version = 99")
    direct.close()
    with pytest.raises(LedgerNewer, match="schema 99, this syndicator knows 1: upgrade"):
        SqliteLedger(path)


def test_a_damaged_file_is_named(path: Path) -> None:
    ledger = SqliteLedger(path)
    record(ledger, *(release(n) for n in range(1, 200)))
    ledger.close()
    data = bytearray(path.read_bytes())
    for page in range(4096 * 3, len(data), 4096):
        data[page : page + 2000] = os.urandom(2000)
    path.write_bytes(data)
    with pytest.raises(LedgerUnreachable, match="cannot use the ledger"):
        look_at_everything(path)


def look_at_everything(path: Path) -> None:
    found = SqliteLedger(path)
    list(found.rows(Filter()))
    found.facts()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnreachable, match="does not exist"):
        SqliteLedger(tmp_path / "nowhere" / "ledger.db")


def test_a_ledger_that_another_process_holds_is_waited_for_and_then_named(path: Path) -> None:
    SqliteLedger(path).close()
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        database = Database(path, busy=0.2)
        with pytest.raises(LedgerBusy), database.transaction():
            pass
        database.close()
        other.execute("ROLLBACK")
    other.close()


def test_a_full_disk_loses_nothing(path: Path) -> None:
    ledger = SqliteLedger(path)
    record(ledger, release(1))
    pages = ledger.database.one("PRAGMA page_count")[0]
    ledger.database.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(LedgerUnreachable, match="full; make room on the disk; nothing was lost"):
        record(ledger, *(release(n) for n in range(2, 400)))
    assert [str(row.key) for row in ledger.rows(Filter())] == ["s/ep001/app/a/publish"]
    assert ledger.facts().integrity == []
    ledger.close()


def test_two_processes_can_make_the_ledger_at_the_same_moment(path: Path) -> None:
    code = (
        "from pathlib import Path; from syndicator.ledger.sqlite import SqliteLedger; "
        f"SqliteLedger(Path({str(path)!r})).close()"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)
    ]
    for process in both:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")


def test_killed_between_writes_the_ledger_is_sound(path: Path) -> None:
    SqliteLedger(path).close()
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from syndicator.ledger.sqlite import SqliteLedger; from tests.ledger.conftest import *\n"
        "ledger = SqliteLedger(Path(sys.argv[1]))\n"
        "for n in range(1, 10**6): record(ledger, release(n, channel=f'c{n}'))\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    for wait in (0.9, 1.1, 1.3):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(path), root], stderr=subprocess.DEVNULL
        )
        time.sleep(wait)  # noqa: TID251 - the moment to die
        process.send_signal(signal.SIGKILL)
        process.wait()
    ledger = SqliteLedger(path)
    facts = ledger.facts()
    assert facts.integrity == []
    assert facts.releases == facts.events
    ledger.close()


def test_what_is_due_is_found_by_index_not_by_looking_at_everything(path: Path) -> None:
    ledger = SqliteLedger(path)
    record(ledger, *(release(n) for n in range(1, 50)))
    plan = ledger.database.all(
        "EXPLAIN QUERY PLAN SELECT min(next_ms) FROM release WHERE next_ms IS NOT NULL"
    )
    assert "release_due" in str([tuple(each) for each in plan])
    for taken in claim(ledger):
        live(ledger, taken, NOW)
    ledger.close()
