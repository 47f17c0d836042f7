"""Kill a release of many episodes at random moments, under faults, and count the posts.

    python benchmarks/kills.py [ADAPTER ...] [--episodes 500] [--kills 200] [--faults 0.05]

The real dispatcher and the real ledger run in a process of their own, against the adapter's strict
sandbox over real sockets, with a network in between that lets a share of all exchanges go wrong.
Time is the trial's: leases and waits pass as fast as they can. Prints one line for each adapter.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from typing import Any

import attrs

from syndicator.channel.testing._kinds import KILLS, OF_NETWORKS, WAITS, Kind
from syndicator.channel.testing._lab import Lab
from syndicator.channel.testing._played import Played
from syndicator.cli.desk import load_plugins
from syndicator.model.state import State

ADAPTERS = ("tiktok", "youtube_shorts")
PLENTY: dict[str, dict[str, Any]] = {
    "tiktok": {"options": {"posts_per_day": 5000}, "profile": {"posts_per_day": 5000}},
    "youtube_shorts": {
        "options": {"uploads_per_day": 5000, "units_per_day": 10_000_000},
        "profile": {
            "uploads_per_day": 5000, "units_per_day": 10_000_000, "channel_uploads_per_day": 5000,
        },
    },
}  # fmt: skip
"""Quotas are for tests of their own; here they would stretch the story over weeks."""

PATIENCE_S = 0.02, 0.35
LONGEST_S = 1800.0


@attrs.define
class Kills:
    """Kills the worker at random moments."""

    lab: Lab
    draw: random.Random
    wanted: int
    done: int = 0
    ended: threading.Event = attrs.field(factory=threading.Event)

    def go(self) -> None:
        while self.done < self.wanted and not self.ended.wait(self.draw.uniform(*PATIENCE_S)):
            if self.lab.is_running:
                self.lab.proxy.kill()
                self.done += 1


def main() -> int:
    given = _arguments()
    worst = 0
    for name in given.adapters or ADAPTERS:
        report = _try(name, given)
        print(f"{name}: " + ", ".join(f"{value} {word}" for word, value in report.items()))
        wrong = report["twice"] + report["lost"] + report["untrue"]
        worst = max(worst, int(wrong > 0 or report["kills"] < given.kills))
    return worst


def _try(name: str, given: argparse.Namespace) -> dict[str, int]:
    adapter = load_plugins([name]).adapters[name]
    trial = adapter.trial()
    assert trial is not None
    more = PLENTY.get(name, {})
    trial = attrs.evolve(
        trial, episodes=given.episodes,
        options={**trial.options, **more.get("options", {})},
        profile={**trial.profile, **more.get("profile", {})},
    )  # fmt: skip
    began = time.monotonic()
    with Lab(adapter, trial) as lab:
        lab.restore(lab.planned)
        lab.begin({})
        faults = _faults(lab, random.Random(given.seed), given.faults)
        kills = Kills(lab, random.Random(given.seed + 1), given.kills)
        thread = threading.Thread(target=kills.go, daemon=True)
        thread.start()
        played = Played()
        while time.monotonic() - began < LONGEST_S:
            lab.turn(played)
            wait = lab.wait()
            if wait is None:
                break
            lab.advance(wait)
        kills.ended.set()
        thread.join()
        lab.proxy.draw = lambda: None
        return _counted(lab, played, kills.done, faults, round(time.monotonic() - began))


def _faults(lab: Lab, draw: random.Random, share: float) -> Counter[Kind]:
    kinds = [kind for kind in OF_NETWORKS if kind not in KILLS | WAITS | {Kind.TWICE}]
    seen: Counter[Kind] = Counter()

    def drawn() -> Kind | None:
        if draw.random() >= share:
            return None
        kind = draw.choice(kinds)
        seen[kind] += 1
        return kind

    lab.proxy.draw = drawn
    return seen


def _counted(
    lab: Lab, played: Played, kills: int, faults: Counter[Kind], seconds: int
) -> dict[str, int]:
    rows = lab.rows()
    visible = [post for post in lab.platform.posts() if post.visible]
    live = {row.receipt.remote_id for row in rows if row.state is State.LIVE and row.receipt}
    return {
        "episodes": len(rows),
        "posts to be seen": len(visible),
        "twice": max(0, len(visible) - len(rows)),
        "lost": sum(row.state is not State.LIVE for row in rows),
        "untrue": len(live ^ {post.id for post in visible}) + len(set(played.faults)),
        "unknown": sum(row.state is State.UNKNOWN for row in rows),
        "kills": kills,
        "faults": sum(faults.values()),
        "exchanges": len(lab.proxy.exchanges),
        "seconds": seconds,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("adapters", nargs="*")
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--faults", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
