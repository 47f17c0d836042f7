"""What the files of avails/ say together, and which series they are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syndicator.model.plan import Title

from ..conftest import SERIES, Files  # noqa: TID252
from .conftest import EPISODE, write

OURS: dict[str, Any] = {"SeriesAltID": "s"}
OTHER: dict[str, Any] = {"SeriesAltID": "zzz", "SeriesTitleInternalAlias": "Else", "ALID": "z-1",
                         "SeriesContentID": "", "SeasonContentID": ""}  # fmt: skip


def sheet(files: Files, name: str, *rows: dict[str, Any] | None) -> Path:
    return write(files.folder / "avails" / name, *rows)


def title(files: Files) -> Title | None:
    ((found, _),) = files.open().titles()
    return found


def spoken(files: Files) -> list[tuple[str, str]]:
    found = title(files)
    assert found is not None
    return [(each.source, str(each.territories)) for each in found.avails or ()]


def codes(files: Files) -> set[str]:
    return {each.code for each in files.problems()}


def test_without_a_sheet_a_series_is_not_restricted(files: Files) -> None:
    found = title(files)
    assert found is not None
    assert found.avails is None


def test_rows_of_a_sheet_are_rights_of_the_series(files: Files) -> None:
    sheet(files, "a.xlsx", OURS, {**OURS, "Territory": "BR", "LicenseType": "EST"})
    assert files.problems() == []
    assert spoken(files) == [("SVOD", "US"), ("EST", "BR")]


def test_rows_of_a_sheet_stand_beside_those_of_the_series(files: Files) -> None:
    files.write("catalog/s/series.yaml", SERIES + "avails: [{territories: [DE]}]\n")
    sheet(files, "a.xlsx", OURS)
    assert spoken(files) == [("", "DE"), ("SVOD", "US")]


MATCHES = [
    ("SeriesAltID", "their-s"), ("SeriesContentID", "md:cid:org:x:S"), ("SeriesID", "10.5240/x"),
    ("SeriesTitleInternalAlias", "Detectives, The"), ("ALID", "s-1"), ("SeasonAltID", "s-s1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), MATCHES)
def test_a_row_is_for_the_series_that_has_its_identifier(
    files: Files, name: str, value: str
) -> None:
    files.write("catalog/s/series.yaml", SERIES + f'external_ids: ["{value.lower()}"]\n')
    sheet(files, "a.xlsx", {**OTHER, name: value})
    assert spoken(files) == [("SVOD", "US")]


def test_a_title_that_is_no_series_is_said_once(files: Files) -> None:
    sheet(files, "a.xlsx", OURS, OTHER, {**OTHER, "Territory": "BR"})
    problem = files.only()
    assert (problem.code, problem.severity) == ("avails-unfit", "warning")
    assert "2 rows are for a title" in problem.message
    assert problem.hint is not None
    assert problem.hint.endswith('external_ids: ["z-1"]')


def test_a_refused_row_stops_its_series_and_no_other(files: Files) -> None:
    files.write("catalog/t/series.yaml", SERIES.replace("id: s", "id: t"))
    for number in (1, 2, 3):
        data = (files.folder / f"catalog/s/ep00{number}.mp4").read_bytes()
        files.write(f"catalog/t/ep00{number}.mp4", data)
    sheet(files, "a.xlsx", {**OURS, "Start": "soon"}, {**OURS, "SeriesAltID": "t", "ALID": "t-1"})
    found = {each.series.id for each, _ in files.open().titles() if each}
    assert found == {"t"}


def test_a_refused_row_of_a_title_that_is_not_ours_stops_nothing(files: Files) -> None:
    sheet(files, "a.xlsx", OURS, {**OTHER, "Start": "soon"})
    assert codes(files) == {"avails-unfit"}
    assert title(files) is not None


@pytest.mark.parametrize("data", [b"", b"not at all"])
def test_a_file_that_cannot_be_read_may_restrict_anything_so_nothing_is_planned(
    files: Files, data: bytes
) -> None:
    files.write("avails/a.xlsx", data)
    assert title(files) is None
    assert len(files.problems()) == 1


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "a.xlsm"])
def test_a_sheet_in_another_form_is_not_overlooked(files: Files, name: str) -> None:
    files.write(f"avails/{name}", "Territory,Start")
    files.write("avails/README.md", "from Rockstar")
    assert codes(files) == {"not-avails"}
    assert title(files) is None


def test_rows_for_two_formats_are_one_licence(files: Files) -> None:
    sheet(files, "a.xlsx", OURS, {**OURS, "FormatProfile": "SD", "AvailID": "a-2"})
    assert spoken(files) == [("SVOD", "US")]


def test_a_row_for_no_title_at_all_stops_everything(files: Files) -> None:
    nobody = dict.fromkeys(("SeriesAltID", "SeriesTitleInternalAlias", "SeriesContentID",
                            "SeasonContentID", "ALID"), "")  # fmt: skip
    sheet(files, "a.xlsx", OURS, nobody)
    assert codes(files) == {"avails-empty"}
    assert title(files) is None


def test_a_full_extract_replaces_what_earlier_files_said(files: Files) -> None:
    sheet(files, "2026-9.xlsx", OURS, {**OURS, "Territory": "BR"}, {**OURS, **EPISODE})
    sheet(files, "2026-10.xlsx", {**OURS, "Territory": "DE"})
    assert spoken(files) == [("SVOD", "US"), ("SVOD", "DE")]
    (problem,) = [each for each in files.problems() if each.code == "avails-replaced"]
    assert "2 rows of Detectives, The in avails/2026-9.xlsx" in problem.message


def test_a_full_delete_leaves_a_series_that_goes_nowhere(files: Files) -> None:
    sheet(files, "1.xlsx", OURS)
    sheet(files, "2.xlsx", {**OURS, "EntryType": "Full Delete", "Start": "1999-12-31",
                            "End": "2000-01-01"})  # fmt: skip
    found = title(files)
    assert found is not None
    assert found.avails == []


def test_a_full_delete_beside_a_full_extract_is_refused(files: Files) -> None:
    sheet(files, "a.xlsx", OURS, {**OURS, "EntryType": "Full Delete"})
    assert "avails-contradiction" in codes(files)
    assert title(files) is None


def test_create_update_and_delete_change_one_row(files: Files) -> None:
    sheet(files, "1.xlsx", OURS, {**OURS, "AvailID": "a-2", "Territory": "BR"})
    sheet(files, "2.xlsx", {**OURS, "EntryType": "Create", "AvailID": "a-3", "Territory": "DE"})
    sheet(files, "3.xlsx", {**OURS, "EntryType": "Update", "AvailID": "a-2", "Territory": "PT"})
    sheet(files, "4.xlsx", {**OURS, "EntryType": "Delete", "AvailID": "a-1"})
    assert sorted(spoken(files)) == [("SVOD", "DE"), ("SVOD", "PT")]


def test_an_update_may_be_of_several_rows_with_one_availid(files: Files) -> None:
    sheet(files, "1.xlsx", OURS, {**OURS, "Territory": "BR"})
    sheet(files, "2.xlsx", {**OURS, "EntryType": "Update", "Territory": "DE"},
          {**OURS, "EntryType": "Update", "Territory": "PT"})  # fmt: skip
    assert spoken(files) == [("SVOD", "DE"), ("SVOD", "PT")]


def test_a_delete_without_availid_takes_the_whole_offer(files: Files) -> None:
    sheet(files, "1.xlsx", OURS, {**OURS, "AvailID": "a-2"})
    sheet(files, "2.xlsx", {**OURS, "EntryType": "Delete", "AvailID": ""})
    assert spoken(files) == []


@pytest.mark.parametrize("entry", ["Update", "Delete"])
def test_a_change_of_a_row_that_is_not_there_is_refused(files: Files, entry: str) -> None:
    sheet(files, "1.xlsx", OURS)
    sheet(files, "2.xlsx", {**OURS, "EntryType": entry, "AvailID": "a-9"})
    assert codes(files) == {"avails-contradiction"}


def test_a_row_created_twice_is_refused(files: Files) -> None:
    sheet(files, "1.xlsx", OURS)
    sheet(files, "2.xlsx", {**OURS, "EntryType": "Create"})
    assert codes(files) == {"avails-contradiction"}


def test_rows_of_two_seasons_are_refused(files: Files) -> None:
    sheet(files, "a.xlsx", OURS, {**OURS, "SeasonNumber": 2, "ALID": "s-2"})
    (problem,) = [each for each in files.problems() if each.code == "two-seasons"]
    assert (problem.place.line, problem.found) == (5, "2")
    assert title(files) is None


def two_series(files: Files, first: str, second: str) -> None:
    files.write("catalog/s/series.yaml", SERIES + f"external_ids: [{first}]\n")
    text = SERIES.replace("id: s", "id: t") + f"external_ids: [{second}]\n"
    files.write("catalog/t/series.yaml", text)
    for number in (1, 2, 3):
        data = (files.folder / f"catalog/s/ep00{number}.mp4").read_bytes()
        files.write(f"catalog/t/ep00{number}.mp4", data)


def test_a_row_that_fits_two_series_stops_both(files: Files) -> None:
    two_series(files, "alpha", "beta")
    sheet(files, "a.xlsx", {**OTHER, "SeriesAltID": "alpha", "SeriesID": "beta"})
    assert codes(files) == {"two-series"}
    assert [each for each, _ in files.open().titles()] == [None, None]


def test_a_season_tells_two_series_of_one_title_apart(files: Files) -> None:
    two_series(files, "alpha-1, alpha", "alpha-2")
    sheet(files, "a.xlsx", {**OTHER, "SeriesAltID": "alpha", "SeasonAltID": "alpha-2"})
    found = {each.series.id: each.avails for each, _ in files.open().titles() if each}
    assert found["s"] is None
    assert len(found["t"] or ()) == 1


def test_an_identifier_of_two_series_is_a_fault(files: Files) -> None:
    two_series(files, "alpha", "ALPHA")
    sheet(files, "a.xlsx", OURS)
    (problem,) = [each for each in files.problems() if each.code == "two-owners"]
    assert problem.place.file == "catalog/t/series.yaml"


def test_a_licensee_of_a_channel_that_is_not_there_is_a_fault(files: Files) -> None:
    text = (files.folder / "syndicator.toml").read_text()
    files.write("syndicator.toml", text + '\n[avails.licensees]\nAcme = ["acme-rb"]\n'
                '[avails.licence_types]\nX = ["rent"]\n')  # fmt: skip
    assert {(each.code, each.hint) for each in files.problems()} == {
        ("unknown-channel", "did you mean acme-br?"), ("wrong-value", None),
    }  # fmt: skip


def test_a_sheet_is_a_source_of_every_series(files: Files) -> None:
    from syndicator.catalog.sources import sources

    sheet(files, "a.xlsx", OURS)
    assert [(each.path, each.series) for each in sources(files.folder)
            if each.path.startswith("avails")] == [("avails/a.xlsx", None)]  # fmt: skip


def test_doubts_of_many_rows_are_one_warning_of_a_series(files: Files) -> None:
    rows = [{**OURS, **EPISODE, "EpisodeNumber": n, "ALID": f"s-{n}", "TotalRunTime": "01:30"}
            for n in range(1, 41)]  # fmt: skip
    sheet(files, "a.xlsx", *rows)
    (problem,) = [each for each in files.problems() if each.code == "avails-run-time"]
    assert "(and 39 more like it" in problem.message


def test_external_ids_leave_the_content_as_it_was(files: Files) -> None:
    from syndicator.model.content import series_digest
    from syndicator.model.work import Series

    before = title(files)
    files.write("catalog/s/series.yaml", SERIES + "external_ids: [alpha]\n")
    after = title(files)
    assert before is not None
    assert after is not None
    assert series_digest(before.series) == series_digest(after.series)
    assert "external_ids" not in before.series.as_json()
    assert Series.from_json(after.series.as_json()).external_ids == ("alpha",)


def test_a_channel_of_a_licensee_gets_what_the_row_says(files: Files) -> None:
    text = (files.folder / "syndicator.toml").read_text()
    files.write("syndicator.toml", text + '\n[avails.licensees]\n"Acme Inc." = ["acme-*"]\n')
    sheet(files, "a.xlsx", {**OURS, "Licensee": "ACME inc."})
    found = title(files)
    assert found is not None
    assert [each.channels for each in found.avails or ()] == [("acme-*",)]
