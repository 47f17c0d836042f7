"""Calendars from spreadsheets (.csv, .xlsx): a row is a drop.

Columns are found by name, in any order, in the first row that names a series and a date:

    series   episodes   cuts   date   time   channels   zone   wave   territories   after   delay

`channels` names the channels of the series, all its rows together; `wave` rows (a wave and its
territories, no episodes) write the waves. What a manager adds beside them (owner, remarks) is left
alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import attrs

from syndicator.catalog.dates import moment
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.text import SIZE_MAX, decode
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem

NAMES = {
    "series": ("series", "title id", "series id"),
    "episodes": ("episodes", "episode", "eps"),
    "cuts": ("cuts", "cut"),
    "date": ("date", "at", "release date", "day"),
    "time": ("time", "local time", "hour"),
    "channels": ("channels", "channel", "platform", "platforms"),
    "zone": ("zone", "time zone", "time_zone", "timezone"),
    "wave": ("wave",),
    "territories": ("territories", "territory", "countries", "country"),
    "after": ("after",),
    "delay": ("delay",),
}
ROWS_MAX = 100_000


@attrs.frozen(kw_only=True)
class Line:
    """One row, by our names for its columns."""

    number: int
    sheet: str
    cells: dict[str, tuple[Any, int]]
    """Name to (value, 1-based column)."""

    shown: str

    def text(self, name: str) -> str:
        """Return a cell as text; empty where there is none."""
        value = self.cells.get(name, ("", 0))[0]
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip() if value is not None else ""

    def place(self, name: str = "") -> Place:
        """Return where a cell stands."""
        column = self.cells[name][1] if name in self.cells else None
        return Place(self.shown, self.number, column, self.sheet)

    def node(self, name: str, value: Any) -> Node:
        """Return a value as standing in a cell."""
        return Node(value, self.place(name))


def read_sheet(path: Path, shown: str) -> tuple[list[Node], list[Problem]]:
    """Return one calendar document for each series a workbook names."""
    faults = Faults()
    lines: list[Line] = []
    for sheet, rows in _sheets(path, shown, faults):
        lines += _lines(rows, sheet, shown, faults)
    documents = []
    for series in dict.fromkeys(line.text("series") for line in lines):
        mine = [line for line in lines if line.text("series") == series]
        document = _document(series, mine, faults)
        if document.value["drops"].value or not faults.found:
            documents.append(document)
    return documents, faults.found


def _sheets(path: Path, shown: str, faults: Faults) -> Iterator[tuple[str, list[list[Any]]]]:
    try:
        if path.stat().st_size > SIZE_MAX * 4:
            faults.add("too-large", "the file is too large to be a calendar", Place(shown),
                       expected=f"at most {SIZE_MAX * 4:,} bytes")  # fmt: skip
            return
        if path.suffix.lower() == ".xlsx":
            yield from _workbook(path, shown, faults)
        else:
            rows = _csv(path.read_bytes(), shown, faults)
            if rows:
                yield "", rows
    except OSError as error:
        faults.add("unreadable", f"cannot be read: {error.strerror}", Place(shown))


def _workbook(path: Path, shown: str, faults: Faults) -> Iterator[tuple[str, list[list[Any]]]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            yield name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except PasswordError:
        faults.add("locked-workbook", "the workbook is locked with a password", Place(shown),
                   expected="a workbook without one")  # fmt: skip
    except (CalamineError, ValueError, OSError) as error:
        faults.add("not-xlsx", "this is no Excel workbook, or it is damaged", Place(shown),
                   found=str(error), expected="a workbook saved as .xlsx")  # fmt: skip


def _csv(data: bytes, shown: str, faults: Faults) -> list[list[Any]]:
    text, problems = decode(data, shown)
    if text is None:
        if problems[0].code != "wrong-encoding":
            faults.found += problems
            return []
        text = data.decode("cp1252", "replace")
        faults.warn("wrong-encoding", "this is not UTF-8; it was read as Windows text",
                    problems[0].place, expected="UTF-8", hint="save it as CSV UTF-8")  # fmt: skip
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), dialect)]
    except csv.Error as error:
        faults.add("not-csv", f"this is no CSV: {error}", Place(shown))
        return []


def _lines(rows: list[list[Any]], sheet: str, shown: str, faults: Faults) -> Iterator[Line]:
    head = _head(rows)
    if head is None:
        if any(any(str(cell).strip() for cell in row) for row in rows[:20]):
            first = ", ".join(str(cell) for cell in rows[0] if str(cell).strip())
            faults.add("no-header", "no row names the columns", Place(shown, 1, None, sheet),
                       found=first, expected="series, episodes, date, time")  # fmt: skip
        return
    number, columns = head
    _unknown_columns(rows[number], columns, Place(shown, number + 1, None, sheet), faults)
    for index, row in enumerate(rows[number + 1 : ROWS_MAX], number + 2):
        cells = {name: (row[at], at + 1) for name, at in columns.items() if at < len(row)}
        line = Line(number=index, sheet=sheet, cells=cells, shown=shown)
        if any(line.text(name) for name in cells):
            yield line


def _head(rows: list[list[Any]]) -> tuple[int, dict[str, int]] | None:
    """Return the first row that names at least a series and a date or wave, and its columns."""
    for number, row in enumerate(rows[:30]):
        words = [str(cell).strip().lower() for cell in row]
        columns = {
            name: words.index(word)
            for name, known in NAMES.items()
            for word in known
            if word in words
        }
        if "series" in columns and ("date" in columns or "wave" in columns):
            return number, columns
    return None


def _unknown_columns(row: list[Any], columns: dict[str, int], place: Place, faults: Faults) -> None:
    for at, cell in enumerate(row):
        word = str(cell).strip().lower()
        close = near(word, NAMES) if word and at not in columns.values() else None
        if close and close[len("did you mean ") : -1] not in columns:
            faults.warn("unknown-column", f"the column `{cell}` is not read",
                        attrs.evolve(place, column=at + 1), hint=close)  # fmt: skip


def _document(series: str, lines: list[Line], faults: Faults) -> Node:
    first = lines[0]
    drops, waves = [], []
    for line in lines:
        if line.text("date") or line.text("episodes") or line.text("cuts"):
            drop = _drop(line, faults)
            drops += [drop] if drop else []
        elif line.text("wave"):
            waves.append(_wave(line))
    value: dict[str, Node] = {
        "series": first.node("series", series),
        "drops": Node(drops, first.place()),
    }
    zones = {line.text("zone"): line for line in lines if line.text("zone")}
    if zones:
        name, line = next(iter(zones.items()))
        value["time_zone"] = line.node("zone", name)
    if len(zones) > 1:
        faults.add("two-zones", f"rows of {series} name several time zones", line.place("zone"),
                   found=", ".join(zones), expected="one for each series")  # fmt: skip
    channels = _words(line.text("channels") for line in lines)
    if channels:
        at = next(line for line in lines if line.text("channels"))
        value["channels"] = Node({name: at.node("channels", {}) for name in channels},
                                 at.place("channels"))  # fmt: skip
    if waves:
        value["waves"] = Node(waves, waves[0].place)
    return Node(value, first.place())


def _words(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(w for text in texts for w in re.split(r"[,;\s]+", text) if w))


def _drop(line: Line, faults: Faults) -> Node | None:
    moment = _moment(line, faults)
    if moment is None:
        return None
    value: dict[str, Node] = {"at": line.node("date", moment)}
    if line.text("episodes"):
        value["episodes"] = line.node("episodes", line.text("episodes"))
    if line.text("cuts"):
        value["cuts"] = line.node(
            "cuts", [line.node("cuts", word) for word in _words([line.text("cuts")])]
        )
    return Node(value, line.place())


def _moment(line: Line, faults: Faults) -> datetime | None:
    day, hour = _day(line, faults), _hour(line, faults)
    if isinstance(day, datetime) and hour is None:
        return day
    if day is None or hour is None:
        if day is not None and not any(e.place == line.place("time") for e in faults.found):
            faults.add("no-time", "this drop has no time", line.place("date"),
                       expected="a column `time`, like 20:00")  # fmt: skip
        return None
    return datetime.combine(day, hour)


def _day(line: Line, faults: Faults) -> date | datetime | None:
    value = line.cells.get("date", (None, 0))[0]
    if isinstance(value, datetime):
        return value if value.time() != time() else value.date()
    if isinstance(value, date):
        return value
    text = line.text("date")
    found = moment(text) if re.match(r"\d{4}-", text) else text
    if isinstance(found, date):
        return found
    ambiguous = re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", text)
    faults.add("ambiguous-date" if ambiguous else "bad-date",
               "this date can be read in two ways" if ambiguous else "this is no date",
               line.place("date"), found=text or "nothing",
               expected="2026-12-01, or a cell that Excel knows as a date")  # fmt: skip
    return None


def _hour(line: Line, faults: Faults) -> time | None:
    value = line.cells.get("time", (None, 0))[0]
    if isinstance(value, time):
        return value
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, float) and 0 <= value < 1:
        value = timedelta(days=value)  # how a sheet keeps a time of day
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60) % (24 * 60)
        return time(minutes // 60, minutes % 60)
    return _spelled_hour(line, faults) if line.text("time") else None


def _spelled_hour(line: Line, faults: Faults) -> time | None:
    text = line.text("time")
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        faults.add("bad-time", "this is no time of day", line.place("time"), found=text,
                   expected="20:00")  # fmt: skip
        return None


def _wave(line: Line) -> Node:
    codes = [line.node("territories", word) for word in _words([line.text("territories")])]
    value: dict[str, Node] = {
        "name": line.node("wave", line.text("wave")),
        "territories": line.node("territories", codes),
    }
    if line.text("after"):
        after = {"wave": line.node("after", line.text("after"))}
        if line.text("delay"):
            after["delay"] = line.node("delay", line.text("delay"))
        value["after"] = line.node("after", after)
    return Node(value, line.place())
