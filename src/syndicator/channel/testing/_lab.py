"""One channel's laboratory: workspace, ledger, other side, network and workers, held together.

A trial is played from a known beginning, with a script of what goes wrong, until nothing more is
due; time passes as the ledger asks for it. All of it can be brought back to the beginning.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs

from syndicator.channel import Action, Capabilities, Channel
from syndicator.channel.testing._files import Files
from syndicator.channel.testing._kinds import WAITS, Kind
from syndicator.channel.testing._platform import Delivered, Folder, Platform, Server, shown
from syndicator.channel.testing._played import Beginning, Played, not_as_it_says
from syndicator.channel.testing._process import Died, Worker, Workers
from syndicator.channel.testing._proxy import Exchange, Proxy
from syndicator.channel.testing._signed import sign_in
from syndicator.channel.testing._trial import Trial
from syndicator.channel.testing._workspace import Asked, Workspace
from syndicator.dispatch.clock import SystemClock
from syndicator.ledger.ledger import Filter, Ledger, Row
from syndicator.ledger.sqlite import SqliteLedger
from syndicator.model.moment import from_milliseconds, milliseconds
from syndicator.model.state import State

TURNS = 80
"""So many runs are started until a trial counts as stuck."""

PATIENT_S, IMPATIENT_S = 15.0, 0.25
LEASE_S = 60.0
UNSEEN = frozenset({State.PLANNED, State.STAGING, State.STAGED})
GOING = frozenset({State.WITHDRAWING, State.UNKNOWN})
SHORTEST_S = 0.01
ROOM = 1 << 30
AHEAD = "SELECT min(next_ms) FROM release WHERE next_ms > ?"


class Lab:
    """Runs trials of one channel. To be closed."""

    def __init__(self, adapter: type[Channel], trial: Trial | None = None) -> None:
        found = trial or adapter.trial()
        if found is None:
            raise ValueError(f"{adapter.name} says nothing of how it is tried: Channel.trial")
        self.adapter = adapter
        self.trial = found
        self.offset = 0.0
        self.folder = Path(tempfile.mkdtemp(prefix="trial-", dir=_quick()))
        self._open = contextlib.ExitStack()
        self._open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._worker: Worker | None = None
        self._effects: dict[int, Kind] | None = None
        self._counted = 0
        self.is_running = False
        """Whether a run is under way."""

        try:
            self._set_up()
        except BaseException:
            self._open.close()
            raise

    def _set_up(self) -> None:
        # A day ahead: real time passes while trials are played, and nothing may come due by that.
        now = SystemClock().now().replace(second=0, microsecond=0)
        home = self.folder / "workspace"
        self.workspace = Workspace(home, self.adapter, self.trial, at=now + timedelta(days=1))
        self.platform = self._other_side(home)
        self.delivered = Delivered(home)
        self._open.callback(self.platform.close)
        self.proxy = self._open.enter_context(Proxy(self.platform.url))
        self.proxy.phase = lambda: (home / "phase").read_text().strip()
        self.proxy.kill = self._kill
        self.proxy.second = self._second
        if self.platform.url:
            files = self._open.enter_context(Files(home))
            self.workspace.addressed(
                sandbox=self.platform.url, proxy=self.proxy.url, files=files.url
            )
        self.workspace.write(Asked())
        self.secrets = sign_in(self.adapter, self.trial, self.workspace, self.platform, self.now)
        self.workers = Workers(self.adapter, home)
        self._open.callback(self.workers.close)
        self._open.callback(self.drop_worker)

    def _other_side(self, home: Path) -> Platform:
        sandbox = self.adapter.sandbox()
        if self.trial.platform is not None:
            return self.trial.platform(self.folder / "platform")
        if self.trial.posts is not None or sandbox is None:
            return Folder(home, self.trial)
        return Server(sandbox, self.folder / "sandbox", self.trial.profile)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Let go of everything."""
        self._open.close()

    @property
    def capabilities(self) -> Capabilities:
        """What the channel declares, as the trial's options make it."""
        return self.adapter.declared(self.workspace.options(Asked()))

    # -- beginnings --

    @functools.cached_property
    def planned(self) -> Beginning:
        """The release is recorded, and nothing of it has begun."""
        return self.beginning(Asked())

    @functools.cached_property
    def live(self) -> Beginning:
        """The release is out."""
        played = self.play(self.planned)
        self.must_be_out(played)
        return self._here(Asked())

    def beginning(self, asked: Asked) -> Beginning:
        """Return the point at which what is asked for was recorded, from nothing or from live."""
        if asked.action is Action.PUBLISH:
            self.clear()
        else:
            self.restore(self.live)
        self.workspace.write(asked)
        told = self.ask("record")
        if told.get("error"):
            raise RuntimeError(told["traceback"])
        if told["problems"]:
            raise RuntimeError("the trial's files have faults:\n" + "\n".join(told["problems"]))
        return self._here(asked)

    def restore(self, beginning: Beginning) -> None:
        """Bring everything back."""
        self._remove_ledger()
        (self.workspace.folder / "syndicator.db").write_bytes(beginning.ledger)
        self.platform.restore(beginning.platform)
        self.delivered.restore(beginning.delivered)
        self.offset = beginning.offset
        self.workspace.write(beginning.asked)

    def _here(self, asked: Asked) -> Beginning:
        with self.ledger() as ledger:
            ledger.database.one("PRAGMA wal_checkpoint(TRUNCATE)")
        data = (self.workspace.folder / "syndicator.db").read_bytes()
        found = self.delivered.snapshot()
        return Beginning(asked, data, self.platform.snapshot(), found, self.offset)

    def clear(self) -> None:
        """Bring everything back to where nothing was ever planned."""
        self._remove_ledger()
        platform, delivered = self._nothing
        self.platform.restore(platform)
        self.delivered.restore(delivered)
        self.offset = 0.0

    @functools.cached_property
    def _nothing(self) -> tuple[Any, Any]:
        return self.platform.snapshot(), self.delivered.snapshot()

    def _remove_ledger(self) -> None:
        for ending in ("", "-wal", "-shm"):
            (self.workspace.folder / f"syndicator.db{ending}").unlink(missing_ok=True)

    def must_be_out(self, played: Played) -> None:
        """Raise RuntimeError unless the release is out."""
        states, wanted = {str(row.state) for row in played.rows}, self.trial.ends
        if wanted == "task" and any(row.task for row in played.rows):
            return
        if states != {wanted}:
            said = "; ".join(f"{code}: {text}" for _, code, text in played.said[-3:])
            raise RuntimeError(
                f"with nothing going wrong it is {', '.join(sorted(states)) or 'nowhere'}, "
                f"not {wanted}. {said} {'; '.join(r.text for x in played.rows for r in x.reasons)}"
            )

    # -- playing --

    def play(self, beginning: Beginning, script: Mapping[int, Kind] | None = None) -> Played:
        """Release from a beginning until nothing more is due, while the script goes wrong."""
        self.restore(beginning)
        self.begin(script or {})
        return self.play_on(lambda: False)

    def play_on(self, is_enough: Callable[[], bool]) -> Played:
        """Release from where things stand until nothing more is due, or until it is enough."""
        played = Played()
        for turn in range(TURNS):
            played.turns = turn + 1
            self.turn(played)
            if is_enough():
                break
            wait = self.wait()
            if wait is None or (wait > 0 and self._waits_for_person()):
                break
            self.advance(wait)
        else:
            played.faults.append(f"stuck: still something to do after {TURNS} runs")
        if self._effects is None:
            played.exchanges = list(self.proxy.exchanges)
            played.happened = not self.proxy.script
        else:
            played.happened = not self._effects
        played.rows = self.rows()
        played.posts = [*self.platform.posts()]
        played.shown = [shown(post) for post in played.posts if post.visible]
        return played

    def begin(self, script: Mapping[int, Kind]) -> None:
        """Count exchanges from 0, and let those of the script go wrong."""
        self.proxy.begin(script)
        self._effects = dict(script) if isinstance(self.platform, Folder) else None
        self._counted = 0
        waits = any(kind in WAITS for kind in script.values())
        self.proxy.patience = IMPATIENT_S if waits else PATIENT_S

    def another(self, **changes: Any) -> Lab:
        """Return a lab of the same channel, with another trial."""
        return Lab(self.adapter, attrs.evolve(self.trial, **changes))

    def ask_for_memory(self) -> list[str]:
        """Return what the adapter's classes and modules hold after a release and not before."""
        self.restore(self.planned)
        self.begin({})
        before = self.ask("memory")["held"]
        self.play_on(lambda: False)
        after = self.ask("memory")["held"]
        return sorted(name for name, value in after.items() if before.get(name, value) != value)

    def turn(self, played: Played) -> None:
        """Start one run, and look at what it left."""
        self.is_running = True
        more = {} if self._effects is None else {"effects": self._effects, "number": self._counted}
        try:
            answer = self.ask("run", lease=LEASE_S, **more)
        except Died:
            self.drop_worker()
            self._effects = None if self._effects is None else {}
            return
        finally:
            self.is_running = False
        self._note_effects(played, answer.get("effects", ()))
        if answer.get("error"):
            played.faults.append(f"the run ended with {answer['error']}")
        played.said += [tuple(each) for each in answer.get("said", ())]
        rows, visible = self.rows(), {post.id for post in self.platform.posts() if post.visible}
        if self.trial.ends == "live":
            played.faults += not_as_it_says(rows, visible)

    def _note_effects(self, played: Played, seen: Iterable[str]) -> None:
        phase = self.proxy.phase()
        for each in seen:
            played.exchanges.append(Exchange(self._counted, phase, "", each, 0))
            if self._effects:
                self._effects.pop(self._counted, None)
            self._counted += 1

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """Give a command to the worker; raises Died, Hung."""
        if self._worker is None:
            self._worker = self.workers.one()
        return self._worker.ask(do=do, offset=self.offset, patience=self.proxy.patience, **more)

    def advance(self, seconds: float) -> None:
        """Let time pass, here and there."""
        self.offset += seconds
        self.platform.advance(seconds)

    def now(self) -> datetime:
        """Return the time of the trial."""
        return SystemClock().now() + timedelta(seconds=self.offset)

    @contextlib.contextmanager
    def ledger(self) -> Iterator[SqliteLedger]:
        """Yield the ledger."""
        ledger = SqliteLedger(self.workspace.folder / "syndicator.db")
        try:
            yield ledger
        finally:
            ledger.close()

    def rows(self) -> list[Row]:
        """Return the releases."""
        with self.ledger() as ledger:
            return list(ledger.rows(Filter()))

    def spent_quotas(self) -> list[str]:
        """Return the names of the quotas from which something was spent."""
        with self.ledger() as ledger:
            return [row[0] for row in ledger.database.all("SELECT DISTINCT quota FROM spent")]

    def read(self, look: Callable[[Ledger], Any]) -> Any:
        """Return what a look at the ledger gives."""
        with self.ledger() as ledger:
            return look(ledger)

    def wait(self) -> float | None:
        """Return the seconds until something can be done; None: nothing is due any more.

        What is due already and was left lying waits for something else: an earlier episode, or a
        pause.
        """
        now = self.now()
        with self.ledger() as ledger:
            if ledger.next_at() is None:
                return None
            ahead = ledger.database.one(AHEAD, (milliseconds(now),))[0]
            times = [until for until, _ in ledger.paused(now).values()]
        if ahead is not None:
            times.append(from_milliseconds(ahead))
        if not times:
            return SHORTEST_S
        return max(SHORTEST_S, (min(times) - now).total_seconds() + SHORTEST_S)

    def _waits_for_person(self) -> bool:
        tasks = [row.task is not None for row in self.rows() if row.next_at is not None]
        # Where a person finishes releases, one task may stand for several that go together.
        return any(tasks) if self.trial.ends == "task" else bool(tasks) and all(tasks)

    def _kill(self) -> None:
        if self._worker is not None:
            self._worker.kill()

    def _second(self) -> None:
        other = self.workers.one()
        try:
            other.ask(do="run", offset=self.offset, patience=self.proxy.patience, lease=LEASE_S)
        finally:
            other.close()

    def drop_worker(self) -> None:
        """Let the worker go; the next command has a fresh one."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None


def _quick() -> str | None:
    """Return a folder in memory, where the system has one: trials write a ledger each."""
    memory = Path("/dev/shm")  # noqa: S108 - made by mkdtemp below it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None
