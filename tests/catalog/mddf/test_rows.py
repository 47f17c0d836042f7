"""What each cell of a row means, and what is said of one that means nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.model.territory import CODES, EVERYWHERE
from syndicator.model.zones import ZONE_BY_TERRITORY

from .conftest import EPISODE, ROW, judged, read, the_one, write


def column(name: str, *others: str) -> int:
    return [*ROW, *others].index(name) + 1


def test_a_row_in_order_is_a_licence_that_names_its_place(tmp_path: Path) -> None:
    found = the_one(tmp_path, {})
    avail = found.avail
    assert found.problems == ()
    assert avail is not None
    assert avail.id == "row 4 of TV in avails/a.xlsx (AvailID a-1)"
    assert (str(avail.territories), avail.channels, avail.source) == ("US", ("*",), "SVOD")
    assert avail.business_models == {"subscription"}
    assert avail.episodes is None
    assert not avail.exclusive


def test_a_date_alone_is_the_whole_day_in_the_territory(tmp_path: Path) -> None:
    avail = the_one(tmp_path, {}).avail
    assert avail is not None
    assert avail.window.opens == datetime(2026, 1, 1, 5, tzinfo=UTC)
    assert avail.window.closes == datetime(2027, 1, 1, 5, tzinfo=UTC)


def test_a_day_is_another_in_each_territory(tmp_path: Path) -> None:
    avail = the_one(tmp_path, {"Territory": "US, JP"}).avail
    assert avail is not None
    assert avail.window_in("JP").opens == datetime(2025, 12, 31, 15, tzinfo=UTC)
    assert avail.window_in("JP").closes == datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert avail.window_in("US").closes == datetime(2027, 1, 1, 5, tzinfo=UTC)


BOUNDS: list[tuple[Any, Any, datetime | None, datetime | None]] = [
    ("2026-01-01T12:00:00", "2026-06-30T23:59:59",
     datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)),
    ("2026-01-01T12:00:00-05:00", "Open", datetime(2026, 1, 1, 17, tzinfo=UTC), None),
    ("'2026-01-01", "open", datetime(2026, 1, 1, 5, tzinfo=UTC), None),
    (datetime(2026, 1, 1, 12), datetime(2026, 6, 30, 18, 30),
     datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 6, 30, 18, 30, tzinfo=UTC)),
    ("Immediate", "9999-12-31", None, None),
    ("1917-09-24", "2026-01-31", None, datetime(2026, 2, 1, 5, tzinfo=UTC)),
    ("2026-03-08", "2026-03-08",
     datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC)),
    ("0001-01-01", "9999-12-31T23:59:59-05:00", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("start", "end", "opens", "closes"), BOUNDS)
def test_starts_and_ends(
    tmp_path: Path, start: Any, end: Any, opens: datetime | None, closes: datetime | None
) -> None:
    avail = the_one(tmp_path, {"Start": start, "End": end}).avail
    assert avail is not None
    assert (avail.window.opens, avail.window.closes) == (opens, closes)


@settings(max_examples=100)
@given(
    code=st.sampled_from(sorted(CODES)),
    start=st.dates(date(2025, 1, 1), date(2029, 12, 31)),
    days=st.integers(0, 400),
    off=st.integers(-3, 403),
    minute=st.integers(0, 24 * 60 - 1),
)
def test_at_each_instant_a_row_holds_if_the_territory_has_one_of_its_days(
    code: str,
    start: date,
    days: int,
    off: int,
    minute: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The oracle looks at the wall calendar there, not at windows."""
    end = start + timedelta(days=days)
    path = tmp_path_factory.mktemp("days")
    avail = the_one(path, {"Territory": code, "Start": start, "End": end}).avail
    assert avail is not None
    moment = datetime.combine(start, time(), UTC) + timedelta(days=off, minutes=minute)
    there = moment.astimezone(ZoneInfo(ZONE_BY_TERRITORY[code])).date()
    assert (moment in avail.window_in(code)) == (start <= there <= end)


LICENCES = [
    ("EST", {"unlock"}), ("VOD", {"unlock"}), ("SVOD", {"subscription"}),
    ("AVOD", {"ad_supported"}), ("fvod", {"free", "ad_supported"}),
    ("FAST", {"free", "ad_supported"}),
]  # fmt: skip


@pytest.mark.parametrize(("licence", "models"), LICENCES)
def test_licence_types_are_business_models(tmp_path: Path, licence: str, models: set[str]) -> None:
    avail = the_one(tmp_path, {"LicenseType": licence}).avail
    assert avail is not None
    assert avail.business_models == models


def test_a_licence_type_is_what_the_workspace_says(tmp_path: Path) -> None:
    licences = {"MEST": ("unlock",), "svod": ("free",)}
    rows = {"LicenseType": "mest"}, {"LicenseType": "SVOD", "AvailID": "a-2"}
    first, second = judged(write(tmp_path / "a.xlsx", *rows), licences=licences)
    assert first.avail is not None
    assert second.avail is not None
    assert (first.avail.business_models, second.avail.business_models) == ({"unlock"}, {"free"})


WHERE = [
    ("US, CA;MX", "", "CA MX US"), ("us|ca", "", "CA US"), ("WORLD", "CN", "WORLD -CN"),
    ("001", "CN, RU", "WORLD -CN -RU"), ("US, CA", "CA", "US"),
]  # fmt: skip


@pytest.mark.parametrize(("territory", "excluded", "found"), WHERE)
def test_territories_and_exclusions(
    tmp_path: Path, territory: str, excluded: str, found: str
) -> None:
    avail = the_one(tmp_path, {"Territory": territory, "TerritoryExclusion": excluded}).avail
    assert avail is not None
    assert str(avail.territories) == found


def test_an_episode_is_for_itself(tmp_path: Path) -> None:
    avail = the_one(tmp_path, EPISODE).avail
    assert avail is not None
    assert avail.episodes == {2}


def test_languages(tmp_path: Path) -> None:
    allowed = the_one(tmp_path, {"AllowedLanguages": "en, es-419"}).avail
    held = the_one(tmp_path, {"HoldbackLanguage": "fr|de"}).avail
    every = the_one(tmp_path, {"AllowedLanguages": "*"}).avail
    assert allowed is not None
    assert held is not None
    assert every is not None
    assert (allowed.languages, allowed.held_back) == ({"en", "es-419"}, frozenset())
    assert (held.languages, held.held_back) == (frozenset(), {"fr", "de"})
    assert (every.languages, every.held_back) == (frozenset(), frozenset())


def test_a_holdback_of_dubs_holds_back_the_language(tmp_path: Path) -> None:
    found = the_one(tmp_path, {"HoldbackLanguage": "fr:dub"})
    assert found.avail is not None
    assert found.avail.held_back == {"fr"}
    assert [each.code for each in found.problems] == ["avails-holdback"]


def test_licensees_are_channels(tmp_path: Path) -> None:
    row = {"Licensee": "Acme", "Exclusive": "True"}
    known = the_one(tmp_path, row, licensees={"ACME": ("acme-*",)}).avail
    assert known is not None
    assert known.covers_channel("acme-br")
    assert known.exclusive


def test_a_licensee_that_is_not_ours_gives_no_channel_rights_but_keeps_us_out(
    tmp_path: Path,
) -> None:
    found = the_one(tmp_path, {"Licensee": "acme", "Exclusive": 1})
    assert [each.code for each in found.problems] == ["unknown-licensee"]
    assert '[avails.licensees] "acme"' in (found.problems[0].hint or "")
    assert found.avail is not None
    assert not found.avail.covers_channel("acme")
    assert found.avail.exclusive
    assert found.why == "the licensee acme is not ours"


IDLE: list[tuple[dict[str, Any], str]] = [
    ({"WorkType": "Movie"}, "a movie is not what a series shows"),
    ({"WorkType": "Volume"}, "a volume is not what a series shows"),
    ({"LicenseType": "POEST", "End": "ESTStart"}, "POEST lets nothing be shown"),
    ({"TitleStatus": "Pending", "Exclusive": "True"}, "its TitleStatus is Pending"),
    ({"TitleStatus": "revoked"}, "its TitleStatus is Revoked"),
    ({"FormatProfile": "3DHD"}, "it is for pictures in 3D"),
    ({"End": "Immediate"}, "it ends at once"),
    ({"EntryType": "Full Delete"}, "it takes rights away"),
]


@pytest.mark.parametrize(("row", "why"), IDLE)
def test_what_is_understood_and_gives_nothing(
    tmp_path: Path, row: dict[str, Any], why: str
) -> None:
    found = the_one(tmp_path, row)
    assert (found.avail, found.why, found.problems) == (None, why, ())


REFUSED: list[tuple[str, Any, str, str]] = [
    ("Territory", "UK", "unknown-territory", "write GB"),
    ("Territory", "US-CA", "unknown-territory", ""),
    ("Territory", "EU", "unknown-territory", "member states"),
    ("Territory", "", "avails-empty", ""),
    ("TerritoryExclusion", "XX", "unknown-territory", ""),
    ("TerritoryExclusion", "US", "unknown-territory", ""),
    ("LicenseType", "Library", "unknown-licence-type", '[avails.licence_types] "Library"'),
    ("LicenseType", "", "avails-empty", ""),
    ("WorkType", "Epsiode", "avails-value", "did you mean Episode?"),
    ("WorkType", "", "avails-empty", ""),
    ("EntryType", "Full", "avails-value", ""),
    ("Start", "05/14/2013", "bad-date", ""),
    ("Start", "2026-02-30", "bad-date", ""),
    ("Start", 46023, "bad-date", "it may be 2026-01-01"),
    ("Start", "", "avails-empty", ""),
    ("Start", "ESTStart", "avails-condition", "ask the licensor"),
    ("Start", "9999-12-31", "empty-window", ""),
    ("End", "TBD", "avails-condition", ""),
    ("End", "ESTStart", "avails-condition", ""),
    ("End", "Opne", "bad-date", "did you mean Open?"),
    ("End", "", "avails-empty", ""),
    ("End", date(2025, 6, 1), "empty-window", ""),
    ("End", "1950-01-01", "bad-date", ""),
    ("EndLag", "P30D", "avails-condition", "write dates"),
    ("WindowDuration", "P30D", "avails-condition", ""),
    ("Exclusive", "perhaps", "avails-value", ""),
    ("TitleStatus", "Maybe", "avails-value", ""),
    ("FormatProfile", "8K", "avails-value", ""),
    ("EpisodeNumber", 3, "avails-value", ""),
    ("AllowedLanguages", "xx-nowhere", "unknown-language", ""),
    ("AllowedLanguages", "fr:sub", "avails-languages", ""),
    ("HoldbackLanguage", "*:dub", "avails-languages", ""),
]


@pytest.mark.parametrize(("name", "value", "code", "hint"), REFUSED)
def test_a_cell_that_cannot_be_read_refuses_the_row_and_names_its_place(
    tmp_path: Path, name: str, value: Any, code: str, hint: str
) -> None:
    row = {name: value, **({"WorkType": "Season"} if name == "EpisodeNumber" else {})}
    (found,) = judged(write(tmp_path / "a.xlsx", None, None, row))
    assert found.avail is None
    assert found.is_refused
    problem = found.problems[0]
    assert (problem.code, problem.place.file, problem.place.line, problem.place.path) == (
        code, "avails/a.xlsx", 6, "TV",
    )  # fmt: skip
    if value != "":
        at = column(name, *(key for key in row if key not in ROW))
        assert problem.place.column == at
        assert problem.message.startswith(f"TV!{chr(64 + at)}6: ")
        assert problem.found
    assert hint in (problem.hint or "")


def test_allowed_and_held_back_together_are_refused(tmp_path: Path) -> None:
    found = the_one(tmp_path, {"AllowedLanguages": "en", "HoldbackLanguage": "fr"})
    assert [each.code for each in found.problems] == ["avails-languages"]


def test_an_episode_without_a_number_is_refused(tmp_path: Path) -> None:
    found = the_one(tmp_path, {**EPISODE, "EpisodeNumber": "two"})
    assert [each.code for each in found.problems] == ["avails-value"]


@pytest.mark.parametrize("row", [{"WorkType": "Movie"}, {"LicenseType": "POEST"}])
def test_an_exclusive_row_that_grants_nothing_here_is_not_overlooked(
    tmp_path: Path, row: dict[str, Any]
) -> None:
    found = the_one(tmp_path, {**row, "Exclusive": "Yes"})
    assert [each.code for each in found.problems] == ["avails-exclusive"]


@pytest.mark.parametrize("name", ["TerritoryExclusion", "HoldbackLanguage", "Exclusive"])
def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(
    tmp_path: Path, name: str
) -> None:
    found = the_one(tmp_path, {name: '="C"&"N"'})
    (problem,) = found.problems
    assert (problem.code, problem.place.column) == ("avails-lost", len(ROW) + 1)


def test_an_error_value_is_not_an_empty_cell(tmp_path: Path) -> None:
    import xlsxwriter

    path = write(tmp_path / "a.xlsx", {})
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("TV")
    names = [*ROW, "TerritoryExclusion"]
    page.write_row(0, 0, ["Avail"] * len(names))
    page.write_row(1, 0, names)
    page.write_row(3, 0, [str(value) for value in ROW.values()])
    page.write_formula(3, len(ROW), "=1/0", None, "#DIV/0!")
    book.close()
    (found,) = judged(path)
    assert [each.code for each in found.problems] == ["avails-lost"]
    assert "an error value" in found.problems[0].message


def test_everywhere_is_everywhere(tmp_path: Path) -> None:
    avail = the_one(tmp_path, {"Territory": "WORLD"}).avail
    assert avail is not None
    assert avail.territories == EVERYWHERE


LINT: list[tuple[dict[str, Any], str]] = [
    ({**EPISODE, "TotalRunTime": "01:30"}, "avails-run-time"),
    ({**EPISODE, "TotalRunTime": time(1, 30)}, "avails-run-time"),
    ({**EPISODE, "TotalRunTime": "90"}, "avails-run-time"),
    ({"SeriesID": "10.5240/AAAA-AAAA-AAAA-AAAA-AAAA-A"}, "avails-eidr"),
    ({"SeriesID": "10.5240/:1489-49A2-3956-4B2D-FE16-4"}, "avails-eidr"),
    ({"ExceptionFlag": "Yes", "OtherTerms": "not on Sundays"}, "avails-exception"),
    ({"ExceptionFlag": "Yes"}, "avails-exception"),
    ({"PriceType": "Tier"}, "avails-price"),
    ({"PriceValue": 3}, "avails-price"),
    ({"RatingSystem": "MPAA"}, "avails-rating"),
    ({"LicenseType": "POEST"}, "avails-preorder"),
    ({**EPISODE}, "avails-caption"),
    ({**EPISODE, "CaptionIncluded": "No"}, "avails-caption"),
    ({"SeriesAltID": "//e.g., rs_detectives"}, "avails-signs"),
    ({**EPISODE, "CaptionIncluded": "Yes", "EpisodeTitleInternalAlias": ""},
     "avails-episode-title"),
    ({"Start": "1917-09-24"}, "avails-early"),
    ({"Exclusive": "True"}, "avails-for-whom"),
    ({"AssetLanguage": "en", "RequiredFulfillmentLanguages": "en, fr"}, "avails-fulfillment"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "code"), LINT)
def test_what_is_doubtful_is_a_warning(tmp_path: Path, row: dict[str, Any], code: str) -> None:
    from syndicator.catalog.mddf.lint import lint

    (found,) = read(write(tmp_path / "a.xlsx", row)).rows
    problems = [each for each in lint(found) if each.code == code]
    assert [each.severity for each in problems] == ["warning"]


def test_what_is_in_order_is_not_doubtful(tmp_path: Path) -> None:
    from syndicator.catalog.mddf.lint import lint

    row = {**EPISODE, "TotalRunTime": "00:01:30", "CaptionIncluded": "Yes", "PriceType": "NA",
           "SeriesID": "10.5240/AAAA-AAAA-AAAA-AAAA-AAAA-Y", "AssetLanguage": "en"}  # fmt: skip
    rows = list(read(write(tmp_path / "a.xlsx", row)).rows)
    assert lint(rows[0]) == []


def test_the_same_row_twice_is_doubtful(tmp_path: Path) -> None:
    from syndicator.catalog.mddf.lint import lint_together

    rows = list(read(write(tmp_path / "a.xlsx", {}, {}, {"AvailID": "b"})).rows)
    assert [each.place.line for each in lint_together(rows)] == [5]
