"""A sandbox's clock: real time plus an offset that can be moved, and that survives a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syndicator.channel.sandbox._store import Store

KIND, ID = "_sandbox", "clock"


class Clock:
    """Says what time it is on the platform."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def now(self) -> datetime:
        """Return the platform's time, aware UTC."""
        document = self._store.get(KIND, ID) or {"offset": 0.0}
        real = datetime.now(UTC)  # noqa: TID251 - the rim of a program of its own
        return real + timedelta(seconds=float(document["offset"]))

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        document = self._store.get(KIND, ID) or {"offset": 0.0}
        self._store.put(KIND, ID, {"offset": float(document["offset"]) + seconds})

    def set(self, moment: datetime) -> None:
        """Make it a certain time."""
        self.advance((moment - self.now()).total_seconds())
