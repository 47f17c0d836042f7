"""What a calendar program writes is what comes out: moved, left out, cancelled, in any zone."""

from __future__ import annotations

import pytest

from .conftest import Files

START = "DTSTART;TZID=Asia/Jakarta:20261201T200000"
DAILY = f"UID:1\nSUMMARY:s: episodes 1-3\n{START}\nRRULE:FREQ=DAILY"
MOVED = "UID:1\nRECURRENCE-ID;TZID=Asia/Jakarta:20261202T200000\nSUMMARY:s: episodes 1-3\n"


def write(files: Files, *events: str) -> None:
    (files.folder / "calendars/s.yaml").unlink(missing_ok=True)
    inner = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{inner}END:VCALENDAR\n"
    files.write("calendars/s.ics", text)


def drops(files: Files) -> list[str]:
    """Return what comes out, as `episode date hour`."""
    assert files.problems() == []
    found = []
    for title, _ in files.open().titles():
        assert title is not None
        for calendar in title.calendars:
            assert calendar.time_zone == "Asia/Jakarta"
            found += [f"{'+'.join(each.cuts)} {each.at:%d %H}" for each in calendar.drops]
    return found


def test_a_rule_ends_when_its_last_date_has_passed_there_and_not_in_utc(files: Files) -> None:
    write(files, f"{DAILY};UNTIL=20261203T130000Z")
    assert drops(files) == ["ep001 01 20", "ep002 02 20", "ep003 03 20"]


@pytest.mark.parametrize(
    "line", ["EXDATE:20261202T130000Z", "EXDATE;TZID=Asia/Tokyo:20261202T220000",
             "EXDATE;VALUE=DATE:20261202", "EXDATE;TZID=Asia/Jakarta:20261202T200000"]
)  # fmt: skip
def test_a_date_is_left_out_in_whatever_zone_it_is_written(files: Files, line: str) -> None:
    write(files, f"{DAILY};COUNT=4\n{line}")
    assert drops(files) == ["ep001 01 20", "ep002 03 20", "ep003 04 20"]


def test_what_is_cancelled_does_not_come_out(files: Files) -> None:
    write(files, f"{DAILY};COUNT=3", f"UID:2\nSTATUS:CANCELLED\nSUMMARY:s: episodes 2\n{START}")
    assert drops(files) == ["ep001 01 20", "ep002 02 20", "ep003 03 20"]


@pytest.mark.parametrize(
    "to", ["DTSTART;TZID=Asia/Jakarta:20261202T230000", "DTSTART:20261202T160000Z"]
)
def test_a_date_that_was_moved_keeps_its_episodes(files: Files, to: str) -> None:
    write(files, MOVED + to, f"{DAILY};COUNT=3")
    assert drops(files) == ["ep001 01 20", "ep002 02 23", "ep003 03 20"]


def test_one_date_of_a_rule_can_be_cancelled(files: Files) -> None:
    write(files, f"{DAILY};COUNT=4", f"{MOVED}{START}\nSTATUS:CANCELLED")
    assert drops(files) == ["ep001 01 20", "ep002 03 20", "ep003 04 20"]


FAULTS = [
    ((MOVED.replace("1-3", "2") + START, f"{DAILY};COUNT=3"), "bad-summary"),
    ((MOVED.replace("-ID;", "-ID;RANGE=THISANDFUTURE;") + START, f"{DAILY};COUNT=3"), "bad-rrule"),
    ((f"UID:1\nSUMMARY:s: episodes 1-3\n{START}\n{START}",), "no-time"),
    (("UID:1\nSUMMARY:s: episodes 1-3\nDTSTART;VALUE=DATE:20261201",), "no-time"),
    ((f"{DAILY};INTERVAL=0",), "bad-rrule"),
    (("UID:1\nSUMMARY:s: episodes 1-3\nDTSTART:2026x",), "not-ics"),
    ((f"{DAILY};COUNT=3\nEXDATE:tomorrow",), "not-ics"),
    ((f"{DAILY};COUNT=3\nRDATE:tomorrow",), "not-ics"),
    ((f"{DAILY};COUNT=3".replace("DAILY", "BANANA"),), "not-ics"),
    ((f"{DAILY};COUNT=3\nEXDATE;=:20261202T130000Z",), "not-ics"),
    ((f"{DAILY};COUNT=3\nRDATE;VALUE=DATE:20261224",), "bad-rrule"),
    ((f"{DAILY};COUNT=2".replace("1-3", "1-3, 1 a time"),), "too-few-drops"),
    (("UID:1\nSUMMARY:s: episodes 1-3\nDTSTART;TZID=Nowhere:20261201T200000",), "unknown-zone"),
]


@pytest.mark.parametrize(("events", "code"), FAULTS)
def test_what_cannot_be_meant_is_refused_with_its_line(
    files: Files, events: tuple[str, ...], code: str
) -> None:
    write(files, *events)
    found = [each for each in files.problems() if each.code == code]
    assert found, files.problems()
    assert found[0].place.line == 4


def test_a_cut_comes_out_once_though_its_event_repeats(files: Files, clip: bytes) -> None:
    series = (files.folder / "catalog/s/series.yaml").read_text()
    files.write("catalog/s/series.yaml", series + "cuts: [{id: t, kind: trailer, media: t.mp4}]\n")
    files.write("catalog/s/t.mp4", clip)
    write(files, f"{DAILY};COUNT=3".replace("episodes 1-3", "t"))
    assert files.only().code == "bad-rrule"


def test_the_zones_of_windows_are_known(files: Files) -> None:
    zone = "TZID=SE Asia Standard Time"
    write(files, f"UID:1\nSUMMARY:s: episodes 1-3\nDTSTART;{zone}:20261201T200000")
    ((title, _),) = files.open().titles()
    assert title is not None
    assert title.calendars[0].time_zone == "Asia/Bangkok"
