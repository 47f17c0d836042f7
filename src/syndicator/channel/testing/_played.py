"""A trial's beginning, what came of it, and what must never be seen on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import attrs

from syndicator.channel import Action
from syndicator.channel.sandbox import Post
from syndicator.channel.testing._platform import Shown
from syndicator.channel.testing._proxy import Exchange
from syndicator.channel.testing._workspace import Asked
from syndicator.ledger.ledger import Row
from syndicator.model.state import State

UNSEEN = frozenset({State.PLANNED, State.STAGING, State.STAGED})
GOING = frozenset({State.WITHDRAWING, State.UNKNOWN})


@attrs.frozen
class Beginning:
    """A point of time to which everything can be brought back."""

    asked: Asked
    ledger: bytes
    platform: Any
    delivered: Any
    offset: float


@attrs.define
class Played:
    """What came of a trial."""

    exchanges: list[Exchange] = attrs.field(factory=list)
    rows: list[Row] = attrs.field(factory=list)
    posts: list[Post] = attrs.field(factory=list)
    shown: list[Shown] = attrs.field(factory=list)
    """What of them can be seen."""

    said: list[tuple[str, str, str]] = attrs.field(factory=list)
    faults: list[str] = attrs.field(factory=list)
    """What was seen on the way that must never be."""

    happened: bool = True
    """Whether all that was to go wrong did."""

    turns: int = 0


def not_as_it_says(rows: Sequence[Row], visible: Collection[str]) -> Iterator[str]:
    """Yield what the ledger says between two runs and is not so."""
    publishes = [row for row in rows if row.key.action == Action.PUBLISH]
    if publishes and visible and all(row.state in UNSEEN for row in publishes):
        yield f"seen while it is {publishes[0].state}: before its date, or unbeknown to us"
    if any(row.key.action == Action.WITHDRAW and row.state in GOING for row in rows):
        return
    for row in publishes:
        if row.state is State.LIVE and row.receipt and row.receipt.remote_id not in visible:
            yield f"live in the ledger, and not to be seen: {row.key}"
        if row.state is State.WITHDRAWN and row.receipt and row.receipt.remote_id in visible:
            yield f"withdrawn in the ledger, and still to be seen: {row.key}"
