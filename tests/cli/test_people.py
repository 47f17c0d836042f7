"""What a person says of releases: hold, resume, retry, withdraw, reconcile."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from .conftest import Shell

EP1 = "s0/ep001/tube/pilot/publish"
NATIVE = "s0/ep001/app/pilot/publish"

MUTE = """
import syndicator.channel as sc
from syndicator_toy import Toy

class Mute(sc.Channel):
    name = "mute"
    options_schema = Toy.options_schema
    capabilities = Toy.capabilities

    def publish(self, release, progress):
        return sc.Receipt(remote_id="m1", url="https://mute.example/m1")

@sc.hookimpl
def register_adapters():
    return [Mute]
"""


@pytest.fixture
def mute(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Put a channel that cannot withdraw in the place of `tube`."""
    import sys

    home = tmp_path / "plugins"
    info = home / "mute-1.0.dist-info"
    info.mkdir(parents=True)
    (home / "mute_channel.py").write_text(MUTE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mute\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[syndicator]\nmute = mute_channel\n")
    monkeypatch.setattr(sys, "path", [str(home), *sys.path])
    shell.edit("syndicator.toml", 'adapter = "toy"\n', 'adapter = "mute"\n')
    return shell


def test_what_a_person_does_needs_a_reason_and_names(shell: Shell) -> None:
    shell("release")
    for command in ("hold", "resume", "retry", "withdraw"):
        assert shell(command, EP1).code == 2, "no reason"
        assert shell(command, "--reason", "because").code == 2, "no name"
    assert shell.states() == {"live": 9}


@pytest.mark.parametrize("json_", [(), ("--json",)])
def test_a_dry_run_names_what_is_meant_and_changes_nothing(
    shell: Shell, json_: tuple[str, ...]
) -> None:
    shell("release", "--state", "missed")
    said = shell("hold", "s0/ep001", "--reason", "legal", "--dry-run", *json_)
    assert said.code == 0
    assert said.out.count("s0/ep001/") == 3
    assert shell.states() == {"planned": 9}
    if json_:
        assert {line["release"] for line in said.lines} >= {EP1, NATIVE}


def test_held_releases_wait_and_go_on_when_resumed(shell: Shell) -> None:
    shell("release", "--state", "missed")
    held = shell("hold", "--channel", "tube", "--reason", "legal", "--by", "mia", "--json")
    assert {line["happened"] for line in held.lines} == {"held"}
    assert {(line["actor"], line["cause"]) for line in held.lines} == {("mia", "legal")}
    assert shell("release").code == 4
    assert shell.studio.posts("tube") == {}
    assert shell("resume", "--state", "held", "--reason", "settled").code == 0
    assert shell("release").code == 0
    assert len(shell.studio.posts("tube")) == 3


def test_what_is_live_cannot_be_held_and_that_is_said(shell: Shell) -> None:
    shell("release")
    said = shell("hold", EP1, "--reason", "legal")
    assert said.out.startswith("Nothing changed")
    assert shell.states() == {"live": 9}


def test_a_failed_release_is_tried_again_when_a_person_says_so_and_only_then(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "refused")
    assert shell("release").code == 6
    shell("release")
    assert EP1 not in shell.studio.posts("tube")
    assert shell("retry", EP1, "--reason", "asked them").code == 0
    assert shell("release").code == 0
    assert shell.studio.posts("tube")[EP1] == 1


def test_an_unknown_outcome_is_never_retried_or_withdrawn_in_silence(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell("release")
    assert shell("retry", EP1, "--reason", "hope").out.startswith("Nothing changed")
    said = shell("withdraw", EP1, "--reason", "a claim", "--yes")
    assert "reconcile" in said.out + said.err
    assert said.code == 8
    assert EP1 not in shell.studio.posts("tube")


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_withdrawing_asks_first_and_no_is_no(
    shell: Shell, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("release")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    for words in (("withdraw", EP1, "--reason", "a claim"),
                  ("withdraw", EP1, "--reason", "a claim", "--json")):  # fmt: skip
        said = shell(*words)
        assert said.code == 2, "nobody is there to say yes"
        assert "--yes" in said.err
    assert shell.states() == {"live": 9}


def test_withdrawing_touches_nothing_else_that_is_due(shell: Shell) -> None:
    shell("release", "--channel", "tube")
    assert shell.states() == {"live": 3, "planned": 6}
    assert shell("withdraw", EP1, "--reason", "a claim", "--yes").code == 0
    assert shell.states() == {"live": 2, "withdrawn": 2, "planned": 6}
    assert shell.studio.posts("native") == {}


def test_one_territory_of_a_native_channel_leaves_the_others(shell: Shell) -> None:
    shell("release")
    dry = shell("withdraw", NATIVE, "--territory", "us", "--reason", "a claim", "--dry-run")
    assert f"{NATIVE}  from US" in dry.out
    assert "1 live release, 0 waiting ones" in dry.out
    assert shell("withdraw", NATIVE, "--territory", "us", "--reason", "claim", "--yes").code == 0
    (row,) = shell("show", NATIVE, "--json").lines
    assert (row["state"], row["visible"]) == ("live", ["BR", "ID"])
    nothing = shell("withdraw", NATIVE, "--territory", "us", "--reason", "claim", "--yes")
    assert "0 live releases" in nothing.out


def test_one_territory_of_a_channel_that_shows_everywhere_at_once_is_said_to_take_all(
    shell: Shell,
) -> None:
    shell("release")
    dry = shell("withdraw", EP1, "--territory", "BR", "--reason", "a claim", "--dry-run")
    assert "cannot take it off BR alone" in dry.out + dry.err


def test_what_a_channel_cannot_take_off_is_a_task_with_its_address_and_a_deadline(
    mute: Shell,
) -> None:
    mute("release")
    dry = mute("withdraw", "s0/ep001", "--reason", "a claim", "--dry-run")
    assert "https://mute.example/m1  (its channel cannot take it off: by hand)" in dry.out
    assert "2 live releases, 0 waiting ones, on 2 channels, in 3 territories; 1 by hand." in dry.out
    said = mute("withdraw", "s0/ep001", "--reason", "a claim", "--yes", "--deadline", "2h")
    assert said.code == 4
    assert "1 gone, 1 by hand, 0 not yet." in said.out
    assert "https://mute.example/m1" in said.err
    (row,) = mute("show", EP1, "--json").lines
    assert row["state"] == "live", "it is still there, whatever was ordered"
    (other,) = mute("show", NATIVE, "--json").lines
    assert other["state"] == "withdrawn"
    (task,) = mute("confirm", "--json").lines
    assert task["task"]["deadline"] > row["since"]
    assert mute("confirm", task["release"], "--reason", "took it off in the app").code == 0
    (row,) = mute("show", EP1, "--json").lines
    assert (row["state"], row["visible"]) == ("withdrawn", [])


def test_what_may_be_out_is_taken_off_as_soon_as_that_is_known(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell("release", "--channel", "tube", "--jobs", "1")
    said = shell("withdraw", EP1, "--reason", "a claim", "--yes")
    assert said.code == 8
    assert "0 gone, 0 by hand, 1 not yet." in said.out
    shell("reconcile", EP1, "--is-live", "--reason", "seen in the app")
    shell("release", "--channel", "tube")
    (row,) = shell("show", EP1, "--json").lines
    assert row["state"] == "withdrawn"


def test_what_turns_out_not_to_be_there_is_not_published_after_it_was_ordered_off(
    shell: Shell,
) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell("release", "--channel", "tube", "--jobs", "1")
    shell("withdraw", EP1, "--reason", "a claim", "--yes")
    shell("reconcile", EP1, "--is-absent", "--reason", "looked in the app")
    shell("release", "--channel", "tube")
    assert EP1 not in shell.studio.posts("tube")
    (row,) = shell("show", EP1, "--json").lines
    assert row["state"] == "withdrawn"
    shell.make_due()
    shell("release")
    assert EP1 not in shell.studio.posts("tube")


def test_wholly_takes_off_what_cannot_be_taken_off_in_one_territory(shell: Shell) -> None:
    shell("release")
    said = shell("withdraw", EP1, "--territory", "BR", "--reason", "a claim", "--yes", "--wholly")
    assert said.code == 0, said.err
    (row,) = shell("show", EP1, "--json").lines
    assert row["state"] == "withdrawn"


def test_what_waits_for_other_territories_too_is_held(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release")
    said = shell("withdraw", "--series", "s0", "--territory", "BR", "--reason", "claim", "--yes")
    assert "will be held: it is for other territories too" in said.out
    states = {line["release"]: line["state"] for line in shell("show", "--json").lines}
    assert states[EP1] == "held"
    assert states["s0/ep001/app/main/extend/UTC+00:00"] == "planned", "it is for US alone"


def test_what_began_while_it_asked_is_taken_off_too(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release")
    shell.edit("calendars/s0.yaml", "2035-01-01 20:00", "2026-01-01 20:00")

    def meanwhile(_text: str) -> bool:
        assert shell.studio.run("release").returncode == 0
        return True

    monkeypatch.setattr("click.confirm", meanwhile)
    said = shell("withdraw", "--series", "s0", "--reason", "court order")
    assert said.code == 0, said.err
    assert set(shell.states()) == {"withdrawn"}
    assert "6 gone, 0 by hand, 0 not yet." in said.out


def test_what_is_being_published_while_it_is_called_off_is_taken_off_in_the_next_round(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run claims everything between the look and the word."""
    from syndicator.ledger.sqlite import SqliteLedger

    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release")
    shell.edit("calendars/s0.yaml", "2035-01-01 20:00", "2026-01-01 20:00")
    tell, ran = SqliteLedger.tell, []

    def late(ledger: SqliteLedger, *words: object, **more: object) -> object:
        if not ran:
            ran.append(shell.studio.run("release"))
        return tell(ledger, *words, **more)

    monkeypatch.setattr(SqliteLedger, "tell", late)
    said = shell("withdraw", "--series", "s0", "--reason", "court order", "--yes")
    assert said.code == 0, said.err
    assert set(shell.states()) == {"withdrawn"}


def test_the_most_seen_goes_first_whatever_its_series(shell: Shell) -> None:
    from datetime import UTC, datetime

    from syndicator.cli.desk import Desk
    from syndicator.cli.orders import ranked
    from syndicator.ledger.ledger import Filter
    from syndicator.model.figure import Figure, Measured

    shell("release")
    desk = Desk(str(shell.folder))
    now = datetime(2026, 11, 1, tzinfo=UTC)
    figure = Figure(metric="views", value=5000, as_of=now)
    told = Measured(series="s0", cut="ep003", channel="tube", source="x", figure=figure)
    desk.ledger.keep_figures([told], now=now)
    live = [(row, row.visible) for row in desk.ledger.rows(Filter(states=("live",)))
            if row.key.action == "publish"]  # fmt: skip
    order = [f"{row.key.cut} {row.key.channel}" for row, _ in ranked(desk, live)]
    desk.ledger.close()
    assert order[:2] == ["ep003 tube", "ep001 app"], "then by how many territories see it"


def test_what_has_not_gone_out_is_cancelled_and_stays_so(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release")
    dry = shell("withdraw", EP1, "--reason", "no deal", "--dry-run")
    assert f"{EP1}  will not go out" in dry.out
    assert shell("withdraw", EP1, "--reason", "no deal", "--yes").code == 0
    assert shell("show", EP1, "--json").lines[0]["state"] == "withdrawn"
    shell.edit("calendars/s0.yaml", "2035-01-01 20:00", "2026-01-01 20:00")
    shell("release")
    assert EP1 not in shell.studio.posts("tube")


def test_silence_proves_nothing_and_a_persons_word_needs_names_and_a_reason(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell("release")
    said = shell("reconcile")
    assert (said.code, "still unknown" in said.out) == (8, True)
    for words in (
        ("--is-live",),
        (EP1, "--is-live"),
        ("--is-absent", "--reason", "I looked"),
        (EP1, "--is-live", "--is-absent", "--reason", "I looked"),
    ):
        assert shell("reconcile", *words).code == 2, words
    assert shell.states()["unknown"] == 1
    assert shell("reconcile", EP1, "--is-live", "--reason", "saw it", "--by", "mia").code == 0
    told = json.loads(shell("explain", EP1, "--json").out)
    assert told["state"] == "live"
    assert (told["history"][-1]["actor"], told["history"][-1]["cause"]) == ("mia", "saw it")


def test_a_reconciliation_in_json_says_what_is_left(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell("release")
    said = shell("reconcile", "--json")
    assert said.code == 8
    assert said.lines[-1]["release"] == EP1
    assert shell("reconcile", "--channel", "app", "--json").code == 0
