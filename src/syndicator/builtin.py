"""Readers and rules that come with syndicator, registered through the same door as others."""

from __future__ import annotations

from syndicator import compliance
from syndicator.catalog.readers import builtin_readers
from syndicator.hookspecs import hookimpl
from syndicator.model.seam import Policy, Reader
from syndicator.planning import share


@hookimpl
def register_readers() -> list[Reader]:
    """Return readers of YAML, CSV, XLSX and iCalendar calendars."""
    return builtin_readers()


@hookimpl
def register_policies() -> list[Policy]:
    """Return the rule that keeps a platform's share under the ceiling, and those of compliance."""
    return [*share.policies(), *compliance.policies()]
