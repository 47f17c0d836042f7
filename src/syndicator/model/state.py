"""The life of a release. Everything that decides a state lives on this page.

A release moves only by something that *happened*, and what happened is an event in the ledger;
the state is the fold of the events over this table, so replaying the history gives the state
again.

Three thoughts explain the table:

- *Began* events are durable before the channel is called. A process that dies leaves `staging`,
  `publishing` or `withdrawing` behind, and the next one knows that something may have happened.
- `put_back` needs proof that nothing happened; `answer_lost` leaves the release where it is,
  because the next attempt asks the channel before it repeats; `doubted` means nobody can be
  asked.
- `unknown` is left only by evidence (`seen_live`, `seen_absent`, `seen_gone`, `refused`) or by a
  named person (`declared_live`, `declared_absent`). No clock leads out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a release is."""

    PLANNED = "planned"
    STAGING = "staging"
    STAGED = "staged"
    PUBLISHING = "publishing"
    PROCESSING = "processing"
    LIVE = "live"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    BLOCKED = "blocked"
    HELD = "held"
    FAILED = "failed"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Happened(StrEnum):
    """What can happen to a release."""

    PLANNED = "planned"
    """A calendar asks for it, and nothing speaks against it."""

    REPLANNED = "replanned"
    """A calendar asks for it at another time, in other territories or with other content."""

    BOUNDED = "bounded"
    """It is on its way; should it turn out not to be there, it is wanted only until then."""

    BLOCKED = "blocked"
    """Rights, a policy or a limit forbid it, or no calendar asks for it any more."""

    HELD = "held"
    """It waits: for a gate, or because a person said so."""

    RESUMED = "resumed"
    """A person, or an opened gate, let it go on."""

    STAGE_BEGAN = "stage_began"
    STAGE_DONE = "stage_done"
    OPEN_BEGAN = "open_began"
    """The channel is about to be asked to make it visible."""

    TAKEDOWN_BEGAN = "takedown_began"
    ACCEPTED = "accepted"
    """The channel has it and is not done with it."""

    POLLED = "polled"
    WAITED = "waited"
    """The channel works on what it was given, unseen, or a person does; it is asked again."""

    ANSWER_LOST = "answer_lost"
    """It may have happened; the next attempt asks before it repeats."""

    PUT_BACK = "put_back"
    """Certainly nothing happened; it is tried again later."""

    REFUSED = "refused"
    """The channel said no, for good."""

    DOUBTED = "doubted"
    """It may have happened, and the channel cannot be asked."""

    SEEN_LIVE = "seen_live"
    SEEN_ABSENT = "seen_absent"
    """Proof that it is not there."""

    SEEN_GONE = "seen_gone"
    CHANGED = "changed"
    """Its territories, words or terms on the channel are others now."""

    MISSED = "missed"
    """Too late to be wanted."""

    RETRIED = "retried"
    """A person wants it tried again."""

    CANCELLED = "cancelled"
    """A person does not want it any more, and nothing of it is on the channel."""

    DECLARED_LIVE = "declared_live"
    """A named person says it is there."""

    DECLARED_ABSENT = "declared_absent"
    """A named person says it is not there."""


S = State
H = Happened

_ASIDE: Mapping[Happened, State] = {
    H.BLOCKED: S.BLOCKED,
    H.HELD: S.HELD,
    H.MISSED: S.MISSED,
    H.CANCELLED: S.WITHDRAWN,
}
_SETTLED: Mapping[Happened, State] = {
    H.SEEN_LIVE: S.LIVE,
    H.REFUSED: S.FAILED,
    H.DOUBTED: S.UNKNOWN,
}

TRANSITIONS: Mapping[State | None, Mapping[Happened, State]] = {
    None: {H.PLANNED: S.PLANNED, H.BLOCKED: S.BLOCKED, H.HELD: S.HELD},
    S.PLANNED: {
        **_ASIDE,
        H.REPLANNED: S.PLANNED,
        H.STAGE_BEGAN: S.STAGING,
        H.OPEN_BEGAN: S.PUBLISHING,
        H.TAKEDOWN_BEGAN: S.WITHDRAWING,
        H.REFUSED: S.FAILED,
    },
    S.STAGING: {
        **_SETTLED,
        # between two calls it lies there unseen, and may still be changed or called off
        H.REPLANNED: S.PLANNED,
        H.BLOCKED: S.BLOCKED,
        H.HELD: S.HELD,
        H.CANCELLED: S.WITHDRAWN,
        H.BOUNDED: S.STAGING,
        H.WAITED: S.STAGING,
        H.STAGE_BEGAN: S.STAGING,
        H.STAGE_DONE: S.STAGED,
        H.ANSWER_LOST: S.STAGING,
        H.PUT_BACK: S.PLANNED,
    },
    S.STAGED: {
        **_ASIDE,
        H.REPLANNED: S.PLANNED,
        H.OPEN_BEGAN: S.PUBLISHING,
        H.REFUSED: S.FAILED,
    },
    S.PUBLISHING: {
        **_SETTLED,
        H.BOUNDED: S.PUBLISHING,
        H.OPEN_BEGAN: S.PUBLISHING,
        H.ACCEPTED: S.PROCESSING,
        H.ANSWER_LOST: S.PUBLISHING,
        H.PUT_BACK: S.PLANNED,
    },
    S.PROCESSING: {
        **_SETTLED,
        H.BOUNDED: S.PROCESSING,
        H.POLLED: S.PROCESSING,
        H.DECLARED_LIVE: S.LIVE,
        H.DECLARED_ABSENT: S.PLANNED,
    },
    S.LIVE: {
        H.CHANGED: S.LIVE,
        H.SEEN_GONE: S.WITHDRAWN,
    },
    S.WITHDRAWING: {
        H.TAKEDOWN_BEGAN: S.WITHDRAWING,
        H.WAITED: S.WITHDRAWING,
        H.ANSWER_LOST: S.WITHDRAWING,
        H.PUT_BACK: S.PLANNED,
        H.SEEN_GONE: S.WITHDRAWN,
        H.REFUSED: S.FAILED,
        H.DOUBTED: S.UNKNOWN,
    },
    S.WITHDRAWN: {H.RETRIED: S.PLANNED},
    S.BLOCKED: {
        H.BLOCKED: S.BLOCKED,
        H.PLANNED: S.PLANNED,
        H.HELD: S.HELD,
        H.CANCELLED: S.WITHDRAWN,
    },
    S.HELD: {
        **_ASIDE,
        H.REPLANNED: S.HELD,
        H.RESUMED: S.PLANNED,
    },
    S.FAILED: {
        H.RETRIED: S.PLANNED,
        H.REPLANNED: S.PLANNED,
        H.BLOCKED: S.BLOCKED,
        H.CANCELLED: S.WITHDRAWN,
    },
    S.MISSED: {
        H.RETRIED: S.PLANNED,
        H.REPLANNED: S.PLANNED,
        H.BLOCKED: S.BLOCKED,
        H.CANCELLED: S.WITHDRAWN,
    },
    S.UNKNOWN: {
        H.BOUNDED: S.UNKNOWN,
        H.SEEN_LIVE: S.LIVE,
        H.SEEN_ABSENT: S.PLANNED,
        H.SEEN_GONE: S.WITHDRAWN,
        H.REFUSED: S.FAILED,
        H.DECLARED_LIVE: S.LIVE,
        H.DECLARED_ABSENT: S.PLANNED,
    },
}

BEGUN = frozenset({S.STAGING, S.PUBLISHING, S.PROCESSING, S.WITHDRAWING, S.UNKNOWN})
"""Something of it is, or may be, on the channel or on the way there."""

UNDER_WAY = frozenset({S.STAGING, S.PUBLISHING, S.WITHDRAWING})
"""A process is, or was when it died, in the middle of a call."""

FINAL = frozenset({S.WITHDRAWN})

WAITED_FOR = frozenset(
    {
        S.PLANNED, S.STAGING, S.STAGED, S.PUBLISHING, S.PROCESSING, S.HELD, S.FAILED, S.UNKNOWN,
    }
)  # fmt: skip
"""States in which an episode keeps the next one of its series waiting."""


class Impossible(Exception):
    """What was said to have happened cannot happen in this state; nothing was changed."""

    def __init__(self, state: State | None, happened: Happened) -> None:
        super().__init__(f"a release that is {state or 'new'} cannot be {happened}")
        self.state = state
        self.happened = happened


def advance(state: State | None, happened: Happened) -> State:
    """Return the state after `happened`; None is the state before the first event.

    Raises:
        Impossible: the table has no such step.
    """
    try:
        return TRANSITIONS[state][happened]
    except KeyError:
        raise Impossible(state, happened) from None


def replay(history: Iterable[Happened]) -> State | None:
    """Return the state that a release's events lead to, oldest first."""
    state: State | None = None
    for happened in history:
        state = advance(state, happened)
    return state
