"""Everything the page is made of, gathered before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from syndicator.insight.report.concentration import Course
from syndicator.insight.report.rights import Held
from syndicator.insight.report.waves import Step
from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Run


@attrs.frozen(kw_only=True)
class Need:
    """Something that needs a person: one release, or several that are alike."""

    sign: str
    what: str
    do: str


@attrs.frozen(kw_only=True)
class Material:
    """What one report shows."""

    name: str
    """Of the workspace."""

    ledger: str
    """Where the ledger is, without a password."""

    now: datetime
    zones: Mapping[str, str]
    only: Sequence[str]
    """The series that were asked for; empty means all."""

    bunches: Sequence[Bunch]
    steps: Sequence[Step]
    titles: Sequence[Held]
    course: Course | None
    """None: nothing is live, measured or asked for."""

    needs: Sequence[Need]
    runs: Sequence[Run]
    lease: timedelta = timedelta(minutes=5)
    """So long without a sign of life, and another run takes over."""

    rests: Mapping[str, tuple[datetime, str]] = attrs.field(factory=dict)
    """Channels that are left alone, until when and why."""

    unread: Sequence[str] = ()
    """Series whose files have faults: what they ask for now is not in it."""

    unrecorded: int = 0
    """So many releases the files ask for otherwise than the ledger has them."""
