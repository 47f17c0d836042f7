"""What the commands show and do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from syndicator.catalog.schema import schema
from tests.conftest import TOY

from .conftest import Shell

WHOLE = "s0/ep001/tube/pilot/publish"


def valid(name: str, data: object) -> None:
    Draft202012Validator(schema(name)).validate(data)


def test_a_plan_reads_like_a_diff(shell: Shell) -> None:
    first = shell("plan").out
    assert "+ s0/ep001/app/pilot/publish  2026-01-01 17:00 Sao Paulo  [BR ID]" in first
    assert "Plan: 9 new; 0 unchanged;" in first
    shell("release")
    assert "Nothing to do: 9 releases as the ledger has them." in shell("plan").out
    shell.edit("catalog/s0/series.yaml", "A Series", "Another")
    assert "6 update; 9 unchanged" in shell("plan").out.replace("3 unchanged", "9 unchanged")
    shell.edit("calendars/s0.yaml", "1-3", "1-2")
    assert "- s0/ep003/app/pilot/publish  it is live in BR ID US" in shell("plan").out


def test_a_plan_file_is_exactly_what_release_records(shell: Shell, tmp_path: Path) -> None:
    path = str(tmp_path / "plan.jsonl")
    assert shell("plan", "-o", path).code == 0
    shell.edit("calendars/s0.yaml", "20:00", "21:00")
    assert shell("release", "--plan", path).code == 0
    assert {each["at"][11:13] for each in shell("show", "--json").lines} == {"20"}
    stale = shell("release", "--plan", path)
    assert stale.code == 2
    assert "has changed in the ledger since the plan was made" in stale.err


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe", b"[1]\n", b'{"syndicator": "plan", "format": 9}']
)
def test_what_is_no_plan_is_refused(shell: Shell, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan"
    path.write_bytes(content)
    said = shell("release", "--plan", str(path))
    assert said.code == 2
    assert str(path) in said.err


def test_a_damaged_plan_records_nothing(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    shell("plan", "-o", str(path))
    path.write_text(path.read_text()[:-40])
    assert "the plan is damaged" in shell("release", "--plan", str(path)).err
    assert shell.states() == {}


def test_json_is_as_the_schemas_say(shell: Shell) -> None:
    for line in shell("plan", "--json").lines:
        valid("plan-change", line)
    for line in shell("release", "--json").lines:
        if "number" in line:
            valid("event", line)
    for line in shell("show", "--json").lines:
        valid("release", line)
    valid("release", json.loads(shell("explain", WHOLE, "--json").out))
    for line in shell("ledger", "--events").lines:
        valid("event", line)
    shell.edit("calendars/s0.yaml", "tube:", "tub:")
    valid("problems", json.loads(shell("check", "--json").out))
    for command in ("status", "channels", "ledger"):
        json.loads(shell(command, "--json").out)


def test_a_dry_run_does_nothing(shell: Shell) -> None:
    said = shell("release", "--dry-run")
    assert "Would record 9 changes, and carry out 9 releases that are due" in said.out
    assert shell.states() == {}
    assert shell("release", "--dry-run", "--at", "2025-12-31T00:00Z").code == 0
    assert shell("release", "--at", "2025-12-31T00:00Z").code == 2


def test_filters_narrow_a_run(shell: Shell) -> None:
    shell("release", "--channel", "tube")
    assert shell.states() == {"live": 3, "planned": 6}
    shell("release", "--territory", "us")
    assert shell.states() == {"live": 3, "planned": 6}, "an extension waits for its publish"
    shell("release")
    assert shell.states() == {"live": 9}


def test_status_never_draws_what_waits_or_is_unknown_like_success(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell.edit("calendars/s0.yaml", "every: day, count: 4, from: 2026-01-01", "at: 2026-01-01")
    shell("release")
    out = shell("status").out
    assert "  ep001  ●  ●  ●  ?  ?" in out
    assert "  ep002  ●  ●  ●  ◌  ◌" in out
    assert "● 6 live" in out
    assert "? 1 unknown outcome" in out
    assert f"syndicate reconcile {WHOLE}" in out
    assert "Last run: " in out


def test_status_as_a_page_is_one_file_that_asks_no_network(shell: Shell, tmp_path: Path) -> None:
    shell.edit("catalog/s0/series.yaml", "A Series", "<img src=x onerror=alert(1)>")
    shell("release")
    path = tmp_path / "status.html"
    assert shell("status", "--html", str(path)).code == 0
    text = path.read_text()
    assert "http://" not in text
    assert "https://" not in text
    assert "<script" not in text
    assert "onerror" not in text
    assert "America/Sao_Paulo" in text
    assert "<h2>Calendar</h2>" in text


def test_explain_tells_the_chain_in_every_state(shell: Shell) -> None:
    shell("release", "--state", "missed")
    assert "is planned since" in shell("explain", WHOLE).out
    shell("hold", WHOLE, "--reason", "legal looks")
    assert "because legal looks (held-by-person)" in shell("explain", WHOLE).out
    shell("release")
    assert (
        "it waits for s0/ep001/tube/pilot/publish, which is held"
        in shell("explain", "s0/ep002/tube").out
    )
    shell("resume", WHOLE, "--reason", "legal looked", "--by", "mia")
    shell("release")
    told = shell("explain", WHOLE).out
    for part in (
        "calendars/s0.yaml:5:5",
        "open began",
        "resumed",
        "mia",
        "legal looked",
        "toy://",
        "late",
    ):
        assert part in told


def test_a_name_that_is_near_is_offered(shell: Shell) -> None:
    shell("release")
    assert (
        "did you mean s0/ep001/tube/pilot/publish?"
        in shell("explain", "s0/ep01/tube/pilot/publish").err
    )
    assert "is the beginning of 3 releases" in shell("explain", "s0/ep001").err
    assert "did you mean status?" in shell("staus").err


def test_withdraw_shows_what_it_touches_and_is_done_when_absence_was_seen(shell: Shell) -> None:
    shell("release")
    dry = shell("withdraw", "--territory", "US", "--reason", "a claim", "--dry-run")
    assert "s0/ep001/app/pilot/publish  from US" in dry.out
    assert shell.states() == {"live": 9}
    assert (
        shell("withdraw", "s0/ep001/app", "--territory", "US", "--reason", "a claim", "--yes").code
        == 0
    )
    (line,) = shell.studio.lines("native", "gone.jsonl")
    assert line["territories"] == "US"
    (row,) = shell("show", "s0/ep001/app/pilot/publish", "--json").lines
    assert row["visible"] == ["BR", "ID"]
    assert shell("plan").out.strip().startswith("Nothing to do")
    assert shell("withdraw", "--series", "s0", "--reason", "all of it", "--yes").code == 0
    assert set(shell.states()) == {"withdrawn"}
    assert shell("withdraw", "--reason", "x", "--yes").code == 2, "naming nothing is refused"


def test_a_withdrawn_release_stays_away_until_a_person_retries(shell: Shell) -> None:
    shell("release")
    shell("withdraw", WHOLE, "--reason", "wrong cut", "--yes")
    shell("release")
    assert shell.studio.posts("tube")[WHOLE] == 1
    shell("retry", WHOLE, "--reason", "right cut now")
    shell("release")
    assert shell.states()["live"] == 9


OLD = """
import syndicator.channel as sc
class A(sc.Channel):
    name = "old"
    api = -3
    def publish(self, release, progress): ...
@sc.hookimpl
def register_adapters(): return [A]
"""
MISSPELT = """
import syndicator.channel as sc
@sc.hookimpl
def register_adaptors(): return []
"""
BAD = {"raises": "raise ImportError('no magic')", "misspelt": MISSPELT, "old": OLD, "toy": ""}


def test_plugins_that_are_broken_are_named_and_the_others_work(
    shell: Shell, tmp_path: Path, monkeypatch
) -> None:
    for name, code in BAD.items():
        (tmp_path / f"bad_{name}.py").write_text(code)
        info = tmp_path / f"bad_{name}-0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: bad-{name}\nVersion: 0.1\n")
        (info / "entry_points.txt").write_text(f"[syndicator]\n{name} = bad_{name}\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    said = shell("plugin", "list")
    assert said.code == 2
    for part in (
        "no magic",
        "register_adaptors",
        "channel API -3",
        "two packages bring",
    ):
        assert part in said.out
    assert "toy_native" in said.out
    assert shell("check").code == 2, "a configured channel needs `toy`, which two packages bring"


def test_secrets_are_nowhere(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2secret")
    config = (shell.folder / "syndicator.toml").read_text()
    (shell.folder / "syndicator.toml").write_text(
        config.replace('folder = "tube"', 'folder = "tube"\ncredentials = "env:TOKEN"')
    )
    shell.studio.answer("tube", "post", "bug", "down")
    output = "".join(
        said.out + said.err
        for said in (
            shell("release"),
            shell("channels"),
            shell("ledger", "--events"),
            shell("status"),
        )
    )
    assert "hunter2secret" not in output
    assert b"hunter2secret" not in (shell.folder / "syndicator.db").read_bytes()
    monkeypatch.delenv("TOKEN")
    assert "the environment variable TOKEN is not set" in shell("channels", "--check").out


def test_init_writes_a_workspace_that_only_lacks_its_media(tmp_path: Path, shell: Shell) -> None:
    folder = tmp_path / "new"
    shell.folder = folder
    assert shell("init", str(folder)).code == 0
    said = shell("check")
    assert said.code == 2
    assert said.out.count("has no media") == 3
    again = shell("init", str(folder))
    assert again.code == 2
    assert "is already there" in again.err


def test_schemas_and_completions_are_printed(shell: Shell) -> None:
    assert "calendar" in shell("schema").out
    assert json.loads(shell("schema", "series").out)["title"]
    assert shell("schema", "nothing").code == 2
    for name in ("bash", "zsh", "fish"):
        assert "_SYNDICATE_COMPLETE" in shell("completions", name).out


HEAVY = {
    "yaml", "jsonschema", "httpx", "sqlite_utils", "av", "rich", "tenacity", "icalendar",
    "langcodes", "syndicator_toy", "syndicator.planning", "syndicator.plugins",
}  # fmt: skip


def test_with_nothing_due_nothing_heavy_is_imported(shell: Shell) -> None:
    shell.studio.run("release")
    code = (
        "import sys; from syndicator.cli import cli; "
        f"cli.main(['-C', {str(shell.folder)!r}, 'release'], standalone_mode=False); "
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONPATH": str(TOY)})  # fmt: skip
    assert found.stdout.splitlines() == ["Nothing due.", "[]"]


def test_a_changed_file_behind_an_unchanged_name_is_never_posted_as_the_old_one(
    shell: Shell,
) -> None:
    shell("release", "--state", "missed")
    (shell.folder / "catalog/s0/ep001.mp4").write_bytes(
        (shell.folder / "catalog/s0/ep002.mp4").read_bytes() + b"\0" * 10
    )
    said = shell("release", "--channel", "tube")
    assert shell.states()["live"] == 3, said.err
    (post,) = [each for each in shell.studio.lines("tube", "posts.jsonl") if each["key"] == WHOLE]
    assert post["size"] == (shell.folder / "catalog/s0/ep001.mp4").stat().st_size
