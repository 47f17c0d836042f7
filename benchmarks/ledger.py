"""Measure the ledger by itself, each figure beside a baseline of the same run.

python benchmarks/ledger.py                    192,000 releases in 200 series; 10 k and 1 M known
python benchmarks/ledger.py --rows 19200       a tenth of each
python benchmarks/ledger.py --json             for programs
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from run import bare_insert, fill  # type: ignore[import-not-found, unused-ignore]

from syndicator.ledger import open_ledger
from syndicator.ledger.ledger import Filter, Ledger
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.problem import Place
from syndicator.model.release import Release, ReleaseKey
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
EPISODES, CHANNELS = 80, 12
URL = "sqlite:///ledger.db"
Line = dict[str, object]


def series(name: str, *, at: datetime = LATER, channels: int = CHANNELS) -> Changes:
    """Return a series of 80 episodes on some channels, all new."""
    world = Territories.parse(["WORLD", "-CN"])
    contents = {f"{name}-{n:03d}": json.dumps({"cut": n, "title": "x" * 300})
                for n in range(1, EPISODES + 1)}  # fmt: skip
    items = [
        Change(Kind.NEW, Release(
            ReleaseKey(name, f"ep{n:03d}", f"channel-{c}", "world", "publish"),
            at + timedelta(days=n // 5), world, Terms(), f"{name}-{n:03d}", n, 20_000_000,
            at + timedelta(days=n // 5), Place(f"calendars/{name}.yaml", 4),
        ))
        for c in range(channels) for n in range(1, EPISODES + 1)
    ]  # fmt: skip
    return Changes(series=name, items=items, contents=contents, same=0)


def recording(rows: int) -> list[Line]:
    """Measure `record`, a transaction a series, beside one bare executemany a table."""
    number = max(1, rows // (EPISODES * CHANNELS))
    made = [series(f"series-{n:04d}") for n in range(number)]
    with tempfile.TemporaryDirectory(prefix="syndicate-bench-") as folder:
        ledger = open_ledger(URL, Path(folder))
        began = time.perf_counter()
        for each in made:
            ledger.record(each, now=NOW, actor="benchmark")
        taken = time.perf_counter() - began
        ledger.close()
        bare = bare_insert(Path(folder, "ledger.db"), Path(folder, "bare.db"))
        same = same_schema(Path(folder, "ledger.db"), Path(folder, "same.db"))
    what = f"record {number * EPISODES * CHANNELS:,} releases, {number} series"
    return [
        line(what, taken, bare, "bare executemany of the same rows, no index, one transaction"),
        line(what, taken, same, "executemany into the same tables with their indexes and checks"),
    ]


def same_schema(ledger: Path, target: Path) -> float:
    """Return the seconds that the same rows take where only SQLite does work, no Python of ours."""
    open_ledger(f"sqlite:///{target.name}", target.parent).close()
    source = sqlite3.connect(ledger)
    tables = [(name, source.execute(f"SELECT * FROM {name}").fetchall())
              for name in ("content", "release", "event")]  # fmt: skip
    source.close()
    bare = sqlite3.connect(target, isolation_level=None)
    bare.execute("PRAGMA foreign_keys = ON")
    began = time.perf_counter()
    bare.execute("BEGIN")
    for name, rows in tables:
        bare.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    bare.execute("COMMIT")
    taken = time.perf_counter() - began
    bare.close()
    return taken


def nothing_due(sizes: tuple[int, int]) -> list[Line]:
    """Measure `next_at` and `claim` with nothing due, over ledgers of different sizes."""
    found: list[tuple[int, dict[str, float]]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="syndicate-bench-") as folder:
            ledger = open_ledger(URL, Path(folder))
            ledger.record(series("series"), now=NOW, actor="benchmark")
            ledger.close()
            fill(Path(folder, "ledger.db"), size)
            ledger = open_ledger(URL, Path(folder))
            found.append((size, {
                "next_at": of(ledger.next_at),
                "claim": of(lambda ledger=ledger: claim(ledger)),  # type: ignore[misc]
                "aside": of(lambda ledger=ledger: ledger.aside(NOW)),  # type: ignore[misc]
                "known": of(lambda ledger=ledger: ledger.known("series")),  # type: ignore[misc]
            }))  # fmt: skip
            ledger.close()
    base = found[0][1]
    return [
        line(f"{verb}, nothing due, {size:,} known", taken, base[verb], f"with {sizes[0]:,}")
        for size, figures in found
        for verb, taken in figures.items()
    ]


def due(many: int) -> list[Line]:
    """Measure a claim of four where many are due and only the heads of 25 chains can be taken."""
    with tempfile.TemporaryDirectory(prefix="syndicate-bench-") as folder:
        ledger = open_ledger(URL, Path(folder))
        one = series("series", at=NOW - timedelta(days=60), channels=max(1, many // EPISODES))
        ledger.record(one, now=NOW, actor="benchmark")
        bare = commit_alone(Path(folder, "bare.db"))
        taken = of(lambda: claim(ledger), 5)
        while claim(ledger):
            pass
        idle = of(lambda: claim(ledger))
        ledger.close()
    what = f"{len(one.items):,} due in {len(one.items) // EPISODES} chains"
    return [
        line(f"claim 4, {what}", taken, bare, "one commit of four rows"),
        line(f"claim 0, all heads taken, {what}", idle, bare, "one commit of four rows"),
    ]


def commit_alone(target: Path) -> float:
    bare = sqlite3.connect(target, isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE t (a, b)")

    def commit() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany("INSERT INTO t VALUES (?, ?)", [(1, "x" * 400)] * 4)
        bare.execute("COMMIT")

    taken = of(commit)
    bare.close()
    return taken


def claim(ledger: Ledger) -> int:
    lease = timedelta(minutes=5)
    return len(
        ledger.claim(now=NOW, worker="w", lease=lease, limit=4, only=Filter(), staging=())
    )  # fmt: skip


def of(work: Callable[[], object], times: int = 9) -> float:
    """Return the median seconds of a piece of work."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def line(what: str, seconds: float, base: float, beside: str) -> Line:
    return {"what": what, "ms": round(seconds * 1000, 3), "baseline_ms": round(base * 1000, 3),
            "ratio": round(seconds / base, 2), "baseline": beside}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=192_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    scale = given.rows / 192_000
    lines = [
        *recording(given.rows),
        *nothing_due((10_000, max(10_000, int(1_000_000 * scale)))),
        *due(2_000),
    ]
    if given.json:
        print(json.dumps({"rows": lines}, indent=2))
        return
    print(f"{'what':<52} {'ms':>10} {'baseline':>10} {'ratio':>6}  beside")
    for each in lines:
        print(f"{each['what']!s:<52} {each['ms']!s:>10} {each['baseline_ms']!s:>10} "
              f"{each['ratio']!s:>6}  {each['baseline']}")  # fmt: skip


if __name__ == "__main__":
    main()
