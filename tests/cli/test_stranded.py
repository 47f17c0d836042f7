"""A channel that cannot be used any more still shows what it was given: it is never passed over."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from .conftest import Shell

AVAILS = """
avails:
  - {territories: [BR, ID, US], start: 2025-01-01, end: 2036-01-01}
"""
OVER = 1_767_225_600_000
EP1 = "s0/ep001/tube/pilot/publish"


@pytest.fixture
def lost(shell: Shell) -> Shell:
    """The rights are over, and `tube` was taken out of syndicator.toml while it was live."""
    series = shell.folder / "catalog" / "s0" / "series.yaml"
    series.write_text(series.read_text() + AVAILS)
    assert shell("release").code == 0
    config = shell.folder / "syndicator.toml"
    begin, _, rest = config.read_text().partition("[channels.tube]")
    config.write_text(begin + "[release]" + rest.partition("[release]")[2])
    shell.edit("calendars/s0.yaml", "{app: , tube: }", "{app: }")
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        # What no calendar asks for any more was taken off, if its calendar went too; not so here.
        database.execute("UPDATE release SET state = 'planned', reasons = '[]', at_ms = ?, "
                         "next_ms = ? WHERE action = 'withdraw' AND channel = 'tube'",
                         (OVER, OVER))  # fmt: skip
    database.close()
    return shell


def keys(shell: Shell) -> list[str]:
    rows = shell("show", "--channel", "tube", "--state", "planned", "--json").lines
    return [each["release"] for each in rows if each["action"] == "withdraw"]


def test_release_says_so_and_leaves_with_four(lost: Shell) -> None:
    number = len(keys(lost))
    assert number
    said = lost("release")
    assert said.code == 4
    assert f"! {number} takedowns are due and cannot be done: channel tube is not in" in said.err
    assert "put [channels.tube] back" in said.err
    assert "Nothing due" not in said.out
    summary = lost("release", "--json").lines[-1]["summary"]
    assert sorted(summary["stranded"]) == sorted(keys(lost))
    assert lost("release", "--channel", "app").code == 0, "that is not meant"


def test_status_and_report_say_where_it_is_and_what_to_do(lost: Shell, tmp_path: Path) -> None:
    out = lost("status").out
    (shown,) = lost("show", EP1, "--json").lines
    assert "it should be gone; channel tube is not in syndicator.toml any more" in out
    assert f"still to be seen: {shown['receipt']['url']}" in out
    assert "put [channels.tube] back into syndicator.toml, or take it off by hand" in out
    found = json.loads(lost("status", "--json").out)["needs_person"]
    assert found[0]["overdue"]
    page = tmp_path / "report.html"
    assert lost("report", "--html", str(page)).code == 0
    assert "it should be gone; channel tube" in page.read_text()


def test_a_plugin_that_is_gone_is_named(lost: Shell) -> None:
    config = lost.folder / "syndicator.toml"
    text = '[channels.tube]\nadapter = "vanished"\nterritories = ["BR"]\n\n[release]'
    config.write_text(config.read_text().replace("[release]", text))
    assert "the adapter vanished of channel tube cannot be used" in lost("status").out


def test_a_person_who_took_it_off_confirms_it(lost: Shell) -> None:
    first, *others = keys(lost)
    listed = lost("confirm")
    assert listed.code == 4
    assert first in listed.out
    assert lost("confirm", first, "--not-done", "--reason", "x").code == 2
    said = lost("confirm", first, "--reason", "deleted it in the app", "--by", "mia")
    assert said.code == 0, said.err
    told = json.loads(lost("explain", first, "--json").out)
    assert told["state"] == "withdrawn"
    assert [(each["happened"], each["actor"]) for each in told["history"]][-1] == (
        "seen_gone", "mia")  # fmt: skip
    unit = "/".join(first.split("/")[:3])
    (publish,) = [each for each in lost("show", unit, "--json").lines
                  if each["action"] == "publish"]  # fmt: skip
    assert not set(publish["visible"]) & set(told["territories"])
    assert sorted(keys(lost)) == sorted(others)
    for key in others:
        lost("confirm", key, "--reason", "deleted it in the app")
    assert lost("release").code == 0
    assert lost("confirm").code == 0


def test_what_is_not_seen_any_more_needs_nobody(lost: Shell) -> None:
    with sqlite3.connect(lost.folder / "syndicator.db") as database:
        database.execute("UPDATE release SET state = 'withdrawn', visible = '' "
                         "WHERE action = 'publish' AND channel = 'tube'")  # fmt: skip
    database.close()
    assert "stranded" not in lost("release", "--json").lines[-1]["summary"]
    assert lost("confirm").code == 0
