"""Whatever lies in avails/, it is read or refused: never a traceback, never half of it."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.catalog.mddf.reading import read_avails_file

from .conftest import DATA, ROW, judged, read, real, write

XML = """\
<?xml version="1.0"?>
<avails:AvailList xmlns:avails="http://www.movielabs.com/schema/avails/v2.7/avails"
    xmlns:md="http://www.movielabs.com/schema/md/v2.12/md">
  <avails:Avail>
    <avails:ALID>s-1</avails:ALID>
    <avails:Disposition><avails:EntryType>Full Extract</avails:EntryType></avails:Disposition>
    <avails:Licensor><md:DisplayName>Rockstar</md:DisplayName></avails:Licensor>
    <avails:AvailType>season</avails:AvailType>
    <avails:ShortDescription>x</avails:ShortDescription>
    <avails:Asset contentID="md:cid:s-1">
      <avails:WorkType>Season</avails:WorkType>
      <avails:SeasonMetadata>
        <avails:SeasonContentID>md:cid:s-1</avails:SeasonContentID>
        <avails:SeriesMetadata>
          <avails:SeriesContentID>md:cid:s</avails:SeriesContentID>
          <avails:SeriesTitleInternalAlias>S &amp; T</avails:SeriesTitleInternalAlias>
          <avails:SeriesAltIdentifier>
            <md:Namespace>org:mddf</md:Namespace><md:Identifier>SeriesAltID:s</md:Identifier>
          </avails:SeriesAltIdentifier>
        </avails:SeriesMetadata>
      </avails:SeasonMetadata>
    </avails:Asset>
    <avails:Transaction TransactionID="t-1">
      <avails:Licensee><md:DisplayName>Acme</md:DisplayName></avails:Licensee>
      <avails:LicenseType>AVOD</avails:LicenseType>
      <avails:TerritoryExcluded><md:country>CN</md:country></avails:TerritoryExcluded>
      <avails:Start>2026-01-01T00:00:00Z</avails:Start>
      <avails:EndCondition>Open</avails:EndCondition>
      <avails:HoldbackLanguage asset="audio">fr</avails:HoldbackLanguage>
      <avails:FormatProfile HDR="HDR10">HD</avails:FormatProfile>
      <avails:Term termName="Exclusive"><avails:Boolean>true</avails:Boolean></avails:Term>
    </avails:Transaction>
  </avails:Avail>
</avails:AvailList>
"""
BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;">]><a>&d;</a>"""


def code(path: Path) -> tuple[str, ...]:
    return tuple(each.code for each in read(path).problems)


def test_xml_says_what_a_sheet_says(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML)
    (found,) = judged(path, licensees={"Acme": ("acme-br",)})
    avail = found.avail
    assert avail is not None
    assert avail.id == "line 23 of avails/a.xml (AvailID t-1)"
    assert str(avail.territories) == "WORLD -CN"
    assert (avail.channels, avail.exclusive, avail.held_back) == (("acme-br",), True, {"fr"})
    assert found.row.title == "S & T"
    assert found.row.text("SeriesAltID") == "s"
    assert found.row.text("HDR") == "HDR10"


def test_a_fault_in_xml_has_its_line_and_element(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML.replace("AVOD", "Library").replace(">CN<", ">XX<"))
    (found,) = judged(path)
    places = {each.code: (each.place.line, each.place.path) for each in found.problems}
    assert places["unknown-licence-type"] == (25, "LicenseType")
    assert places["unknown-territory"] == (26, "country")
    assert found.avail is None


def test_an_avail_of_a_type_that_its_asset_is_not_is_doubtful(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML.replace(">season<", ">episode<"))
    assert code(path) == ("avails-structure",)


def test_works_of_a_bundle_are_not_licensed_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML.replace(">season<", ">bundle<").replace(">true<", ">false<"))
    (found,) = judged(path, licensees={"Acme": ("acme-br",)})
    assert (found.avail, found.why) == (None, "a collection is not what a series shows")


def test_an_avail_without_a_transaction_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    start, end = XML.index("    <avails:Transaction"), XML.index("  </avails:Avail>")
    path.write_text(XML[:start] + XML[end:])
    assert code(path) == ("avails-empty",)


HOSTILE = [
    ("a.xml", BOMB.encode(), "xml-doctype"),
    ("a.xml", b"", "empty-file"),
    ("a.xml", b"<a>", "not-xml"),
    ("a.xml", b"\x00\xff\xfe", "not-xml"),
    ("a.xml", b"<?xml version='1.0' encoding='klingon'?><a/>", "not-xml"),
    ("a.xml", b"<a/>", "not-avails"),
    ("a.xml", XML.replace("v2.7", "v9.9").encode(), "not-avails"),
    ("a.xml", b"<a>" * 60 + b"</a>" * 60, "too-large"),
    ("a.xlsx", b"", "empty-file"),
    ("a.xlsx", b"PK\x03\x04 not at all", "not-xlsx"),
    ("a.xlsx", b"series,date\n", "not-xlsx"),
    ("a.xls", b"\xd0\xcf\x11\xe0", "not-avails"),
]


@pytest.mark.parametrize(("name", "data", "expected"), HOSTILE)
def test_what_is_no_avails_is_said_in_one_sentence(
    tmp_path: Path, name: str, data: bytes, expected: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = read(path)
    assert [each.code for each in found.problems] == [expected]
    assert list(found.rows) == []


def test_a_bomb_in_a_workbook_is_not_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/theme/more.xml", b"0" * 310_000_000)
    assert code(path) == ("too-large",)


def test_a_workbook_with_a_password_is_said_to_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(locked())
    assert code(path) == ("locked-workbook",)


def locked() -> bytes:
    """Return the least that Excel's encryption makes: a compound file with one stream in it."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    chain = [table, end, *range(3, 10), end]
    allocation = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    return head + allocation + b"".join([
        entry("Root Entry", 5, 1, end, 0), entry("EncryptedPackage", 2, free, 2, 4096),
        bytes(256), bytes(4096),
    ])  # fmt: skip


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    """Return one entry of a compound file's directory."""
    text = (name + "\0").encode("utf-16-le")
    none = 0xFFFFFFFF
    return (text.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(text), kind, 1, none, none, child)
            + bytes(36) + struct.pack("<IQ", start, size))  # fmt: skip


def test_a_cell_in_the_last_corner_does_not_end_the_process(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    page.write(0, 0, "x")
    page.write(1_048_575, 16_383, "x")
    book.close()
    assert code(path) == ("too-large",)


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {})
    path.write_bytes(path.read_bytes()[:-400])
    assert code(path) == ("not-xlsx",)


def test_a_sheet_of_something_else_is_no_avails(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Budget").write_row(0, 0, ["Item", "Price"])
    book.close()
    assert code(path) == ("no-header",)


@pytest.mark.parametrize("heads", [1, 2, 3])
def test_columns_are_found_whatever_stands_above_them(tmp_path: Path, heads: int) -> None:
    (found,) = judged(write(tmp_path / "a.xlsx", {}, heads=heads))
    assert found.avail is not None
    assert found.row.number == heads + 1


def test_empty_rows_and_examples_in_between_are_no_rows(tmp_path: Path) -> None:
    example = dict.fromkeys(ROW, "//e.g., this")
    found = judged(write(tmp_path / "a.xlsx", {}, None, example, None, {"AvailID": "a-2"}))
    assert [each.row.number for each in found] == [4, 8]


def test_older_names_misprints_and_other_spellings_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("TV")
    names = [*ROW, "HoldbackExclusionLanguage", "exceptions flag", "VolumeDistributinoNumber"]
    page.write_row(1, 0, names)
    page.write_row(2, 0, ["2.0"])
    page.write_row(3, 0, [*map(str, ROW.values()), "en", "No", "1"])
    book.close()
    found = judged(path)[-1]
    assert found.row.text("AllowedLanguages") == "en"
    assert found.row.text("ExceptionFlag") == "No"
    assert found.row.text("VolumeDistributionNumber") == "1"


def test_a_missing_column_is_named_and_a_misspelt_one_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    names = [name for name in ROW if name != "Territory"]
    book.add_worksheet("TV").write_row(0, 0, [*names, "Teritory"])
    book.close()
    problems = {each.code: each for each in read(path).problems}
    assert "Territory" in problems["missing-column"].message
    assert problems["unknown-column"].hint == "did you mean Territory?"
    assert problems["unknown-column"].place.column == len(names) + 1


@pytest.mark.parametrize("name", ["Teritory Exclusion", "HoldbackLanguages", "Licencee"])
def test_a_misspelt_column_that_may_narrow_a_licence_is_refused(tmp_path: Path, name: str) -> None:
    (problem,) = read(write(tmp_path / "a.xlsx", {name: "x"})).problems
    assert (problem.code, problem.severity, problem.place.column) == (
        "unknown-column", "error", len(ROW) + 1,
    )  # fmt: skip


def test_days_of_old_macs_are_the_same_days(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    page = book.add_worksheet("TV")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, list(ROW))
    for at, value in enumerate(ROW.values()):
        if hasattr(value, "isoformat"):
            page.write_datetime(1, at, value, day)
        else:
            page.write(1, at, value)
    book.close()
    (found,) = judged(path)
    assert found.row.text("Start") == "2026-01-01"


def test_a_column_without_a_name_is_seen(tmp_path: Path) -> None:
    (problem,) = read(write(tmp_path / "a.xlsx", {"": "CN"})).problems
    assert (problem.code, problem.place.column) == ("unknown-column", len(ROW) + 1)
    assert problem.severity == "warning"


def test_a_name_that_is_a_formula_is_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {'="Territory"&"Exclusion"': "CN"})
    book = zipfile.ZipFile(path)
    parts = {name: book.read(name) for name in book.namelist()}
    book.close()
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert "</f><v>0</v>" in sheet
    sheet = sheet.replace("</f><v>0</v>", "</f><v></v>")
    with zipfile.ZipFile(path, "w") as again:
        for name, data in parts.items():
            again.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else data)
    assert code(path) == ("avails-lost",)


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"Licence Type": "EST"})
    assert code(path) == ("double-column",)


def test_a_merged_cell_counts_in_each_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("TV")
    names = list(ROW)
    page.write_row(0, 0, names)
    for number in (1, 2):
        page.write_row(number, 0, [str(value) for value in ROW.values()])
    at = names.index("Territory")
    page.merge_range(1, at, 2, at, "BR")
    book.close()
    assert [str(x.avail.territories) for x in judged(path) if x.avail] == ["BR", "BR"]


@settings(max_examples=40)
@given(data=st.binary(max_size=400), suffix=st.sampled_from([".xlsx", ".xml"]))
def test_any_bytes_are_answered(
    data: bytes, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    path.write_bytes(data)
    assert read(path).problems


@settings(max_examples=60)
@given(at=st.integers(0, len(XML) - 1), letter=st.sampled_from("<>&\"'/\x00x"))
def test_any_slip_in_xml_is_answered(
    at: int, letter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("slip") / "a.xml"
    path.write_text(XML[:at] + letter + XML[at + 1 :])
    judged(path)


@real
def test_the_real_files_are_read() -> None:
    for path in sorted((DATA / "avails").glob("*.x*")):
        found = read_avails_file(path, path.name)
        assert list(found.rows)
        assert not [each for each in found.problems if each.severity == "error"]
