"""The same calendar in four formats gives the same drops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from syndicator.model.calendar import Calendar

from .conftest import Files

YAML = """\
series: s
time_zone: Asia/Jakarta
drops:
  - {episodes: 1, at: 2026-12-01 20:00}
  - {episodes: 2-3, at: 2026-12-02 20:00}
"""
CSV = """\
Owner;Series;Episodes;Date;Time;Zone
Mia;s;1;2026-12-01;20:00;Asia/Jakarta
;s;2-3;2026-12-02;20:00;
"""
ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
SUMMARY:s: episode 1
DTSTART;TZID=Asia/Jakarta:20261201T200000
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:s: episodes 2-3
DTSTART;TZID=Asia/Jakarta:20261202T200000
END:VEVENT
END:VCALENDAR
"""


DESIGN = """
[channels.app]
adapter = "a"
[channels.acme-br]
adapter = "b"
territories = ["BR"]
[channels.tube]
adapter = "c"
territories = ["WORLD", "-CN"]
[channels.acme-us]
adapter = "b"
[balance]
measure = "views"
max_share = 0.6
on_breach = "warn"
"""


def write_xlsx(path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Release plan")
    day, hour = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "hh:mm"}),
    )
    sheet.write_row(0, 0, ["Our plan for winter"])
    sheet.write_row(2, 0, ["Series", "Episodes", "Date", "Time", "Zone", "Remarks"])
    for row, (episodes, when) in enumerate(
        (("1", date(2026, 12, 1)), ("2-3", date(2026, 12, 2))), 3
    ):
        sheet.write_row(row, 0, ["s", episodes])
        sheet.write_datetime(row, 2, datetime.combine(when, time()), day)
        sheet.write_datetime(row, 3, datetime(1900, 1, 1, 20), hour)
        sheet.write(row, 4, "Asia/Jakarta")
    book.close()


def calendar_of(files: Files) -> Calendar:
    assert files.problems() == []
    ((title, _),) = files.open().titles()
    assert title is not None
    (calendar,) = title.calendars
    return calendar


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ics"])
def test_formats_agree(files: Files, suffix: str) -> None:
    files.write("calendars/s.yaml", YAML)
    expected = calendar_of(files)
    (files.folder / "calendars/s.yaml").unlink()
    if suffix == "xlsx":
        write_xlsx(files.folder / "calendars/s.xlsx")
    else:
        files.write(f"calendars/s.{suffix}", {"csv": CSV, "ics": ICS}[suffix])
    found = calendar_of(files)
    assert [(d.cuts, d.at) for d in found.drops] == [(d.cuts, d.at) for d in expected.drops]
    assert found.time_zone == expected.time_zone


def test_an_rrule_in_an_icalendar_shares_the_episodes_out(files: Files) -> None:
    (files.folder / "calendars/s.yaml").unlink()
    rule = (
        "SUMMARY:s: episodes 1-3\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4\n"
        "EXDATE;TZID=Asia/Jakarta:20261203T200000"
    )
    one = ICS[: ICS.index("BEGIN:VEVENT", 80)] + "END:VCALENDAR\n"
    files.write("calendars/s.ics", one.replace("SUMMARY:s: episode 1", rule))
    drops = calendar_of(files).drops
    assert [f"{drop.at:%m-%d}" for drop in drops] == ["12-01", "12-08", "12-10"]
    assert [drop.cuts for drop in drops] == [("ep001",), ("ep002",), ("ep003",)]


def test_an_rrule_in_yaml_and_count_each_time(files: Files) -> None:
    files.write("calendars/s.yaml", "series: s\ntime_zone: UTC\ndrops:\n"
                "  - {episodes: 1-3, count: 2, from: 2026-12-01 20:00,\n"
                "     rrule: 'FREQ=WEEKLY;BYDAY=MO,TH'}\n")  # fmt: skip
    drops = calendar_of(files).drops
    assert [(f"{d.at:%a %m-%d}", d.cuts) for d in drops] == [
        ("Thu 12-03", ("ep001", "ep002")), ("Mon 12-07", ("ep003",)),
    ]  # fmt: skip


def test_a_date_that_can_be_read_in_two_ways_is_refused_with_its_cell(files: Files) -> None:
    files.write("calendars/t.csv", "series,episodes,date,time\ns,1,01/02/2026,20:00\n")
    (problem,) = [each for each in files.problems() if each.place.file == "calendars/t.csv"]
    assert (problem.code, problem.place.line, problem.place.column) == ("ambiguous-date", 2, 3)


def test_a_second_opening_opens_no_media(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files.problems() == []
    monkeypatch.setattr(
        "syndicator.catalog.media.probe", lambda path: pytest.fail(f"opened {path}")
    )
    monkeypatch.setattr("syndicator.catalog.media.sha256", lambda path: pytest.fail(f"read {path}"))
    assert files.problems() == []


def test_the_files_of_the_design_are_taken_as_they_stand(files: Files) -> None:
    (files.folder / "calendars/s.yaml").unlink()
    files.write("syndicator.toml", DESIGN)
    clip = (files.folder / "catalog/s/ep001.mp4").read_bytes()
    for name in [f"ep{n:03}.mp4" for n in range(1, 61)] + ["trailer.mp4", "vol1.mp4"]:
        files.write(f"catalog/thirsty-30/{name}", clip)
    files.write(
        "catalog/thirsty-30/series.yaml",
        """
id: thirsty-30
original_language: zh-CN
year: 2026
production: live_action
localizations:
  en:    {title: The Thirsty 30, synopsis: "…", keywords: [romance, office]}
  pt-BR: {title: Os Sedentos 30, synopsis: "…"}
ratings: [{system: ClassInd, value: "14"}]
episodes: {count: 60, media: "ep{number:03d}.mp4"}
cuts:
  - {id: trailer, kind: trailer, media: trailer.mp4}
  - {id: volume-1, kind: volume, episodes: 1-20, media: vol1.mp4}
avails:
  - territories: [WORLD, -CN]
    channels: ["*"]
    business_model: [free, unlock]
    start: 2026-11-01
    end: 2028-12-01
  - territories: [US]
    channels: [acme-us]
    exclusive: true
    start: 2026-12-01
    end: 2026-12-15
""",
    )
    files.write(
        "calendars/thirsty-30.yaml",
        """
series: thirsty-30
time_zone: territory
drops:
  - {cuts: [trailer], at: 2026-11-24 12:00}
  - {episodes: 1-10, at: 2026-12-01 20:00}
  - {episodes: 11-60, every: day, count: 5, from: 2026-12-02 20:00}
channels:
  app:       {terms: {model: free}}
  acme-br: {terms: {model: free}, episodes: 1-12}
  tube:   {terms: {model: ad_supported}, offset: +2h}
waves:
  - {name: pilot, territories: [BR, ID]}
  - {name: main,  territories: [US, GB, DE], after: {wave: pilot, delay: 7d},
     gate: {metric: completion_rate, at_least: 0.35, min_views: 1000}}
  - {name: world, territories: [WORLD, -CN], after: {wave: main, delay: 7d}}
""",
    )
    problems = [each for each in files.problems() if each.severity == "error"]
    assert problems == []
    title = {t.series.id: t for t, _ in files.open().titles() if t}["thirsty-30"]
    assert len(title.cuts) == 62
    assert len(title.calendars[0].drops) == 12


@pytest.mark.parametrize("name", ["config", "series", "calendar"])
def test_a_schema_guides_the_writer_at_every_key(name: str) -> None:
    from jsonschema import Draft202012Validator

    from syndicator.catalog.schema import schema

    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["$id"] == f"https://syndicator.dev/schemas/{name}.json"
    assert found["title"]
    for path, about in keys(found):
        assert about.get("description"), path
        if about.get("type") != "object" and "anyOf" not in about:
            assert about.get("examples"), path
        for example in about.get("examples", ()):
            assert list(Draft202012Validator(about).iter_errors(example)) == [], path


def keys(found: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, about in found.get("properties", {}).items():
        yield f"{above}.{key}", about
        yield from keys(about, f"{above}.{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            yield from keys(found[key], f"{above}.*")
    for each in found.get("anyOf", ()):
        yield from keys(each, above)
