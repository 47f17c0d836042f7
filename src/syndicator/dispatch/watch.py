"""Whoever looks on while a run does its work."""

from __future__ import annotations

from typing import Protocol

from syndicator.ledger.ledger import Claim
from syndicator.model.event import Event


class Watch(Protocol):
    """Told what happens as it happens, from several threads."""

    def began(self, claim: Claim) -> None:
        """Work on a release began."""

    def sent(self, claim: Claim, number: int) -> None:
        """So many more bytes of it were sent."""

    def settled(self, claim: Claim, event: Event) -> None:
        """It ended, for now."""


class Nobody:
    """A watch for runs that nobody watches."""

    def began(self, claim: Claim) -> None:
        """Look away."""

    def sent(self, claim: Claim, number: int) -> None:
        """Look away."""

    def settled(self, claim: Claim, event: Event) -> None:
        """Look away."""
