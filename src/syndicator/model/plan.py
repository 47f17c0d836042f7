"""What planning returns and the ledger records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import attrs

from syndicator.model.balance import Standing
from syndicator.model.calendar import Calendar
from syndicator.model.capabilities import Capabilities
from syndicator.model.config import Config
from syndicator.model.feed import Feed
from syndicator.model.problem import Problem
from syndicator.model.release import Reason, Release, ReleaseKey
from syndicator.model.rights import Avail
from syndicator.model.rollout import Rung
from syndicator.model.state import State
from syndicator.model.terms import Terms
from syndicator.model.work import Cut, Series


@attrs.frozen(kw_only=True)
class Title:
    """One series with everything that was written about it: what planning plans at a time."""

    series: Series
    cuts: Sequence[Cut]
    """In the order in which they are shown."""

    avails: Sequence[Avail] | None = None
    """None: nothing was written about rights, and nothing is checked against them."""

    calendars: Sequence[Calendar] = ()


@attrs.frozen(kw_only=True)
class Sight:
    """What planning sees beside the title."""

    config: Config
    capabilities: Mapping[str, Capabilities]
    """By channel name."""

    feed: Feed = attrs.field(factory=dict)
    """What other series have in the same feeds; filled only where a policy asks for it
    (`Policy.needs_feed`)."""

    standing: Standing | None = None
    """What stands on the platforms already; None where no ceiling asks for it."""


@attrs.frozen(kw_only=True)
class Plan:
    """All releases that the calendars of one series ask for, each allowed, held or blocked."""

    title: Title
    releases: Sequence[Release]
    """In order of instant, then episode, then key."""

    contents: Mapping[str, str]
    """Digest to JSON text: what each release shows (`model.content.contents_of`)."""

    problems: Sequence[Problem] = ()

    takedowns: Sequence[Release] = ()
    """Withdrawals, at the end of rights, of what is blocked: they count if it is out already."""


@attrs.frozen(kw_only=True)
class Known:
    """What the ledger knows of one release, as much as a comparison needs."""

    id: int
    key: ReleaseKey
    state: State
    at: datetime
    territories: str
    content: str
    terms: Terms
    reasons: tuple[Reason, ...] = ()
    """Why it is blocked or held."""

    waived_hold: str = ""
    """Code and text of the hold that a person lifted: planning does not hold it for that again."""

    visible: str = ""
    """Where it was last proven visible; of a publish, with all its extensions."""

    begun: bool = False
    """Something of it is or may be on the channel, or was once."""

    give_up_at: datetime | None = None
    closes_at: datetime | None = None
    notes: tuple[Reason, ...] = ()
    """As of the release."""


class Kind(StrEnum):
    """What a change is, as a reader of the plan calls it."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    BOUNDED = "bounded"
    """Is on its way or its outcome is unknown: until when it is wanted is noted already now."""

    UPDATE = "update"
    BLOCKED = "blocked"
    """Is asked for and must not happen; also where it is new."""

    HELD = "held"
    FREED = "freed"
    """Was blocked or held and is not any more."""

    GONE = "gone"
    """No calendar asks for it any more. If it is live, a person must confirm its withdrawal."""


@attrs.frozen
class Change:
    """One difference between what the calendars ask for and what the ledger knows."""

    kind: Kind
    release: Release | None
    """As wanted now; None where it is gone."""

    known: Known | None = None
    """As the ledger knows it; None where it is new."""

    note: str = ""
    """What differs, for people: `2026-12-01 20:00 → 2026-12-02 20:00`."""

    needs_person: bool = False
    """Recording does nothing: somebody must decide (the withdrawal of something live)."""


@attrs.frozen(kw_only=True)
class Changes:
    """The changes of one series. Recording them makes the next comparison empty."""

    series: str
    items: Sequence[Change]
    contents: Mapping[str, str]
    same: int
    """How many releases are as the ledger knows them."""

    plan: Plan | None = None
    """The plan it was made from, to compare again where the ledger moved meanwhile."""

    rungs: Sequence[Rung] | None = None
    """The waves that are asked for, where they are known without the plan: from a file."""
