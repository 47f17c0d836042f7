"""A calendar that cannot be read is no calendar that was taken away."""

from __future__ import annotations

import os
import shutil

import pytest

from .conftest import CALENDAR, SERIES, Files

BROKEN = {
    "not yaml": "series: s\ndrops: [\n",
    "another series": CALENDAR.replace("series: s", "series: ss"),
    "no series": CALENDAR.replace("series: s\n", ""),
    "rubbish": "\x00",
    "empty": "",
}


def planned(files: Files) -> list[str]:
    return [title.series.id for title, _ in files.open().titles() if title]


@pytest.fixture
def two(files: Files, clip: bytes) -> Files:
    files.write("catalog/t/series.yaml", SERIES.replace("id: s", "id: t"))
    for number in (1, 2, 3):
        files.write(f"catalog/t/ep00{number}.mp4", clip)
    files.write("calendars/t.yaml", CALENDAR.replace("series: s", "series: t"))
    assert planned(files) == ["s", "t"]
    return files


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("file", ["calendars/s.yaml", "calendars/spring.yaml"])
def test_a_series_whose_calendar_cannot_be_read_is_not_planned_and_others_are(
    two: Files, file: str, name: str
) -> None:
    (two.folder / "calendars/s.yaml").unlink()
    two.write(file, BROKEN[name])
    assert planned(two) == ["t"]
    assert two.problems()


def test_a_calendar_beside_a_sound_one_holds_its_series_too(two: Files) -> None:
    (two.folder / "calendars/s.yaml").rename(two.folder / "calendars/s-first.yaml")
    two.write("calendars/s.yaml", "drops: [")
    assert planned(two) == ["t"]


def test_a_row_that_cannot_be_read_holds_every_series_of_its_sheet(two: Files) -> None:
    for name in "st":
        (two.folder / f"calendars/{name}.yaml").unlink()
    two.write(
        "calendars/all.csv",
        "series,episodes,date,time\ns,1-3,2026-12-01,25:00\nt,1-3,2026-12-01,20:00\n",
    )
    assert planned(two) == []
    assert two.only().code == "bad-time"


def test_a_calendar_that_was_taken_away_leaves_its_series_without_one(two: Files) -> None:
    (two.folder / "calendars/s.yaml").unlink()
    assert planned(two) == ["s", "t"]
    assert two.problems() == []


def test_calendars_that_are_no_folder_are_said_and_nothing_is_planned(two: Files) -> None:
    shutil.rmtree(two.folder / "calendars")
    two.write("calendars", "?")
    assert (two.only().code, planned(two)) == ("unreadable", [])


def test_a_pipe_in_the_calendars_is_not_waited_for(files: Files) -> None:
    os.mkfifo(files.folder / "calendars/pipe.yaml")
    assert (files.only().code, files.only().message) == (
        "unreadable", "cannot be read: it is no file",
    )  # fmt: skip


def test_a_folder_of_old_calendars_is_left_alone(files: Files) -> None:
    files.write("calendars/2025/old.yaml", "anything")
    assert files.problems() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("path", ["calendars", "calendars/s.yaml", "catalog/s", "catalog"])
def test_what_may_not_be_read_is_said(files: Files, path: str) -> None:
    where = files.folder / path
    mode = where.stat().st_mode
    where.chmod(0)
    try:
        assert {each.code for each in files.problems()} & {"unreadable", "no-catalog"}
        assert planned(files) == []
    finally:
        where.chmod(mode)
