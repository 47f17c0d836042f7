"""Every cell of a sheet is read or refused: none is overlooked, none ends the process."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from .conftest import SERIES, Files


def csv(files: Files, *rows: str, head: str = "series,episodes,date,time") -> None:
    (files.folder / "calendars/s.yaml").unlink(missing_ok=True)
    files.write("calendars/s.csv", "\n".join([head, *rows, ""]))


def test_a_row_is_for_the_channels_it_names(files: Files) -> None:
    csv(files, "s,1-2,2026-12-01,20:00,app", "s,3,2026-12-02,20:00,acme-br",
        head="series,episodes,date,time,channel")  # fmt: skip
    assert files.problems() == []
    ((title, _),) = files.open().titles()
    assert title is not None
    selected = {each.channel: each.cuts for each in title.calendars[0].channels}
    assert selected == {"app": ("ep001", "ep002"), "acme-br": ("ep003",)}


def test_a_row_without_channels_is_for_all_that_the_others_name(files: Files) -> None:
    csv(files, "s,1-2,2026-12-01,20:00,app", "s,3,2026-12-02,20:00,",
        head="series,episodes,date,time,channel")  # fmt: skip
    ((title, _),) = files.open().titles()
    assert title is not None
    assert {each.channel: each.cuts for each in title.calendars[0].channels} == {"app": None}


STRAY = [
    ("territories", "BR"), ("wave", "pilot"), ("after", "pilot"), ("delay", "7d"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), STRAY)
def test_a_cell_that_means_nothing_beside_a_date_is_refused(
    files: Files, column: str, value: str
) -> None:
    csv(files, f"s,1-3,2026-12-01,20:00,{value}", head=f"series,episodes,date,time,{column}")
    problem = files.only()
    assert (problem.code, problem.found) == ("stray-cell", value)
    assert (problem.place.line, problem.place.column) == (2, 5)


ROWS = [
    (",1-3,2026-12-01,20:00", "missing-key", 2, 1),
    ("s,,2026-12-01,20:00", "missing-key", 2, None),
    ("s,1-3,,20:00", "bad-date", 2, 3),
    ("s,,,20:00", "stray-cell", 2, 4),
    ("s,1-3,2026-12-01,25:00", "bad-time", 2, 4),
    ("s,1-3,2026-12-01,", "no-time", 2, 3),
    ("s,1-9,2026-12-01,20:00", "unknown-episode", 2, 2),
]


@pytest.mark.parametrize(("row", "code", "line", "column"), ROWS)
def test_a_row_that_cannot_be_read_is_said_once(
    files: Files, row: str, code: str, line: int, column: int | None
) -> None:
    csv(files, row)
    problem = files.only()
    assert (problem.code, problem.place.line, problem.place.column) == (code, line, column)


def book(path: Path, write: Any) -> None:
    import xlsxwriter

    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("Plan")
    sheet.write_row(0, 0, ["series", "episodes", "date", "time"])
    write(workbook, sheet)
    workbook.close()


def test_a_merged_cell_counts_in_each_row(files: Files) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        sheet.merge_range(1, 0, 2, 0, "s")
        sheet.write_row(1, 1, ["1", "2026-12-01", "20:00"])
        sheet.write_row(2, 1, ["2-3", "2026-12-02", "20:00"])

    (files.folder / "calendars/s.yaml").unlink()
    book(files.folder / "calendars/s.xlsx", write)
    assert files.problems() == []
    ((title, _),) = files.open().titles()
    assert title is not None
    assert [each.at.day for each in title.calendars[0].drops] == [1, 2]


def test_episodes_that_excel_made_a_date_of_are_said(files: Files) -> None:
    def write(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "d-mmm"})
        sheet.write_row(1, 0, ["s", "", "2026-12-01", "20:00"])
        sheet.write_datetime(1, 1, datetime(2026, 1, 10), day)

    (files.folder / "calendars/s.yaml").unlink()
    book(files.folder / "calendars/s.xlsx", write)
    problem = files.only()
    assert (problem.code, problem.hint) == (
        "bad-episodes", "format the column as text, and write them again",
    )  # fmt: skip
    assert (problem.place.path, problem.place.line, problem.place.column) == ("Plan", 2, 2)


def test_a_cell_in_the_last_corner_does_not_take_all_memory(files: Files) -> None:
    book(files.folder / "calendars/far.xlsx", lambda _, sheet: sheet.write(1_000_000, 16_000, "x"))
    assert (files.only().code, files.only().place.file) == ("too-large", "calendars/far.xlsx")


def test_a_workbook_that_unfolds_without_end_is_refused(files: Files) -> None:
    path = files.folder / "calendars/bomb.xlsx"
    book(path, lambda _, sheet: None)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/theme/more.xml", "w") as part,
    ):
        for _ in range(110):
            part.write(bytes(1_000_000))
    assert path.stat().st_size < 1_000_000
    assert (files.only().code, files.only().found) == ("too-large", "xl/theme/more.xml")


def test_a_sheet_for_two_series_files_each_under_its_own(files: Files, clip: bytes) -> None:
    files.write("catalog/t/series.yaml", SERIES.replace("id: s", "id: t"))
    for number in (1, 2, 3):
        files.write(f"catalog/t/ep00{number}.mp4", clip)
    csv(files, "s,1-3,2026-12-01,20:00", "t,1-3,2026-12-02,20:00")
    titles = [title for title, _ in files.open().titles()]
    assert [t and [d.at.day for d in t.calendars[0].drops] for t in titles] == [[1], [2]]
    assert files.open().calendar_series == {}
