"""Commands run in process against a small workspace on the toy platform."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest

from syndicator.cli import main
from tests.acceptance.conftest import Studio, clip

__all__ = ["clip"]


@attrs.frozen
class Said:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(text) for text in self.out.splitlines()]


class Shell:
    """A studio with a command line that runs in this process."""

    def __init__(self, studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
        self.studio = studio
        self.folder = studio.folder
        self._capsys = capsys

    def __call__(self, *words: str) -> Said:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["-C", str(self.folder), *words])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in (err if words[0] == "ledger" else out + err)
        code = left.value.code
        return Said(code if isinstance(code, int) else 0, out, err)

    def edit(self, path: str, old: str, new: str) -> None:
        where = self.folder / path
        text = where.read_text()
        assert old in text
        where.write_text(text.replace(old, new))
        stat = where.stat()
        os.utime(where, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))

    def states(self) -> Counter[str]:
        return Counter(each["state"] for each in self("show", "--json").lines)

    def make_due(self) -> None:
        """Let everything that waits for a later attempt be due."""
        import sqlite3

        with sqlite3.connect(self.folder / "syndicator.db") as database:
            database.execute("UPDATE release SET next_ms = 0 WHERE next_ms IS NOT NULL "
                             "AND action = 'publish'")  # fmt: skip
            database.execute("DELETE FROM pause")
        database.close()


@pytest.fixture
def shell(toy: None, tmp_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    studio = Studio(tmp_path / "studio", clip)
    studio.write(episodes=3)
    return Shell(studio, capsys)
