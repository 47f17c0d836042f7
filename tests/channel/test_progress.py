"""The law: save before the effect, ask before you repeat."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

import syndicator.channel as sc


class Disk:
    """What survives a death."""

    def __init__(self) -> None:
        self.saved: dict[str, Any] = {}
        self.asked: set[str] = set()

    def write(self, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        self.saved, self.asked = dict(saved), set(asked)

    def count(self, number: int) -> None:
        pass

    def should_stop(self) -> bool:
        return False

    def attempt(self) -> sc.Progress:
        return sc.Progress("key", self, saved=self.saved, asked=self.asked)


class Died(BaseException):
    pass


def die() -> None:
    raise Died


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_that_we_ask_is_durable_before_we_ask(disk: Disk) -> None:
    seen = []
    disk.attempt().once("post", lambda: seen.append(set(disk.asked)) or "id")
    assert seen == [{"post"}]
    assert (disk.saved, disk.asked) == ({"post": "id"}, set())


def test_what_was_answered_is_not_asked_again(disk: Disk) -> None:
    disk.attempt().once("post", lambda: "id")
    assert disk.attempt().once("post", lambda: pytest.fail("asked twice")) == "id"


def test_dead_while_asking_and_nobody_to_ask_is_unknown(disk: Disk) -> None:
    with pytest.raises(Died):
        disk.attempt().once("post", die)
    with pytest.raises(sc.Unknown):
        disk.attempt().once("post", lambda: pytest.fail("asked twice"))


def test_dead_while_asking_a_hit_is_adopted(disk: Disk) -> None:
    with pytest.raises(Died):
        disk.attempt().once("post", die)
    found = disk.attempt().once("post", lambda: pytest.fail("asked twice"), lost=lambda: "theirs")
    assert found == "theirs"
    assert disk.saved == {"post": "theirs"}


def test_dead_while_asking_proof_of_absence_lets_it_be_done(disk: Disk) -> None:
    with pytest.raises(Died):
        disk.attempt().once("post", die)
    assert disk.attempt().once("post", lambda: "id", lost=lambda: sc.ABSENT) == "id"


def test_silence_is_no_proof(disk: Disk) -> None:
    with pytest.raises(Died):
        disk.attempt().once("post", die)
    with pytest.raises(sc.Unknown):
        disk.attempt().once("post", lambda: pytest.fail("asked twice"), lost=lambda: None)


def test_a_certain_no_takes_the_mark_back_and_a_lost_answer_does_not(disk: Disk) -> None:
    def refuse() -> None:
        raise sc.Retry

    def lose() -> None:
        raise sc.AnswerLost

    with pytest.raises(sc.Retry):
        disk.attempt().once("post", refuse)
    assert disk.asked == set()
    with pytest.raises(sc.AnswerLost):
        disk.attempt().once("post", lose)
    assert disk.asked == {"post"}


def test_what_may_be_done_twice_is_remembered(disk: Disk) -> None:
    progress = disk.attempt()
    assert progress.remember("session", lambda: "url") == "url"
    assert disk.attempt().remember("session", lambda: pytest.fail("again")) == "url"
    disk.attempt().forget("session")
    assert disk.saved == {}


def test_what_is_saved_is_small_and_plain(disk: Disk) -> None:
    with pytest.raises(ValueError, match="save references"):
        disk.attempt().save(video="x" * 70_000)
    with pytest.raises(TypeError):
        disk.attempt().save(video=object())
    assert disk.saved == {}
