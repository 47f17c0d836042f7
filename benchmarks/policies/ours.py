"""Our policy: the product's own `Progress`, against what each reconcile class offers.

What is modelled is the waiting between attempts, after `syndicator.dispatch.act`. The order of
mark, effect, answer and question is not: it is `Progress.once` and `Progress.remember` themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import syndicator.channel as sc
from benchmarks.policies.score import Policy, Said
from benchmarks.policies.simulated import (
    LATE_S,
    RESTART_S,
    Answer,
    Killed,
    NoAnswer,
    NotReached,
    Platform,
)
from benchmarks.policies.tape import LAG_MAX_S
from syndicator.dispatch.backoff import ATTEMPTS_MAX

SETTLES_S: Final = 2 * (LAG_MAX_S + LATE_S)
"""What the `marker` channel declares: after this the listing shows whatever there is."""

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 3600.0
CHANNEL_LEFT_ALONE_S: Final = 60.0

Adapter = Callable[[int, sc.Progress, Platform], object]


class Disk:
    """A checkpoint in memory: what survives a death."""

    def __init__(self) -> None:
        self.saved: Mapping[str, Any] = {}
        self.asked: Collection[str] = ()

    def write(self, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        """Keep both."""
        self.saved, self.asked = dict(saved), set(asked)

    def count(self, number: int) -> None:
        """Count nothing."""

    def should_stop(self) -> bool:
        """Never."""
        return False


# -- adapters, as a channel author writes them: one for each reconcile class --


def handle(release: int, progress: sc.Progress, platform: Platform) -> None:
    """Open, save the handle, commit; after a lost answer ask the handle."""

    def became() -> Any:
        state = heard(lambda: platform.ask(opened), is_safe=True)
        if state == "working":
            raise sc.AnswerLost("the platform works on it")
        return sc.ABSENT if state == "opened" else opened

    opened = progress.remember(
        "handle", lambda: heard(lambda: platform.open(release), is_safe=True)
    )
    progress.once("commit", lambda: heard(lambda: platform.commit(opened)), lost=became)


def native_key(release: int, progress: sc.Progress, platform: Platform) -> None:
    """Send under our key; after a lost answer send the same again under the same key."""

    def send() -> Any:
        return heard(lambda: platform.send_with_key(release, progress.key))

    progress.once("post", send, lost=send)


def marker(release: int, progress: sc.Progress, platform: Platform) -> None:
    """Send with a token in it; after a lost answer wait out the lag, look, take a hit as ours."""

    def listed() -> Any:
        found = heard(lambda: platform.listing(release), is_safe=True)
        if not found and platform.clock.now < progress.saved["asked_at"] + SETTLES_S:
            raise sc.AnswerLost("the listing may not have caught up yet")
        return found or None  # a silent list is no proof, so it is never ABSENT

    if not progress.is_asking:
        progress.save(asked_at=platform.clock.now)
    progress.once("post", lambda: heard(lambda: platform.send(release)), lost=listed)


def none(release: int, progress: sc.Progress, platform: Platform) -> None:
    """Send; after a lost answer there is nobody to ask."""
    progress.once("post", lambda: heard(lambda: platform.send(release)))


def heard(request: Callable[[], Answer], *, is_safe: bool = False) -> Any:
    """Return what the platform answered, or raise the verdict.

    Args:
        request: what to ask.
        is_safe: whether its second time is harmless: a lost answer is no reason for doubt then.
    """
    try:
        answer = request()
    except NotReached:
        raise sc.ChannelDown from None
    except NoAnswer:
        answer = None
    if answer and answer.is_good:
        return answer.body
    if answer and answer.status == 429:
        raise sc.RateLimited
    # Also after a 4xx that no documentation explains: it is not proof that nothing happened.
    raise sc.Retry if is_safe else sc.AnswerLost


# -- the dispatcher's part: what a verdict means for the release --


def ours(adapter: Adapter) -> Policy:
    """Return the policy: attempts, each with what was saved, until the release is settled."""

    def policy(drop: Sequence[int], platform: Platform) -> Mapping[int, Said]:
        return {release: _until_settled(adapter, release, platform) for release in drop}

    return policy


def _until_settled(adapter: Adapter, release: int, platform: Platform) -> Said:
    disk, attempt = Disk(), 0
    while True:
        attempt += 1
        progress = sc.Progress(
            str(release), disk, attempt=attempt, saved=disk.saved, asked=disk.asked
        )
        wait = min(FIRST_WAIT_S * 2 ** (attempt - 1), LONGEST_WAIT_S)
        try:
            adapter(release, progress, platform)
        except Killed:
            wait = RESTART_S
        except (sc.RateLimited, sc.ChannelDown):
            wait = max(wait, CHANNEL_LEFT_ALONE_S)
        except sc.Unknown:
            return Said.UNKNOWN
        except sc.AnswerLost:
            if attempt >= ATTEMPTS_MAX:
                return Said.UNKNOWN
        except sc.Retry:
            # As long as a step is unheard of, a no that follows does not settle it.
            if attempt >= ATTEMPTS_MAX and not progress.is_asking:
                return Said.FAILED
        else:
            return Said.LIVE
        platform.clock.wait(wait)
