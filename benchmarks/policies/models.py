"""Models of five common policies, each as kind to its policy as its rule allows.

No product is any of them; each is one rule that products are built on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.policies.score import Said
from benchmarks.policies.simulated import (
    RESTART_S,
    Answer,
    Killed,
    NoAnswer,
    NotReached,
    Platform,
)

REPEATS: Final = 5
"""How often a blind retry asks before it gives up."""

WAITS_S: Final = (60.0, 300.0, *[1800.0] * 7)
"""Between the tries of policies that cron drives; ten tries outlast an outage."""

BATCH_TRIES: Final = 8
BATCH_WAIT_S: Final = 900.0

LOOK_AFTER_S: Final = 300.0
"""How long start, look, finish waits before it looks: half of the longest lag."""


def blind_retry(drop: Sequence[int], platform: Platform) -> Mapping[int, Said]:
    """Repeat on any error, a few times, soon; a queue delivers again what was killed."""
    said = {}
    for release in drop:
        tries = 0
        while release not in said:
            try:
                is_good = platform.send(release).is_good
            except (NoAnswer, NotReached):
                is_good = False
            except Killed:
                platform.clock.wait(RESTART_S)
                tries = 0
                continue
            tries += 1
            if is_good:
                said[release] = Said.LIVE
            elif tries == REPEATS:
                said[release] = Said.FAILED
            else:
                platform.clock.wait(2.0**tries)
    return said


def flag_and_retry(drop: Sequence[int], platform: Platform) -> Mapping[int, Said]:
    """Set a flag in the database after success; cron repeats what has no flag."""
    return {release: _until_flagged(release, platform) for release in drop}


def _until_flagged(release: int, platform: Platform) -> Said:
    waits = iter(WAITS_S)
    while True:
        try:
            answer = platform.send(release)
        except Killed:  # the row is as it was, so the next run takes it again
            platform.clock.wait(RESTART_S)
            continue
        except (NoAnswer, NotReached):
            answer = None
        if answer and answer.is_good:
            return Said.LIVE
        if answer and _is_refusal(answer):
            return Said.FAILED
        wait = next(waits, None)
        if wait is None:
            return Said.FAILED
        platform.clock.wait(wait)


def batch_status(drop: Sequence[int], platform: Platform) -> Mapping[int, Said]:
    """Mark a whole batch done or failed at its end; repeat the whole batch if it failed."""
    tries = 0
    while tries < BATCH_TRIES:
        try:
            # Everything is tried before the batch is judged: one failure stops no other release.
            is_good = all([_is_sent(release, platform) for release in drop])  # noqa: C419
        except Killed:  # no status was written, so a sweep begins the batch again
            platform.clock.wait(RESTART_S)
            continue
        if is_good:
            return dict.fromkeys(drop, Said.LIVE)
        tries += 1
        platform.clock.wait(BATCH_WAIT_S)
    return dict.fromkeys(drop, Said.FAILED)


def _is_sent(release: int, platform: Platform) -> bool:
    try:
        return platform.send(release).is_good
    except (NoAnswer, NotReached):
        return False


def at_most_once(drop: Sequence[int], platform: Platform) -> Mapping[int, Said]:
    """Mark it sent, then send it, and never repeat; an error that is seen makes it failed."""
    said = {}
    for release in drop:
        said[release] = Said.LIVE
        try:
            if not _is_sent(release, platform):
                said[release] = Said.FAILED
        except Killed:  # the mark stands
            platform.clock.wait(RESTART_S)
    return said


def start_look_finish(drop: Sequence[int], platform: Platform) -> Mapping[int, Said]:
    """Write `started` before sending, and look in the listing before sending again."""
    return {release: _until_seen(release, platform) for release in drop}


def _until_seen(release: int, platform: Platform) -> Said:
    waits = iter(WAITS_S)
    is_started = False
    while True:
        try:
            if is_started:
                platform.clock.wait(LOOK_AFTER_S)
                if _is_listed(release, platform):
                    return Said.LIVE
            is_started = True
            answer = platform.send(release)
            if answer.is_good:
                return Said.LIVE
            is_started = answer.status != 429
        except NotReached:
            is_started = False
        except NoAnswer:
            pass
        except Killed:
            platform.clock.wait(RESTART_S)
            continue
        wait = next(waits, None)
        if wait is None:
            return Said.FAILED
        platform.clock.wait(wait)


def _is_listed(release: int, platform: Platform) -> bool:
    """Return whether the listing shows it; ask until the listing answers."""
    while True:
        try:
            answer = platform.listing(release)
        except (NoAnswer, NotReached):
            answer = None
        if answer and answer.is_good:
            return bool(answer.body)
        platform.clock.wait(RESTART_S)


def _is_refusal(answer: Answer) -> bool:
    return 400 <= answer.status < 500 and answer.status != 429
