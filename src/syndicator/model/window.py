"""Half-open windows of time: `opens` belongs to it, `closes` does not."""

from __future__ import annotations

from datetime import datetime

import attrs


@attrs.frozen
class Window:
    """From `opens` until just before `closes`, both aware UTC; None means no bound."""

    opens: datetime | None = None
    closes: datetime | None = None

    def __contains__(self, moment: object) -> bool:
        if not isinstance(moment, datetime):
            return False
        after_opening = self.opens is None or self.opens <= moment
        return after_opening and (self.closes is None or moment < self.closes)

    def __bool__(self) -> bool:
        """Return whether any instant lies inside."""
        return self.opens is None or self.closes is None or self.opens < self.closes

    def __and__(self, other: Window) -> Window:
        opens = [moment for moment in (self.opens, other.opens) if moment is not None]
        closes = [moment for moment in (self.closes, other.closes) if moment is not None]
        return Window(max(opens, default=None), min(closes, default=None))
