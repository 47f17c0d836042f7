"""What is read and written again is the same: cell by cell, and right by right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.catalog.avails import windows
from syndicator.catalog.mddf.columns import GROUPS
from syndicator.catalog.mddf.grant import Terms
from syndicator.catalog.mddf.nodes import CannotWrite
from syndicator.catalog.mddf.own import rows_of
from syndicator.catalog.mddf.paths import METADATA
from syndicator.catalog.mddf.reading import read_avails_file
from syndicator.catalog.mddf.row import Cell, Document, Row, Sheet
from syndicator.catalog.mddf.shelf import Shelf, fill
from syndicator.catalog.mddf.table import Table, write_workbook
from syndicator.catalog.mddf.writing import choose, write
from syndicator.model.problem import Place
from syndicator.model.rights import Avail
from syndicator.model.territory import Territories
from syndicator.model.work import Localization, Series

from .conftest import DATA, EPISODE, ROW, read, real
from .conftest import write as sheet
from .schemas_of import SCHEMAS, faults
from .test_files import XML

LICENSEES = {"Acme": ("acme-*",), "Tube Inc.": ("tube",)}
TERMS = Terms.of({}, LICENSEES, {})
SAMPLES = sorted((DATA / "avails").glob("*.x*"))
with_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="the schemas of ../shared/data/avails_xsd are not here"
)


def shelf(*paths: Path, owners: Mapping[str, str] | None = None) -> Shelf:
    return fill([read_avails_file(each, f"avails/{each.name}") for each in paths], TERMS,
                owners or {})  # fmt: skip


def again(made: Shelf, path: Path, version: str | None = None) -> Document:
    write(choose(made, (), {}), path, version)
    return read(path)


def cells(document: Document) -> list[tuple[str, list[list[Any]]]]:
    return [(x.name, [list(line) for line in (*x.heads, *x.body)]) for x in document.sheets]


def said(document: Document) -> list[dict[str, str]]:
    rows = ({name: row.cells[name].text for name in sorted(row.cells)} for row in document.rows)
    return sorted(rows, key=repr)


def kinds(document: Document) -> list[type]:
    return [type(v) for x in document.sheets for line in x.body for v in line]


@real
@pytest.mark.parametrize(
    "path", [x for x in SAMPLES if x.suffix == ".xlsx"], ids=lambda path: path.name
)
def test_a_real_workbook_comes_out_cell_by_cell(path: Path, tmp_path: Path) -> None:
    before, after = read(path), again(shelf(path), tmp_path / path.name)
    assert cells(before) == cells(after)
    assert kinds(before) == kinds(after)


@real
@pytest.mark.parametrize("version", ["1.7.3", "1.8", "1.9"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_real_file_says_the_same_in_another_version(
    path: Path, version: str, tmp_path: Path
) -> None:
    before = read_avails_file(path, "avails/a.xlsx")
    after = again(shelf(path), tmp_path / "a.xlsx", version)
    assert said(before) == said(after)
    assert {each.version for each in after.sheets} == {version}


@real
@with_schemas
@pytest.mark.parametrize("version", METADATA)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_real_file_is_valid_as_xml(path: Path, version: str, tmp_path: Path) -> None:
    made, out = shelf(path), tmp_path / "a.xml"
    if any(not row.text("ALID") for row in read(path).rows):
        with pytest.raises(CannotWrite, match="has no ALID"):
            write(choose(made, (), {}), out, version)
        assert not out.exists()
        return
    write(choose(made, (), {}), out, version)
    invalid = path.name == "Avails_Structure_Tests_v2.3.xml"  # on purpose, and kept as it is
    assert bool(faults(out.read_bytes())) == invalid
    before = [each.avail for each in made.everything if each.avail]
    after = [each.avail for each in shelf(out).everything if each.avail]
    assert effects(before) == effects(after)


def effects(avails: Sequence[Avail]) -> set[tuple[Any, ...]]:
    """Return what rights come to, territory by territory and episode by episode."""
    return {
        (code, window.opens, window.closes, model, number, each.channels, each.languages,
         each.held_back, each.exclusive)
        for each in avails for code in each.territories for window in [each.window_in(code)]
        for model in each.business_models for number in each.episodes or {None}
    }  # fmt: skip


@with_schemas
def test_xml_comes_out_with_what_no_column_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML.replace("</avails:EntryType>", "</avails:EntryType><avails:IssueDate>"
                                "2026-01-01</avails:IssueDate>"))  # fmt: skip
    write(choose(shelf(path), (), {}), tmp_path / "b.xml", None)
    assert "<avails:IssueDate>2026-01-01</avails:IssueDate>" in (tmp_path / "b.xml").read_text()
    notes = write(choose(shelf(path), (), {}), tmp_path / "b.xlsx", None)
    assert notes == ["avails/a.xml: a workbook has no column for Namespace, IssueDate"] or (
        "IssueDate" in notes[0]
    )


def test_columns_that_nobody_knows_stand_at_the_end(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", {"House Note": "keep me", "Copies": 3})
    after = again(shelf(path), tmp_path / "b.xlsx", "1.8")
    (found,) = after.sheets
    assert found.headings[-2:] == ["House Note", "Copies"]
    assert found.body[0][-2:] == ["keep me", 3.0]


def test_lists_of_16_are_those_of_later_versions(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", {"HoldbackLanguage": "fr|de"})
    assert said(again(shelf(path), tmp_path / "b.xlsx", "1.9"))[0]["HoldbackLanguage"] == "fr, de"


def test_a_state_is_a_full_extract(tmp_path: Path) -> None:
    first = sheet(tmp_path / "1.xlsx", {}, {"AvailID": "a-2", "Territory": "BR"})
    second = sheet(tmp_path / "2.xlsx", {"EntryType": "Update", "Territory": "CA"},
                   {"EntryType": "Delete", "AvailID": "a-2"})  # fmt: skip
    after = said(again(shelf(first, second), tmp_path / "b.xlsx"))
    assert [(x["EntryType"], x["Territory"]) for x in after] == [("Full Extract", "CA")]


def test_a_group_of_an_alid_is_not_torn_apart(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", {"SeriesAltID": "s"},
                 {"SeriesAltID": "x", "SeriesContentID": "x", "AvailID": "a-2"},
                 {**EPISODE, "SeriesAltID": "s"})  # fmt: skip
    made = shelf(path, owners={"s": "s"})
    with pytest.raises(CannotWrite, match=r"row 5 of TV in avails/a.xlsx .* as a full extract"):
        choose(made, (), {}, ["s"])
    assert len(choose(made, (), {}).rows) == 3


def test_an_export_of_one_series_leaves_the_others_out(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", {"SeriesAltID": "s"}, None,
                 {"SeriesAltID": "x", "SeriesContentID": "x", "ALID": "x"})  # fmt: skip
    write(choose(shelf(path, owners={"s": "s"}), (), {}, ["s"]), tmp_path / "b.xlsx", None)
    assert [row.text("SeriesAltID") for row in read(tmp_path / "b.xlsx").rows] == ["s"]


def test_a_refused_row_is_not_written(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", {"Start": "soon"})
    with pytest.raises(CannotWrite, match="cannot be understood"):
        choose(shelf(path), (), {})


@pytest.mark.parametrize(
    ("row", "version", "words"),
    [
        ({"WorkType": "Volume"}, "1.7.3", "does not know"),
        ({}, "1.6", "one of the versions 1.7.3"),
    ],
)
def test_what_a_version_cannot_say(
    tmp_path: Path, row: dict[str, Any], version: str, words: str
) -> None:
    path = sheet(tmp_path / "a.xlsx", row)
    with pytest.raises(CannotWrite, match=words):
        write(choose(shelf(path), (), {}), tmp_path / "b.xlsx", version)


values = st.one_of(
    st.just(""),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1,
            max_size=20).filter(lambda text: not text.isspace()),
    st.booleans(),
    st.integers(-(10**9), 10**9).map(float),
    st.dates(date(1990, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)).map(
        lambda x: x.replace(microsecond=0, hour=x.hour or 1)
    ),
    st.times().map(lambda x: time(x.hour, x.minute, x.second or 1)),
    st.integers(86_401, 900_000).map(lambda x: timedelta(seconds=x)),
)  # fmt: skip


@settings(max_examples=60)
@given(rows=st.lists(st.lists(values, min_size=4, max_size=4), min_size=1, max_size=5))
def test_any_cell_comes_out_as_it_went_in(
    rows: list[list[Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    from syndicator.catalog.faults import Faults
    from syndicator.catalog.workbook import sheets

    path = tmp_path_factory.mktemp("cells") / "a.xlsx"
    lines = [["x"] * 5, *([*row, "end"] for row in rows)]
    write_workbook(path, [Table("TV", lines)])
    ((_, found),) = sheets(path, "a.xlsx", Faults())
    assert found == lines


zoned = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(
    lambda x: x.replace(microsecond=0, tzinfo=UTC)
)
bounds = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2027, 1, 1)), zoned)
later = st.one_of(st.none(), st.dates(date(2027, 1, 3), date(2030, 1, 1)),
                  zoned.map(lambda x: x + timedelta(days=1000)))  # fmt: skip
codes = st.lists(st.sampled_from(["US", "BR", "JP", "CN", "AU", "GB", "NZ", "KI"]), min_size=1,
                 max_size=5, unique=True)  # fmt: skip
some = st.lists(st.sampled_from(["en", "fr", "pt-BR"]), max_size=2, unique=True).map(frozenset)


@st.composite
def rights(draw: st.DrawFn) -> Avail:
    where = Territories.parse([*draw(st.sampled_from([[], ["WORLD"]])), *draw(codes)])
    if draw(st.booleans()) and len(where) > 200:
        where = Territories.parse(["WORLD", "-CN"])
    window, by_territory = windows(draw(bounds), draw(later), where, ())
    allowed = draw(some)
    return Avail(
        id="avails row",
        territories=where,
        channels=draw(st.sampled_from([("*",), ("acme-*",), ("tube",)])),
        business_models=draw(st.sets(st.sampled_from(["subscription", "ad_supported", "unlock"]),
                                     min_size=1).map(frozenset)),
        episodes=draw(st.one_of(st.none(), st.sets(st.integers(1, 9), min_size=1, max_size=3).map(
            frozenset))),
        languages=allowed,
        held_back=frozenset() if allowed else draw(some),
        exclusive=draw(st.booleans()),
        window=window,
        window_by_territory=by_territory,
        place=Place("catalog/s/series.yaml", 7),
    )  # fmt: skip


SERIES = Series(id="s", original_language="en", year=2026, episode_count=9,
                localizations=(Localization("en", "A <Series> & more"),))  # fmt: skip


@settings(max_examples=60)
@given(avails=st.lists(rights(), min_size=1, max_size=3),
       form=st.sampled_from([("a.xlsx", v) for v in (None, "1.7.3", "1.8", "1.9")]
                            + [("a.xml", v) for v in METADATA]))  # fmt: skip
def test_rights_written_and_read_are_the_same_rights(
    avails: list[Avail],
    form: tuple[str, str | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("rights") / form[0]
    own = rows_of(SERIES, avails, "Us", LICENSEES, {})
    write(choose(Shelf(), own, {}), path, form[1])
    made = shelf(path, owners={"s": "s"})
    assert not [each.problems for each in made.everything if each.problems]
    assert effects(made.avails("s") or ()) == effects(avails)
    if form[0] == "a.xml" and SCHEMAS.is_dir():
        assert faults(path.read_bytes()) == []


odd = st.one_of(
    values,
    st.sampled_from(["//e.g., x", "Yes", "Open", "ESTStart", "US", "US, XX", "Full Extract",
                     "Episode", "Movie", "SVOD", "HD", "fr:dub", "*", "PT1H", "01:30", "NA",
                     "9999-12-31", "0001-01-01T00:00:00+14:00", "\x00\x0b", "a" * 40_000, 1e300,
                     float("nan"), -1.0, "10.5240/x", "²"]),
)  # fmt: skip


@settings(max_examples=150)
@given(
    changes=st.lists(
        st.dictionaries(st.sampled_from(list(GROUPS)), odd, max_size=12), min_size=1, max_size=3
    ),
    form=st.sampled_from([("a.xlsx", "1.8"), ("a.xml", "2.7"), ("a.xml", "2.3")]),
)
def test_whatever_stands_in_the_cells_is_judged_and_written_or_refused(
    changes: list[dict[str, Any]],
    form: tuple[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("odd") / form[0]
    rows = []
    for number, change in enumerate(changes, 4):
        cells = {**ROW, **change}
        place = Place("avails/a.xlsx", number, 1, "TV")
        filled = {k: c for k, v in cells.items() if (c := Cell(v, place, k)).text}
        rows.append(Row(file="avails/a.xlsx", sheet="TV", number=number, cells=filled))
    page = Sheet(file="avails/a.xlsx", name="TV", version="1.9", rows=rows)
    made = fill([Document(file="avails/a.xlsx", sheets=[page])], TERMS, {"s": "s"})
    for each in made.everything:
        assert each.avail or each.why or each.problems
    try:
        write(choose(made, (), {}), path, form[1])
    except CannotWrite:
        return
    after = read(path)
    assert not [each for each in after.problems if each.severity == "error"]
    assert len(list(after.rows)) >= len([x for x in made.everything if x.entry != "Delete"])
    if form[0] == "a.xml" and SCHEMAS.is_dir():
        assert faults(path.read_bytes()) == []
