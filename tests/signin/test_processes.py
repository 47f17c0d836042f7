"""Several processes with one account, and processes that die in the middle of a renewal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import syndicator.channel as sc

from .conftest import Account

WORKER = Path(__file__).with_name("worker.py")


class Worker:
    def __init__(self, account: Account, **environ: str) -> None:
        given = {
            "folder": str(account.folder),
            "url": account.provider.url,
            "now": account.clock.now().isoformat(),
            "names": {
                "client_id_name": account.provider.id_name,
                "scope_separator": account.provider.separator,
            },
        }
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), json.dumps(given)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={**os.environ, **environ},
        )  # fmt: skip
        self._account = account

    def ask(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{self._account.clock.now().isoformat()}\n")
        self._process.stdin.flush()

    def said(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else None

    def end(self) -> int:
        self._process.communicate()
        return self._process.returncode


@contextmanager
def working(account: Account, number: int, **environ: str) -> Iterator[list[Worker]]:
    workers = [Worker(account, **environ) for _ in range(number)]
    try:
        yield workers
    finally:
        for each in workers:
            each.end()


def killed(account: Account, step: str) -> None:
    with working(account, 1, DIE=step) as (worker,):
        worker.ask()
        assert worker.said() is None
    assert worker.end() == -9


def test_two_processes_at_once_ask_once_for_each_expiry_and_both_go_on(studio: Account) -> None:
    studio.sign_in()
    studio.provider.slow = 0.02
    with working(studio, 2) as workers:
        for number in range(1, 21):
            studio.clock.advance(hours=2, seconds=1)
            for each in workers:
                each.ask()
            assert [each.said() for each in workers] == [200, 200]
            assert studio.provider.grants == ["refresh_token"] * number


def test_two_processes_whose_token_is_refused_ask_once_and_both_go_on(studio: Account) -> None:
    studio.sign_in()
    studio.provider.slow = 0.02
    with working(studio, 2) as workers:
        for number in range(1, 21):
            studio.provider.end_access()
            for each in workers:
                each.ask()
            assert [each.said() for each in workers] == [200, 200]
            assert studio.provider.grants == ["refresh_token"] * number


def test_while_one_renews_early_the_others_do_not_wait(studio: Account) -> None:
    studio.sign_in()
    studio.provider.rotates = False
    studio.clock.advance(minutes=110)
    session = studio.session()
    with session.store.lock():
        assert studio.works(studio.session().token())
    assert studio.provider.grants == []


def test_who_waits_in_vain_for_another_process_says_so(
    studio: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.sign_in()
    studio.clock.advance(hours=3)
    monkeypatch.setattr("syndicator.signin.session.WAIT", 0.1)
    with studio.session().store.lock(), pytest.raises(sc.Retry, match="another process"):
        studio.session().token()


@pytest.mark.parametrize("step", ["asked", "noted", "written"])
def test_a_process_killed_where_nothing_is_lost_is_not_noticed(studio: Account, step: str) -> None:
    studio.sign_in()
    studio.clock.advance(hours=3)
    killed(studio, step)
    assert studio.note.exists()
    asked = len(studio.provider.grants)
    assert asked == (0 if step == "asked" else 1)
    assert studio.works(studio.session().token())
    assert len(studio.provider.grants) == 1, "what was answered is not asked for again"
    assert not studio.note.exists() or step == "written"
    studio.clock.advance(hours=3)
    assert studio.works(studio.session().token())
    assert not studio.note.exists()


def test_a_process_killed_before_it_could_note_the_answer_is_told_of(studio: Account) -> None:
    studio.sign_in()
    studio.clock.advance(hours=3)
    killed(studio, "answered")
    with pytest.raises(sc.SignInAgain) as said:
        studio.session().token()
    for words in (
        "the sign-in of studio is lost: tokens were asked for at 2026-11-01 15:00:00 UTC",
        "the process or the connection ended before the answer was kept",
        "(invalid_grant: Token ••• expired or revoked.)",
        "syndicate channels auth studio",
    ):
        assert words in said.value.reason
    assert studio.provider.grants == ["refresh_token"] * 2, "tried once more"
    for _ in range(3):
        with pytest.raises(sc.SignInAgain, match="is lost"):
            studio.session().token()
    assert len(studio.provider.grants) == 2, "and never again"
    assert studio.works(studio.sign_in().token()), "until a person has signed in"


def test_after_such_a_death_the_old_token_is_used_while_it_lives(studio: Account) -> None:
    session = studio.sign_in()
    before = session.token()
    studio.clock.advance(minutes=110)
    killed(studio, "answered")
    fresh = studio.session()
    assert fresh.token() == before
    assert fresh.token() == before
    assert studio.provider.grants == ["refresh_token"] * 2
    (trouble,) = studio.session().troubles()
    assert trouble.startswith("ends at 2026-11-01 14:00 UTC: the sign-in of studio is lost")
    studio.clock.advance(minutes=11)
    with pytest.raises(sc.SignInAgain, match="is lost"):
        fresh.token()


def test_where_refresh_tokens_stay_such_a_death_costs_nothing(account: Account) -> None:
    account.provider.rotates = False
    account.sign_in()
    account.clock.advance(hours=3)
    killed(account, "answered")
    assert account.works(account.session().token())


def test_a_torn_answer_is_seen_to_be_one(studio: Account) -> None:
    """Of every length that a disk may have kept: tokens that are cut off are never used."""
    studio.sign_in()
    studio.clock.advance(hours=3)
    killed(studio, "noted")
    whole = studio.note.read_bytes()
    head = whole.index(b"\n") + 1
    for length in range(0, len(whole), 7):
        studio.note.write_bytes(whole[:length])
        studio.note.chmod(0o600)
        kept = studio.session().store.read()
        found = studio.session()._renewal().finished(kept)
        assert found == kept, length
        assert studio.note.exists()
    assert length > head
    studio.note.write_bytes(whole)
    studio.note.chmod(0o600)
    assert studio.works(studio.session().token())
    assert len(studio.provider.grants) == 1


def test_a_note_of_an_older_sign_in_means_nothing(studio: Account) -> None:
    studio.sign_in()
    studio.clock.advance(hours=3)
    killed(studio, "noted")
    note = studio.note.read_bytes()
    session = studio.sign_in()
    studio.note.write_bytes(note)
    studio.note.chmod(0o600)
    token = session.token()
    studio.provider.end_access()
    assert studio.works(session.renew(token))
    assert not studio.note.exists()


def test_a_second_death_does_not_hide_the_first(studio: Account) -> None:
    studio.sign_in()
    studio.clock.advance(hours=3)
    killed(studio, "answered")
    for _ in range(2):
        studio.clock.advance(minutes=1)
        killed(studio, "asked")
    with pytest.raises(sc.SignInAgain, match="is lost"):
        studio.session().token()
