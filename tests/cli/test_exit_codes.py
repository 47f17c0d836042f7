"""Each exit code, produced by what it stands for."""

from __future__ import annotations

import pytest

from .conftest import Shell

WHOLE = "s0/ep001/tube/pilot/publish"


def test_0_done_and_0_nothing_due(shell: Shell) -> None:
    assert shell("release").code == 0
    again = shell("release")
    assert (again.code, again.out) == (0, "Nothing due.\n")


def test_2_faults_in_files_and_wrong_words(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "tube:", "tub:")
    assert shell("check").code == 2
    said = shell("release")
    assert said.code == 2
    assert "did you mean tube?" in said.err
    assert shell("relase").code == 2
    assert shell("release", "--at", "soon").code == 2


def test_4_due_work_is_held(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "delay: 7d}", "delay: 7d}, gate: {metric: views, at_least: 9}")
    said = shell("release")
    assert said.code == 4
    assert shell.states() == {"live": 6, "held": 3}


def test_4_due_work_is_blocked(shell: Shell) -> None:
    shell.edit("catalog/s0/series.yaml", "A Series", "A" * 101)
    assert shell("release").code == 4
    assert shell.states() == {"blocked": 3, "live": 6}


def test_5_temporary_trouble(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "retry")
    said = shell("release")
    assert said.code == 5
    assert f"{WHOLE}: come back later (SY-RETRY)" in said.err
    shell.make_due()
    assert shell("release").code == 0
    assert shell.studio.posts("tube")[WHOLE] == 1


def test_5_a_channel_that_is_down_is_left_alone_and_the_other_goes_on(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "down")
    assert shell("release").code == 5
    assert shell.states() == {"live": 6, "planned": 3}
    assert "the platform is down" in shell("explain", WHOLE).out


def test_6_some_failed_for_good(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "refused")
    assert shell("release").code == 6
    assert "the title is not to our taste" in shell("status").out


def test_6_a_fault_in_an_adapter_is_named_and_only_its_release_fails(shell: Shell) -> None:
    shell.studio.answer("native", "stage", "bug")
    said = shell("release", "--jobs", "1")
    assert said.code == 6
    assert "toy_native failed: KeyError" in said.err
    assert shell.states()["failed"] == 1


def test_7_the_ledger_cannot_be_used(shell: Shell) -> None:
    (shell.folder / "syndicator.db").write_bytes(b"this is no ledger" * 1000)
    said = shell("release")
    assert said.code == 7
    assert "ledger.url points at a file that is no ledger" in said.err


@pytest.mark.parametrize("path", ["nowhere/syndicator.db", "calendars"])
def test_7_the_ledger_has_no_place(shell: Shell, path: str) -> None:
    config = shell.folder / "syndicator.toml"
    config.write_text(f'[ledger]\nurl = "sqlite:///{path}"\n' + config.read_text())
    for command in ("release", "status", "plan"):
        said = shell(command)
        assert (said.code, path.partition("/")[0] in said.err) == (7, True)


def test_the_highest_that_applies_is_the_one(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell.edit("calendars/s0.yaml", "delay: 7d}", "delay: 7d}, gate: {metric: views, at_least: 9}")
    assert shell("release").code == 8, "not 4, though due work is held too"


def test_8_an_unknown_outcome(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    assert shell("release").code == 8
    assert shell("release").code == 8, "as long as it is there"
    silence = shell("reconcile")
    assert (silence.code, "proves nothing" in silence.out) == (8, True)
    assert shell("reconcile", WHOLE, "--is-absent").code == 2, "a person says how they know"
    assert shell("reconcile", WHOLE, "--is-absent", "--reason", "I looked").code == 0
    assert shell("release").code == 0
    assert shell.studio.posts("tube")[WHOLE] == 1


def test_8_a_hit_is_proof(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    shell("release")
    from syndicator_toy import Platform

    Platform(shell.folder / "tube").add("posts.jsonl", key=WHOLE, id="found")
    assert shell("reconcile").code == 0
    assert shell.states()["unknown"] == 0


def test_9_credentials(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "sign-in")
    assert shell("release").code == 9
    shell.studio.answer("tube", "check", "sign-in")
    assert shell("channels", "--check").code == 9


def test_10_refused_by_rights(shell: Shell) -> None:
    with (shell.folder / "catalog/s0/series.yaml").open("a") as file:
        file.write("avails: [{territories: [ID, US], start: 2025-01-01}]\n")
    planned = shell("plan")
    assert planned.code == 10
    assert "no avails row names BR" in planned.out
    assert shell("release").code == 10
