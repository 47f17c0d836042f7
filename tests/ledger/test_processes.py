"""Several processes at one ledger: they share the work, never a release, never a quota."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from syndicator.ledger.ledger import Filter, Ledger
from syndicator.model.state import State

from .conftest import LEASE, NOW, charge, claim, live, record, release

ROOT = Path(__file__).resolve().parents[2]
START = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from syndicator.ledger import open_ledger
from tests.ledger.conftest import *
ledger = open_ledger(sys.argv[2], Path(sys.argv[3]))
me = f"host:{os.getpid()}"
print("ready", flush=True)
sys.stdin.readline()
"""


def start(work: str, number: int, url: str, folder: Path) -> list[subprocess.Popen[str]]:
    """Start processes that begin their work at the same moment."""
    command = [sys.executable, "-c", START + work, str(ROOT), url, str(folder)]
    found = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(number)
    ]
    for process in found:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in found:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    return found


def answers(processes: list[subprocess.Popen[str]]) -> list[list[object]]:
    found = []
    for process in processes:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        found.append(json.loads(out))
    return found


def test_processes_share_the_work_and_never_a_release(
    ledger: Ledger, url: str, tmp_path: Path
) -> None:
    record(ledger, *(release(n, channel=f"c{c}") for c in range(12) for n in (1, 2, 3)))
    work = """
import time
done = []
while taken := claim(ledger, worker=me, limit=2):
    for each in taken:
        ledger.checkpoint(each, {"by": me}, [])
        time.sleep(0.03)  # as long as a channel takes: time for the others to come
        live(ledger, each)
        done.append(str(each.row.key))
print(json.dumps(done))
"""
    shares = answers(start(work, 3, url, tmp_path))
    rest = claim(ledger)  # whoever found nothing free while others still worked has gone
    for taken in rest:
        live(ledger, taken)
    while more := claim(ledger):
        rest += more
        for taken in more:
            live(ledger, taken)
    found = Counter([key for share in shares for key in share] + [str(e.row.key) for e in rest])
    assert (len(found), set(found.values())) == (36, {1})
    assert sum(1 for share in shares if share) > 1, "one did all of it"
    assert ledger.counts(Filter()) == {State.LIVE: 36}
    assert {each.token for each in ledger.rows(Filter())} == {1}


def test_a_quota_holds_across_processes(ledger: Ledger, url: str, tmp_path: Path) -> None:
    work = """
spent = 0
while not ledger.spend([charge(3)]):
    spent += 3
print(json.dumps([spent]))
"""
    shares = answers(start(work, 3, url, tmp_path))
    assert sum(int(str(share[0])) for share in shares) == 99
    assert ledger.spend([charge(3)])
    assert ledger.spend([charge(1)]) is None


def test_two_processes_that_record_the_same_plan_record_it_once(
    ledger: Ledger, url: str, tmp_path: Path
) -> None:
    work = """
from syndicator.ledger.ledger import LedgerMoved
try:
    record(ledger, *(release(n) for n in range(1, 101)))
    print("[1]")
except LedgerMoved:
    print("[0]")
"""
    shares = answers(start(work, 3, url, tmp_path))
    assert sorted(int(str(share[0])) for share in shares) == [0, 0, 1]
    assert len(list(ledger.events())) == 100


def test_what_a_killed_process_held_is_taken_over_with_what_it_saved(
    ledger: Ledger, url: str, tmp_path: Path
) -> None:
    record(ledger, *(release(1, channel=f"c{n}") for n in range(5)))
    work = """
for each in claim(ledger, worker=me):
    ledger.checkpoint(each, {"upload": each.row.key.channel}, ["post"])
print("saved", flush=True)
sys.stdin.readline()
"""
    (process,) = start(work, 1, url, tmp_path)
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == "saved\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert claim(ledger) == [], "its leases still run"
    taken = claim(ledger, now=NOW + LEASE)
    assert [each.row.saved["upload"] for each in taken] == [f"c{n}" for n in range(5)]
    assert {each.row.asked for each in taken} == {("post",)}
    for each in taken:
        live(ledger, each)
