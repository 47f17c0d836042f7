"""Measure the whole, each figure beside a baseline of the same run: `make bench`.

python benchmarks/run.py                 the full size: 200 series of 80 episodes on 12 channels
python benchmarks/run.py --series 20     smaller
python benchmarks/run.py --json          for programs
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
TOY = HERE.parent / "tests" / "toy"
ENVIRON = {**os.environ, "PYTHONPATH": str(TOY)}
ENVIRON.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
SYNDICATE = Path(sys.executable).with_name("syndicate")


def timed(words: list[str], times: int = 1) -> tuple[float, int]:
    """Return (median seconds, largest memory in MB) of a command."""
    seconds, memory = [], 0
    for _ in range(times):
        began = time.perf_counter()
        process = subprocess.Popen(
            words, env=ENVIRON, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - began)
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = max(memory, usage.ru_maxrss // 1024)
    return median(seconds), memory


def bare_insert(ledger: Path, target: Path) -> float:
    """Return the seconds that one bare executemany a table takes for the rows of a ledger."""
    source = sqlite3.connect(ledger)
    tables = {}
    for name in ("content", "release", "event"):
        cursor = source.execute(f"SELECT * FROM {name}")
        tables[name] = ([column[0] for column in cursor.description], cursor.fetchall())
    source.close()
    bare = sqlite3.connect(target, isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    for name, (columns, _) in tables.items():
        bare.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    began = time.perf_counter()
    bare.execute("BEGIN")
    for name, (columns, rows) in tables.items():
        bare.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
    bare.execute("COMMIT")
    taken = time.perf_counter() - began
    bare.close()
    return taken


def scale(series: int, episodes: int) -> list[dict[str, object]]:
    """Measure check, plan, release and release with nothing due on a large workspace."""
    folder = Path(tempfile.mkdtemp(prefix="syndicate-bench-"))
    try:
        command = [sys.executable, str(HERE / "workspace.py"), str(folder / "w")]
        subprocess.run([*command, f"--series={series}", f"--episodes={episodes}"], check=True)
        where = [str(SYNDICATE), "-C", str(folder / "w")]
        found = [
            ("check", *timed([*where, "check"])),
            ("plan", *timed([*where, "plan", "--list", "moved"])),
            ("plan and record", *timed([*where, "release"])),
            ("release, nothing due", *timed([*where, "release"], 5)),
        ]
        bare = bare_insert(folder / "w" / "syndicator.db", folder / "bare.db")
    finally:
        shutil.rmtree(folder)
    rows: list[dict[str, object]] = [
        {"what": f"{name}, {series} series", "seconds": round(seconds, 3), "MB": memory,
         "baseline": "bare executemany of the same rows", "baseline_s": round(bare, 3),
         "ratio": round(seconds / bare, 2)}
        for name, seconds, memory in found
    ]  # fmt: skip
    return rows


def start() -> list[dict[str, object]]:
    """Measure how fast the command starts, beside the imports it cannot do without."""
    bare, _ = timed([sys.executable, "-c", "import click, sqlite3, attrs, pluggy"], 15)
    folder = Path(tempfile.mkdtemp(prefix="syndicate-bench-"))
    try:
        command = [sys.executable, str(HERE / "workspace.py"), str(folder / "w")]
        subprocess.run([*command, "--series=2", "--episodes=20"], check=True)
        where = [str(SYNDICATE), "-C", str(folder / "w"), "release"]
        timed(where)
        found = [("syndicate --help", [str(SYNDICATE), "--help"]), ("release, nothing due", where)]
        return [
            _row(name, timed(words, 15)[0], bare, "import click, sqlite3, attrs, pluggy")
            for name, words in found
        ]
    finally:
        shutil.rmtree(folder)


def _row(name: str, seconds: float, base: float, baseline: str) -> dict[str, object]:
    return {"what": name, "seconds": round(seconds, 4), "baseline": baseline,
            "baseline_s": round(base, 4), "ratio": round(seconds / base, 2)}  # fmt: skip


def due(sizes: tuple[int, ...] = (10_000, 1_000_000)) -> list[dict[str, object]]:
    """Measure `release` with nothing due over ledgers of different sizes."""
    found = []
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="syndicate-bench-"))
        try:
            command = [sys.executable, str(HERE / "workspace.py"), str(folder / "w")]
            subprocess.run([*command, "--series=2", "--episodes=20"], check=True)
            where = [str(SYNDICATE), "-C", str(folder / "w"), "release"]
            timed(where)
            fill(folder / "w" / "syndicator.db", size)
            found.append((size, timed(where, 9)[0]))
        finally:
            shutil.rmtree(folder)
    base = found[0][1]
    return [
        _row(f"release, nothing due, {size:,} releases known", seconds, base,
             f"the same with {sizes[0]:,}")
        for size, seconds in found
    ]  # fmt: skip


def uploads() -> list[dict[str, object]]:
    """Measure uploads of 2 GB, in processes of their own."""
    words = [sys.executable, str(HERE / "upload.py"), "--json"]
    found: list[dict[str, object]] = json.loads(subprocess.check_output(words))
    return found


def rights(series: int, episodes: int) -> list[dict[str, object]]:
    """Measure planning with rights beside planning without, in a process of its own."""
    words = [sys.executable, str(HERE / "planning.py"), "--json",
             f"--series={series}", f"--episodes={episodes}"]  # fmt: skip
    found: list[dict[str, object]] = json.loads(subprocess.check_output(words))
    return found


def fill(ledger: Path, size: int) -> None:
    """Multiply what a ledger knows until it knows so many releases."""
    database = sqlite3.connect(ledger, isolation_level=None)
    columns = [row[1] for row in database.execute("PRAGMA table_info(release)")]
    kept = [name for name in columns if name not in {"id", "key", "series"}]
    known = database.execute("SELECT count(*) FROM release").fetchone()[0]
    copies = -(-size // known)
    database.execute("BEGIN")
    database.execute(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies}) "
        f"INSERT INTO release (key, series, {', '.join(kept)}) "
        f"SELECT 'x' || n.i || '-' || key, 'x' || n.i || '-' || series, {', '.join(kept)} "
        "FROM release, n"
    )
    database.execute("COMMIT")
    database.close()


def show(rows: list[dict[str, object]]) -> None:
    """Print a table."""
    print(f"{'what':<46} {'seconds':>9} {'MB':>6} {'baseline':>9} {'ratio':>6}  beside")
    for row in rows:
        print(f"{row['what']!s:<46} {row['seconds']!s:>9} {row.get('MB', '')!s:>6} "
              f"{row['baseline_s']!s:>9} {row['ratio']!s:>6}  {row['baseline']}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=200)
    parser.add_argument("--episodes", type=int, default=80)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=["start", "scale", "due", "upload", "rights", "policies"])
    given = parser.parse_args()
    if given.only == "policies":
        words = [sys.executable, "-m", "benchmarks.policies", *(["--json"] if given.json else [])]
        sys.exit(subprocess.run(words, cwd=HERE.parent, check=False).returncode)
    parts: dict[str, Callable[[], list[dict[str, object]]]] = {
        "start": start,
        "scale": lambda: scale(given.series, given.episodes),
        "due": due,
        "upload": uploads,
        "rights": lambda: rights(given.series, given.episodes),
    }
    rows = [row for name, part in parts.items() if given.only in {None, name} for row in part()]
    if given.json:
        print(json.dumps({"rows": rows, "memory_of_this_MB": resource.getrusage(
            resource.RUSAGE_SELF).ru_maxrss // 1024}, indent=2))  # fmt: skip
    else:
        show(rows)


if __name__ == "__main__":
    main()
