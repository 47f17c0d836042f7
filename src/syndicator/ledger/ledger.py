"""The ledger's interface: domain verbs, narrow and set-wise; one contract suite tests every one.

The ledger knows no clock and no channel: `now` is an argument, and what happened is told to it. It
keeps two truths that must agree: append-only events, and the state table they fold into.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from syndicator.ledger.bunching import Bunches
from syndicator.ledger.circuits import Circuits
from syndicator.ledger.feeding import Feeds
from syndicator.ledger.figures import Figures
from syndicator.ledger.rollouts import Rollouts

if TYPE_CHECKING:  # every run opens a ledger, and most have nothing due: keep this page light
    from datetime import datetime, timedelta

    from syndicator.model.content import Content
    from syndicator.model.event import Event
    from syndicator.model.plan import Changes, Known
    from syndicator.model.release import Reason, Receipt, ReleaseKey, Task
    from syndicator.model.source import Source
    from syndicator.model.state import Happened, State
    from syndicator.model.terms import Terms
    from syndicator.model.territory import Territories


class LedgerError(Exception):
    """The ledger cannot be used; nothing was tried."""

    code = "SY-LEDGER"


class LedgerBusy(LedgerError):
    """Another process holds the ledger for longer than we wait."""

    code = "SY-LEDGER-BUSY"


class LedgerUnreachable(LedgerError):
    """The ledger cannot be opened, read or written."""

    code = "SY-LEDGER-UNREACHABLE"


class LedgerNewer(LedgerError):
    """The ledger was written by a later version of syndicator."""

    code = "SY-LEDGER-NEWER"


class LedgerMoved(Exception):
    """What a change was compared with is not so any more; nothing of the series was recorded."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} has changed in the ledger since the plan was made")
        self.key = key


@attrs.frozen(kw_only=True)
class Filter:
    """Which releases are meant; empty fields mean all."""

    series: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    """Releases that are meant for at least one of these."""

    states: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Whole keys, or the beginnings of keys that end in `/`."""


@attrs.frozen(kw_only=True)
class Row:
    """A release as the ledger has it."""

    id: int
    key: ReleaseKey
    state: State
    at: datetime
    begin_at: datetime
    next_at: datetime | None
    """When something is to be done next; None: nothing by itself."""

    since: datetime
    """When it came into this state."""

    territories: Territories
    visible: Territories
    """Where it was last proven visible."""

    terms: Terms
    content: str
    order: int
    size: int
    line: str
    """The calendar line that asks for it."""

    reasons: tuple[Reason, ...] = ()
    attempt: int = 0
    error: str = ""
    """What the channel said last, where it did not do as asked."""

    worker: str = ""
    token: int = 0
    saved: Mapping[str, Any] = attrs.field(factory=dict)
    asked: tuple[str, ...] = ()
    receipt: Receipt | None = None
    task: Task | None = None
    """What a person has to do before it goes on."""

    give_up_at: datetime | None = None
    closes_at: datetime | None = None
    notes: tuple[Reason, ...] = ()
    """Why it was moved, and what a person waived."""


@attrs.frozen(kw_only=True)
class Claim:
    """A lease on one release: until `until`, nobody else acts on it."""

    row: Row
    token: int
    """Fencing token: a write with an older one is refused."""

    worker: str
    until: datetime
    phase: str
    """What is to be done: `stage`, `open`, `poll`, `take_down`."""

    subject: Row | None = None
    """For extend, update and withdraw: the publish of the same cut on the same channel."""

    resumes: bool = False
    """Whether an earlier attempt began it and was not heard to its end."""


@attrs.frozen(kw_only=True)
class Settlement:
    """What became of a claimed release."""

    happened: Happened
    cause: str = ""
    next_at: datetime | None = None
    """When to go on; None: nothing more by itself."""

    receipt: Receipt | None = None
    error: str = ""
    task: Task | None = None
    data: Any = None
    territories: Territories | None = None
    """Where it was seen visible, or gone."""


@attrs.frozen(kw_only=True)
class Charge:
    """What is to be spent of one quota."""

    account: str
    quota: str
    span: datetime
    """When the span begins that it is spent from."""

    since: datetime
    """Spans that begin then or later count against the amount; `span` itself, unless it slides."""

    cost: int
    amount: int


@attrs.frozen(kw_only=True)
class Run:
    """One run of `release`, as `status` shows it."""

    host: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str


@attrs.frozen(kw_only=True)
class Facts:
    """What `syndicate ledger` shows."""

    url: str
    size: int
    schema: str
    releases: int
    events: int
    integrity: Sequence[str]
    """Faults found; empty is sound."""


@attrs.frozen(kw_only=True)
class Due:
    """How much is due."""

    releases: int
    bytes: int
    """Of media that have not been staged."""


@attrs.frozen(kw_only=True)
class Aside:
    """Whether anything stands aside whose time has come."""

    held: bool
    blocked: bool
    blocked_by_rights: bool
    unknown: bool
    """Whatever its time."""

    tasks: bool = False
    """Whether a person has something to do."""


class Ledger(Bunches, Feeds, Figures, Circuits, Rollouts, Protocol):
    """The durable record of what was asked, tried and answered."""

    # -- what is wanted --

    def known(self, series: str) -> Mapping[ReleaseKey, Known]:
        """Return what is known of every release of a series."""

    def record(self, changes: Changes, *, now: datetime, actor: str) -> int:
        """Record a series' changes, all or none; return how many had to wait.

        A change waits (and is found again by the next comparison) where its release is under way.

        Raises:
            LedgerMoved: a release is not as the comparison knew it.
        """

    def sources(self) -> Mapping[str, Source]:
        """Return what planning read last, by path."""

    def remember(self, sources: Iterable[Source], *, forget: Collection[str] = ()) -> None:
        """Remember what planning read; forget paths that are gone."""

    # -- what is to be done --

    def next_at(self) -> datetime | None:
        """Return when something is to be done next; costs the same however much is recorded."""

    def due(self, now: datetime, only: Filter) -> Due:
        """Return how much is due."""

    def aside(self, now: datetime) -> Aside:
        """Return whether anything stands aside whose time has come."""

    def stranded(self, now: datetime, usable: Collection[str]) -> Sequence[Row]:
        """Return takedowns that are due on other channels than these, without a person's task."""

    def claim(
        self,
        *,
        now: datetime,
        worker: str,
        lease: timedelta,
        limit: int,
        only: Filter,
        staging: Collection[str],
    ) -> Sequence[Claim]:
        """Return leases on releases that are due, first those that were due first.

        That work on each began is durable when this returns. A release whose earlier episode of the
        same series, channel and wave is not out is not claimed; neither is one of a paused channel.

        Args:
            now: aware UTC.
            worker: who claims.
            lease: how long without a sign of life.
            limit: how many at most.
            only: which are meant.
            staging: channels that can hide bytes: their releases are staged before they are opened.
        """

    def renew(self, claims: Iterable[Claim], *, now: datetime, lease: timedelta) -> Sequence[int]:
        """Extend leases; return the ids of releases that are not ours any more."""

    def checkpoint(self, claim: Claim, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        """Make an adapter's progress durable.

        Raises:
            LostLease: another worker holds the release.
        """

    def settle(self, claim: Claim, settlement: Settlement, *, now: datetime) -> Event:
        """Record what became of a claimed release, with all that follows for its subject.

        Raises:
            LostLease: another worker holds the release.
        """

    # -- what people say --

    def tell(
        self,
        ids: Iterable[int],
        happened: Happened,
        *,
        now: datetime,
        actor: str,
        cause: str,
        next_at: datetime | None = None,
        receipt: Receipt | None = None,
    ) -> Sequence[Event]:
        """Record what a person says of releases; where it is impossible they stay as they are.

        Args:
            ids: which releases.
            happened: what the person says has happened.
            now: aware UTC.
            actor: who says so.
            cause: why, or how they know.
            next_at: when to go on, where the state goes on by itself; None: when it begins.
            receipt: where it is, if what happened is that it is live and the person knows.
        """

    def latest_run(self) -> datetime | None:
        """Return the latest instant that any run tells of; None before the first."""

    def clock_came_back(self, now: datetime) -> int:
        """Make due what a clock that ran ahead put off; return how many.

        Looks at everything that waits, so it is for when the clock is seen to have gone back.
        """

    def nudge(self, channel: str, saved: Mapping[str, str], *, now: datetime) -> int:
        """Make due what a channel works on and has saved these values; return how many.

        A hint, never a fact: what is asked then is what counts.
        """

    # -- limits --

    def pause(self, channel: str, *, until: datetime | None, reason: str, now: datetime) -> None:
        """Claim nothing of a channel until then; None lifts the pause."""

    def paused(self, now: datetime) -> Mapping[str, tuple[datetime, str]]:
        """Return the channels that are paused, until when and why."""

    def spend(self, charges: Sequence[Charge]) -> Charge | None:
        """Spend from quotas, all or nothing; return the charge for which not enough is left."""

    def spent(self, account: str, quota: str, *, since: datetime) -> int:
        """Return what was spent of a quota in the spans that begin then or later."""

    # -- reading --

    def rows(self, only: Filter) -> Iterator[Row]:
        """Yield releases in order of series, channel, order, key."""

    def publishes(self) -> Iterator[tuple[ReleaseKey, State, tuple[str, ...]]]:
        """Yield every publish with its state and the codes of its reasons, by series; no more."""

    def history(self, id_: int) -> Sequence[Event]:
        """Return what happened to a release, oldest first."""

    def events(self, after: int = 0) -> Iterator[Event]:
        """Yield all events after a number, oldest first."""

    def counts(self, only: Filter) -> Mapping[State, int]:
        """Return how many releases are in each state."""

    def content(self, digest: str) -> Content:
        """Return what a release shows."""

    def began(self, *, host: str, now: datetime) -> None:
        """Note that a run began on a host."""

    def ended(self, *, host: str, now: datetime, outcome: str) -> None:
        """Note how it ended; one that had nothing to do need not have begun."""

    def runs(self) -> Sequence[Run]:
        """Return the last run of each host, newest first."""

    def facts(self) -> Facts:
        """Return size, schema and soundness; reads everything, so it takes its time."""

    def close(self) -> None:
        """Let go of the database."""


class LostLease(Exception):
    """Another worker holds the release now; nothing was written."""
