"""The release: one cut on one channel for a set of territories at one instant."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import attrs

from syndicator.model.problem import Place
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories


class Action(StrEnum):
    """What a release does on its channel."""

    PUBLISH = "publish"
    """Make the cut visible, for the first time on this channel."""

    EXTEND = "extend"
    """Open further territories of what is live; only on channels that can."""

    UPDATE = "update"
    """Change words, captions, posters or terms of what is live."""

    WITHDRAW = "withdraw"
    """Take it off, in some territories or in all."""


STANDS_IN = "for."
"""How the part of a key begins that is published in the place of another channel."""


class ReleaseKey(NamedTuple):
    """The natural key. Planning the same files again gives the same keys."""

    series: str
    cut: str
    channel: str
    wave: str
    action: str
    part: str = ""
    """Tells releases apart that share the rest: a UTC offset, a closing date, a content."""

    def __str__(self) -> str:
        """Return it as a path: `thirsty-30/ep001/acme-br/pilot/publish`."""
        return "/".join(self if self.part else self[:-1])

    @property
    def stands_in_for(self) -> str | None:
        """The channel in whose place it is published while that is down; None: in nobody's."""
        publishes = self.action == Action.PUBLISH and self.part.startswith(STANDS_IN)
        return self.part.removeprefix(STANDS_IN) if publishes else None

    @classmethod
    def parse(cls, text: str) -> ReleaseKey:
        """Return the key that a path spells.

        Raises:
            ValueError: fewer than five or more than six parts.
        """
        parts = text.split("/")
        if len(parts) not in {5, 6} or not all(parts):
            raise ValueError(
                f"{text!r} is no release; write series/cut/channel/wave/action as `status` shows it"
            )
        return cls(*parts)


@attrs.frozen
class Reason:
    """Why a release may not happen, or not yet."""

    code: str
    """Stable word: `no-rights`, `gate`, `title-too-long` … (docs/reference/reasons.md)."""

    text: str
    """The sentence, naming the licence row, the figure or the limit."""

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "text": self.text}


@attrs.frozen
class Release:
    """A release as planned."""

    key: ReleaseKey
    at: datetime
    """When it is to be visible (or gone), aware UTC."""

    territories: Territories
    terms: Terms
    content: str
    """Digest of what is shown; `Plan.contents` and the ledger resolve it."""

    order: int
    """The episode's number; 0 for cuts that have none and wait for nothing."""

    size: int
    """Bytes that would go to the channel."""

    begin_at: datetime
    """When work on it may begin: `at`, or earlier where the channel can hide staged bytes."""

    line: Place
    """The one calendar line it comes from."""

    blocked: tuple[Reason, ...] = ()
    held: Reason | None = None
    give_up_at: datetime | None = None
    """After this it is not wanted any more; None is never."""

    closes_at: datetime | None = None
    """When its rights end, if they do."""

    notes: tuple[Reason, ...] = ()
    """What stands behind it: why it was moved, and what a person waived."""


@attrs.frozen(kw_only=True)
class Receipt:
    """The channel's proof that a release is visible as asked."""

    remote_id: str
    url: str | None = None
    seen_at: datetime | None = None
    """When it was seen visible, aware UTC; None: the moment the receipt was given."""

    territories: Territories | None = None
    """Where it was seen visible; None: the channel cannot tell, so as asked."""

    def as_json(self) -> dict[str, object]:
        return {
            "remote_id": self.remote_id,
            "url": self.url,
            "seen_at": self.seen_at.isoformat() if self.seen_at else None,
            "territories": str(self.territories) if self.territories is not None else None,
        }


@attrs.frozen
class Task:
    """What a person has to do, because the channel's interface cannot; tracked until confirmed."""

    text: str
    """The whole instruction: where to go, what to press, what to paste."""

    url: str | None = None
    folder: str | None = None
    """What to take along; relative to the workspace, or absolute."""

    deadline: str | None = None
    """Until when, as RFC 3339 spells it; None: nobody said."""

    def as_json(self) -> dict[str, str | None]:
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class Pending:
    """The channel took it and is not done: ask again."""

    after: float = 30.0
    """Seconds until asking makes sense."""

    note: str = ""
    """The channel's word for what it is doing."""

    task: Task | None = None
    """What it waits for, where that is a person; such a wait has no time limit."""


@attrs.frozen(kw_only=True)
class Gone:
    """The channel's proof that a release is no longer visible."""

    territories: Territories | None = None
    """Where its absence was seen; None: everywhere."""
