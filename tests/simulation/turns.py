"""Who goes on: each simulated thread is a greenlet, and the seed says which one runs next.

Exactly one runs, until it comes to a seam (a ledger write, a platform call, a wait). So threads of
several processes interleave in every way that real ones could there, and the same seed gives the
same interleaving.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from typing import Any, Self

import attrs
from greenlet import getcurrent, greenlet

from syndicator.ledger.ledger import Charge, Claim


class Killed(BaseException):
    """The process died here."""


@attrs.define(eq=False)
class Process:
    """One run of a cron."""

    name: str
    stop: threading.Event = attrs.field(factory=threading.Event)
    tasks: list[Task] = attrs.field(factory=list)
    is_dead: bool = False
    frozen_until: int = 0
    met_disk: bool = False
    """Whether a write of it failed because of the disk."""


@attrs.define(eq=False)
class Task:
    """A thread of a process."""

    process: Process
    green: Any = None
    asleep_until: int = 0
    work: Sequence[Future[Any]] = ()
    deadline: int | None = None
    acting: Claim | None = None
    """What it works on."""

    writes: bool = False
    """Whether it is in the middle of a write that names its claim."""

    spending: Sequence[Charge] = ()
    """What it is about to spend of quotas."""

    has_spent: bool = False
    """Whether it has spent of a quota for what it works on."""

    def wakes_at(self) -> int:
        """Return when it goes on."""
        waits = 0
        if self.deadline is not None and not any(each.done() for each in self.work):
            waits = self.deadline
        return max(self.process.frozen_until, self.asleep_until, waits)


class Turns:
    """The scheduler."""

    def __init__(self, choose: Callable[[Sequence[Task]], Task]) -> None:
        self._choose = choose
        self._hub = getcurrent()
        self.tasks: list[Task] = []
        self.current: Task | None = None

    def spawn(self, process: Process, do: Callable[[], object]) -> Task:
        """Begin a thread of a process; it runs when it is chosen."""
        task = Task(process)

        def body() -> None:
            try:
                do()
            except Killed:
                pass
            finally:
                self.tasks.remove(task)
                process.tasks.remove(task)

        task.green = greenlet(body, self._hub)
        self.tasks.append(task)
        process.tasks.append(task)
        return task

    def go(self, ticks: int) -> bool:
        """Let one thread run to its next seam; return whether there was one that can."""
        ready = [task for task in self.tasks if task.wakes_at() <= ticks]
        if not ready:
            return False
        task = ready[0] if len(ready) == 1 else self._choose(ready)
        self._switch(task)
        if task.process.is_dead:
            self._bury()
        return True

    def _switch(self, task: Task) -> None:
        self.current = task
        try:
            task.green.switch()
        finally:
            self.current = None

    def _bury(self) -> None:
        """End the threads of processes that died; nothing they still do has any effect."""
        for task in [each for each in self.tasks if each.process.is_dead]:
            if task.green:
                self.current = task
                task.green.throw(Killed)
                self.current = None
            elif task in self.tasks:  # it never ran
                self.tasks.remove(task)
                task.process.tasks.remove(task)

    def end(self) -> None:
        """End every thread there still is."""
        for task in self.tasks:
            task.process.is_dead = True
        self._bury()

    def rest(self) -> None:
        """Let others go on."""
        self._hub.switch()

    def wait(self, work: Collection[Future[Any]], deadline: int) -> list[Future[Any]]:
        """Let others go on until some work has ended or time is up; return what has ended."""
        task = self.current
        assert task is not None
        task.work, task.deadline = tuple(work), deadline
        self.rest()
        task.work, task.deadline = (), None
        return [each for each in work if each.done()]

    def next_wake(self) -> int | None:
        """Return when the first of those that wait goes on."""
        return min((task.wakes_at() for task in self.tasks), default=None)


class Pool:
    """In place of a pool of threads: what is submitted becomes a thread of the current process."""

    turns: Turns
    """Of the life that is being run."""

    def __init__(self, jobs: int, thread_name_prefix: str = "") -> None:
        assert self.turns.current is not None
        self._process = self.turns.current.process
        self._work: list[Future[Any]] = []

    def submit(self, act: Callable[[Claim], Any], claim: Claim) -> Future[Any]:
        future: Future[Any] = Future()

        def job() -> None:
            try:
                future.set_result(act(claim))
            except Killed:
                raise
            except BaseException as error:  # noqa: BLE001 - as a pool does
                future.set_exception(error)

        self.turns.spawn(self._process, job).acting = claim
        self._work.append(future)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while not self._process.is_dead and not all(each.done() for each in self._work):
            open_ = [each for each in self._work if not each.done()]
            self.turns.wait(open_, 1 << 62)
