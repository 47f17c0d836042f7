"""Many lives after one another, each from its seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from .drawn import draw
from .laws import Broken
from .store import SeamedLedger
from .turns import Pool
from .world import World

A_LEDGER_S = 1000
"""So many lives share a ledger, each with a series of its own."""


@contextmanager
def simulated() -> Iterator[None]:
    """Put the simulated pool in place of threads, and waits that a seed decides."""
    with (
        patch("syndicator.dispatch.run.ThreadPoolExecutor", Pool),
        patch("syndicator.dispatch.act.wait_before", _wait_before),
    ):
        yield


def _wait_before(attempt: int) -> timedelta:
    """As `dispatch.backoff`, without its chance."""
    return timedelta(seconds=min(3600, 5 * 2 ** (attempt - 1)) + attempt % 5)


def lived(seed: int, ledger: SeamedLedger, trace: list[str] | None = None) -> World:
    """Live one life.

    Raises:
        Broken: a law was broken.
    """
    world = World(draw(seed), ledger, trace)
    Pool.turns = world.turns
    try:
        world.live()
    finally:
        ledger.database.world = None
        world.turns.end()
    return world


def live(seeds: Iterable[int]) -> Counter[str]:
    """Live many lives; return how often what went wrong.

    Raises:
        Broken: a law was broken; the message says how to see it again.
    """
    counted: Counter[str] = Counter()
    ledger = SeamedLedger()
    with simulated():
        for number, seed in enumerate(seeds, start=1):
            if number % A_LEDGER_S == 0:
                ledger.close()
                ledger = SeamedLedger()
            try:
                world = lived(seed, ledger)
            except Exception as error:
                raise Broken(f"{error}\nto see it: python -m tests.simulation {seed}") from error
            counted.update(fault.word for fault in world.fired)
            counted["lives"] += 1
            counted["steps"] += world.step
    ledger.close()
    return counted


def told(seed: int) -> list[str]:
    """Return one life, step by step; a broken law is its last line."""
    trace: list[str] = []
    ledger = SeamedLedger()
    with simulated():
        try:
            lived(seed, ledger, trace)
        except Exception as error:  # noqa: BLE001 - whatever ends it is its end
            trace.append(f"{type(error).__name__}: {error}")
    ledger.close()
    return trace
