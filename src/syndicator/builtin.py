"""The readers that come with syndicator, registered through the same door as a plugin's."""

from __future__ import annotations

from syndicator.catalog.readers import builtin_readers
from syndicator.hookspecs import hookimpl
from syndicator.model.seam import Reader


@hookimpl
def register_readers() -> list[Reader]:
    """Return readers of YAML, CSV, XLSX and iCalendar calendars."""
    return builtin_readers()
