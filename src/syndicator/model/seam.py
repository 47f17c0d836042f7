"""The types of what plugins give besides channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from syndicator.model.config import Config
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


Verdict = tuple[Release, Reason] | tuple[Release, Reason, str]
"""What a policy says against a release; a third part, `warn` or `block`, stands for the policy's
severity in this one case."""


@attrs.frozen(kw_only=True)
class Policy:
    """A rule of the house: for a release of a plan, the reasons why it must not happen.

    `judge(plan, sight)` is pure. It may block releases, never add or move them.
    """

    id: str
    """Stable word, shown with each reason and used to waive it; `[policies.ID]` configures it."""

    severity: str | Callable[[Config], str] = "block"
    """What it does where `[policies.ID]` does not say: `block`, `warn` or `off`, or what returns
    that from the rest of syndicator.toml."""

    judge: Callable[[Plan, Sight], Sequence[Verdict]]

    about: str = ""
    """What it asks, in one sentence, for `syndicate policies`."""

    codes: tuple[str, ...] = ()
    """The codes of its reasons; empty: its id alone. A calendar waives a code, not a rule."""

    options_schema: Mapping[str, Any] | None = None
    """JSON Schema (2020-12) of its options beside `severity`; None: nobody checks them."""

    check: Callable[[Node, Config], Sequence[Problem]] | None = None
    """What is wrong with its options that a schema cannot say: a channel that there is not. They
    are of the shape of `options_schema`, each with its place in syndicator.toml."""

    needs_feed: bool = False
    """Whether it looks at `Sight.feed`, which costs a look into the ledger."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The words by which a calendar waives it."""
        return self.codes or (self.id,)
