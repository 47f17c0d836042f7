"""What a workbook of avails is written from: sheets of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

import attrs

from syndicator.catalog.faults import shorten
from syndicator.catalog.mddf.columns import FILM, GROUPS, canonical, template
from syndicator.catalog.mddf.nodes import CannotWrite
from syndicator.catalog.mddf.row import Row, Sheet

MAKE = datetime(2000, 1, 1)  # noqa: DTZ001 - the same rows make the same bytes
LISTS = ("AllowedLanguages", "HoldbackLanguage", "RatingReason", "AssetLanguage")
"""Columns whose items 1.6 parts with `|`, and later versions with a comma."""

FORMATS = ((datetime, "yyyy-mm-dd hh:mm:ss"), (date, "yyyy-mm-dd"), (time, "hh:mm:ss"),
           (timedelta, "[hh]:mm:ss"))  # fmt: skip
SHEET_NAME_MAX = 31
CELL_MAX = 32_767
"""Letters; what is longer is dropped by Excel, and by what writes for it."""


@attrs.frozen
class Table:
    """A sheet to be written."""

    name: str
    lines: Sequence[Sequence[Any]]


def tables(rows: Sequence[tuple[Row, Sheet | None]], version: str) -> Iterator[Table]:
    """Yield rows in the columns of a version; what it has no column for stands at the end."""
    if version == "1.7.3":
        films = [pair for pair in rows if _is_film(pair[0])]
        others = [pair for pair in rows if not _is_film(pair[0])]
        parts = [("TV", others), ("Movies", films)]
    else:
        parts = [("AllAvails", list(rows))]
    for name, some in parts:
        if some:
            yield Table(name, list(_lines(some, version, name)))


def _is_film(row: Row) -> bool:
    return row.text("WorkType") in {"Movie", "Short", "Collection", "Supplemental", "Promotion"}


def _lines(rows: Sequence[tuple[Row, Sheet | None]], version: str, name: str) -> Iterator[Any]:
    columns = template(version)
    if name == "TV":
        columns = [each for each in columns if each not in FILM]
    filled = dict.fromkeys(column for row, _ in rows for column in row.cells)
    columns += [each for each in filled if each not in columns]
    extras = [_extra(row, sheet) for row, sheet in rows]
    more = list(dict.fromkeys(heading for extra in extras for heading in extra))
    groups = {heading: extra[heading][0] for extra in extras for heading in extra}
    yield [*(GROUPS[each] for each in columns), *(groups[each] for each in more)]
    yield [*columns, *more]
    yield [version, *[""] * (len(columns) + len(more) - 1)]
    for (row, _), extra in zip(rows, extras, strict=True):
        yield [
            *(_value(row, each) for each in columns),
            *(extra[each][1] if each in extra else "" for each in more),
        ]


def _value(row: Row, column: str) -> Any:
    cell = row.cells.get(column)
    if cell is None:
        return ""
    if column in LISTS and isinstance(cell.value, str):
        return cell.value.replace("|", ", ")
    return cell.value


def _extra(row: Row, sheet: Sheet | None) -> Mapping[str, tuple[str, Any]]:
    """Return the cells that no known column holds, with the group and heading they stand under."""
    if sheet is None:
        return {}
    found = {}
    for at, heading in enumerate(sheet.headings):
        value = row.raw[at] if at < len(row.raw) else ""
        if heading and value not in {"", None} and canonical(heading) is None:
            found[heading] = (sheet.groups[at] if at < len(sheet.groups) else "", value)
    return found


def write_workbook(path: Path, sheets: Sequence[Table]) -> None:
    """Write sheets of values; each cell has the type that its value has.

    Raises:
        CannotWrite: a text is longer than a cell holds.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    whole = BytesIO()
    book = xlsxwriter.Workbook(whole, {"in_memory": True})
    book.set_properties({"created": MAKE})
    formats: dict[type, Any] = {
        kind: book.add_format({"num_format": text}) for kind, text in FORMATS
    }
    taken: set[str] = set()
    for table in sheets:
        name = _free(table.name, taken)
        sheet = book.add_worksheet(name)
        for number, line in enumerate(table.lines):
            for at, value in enumerate(line):
                _write(sheet, number, at, value, formats)
    book.close()
    path.write_bytes(whole.getvalue())


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no sheet of the book has yet."""
    free, number = name[:SHEET_NAME_MAX], 1
    while free.casefold() in taken:
        number += 1
        free = f"{name[: SHEET_NAME_MAX - 4]} {number}"
    taken.add(free.casefold())
    return free


def _write(sheet: Any, number: int, at: int, value: Any, formats: Mapping[type, Any]) -> None:
    if value is None or (isinstance(value, str) and not value):
        return
    if isinstance(value, bool):
        sheet.write_boolean(number, at, value)
    elif isinstance(value, int | float) and isfinite(value):
        sheet.write_number(number, at, value)
    elif isinstance(value, datetime | date | time | timedelta):
        kind = next(kind for kind, _ in FORMATS if isinstance(value, kind))
        sheet.write_datetime(number, at, value, formats[kind])
    elif len(str(value)) > CELL_MAX:
        raise CannotWrite(f"a text of {len(value):,} signs is more than a cell of Excel holds: "
                          f"{shorten(value)}")  # fmt: skip
    else:
        sheet.write_string(number, at, str(value))
