"""Channels and plugins: each verdict in words, each broken plugin named, the others work."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path

import pytest

from .conftest import Shell


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return what makes a package with one plugin installed."""
    home = tmp_path / "site"
    home.mkdir()
    monkeypatch.setattr(sys, "path", [str(home), *sys.path])

    def put(package: str, point: str, code: str) -> None:
        module = f"plugin_{uuid.uuid4().hex}"  # imported once in a process
        (home / f"{module}.py").write_text(code)
        info = home / f"{package}-0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.1\n")
        (info / "entry_points.txt").write_text(f"[syndicator]\n{point} = {module}\n")

    return put


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("", 0, "works: toy account"),
        ("sign-in", 9, "sign in: the token was revoked"),
        ("down", 5, "the platform is down"),
        ("rate", 5, "too many requests"),
        ("quota", 5, "no more today"),
        ("retry", 5, "come back later"),
        ("refused", 5, "the title is not to our taste"),
        ("bug", 5, "toy failed: KeyError: 'nobody thought of this'"),
    ],
)
def test_each_verdict_of_a_check_is_said_for_its_channel_and_the_others_are_asked(
    shell: Shell, word: str, code: int, said: str
) -> None:
    if word:
        shell.studio.answer("tube", "check", word)
    answer = shell("channels", "--check")
    assert answer.code == code
    lines = {line.split()[0]: line for line in answer.out.splitlines()}
    assert said in lines["tube"]
    assert "works: toy account" in lines["app"]


def test_channels_in_json_and_a_pause_is_shown(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "down")
    shell("release")
    app, tube = json.loads(shell("channels", "--json").out)
    assert (app["channel"], app["adapter"], app["paused_until"]) == ("app", "toy_native", None)
    assert tube["paused_until"] is not None
    assert "withdraw" in tube["can"]
    assert "left alone until" in shell("channels").out


def test_a_channel_without_its_plugin_says_what_to_install(shell: Shell) -> None:
    shell.edit("syndicator.toml", 'adapter = "toy"\n', 'adapter = "toad"\n')
    said = shell("channels")
    assert (said.code, "no adapter" in said.out) == (2, True)
    for command in ("plan", "check", "release"):
        answer = shell(command)
        assert answer.code == 2
        assert "no plugin brings the adapter toad" in answer.err
        assert "pip install syndicator-toad" in answer.err


def test_what_is_wrong_with_options_is_said_where_it_stands(shell: Shell) -> None:
    shell.edit("syndicator.toml", 'folder = "tube"', "folder = 7")
    said = shell("check")
    assert said.code == 2
    assert "syndicator.toml:" in said.out


ADAPTER = """
import syndicator.channel as sc

class Odd(sc.Channel):
    name = "odd"
    api = {api}
    def publish(self, release, progress): ...

@sc.hookimpl
def register_adapters():
    return [Odd]
"""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ImportError('no magic')", "no magic"),
        ("raise SystemExit('left')", "left"),
        ("def (", "SyntaxError"),
        ("import nothing_of_that_name", "nothing_of_that_name"),
        (
            "import syndicator.channel as sc\n@sc.hookimpl\ndef register_adapters(): 1 / 0\n",
            "ZeroDivisionError",
        ),
        (
            "import syndicator.channel as sc\n@sc.hookimpl\ndef register_adapters(): return [7]\n",
            "no Channel",
        ),
        (
            "import syndicator.channel as sc\n@sc.hookimpl\ndef register_adapters(): return 7\n",
            "TypeError",
        ),
        (
            "import syndicator.channel as sc\n@sc.hookimpl\ndef register_adapters(x): return []\n",
            "register_adapters",
        ),
        ("while True: pass", "had not been imported after 0.5 s"),
        (ADAPTER.format(api=99), "written for channel API 99; this syndicator speaks 1"),
        (ADAPTER.format(api=-1), "written for channel API -1; this syndicator speaks 1"),
    ],
)
def test_a_plugin_that_fails_in_any_way_is_named_and_the_others_work(
    shell: Shell, install, monkeypatch, code: str, said: str
) -> None:
    monkeypatch.setattr("syndicator.plugins.LOADS_WITHIN_S", 0.5)
    install("bad-thing", "bad", code)
    answer = shell("plugin", "list")
    assert answer.code == 2
    (line,) = [each for each in answer.out.splitlines() if each.startswith("bad ")]
    assert said in line
    assert "bad-thing 0.1" in line
    by_name = {each["name"]: each for each in json.loads(shell("plugin", "list", "--json").out)}
    assert by_name["bad"]["broken"]["package"] == "bad-thing 0.1"
    assert by_name["toy"]["broken"] is None
    assert shell("release").code == 0, "nothing that is configured needs it"


def test_a_word_that_no_command_has_is_not_ended_by_a_broken_plugin(shell: Shell, install) -> None:
    install("bad-thing", "bad", "raise ImportError('no magic')")
    said = shell("exprot")
    assert said.code == 2
    assert "No such command" in said.err


COMMAND = """
import click
import syndicator.channel as sc

@sc.hookimpl
def register_commands(cli):
    @cli.command()
    @click.pass_obj
    def shout(workspace):
        "Shout."
        click.echo("HELLO")
"""


def test_a_plugin_adds_a_command(shell: Shell, install) -> None:
    install("shouter", "shout", COMMAND)
    said = shell("shout")
    assert (said.code, said.out) == (0, "HELLO\n")


def test_what_an_adapter_can_is_shown(shell: Shell) -> None:
    facts = json.loads(shell("plugin", "show", "toy", "--json").out)
    assert facts["title_max"] == 100
    assert facts["reconcile"] == "marker"
    assert "folder" in facts["options"]["properties"]
    assert "option folder: " in shell("plugin", "show", "toy").out
    assert shell("plugin", "show", "toad").code == 2
