"""Whatever is typed, a command answers with a sentence and a documented exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from syndicator.cli import COMMANDS, exits

from .conftest import Shell

CODES = {value for name, value in vars(exits).items() if name.isupper()}
ODD = st.one_of(
    st.sampled_from(["", "/", "%", "*", "--", "-", "s0", "s0/ep001", "\x00", "\udcff", "a\nb", "'",
                     "s0/ep001/tube/pilot/publish", "BR", "9999-12-31", "0001-01-01T00:00+14:00",
                     "2026-01-01", "live", "tube", "pilot", "bash", "series", "1e9", "-1"]),
    st.text(max_size=8),
)  # fmt: skip
OPTIONS = st.sampled_from(["--json", "--dry-run", "--series", "--channel", "--territory", "--state",
                           "--at", "--all", "--list", "--reason", "--is-live", "--after",
                           "--events", "--check", "--jobs", "--help", "--nothing"])  # fmt: skip
SAFE = sorted(set(COMMANDS) - {"serve", "init", "release"})


@example(command="channels", words=["\udcff"])
@example(command="explain", words=["\udcff"])
@settings(max_examples=80, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(command=st.sampled_from(SAFE), words=st.lists(st.one_of(ODD, OPTIONS), max_size=5))
def test_no_words_make_a_command_fail_in_an_unforeseen_way(
    shell: Shell, command: str, words: list[str]
) -> None:
    # Files are written nowhere: a file's name is the one thing that any word can be.
    said = shell(command, *(word for word in words if not re.match(r"-o|--(o|html)", word)))
    assert said.code in CODES
    assert "fault in syndicator" not in said.err


@pytest.mark.parametrize("folder", ["nowhere", "syndicator.toml", "calendars"])
def test_a_wrong_workspace_is_said_with_what_to_do(shell: Shell, folder: str) -> None:
    shell("release")
    shell.folder = shell.folder / folder
    for command in ("plan", "release", "status", "show", "check", "channels", "ledger"):
        said = shell(command)
        assert said.code == exits.USAGE, command
        assert folder in said.err


def test_every_command_has_help_that_names_its_options(shell: Shell) -> None:
    assert all(name in shell("--help").out for name in COMMANDS)
    for name in COMMANDS:
        said = shell(name, "--help")
        assert said.code == exits.DONE
        assert said.out.startswith(f"Usage: syndicate {name} ")
        assert max(map(len, said.out.splitlines())) <= 80


def test_near_words_are_offered(shell: Shell) -> None:
    assert "did you mean release?" in shell("relaese").err
    assert "--channel" in shell("plan", "--chanel", "tube").err
    assert "did you mean" not in shell("zzzzzz").err


@pytest.mark.parametrize("when", ["soon", "", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_an_instant_that_cannot_be_looked_at_is_a_wrong_word(shell: Shell, when: str) -> None:
    for command in (("plan",), ("status",), ("release", "--dry-run")):
        said = shell(*command, "--at", when)
        assert said.code == exits.USAGE
        assert "--at" in said.err


def test_a_folder_that_cannot_be_written_is_named(shell: Shell, tmp_path: Path) -> None:
    target = str(tmp_path / "nowhere" / "file")
    codes = {"plan": exits.NOTHING_TRIED, "status": exits.USAGE}
    for words in (("plan", "-o", target), ("status", "--html", target)):
        said = shell(*words)
        assert said.code == codes[words[0]]
        assert str(tmp_path / "nowhere") in said.err


def test_a_starter_workspace_is_written_beside_what_is_there_and_over_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / ".gitignore").write_text("mine")
    assert shell("init", str(folder)).code == exits.DONE
    (folder / "syndicator.toml").write_text("mine")
    assert shell("init", str(folder)).code == exits.USAGE
    for name in ("notes.txt", ".gitignore", "syndicator.toml"):
        assert (folder / name).read_text() == "mine"
    assert shell("init", str(folder), "--force").code == exits.DONE
    assert (folder / "syndicator.toml").read_text() != "mine"


@pytest.mark.parametrize("name", ["series", "calendar", "config", "plan-change", "event"])
def test_a_schema_is_printed_as_it_is_shipped(shell: Shell, name: str) -> None:
    import json

    from syndicator.catalog.schema import schema

    assert json.loads(shell("schema", name).out) == schema(name)
    assert name in shell("schema").out


def test_a_completion_is_made_without_a_workspace_and_names_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.shell_completion import BashComplete

    from syndicator.cli import cli

    def complete(*words: str, incomplete: str) -> list[str]:
        made = BashComplete(cli, {}, "syndicate", "_SYNDICATE_COMPLETE")
        return [each.value for each in made.get_completions(list(words), incomplete)]

    monkeypatch.chdir(tmp_path)
    assert complete(incomplete="pl") == ["plan", "plugin"]
    assert complete("plan", incomplete="--li") == ["--list"]
    assert complete("plan", "--list", incomplete="mo") == ["moved"]
    assert complete("show", "--state", incomplete="un") == ["unknown"]


def test_two_forms_of_one_status_are_not_given_at_once(shell: Shell, tmp_path: Path) -> None:
    said = shell("status", "--json", "--html", str(tmp_path / "page"))
    assert (said.code, (tmp_path / "page").exists()) == (2, False)
