"""Every fault in every file: placed, worded, and never an exception."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from pathlib import Path

import pytest

from .conftest import CALENDAR, CONFIG, SERIES, Files, make_clip


def test_a_workspace_in_order_has_no_problems(files: Files) -> None:
    assert files.problems() == []
    ((title, _),) = files.open().titles()
    assert title is not None
    assert [cut.id for cut in title.cuts] == ["ep001", "ep002", "ep003"]


CALENDAR_FAULTS = [
    ("  acme-br:\n", "  acme-rb:\n", "unknown-channel", 7, "did you mean acme-br?"),
    ("territory", "Mars/Olympus", "unknown-zone", 2, None),
    ("1-3", "1-9", "unknown-episode", 4, None),
    ("1-3", "3-1", "bad-episodes", 4, None),
    ("at: 2026-12-01 20:00", "at: 2026-12-01", "no-time", 4, None),
    ("at: 2026-12-01 20:00", "at: 2026-02-30 20:00", "no-time", 4, None),
    ("at: 2026-12-01 20:00", "at: 2026-12-01 20:00Z", "fixed-offset", 4, None),
    ("at: 2026-12-01 20:00", "rrule: FREQ=SOMETIMES, from: 2026-12-01 20:00", "bad-rrule", 4, None),
    ("at: 2026-12-01 20:00", "every: soon, from: 2026-12-01 20:00", "bad-duration", 4, None),
    ("at: 2026", "att: 2026", "unknown-key", 4, "did you mean at?"),
    ("model: free", "model: fre", "wrong-value", 6, "did you mean free?"),
    ("series: s\n", "series: s\nseries: s\n", "duplicate-key", 2, None),
    ("series: s\n", "series: t\n", "unknown-series", 1, None),
    ("drops:\n", "drops: [\n", "not-yaml", None, None),
    ("channels:\n", "channels: *nobody\n", "unknown-anchor", 5, None),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "hint"), CALENDAR_FAULTS)
def test_a_fault_in_a_calendar_is_placed(
    files: Files, old: str, new: str, code: str, line: int | None, hint: str | None
) -> None:
    assert old in CALENDAR
    files.write("calendars/s.yaml", CALENDAR.replace(old, new, 1))
    found = [each for each in files.problems() if each.code == code]
    assert found, files.problems()
    assert found[0].place.file == "calendars/s.yaml"
    if line:
        assert found[0].place.line == line
        assert found[0].place.column
    if hint:
        assert found[0].hint == hint


CYCLE = """
  - {name: a, territories: [BR], after: {wave: b}}
  - {name: b, territories: [US], after: {wave: a}}
"""
WAVES = [
    ("[{name: a, territories: [BR]}, {name: a, territories: [US]}]", "duplicate-wave"),
    ("[{name: a, territories: [BR], after: {wave: b}}]", "unknown-wave"),
    (CYCLE, "wave-cycle"),
    ("[{name: a, territories: [UK]}]", "unknown-territory"),
    ("[{name: a, territories: [BR], after: {wave: a, delay: soon}}]", "bad-duration"),
]  # fmt: skip


@pytest.mark.parametrize(("waves", "code"), WAVES)
def test_a_fault_in_waves_is_named(files: Files, waves: str, code: str) -> None:
    files.write("calendars/s.yaml", f"{CALENDAR}waves: {waves}\n")
    assert code in {each.code for each in files.problems()}


def test_uk_is_told_to_be_gb(files: Files) -> None:
    files.write("calendars/s.yaml", CALENDAR + "waves: [{name: a, territories: [UK]}]\n")
    assert files.only().hint == "write GB"


def test_overlapping_drops_name_both_lines(files: Files) -> None:
    again = "  - {episodes: 2, at: 2026-12-05 20:00}\nchannels:"
    files.write("calendars/s.yaml", CALENDAR.replace("channels:", again))
    problem = files.only()
    assert (problem.code, problem.place.line) == ("overlapping-drops", 5)
    assert "calendars/s.yaml:4:5" in (problem.expected or "")


def test_a_drop_before_any_right_is_said(files: Files) -> None:
    files.write(
        "catalog/s/series.yaml", SERIES + "avails: [{territories: [WORLD], start: 2027-01-01}]\n"
    )
    problem = files.only()
    assert (problem.code, problem.severity) == ("drop-before-rights", "warning")
    assert str(problem.place) == "calendars/s.yaml:4:5"


SERIES_FAULTS = [
    ("original_language: en", "original_language: klingonese", "unknown-language", 2),
    ("original_language: en", "original_language: es-LA", "unknown-language", 2),
    ("count: 3", "count: 4", "no-media", 5),
    ("count: 3", 'count: 3, media: "ep{nr}.mp4"', "bad-pattern", 5),
    ("count: 3", "count: many", "wrong-type", 5),
    ("id: s", "id: t", "wrong-id", 1),
    ("id: s\n", "", "missing-key", 1),
    ("{count: 3}", "[{number: 1, media: ep001.mp4}, {number: 3, media: ep003.mp4}]",
     "episode-gap", 5),
    ("{count: 3}", "[{number: 1, media: ep001.mp4}, {number: 1, media: ep002.mp4}]",
     "duplicate-episode", 5),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "line"), SERIES_FAULTS)
def test_a_fault_in_a_series_is_placed(
    files: Files, old: str, new: str, code: str, line: int
) -> None:
    assert old in SERIES
    files.write("catalog/s/series.yaml", SERIES.replace(old, new, 1))
    found = [each for each in files.problems() if each.code == code]
    assert found, files.problems()
    assert (found[0].place.file, found[0].place.line) == ("catalog/s/series.yaml", line)


CONFIG_FAULTS = [
    ('"toy"', "7", "wrong-type", 6),
    ('["BR"]', '["XX"]', "unknown-territory", 8),
    ('adapter = "toy"\n', "", "missing-key", 5),
    ("[channels.acme-br]", "[chanels.acme-br]", "unknown-key", 5),
    ('folder = "acme"', 'credentials = "s3cr3t"', "literal-secret", 7),
    ("[channels.app]", "[channels.app", "not-toml", 1),
]


@pytest.mark.parametrize(("old", "new", "code", "line"), CONFIG_FAULTS)
def test_a_fault_in_the_configuration_is_placed(
    files: Files, old: str, new: str, code: str, line: int
) -> None:
    assert old in CONFIG
    files.write("syndicator.toml", CONFIG.replace(old, new, 1))
    found = [each for each in files.problems() if each.code == code]
    assert found, files.problems()
    assert (found[0].place.file, found[0].place.line) == ("syndicator.toml", line)
    assert "s3cr3t" not in str(found)


def test_media_that_cannot_be_read_says_why(files: Files, clip: bytes) -> None:
    files.write("catalog/s/ep001.mp4", b"not a film at all" * 100)
    files.write("catalog/s/ep002.mp4", b"")
    make_clip(files.folder / "catalog/s/ep003.mp4", picture=False)
    messages = {each.found: each.message for each in files.problems()}
    assert "it is no media file, or it is cut off" in messages["ep001.mp4"]
    assert "ep002.mp4" in messages
    assert "it has no picture" in messages["ep003.mp4"]


def test_a_film_that_is_cut_off_is_said(files: Files, clip: bytes) -> None:
    files.write("catalog/s/ep001.mp4", clip[: len(clip) // 2])
    assert files.only().code == "unreadable-media"


def test_an_episode_that_lies_down_is_said(files: Files) -> None:
    make_clip(files.folder / "catalog/s/ep002.mp4", width=256, height=144)
    problem = files.only()
    assert (problem.code, problem.found, problem.severity) == ("wrong-aspect", "256x144", "warning")


def test_all_faults_of_all_files_are_said_at_once(files: Files) -> None:
    files.write("syndicator.toml", CONFIG.replace('["BR"]', '["XX"]'))
    files.write("catalog/s/series.yaml", SERIES.replace("count: 3", "count: 5"))
    files.write("calendars/s.yaml", CALENDAR.replace("acme-br", "acme-rb").replace("1-3", "1-7"))
    codes = sorted(each.code for each in files.problems())
    assert codes == [
        "no-media", "no-media", "unknown-channel", "unknown-episode", "unknown-territory",
    ]  # fmt: skip


BOMBS = {
    "laughs": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in pairwise("abcdefghij")),
    "nesting": "a: " + "[" * 100_000,
    "mappings": "{a: " * 5_000,
    "itself": "&a [*a, *a]",
    "nul": "series: s\0\n",
    "tabs": "series: s\n\tdrops: []\n",
    "latin": "series: caf\xe9\n".encode("latin-1"),
    "control": b"\x80\x81\x82",
    "empty": "",
    "scalar": "hello",
    "list": "- a\n- b\n",
    "documents": "series: s\n---\nseries: s\n",
    "directive": "%YAML 9.9\n---\nseries: s\n",
    "tag": "series: !!python/object/apply:os.system ['true']\n",
    "number": "series: " + "9" * 5000 + "\n",
    "key": "? {a: b}\n: c\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("path", ["calendars/s.yaml", "catalog/s/series.yaml"])
def test_rubbish_is_refused_quickly_and_placed(files: Files, path: str, name: str) -> None:
    files.write(path, BOMBS[name])
    began = time.perf_counter()
    found = [each for each in files.problems() if each.place.file == path]
    assert found
    assert time.perf_counter() - began < 10


SUFFIXES = ("yaml", "csv", "xlsx", "ics")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_ten_megabytes_of_rubbish_are_refused_quickly(files: Files, suffix: str) -> None:
    rubbish = random.Random(7).randbytes(10_000_000)
    files.write(f"calendars/rubbish.{suffix}", rubbish)
    began = time.perf_counter()
    assert [each for each in files.problems() if each.place.file == f"calendars/rubbish.{suffix}"]
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("seed", range(25))
def test_no_bytes_at_all_make_a_reader_raise(files: Files, suffix: str, seed: int) -> None:
    chance = random.Random(seed)
    seeds = {
        "yaml": CALENDAR, "csv": "series,episodes,date,time\ns,1,2026-12-01,20:00\n",
        "ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:s: episodes 1-3\nDTSTART:20261201T200000\n"
        "RRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nEND:VCALENDAR\n", "xlsx": "PK\x03\x04",
    }  # fmt: skip
    data = bytearray(seeds[suffix].encode())
    for _ in range(chance.randrange(1, 12)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    files.write(f"calendars/x.{suffix}", bytes(data))
    files.problems()


def test_folders_and_links_where_files_should_be_are_said(files: Files) -> None:
    (files.folder / "calendars/folder.yaml").mkdir()
    (files.folder / "catalog/s/ep001.mp4").unlink()
    (files.folder / "catalog/s/ep001.mp4").symlink_to("ep001.mp4")
    (files.folder / "catalog/empty").mkdir()
    said = {(each.code, each.place.file) for each in files.problems()}
    assert said == {
        ("no-media", "catalog/s/series.yaml"),
        ("no-series-file", "catalog/empty/series.yaml"),
        ("unreadable", "calendars/folder.yaml"),
    }


def test_a_file_of_a_format_nobody_reads_is_said(files: Files) -> None:
    files.write("calendars/plan.docx", "?")
    assert files.only().code == "unknown-format"


def test_no_catalog_at_all_is_said(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("syndicator.toml", "")
    assert files.only().code == "no-catalog"
