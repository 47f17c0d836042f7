"""How long until the next attempt: exponential, with jitter, and never without end."""

from __future__ import annotations

from datetime import timedelta

ATTEMPTS_MAX = 20
"""After so many attempts in a row a release has failed; with these waits, about a day."""

_FIRST_S, _LONGEST_S, _JITTER_S = 5.0, 3600.0, 5.0


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait after an attempt; 1 is the first."""
    from tenacity import RetryCallState, Retrying, wait_exponential, wait_random

    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = max(1, attempt)
    wait = wait_exponential(multiplier=_FIRST_S, max=_LONGEST_S) + wait_random(0, _JITTER_S)
    return timedelta(seconds=max(1.0, wait(state)))
