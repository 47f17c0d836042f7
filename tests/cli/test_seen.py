"""The matrix shows where a release is seen now, not where it was once asked for."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from syndicator.insight.looks import LOOKS
from syndicator.model.state import State

from .conftest import Shell
from .test_status import Page

OFF = LOOKS[State.WITHDRAWN][0]
LEAVING = LOOKS[State.WITHDRAWING][0]
WHO = ("--reason", "a claim", "--yes")


def cells(shell: Shell, cut: str = "ep001") -> dict[tuple[str, str], str]:
    (made,) = json.loads(shell("status", "--json").out)["series"]
    return {(each["channel"], each["where"]): each["state"]
            for each in made["cells"] if each["cut"] == cut}  # fmt: skip


def test_what_was_taken_off_in_one_territory_is_not_painted_live_there(
    shell: Shell, tmp_path: Path
) -> None:
    shell("release")
    assert shell("withdraw", "s0/ep001/app", "--territory", "BR", *WHO).code == 0
    assert cells(shell) == {("app", "BR"): "withdrawn", ("app", "ID"): "live",
                            ("app", "US"): "live", ("tube", "BR"): "live",
                            ("tube", "ID"): "live"}  # fmt: skip
    assert set(cells(shell, "ep002").values()) == {"live"}
    row = next(each for each in shell("status").out.splitlines() if each.startswith("  ep001"))
    assert row.split() == ["ep001", OFF, "●", "●", "●", "●"]
    path = tmp_path / "page.html"
    shell("status", "--html", str(path))
    page = Page(path.read_text())
    assert [value for tag, name, value in page.attributes if (tag, name) == ("td", "class")].count(
        "c withdrawn"
    ) == 1
    assert shell("report", "--html", str(path)).code == 0
    assert f"<td>BR</td><td>{OFF} withdrawn</td><td>ep001</td>" in path.read_text()


def test_what_extended_it_is_shown_as_its_publish_is_seen(shell: Shell) -> None:
    shell("release")
    assert shell("withdraw", "s0/ep001/app", "--territory", "US", *WHO).code == 0
    assert cells(shell)["app", "US"] == "withdrawn"
    assert cells(shell)["app", "BR"] == "live"


def test_what_is_being_taken_off_in_one_territory_is_so_there_alone(shell: Shell) -> None:
    shell("release")
    assert shell("withdraw", "s0/ep001/app", "--territory", "BR", *WHO).code == 0
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute(
            "UPDATE release SET state = 'withdrawing', next_ms = 9000000000000 "
            "WHERE action = 'withdraw'"
        )
        database.execute("UPDATE release SET visible = 'BR ID US' WHERE action = 'publish' "
                         "AND cut = 'ep001' AND channel = 'app'")  # fmt: skip
    database.close()
    assert cells(shell) == {("app", "BR"): "withdrawing", ("app", "ID"): "live",
                            ("app", "US"): "live", ("tube", "BR"): "live",
                            ("tube", "ID"): "live"}  # fmt: skip


def test_a_channel_shown_by_wave_is_not_all_live_where_a_part_is_off(shell: Shell) -> None:
    many = "[BR, ID, US, DE, FR, IT, ES, PT, GB]"
    shell.edit("syndicator.toml", '["BR", "ID", "US"]', many.replace("[", '["').replace(
        ", ", '", "').replace("]", '"]'))  # fmt: skip
    shell.edit(
        "calendars/s0.yaml", "territories: [US]", "territories: [US, DE, FR, IT, ES, PT, GB]"
    )
    shell("release")
    assert cells(shell)["app", "main"] == "live"
    assert shell("withdraw", "s0/ep001/app", "--territory", "DE", *WHO).code == 0
    assert cells(shell)["app", "main"] == "withdrawn"
    assert cells(shell)["app", "pilot"] == "live"


def test_show_says_where_it_is_seen_and_where_not_any_more(shell: Shell) -> None:
    shell("release")
    shell("withdraw", "s0/ep001/app", "--territory", "BR", *WHO)
    (line,) = [each for each in shell("show", "s0/ep001/app").out.splitlines()
               if "/pilot/publish" in each]  # fmt: skip
    assert "[ID, not BR]" in line
    (other,) = shell("show", "s0/ep002/app/pilot/publish").out.splitlines()
    assert "[BR ID]" in other


# -- runs and files --


def test_a_run_whose_end_nobody_noted_may_have_died(shell: Shell, tmp_path: Path) -> None:
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE run SET ended_ms = NULL, outcome = ''")
        (began,) = database.execute("SELECT began_ms FROM run").fetchone()
    database.close()
    assert ": still running\n" in shell("status").out
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE run SET began_ms = ?", (began - 60_000,))
    database.close()
    out = shell("status").out
    assert "still running, or it died: it noted no end since 2" in out
    assert "longer than a lease of 10 s" in out
    path = tmp_path / "page.html"
    for command in ("status", "report"):
        shell(command, "--html", str(path))
        assert "or it died" in path.read_text(), command


def test_a_page_into_a_folder_that_is_missing_is_refused_as_a_report_is(
    shell: Shell, tmp_path: Path
) -> None:
    path = str(tmp_path / "nowhere" / "page.html")
    said = {command: shell(command, "--html", path) for command in ("status", "report")}
    assert said["status"].code == said["report"].code == 2
    assert said["status"].err == said["report"].err
    assert "does not exist" in said["status"].err


def test_what_was_missed_because_its_rights_ended_is_not_to_be_retried(shell: Shell) -> None:
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE release SET state = 'missed', closes_ms = 1767225600000 "
                         "WHERE key = 's0/ep001/tube/pilot/publish'")  # fmt: skip
    database.close()
    (care,) = json.loads(shell("status", "--json").out)["needs_person"]
    assert care["what"] == "its rights ended on 2026-01-01 00:00 UTC, before it went out"
    assert care["do"].startswith("if they are extended")
    assert "because its rights ended on" in shell("explain", care["release"]).out
