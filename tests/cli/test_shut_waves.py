"""What is tried again while its wave is shut waits for the wave; only `resume` takes it past."""

from __future__ import annotations

import json
import sqlite3

import pytest

from .conftest import Shell
from .test_rollout import MAIN, gated, ladder, look_now, measure, states

WORLD = "- {name: world, territories: [DE], after: {wave: main, delay: 7d}}"
WITHDRAW = ("withdraw", "--series", "s0", "--channel", "app", "--reason", "a claim", "--yes")
RETRY = ("retry", "s0/ep001/app", "--reason", "it is settled", "--by", "ana")


def of_main(shell: Shell, cut: str = "ep001") -> str:
    (line,) = [each for each in shell("show", "--json").lines
               if each["release"].startswith(f"s0/{cut}/app/main/")]  # fmt: skip
    return str(line["state"])


def change(shell: Shell, statement: str) -> None:
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute(statement)
    database.close()


@pytest.fixture
def withdrawn(shell: Shell) -> Shell:
    """All of the series is off the app, before the gate of `main` has passed."""
    gated(shell)("release")
    assert shell(*WITHDRAW).code == 0
    assert of_main(shell) == "withdrawn"
    return shell


def nothing_to_plan(shell: Shell) -> None:
    assert shell("plan", "--json").lines[-1]["summary"]["changes"] == {}


def test_what_waited_for_a_gate_waits_again_when_it_is_retried(withdrawn: Shell) -> None:
    shell = withdrawn
    dry = shell(*RETRY, "--dry-run")
    assert "extend/UTC+00:00 (withdrawn; its wave is waiting)" in dry.out
    said = shell(*RETRY)
    assert "held again: wave main opens when completion_rate of wave pilot" in said.out
    assert "syndicate resume RELEASE" in said.out
    assert of_main(shell) == "held"
    nothing_to_plan(shell)
    shell("release")
    shell("release")
    assert of_main(shell) == "held", "nobody opened its wave"
    assert ladder(shell)["main"]["next_look"] is not None, "somebody looks again"
    measure(shell, 1000, 40)
    look_now(shell)
    shell("release")
    assert of_main(shell) == "live"
    history = json.loads(shell("explain", MAIN, "--json").out)["history"]
    assert [each["actor"] for each in history if each["happened"] == "held"][-1] == "gate"


@pytest.mark.parametrize(
    ("words", "state", "says"),
    [
        (("pause", "s0", "main"), "paused", "wave main is paused: x"),
        (("abort", "s0", "main", "--yes"), "aborted", "wave main was aborted: x"),
    ],
)
def test_neither_a_pause_nor_an_abort_is_undone_by_a_retry(
    withdrawn: Shell, words: tuple[str, ...], state: str, says: str
) -> None:
    shell = withdrawn
    shell("rollout", *words, "--reason", "x")
    assert ladder(shell)["main"]["state"] == state
    assert says in shell(*RETRY).out
    nothing_to_plan(shell)
    shell("release")
    assert of_main(shell) == "held"
    assert says in shell("show", MAIN).out


@pytest.mark.parametrize("state", ["failed", "missed"])
def test_what_failed_or_was_missed_under_a_shut_wave_waits_too(shell: Shell, state: str) -> None:
    gated(shell)("release")
    change(shell, f"UPDATE release SET state = '{state}', reasons = '[]', next_ms = NULL "
                  f"WHERE key LIKE '{MAIN}/%'")  # fmt: skip
    shell(*RETRY)
    assert of_main(shell) == "held"
    nothing_to_plan(shell)
    shell("release")
    assert of_main(shell) == "held"


def test_a_wave_that_failed_keeps_what_is_retried(withdrawn: Shell) -> None:
    shell = withdrawn
    change(shell, "UPDATE rollout SET state = 'failed', next_ms = NULL WHERE wave = 'main'")
    shell(*RETRY)
    shell("release")
    assert of_main(shell) == "held"
    shell("rollout", "advance", "s0", "main", "--reason", "sure")
    shell("release")
    assert of_main(shell) == "live"


def test_what_a_person_let_past_the_gate_is_retried_without_asking_again(shell: Shell) -> None:
    gated(shell)("release")
    shell("resume", MAIN, "--reason", "the buyer may see this one")
    change(shell, "UPDATE release SET state = 'failed', next_ms = NULL "
                  f"WHERE key LIKE '{MAIN}/%'")  # fmt: skip
    assert "held again" not in shell(*RETRY).out
    nothing_to_plan(shell)
    shell("release")
    assert of_main(shell) == "live"
    assert of_main(shell, "ep002") == "held"


def test_under_an_open_wave_a_retry_goes_on_at_once(shell: Shell) -> None:
    gated(shell)("release")
    shell("rollout", "advance", "s0", "main", "--reason", "sure")
    shell("release")
    shell(*WITHDRAW)
    assert "held" not in shell(*RETRY).out
    nothing_to_plan(shell)
    shell("release")
    assert of_main(shell) == "live"


def test_a_wave_behind_a_gate_keeps_what_is_retried_with_the_gate_it_waits_for(
    shell: Shell,
) -> None:
    gated(shell)
    shell.edit("calendars/s0.yaml", "misses: 2}}\n", f"misses: 2}}}}\n  {WORLD}\n")
    shell.edit("syndicator.toml", '"US"]', '"US", "DE"]')
    shell("release")
    shell(*WITHDRAW)
    said = shell(*RETRY)
    assert said.out.count("held again: wave main opens when") == 1
    nothing_to_plan(shell)
    shell("release")
    held = [each["release"] for each in shell("show", "--json").lines if each["state"] == "held"]
    assert any("/world/" in each for each in held)
    shell("rollout", "advance", "s0", "main", "--reason", "sure")
    assert states(shell, "world") <= {"planned", "withdrawn"}
