"""Decisions about waves whose calendar was edited since it was recorded, and what stays live."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicator.cli import exits

from .conftest import Shell
from .test_json import valid
from .test_rollout import ON_ABORT, gated, ladder, look_now, measure, states

ABORT = ("rollout", "abort", "s0", "main", "--reason", "the lead left")


def append(shell: Shell, text: str) -> Path:
    path = shell.folder / "calendars/s0.yaml"
    path.write_text(path.read_text() + text)
    return path


@pytest.fixture
def out(shell: Shell) -> Shell:
    """The pilot is out and `main` waits; nothing was said of aborting."""
    gated(shell)("release")
    assert ladder(shell)["main"]["on_abort"] == "keep"
    return shell


def test_an_abort_takes_off_what_the_calendar_says_now(out: Shell) -> None:
    append(out, ON_ABORT)
    dry = out(*ABORT, "--dry-run")
    assert dry.out.count("would be withdrawn") == 6
    assert "stay live" not in dry.out
    assert ladder(out)["main"]["on_abort"] == "keep", "a dry run records nothing"
    said = out(*ABORT, "--yes")
    assert said.code == exits.DONE
    assert "its waves are recorded as its files ask for them now" in said.err
    assert states(out, "pilot") == states(out) == {"withdrawn"}


@pytest.mark.parametrize("dry", ["--dry-run", "--yes"])
def test_an_abort_says_what_stays_live_and_why(out: Shell, dry: str) -> None:
    said = out(*ABORT, dry)
    assert "6 releases of s0 stay live (on_abort: keep)" in said.out
    assert "would be withdrawn" not in said.out
    assert states(out, "pilot") == {"live"}


def test_what_the_wave_opened_is_taken_off_and_the_rest_is_counted(out: Shell) -> None:
    out("rollout", "advance", "s0", "main", "--reason", "sure")
    out("release")
    append(out, ON_ABORT.replace("all", "wave"))
    dry = out(*ABORT, "--dry-run")
    assert "would be withdrawn: s0/ep001/app/pilot/publish  from US" in dry.out
    assert "6 releases of s0 stay live (on_abort: wave)" in dry.out, "three extensions do not"
    lines = out(*ABORT, "--dry-run", "--json").lines
    (line,) = [each for each in lines if "stay_live" in each]
    assert line == {"stay_live": 6, "series": "s0", "on_abort": "wave"}
    valid("run", line)
    out(*ABORT, "--yes")
    assert (states(out), states(out, "pilot")) == ({"withdrawn"}, {"live", "withdrawn"})
    lines = [each for each in out("show", "--json").lines if each["state"] == "live"]
    assert len(lines) == 6


def test_the_question_before_an_abort_is_about_the_calendar_as_it_is(
    out: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(out, ON_ABORT)
    monkeypatch.setattr("click.confirm", lambda _: False)
    said = out(*ABORT)
    assert (said.code, said.out.count("would be withdrawn")) == (exits.USAGE, 6)
    assert ladder(out)["main"]["on_abort"] == "keep"


def test_an_abort_by_a_gate_says_what_stays_too(shell: Shell) -> None:
    gate = "gate: {metric: completion_rate, at_least: 0.35, fails: 1, then: abort}}"
    gated(shell, gate)("release")
    measure(shell, 1000, 5)
    look_now(shell)
    assert "6 releases of s0 stay live (on_abort: keep)" in shell("release").out


def test_the_status_says_that_the_files_ask_for_other_waves(out: Shell) -> None:
    assert "ask for other waves" not in out("rollout", "status").err
    append(out, ON_ABORT)
    assert "its files ask for other waves now" in out("rollout", "status").err
    out("release")
    assert "ask for other waves" not in out("rollout", "status").err


def test_files_with_faults_stop_no_decision_and_that_is_said(out: Shell) -> None:
    append(out, "\non_abort: everything\n")
    said = out(*ABORT, "--yes")
    assert said.err.count("they are taken as they were recorded last") == 1
    assert (states(out), states(out, "pilot")) == ({"withdrawn"}, {"live"})
    assert "6 releases of s0 stay live (on_abort: keep)" in said.out


def test_a_wave_that_is_new_in_the_files_can_be_paused_before_it_is_recorded(out: Shell) -> None:
    append(out, "  - {name: late, territories: [DE], after: {wave: main, delay: 1d}}\n")
    words = ("rollout", "pause", "s0", "late", "--reason", "the law is unclear")
    assert "would be: s0: wave late is paused" in out(*words, "--dry-run").out
    assert "late" not in ladder(out)
    out(*words)
    assert ladder(out)["late"]["state"] == "paused"


def test_a_try_says_when_a_run_would_look_at_what_is_held(shell: Shell) -> None:
    gated(shell)("release")
    shell.edit("calendars/s0.yaml", "at_least: 0.35", "at_least: 0.3")
    said = shell("rollout", "try", "s0")
    assert "3 held" in said.out
    assert "nothing waits" not in said.out
    assert "next look 2026-01-08 20:00 UTC" in said.out
    held = [each["release"] for each in shell("show", "--json").lines if each["state"] == "held"]
    shell("resume", *held, "--reason", "x")
    shell("hold", *held, "--reason", "x")
    assert "nothing waits for its gates" in shell("rollout", "try", "s0").out
