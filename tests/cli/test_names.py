"""A name that is of nothing never looks like success."""

from __future__ import annotations

import shutil

import pytest

from .conftest import Shell

WHO = ("--reason", "legal")
COMMANDS = [
    ("plan",), ("release",), ("status",), ("show",), ("rights",), ("confirm",), ("reconcile",),
    ("retry", *WHO), ("hold", *WHO), ("resume", *WHO), ("withdraw", "--dry-run", *WHO),
    ("metrics", "show"), ("metrics", "pull"),
]  # fmt: skip
OF_SERIES = [*COMMANDS, ("balance",), ("policies",), ("report", "--html", "report.html")]
KEYED = [("show",), ("confirm",), ("reconcile",), ("retry", *WHO), ("hold", *WHO),
         ("resume", *WHO), ("withdraw", "--dry-run", *WHO)]  # fmt: skip


@pytest.fixture
def out(shell: Shell) -> Shell:
    assert shell("release").code == 0
    return shell


@pytest.mark.parametrize("words", OF_SERIES, ids=lambda words: "-".join(words[:2]))
def test_a_series_that_is_nowhere_is_refused_with_what_there_is(out: Shell, words) -> None:
    said = out(*words, "--series", "s00")
    assert said.code == 2, said.out
    assert "--series s00: no series s00 is in the catalog or in the ledger" in said.err
    assert "there is: s0; did you mean s0?" in said.err


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: "-".join(words[:2]))
def test_a_channel_that_is_nowhere_is_refused_with_what_there_is(out: Shell, words) -> None:
    said = out(*words, "--channel", "ap")
    assert said.code == 2, said.out
    assert "no channel ap is in syndicator.toml or in the ledger; there are: app, tube" in said.err
    assert "did you mean app?" in said.err


@pytest.mark.parametrize(
    ("word", "near"),
    [("Brasil", "did you mean BR (Brazil)?"), ("UK", "did you mean GB?"), ("X", "such as BR")],
)
@pytest.mark.parametrize("words", [*COMMANDS, ("balance",)], ids=lambda words: "-".join(words[:2]))
def test_a_territory_that_is_none_is_refused_with_the_near_one(
    out: Shell, words, word: str, near: str
) -> None:
    said = out(*words, "--territory", word)
    assert said.code == 2, said.out
    assert f"'{word}' is no territory of ISO 3166-1" in said.err
    assert near in said.err


@pytest.mark.parametrize("words", KEYED, ids=lambda words: words[0])
def test_a_release_that_is_none_is_refused_with_the_near_one(out: Shell, words) -> None:
    for key, near in (("s0/ep0001", "s0/ep001"), ("s0/ep001/tub", "s0/ep001/tube"), ("s00", "s0")):
        said = out(words[0], key, *words[1:])
        assert said.code == 2, said.out
        assert f"did you mean {near}?" in said.err, said.err
    assert "no release begins with ''" in out(words[0], "", *words[1:]).err


def test_a_blank_name_is_none(out: Shell) -> None:
    assert "no series" in out("hold", "--series", " ", *WHO).err
    assert "no channel" in out("hold", "--channel", "", *WHO).err


def test_what_only_the_ledger_knows_can_still_be_meant(out: Shell) -> None:
    shutil.rmtree(out.folder / "catalog" / "s0")
    config = out.folder / "syndicator.toml"
    config.write_text(config.read_text().replace("[channels.tube]", "[channels.other]"))
    for words in (("--series", "s0"), ("--channel", "tube"), ("--channel", "other")):
        said = out("show", *words)
        assert (said.code, said.err) == (0, ""), words
    assert len(out("show", "--channel", "tube").out.splitlines()) == 3
    assert "not in the catalog any more" in out("rights", "--series", "s0").err
    assert "not in syndicator.toml any more" in out("rights", "--channel", "tube").err


def test_what_was_not_recorded_yet_is_said(shell: Shell) -> None:
    assert shell("show", "--series", "s0").code == 0
    assert shell("show", "s0").code == 0
    said = shell("hold", "s0/ep001", *WHO)
    assert said.code == 2
    assert "nothing of s0 was recorded yet" in said.err


def test_without_a_name_nothing_is_looked_up(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("syndicator.cli.naming.check", never)
    assert shell("release").code == 0
    assert shell("show", "--state", "live").code == 0


def test_the_world_and_what_is_left_out_of_it(out: Shell) -> None:
    assert len(out("show", "--territory", "WORLD").out.splitlines()) == 9
    assert len(out("show", "--territory", "WORLD", "--territory", "-US").out.splitlines()) == 6
    assert len(out("show", "--territory", " us").out.splitlines()) == 3


@pytest.mark.parametrize("reason", ["", "  ", "\t"])
@pytest.mark.parametrize(
    "words",
    [("hold", "s0"), ("resume", "s0"), ("retry", "s0"), ("withdraw", "s0", "--yes"),
     ("confirm", "s0"), ("reconcile", "s0", "--is-live"), ("rollout", "pause", "s0")],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_blank_reason_tells_nobody_why(out: Shell, words, reason: str) -> None:
    said = out(*words, "--reason", reason)
    assert said.code == 2
    assert "say why" in said.err
    assert out.states() == {"live": 9}
