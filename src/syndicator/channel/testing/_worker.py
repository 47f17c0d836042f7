"""The separate process: plans, records and releases as a cron job would, until it is killed.

One process is started for a channel, imports everything once, and forks a fresh one for each
connection: a worker that is killed costs a fork. Commands and answers are lines of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

import syndicator.channel as sc
from syndicator import builtin
from syndicator.channel.testing._effects import Effects
from syndicator.channel.testing._platform import KEPT_FOR_US
from syndicator.cli.comparing import compare
from syndicator.cli.desk import Desk
from syndicator.dispatch.channels import Channels
from syndicator.dispatch.clock import SystemClock
from syndicator.dispatch.resolve import resolve
from syndicator.dispatch.run import Settings, run
from syndicator.dispatch.watch import Nobody
from syndicator.ledger.ledger import Claim, Filter, Row
from syndicator.plugins import Plugins

CHANNEL = "trial"
"""The channel's name in the workspace of a trial."""


class Phases(Nobody):
    """Writes down what a run is doing, for whoever watches the network."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)

    def began(self, claim: Claim) -> None:
        self._file.seek(0)
        action = claim.row.key.action
        word = action if claim.phase == "open" and action != "publish" else claim.phase
        self._file.write(word.ljust(16).encode())


class Service:
    """Carries out commands in one workspace."""

    def __init__(self, adapter: type[sc.Channel], folder: Path) -> None:
        self.adapter = adapter
        self.folder = folder
        self.effects = Effects(folder, KEPT_FOR_US)

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        """Do what is said; `offset` is how far the clock is moved, in seconds."""
        clock = SystemClock(timedelta(seconds=command.get("offset", 0.0)))
        desk = self._desk(clock, command.get("patience"))
        try:
            act: Callable[..., dict[str, Any]] = getattr(self, command["do"])
            return act(desk, clock, command)
        finally:
            desk.channels.close()
            desk.ledger.close()

    def record(self, desk: Desk, clock: SystemClock, command: Mapping[str, Any]) -> dict[str, Any]:
        """Plan and record; a second time it is to find nothing."""
        items, problems, reasons = 0, [str(each) for each in desk.workspace.problems], []
        for compared in compare(desk):
            problems += [f"{each.code}: {each.message}" for each in compared.problems]
            if compared.changes is None:
                continue
            items += len(compared.changes.items)
            if not command.get("only_look"):
                desk.ledger.record(compared.changes, now=clock.now(), actor="trial")
            for release in compared.plan.releases if compared.plan else ():
                reasons += [f"{each.code}: {each.text}" for each in release.blocked]
        return {"items": items, "problems": problems, "blocked": reasons}

    def run(self, desk: Desk, clock: SystemClock, command: Mapping[str, Any]) -> dict[str, Any]:
        """Release what is due."""
        lease = timedelta(seconds=command.get("lease", 300))
        settings = Settings(
            worker=f"trial:{os.getpid()}", workspace=self.folder, jobs=1, lease=lease
        )
        if "effects" in command:
            script = {int(number): kind for number, kind in command["effects"].items()}
            self.effects.begin(script, command["number"])
        outcome = run(
            desk.ledger, desk.channels, settings, clock=clock,
            watch=Phases(self.folder / "phase"), stop=threading.Event(), tell=lambda _: None,
        )  # fmt: skip
        self.effects.end()
        return {
            "happened": sum(outcome.happened.values()), "said": outcome.said,
            "effects": self.effects.seen,
        }  # fmt: skip

    def call(self, desk: Desk, clock: SystemClock, command: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Call one operation of the channel by itself, and tell what it answered."""
        channel = desk.channels.ready(CHANNEL)
        if command.get("closed"):
            channel.close()
            channel.http.close()
        try:
            return {"answer": _shown(self._call(desk, channel, command))}
        except sc.ChannelError as error:
            verdict = "done nothing" if isinstance(error, sc.NotDone) else "unheard"
            return {"verdict": type(error).__name__, "certainty": verdict, "said": error.reason}

    def memory(self, desk: Desk, clock: SystemClock, command: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Return what the adapter's classes and modules hold."""
        from syndicator.channel.testing._claims import memory_of

        return {"held": memory_of(self.adapter)}

    def _call(self, desk: Desk, channel: sc.Channel, command: Mapping[str, Any]) -> Any:
        operation = command["operation"]
        if operation == "check":
            return channel.check()
        if operation == "hear":
            return channel.hear({}, b"{}")
        row = self._row(desk)
        release = resolve(desk.ledger, row, None, self.folder)
        if operation == "by_hand":
            return channel.by_hand(command["word"], release)
        if operation in {"review", "cost", "metrics"}:
            return getattr(channel, operation)(release)
        progress = sc.Progress(
            str(row.key), ReadOnly(), saved=row.saved, asked=row.asked, seal=desk.channels.seal
        )
        return channel.find(release, progress)

    def _row(self, desk: Desk) -> Row:
        return next(
            row for row in desk.ledger.rows(Filter()) if row.key.action == sc.Action.PUBLISH
        )

    def spend(self, desk: Desk, clock: SystemClock, command: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Use up a quota."""
        quotas = {each.name: each for each in desk.channels.declared(CHANNEL).quotas}
        name = command["quota"]
        spender = desk.channels.spender(CHANNEL, desk.ledger)
        spender.spend({name: quotas[name].amount})
        return {}

    def _desk(self, clock: SystemClock, patience: float | None) -> Desk:
        desk = Desk(str(self.folder), at=clock.now(), environ={})
        plugins = Plugins()
        plugins.register(builtin, "files", "syndicator")
        plugins.adapters[self.adapter.name] = self.adapter
        vars(desk)["plugins"] = plugins
        vars(desk)["channels"] = Channels(
            desk.config, plugins.adapters, workspace=self.folder, environ={}, now=clock.now,
            ledger=lambda: desk.ledger, requests=_patient(patience),
        )  # fmt: skip
        return desk


class ReadOnly:
    """A look-up saves nothing."""

    def write(self, saved: Any, asked: Any) -> None:  # noqa: ARG002
        raise RuntimeError("a look-up saves nothing")

    def count(self, number: int) -> None:
        """Count nothing."""

    def should_stop(self) -> bool:
        return False


def _patient(seconds: float | None) -> dict[str, Any]:
    """Return how requests are made: no certificates are loaded, and repeats do not wait."""
    import httpx

    return {
        "transport": httpx.HTTPTransport(verify=False),
        "longest": seconds,
        "sleep": lambda _: None,
    }


def _shown(answer: Any) -> Any:
    if isinstance(answer, list | tuple):
        return [_shown(each) for each in answer]
    if attrs.has(type(answer)):
        return {"type": type(answer).__name__, **attrs.asdict(answer, value_serializer=_plain)}
    return answer if isinstance(answer, dict) else (None if answer is None else str(answer))


def _plain(_: Any, __: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return "a time"  # of two calls it is never the same
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)


def find_class(spelled: str) -> Any:
    """Return what `module:Name.Inner` names."""
    module, _, names = spelled.partition(":")
    found: Any = importlib.import_module(module)
    for name in names.split("."):
        found = getattr(found, name)
    return found


def main() -> None:
    """Listen at the socket; fork for each connection."""
    spelled, folder, place = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    sys.path[:] = json.loads(sys.argv[4])
    service = Service(find_class(spelled), folder)
    # Everything that planning and releasing import is imported here, once for all that is forked.
    service.answer({"do": "record", "only_look": True})
    service.answer({"do": "run"})
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(place)
    listening.listen(8)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)  # noqa: T201 - whoever started this waits for it
    while True:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            _serve(service, connection)
        connection.close()


def _serve(service: Service, connection: socket.socket) -> None:
    said = os.open(service.folder / "said.txt", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for handle in (1, 2):
        os.dup2(said, handle)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    with connection.makefile("rw", encoding="utf-8") as lines:
        lines.write(f"{os.getpid()}\n")
        lines.flush()
        for line in lines:
            try:
                answer = service.answer(json.loads(line))
            except BaseException as error:  # noqa: BLE001 - it is told, and judged by the kit
                answer = {"error": f"{type(error).__name__}: {error}",
                          "traceback": traceback.format_exc()}  # fmt: skip
            lines.write(json.dumps(answer, default=str) + "\n")
            lines.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
