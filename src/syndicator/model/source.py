"""A file or folder that planning read, as it was then."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Source:
    """Enough to tell whether it has changed since."""

    path: str
    """Relative to the workspace."""

    size: int
    mtime_ns: int
    series: str | None = None
    """The series it belongs to; None: not known from its path, or all of them."""
