"""Calendars from spreadsheets (.csv, .xlsx): a row is a drop.

Columns are found by name, in any order, in the first row that names a series and a date:

    series   episodes   cuts   date   time   channels   zone   wave   territories   after   delay

A row with `channels` is for these, one without for all that the series' rows name; `wave` rows (a
wave and its territories, no episodes) write the waves. What a manager adds beside them (owner,
remarks) is left alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from syndicator.catalog.faults import Faults, near
from syndicator.catalog.row import Line, moment_of
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
WAVE_COLUMNS = ("wave", "territories", "after", "delay")
ROWS_MAX = 100_000


def read_sheet(path: Path, shown: str) -> tuple[list[Node], list[Problem]]:
    """Return one calendar document for each series a workbook names."""
    faults = Faults()
    lines: list[Line] = []
    for sheet, rows in _sheets(path, shown, faults):
        lines += _lines(rows, sheet, shown, faults)
    for line in lines:
        if not line.text("series"):
            faults.add("missing-key", "this row names no series", line.place("series"),
                       expected="the id of a series in each row")  # fmt: skip
    names = dict.fromkeys(line.text("series") for line in lines if line.text("series"))
    return [
        _document(series, [line for line in lines if line.text("series") == series], faults)
        for series in names
    ], faults.found


def _sheets(path: Path, shown: str, faults: Faults) -> Iterator[tuple[str, list[list[Any]]]]:
    try:
        if path.stat().st_size > SIZE_MAX * 4:
            faults.add("too-large", "the file is too large to be a calendar", Place(shown),
                       expected=f"at most {SIZE_MAX * 4:,} bytes")  # fmt: skip
            return
        if path.suffix.lower() == ".xlsx":
            from syndicator.catalog.workbook import sheets

            yield from sheets(path, shown, faults)
        else:
            rows = _csv(path.read_bytes(), shown, faults)
            if rows:
                yield "", rows
    except OSError as error:
        faults.add("unreadable", f"cannot be read: {error.strerror}", Place(shown))


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
    if len(rows) > ROWS_MAX:
        faults.add("too-large", "the sheet has more rows than a calendar", Place(shown, ROWS_MAX),
                   expected=f"at most {ROWS_MAX:,}")  # fmt: skip
        return
    for index, row in enumerate(rows[number + 1 :], number + 2):
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
        if line.is_drop:
            _stray(line, WAVE_COLUMNS, "is of waves; a row with a date is a drop", faults)
            drop = _drop(line, faults)
            drops += [drop] if drop else []
        elif line.text("wave"):
            _stray(line, ("channels",), "is of drops; a row with a wave is none", faults)
            waves.append(_wave(line))
        else:
            _stray(line, (*WAVE_COLUMNS, "time"), "stands in a row without date or wave", faults)
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
    channels = _channels([line for line in lines if not line.text("wave") or line.is_drop])
    if channels:
        value["channels"] = channels
    if waves:
        value["waves"] = Node(waves, waves[0].place)
    return Node(value, first.place())


def _stray(line: Line, names: Iterable[str], why: str, faults: Faults) -> None:
    """Refuse cells that mean nothing in their row: a territory left aside would open the world."""
    for name in names:
        if line.text(name):
            faults.add("stray-cell", f"`{name}` {why}", line.place(name), found=line.text(name),
                       expected="a row that is either a drop or a wave")  # fmt: skip


def _channels(lines: list[Line]) -> Node | None:
    """Return the channels that rows name, each with what it gets; None where no row names any.

    A row that names channels is for these; one that names none is for all that are named.
    """
    named = list(dict.fromkeys(name for line in lines for name in _words([line.text("channels")])))
    if not named:
        return None
    first = next(line for line in lines if line.text("channels"))
    found = {}
    for name in named:
        its = [each for each in lines if name in (_words([each.text("channels")]) or named)]
        at = next(each for each in its if each.text("channels"))
        found[name] = at.node("channels", {} if len(its) == len(lines) else _selected(its))
    places = {name: node.place for name, node in found.items()}
    return Node(found, first.place("channels"), places)


def _selected(lines: list[Line]) -> dict[str, Node]:
    """Return the episodes and cuts of rows, as a channel's selection."""
    numbers = [each for each in lines if each.text("episodes")]
    words = [line.node("cuts", word) for line in lines for word in _words([line.text("cuts")])]
    value: dict[str, Node] = {}
    if numbers:
        spelled = ", ".join(each.text("episodes") for each in numbers)
        value["episodes"] = numbers[0].node("episodes", spelled)
    if words:
        value["cuts"] = Node(words, words[0].place)
    return value


def _words(texts: Iterable[str]) -> list[str]:
    """Return the words in cells, each once."""
    return list(dict.fromkeys(w for text in texts for w in re.split(r"[,;\s]+", text) if w))


def _drop(line: Line, faults: Faults) -> Node | None:
    moment = moment_of(line, faults)
    if moment is None:
        return None
    value: dict[str, Node] = {"at": line.node("date", moment)}
    if line.text("episodes"):
        if isinstance(line.cells["episodes"][0], date):
            faults.add("bad-episodes", "Excel made a date of these episodes",
                       line.place("episodes"), found=line.text("episodes"), expected="1-10",
                       hint="format the column as text, and write them again")  # fmt: skip
            return None
        value["episodes"] = line.node("episodes", line.text("episodes"))
    if line.text("cuts"):
        value["cuts"] = line.node(
            "cuts", [line.node("cuts", word) for word in _words([line.text("cuts")])]
        )
    return Node(value, line.place())


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
