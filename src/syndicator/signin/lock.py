"""One process at a time, and within it one thread: a lock that ends with whoever holds it."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syndicator.channel import Retry

STEP = 0.02


@contextmanager
def locked(path: Path, wait: float) -> Iterator[None]:
    """Hold a lock; the kernel takes it from a process that dies.

    Args:
        path: of the lock's file, which stays.
        wait: seconds; longer than a renewal takes, so that who holds it then hangs.

    Raises:
        Retry: somebody else holds it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, path, wait)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Retry(
                    f"another process has been signing in for {wait:g} s ({path})"
                ) from None
            threading.Event().wait(STEP)
        else:
            return
