"""Lives in which rights are edited while channels are down, answers are lost and clocks jump.

After every run an oracle that shares nothing with planning says of everything that is seen whether
it was opened when it was allowed, and whether it is still there when it should be gone.

`RIGHTS_LIVES=5000 pytest tests/planning/test_lives_of_rights.py` lives more lives than the suite.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import attrs
from hypothesis import given, note, settings
from hypothesis import strategies as st

from syndicator.ledger.ledger import Claim, Filter, Row, Settlement
from syndicator.model.plan import Plan, Title
from syndicator.model.state import Happened, State
from syndicator.planning.changes import compare
from syndicator.planning.make import plan

from . import oracle_worlds as worlds
from .oracle_worlds import Chosen, World
from .platform import LATER, LEASE, WAYS, Desk, Platform

LIVES = settings(max_examples=int(os.environ.get("RIGHTS_LIVES", "300")))
SEEN = ("BR", "US", "DE")
TOLD = {State.FAILED, State.UNKNOWN}
"""What a run says needs a person."""

Place = tuple[str, str, str]


class Stage(Platform):
    """A platform that remembers when each territory was opened, and can be out of reach."""

    def __init__(self) -> None:
        super().__init__()
        self.down: frozenset[str] = frozenset()
        self.opened: dict[Place, datetime] = {}
        self.now = datetime.min.replace(tzinfo=UTC)
        self.world: World | None = None

    def carry_out(self, claim: Claim, way: str, now: datetime) -> Settlement | None:
        self.now = now
        if claim.row.key.channel in self.down:
            return out_of_reach(claim, now)
        if is_over(claim, now) and not self.has_done(claim.row.key):
            # it was asked for, is not there, and is not wanted any more
            return Settlement(happened=Happened.PUT_BACK, next_at=now, error="not there")
        return super().carry_out(claim, way, now)

    def _take_effect(self, claim: Claim) -> None:
        cut, channel = unit = claim.row.key.cut, claim.row.key.channel
        before = set(self.shown[unit])
        super()._take_effect(claim)
        for code in self.shown[unit] - before:
            self.opened[cut, channel, code] = self.now
            assert self.world is not None
            what = self.world.shown(cut, channel)
            allowed = self.world.oracle().allows(what, code, self.now)
            assert allowed, f"{claim.row.key} opens {code} at {self.now}"


def is_over(claim: Claim, now: datetime) -> bool:
    """Return whether what may be there already is not wanted any more, should it not be there."""
    end = claim.row.give_up_at
    return claim.resumes and claim.phase == "open" and end is not None and end <= now


def out_of_reach(claim: Claim, now: datetime) -> Settlement:
    """Return what is said of a channel that does not answer at all."""
    happened = Happened.PUT_BACK
    if claim.phase == "poll":
        happened = Happened.POLLED
    elif claim.resumes and claim.phase != "stage":
        happened = Happened.ANSWER_LOST
    return Settlement(happened=happened, next_at=now + LATER, error="down")


class Life(Desk):
    """A desk whose clock can be set back too."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.platform: Stage = Stage()
        self.world: World | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)

    def made(self, given: Title) -> Plan:
        assert self.world is not None
        return plan(given, self.world.sight())

    def write(self, world: World) -> None:
        """Record what is written now."""
        self.world = self.platform.world = world
        changes, _ = self.record(world.title())
        note(f"{[(str(c.kind), str(c.release and c.release.key), c.note) for c in changes.items]}")

    def run(self, down: frozenset[str], ways: list[str]) -> None:
        """Carry out what is due, each call ending in the next of the ways, at last well."""
        self.platform.down = down
        if self.now < self._latest:  # the clock ran ahead, as the earlier runs tell
            self.ledger.clock_came_back(self.now)
        self._latest = self.now
        endings = iter(ways)
        for _ in range(60):
            claims = self.claim()
            if not claims:
                break
            for each in claims:
                said = self.platform.carry_out(each, next(endings, "well"), self.now)
                if said is not None:
                    self.ledger.settle(each, said, now=self.now)
        else:
            raise AssertionError("what is due is never done")
        note(f"{self.now} {self.states()} {dict(self.platform.shown)}")

    def look(self, down: frozenset[str]) -> None:
        """Compare what is seen with what the oracle allows now."""
        assert self.world is not None
        oracle = self.world.oracle()
        known = self.ledger.known("s")
        changes = compare(self.made(self.world.title()), known, self.now)
        told = {(each.known.key.cut, each.known.key.channel)
                for each in changes.items if each.needs_person and each.known}  # fmt: skip
        for unit, codes in self.platform.shown.items():
            cut, channel = unit
            for code in codes:
                what = self.world.shown(cut, channel)
                since = self.platform.opened[cut, channel, code]
                if since > self.now or oracle.allows(what, code, self.now):
                    continue
                excused = channel in down or unit in told or self._is_in_hand(unit)
                assert excused, f"{cut} is seen on {channel} in {code} at {self.now}"

    def _is_in_hand(self, unit: tuple[str, str]) -> bool:
        """Return whether a person is told, or the next try is near."""
        rows = [row for row in self.ledger.rows(Filter()) if (row.key.cut, row.key.channel) == unit]
        return any(row.state in TOLD or self._is_tried_soon(row) for row in rows)

    def _is_tried_soon(self, row: Row) -> bool:
        due = row.next_at
        return due is not None and bool(row.attempt) and due <= self.now + max(LATER, LEASE)


@attrs.frozen
class Run:
    """One run of the cron."""

    when: datetime
    rows: tuple[worlds.Row, ...] | None
    """What is written about rights by then; None where nobody edits."""

    down: frozenset[str]
    ways: list[str]


runs = st.builds(
    Run,
    when=st.builds(
        lambda day, hour: datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
        st.sampled_from(worlds.DAYS), st.sampled_from((0, 6, 12, 21)),
    ),
    rows=st.none() | st.none() | worlds.some_rows,
    down=st.sampled_from([frozenset(), frozenset(), {"app"}, {"tube"}, {"app", "tube"}]).map(
        frozenset
    ),
    ways=st.lists(st.sampled_from(("well", "well", *WAYS)), max_size=6),
)  # fmt: skip
both = (Chosen("app", SEEN), Chosen("tube", SEEN))


@st.composite
def some_lives(draw: st.DrawFn) -> tuple[World, list[Run]]:
    """Draw a world and its runs: in order of time, but for clocks that jump."""
    world = draw(worlds.some_worlds())
    world = attrs.evolve(world, channels=both, days=None)
    found = draw(st.lists(runs, min_size=2, max_size=6))
    if draw(st.booleans()):
        found = [attrs.evolve(run, when=when) for run, when in
                 zip(found, sorted(run.when for run in found), strict=True)]  # fmt: skip
    return world, found


@LIVES
@given(some_lives())
def test_whatever_goes_wrong_nothing_is_opened_or_left_without_rights(
    tmp_path_factory, life: tuple[World, list[Run]]
) -> None:
    world, through = life
    desk = Life(tmp_path_factory.mktemp("ledger"))
    for each in through:
        desk.now = each.when
        if each.rows is not None:
            world = attrs.evolve(world, rows=each.rows)
        note(f"-- {each.when} {world.rows} {each.down} {each.ways}")
        desk.write(world)
        desk.run(each.down, each.ways)
        desk.look(each.down)
        assert all(len(keys) <= 1 for keys in desk.platform.posted.values())
    desk.ledger.close()
