"""`syndicate avails`: what it shows, what it writes, and what it leaves with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from syndicator.cli import exits
from tests.catalog.mddf.conftest import DATA, EPISODE, real, write
from tests.catalog.mddf.test_files import XML

from .conftest import Shell
from .test_json import valid

OURS = {"SeriesAltID": "s0", "Territory": "BR, ID, US", "LicenseType": "FVOD", "End": "Open"}


def table(out: str) -> list[list[str]]:
    lines = out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("file "))
    return [line.split() for line in lines[start + 1 :] if line.split()[0].endswith((".xlsx", "l"))]


def test_check_counts_rows_and_says_why(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {}, {"WorkType": "Movie"}, {"Start": "soon"})
    said = shell("avails", "check", str(path))
    assert said.code == exits.USAGE
    assert table(said.out)[0] == ["a.xlsx", "TV", "1.9", "3", "1", "1", "1"]
    assert "TV!M6: there is no such date" in said.out
    assert "1 row without rights here: a movie is not what a series shows" in said.out


def test_check_prints_what_its_schema_says(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {}, {"Start": "soon"})
    xml = tmp_path / "b.xml"
    xml.write_text(XML)
    lines = shell("avails", "check", "--json", str(path), str(xml)).lines
    for line in lines:
        valid("avails-sheet", line)
    assert [(each["rows"], each["refused"]) for each in lines] == [(2, 1), (1, 0)]
    assert lines[0]["problems"][0]["code"] == "bad-date"


def test_check_of_a_file_that_is_none_fails(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"nothing")
    said = shell("avails", "check", str(path))
    assert said.code == exits.USAGE
    assert "no Excel workbook" in said.out


def test_check_without_files_looks_at_avails_together(shell: Shell) -> None:
    assert "no files in avails/" in shell("avails", "check").err
    write(shell.folder / "avails/1.xlsx", OURS)
    write(shell.folder / "avails/2.xlsx", OURS)
    said = shell("avails", "check")
    assert said.code == exits.DONE
    assert "are replaced by avails/2.xlsx" in said.out


def test_import_shows_what_changes_and_then_it_counts(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "march.xlsx", {**OURS, "End": "2026-12-31"})
    dry = shell("avails", "import", str(path), "--dry-run")
    assert dry.code == exits.DONE
    assert "no sheet restricted it until now" in dry.out
    assert "+ BR ID US · * · ad_supported, free: " in dry.out
    assert not (shell.folder / "avails").exists()
    assert shell("avails", "import", str(path)).code == exits.DONE
    assert (shell.folder / "avails/march.xlsx").read_bytes() == path.read_bytes()
    assert list((shell.folder / "avails").iterdir()) == [shell.folder / "avails/march.xlsx"]
    assert "No right of a series here changes." in shell("avails", "import", str(path)).out


def test_import_of_a_newer_file_shows_windows_that_changed_and_went(
    shell: Shell, tmp_path: Path
) -> None:
    first = write(tmp_path / "1.xlsx", {**OURS, "Territory": "US"}, {**OURS, "Territory": "BR"})
    assert shell("avails", "import", str(first)).code == exits.DONE
    second = write(tmp_path / "2.xlsx", {**OURS, "Territory": "US", "End": "2027-12-31"})
    out = shell("avails", "import", str(second)).out
    assert "  ~ US · * · ad_supported, free: 2026-01-01T05:00:00Z to open → " in out
    assert "  - BR · * · ad_supported, free: " in out


def test_rights_of_a_sheet_block_and_the_reason_names_the_row(shell: Shell) -> None:
    write(shell.folder / "avails/a.xlsx", {**OURS, "Territory": "BR"})
    assert "no avails row names ID" in shell("plan", "--json").out
    write(shell.folder / "avails/a.xlsx", {**OURS, "Start": "2026-06-01"})
    text = shell("plan", "--json").out
    assert "row 4 of TV in avails/a.xlsx (AvailID a-1) begins on 2026-06-01" in text


def test_a_sheet_that_is_changed_is_planned_anew(shell: Shell) -> None:
    write(shell.folder / "avails/a.xlsx", {**OURS, "Start": "2026-06-01"})
    shell("release")
    assert shell.states()["blocked"] > 0
    write(shell.folder / "avails/a.xlsx", {**OURS, "Start": "2020-06-01"})
    shell("release")
    assert shell.states()["blocked"] == 0


def test_import_refuses_what_cannot_be_understood(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {**OURS, "Territory": "UK"})
    said = shell("avails", "import", str(path))
    assert said.code == exits.USAGE
    assert "write GB" in said.out
    assert "was not imported" in said.err
    assert not (shell.folder / "avails").exists()


def test_import_refuses_a_file_that_another_one_replaces(shell: Shell, tmp_path: Path) -> None:
    write(shell.folder / "avails/b.xlsx", OURS)
    path = write(tmp_path / "a.xlsx", OURS)
    said = shell("avails", "import", str(path))
    assert said.code == exits.USAGE
    assert "avails/b.xlsx comes after avails/a.xlsx" in said.err
    assert shell("avails", "import", str(path), "--as", "c.xlsx").code == exits.DONE


def test_import_for_a_series_says_what_to_add(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {**OURS, "SeriesAltID": "theirs"})
    said = shell("avails", "import", str(path), "--series", "s0")
    assert said.code == exits.USAGE
    assert 'its titles are "md:cid:org:x:s-1"' in said.err
    assert "external_ids in catalog/s0/series.yaml" in said.err
    assert "no series s9" in shell("avails", "import", str(path), "--series", "s9").err


def test_import_waits_until_somebody_has_read_the_exceptions(shell: Shell, tmp_path: Path) -> None:
    row = {**OURS, "ExceptionFlag": "Yes", "OtherTerms": "never on a Sunday"}
    path = write(tmp_path / "a.xlsx", row)
    said = shell("avails", "import", str(path))
    assert said.code == exits.USAGE
    assert "never on a Sunday" in said.out
    assert "--exceptions-read" in said.err
    assert shell("avails", "import", str(path), "--exceptions-read").code == exits.DONE


def test_import_flags_the_run_time_trap(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {**OURS, **EPISODE, "TotalRunTime": "01:30"})
    assert "00:01:30" in shell("avails", "import", str(path), "--dry-run").out


@pytest.mark.parametrize("name", ["../a.xlsx", "a.csv", ".a.xlsx"])
def test_import_takes_only_names_of_avails(shell: Shell, tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.xlsx", OURS)
    assert shell("avails", "import", str(path), "--as", name).code == exits.USAGE


def test_export_writes_sheets_and_the_avails_of_series(shell: Shell, tmp_path: Path) -> None:
    shell.edit("catalog/s0/series.yaml", "episodes:",
               "avails: [{territories: [DE], start: 2026-01-01, business_model: [unlock]}]\n"
               "episodes:")  # fmt: skip
    write(shell.folder / "avails/a.xlsx", OURS)
    for name, count in (("out.xlsx", 3), ("out.xml", 3)):
        out = tmp_path / name
        said = shell("avails", "export", "-o", str(out))
        assert (said.code, said.out) == (exits.DONE, f"{out}: {count} rows\n")
        lines = shell("avails", "check", "--json", str(out)).lines
        assert sum(each["granting"] for each in lines) >= count
        assert all(not each["refused"] for each in lines)


def test_export_refuses_to_tear_a_group_apart(shell: Shell, tmp_path: Path) -> None:
    write(shell.folder / "avails/a.xlsx", OURS,
          {"SeriesAltID": "x", "SeriesContentID": "x", "AvailID": "a-2"})  # fmt: skip
    out = tmp_path / "out.xlsx"
    said = shell("avails", "export", "--series", "s0", "-o", str(out))
    assert said.code == exits.USAGE
    assert "as a full extract the rest would take its licence away" in said.err
    assert not out.exists()


def test_export_of_nothing_is_said(shell: Shell, tmp_path: Path) -> None:
    said = shell("avails", "export", "-o", str(tmp_path / "out.xlsx"))
    assert said.code == exits.USAGE
    assert "there are no avails to write" in said.err


def test_check_speaks_without_a_workspace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from syndicator.cli import main

    path = write(tmp_path / "a.xlsx", {})
    with pytest.raises(SystemExit) as left:
        main(["-C", str(tmp_path), "avails", "check", "--json", str(path)])
    assert left.value.code == exits.DONE
    assert json.loads(capsys.readouterr().out)["granting"] == 1


@real
@pytest.mark.parametrize("path", sorted((DATA / "avails").glob("*.x*")), ids=lambda x: x.name)
def test_the_real_files_are_taken_over_and_come_out_again(
    shell: Shell, tmp_path: Path, path: Path
) -> None:
    said = shell("avails", "import", str(path), "--exceptions-read")
    assert said.code == exits.DONE
    assert "rows are for a title that is no series here" in said.out
    out = tmp_path / path.name
    assert shell("avails", "export", "-o", str(out)).code == exits.DONE
    keys = ("sheet", "rows", "granting", "idle", "refused")
    first, second = (
        [[line[key] for key in keys] for line in shell("avails", "check", "--json", str(x)).lines]
        for x in (path, out)
    )
    assert first == second


@real
def test_a_real_file_gives_rights_to_a_series_that_is_called_so(shell: Shell) -> None:
    shell.edit("catalog/s0/series.yaml", "episodes:", "external_ids: [jake]\nepisodes:")
    path = DATA / "avails/Avails_noErrors_v2.3_v1.8.xlsx"
    said = shell("avails", "import", str(path), "--series", "s0")
    assert said.code == exits.DONE
    lines = [line for line in said.out.splitlines() if line.startswith("  + ")]
    assert lines == [
        f"  + US · * · subscription{what} · only in en: 2018-05-01T04:00:00Z to open"
        for what in ("", " · episodes 1-3")
    ]


def test_an_import_names_the_file_that_was_given(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "rub.xlsx", {**OURS, "Start": "soon"})
    said = shell("avails", "import", str(path))
    assert said.code == exits.USAGE
    assert f"{path}:" in said.out
    assert "avails/rub.xlsx" not in said.out + said.err
    strange = write(tmp_path / "other.xlsx", {**OURS, "SeriesAltID": "s9"})
    said = shell("avails", "import", str(strange), "--series", "s0")
    assert said.code == exits.USAGE
    assert f"no row of {strange} is for s0" in said.err


@pytest.mark.parametrize(
    ("episodes", "text"),
    [
        ("9-12", "these rights are for episodes that the series does not have"),
        ("2-9", "some of these rights are for episodes"),
        ("1-3", None),
    ],
)
def test_rights_to_episodes_that_are_not_there_are_noticed(
    shell: Shell, episodes: str, text: str | None
) -> None:
    series = shell.folder / "catalog" / "s0" / "series.yaml"
    row = f"  - {{territories: [BR, ID, US], start: 2025-01-01, episodes: {episodes}}}\n"
    series.write_text(f"{series.read_text()}avails:\n{row}")
    said = shell("check")
    assert said.code == exits.DONE, "a warning stops nothing"
    assert ("warning" in said.out) == (text is not None)
    if text:
        assert text in said.out
        assert "expected  1 to 3" in said.out
        assert [each["code"] for each in shell("check", "--json").lines[0]] == ["strange-episodes"]
