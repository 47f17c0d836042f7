"""As if it were another instant: only where nothing is real."""

from __future__ import annotations

import pytest

from .conftest import Shell

LATER = "2035-06-01T20:05Z"


@pytest.fixture
def stage(shell: Shell) -> Shell:
    """A workspace for rehearsals, whose calendar lies in the future."""
    config = shell.folder / "syndicator.toml"
    config.write_text("rehearsal = true\n" + config.read_text())
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-06-01 20:00")
    return shell


@pytest.fixture(autouse=True)
def _same_time_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from syndicator.cli import desk

    monkeypatch.setattr(desk, "_SHIFT", [timedelta()])


def test_what_is_due_then_goes_out_now(stage: Shell) -> None:
    assert "Nothing due" in stage("release").out
    said = stage("rehearse", LATER, "release")
    assert said.code == 0
    assert stage.states() == {"live": 6, "planned": 3}
    (event,) = stage("rehearse", LATER, "show", "s0/ep001/tube/pilot/publish", "--json").lines
    assert event["since"].startswith("2035-06-01T20:05")


def test_only_a_workspace_that_says_so(shell: Shell) -> None:
    said = shell("rehearse", LATER, "release")
    assert said.code == 2
    assert "rehearsal = true" in said.err
    assert shell.studio.posts() == {}


def test_a_real_channel_is_refused(stage: Shell) -> None:
    stage.edit("syndicator.toml", 'folder = "tube"', 'folder = "s3://bucket/tube"')
    said = stage("rehearse", LATER, "release")
    assert said.code == 2
    assert "channel tube is real (s3://bucket/tube); give it the `api_base`" in said.err


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("soon", "release"), "is no instant"),
        ((LATER,), "Missing argument"),
        ((LATER, "rehearse", LATER, "release"), "is not rehearsed"),
        ((LATER, "releas"), "did you mean release?"),
    ],
)
def test_what_cannot_be_rehearsed_is_said(stage: Shell, words: tuple[str, ...], text: str) -> None:
    said = stage("rehearse", *words)
    assert said.code == 2
    assert text in said.err
