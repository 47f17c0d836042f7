"""One life of the dispatcher: crons that overlap, a clock, a platform, people, and what goes wrong.

What runs is the real thing: `dispatch.run.run` with its `Actor`, its `Channels` and its ledger. Not
real are the pool of threads, the clock, the platform, and how long a retry waits.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from syndicator import channel as sc
from syndicator.dispatch.channels import Channels
from syndicator.dispatch.run import Settings, run
from syndicator.dispatch.watch import Nobody
from syndicator.ledger.ledger import Filter, LedgerError
from syndicator.model.config import ChannelConfig, Config
from syndicator.model.moment import milliseconds
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.problem import Place as Line
from syndicator.model.release import Action, Release, ReleaseKey
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories

from .drawn import PEOPLE, Drawn, Fault, Place, Wanted
from .faults import happen
from .laws import Broken, Laws
from .people import People
from .platform import ADAPTERS, Platform
from .store import SeamedLedger, content
from .turns import Killed, Process, Task, Turns

LEASE = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORKSPACE = Path("no-such-folder")
BR = Territories.parse(["BR"])
STEPS_MAX = 4000
NEXT = "SELECT next_ms FROM release WHERE series = ? AND next_ms IS NOT NULL"


class World:
    """Everything there is."""

    lease_ms = int(LEASE.total_seconds() * 1000)

    def __init__(self, drawn: Drawn, ledger: SeamedLedger, trace: list[str] | None = None) -> None:
        self.drawn = drawn
        self.ledger = ledger
        self.trace = trace
        self.chance = Random(~drawn.seed)
        self.series = f"s{drawn.seed}"
        self.ticks = 0
        """Milliseconds that have passed; no clock that jumps changes that."""

        self.skew = milliseconds(drawn.begins)
        """What the clock shows beyond that."""

        self.step = 0
        self.faults = list(drawn.faults)
        self.broken_until, self.broken_how = 0, ""
        """How long the ledger's disk refuses writes, and in which words."""

        self.fired: list[Fault] = []
        self.told: dict[str, set[str]] = defaultdict(set)
        """What went wrong with each release."""

        self.keys: list[str] = []
        self.is_calm = True
        self._runs = 0
        self._began: bool = False
        """Whether a write was tried since crons last ran."""

        self.turns = Turns(self.chance.choice)
        self.laws = Laws(self)
        self.platform = Platform(self)
        self.people = People(self)
        self.channels = self._open()
        ledger.database.world = self
        ledger.database.connection.execute("DELETE FROM pause")
        ledger.database.connection.execute("DELETE FROM spent")
        self._record()

    # -- time --

    def now(self) -> datetime:
        return EPOCH + timedelta(milliseconds=self.wall)

    @property
    def wall(self) -> int:
        return self.ticks + self.skew

    def wait(self, work: Any, seconds: float) -> Any:
        """Wait as `dispatch.clock` does; what has ended comes in the order of its beginning."""
        return self.turns.wait(work, self.ticks + int(seconds * 1000))

    # -- what goes wrong --

    def seam(self, place: Place) -> None:
        """Come to a place where others may go on and things may go wrong."""
        task = self.turns.current
        if task is None or self.is_calm:
            return
        if task.process.is_dead:
            raise Killed
        self.step += 1
        self.ticks += 40
        self._began = True
        if self.step > STEPS_MAX:
            self.laws.must(holds=False, what="it never comes to rest")
        if self.broken_until > self.ticks and place in {Place.AT_BEGIN, Place.AT_COMMIT}:
            happen(self, task, Fault(0, self.broken_how, place, 0))
        while self.faults and self.faults[0].step <= self.step:
            fault = next((each for each in self.faults if self._fits(each, place)), None)
            if fault is None:
                break
            self._fire(task, fault)
        if place not in {Place.AT_BEGIN, Place.AT_COMMIT}:
            self.turns.rest()
            if task.process.is_dead:
                raise Killed

    def _fits(self, fault: Fault, place: Place) -> bool:
        if fault.step > self.step:
            return False
        if fault.place is Place.ANYWHERE:
            return place in {Place.AFTER_WRITE, Place.BEFORE_CALL, Place.AFTER_CALL}
        return fault.place is place

    def _fire(self, task: Task, fault: Fault) -> None:
        self.faults.remove(fault)
        self.fired.append(fault)
        self.note(f"*** {fault}")
        if fault.word in PEOPLE:
            self.people.do(fault.word, fault.size)
        else:
            happen(self, task, fault)

    def note(self, text: str) -> None:
        """Tell what happens, where somebody listens."""
        if self.trace is not None:
            who = self.turns.current.process.name if self.turns.current else "-"
            self.trace.append(f"{self.step:4} {self.now():%m-%d %H:%M:%S} {who:6} {text}")

    # -- life --

    def live(self) -> None:
        """Begin, let things go wrong, let them go well, and let people put right what is left."""
        self.note(f"wanted: {', '.join(self.keys)}; jobs {self.drawn.jobs}")
        self.is_calm = False
        self._go_on()
        self.faults.clear()
        self.broken_until = 0
        self._go_on()
        while self.people.have_something_to_do():
            self.laws.at_rest(put_right=False)
            if not self.people.put_right():
                break
            self._go_on()
        self.laws.at_rest(put_right=True)

    def _go_on(self) -> None:
        """Go on until nothing is left to do."""
        self._began = True
        while True:
            if self.platform.later:
                self.platform.pass_time()
            goes_on = self.turns.go(self.ticks) or self._skip()
            if self.laws.broken:
                raise Broken(self.laws.broken)
            if not goes_on:
                return

    def _skip(self) -> bool:
        """Let time pass until somebody goes on; return whether there is anything to wait for."""
        wakes = [each[0] for each in self.platform.later]
        awake = self.turns.next_wake()
        if awake is not None and awake < 1 << 60:
            wakes.append(awake)
        cron = self._next_cron()
        if not wakes and cron is None:
            return False
        if cron is None or (wakes and min(wakes) < cron):
            self.ticks = max(self.ticks, min(wakes))
            self._began = True
            return True
        self.ticks = max(self.ticks, cron)
        self._began = False
        for _ in range(self.chance.randint(1, self.drawn.workers)):
            self._cron()
        return True

    def _next_cron(self) -> int | None:
        """Return when crons run next to some effect; None: they would find nothing to do."""
        database, wall = self.ledger.database, self.wall
        due = [row[0] for row in database.all(NEXT, (self.series,))]
        if not due:
            return None
        if self._began:
            at = max(min(due), wall)
        else:
            pauses = [row[0] for row in database.all("SELECT until_ms FROM pause")]
            ahead = [when for when in due + pauses if when > wall]
            if not ahead:
                return None
            at = min(ahead)
        return at - self.skew + self.chance.randrange(15_000)

    def _cron(self) -> None:
        self._runs += 1
        process = Process(f"w{self._runs}")
        self.turns.spawn(process, lambda: self._run(process))

    def _run(self, process: Process) -> None:
        """Be one `syndicate release`."""
        settings = Settings(
            worker=process.name, workspace=WORKSPACE, jobs=self.drawn.jobs, lease=LEASE,
            only=Filter(series=(self.series,)),
        )  # fmt: skip
        try:
            run(
                self.ledger, self.channels, settings, clock=self, watch=Nobody(),  # type: ignore[arg-type]
                stop=process.stop, tell=lambda event: None,
            )  # fmt: skip
        except LedgerError as error:
            self.note(f"ends: {error}")
            self.laws.must(process.met_disk, f"the ledger refused what was to be written: {error}")

    # -- what there is at the beginning --

    def _open(self) -> Channels:
        line = Line("syndicator.toml", 1)
        configs = {
            name: ChannelConfig(
                name=name, adapter=name, place=line, options={"platform": self.platform}
            )
            for name in sorted({each.channel for each in self.drawn.wanted})
        }
        adapters: dict[str, type[sc.Channel]] = dict(ADAPTERS)
        return Channels(
            Config(channels=configs), adapters, workspace=WORKSPACE, environ={}, now=self.now,
            ledger=lambda: self.ledger,
        )  # fmt: skip

    def _record(self) -> None:
        wanted = [each for one in self.drawn.wanted for each in _releases(self.series, one)]
        items = [Change(Kind.NEW, each) for each in wanted]
        self.ledger.record(
            Changes(series=self.series, items=items, contents={}, same=0),
            now=self.now(), actor="plan",
        )  # fmt: skip
        self.keys = [str(each.key) for each in wanted if each.key.action == Action.PUBLISH]
        for each in wanted:
            if each.closes_at is not None:
                self.told[str(each.key)].add("takedown")
        self.laws.look()


def _releases(series: str, wanted: Wanted) -> list[Release]:
    """Return a publish, and the takedown that its rights' end asks for."""
    digest = content()[0]
    line = Line("calendars/s.yaml", wanted.episode)
    key = ReleaseKey(series, f"ep{wanted.episode:03}", wanted.channel, "a", Action.PUBLISH)
    closes = wanted.closes_at
    found = [Release(key, wanted.at, BR, Terms(), digest, wanted.episode, 1000, wanted.begin_at,
                     line, give_up_at=closes, closes_at=closes)]  # fmt: skip
    if closes is not None:
        off = key._replace(action=Action.WITHDRAW)
        found.append(Release(off, closes, BR, Terms(), digest, 0, 0, closes, line))
    return found
