"""What a seed stands for: releases, workers, limits, and what goes wrong when."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

import attrs

from syndicator.model.moment import instant


class Place(StrEnum):
    """Where something can go wrong."""

    BEFORE_WRITE = "before a write"
    AT_BEGIN = "as a write begins"
    AT_COMMIT = "as a write commits"
    AFTER_WRITE = "after a write"
    BEFORE_CALL = "before a call"
    AFTER_CALL = "after a call"
    ANYWHERE = "anywhere"


AROUND = (Place.BEFORE_WRITE, Place.AFTER_WRITE, Place.BEFORE_CALL, Place.AFTER_CALL)
ROSTER: tuple[tuple[str, Place], ...] = (
    *(("killed", place) for place in AROUND),
    *(("frozen", place) for place in AROUND),
    *(("slow", place) for place in (Place.BEFORE_CALL, Place.AFTER_CALL)),
    *(("lost", place) for place in (Place.BEFORE_CALL, Place.AFTER_CALL, Place.AFTER_CALL)),
    *((word, Place.BEFORE_CALL) for word in ("late", "late", "rate", "quota", "down", "retry")),
    *((word, Place.BEFORE_CALL) for word in ("refused", "refused", "sign in", "bug")),
    ("bug", Place.AFTER_CALL),
    ("busy", Place.AT_BEGIN),
    ("full", Place.AT_COMMIT),
    ("read-only", Place.AT_BEGIN),
    *((word, Place.ANYWHERE) for word in ("forward", "backward", "stop")),
    *((word, Place.ANYWHERE) for word in ("hold", "cancel", "resume", "retry it", "find out")),
)
PEOPLE = frozenset({"hold", "cancel", "resume", "retry it", "find out"})
LAST_STEP = 90

DATES = (
    (datetime(2026, 3, 8, 2, 30), "America/New_York"),  # does not exist
    (datetime(2026, 11, 1, 1, 30), "America/New_York"),  # twice
    (datetime(2026, 3, 29, 1, 59), "Europe/London"),
    (datetime(2026, 10, 4, 2, 15), "Australia/Lord_Howe"),  # half an hour that is skipped
    (datetime(2026, 12, 1, 20, 0), "America/Sao_Paulo"),
)


@attrs.frozen
class Fault:
    """One thing that goes wrong: at the first fitting seam from a step on."""

    step: int
    word: str
    place: Place
    size: float
    """0 to 1: how much, how long, or which."""

    def __str__(self) -> str:
        return f"{self.word} {self.place} from step {self.step} ({self.size:.2f})"


@attrs.frozen(kw_only=True)
class Wanted:
    """A release that the calendar asks for."""

    episode: int
    channel: str
    at: datetime
    begin_at: datetime
    closes_at: datetime | None = None
    """When it has to be off again."""


@attrs.frozen(kw_only=True)
class Drawn:
    """A life of the dispatcher, before it is lived."""

    seed: int
    begins: datetime
    wanted: tuple[Wanted, ...]
    faults: tuple[Fault, ...]
    workers: int
    jobs: int
    quota: tuple[int, timedelta, bool] | None
    """So many posts in a span; whether it slides."""

    moderation_s: int
    digests: bool
    """Whether the platform works on what was uploaded for a while."""


def draw(seed: int) -> Drawn:
    """Return what a seed stands for."""
    chance = Random(seed)
    dice = chance.random
    begins = instant(*chance.choice(DATES)) - timedelta(seconds=int(dice() * 1200))
    quota = None
    if dice() < 0.25:
        span = timedelta(minutes=chance.choice((2, 10, 1440)))
        quota = (chance.randint(1, 3), span, span < timedelta(days=1) and dice() < 0.5)
    faults = [_fault(chance) for _ in range(chance.choice((0, 1, 1, 2, 2, 3)))]
    if faults and dice() < 0.2:  # misfortunes never come singly: whoever comes to look is refused
        word = chance.choice(("refused", "retry", "bug", "lost", "late", "rate"))
        faults.append(Fault(faults[0].step + 1, word, Place.BEFORE_CALL, dice()))
    return Drawn(
        seed=seed,
        begins=begins,
        wanted=_wanted(chance, begins),
        faults=tuple(sorted(faults, key=lambda each: each.step)),
        workers=chance.choice((1, 2, 2, 3)),
        jobs=chance.choice((1, 2, 3)),
        quota=quota,
        moderation_s=int(dice() * 60) if dice() < 0.4 else 0,
        digests=dice() < 0.25,
    )


def _fault(chance: Random) -> Fault:
    word, place = chance.choice(ROSTER)
    step = int(chance.random() ** 1.5 * LAST_STEP)
    return Fault(step, word, place, chance.random())


def _wanted(chance: Random, begins: datetime) -> tuple[Wanted, ...]:
    count = chance.choice((1, 1, 1, 2, 2, 3))
    main = "two-step" if chance.random() < 0.65 else "blunt"
    both = count > 1 and chance.random() < 0.2
    wall, zone = chance.choice(DATES)
    # Begun near the date of its own calendar, so that skipped and doubled hours count.
    shift = begins - instant(wall, zone)
    apart = chance.choice((0, 0, 20, 90))
    closes = timedelta(minutes=chance.choice((20, 480))) if chance.random() < 0.15 else None
    ahead = timedelta(minutes=chance.choice((0, 10)))
    wanted = []
    for number in range(1, count + 1):
        local = wall + timedelta(minutes=apart * (number - 1))
        at = instant(local, zone) + shift + timedelta(minutes=chance.choice((-30, 5)))
        at = max(at, wanted[-1].at) if wanted else at
        channel = "blunt" if both and number == count else main
        begin_at = at - ahead if channel == "two-step" else at
        closes_at = at + closes if closes and number == 1 else None
        wanted.append(Wanted(episode=number, channel=channel, at=at, begin_at=begin_at,
                             closes_at=closes_at))  # fmt: skip
    return tuple(wanted)
