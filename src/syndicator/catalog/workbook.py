"""Rows of an Excel workbook (.xlsx), measured before it is read.

The reader lays a sheet out as one block of cells: a single cell in the last corner of a sheet would
ask for more memory than any machine has, and end the process. So the parts are unpacked here first,
piece by piece, and their corners looked at.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from syndicator.catalog.faults import Faults, shorten
from syndicator.model.problem import Place

PIECE = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["\']([A-Z]{1,4})(\d{1,9})["\']')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


@attrs.frozen
class Bounds:
    """How large a workbook may be."""

    unpacked: int = 100_000_000
    """Bytes of all parts together."""

    cells: int = 1_000_000
    """Of the block that a sheet spans."""


CALENDAR = Bounds()


def sheets(
    path: Path, shown: str, faults: Faults, bounds: Bounds = CALENDAR
) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield (name, rows) of each sheet; what is merged stands in each of its cells."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        if zipfile.is_zipfile(path) and not _fits(path, shown, faults, bounds):
            return
        with CalamineWorkbook.from_path(str(path)) as workbook:
            for name in workbook.sheet_names:
                sheet = workbook.get_sheet_by_name(name)
                rows = sheet.to_python(skip_empty_area=False)
                _spread(rows, sheet.merged_cell_ranges or ())
                yield name, rows
    except PasswordError:
        faults.add("locked-workbook", "the workbook is locked with a password", Place(shown),
                   expected="a workbook without one")  # fmt: skip
    except (CalamineError, zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError,
            OSError) as error:  # fmt: skip
        faults.add("not-xlsx", "this is no Excel workbook, or it is damaged", Place(shown),
                   found=shorten(error), expected="a workbook saved as .xlsx")  # fmt: skip


def _fits(path: Path, shown: str, faults: Faults, bounds: Bounds) -> bool:
    left = bounds.unpacked
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            with archive.open(part) as file:
                read, cells = _measure(file, left, sheet=bool(_SHEET.fullmatch(part.filename)))
            left -= read
            if left < 0 or cells > bounds.cells:
                text = "the workbook is far larger than anybody needs"
                most = f"at most {bounds.cells:,} cells in a sheet"
                faults.add("too-large", text, Place(shown), found=part.filename, expected=most,
                           hint="delete the empty rows and columns, and save it again"
                           )  # fmt: skip
                return False
    return True


def _measure(file: Any, limit: int, *, sheet: bool) -> tuple[int, int]:
    """Return the bytes of a part, and how many cells the block that it spans would have."""
    read, tail = 0, b""
    rows, columns = 0, 0
    while read <= limit and (piece := file.read(PIECE)):
        read += len(piece)
        if sheet:
            for column, row in _CELL.findall(tail + piece):
                rows, columns = max(rows, int(row)), max(columns, _number(column))
            tail = piece[-200:]
    return read, rows * columns


def _number(column: bytes) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return number


def _spread(rows: list[list[Any]], merged: Any) -> None:
    """Write the value of merged cells, which stands in the first of them, into all."""
    for (top, left), (bottom, right) in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
