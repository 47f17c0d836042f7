"""Whatever is wrong with the ledger: exit code 7, a sentence, nothing posted and nothing lost."""

from __future__ import annotations

import hashlib
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import TOY

SYNDICATE = [sys.executable, "-m", "syndicator"]
PAGE = 4096


def newer(path: Path) -> None:
    """Say that a later version wrote it."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def damaged(path: Path) -> None:
    """Overwrite every page but the first."""
    data = bytearray(path.read_bytes())
    for page in range(PAGE, len(data), PAGE):
        data[page : page + PAGE] = b"\xff" * PAGE
    path.write_bytes(data)


def foreign(path: Path) -> None:
    """Put another program's database in its place."""
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE invoices (id)")
    database.close()


def unchanged(path: Path) -> None:
    """Leave it: what is wrong is elsewhere."""


def no_room() -> None:
    """Let no file grow: what a full disk does to a process."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (PAGE, PAGE))


@pytest.mark.parametrize(
    ("spoil", "limit", "sentence"),
    [
        (newer, None, "upgrade syndicator"),
        (damaged, None, "restore a backup"),
        (foreign, None, "the database of another program"),
        (unchanged, no_room, "cannot use the ledger"),
    ],
)
def test_nothing_is_tried_and_nothing_is_lost(
    studio, spoil: Callable[[Path], None], limit: Callable[[], None] | None, sentence: str
) -> None:
    studio.write()
    assert studio.run("release", "--channel", "app").returncode == 0
    posted = posts(studio.folder)
    path = studio.folder / "syndicator.db"
    spoil(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    run = subprocess.run(
        [*SYNDICATE, "-C", str(studio.folder), "release"], check=False, capture_output=True,
        text=True, preexec_fn=limit, env={**os.environ, "PYTHONPATH": str(TOY)},
    )  # fmt: skip
    assert (run.returncode, sentence in run.stderr) == (7, True), run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert posts(studio.folder) == posted
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def posts(folder: Path) -> list[str]:
    return [line for path in sorted(folder.rglob("posts.jsonl"))
            for line in path.read_text().splitlines()]  # fmt: skip
