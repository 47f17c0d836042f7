"""A channel goes down: it is left alone, one release tries it again, the rest goes elsewhere."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from .conftest import Shell

FALLBACK = """channels:
  tube: {fallback: {channels: [app], after: 0s}}
"""


def only_tube(shell: Shell, fallback: str = FALLBACK) -> None:
    """Let the calendar ask for `tube` alone."""
    path = shell.folder / "calendars" / "s0.yaml"
    head, _, tail = path.read_text().partition("channels:")
    _, _, waves = tail.partition("waves:")
    path.write_text(f"{head}{fallback}" + (f"waves:{waves}" if waves else ""))


def let_time_pass(shell: Shell) -> None:
    """Let all that waits for a better moment be due."""
    with closing(sqlite3.connect(shell.folder / "syndicator.db")) as database, database:
        database.execute("DELETE FROM pause")
        database.execute("UPDATE release SET next_ms = 0 WHERE next_ms IS NOT NULL")


def posts(shell: Shell, folder: str) -> list[str]:
    return sorted(each["key"] for each in shell.studio.lines(folder, "posts.jsonl"))


def test_what_a_channel_cannot_show_while_it_is_down_goes_elsewhere(shell: Shell) -> None:
    only_tube(shell)
    shell.studio.answer("tube", "post", *["down"] * 20)
    said = shell("release", "--jobs", "1")
    assert said.code == 5
    assert posts(shell, "tube") == []
    said = shell("release")
    assert "goes to app: tube is down since" in said.out
    assert said.code == 0, said.out + said.err
    assert len(posts(shell, "native")) == 3
    assert shell.states() == {"live": 3, "withdrawn": 3}
    shell.studio.answer("tube", "post")
    let_time_pass(shell)
    assert "Nothing due" in shell("release").out
    assert posts(shell, "tube") == []
    assert len(posts(shell, "native")) == 3
    assert "Nothing to do" in shell("plan").out
    told = shell("explain", "s0/ep001/tube/pilot/publish")
    assert "tube is down since" in told.out


def test_one_release_tries_a_channel_again_and_then_all_go_on(shell: Shell) -> None:
    only_tube(shell, "channels: {tube: {}}\n")
    shell.studio.answer("tube", "post", "down", "down")
    assert shell("release", "--jobs", "1").code == 5
    let_time_pass(shell)
    assert shell("release").code == 5, "one tries, and it is still down"
    assert shell.studio.lines("tube", "post.next") == []
    let_time_pass(shell)
    assert shell("release").code == 0
    assert len(posts(shell, "tube")) == 3
    with closing(sqlite3.connect(shell.folder / "syndicator.db")) as database:
        assert database.execute("SELECT * FROM circuit").fetchall() == []


def test_status_and_channels_say_what_is_down(shell: Shell) -> None:
    only_tube(shell, "channels: {tube: {}}\n")
    shell.studio.answer("tube", "post", "down")
    shell("release", "--jobs", "1")
    found = shell("status").out
    assert "tube" in found
    assert "the platform is down" in found
    assert "down since" in shell("channels").out
    rows = json.loads(shell("channels", "--json").out)
    (tube,) = [each for each in rows if each["channel"] == "tube"]
    assert tube["down_since"]


@pytest.mark.parametrize("json_", [False, True])
def test_what_can_go_nowhere_is_said_with_the_reason(shell: Shell, json_: bool) -> None:
    only_tube(shell)
    series = shell.folder / "catalog" / "s0" / "series.yaml"
    row = "avails:\n  - {territories: [WORLD], channels: [tube]}\n"
    series.write_text(series.read_text() + row)
    shell.studio.answer("tube", "post", *["down"] * 20)
    shell("release", "--jobs", "1")
    said = shell("release", *(["--json"] if json_ else []))
    if json_:
        stuck = [line for line in said.lines if "stuck" in line]
        assert {each["reasons"][0]["code"] for each in stuck} == {"no-rights"}
    else:
        assert "3 releases of tube can go nowhere else: app: no licence for" in said.err
    assert shell.states() == {"planned": 3}
