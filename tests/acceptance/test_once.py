"""Never twice, never lost: whoever runs at once, whatever dies."""

from __future__ import annotations

import random
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Studio

EPISODES = 6
RELEASES = EPISODES * 3
"""On `app` a publish and an extension of each episode, on `tube` a publish."""


def everything_once(studio: Studio) -> None:
    assert studio.states() == {"live": RELEASES}
    assert studio.posts("tube") == {f"s0/ep{n:03d}/tube/pilot/publish": 1 for n in range(1, 7)}
    assert studio.posts("native") == {f"s0/ep{n:03d}/app/pilot/publish": 1 for n in range(1, 7)}


def in_order(studio: Studio) -> None:
    for folder in ("tube", "native"):
        keys = [line["key"] for line in studio.lines(folder, "posts.jsonl")]
        assert keys == sorted(keys)


@pytest.mark.parametrize("round_", range(20))
def test_two_runs_at_once_release_everything_once(studio: Studio, round_: int) -> None:
    studio.write(episodes=EPISODES, slow=0.002)
    both = [studio.start("release"), studio.start("release")]
    outcomes = [process.communicate(timeout=120) for process in both]

    assert [process.returncode for process in both] == [0, 0], outcomes
    everything_once(studio)
    in_order(studio)


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_random_nothing_is_lost_and_nothing_is_twice(studio: Studio, seed: int) -> None:
    studio.write(episodes=EPISODES, slow=0.01)
    chance = random.Random(seed)
    for _ in range(3):
        process = studio.start("release")
        time.sleep(chance.uniform(0.15, 0.6))  # noqa: TID251 - the moment to die
        process.kill()
        process.communicate()
        lapse_leases(studio)
    drain(studio)

    everything_once(studio)
    in_order(studio)


def lapse_leases(studio: Studio) -> None:
    """Let the dead process's leases run out, without waiting for it."""
    path = studio.folder / "syndicator.db"
    if path.exists():
        with sqlite3.connect(path, timeout=30) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE name = 'release'")
            if tables.fetchone():
                database.execute(
                    "UPDATE release SET next_ms = 0, lease_ms = 0 WHERE worker IS NOT NULL"
                )
        database.close()


def drain(studio: Studio) -> None:
    for _ in range(5):
        last = studio.run("release")
        if studio.states() == {"live": RELEASES}:
            return
        lapse_leases(studio)
    pytest.fail(f"not drained: {studio.states()} {last.stdout} {last.stderr}")


def test_a_process_that_dies_after_the_platform_acted_asks_before_it_repeats(
    studio: Studio,
) -> None:
    studio.write(episodes=EPISODES)
    studio.answer("tube", "post", "die")
    assert studio.run("release").returncode == -9
    assert sum(studio.posts("tube").values()) == 1

    lapse_leases(studio)
    drain(studio)

    everything_once(studio)


def test_a_lost_answer_is_asked_for_and_adopted(studio: Studio) -> None:
    studio.write(episodes=EPISODES)
    studio.answer("tube", "post", "lost")

    first = studio.run("release")
    assert first.returncode == 5
    assert studio.states()["publishing"] == 1
    make_due(studio)
    drain(studio)

    everything_once(studio)


def make_due(studio: Studio) -> None:
    with sqlite3.connect(studio.folder / "syndicator.db", timeout=30) as database:
        database.execute("UPDATE release SET next_ms = 0 WHERE next_ms IS NOT NULL")
    database.close()


def test_a_second_plan_after_a_release_is_empty(studio: Studio) -> None:
    studio.write(series=2, episodes=4)
    assert studio.run("release").returncode == 0

    again = studio.run("plan")

    assert "Nothing to do: 24 releases as the ledger has them." in again.stdout
    assert again.returncode == 0


def test_replaying_the_events_gives_the_state_table(studio: Studio) -> None:
    from syndicator.ledger.ledger import Filter
    from syndicator.ledger.sqlite import SqliteLedger
    from syndicator.model.state import replay

    studio.write(episodes=EPISODES)
    studio.answer("tube", "post", "retry", "lost", "refused")
    studio.run("release")
    make_due(studio)
    studio.run("release")

    ledger = SqliteLedger(studio.folder / "syndicator.db")
    for row in ledger.rows(Filter()):
        assert replay(event.happened for event in ledger.history(row.id)) == row.state
    ledger.close()
