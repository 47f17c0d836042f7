"""The types of what plugins give besides channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from syndicator.model.placed import Node
from syndicator.model.plan import Plan, Sight
from syndicator.model.problem import Problem
from syndicator.model.release import Reason, Release


@attrs.frozen(kw_only=True)
class Reader:
    """Reads calendars of one format.

    `read(path, shown)` gets the file and the name to show in places, and returns documents of the
    shape of schemas/calendar.json, as placed values, with everything that could not be read as
    problems. It never raises for what a user wrote.
    """

    name: str
    suffixes: tuple[str, ...]
    """Lower case, with the dot: `.ics`."""

    read: Callable[[Path, str], tuple[list[Node], list[Problem]]]


@attrs.frozen(kw_only=True)
class Policy:
    """A rule of the house: for a release of a plan, the reasons why it must not happen.

    `judge(plan, sight)` is pure. It may block releases, never add or move them.
    """

    id: str
    """Stable word, shown with each reason and used to waive it; `[policies.ID]` configures it."""

    severity: str = "block"
    """What it does where syndicator.toml does not say: `block`, `warn`, or `off`."""

    judge: Callable[[Plan, Sight], Sequence[tuple[Release, Reason]]]
