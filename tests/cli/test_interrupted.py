"""Ctrl-C in the middle of a slow post: finished or saved, the next run goes on, posted once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time

import pytest

from .conftest import Shell


def stop_midway(shell: Shell, *signals: int, slow: float = 0.6) -> tuple[int, str]:
    """Start a run on slow platforms, send signals while it posts; return its code and errors."""
    shell.edit("syndicator.toml", "slow = 0.0", f"slow = {slow}")
    process = shell.studio.start("release", "--jobs", "1")
    assert process.stdout is not None
    process.stdout.readline()  # the first release has been settled, the second is under way
    for number in signals:
        # A moment, so that the signal falls into a post.
        time.sleep(0.15)  # noqa: TID251
        process.send_signal(number)
    try:
        _, err = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, err


def end_leases(shell: Shell) -> None:
    """Let what a dead run had claimed be anybody's."""
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE release SET lease_ms = 0, next_ms = 0 WHERE lease_ms IS NOT NULL")
    database.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_finishes_what_it_began_and_the_next_goes_on(
    shell: Shell, number: int
) -> None:
    code, err = stop_midway(shell, number)
    assert code == 5
    assert "Finishing what was begun" in err
    assert "Traceback" not in err
    states = shell.states()
    assert states["planned"] > 0, "it did not go on to the end"
    assert not states.keys() & {"publishing", "staging", "unknown"}, "nothing hangs half way"
    shell.edit("syndicator.toml", "slow = 0.6", "slow = 0.0")
    assert shell("release").code == 0
    assert shell.states() == {"live": 9}
    for folder in ("tube", "native"):
        assert set(shell.studio.posts(folder).values()) == {1}


def test_a_second_ctrl_c_ends_at_once_and_still_nothing_is_posted_twice(shell: Shell) -> None:
    began = time.monotonic()
    code, err = stop_midway(shell, signal.SIGINT, signal.SIGINT, slow=3)
    assert code == 130
    assert time.monotonic() - began < 5.5, "the post that was under way was waited for"
    shell.edit("syndicator.toml", "slow = 3", "slow = 0.0")
    assert "Traceback" not in err
    assert shell("release").code in {0, 5}
    end_leases(shell)
    assert shell("release").code == 0
    assert shell.states() == {"live": 9}
    for folder in ("tube", "native"):
        assert set(shell.studio.posts(folder).values()) == {1}


def test_ctrl_c_in_any_other_command_is_one_line(shell: Shell, monkeypatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    shell("release", "--state", "missed")
    monkeypatch.setattr("syndicator.cli.desk.Desk.now", stop)
    said = shell("status")
    assert (said.code, said.err) == (130, "\nsyndicate: stopped\n")
