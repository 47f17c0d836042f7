"""Pipes, colours, narrow terminals and terminals without our letters."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import sqlite3
import struct
import subprocess
import sys
import termios

import pytest

from syndicator.insight.looks import LOOKS, PLAIN
from syndicator.model.state import State
from tests.conftest import TOY

from .conftest import Shell

TINTED = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3|4|9|10)[0-9](?:;[0-9]+)*m")
"""A colour; bold and dim are none."""


def command(shell: Shell, *words: str) -> list[str]:
    return [sys.executable, "-m", "syndicator", "-C", str(shell.folder), *words]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    return {**kept, "PYTHONPATH": str(TOY), **more}


def on_a_terminal(shell: Shell, *words: str, columns: int = 80, **env: str) -> str:
    """Run a command on a real terminal of that width; return all that it wrote."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    process = subprocess.Popen(
        command(shell, *words), stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment(TERM="xterm-256color", **env),
    )  # fmt: skip
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    process.wait(60)
    return b"".join(parts).decode()


def test_a_terminal_gets_colours_and_a_pipe_does_not(shell: Shell) -> None:
    shell("release", "--state", "missed")
    assert TINTED.search(on_a_terminal(shell, "status"))
    piped = subprocess.run(command(shell, "status"), capture_output=True, text=True,
                           env=environment(), check=True)  # fmt: skip
    assert "\x1b" not in piped.stdout
    assert "◌ 9 planned" in piped.stdout


def test_no_color_is_respected_on_a_terminal(shell: Shell) -> None:
    shell("release", "--state", "missed")
    for words in (("status",), ("plan",), ("show",), ("release",)):
        assert not TINTED.search(on_a_terminal(shell, *words, NO_COLOR="1")), words


def test_a_run_on_a_terminal_of_80_columns_shows_each_release_and_the_end(shell: Shell) -> None:
    seen = on_a_terminal(shell, "release")
    assert "s0/ep001/tube/pilot/publish" in seen
    assert "9 live" in seen


def test_the_matrix_fits_80_columns(shell: Shell) -> None:
    shell("release")
    lines = shell("status").out.splitlines()
    assert max(len(line) for line in lines) <= 80


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_terminal_without_our_letters_is_spoken_to_in_its_own(
    shell: Shell, encoding: str
) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell("release")
    for words in (("status",), ("plan",), ("show",), ("explain", "s0/ep001/tube/pilot/publish")):
        said = subprocess.run(command(shell, *words), capture_output=True,
                              env=environment(PYTHONIOENCODING=encoding), check=False)  # fmt: skip
        assert said.returncode in {0, 8}, said.stderr
        assert b"fault in syndicator" not in said.stderr


def test_the_c_locale_is_no_obstacle(shell: Shell) -> None:
    shell("release")
    env = environment(LANG="C", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    said = subprocess.run(command(shell, "status"), capture_output=True, env=env, check=False)
    assert said.returncode == 0, said.stderr


def test_no_state_looks_like_success_in_plain_letters_either() -> None:
    plain = {state: PLAIN.get(sign, sign) for state, (sign, _) in LOOKS.items()}
    assert set(LOOKS) == set(State)
    assert all(sign.isascii() for sign in plain.values())
    assert [state for state, sign in plain.items() if sign == plain[State.LIVE]] == [State.LIVE]
    assert [state for state, sign in plain.items() if sign == "?"] == [State.UNKNOWN]
    assert len({sign for sign, _ in LOOKS.values()}) == len(LOOKS)


def test_a_reader_that_leaves_early_gets_no_complaint(shell: Shell) -> None:
    shell("release", "--state", "missed")
    process = subprocess.Popen(command(shell, "ledger", "--events"), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment())  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0


@pytest.mark.parametrize("words", [("release",), ("release", "--json")])
def test_a_run_whose_reader_leaves_carries_out_everything(
    shell: Shell, words: tuple[str, ...]
) -> None:
    shell.edit("syndicator.toml", "slow = 0.0", "slow = 0.1")
    process = subprocess.Popen(command(shell, *words), stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=environment())  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 0
    assert shell.states() == {"live": 9}


def test_a_terminal_obeys_nothing_that_a_platform_says(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "refused")
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        evil = "no\x1b]0;owned\x07\x1b[2J\nsyndicate: all is well\r"
        database.execute("UPDATE release SET error = ? WHERE state = 'failed'", (evil,))
    database.close()
    for words in (("status",), ("show",), ("explain", "s0/ep001/tube/pilot/publish")):
        seen = on_a_terminal(shell, *words)
        assert "owned" in seen
        assert "\x1b]" not in seen
        assert "\x1b[2J" not in seen
        assert not [line for line in seen.splitlines() if line.startswith("syndicate: all")]
