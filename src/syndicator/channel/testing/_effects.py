"""Files instead of exchanges: for channels that deliver into a folder.

Python announces each opening, renaming and removing of a file before it happens (PEP 578); a
worker counts those that change something, and ends, or finds no room, at the one it was told.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syndicator.channel.testing._kinds import Kind

CHANGING = frozenset({"os.rename", "os.remove", "os.link", "os.truncate"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Effects:
    """Counts what is done to files below a folder, apart from the kit's own."""

    def __init__(self, folder: Path, ours: frozenset[str]) -> None:
        self._folder = str(folder) + os.sep
        self._ours = ours
        self._script: Mapping[int, str] | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def begin(self, script: Mapping[int, str], number: int) -> None:
        """Count from a number on; what the script says goes wrong."""
        self._script, self._number = script, number
        self.seen = []

    def end(self) -> None:
        """Count no more."""
        self._script = None

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._script is None or not self._changes(event, arguments):
            return
        path = os.fsdecode(arguments[1] if event == "os.rename" else arguments[0])
        path = path if os.path.isabs(path) else os.path.abspath(path)  # noqa: PTH100, PTH117
        below = path.removeprefix(self._folder)
        if below == path or below.partition(os.sep)[0] in self._ours:
            return
        said = f"{event.removeprefix('os.')} {below}"
        if self.seen and self.seen[-1] == said:
            return  # opening a file is announced twice
        number, self._number = self._number, self._number + 1
        self.seen.append(said)
        kind = self._script.get(number)
        if kind == Kind.KILL_BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == Kind.FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    @staticmethod
    def _changes(event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            path, _, flags = (*arguments, None, None)[:3]
            return isinstance(path, str | bytes) and bool((flags or 0) & WRITING)
        return event in CHANGING and isinstance(arguments[0], str | bytes | os.PathLike)
