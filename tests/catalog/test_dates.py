"""Dates, spans and sums that cannot be meant are refused; none of them widens a licence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syndicator.catalog.dates import moment
from syndicator.catalog.recurrence import occurrences

from .conftest import CALENDAR, CONFIG, SERIES, Files


def rights(files: Files, row: str) -> None:
    files.write("catalog/s/series.yaml", f"{SERIES}avails: [{{territories: [BR], {row}}}]\n")


def test_a_date_of_rights_means_the_same_with_and_without_quotes(files: Files) -> None:
    windows = []
    for row in ("start: 2026-11-01, end: 2026-12-15", 'start: "2026-11-01", end: "2026-12-15"'):
        rights(files, row)
        ((title, problems),) = files.open().titles()
        assert problems == []
        assert title is not None
        assert title.avails is not None
        windows.append(title.avails[0].window)
    assert windows[0] == windows[1]
    assert windows[0].closes == datetime(2026, 12, 15, 3, tzinfo=UTC)


@pytest.mark.parametrize("end", ["2027-02-30", "2027-02-01 banana", '"2027-13-01"'])
def test_rights_never_become_endless_by_a_date_that_is_none(files: Files, end: str) -> None:
    rights(files, f"start: 2026-11-01, end: {end}")
    assert files.only().code == "bad-date"
    assert [title for title, _ in files.open().titles()] == [None]


def test_9999_is_the_trade_s_word_for_ever(files: Files) -> None:
    rights(files, "start: 0001-01-01, end: 9999-12-31")
    ((title, problems),) = files.open().titles()
    assert problems == []
    assert title is not None
    assert title.avails is not None
    assert (title.avails[0].window.opens, title.avails[0].window.closes) == (None, None)


@pytest.mark.parametrize("row", ["start: 9999-12-31", "end: 0001-01-01",
                                 "start: 2026-12-01, end: 2026-12-01"])  # fmt: skip
def test_rights_that_never_hold_are_said(files: Files, row: str) -> None:
    rights(files, row)
    assert "empty-window" in {each.code for each in files.problems()}


DROPS = [
    ('at: "2026-12-01 20:00"', None),
    ("at: 9999-12-31 23:59", "bad-date"),
    ("at: 1901-01-01 20:00", "bad-date"),
    ("every: 9999999d, from: 2026-12-01 20:00", "bad-duration"),
    ("every: 3650d, count: 1, from: 2190-12-01 20:00", "bad-duration"),
    ("count: 2, at: 2026-12-01 20:00", "missing-key"),
    ("rrule: FREQ=DAILY;INTERVAL=0, from: 2026-12-01 20:00", "bad-rrule"),
    ("rrule: FREQ=SECONDLY, from: 2026-12-01 20:00", "bad-rrule"),
    ("rrule: FREQ=DAILY;UNTIL=20261231T000000Z, from: 2026-12-01 20:00", "bad-rrule"),
    ('rrule: "DTSTART:20200101T000000\\nRRULE:FREQ=DAILY", from: 2026-12-01 20:00', "bad-rrule"),
]


@pytest.mark.parametrize(("when", "code"), DROPS)
def test_a_drop_that_cannot_be_meant_is_refused(files: Files, when: str, code: str | None) -> None:
    files.write("calendars/s.yaml", CALENDAR.replace("at: 2026-12-01 20:00", when))
    assert [each.code for each in files.problems()] == ([code] if code else [])


def test_a_drop_of_nothing_is_said(files: Files) -> None:
    files.write("calendars/s.yaml", CALENDAR.replace("episodes: 1-3, ", ""))
    assert (files.only().code, str(files.only().place)) == ("missing-key", "calendars/s.yaml:4:5")


@pytest.mark.parametrize("span", ["99999999999999d", "9" * 30 + "w", "4000d"])
def test_a_span_of_more_than_ten_years_is_refused(files: Files, span: str) -> None:
    files.write("syndicator.toml", f'{CONFIG}[release]\nstage_ahead = "{span}"\n')
    files.write("calendars/s.yaml", f"{CALENDAR}give_up_after: {span}\n")
    assert [each.code for each in files.problems()] == ["bad-duration", "bad-duration"]


@pytest.mark.parametrize("amount", ["abc", "NaN", "1e999999999", "-1", "Infinity", "9" * 5000])
def test_a_sum_that_is_no_price_is_refused(files: Files, amount: str) -> None:
    price = f'model: unlock, unlock_price: {{amount: "{amount}", currency: USD}}'
    files.write("calendars/s.yaml", CALENDAR.replace("model: free", price))
    assert files.only().code == "bad-money"


def test_a_number_of_thousands_of_digits_is_no_toml(files: Files) -> None:
    files.write("syndicator.toml", f"{CONFIG}[balance]\nmax_share = {'9' * 5000}\n")
    assert files.problems()[0].code == "not-toml"


@pytest.mark.parametrize("text", ["2026-12-01 9:30", "2026-12-01T09:30:00", "2026-12-01  09:30"])
def test_a_time_may_be_written_as_people_write_it(text: str) -> None:
    assert moment(text) == datetime(2026, 12, 1, 9, 30)


@pytest.mark.parametrize("text", ["9:30Z", "09:30+00:00", "09:30 +0000"])
def test_an_offset_is_kept_however_it_is_written(text: str) -> None:
    assert moment(f"2026-12-01 {text}") == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def test_the_day_that_a_rule_ends_on_belongs_to_it() -> None:
    found, endless = occurrences("FREQ=DAILY;UNTIL=20261203", datetime(2026, 12, 1, 20))
    assert ([each.day for each in found], endless) == ([1, 2, 3], False)


def test_a_rule_without_an_end_is_followed_a_while() -> None:
    found, endless = occurrences("RRULE:FREQ=DAILY", datetime(2026, 12, 1, 20))
    assert (len(found), endless) == (3000, True)
