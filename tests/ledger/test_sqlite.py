"""What only the SQLite ledger can get wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from syndicator.ledger import claiming, open_ledger, reading, recording, waiting
from syndicator.ledger.database import Database, _only_one
from syndicator.ledger.ledger import Claim, Filter, LedgerBusy, LedgerNewer, LedgerUnreachable
from syndicator.ledger.schema import STEERING, TABLES, TASKS, VERSION
from syndicator.ledger.sqlite import SqliteLedger

from .conftest import claim, record, release
from .test_processes import start


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
    "state = 'live', next_ms = NULL",
    "state = 'live', next_ms = NULL, receipt = '{}', error = 'no'",
    "state = 'live', receipt = '{}'",
    "state = 'held', next_ms = NULL",
    "state = 'publishing', next_ms = NULL",
    "state = 'withdrawing', next_ms = NULL",
    "state = 'publishing', worker = 'w'",
    "state = 'publishing', lease_ms = 1",
    "key = NULL",
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
    with pytest.raises(LedgerNewer, match="schema 99, this syndicator knows 3: upgrade"):
        SqliteLedger(path)


def test_a_fresh_ledger_has_the_schema_that_is_written_down(path: Path) -> None:
    ledger = SqliteLedger(path)
    found = {tuple(row) for row in ledger.database.all(SCHEMA)}
    ledger.close()
    bare = sqlite3.connect(":memory:")
    bare.executescript(TABLES + TASKS + STEERING)
    assert found == set(bare.execute(SCHEMA))
    bare.close()


SCHEMA = (
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' "
    "AND tbl_name <> '_sqlite_migrations'"
)


def test_a_ledger_that_was_left_half_way_by_a_migration_is_finished(path: Path) -> None:
    ledger = SqliteLedger(path)
    record(ledger, release(1))
    before = {tuple(row) for row in ledger.database.all(SCHEMA)}
    ledger.database.connection.execute("PRAGMA user_version = 0")
    ledger.close()
    ledger = SqliteLedger(path)
    assert ledger.facts().schema == str(VERSION)
    assert {tuple(row) for row in ledger.database.all(SCHEMA)} == before
    assert len(list(ledger.rows(Filter()))) == 1
    ledger.close()


def test_an_empty_file_becomes_a_ledger(path: Path) -> None:
    path.touch()
    ledger = SqliteLedger(path)
    assert ledger.facts().releases == 0
    ledger.close()


@pytest.mark.parametrize("version", [0, 1, 77])
def test_the_database_of_another_program_is_left_alone(path: Path, version: int) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url)")
        other.execute(f"PRAGMA user_version = {version}")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LedgerUnreachable, match=r"ledger\.url"):
        SqliteLedger(path).next_at()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"series: thirsty-30\n" * 400, "file is not a database; ledger.url points at"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "cannot use the ledger"),
    ],
)
def test_a_file_that_is_no_database_is_named_and_left_alone(
    path: Path, content: bytes, said: str
) -> None:
    path.write_bytes(content)
    with pytest.raises(LedgerUnreachable, match=said) as found:
        SqliteLedger(path).next_at()
    assert str(path) in str(found.value)
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_ledger_is_named(path: Path) -> None:
    path.mkdir()
    with pytest.raises(LedgerUnreachable, match=r"check ledger\.url in syndicator\.toml"):
        SqliteLedger(path)


def test_a_ledger_that_cannot_be_written_is_read_and_says_what_to_do(path: Path) -> None:
    ledger = SqliteLedger(path)
    record(ledger, release(1))
    ledger.database.connection.execute("PRAGMA query_only = ON")
    assert len(list(ledger.rows(Filter()))) == 1
    assert ledger.next_at() is not None
    with pytest.raises(LedgerUnreachable, match="make the file and its folder writable"):
        claim(ledger)
    ledger.close()


@pytest.mark.parametrize("url", ["postgresql://db/x", "mysql://x", "", "ledger.db"])
def test_a_url_that_this_version_cannot_use_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(LedgerUnreachable, match="keeps its ledger in sqlite:///path"):
        open_ledger(url, tmp_path)


def test_an_absolute_url_is_no_part_of_the_workspace(tmp_path: Path) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path}/x.db", tmp_path / "elsewhere")
    ledger.close()
    assert (tmp_path / "x.db").exists()


def test_only_one_migrates_at_a_time_though_each_takes_the_lock_away(path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def migrate() -> None:
        for _ in range(40):
            with _only_one(path):
                inside.append(1)
                most.append(len(inside))
                threading.Event().wait(0.0005)
                inside.pop()

    threads = [threading.Thread(target=migrate) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (max(most), len(most)) == (1, 240)
    assert list(path.parent.iterdir()) == []


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


def test_processes_can_make_the_ledger_at_the_same_moment(path: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from syndicator.ledger.sqlite import SqliteLedger; "
        "print(); sys.stdout.flush(); sys.stdin.readline(); "
        f"SqliteLedger(Path({str(path)!r})).close()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    found = [subprocess.Popen([sys.executable, "-c", code], **pipes) for _ in range(4)]
    for process in found:
        process.stdout.readline()
    for process in found:
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in found:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.db"]


KILLED = """
for n in range(1, 10**6):
    record(ledger, release(n, channel=me), release(n, channel=me + "b"))
    print(n, flush=True)
"""


def test_killed_in_the_middle_what_was_recorded_is_there_and_nothing_by_half(
    path: Path, tmp_path: Path
) -> None:
    SqliteLedger(path).close()
    for enough in (1, 7, 23, 60):
        (process,) = start(KILLED, 1, "sqlite:///ledger.db", tmp_path)
        assert process.stdout
        for line in process.stdout:
            if line == f"{enough}\n":
                break
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        ledger = SqliteLedger(path)
        done = Counter(each.key.channel[-1] == "b" for each in ledger.rows(of(process.pid)))
        assert done[True] == done[False] >= max([enough, *map(int, rest)])
        ledger.close()
    ledger = SqliteLedger(path)
    assert ledger.facts().integrity == []
    assert ledger.facts().releases == ledger.facts().events
    ledger.close()


def of(pid: int) -> Filter:
    return Filter(channels=(f"host:{pid}", f"host:{pid}b"))


# -- speed: plans that look at everything are faults --


def plan_of(ledger: SqliteLedger, statement: str, values: dict[str, object]) -> str:
    found = ledger.database.all(f"EXPLAIN QUERY PLAN {statement}", values)
    return "\n".join(each["detail"] for each in found)


def test_a_claim_walks_the_index_of_what_is_due_and_sorts_nothing(path: Path) -> None:
    ledger = SqliteLedger(path)
    record(ledger, *(release(n) for n in range(1, 50)))
    for staging in ("''", ":s0, :s1"):
        statement = claiming.DUE.format(staging=staging, only="") + claiming.FIRST
        plan = plan_of(ledger, statement, {"now": 1, "limit": 4, "s0": "a", "s1": "b"})
        assert plan.startswith("SEARCH r USING INDEX release_due")
        assert "release_chain" in plan
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan
    ledger.close()


@pytest.mark.parametrize(
    ("index", "statement"),
    [
        ("release_due", "SELECT min(next_ms) FROM release WHERE next_ms IS NOT NULL"),
        ("release_aside", waiting.ASIDE),
        ("sqlite_autoindex_release_1", recording.KNOWN),
        ("event_release", f"{reading.EVENTS} WHERE e.release = 1 ORDER BY e.number"),
        ("PRIMARY KEY", f"{reading.EVENTS} WHERE e.number > 1 ORDER BY e.number"),
    ],
)
def test_no_question_of_a_run_looks_at_everything(path: Path, index: str, statement: str) -> None:
    ledger = SqliteLedger(path)
    values = {"low": "s/", "high": "s0", "state": "held", "now": 1}
    plan = plan_of(ledger, statement, values)
    assert index in plan
    assert "SCAN" not in plan
    ledger.close()


def test_a_claim_costs_the_same_however_much_is_due(path: Path) -> None:
    """What counts is how many steps SQLite takes, which no other load of the machine changes."""
    steps = []
    for series in ("s", "t", "u"):
        ledger = SqliteLedger(path)
        new = (release(n, channel=f"{series}{c}") for n in range(1, 31) for c in range(20))
        record(ledger, *new)
        steps.append(steps_of(ledger, lambda ledger=ledger: claim(ledger, limit=4)))
        ledger.close()
    assert max(steps) < 2 * min(steps), steps


def steps_of(ledger: SqliteLedger, work: Callable[[], list[Claim]]) -> int:
    count: list[None] = []
    ledger.database.connection.set_progress_handler(lambda: count.append(None), 100)
    assert len(work()) == 4
    return len(count)


def test_a_ledger_of_the_first_schema_is_brought_up_to_date(path: Path) -> None:
    SqliteLedger(path).close()
    with sqlite3.connect(path) as direct:
        direct.executescript(
            "DROP INDEX release_task; ALTER TABLE release DROP COLUMN task;"
            "DELETE FROM _sqlite_migrations WHERE name = 'm0002_tasks'; PRAGMA user_version = 1"
        )
    direct.close()
    ledger = SqliteLedger(path)
    found = {tuple(row) for row in ledger.database.all(SCHEMA)}
    assert any("release_task" in row for row in found)
    assert ledger.database.one("PRAGMA user_version")[0] == VERSION
    ledger.close()
