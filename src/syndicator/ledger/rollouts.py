"""Rollouts: how the waves of each series stand, and what was decided of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from syndicator.model.event import Event
    from syndicator.model.rollout import Decision, Standing, Turn


class Rollouts(Protocol):
    """How waves stand, and what was decided of them."""

    def standings(self, series: Collection[str] = ()) -> Sequence[Standing]:
        """Return how waves stand, by series in the order in which they open; empty means all."""

    def rollouts_due(self, now: datetime) -> Sequence[str]:
        """Return the series of which a wave is to be looked at; one look into an index."""

    def held_by_gate(self, series: str) -> Mapping[str, tuple[datetime, datetime]]:
        """Return by wave when what a gate holds back begins: when work may, and when it shows."""

    def turn(self, turns: Sequence[Turn], *, now: datetime) -> Sequence[Event] | None:
        """Change standings, all or none, with their decisions and what follows for releases.

        Releases of an open wave that wait for its gate go on, those of a paused one are held, those
        of an aborted one are cancelled where nothing of them is out.

        Returns:
            What happened to releases; None where a standing is not as it was seen any more: then
            nothing was written.
        """

    def decisions(self, series: Collection[str] = ()) -> Sequence[Decision]:
        """Return what was decided, oldest first; empty means of all series."""
