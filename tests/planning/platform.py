"""A platform that remembers what was posted, and a desk that plans, records and works on it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syndicator.ledger.ledger import Claim, Filter, Settlement
from syndicator.ledger.sqlite import SqliteLedger
from syndicator.model.plan import Change, Changes, Plan, Title
from syndicator.model.release import Action, Receipt
from syndicator.model.state import Happened, State
from syndicator.planning.changes import compare
from syndicator.planning.make import plan

from .titles import sight

START = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)
LATER = timedelta(hours=1)
WAYS = (
    "well", "put back", "refused", "pending", "unknown, done", "unknown, not done", "lost, done",
    "lost, not done", "died, done", "died, not done",
)  # fmt: skip
"""How a call can end: whether it took effect is another question than whether we heard."""

Unit = tuple[str, str]


class Platform:
    """Two channels on which a second post would show."""

    def __init__(self) -> None:
        self.posted: dict[Unit, set[str]] = defaultdict(set)
        """Every publish that ever took effect: one for each cut and channel, or it is double."""

        self.shown: dict[Unit, set[str]] = defaultdict(set)
        self.taken_off: dict[Unit, set[str]] = defaultdict(set)
        self._done: set[str] = set()

    def carry_out(self, claim: Claim, way: str, now: datetime) -> Settlement | None:
        """Do or not do what is claimed; None where the process died before it could say."""
        key = str(claim.row.key)
        if way in {"put back", "refused"} and key in self._done:
            way = "well"  # an adapter asks before it repeats, and finds it
        if way.removesuffix(", done") != way or way in {"well", "pending"}:
            self._take_effect(claim)
        return _settlement(claim, way.partition(",")[0], now)

    def _take_effect(self, claim: Claim) -> None:
        row = claim.row
        unit = row.key.cut, row.key.channel
        if claim.phase in {"stage", "poll"}:
            return
        self._done.add(str(row.key))
        if row.key.action == Action.PUBLISH:
            self.posted[unit].add(str(row.key))
        if row.key.action in {Action.PUBLISH, Action.EXTEND}:
            self.shown[unit] |= row.territories.codes
        if row.key.action == Action.WITHDRAW:
            self.shown[unit] -= row.territories.codes
            self.taken_off[unit] |= row.territories.codes

    def has_done(self, key: object) -> bool:
        return str(key) in self._done


def _settlement(claim: Claim, way: str, now: datetime) -> Settlement | None:
    if way == "died":
        return None
    if way == "unknown":
        return Settlement(happened=Happened.DOUBTED, error="who knows")
    trouble = {
        "refused": Settlement(happened=Happened.REFUSED, error="no"),
        "put back": Settlement(happened=Happened.PUT_BACK, next_at=now + LATER, error="later"),
        "lost": Settlement(happened=Happened.ANSWER_LOST, next_at=now + LATER, error="no answer"),
    }
    if way in trouble and claim.phase != "poll":
        return trouble[way]
    if way == "pending" and claim.phase == "open":
        return Settlement(happened=Happened.ACCEPTED, next_at=now + LATER)
    return well_done(claim)


def well_done(claim: Claim) -> Settlement:
    """Return what is said of a call that did as asked."""
    row = claim.row
    if claim.phase == "stage":
        return Settlement(happened=Happened.STAGE_DONE, next_at=row.at)
    if claim.phase == "take_down":
        return Settlement(happened=Happened.SEEN_GONE, territories=row.territories)
    receipt = Receipt(remote_id=str(row.key))
    return Settlement(happened=Happened.SEEN_LIVE, receipt=receipt, territories=row.territories)


class Desk:
    """Plans, records and carries out against a real ledger, with a clock one can set."""

    def __init__(self, folder: Path, now: datetime = START) -> None:
        self.ledger = SqliteLedger(folder / "ledger.db")
        self.platform = Platform()
        self.now = now

    def made(self, given: Title) -> Plan:
        return plan(given, sight())

    def plan(self, given: Title) -> Changes:
        return compare(self.made(given), self.ledger.known("s"))

    def record(self, given: Title) -> tuple[Changes, int]:
        """Record a plan; return it, and how many changes have to wait for what is under way."""
        changes = self.plan(given)
        return changes, self.ledger.record(changes, now=self.now, actor="test")

    def left(self, given: Title) -> list[Change]:
        """Return what a second plan would still have recorded."""
        return [each for each in self.plan(given).items if not each.needs_person]

    def claim(self) -> list[Claim]:
        """Return leases on what is due."""
        found = self.ledger.claim(
            now=self.now, worker="w", lease=LEASE, limit=100, only=Filter(), staging=["app"]
        )
        return list(found)

    def work(self, until: datetime, ways: list[str] | None = None) -> None:
        """Carry out what is due, each call ending in the next of the ways, at last well."""
        self.now = max(self.now, until)
        endings = iter(ways or ())
        for _ in range(60):
            claims = self.claim()
            if not claims:
                return
            for each in claims:
                said = self.platform.carry_out(each, next(endings, "well"), self.now)
                if said is not None:
                    self.ledger.settle(each, said, now=self.now)
        raise AssertionError("what is due is never done")

    def tell(self, state: State, happened: Happened, keys: list[str] | None = None) -> None:
        """Say something of every release in a state, or of some."""
        only = Filter(states=(str(state),), keys=tuple(keys or ()))
        ids = [row.id for row in self.ledger.rows(only)]
        self.ledger.tell(ids, happened, now=self.now, actor="mia", cause="because")

    def find_out(self) -> None:
        """End every unknown as a person who has looked would."""
        for row in list(self.ledger.rows(Filter(states=("unknown",)))):
            there = self.platform.has_done(row.key)
            if row.key.action == Action.WITHDRAW and there:
                continue  # nobody can declare it gone yet; the next look sees it
            happened = Happened.DECLARED_LIVE if there else Happened.DECLARED_ABSENT
            self.ledger.tell([row.id], happened, now=self.now, actor="mia", cause="looked")

    def states(self) -> dict[str, str]:
        return {str(row.key): str(row.state) for row in self.ledger.rows(Filter())}
