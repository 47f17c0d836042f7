"""A renewal under way: what was asked when, and what came back, before anybody read it.

nothing             no renewal is under way
a head alone        asked; no answer was kept: it is lost, or nothing arrived
a head and a body   answered; whoever finds it finishes the work
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import attrs

from syndicator.channel import Secret
from syndicator.model.moment import iso


@attrs.frozen
class Asked:
    """A renewal that was asked for."""

    at: datetime
    of: str
    """Which refresh token was sent, as a fingerprint."""

    body: bytes = attrs.field(default=b"", repr=False)
    """The answer as it came; empty: none was kept."""

    def head(self) -> bytes:
        """Return what is written before the request."""
        return json.dumps({"asked_at": iso(self.at), "of": self.of}).encode() + b"\n"

    def is_of(self, refresh: Secret | None) -> bool:
        """Return whether this token was sent; if not, the note is of a renewal that was kept."""
        return refresh is not None and fingerprint(refresh) == self.of


def read(data: bytes) -> Asked | None:
    """Return what is noted; None for a note that broke off before the request was made."""
    head, end, body = data.partition(b"\n")
    if not end:
        return None
    try:
        found = json.loads(head)
        return Asked(datetime.fromisoformat(found["asked_at"]), str(found["of"]), body)
    except (ValueError, KeyError, TypeError):
        return None


def fingerprint(secret: Secret) -> str:
    """Return a text that tells secrets apart and gives none away."""
    return hashlib.sha256(secret.reveal().encode()).hexdigest()[:32]
