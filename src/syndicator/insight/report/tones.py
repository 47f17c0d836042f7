"""How a release looks in a picture: a few tones, each with a colour, a sign and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import attrs

from syndicator.insight.care import is_late
from syndicator.insight.looks import LOOKS
from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row
from syndicator.model.state import State


@attrs.frozen
class Tone:
    """One look. Colours are those of Okabe and Ito, told apart by every kind of colour vision."""

    name: str
    words: str
    sign: str
    colour: str
    symbol: str
    """The charting library's name of the shape that stands for the sign."""


UNKNOWN = Tone("unknown", "unknown outcome", "?", "#cc79a7", "diamond")
STOPPED = Tone("stopped", "failed, missed or blocked", "✕", "#d55e00", "x")
LATE = Tone("late", "late", "!", "#f0e442", "star")
WAITS = Tone("waits", "held", "‖", "#e69f00", "square")
MOVING = Tone("moving", "under way", "▸", "#56b4e9", "triangle-right")
PLANNED = Tone("planned", "planned", "◌", "#7fa9c9", "circle-open")
GONE = Tone("gone", "withdrawn", "⊘", "#999999", "circle-x-open")
OUT = Tone("out", "live", "●", "#009e73", "circle")

TONES = (UNKNOWN, STOPPED, LATE, WAITS, MOVING, PLANNED, GONE, OUT)
"""Where one mark stands for several releases, the first of these shows."""

STAND_OUT = frozenset({UNKNOWN, STOPPED, LATE})

RED = "#c8102e"
"""What must not be: always with a sign or a pattern beside."""

_BY_STATE = {
    State.UNKNOWN: UNKNOWN, State.FAILED: STOPPED, State.MISSED: STOPPED, State.BLOCKED: STOPPED,
    State.HELD: WAITS, State.STAGING: MOVING, State.STAGED: MOVING, State.PUBLISHING: MOVING,
    State.PROCESSING: MOVING, State.WITHDRAWING: MOVING, State.PLANNED: PLANNED,
    State.WITHDRAWN: GONE, State.LIVE: OUT,
}  # fmt: skip


def tone_of(row: Row | Bunch, now: datetime) -> Tone:
    """Return how a release looks at an instant."""
    return _tone(row.state, is_late(row, now))


def tone_of_state(state: State) -> Tone:
    """Return how a state looks, whatever the time."""
    return _BY_STATE[state]


def worst(tones: Iterable[Tone]) -> Tone:
    """Return the tone that most needs looking at, of at least one."""
    return min(tones, key=TONES.index)


def counted(found: Iterable[Row | Bunch], now: datetime) -> str:
    """Return `● 8 live, ✕ 2 failed`, worst first; what is late is said so."""
    states: Counter[tuple[State, bool]] = Counter()
    for each in found:
        states[each.state, is_late(each, now)] += len(each) if isinstance(each, Bunch) else 1
    order = sorted(states, key=lambda each: (not each[1], list(LOOKS).index(each[0])))
    return ", ".join(
        f"{LATE.sign if late else LOOKS[state][0]} {states[state, late]:,} {LOOKS[state][1]}"
        f"{' (late)' * late}"
        for state, late in sorted(order, key=lambda each: TONES.index(_tone(*each)))
    )


def _tone(state: State, late: bool) -> Tone:
    return LATE if late else _BY_STATE[state]
