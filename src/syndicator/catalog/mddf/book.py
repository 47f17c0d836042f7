"""Avails workbooks to rows: columns by name, in whatever order and version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from syndicator.catalog.faults import Faults, near
from syndicator.catalog.mddf.columns import GROUPS, MARKS, NARROWING, NEEDED, canonical
from syndicator.catalog.mddf.elements import BYTES_MAX
from syndicator.catalog.mddf.lost import lost_cells
from syndicator.catalog.mddf.row import Cell, Row, Sheet, letters, spelled
from syndicator.catalog.workbook import Bounds, sheets
from syndicator.model.problem import Place

HEAD_ROWS = 10
"""The row of column names is the second; some people write above it."""

BOUNDS = Bounds(unpacked=300_000_000, cells=8_000_000)
"""Some 70,000 rows in all columns of a template."""

_VERSION = re.compile(r"v?(1\.\d+(?:\.\d+)?[a-z]?\d?)")
_ASIDE = re.compile(r"\b(status|tpr|bonus)", re.IGNORECASE)


def read_book(path: Path, shown: str, faults: Faults) -> list[Sheet]:
    """Return every sheet of a workbook; those without rights say why they were left aside."""
    try:
        size = path.stat().st_size
    except OSError as error:
        faults.add("unreadable", f"cannot be read: {error.strerror}", Place(shown))
        return []
    if not size:
        faults.add("empty-file", "there is nothing in the file", Place(shown))
        return []
    if size > BYTES_MAX:
        faults.add("too-large", "the file is far larger than any avails", Place(shown),
                   found=f"{size:,} bytes", expected=f"at most {BYTES_MAX:,}")  # fmt: skip
        return []
    before = len(faults.found)
    read = list(sheets(path, shown, faults, BOUNDS))
    if len(faults.found) > before:
        return []
    lost = lost_cells(path)
    found = [_sheet(name, rows, shown, lost.get(name, {}), faults) for name, rows in read]
    if all(each.skipped for each in found):
        faults.add("no-header", "no sheet has the columns of avails", Place(shown),
                   found=", ".join(each.name for each in found),
                   expected=f"a row with {', '.join(NEEDED)}")  # fmt: skip
    return found


def _sheet(
    name: str,
    rows: list[list[Any]],
    shown: str,
    lost: Mapping[tuple[int, int], str],
    faults: Faults,
) -> Sheet:
    head = _head(rows)
    if head is None:
        return Sheet(file=shown, name=name, version="", body=rows,
                     skipped="no row names the columns of avails")  # fmt: skip
    columns = [canonical(spelled(cell)) for cell in rows[head]]
    place = Place(shown, head + 1, None, name)
    missing = [column for column in NEEDED if column not in columns]
    if missing and _ASIDE.search(name):
        return Sheet(file=shown, name=name, version="", body=rows,
                     skipped="it is about prices, states or extras, not rights")  # fmt: skip
    if missing:
        faults.add("missing-column", f"the sheet has no column {', '.join(missing)}", place,
                   expected="the columns of a MovieLabs template")  # fmt: skip
    _strange(rows[head], columns, place, faults)
    _nameless(rows, head, lost, place, faults)
    start = head + 1
    while start < len(rows) and start < head + 3 and _is_note(rows[start]):
        start += 1
    body = rows[start:]
    found = (
        ()
        if missing
        else tuple(_rows(body, columns, rows[head], lost, Place(shown, start + 1, None, name)))
    )
    return Sheet(file=shown, name=name, version=_version(rows[head + 1 : start], columns),
                 headings=[spelled(cell) for cell in rows[head]],
                 groups=[spelled(cell) for cell in rows[head - 1]] if head else (),
                 heads=rows[:start], columns=columns, body=body, rows=found)  # fmt: skip


def _head(rows: list[list[Any]]) -> int | None:
    for number, row in enumerate(rows[:HEAD_ROWS]):
        if len(MARKS & {canonical(spelled(cell)) for cell in row}) > 1:
            return number
    return None


def _is_note(row: Sequence[Any]) -> bool:
    """Return whether a row below the names explains them: `//REQUIRED. …`, `1.9`, or nothing."""
    filled = [spelled(cell) for cell in row if spelled(cell)]
    return (
        _is_example(row)
        or bool(_VERSION.fullmatch(filled[0]))
        or all(re.match(r"(opt|req)", text, re.IGNORECASE) for text in filled)
    )


def _is_example(row: Sequence[Any]) -> bool:
    """Return whether a row is empty, or shows what may stand there: `//e.g., Season, Episode`."""
    filled = [spelled(cell) for cell in row if spelled(cell)]
    return 2 * sum(text.startswith("//") for text in filled) > len(filled) or not filled


def _rows(
    body: Sequence[Sequence[Any]],
    columns: Sequence[str | None],
    headings: Sequence[Any],
    lost: Mapping[tuple[int, int], str],
    first: Place,
) -> Iterator[Row]:
    """Yield the rows of a body whose first line stands at `first`."""
    for number, raw in enumerate(body, first.line or 1):
        if _is_example(raw) and not any((number, at) in lost for at in range(1, len(columns) + 1)):
            continue
        cells, gone = {}, {}
        for at, (column, value) in enumerate(zip(columns, raw, strict=False), 1):
            if column is None:
                continue
            place = Place(first.file, number, at, first.path)
            cell = Cell(value, place, spelled(headings[at - 1]))
            if (number, at) in lost:
                gone[column] = Cell(lost[number, at], cell.place, cell.name)
            elif cell.text:
                cells[column] = cell
        yield Row(file=first.file, sheet=first.path, number=number, cells=cells, raw=raw, lost=gone)


def _strange(
    headings: Sequence[Any], columns: Sequence[str | None], place: Place, faults: Faults
) -> None:
    """Note columns that nobody knows but that look like one, and those that stand there twice."""
    seen: dict[str, int] = {}
    for at, column in enumerate(columns, 1):
        text = spelled(headings[at - 1])
        where = Place(place.file, place.line, at, place.path)
        if column in seen:
            faults.add("double-column", f"two columns mean {column}", where, found=text,
                       expected=f"one; the other is {letters(seen[column])}")  # fmt: skip
        elif column:
            seen[column] = at
        elif text and (close := near(text, GROUPS)):
            _unread(text, close, columns, where, faults)


def _nameless(
    rows: Sequence[Sequence[Any]],
    head: int,
    lost: Mapping[tuple[int, int], str],
    place: Place,
    faults: Faults,
) -> None:
    """Note columns that hold something under no name."""
    for at, cell in enumerate(rows[head], 1):
        where = Place(place.file, place.line, at, place.path)
        if (head + 1, at) in lost:
            faults.add("avails-lost", f"the name of a column holds {lost[head + 1, at]}", where,
                       expected="a name", hint="write it as text")  # fmt: skip
        elif not spelled(cell) and any(spelled(row[at - 1]) for row in rows[head + 1 :]
                                       if len(row) >= at):  # fmt: skip
            faults.warn("unknown-column", "a column without a name is not read", where,
                        expected="a name above it")  # fmt: skip


def _unread(
    text: str, close: str, columns: Sequence[str | None], where: Place, faults: Faults
) -> None:
    """Note a column that is not read; one that may narrow a licence must not be overlooked."""
    meant = close.removeprefix("did you mean ").removesuffix("?")
    if meant in NARROWING and meant not in columns:
        faults.add("unknown-column", f"the column `{text}` is not read, and may narrow a licence",
                   where, found=text, hint=close, expected=meant)  # fmt: skip
    else:
        faults.warn("unknown-column", f"the column `{text}` is not read", where, hint=close)


def _version(notes: Sequence[Sequence[Any]], columns: Sequence[str | None]) -> str:
    """Return the version of the template: as it says, else as its columns tell."""
    for row in notes:
        match = _VERSION.fullmatch(spelled(row[0])) if row else None
        if match:
            return match[1]
    there = set(columns)
    if there & {"TPRType", "CampaignID", "VolumeDistributionNumber"}:
        return "1.9"
    if "TerritoryExclusion" in there:
        both = {"TitleInternalAlias", "SeriesTitleInternalAlias"} <= there
        return "1.8" if both or "VolumeNumber" in there else "1.7.3"
    return "1.7.2" if "ALID" in there else "1.6"
