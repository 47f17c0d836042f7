"""Bugs to plant, each by a patch of one function: a simulation that finds none proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from unittest.mock import patch

import attrs

from syndicator import channel as sc
from syndicator.channel import Progress
from syndicator.ledger import claiming, spending
from syndicator.ledger.database import Database
from syndicator.ledger.ledger import Charge, Claim, Settlement
from syndicator.model.state import Happened

from .platform import TwoStep

SPEND = spending.spend
TAKE = claiming._take


@attrs.frozen
class Planted:
    """A bug, and the law that it breaks."""

    target: str
    """What is replaced."""

    by: Any
    breaks: str
    """What is said of the law that is broken: a regular expression."""

    def plant(self) -> Any:
        return patch(self.target, self.by)


def _saves_whoever_holds_it(
    database: Database, claim: Claim, saved: Mapping[str, Any], asked: Collection[str]
) -> None:
    with database.transaction() as connection:
        values = (claiming.dump(saved), claiming.dump(sorted(asked)), claim.row.id)
        connection.execute("UPDATE release SET saved = ?, asked = ? WHERE id = ?", values)


def _takes_silence_for_a_no(at: datetime, said: str) -> Settlement:
    return Settlement(happened=Happened.PUT_BACK, cause=said, error=said, next_at=at)


def _inits_at_each_attempt(
    self: TwoStep, release: sc.Release, progress: sc.Progress
) -> sc.Receipt | sc.Pending:
    handle = self.ask("init", release)
    self.ask("upload", release, handle)
    progress.save(handle=handle)
    progress.save(commit=self.ask("commit", release, handle))
    return self.poll(release, progress)


def _asks_without_saying_so(
    self: Progress, name: str, do: Callable[[], Any], *, lost: Any = None
) -> Any:
    return self.remember(name, do)


def _has_no_end(database: Database, charges: Sequence[Charge]) -> Charge | None:
    return SPEND(database, [attrs.evolve(each, amount=99) for each in charges])


def _forgets_who_began(*args: Any, **more: Any) -> Claim | None:
    taken = TAKE(*args, **more)
    return attrs.evolve(taken, resumes=False) if taken else None


def _has_no_next_time(settled: Settlement, attempt: int, now: datetime) -> Settlement:
    return attrs.evolve(settled, happened=Happened.ANSWER_LOST)


class NeverRaisedError(Exception):
    """What nobody raises."""


CLAIMING = "syndicator.ledger.claiming"
ACT = "syndicator.dispatch.act"
HELD_BY_ME = "AND token = :token AND worker = :worker"
VALUES = "VALUES (?, ?, ?, ?, ?, ?, ?)"
UNSAID = "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?3 <> 'put_back'"

PLANTED = {
    "a checkpoint that does not ask who holds the release": Planted(
        f"{CLAIMING}.checkpoint", _saves_whoever_holds_it, "wrote to .* after it had lost its lease"
    ),
    "a settlement that does not ask who holds the release": Planted(
        f"{CLAIMING}.SETTLE",
        claiming.SETTLE.replace(HELD_BY_ME, ""),
        "wrote to .* after it had lost its lease",
    ),
    "a settlement that forgets its event": Planted(
        f"{CLAIMING}.EVENT", claiming.EVENT.replace(VALUES, UNSAID), "history|cannot be"
    ),
    "a claim that does not mind leases": Planted(
        f"{CLAIMING}.DUE",
        claiming.DUE.replace(
            "r.next_ms <= :now", "(r.next_ms <= :now OR r.lease_ms <= :now + 200000)"
        ),
        "was claimed while .* held a valid lease",
    ),
    "a token that does not grow": Planted(
        f"{CLAIMING}.TAKE", claiming.TAKE.replace("token + 1", "token"), "with the same token"
    ),
    "a claim that does not wait for the earlier episode": Planted(
        f"{CLAIMING}.DUE", claiming.DUE.replace("p.ord < r.ord", "p.ord < 0"), "came out before"
    ),
    "a lost answer that is taken for a no": Planted(
        f"{ACT}._lost", _takes_silence_for_a_no, "was called planned, and it is on the platform"
    ),
    "a ledger that is busy, taken for a fault of the adapter": Planted(
        f"{ACT}.LedgerError", NeverRaisedError, "which nothing explains"
    ),
    "a no to one attempt, taken for a no to the one before": Planted(
        f"{CLAIMING}._take", _forgets_who_began, "was called planned, and it is on the platform"
    ),
    "a no while nobody knows, with no time to ask again": Planted(
        f"{ACT}._unanswered",
        _has_no_next_time,
        "the ledger refused what was to be written",
    ),
    "a step that is asked for without saying so first": Planted(
        "syndicator.channel._progress.Progress.once",
        _asks_without_saying_so,
        "it is on the platform|was posted twice",
    ),
    "an adapter that inits at each attempt": Planted(
        "tests.simulation.platform.TwoStep.publish", _inits_at_each_attempt, "was posted twice"
    ),
    "a quota that has no end": Planted("syndicator.ledger.spending.spend", _has_no_end, "posts of"),
}
