"""The only module that reads time and that waits."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol


class Clock(Protocol):
    """What tells time to a run; tests give one that they move themselves."""

    def now(self) -> datetime:
        """Return the instant, aware UTC."""

    def wait(self, work: Collection[Future[Any]], seconds: float) -> set[Future[Any]]:
        """Return the work that has ended, after one has or the seconds have passed."""


class SystemClock:
    """The machine's clock, moved by a span in a rehearsal."""

    def __init__(self, shift: timedelta = timedelta()) -> None:
        self._shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift  # noqa: TID251 - the one place

    def wait(self, work: Collection[Future[Any]], seconds: float) -> set[Future[Any]]:
        return wait(work, timeout=seconds, return_when=FIRST_COMPLETED).done
