"""Rights end while nobody knows whether something is out: it is looked for, never sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .conftest import Shell

EP1 = "s0/ep001/tube/pilot/publish"
BEFORE, AFTER = "2035-06-01T20:05Z", "2035-06-04T20:05Z"


@pytest.fixture
def ends(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """One episode on `tube`, whose rights end a day after it comes out."""
    from syndicator.cli import desk

    monkeypatch.setattr(desk, "_SHIFT", [timedelta()])
    config = shell.folder / "syndicator.toml"
    config.write_text("rehearsal = true\n" + config.read_text())
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-06-01 20:00")
    series = shell.folder / "catalog" / "s0" / "series.yaml"
    series.write_text(series.read_text() + "avails: [{territories: [WORLD], end: 2035-06-03}]\n")
    shell.studio.answer("tube", "post", "lost")
    shell("rehearse", BEFORE, "release", "--channel", "tube", "--jobs", "1")
    assert shell.studio.posts("tube")[EP1] == 1
    return shell


def test_what_is_found_is_live_and_taken_off(ends: Shell) -> None:
    ends("rehearse", AFTER, "release", "--channel", "tube")
    ends("rehearse", AFTER, "release", "--channel", "tube")
    assert ends.studio.posts("tube")[EP1] == 1
    (row,) = ends("show", EP1, "--json").lines
    assert (row["state"], row["visible"]) == ("withdrawn", [])
    assert len([x for x in ends.studio.lines("tube", "gone.jsonl") if "ep001" in x["key"]]) == 1


def test_what_is_not_found_is_not_sent_again(ends: Shell) -> None:
    (ends.folder / "tube" / "posts.jsonl").unlink()
    ends("rehearse", AFTER, "release", "--channel", "tube")
    assert ends.studio.posts("tube") == {}
    (row,) = ends("show", EP1, "--json").lines
    assert row["state"] == "unknown", "silence proves nothing"
    assert "its rights ended before it was known" in row["error"]
    ends("reconcile", EP1, "--is-absent", "--reason", "looked")
    ends("rehearse", AFTER, "release", "--channel", "tube")
    assert ends.studio.posts("tube") == {}
    (row,) = ends("show", EP1, "--json").lines
    assert row["state"] == "missed"
