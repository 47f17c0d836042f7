"""Pieces: what the rights make of the territories that a wave opens at one instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs

from syndicator.model.release import Reason
from syndicator.model.territory import NOWHERE, Territories
from syndicator.planning.parts import Cleared

MOVED = ".moved"


@attrs.frozen
class Piece:
    """A part of a wave's territories that one release is about."""

    name: str
    """What its key adds to the group's, where it is not the only one."""

    at: datetime
    territories: Territories
    cleared: Cleared
    moved: Reason | None = None
    reason: Reason | None = None
    """Why it is blocked."""

    @property
    def blocked(self) -> tuple[Reason, ...]:
        """The reason, if there is one."""
        return (self.reason,) if self.reason else ()

    @property
    def closings(self) -> tuple[tuple[datetime, Territories], ...]:
        """When the rights end, and in which of the territories."""
        if self.territories is self.cleared.territories:
            return self.cleared.closings
        return _within(self.cleared.closings, self.territories)


def _within(
    closings: tuple[tuple[datetime, Territories], ...], territories: Territories
) -> tuple[tuple[datetime, Territories], ...]:
    return tuple((end, codes & territories) for end, codes in closings if codes & territories)


def ending_apart(piece: Piece) -> Iterator[Piece]:
    """Part what has to go some day from what may stay, where nothing can be taken off."""
    ending = NOWHERE
    for _, where in piece.closings:
        ending = ending | where
    staying = piece.territories - ending
    if not ending or not staying:
        yield piece
        return
    yield attrs.evolve(piece, territories=staying)
    yield attrs.evolve(piece, name=f"{piece.name}.ending", territories=ending)


def names(part: str, pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield the part of the key of each piece of a group; the first has the group's own."""
    if len(pieces) == 1:
        yield part
        return
    used: Counter[str] = Counter()
    for number, piece in enumerate(pieces):
        name = f"{part}{piece.name}" if number else part
        used[name] += 1
        yield name if used[name] == 1 else f"{name}.{used[name]}"
