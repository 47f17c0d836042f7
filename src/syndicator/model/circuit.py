"""A circuit: whether an account, or a whole platform, is down, and when it is tried again."""

from __future__ import annotations

from datetime import datetime

import attrs

UNHEARD_MAX = 5
"""So many answers in a row may be lost before that, too, counts as down."""

PLATFORM_AT = 2
"""So many accounts of one platform that are down at once make the platform down."""


@attrs.frozen(kw_only=True)
class Circuit:
    """Failures in a row of one account (`channel:NAME`) or one platform (`platform:NAME`).

    While it is open nothing is sent. When its time is over, one release is tried: where that
    works, all go on; where not, it is left alone for longer.
    """

    scope: str
    platform: str
    failures: int
    since: datetime
    """When the first of the failures was, aware UTC."""

    opened_at: datetime | None
    """When it was found to be down; None: it may be nothing."""

    until: datetime | None
    """When it is tried again."""

    reason: str

    @property
    def channel(self) -> str | None:
        """The channel's name; None for a platform."""
        kind, _, name = self.scope.partition(":")
        return name if kind == "channel" else None


def of_channel(name: str) -> str:
    """Return the scope of a channel's circuit."""
    return f"channel:{name}"


def of_platform(name: str) -> str:
    """Return the scope of a platform's circuit."""
    return f"platform:{name}"
