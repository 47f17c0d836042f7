"""One glyph, colour and word per state, the same on a terminal and on a page."""

from __future__ import annotations

from syndicator.model.state import State

LOOKS: dict[State, tuple[str, str]] = {
    State.LIVE: ("●", "live"),
    State.STAGED: ("◐", "staged, hidden"),
    State.STAGING: ("◔", "being staged"),
    State.PLANNED: ("◌", "planned"),
    State.PUBLISHING: ("▸", "being opened"),
    State.PROCESSING: ("◍", "the channel works on it"),
    State.HELD: ("‖", "held"),
    State.BLOCKED: ("✕", "blocked"),
    State.FAILED: ("✗", "failed"),
    State.MISSED: ("!", "missed"),
    State.UNKNOWN: ("?", "unknown outcome"),
    State.WITHDRAWING: ("◁", "being withdrawn"),
    State.WITHDRAWN: ("⊘", "withdrawn"),
}
"""Glyph and words."""

COLOURS: dict[State, str] = {
    State.LIVE: "green",
    State.STAGED: "cyan",
    State.STAGING: "cyan",
    State.PLANNED: "white",
    State.PUBLISHING: "blue",
    State.PROCESSING: "blue",
    State.HELD: "yellow",
    State.BLOCKED: "red",
    State.FAILED: "bright_red",
    State.MISSED: "red",
    State.UNKNOWN: "magenta",
    State.WITHDRAWING: "yellow",
    State.WITHDRAWN: "bright_black",
}
"""On a terminal; only live looks like success."""

PLAIN: dict[str, str] = {
    "●": "*", "◐": "s", "◔": "s", "◌": "o", "▸": ">", "◍": "~", "‖": "=", "✕": "x", "✗": "X",
    "◁": "<", "⊘": "-", "·": ".", "→": "->", "↻": "^", "✓": "v", "…": "...", "•": "*",
    "█": "#", "▓": "=", "▒": "-", "░": ":", "\N{MULTIPLICATION SIGN}": "x",
}  # fmt: skip
"""For a terminal that has no such letters: still no two that mean success and something else."""
