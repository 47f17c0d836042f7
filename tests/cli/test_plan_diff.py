"""`plan` as a diff, and a plan file as exactly what `release` records."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from .conftest import Shell

EP1 = "s0/ep001/tube/pilot/publish"
AHEAD = "2035-01-01 20:00"


@pytest.fixture
def ahead(shell: Shell) -> Shell:
    """A workspace whose first date is years away, planned and recorded."""
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", AHEAD)
    assert shell("release", "--state", "missed").code == 0
    return shell


def kinds(shell: Shell, *words: str) -> Counter[str]:
    return Counter(each["change"] for each in shell("plan", "--json", *words).lines[:-1])


def agrees(shell: Shell) -> dict[str, int]:
    """Return what the summary counts, after comparing it with the lines and with the text."""
    lines = shell("plan", "--json").lines
    counted: dict[str, int] = lines[-1]["summary"]["changes"]
    assert counted == Counter(each["change"] for each in lines[:-1])
    text = shell("plan", "--all").out
    for kind, number in counted.items():
        assert f"{number} {kind}" in text
    return counted


def test_a_new_release_is_counted_with_its_bytes_and_an_extension_sends_none(shell: Shell) -> None:
    assert agrees(shell) == {"new": 9}
    summary = shell("plan", "--json").lines[-1]["summary"]
    size = (shell.folder / "catalog/s0/ep001.mp4").stat().st_size
    assert summary["bytes"] == 6 * size
    assert f"{6 * size / 1000:.1f} kB to send" in shell("plan").out


def test_a_moved_date_is_shown_with_both_dates(ahead: Shell) -> None:
    ahead.edit("calendars/s0.yaml", AHEAD, "2035-01-01 21:30")
    assert agrees(ahead) == {"moved": 9}
    assert "2035-01-01 20:00 → 2035-01-01 21:30 UTC" in ahead("plan").out
    ahead("release")
    assert agrees(ahead) == {}
    assert {each["at"][11:16] for each in ahead("show", "--json").lines} == {"21:30"}


def test_changed_terms_and_words_are_a_change_before_and_an_update_after(ahead: Shell) -> None:
    ahead.edit("catalog/s0/series.yaml", "A Series", "Another Series")
    assert agrees(ahead) == {"changed": 9}
    assert "other words, pictures or bytes" in ahead("plan").out
    ahead.edit("calendars/s0.yaml", AHEAD, "2026-01-01 20:00")
    ahead("release")
    assert agrees(ahead) == {}
    ahead.edit("catalog/s0/series.yaml", "Another Series", "A Third Title")
    assert agrees(ahead) == {"update": 6}
    ahead("release")
    assert agrees(ahead) == {}
    assert {each["title"] for each in ahead.studio.lines("tube", "updates.jsonl")} == {
        "A Third Title"
    }


def test_what_is_blocked_names_its_reason_and_is_freed_when_the_reason_ends(ahead: Shell) -> None:
    ahead.edit("catalog/s0/series.yaml", "A Series", "A" * 101)
    assert agrees(ahead)["blocked"] == 3
    assert "✕ s0/ep001/tube/pilot/publish" in ahead("plan").out
    ahead("release")
    assert agrees(ahead) == {}
    ahead.edit("catalog/s0/series.yaml", "A" * 101, "A Series")
    assert agrees(ahead)["freed"] == 3
    assert "was blocked: " in ahead("plan").out


def test_a_gate_holds_and_without_it_they_are_freed(ahead: Shell) -> None:
    gate = "delay: 7d}, gate: {metric: views, at_least: 9}"
    ahead.edit("calendars/s0.yaml", "delay: 7d}", gate)
    assert agrees(ahead) == {"held": 3}
    assert "‖ s0/ep001/app/main/extend" in ahead("plan").out
    ahead("release")
    assert agrees(ahead) == {}
    ahead.edit("calendars/s0.yaml", gate, "delay: 7d}")
    assert agrees(ahead) == {"freed": 3}


def test_what_no_calendar_asks_for_is_gone_never_in_silence(ahead: Shell) -> None:
    ahead.edit("calendars/s0.yaml", "1-3", "1-2")
    assert agrees(ahead) == {"gone": 3}
    assert "- s0/ep003/tube/pilot/publish  no calendar asks for it any more" in ahead("plan").out
    ahead("release")
    assert agrees(ahead) == {}
    ahead.edit("calendars/s0.yaml", "1-2", "1-3")
    assert agrees(ahead) == {"freed": 3}


def test_a_filter_shows_only_what_is_meant(ahead: Shell) -> None:
    ahead.edit("calendars/s0.yaml", AHEAD, "2035-01-02 20:00")
    assert kinds(ahead, "--channel", "tube") == {"moved": 3}
    assert kinds(ahead, "--territory", "us") == {"moved": 3}
    assert kinds(ahead, "--series", "other") == {}
    assert kinds(ahead, "--state", "live") == {}
    assert kinds(ahead, "--list", "new") == {}
    ahead.edit("calendars/s0.yaml", "1-3", "1-2")
    assert kinds(ahead, "--territory", "us") == {"moved": 2, "gone": 1}


def test_another_instant_can_be_looked_at(shell: Shell) -> None:
    avail = "avails: [{territories: [BR, ID, US], start: 2025-01-01, end: 2026-06-01}]\n"
    with (shell.folder / "catalog/s0/series.yaml").open("a") as file:
        file.write(avail)
    before = kinds(shell, "--at", "2025-12-31")
    assert before["new"] > 0
    assert shell.states() == {}


def write_plan(shell: Shell, path: Path) -> list[str]:
    assert shell("plan", "-o", str(path)).code == 0
    return path.read_text().splitlines()


def test_a_plan_file_is_said_how_to_use_and_records_what_it_shows(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "the plan.jsonl"
    said = shell("plan", "-o", str(path))
    assert f"release --plan '{path}'" in said.out
    shown = {line["release"] for line in shell("plan", "--json").lines[:-1]}
    assert shell("release", "--plan", str(path)).code == 0
    assert {each["release"] for each in shell("show", "--json").lines} == shown


def test_a_dry_run_of_a_plan_file_shows_that_file(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    write_plan(shell, path)
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", AHEAD)
    said = shell("release", "--plan", str(path), "--dry-run")
    assert (said.code, shell.states()) == (0, {})
    assert "Would record 9 changes, and carry out 9 releases that are due" in said.out
    assert "2035" not in said.out


def test_an_edited_plan_records_nothing(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    head, line, seal = write_plan(shell, path)
    for edited in (
        line.replace("2026-01-01T20:00", "2026-01-01T10:00"),
        line.replace('"territories": "BR ID"', '"territories": "BR ID US"'),
        line.replace("s0/ep001", "s0/ep009"),
        line.replace('"blocked": []', '"blocked": [{"code": "x"}]', 1),
        line.replace('"at": "2026', '"at": "soon', 1),
    ):
        assert edited != line
        path.write_text(f"{head}\n{edited}\n{seal}\n")
        said = shell("release", "--plan", str(path))
        assert said.code == 2
        assert str(path) in said.err
        assert shell.states() == {}


def test_a_plan_that_lost_a_series_records_nothing(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    head, _, seal = write_plan(shell, path)
    path.write_text(f"{head}\n{seal}\n")
    said = shell("release", "--plan", str(path))
    assert said.code == 2
    assert shell.states() == {}


def test_a_plan_of_another_workspace_records_nothing(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    write_plan(shell, path)
    home = shell.folder
    other = tmp_path / "other"
    other.mkdir()
    (other / "syndicator.toml").write_text(
        '[channels.elsewhere]\nadapter = "toy"\nfolder = "p"\nterritories = ["BR"]\n'
    )
    shell.folder = other
    said = shell("release", "--plan", str(path))
    assert said.code == 2
    assert "another syndicator.toml" in said.err
    assert shell.states() == {}
    shell.folder = home


def test_a_plan_cut_off_after_its_first_series_records_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "plan"
    head, line, _ = write_plan(shell, path)
    for text in (f"{head}\n{line}\n", f"{head}\n{line}\n{line[:-30]}"):
        path.write_text(text)
        said = shell("release", "--plan", str(path))
        assert (said.code, "damaged" in said.err) == (2, True)
        assert shell.states() == {}


def test_a_plan_file_holds_what_was_shown_and_nothing_else(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    shell("plan", "-o", str(path), "--channel", "tube")
    shell("release", "--plan", str(path))
    assert {each["channel"] for each in shell("show", "--json").lines} == {"tube"}


def test_a_plan_that_another_release_overtook_is_stale(ahead: Shell, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    ahead.edit("calendars/s0.yaml", AHEAD, "2035-01-05 20:00")
    write_plan(ahead, path)
    ahead("hold", EP1, "--reason", "legal looks")
    said = ahead("release", "--plan", str(path))
    assert said.code == 2
    assert "make a new plan" in said.err
    assert {each["at"][:10] for each in ahead("show", EP1, "--json").lines} == {"2035-01-01"}


def test_a_second_plan_after_a_release_is_empty_and_writes_no_rows(shell: Shell) -> None:
    shell("release")

    def events() -> int:
        with sqlite3.connect(shell.folder / "syndicator.db") as database:
            (number,) = database.execute("SELECT count(*) FROM event").fetchone()
        database.close()
        return int(number)

    before = events()
    assert shell("plan").out.strip() == "Nothing to do: 9 releases as the ledger has them."
    assert json.loads(shell("plan", "--json").out)["summary"]["changes"] == {}
    assert shell("release").code == 0
    assert events() == before


def test_a_dry_run_counts_only_what_the_filters_mean(shell: Shell) -> None:
    said = shell("release", "--dry-run", "--channel", "tube")
    assert "carry out 3 releases that are due" in said.out


def test_asking_the_channels_too_says_which_trouble_it_is(shell: Shell) -> None:
    assert shell("plan", "--check").code == 0
    shell.studio.answer("tube", "check", "down")
    said = shell("plan", "--check")
    assert (said.code, "channel tube: the platform is down" in said.err) == (5, True)
    shell.studio.answer("tube", "check", "sign-in")
    assert shell("plan", "--check").code == 9
