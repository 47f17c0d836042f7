"""Workers, as the kit holds them: started, told what to do, killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, TextIO

from syndicator.channel import Channel

LONGEST_S = 60.0
"""A command that takes longer hangs."""


class Died(Exception):  # noqa: N818 - what happened to it
    """The worker was killed before it answered."""


class Hung(Exception):  # noqa: N818 - what happened to it
    """The worker did not answer in time."""


class Worker:
    """One process, forked for us."""

    def __init__(self, place: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(place)
        self._socket.settimeout(LONGEST_S)
        self._lines: TextIO = self._socket.makefile("rw", encoding="utf-8")
        self.pid = int(self._lines.readline())

    def ask(self, **command: Any) -> dict[str, Any]:
        """Return what came of a command.

        Raises:
            Died, Hung: nothing came.
        """
        try:
            self._lines.write(json.dumps(command) + "\n")
            self._lines.flush()
            line = self._lines.readline()
        except TimeoutError:
            raise Hung(f"no answer within {LONGEST_S:.0f} s") from None
        except OSError:
            line = ""
        if not line:
            raise Died
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        """Kill it as a machine does that loses power; return when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        while _is_alive(self.pid):
            os.sched_yield()

    def close(self) -> None:
        """Let it end."""
        with contextlib.suppress(OSError):
            self._lines.close()
        self._socket.close()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Workers:
    """Forks workers of one channel in one workspace."""

    def __init__(self, adapter: type[Channel], folder: Path) -> None:
        self._place = str(folder / "workers")
        spelled = f"{adapter.__module__}:{adapter.__qualname__}"
        arguments = [spelled, str(folder), self._place, json.dumps(sys.path)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "syndicator.channel.testing._worker", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        if self._process.stdout.readline().strip() != "ready":
            _, said = self._process.communicate()
            raise RuntimeError(f"the worker of {spelled} did not start: {said.strip()[-2000:]}")

    def one(self) -> Worker:
        """Return a fresh one."""
        return Worker(self._place)

    def close(self) -> None:
        """End those that there are."""
        self._process.terminate()
        self._process.communicate()
