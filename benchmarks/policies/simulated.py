"""The platform of the models, its clock, and what a caller sees of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from benchmarks.policies.tape import Fault, Tape

EXCHANGE_S: Final = 1.0
PATIENCE_S: Final = 30.0
"""How long a caller waits for an answer."""

LATE_S: Final = 300.0
"""How long after a request the platform acts, when it acts late."""

OUTAGE_S: Final = 3600.0

RESTART_S: Final = 60.0
"""How long until something is started again after it was killed."""


class NoAnswer(Exception):  # noqa: N818 - what a caller sees, not a fault of the program
    """The request was sent and no answer came."""


class NotReached(Exception):  # noqa: N818 - the same
    """Nobody listens: the request was not sent."""


class Killed(BaseException):
    """Our process is dead: nothing of it goes on, and what it had not saved is gone."""


@attrs.frozen
class Answer:
    """What came back."""

    status: int
    body: Any = None

    @property
    def is_good(self) -> bool:
        """Whether the platform says that it did as asked."""
        return self.status == 200


@attrs.define
class Clock:
    """Simulated seconds."""

    now: float = 0.0

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@attrs.define
class _Handle:
    """Something that was opened and can be committed once."""

    release: int
    at: float | None = None
    """When its post is visible; None: nobody asked for it yet."""


class Platform:
    """Makes posts visible, one for each request that has its effect, as often as it is asked."""

    def __init__(self, tape: Tape, drop: Sequence[int]) -> None:
        self.clock = Clock()
        self._strips = {release: tape.strip(release) for release in drop}
        self._posts: dict[int, list[float]] = {release: [] for release in drop}
        self._by_key: dict[str, float] = {}
        self._handles: list[_Handle] = []
        self._down_until = 0.0

    def visible(self, release: int) -> int:
        """Return how many posts of a release there are in the end."""
        return len(self._posts[release])

    def send(self, release: int) -> Answer:
        """Post a release."""

        def effect(at: float) -> Answer:
            self._posts[release].append(at)
            return Answer(200, len(self._posts[release]))

        return self._exchange(release, effect)

    def send_with_key(self, release: int, key: str) -> Answer:
        """Post a release under a key of the caller's: the same key again has no second effect."""

        def effect(at: float) -> Answer:
            if key not in self._by_key:
                self._by_key[key] = at
                self._posts[release].append(at)
            return Answer(200 if self._by_key[key] <= self.clock.now else 202, key)

        return self._exchange(release, effect)

    def open(self, release: int) -> Answer:
        """Begin a post that nobody sees; answers a handle."""

        def effect(_: float) -> Answer:
            self._handles.append(_Handle(release))
            return Answer(200, len(self._handles) - 1)

        return self._exchange(release, effect)

    def commit(self, handle: int) -> Answer:
        """Make what was opened visible."""
        opened = self._handles[handle]

        def effect(at: float) -> Answer:
            opened.at = at
            self._posts[opened.release].append(at)
            return Answer(200, handle)

        return self._exchange(opened.release, effect)

    def ask(self, handle: int) -> Answer:
        """Say what became of a handle: `opened`, `working` or `live`; without any lag."""
        opened = self._handles[handle]

        def effect(_: float) -> Answer:
            if opened.at is None:
                return Answer(200, "opened")
            return Answer(200, "live" if opened.at <= self.clock.now else "working")

        return self._exchange(opened.release, effect)

    def listing(self, release: int) -> Answer:
        """Say how many posts of a release the listing shows; it lags behind."""

        def effect(_: float) -> Answer:
            lag = self._strips[release].lag
            return Answer(200, sum(at + lag <= self.clock.now for at in self._posts[release]))

        return self._exchange(release, effect)

    def _exchange(self, release: int, effect: Callable[[float], Answer]) -> Answer:
        """Let one request meet the next fault of its release.

        Args:
            release: whose strip of the tape is read on.
            effect: what the platform does, given the second at which it is done.
        """
        fault = self._strips[release].next()
        self.clock.wait(EXCHANGE_S)
        if fault is Fault.DOWN:
            self._down_until = self.clock.now + OUTAGE_S
        if fault is Fault.KILLED_BEFORE:
            raise Killed
        if self.clock.now < self._down_until:
            raise NotReached
        if fault is Fault.LOST_BEFORE:
            self._no_answer()
        if fault in _INSTEAD:
            return _INSTEAD[fault]
        answer = effect(self.clock.now + (LATE_S if fault is Fault.LATE else 0.0))
        if fault in {Fault.KILLED_AFTER, Fault.KILLED_UNSAVED}:
            raise Killed  # in both, nothing that the caller might have kept is kept
        if fault in {Fault.LOST_AFTER, Fault.LATE}:
            self._no_answer()
        return _AFTERWARDS.get(fault, answer)

    def _no_answer(self) -> None:
        self.clock.wait(PATIENCE_S)
        raise NoAnswer


_INSTEAD: Final = {Fault.BUSY: Answer(429), Fault.ERROR_BEFORE: Answer(500)}
_AFTERWARDS: Final = {Fault.ERROR_AFTER: Answer(500), Fault.REFUSED_AFTER: Answer(400)}
