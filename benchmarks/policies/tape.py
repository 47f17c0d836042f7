"""The tape: what goes wrong with each exchange of each release, the same for every policy."""

from __future__ import annotations

from enum import Enum, auto
from random import Random
from typing import Final

import attrs

LAG_MAX_S: Final = 600.0
"""How long the platform's listing takes, at most, to show what is there."""

RATE: Final = 0.05
SEED: Final = 1
RELEASES: Final = 20_000


class Fault(Enum):
    """What goes wrong with one exchange."""

    NOTHING = auto()
    LOST_BEFORE = auto()
    """The connection breaks before the request arrives; the caller sees that no answer comes."""

    LOST_AFTER = auto()
    """The platform acts, and its answer is lost."""

    KILLED_BEFORE = auto()
    """Our process dies before the request arrives."""

    KILLED_AFTER = auto()
    """Our process dies after the platform has acted, before the answer arrives."""

    KILLED_UNSAVED = auto()
    """Our process dies with the answer in its hands, before it was saved."""

    BUSY = auto()
    """429, and nothing happened."""

    ERROR_BEFORE = auto()
    """5xx, and nothing happened."""

    ERROR_AFTER = auto()
    """5xx, and it happened."""

    REFUSED_AFTER = auto()
    """4xx, and it happened."""

    LATE = auto()
    """No answer comes; the platform has taken the request and acts minutes later."""

    DOWN = auto()
    """From this exchange on, nobody can connect for an hour."""


FAULTS: Final = tuple(fault for fault in Fault if fault is not Fault.NOTHING)


class Strip:
    """The part of the tape that belongs to one release, read from its beginning."""

    def __init__(self, random: Random, rate: float) -> None:
        self._random = random
        self._rate = rate
        self.lag = random.random() * LAG_MAX_S
        """Seconds until the platform's listing shows a post of this release."""

    def next(self) -> Fault:
        """Return what happens to the next exchange; every kind of fault is equally frequent."""
        drawn = self._random.random()
        if drawn >= self._rate:
            return Fault.NOTHING
        return FAULTS[int(drawn / self._rate * len(FAULTS))]


@attrs.frozen
class Tape:
    """Faults for any number of releases; the same numbers make the same tape."""

    seed: int = SEED
    rate: float = RATE
    """The share of exchanges that go wrong."""

    def strip(self, release: int) -> Strip:
        """Return what will happen to a release, from the beginning."""
        return Strip(Random(f"{self.seed}/{release}"), self.rate)
