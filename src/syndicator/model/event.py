"""Something that happened to a release."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from syndicator.model.moment import iso
from syndicator.model.release import ReleaseKey
from syndicator.model.state import Happened, State


@attrs.frozen(kw_only=True)
class Event:
    """One line of the ledger's history; never changed, never removed."""

    number: int
    """Grows with time in one ledger; a reader's own mark."""

    key: ReleaseKey
    at: datetime
    happened: Happened
    state: State
    """The state it led to."""

    actor: str
    """Who: `cron@host:pid`, or a person's name."""

    cause: str = ""
    """Why, as a sentence."""

    data: Any = None
    """Evidence: receipt, attempt, error; plain JSON, no secrets."""

    def as_json(self) -> dict[str, Any]:
        """Return the event as schemas/event.json shows it."""
        return {
            "number": self.number,
            "release": str(self.key),
            "at": iso(self.at),
            "happened": str(self.happened),
            "state": str(self.state),
            "actor": self.actor,
            "cause": self.cause,
            "data": self.data,
        }
