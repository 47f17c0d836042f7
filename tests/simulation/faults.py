"""What goes wrong: how each fault of the roster happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

from syndicator import channel as sc

from .drawn import Fault
from .platform import OnItsWay
from .turns import Killed, Task

if TYPE_CHECKING:
    from .world import World

MINUTE_MS = 60_000
SAID = {
    "busy": "database is locked",
    "full": "database or disk is full",
    "read-only": "attempt to write a readonly database",
}


class BugError(Exception):
    """A fault of the adapter."""


def happen(world: World, task: Task, fault: Fault) -> None:
    """Let a fault happen to whoever is there."""
    touched = _touched(world, task, fault)
    for key in touched:
        world.told[key].add(fault.word)
    if fault.word in SAID:
        task.process.met_disk = True
        _disk(world, fault)
    elif fault.word in ANSWERS:
        ANSWERS[fault.word](world, fault)
    else:
        SHOCKS[fault.word](world, task, fault)


def _touched(world: World, task: Task, fault: Fault) -> list[str]:
    """Return which releases a fault can have had to do with."""
    if fault.word in {"forward", "backward"} or fault.word in SAID:
        return world.keys
    tasks = task.process.tasks if fault.word in {"killed", "frozen", "stop"} else [task]
    return [str(each.acting.row.key) for each in tasks if each.acting]


def _disk(world: World, fault: Fault) -> NoReturn:
    """The ledger's disk refuses writes: once where it is busy, else for some minutes."""
    if fault.word != "busy" and fault.size:
        world.broken_until = world.ticks + int(fault.size * 3 * MINUTE_MS)
        world.broken_how = fault.word
    raise sqlite3.OperationalError(SAID[fault.word])


def _killed(world: World, task: Task, fault: Fault) -> None:
    task.process.is_dead = True
    raise Killed


def _frozen(world: World, task: Task, fault: Fault) -> None:
    """The machine sleeps: the whole process stands still, past its lease or not."""
    task.process.frozen_until = world.ticks + int((2 + fault.size * 20) * MINUTE_MS)


def _slow(world: World, task: Task, fault: Fault) -> None:
    """One call takes long; the process goes on renewing its lease."""
    task.asleep_until = world.ticks + int((1 + fault.size * 12) * MINUTE_MS)


def _forward(world: World, task: Task, fault: Fault) -> None:
    world.skew += int((1 + fault.size * 90) * MINUTE_MS)


def _backward(world: World, task: Task, fault: Fault) -> None:
    world.skew -= int((1 + fault.size * 10) * MINUTE_MS)


def _stop(world: World, task: Task, fault: Fault) -> None:
    task.process.stop.set()


SHOCKS: dict[str, Callable[[World, Task, Fault], None]] = {
    "killed": _killed,
    "frozen": _frozen,
    "slow": _slow,
    "forward": _forward,
    "backward": _backward,
    "stop": _stop,
}


def _lost(world: World, fault: Fault) -> NoReturn:
    raise sc.AnswerLost("the connection broke")


def _late(world: World, fault: Fault) -> NoReturn:
    raise OnItsWay(int((1 + fault.size * 240) * 1000))


def _rate(world: World, fault: Fault) -> NoReturn:
    until = world.now() + timedelta(minutes=fault.size * 10) if fault.size > 0.2 else None
    raise sc.RateLimited("too many requests", until=until)


def _quota(world: World, fault: Fault) -> NoReturn:
    raise sc.QuotaSpent("no more today", until=world.now() + timedelta(hours=fault.size * 20))


def _down(world: World, fault: Fault) -> NoReturn:
    raise sc.ChannelDown("the platform is down")


def _retry(world: World, fault: Fault) -> NoReturn:
    raise sc.Retry("come back later", after=fault.size * 60 if fault.size > 0.5 else None)


def _refused(world: World, fault: Fault) -> NoReturn:
    raise sc.Refused("title", "not to our taste")


def _sign_in(world: World, fault: Fault) -> NoReturn:
    raise sc.SignInAgain("the token was revoked")


def _bug(world: World, fault: Fault) -> NoReturn:
    raise BugError("nobody thought of this")


ANSWERS: dict[str, Callable[[World, Fault], NoReturn]] = {
    "lost": _lost,
    "late": _late,
    "rate": _rate,
    "quota": _quota,
    "down": _down,
    "retry": _retry,
    "refused": _refused,
    "sign in": _sign_in,
    "bug": _bug,
}
