"""A row of a sheet, and the moment that its date and time cells say."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from syndicator.catalog.dates import moment
from syndicator.catalog.faults import Faults
from syndicator.model.placed import Node
from syndicator.model.problem import Place


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

    @property
    def is_drop(self) -> bool:
        """Whether something comes out by this row."""
        return any(self.text(name) for name in ("date", "episodes", "cuts"))

    def node(self, name: str, value: Any) -> Node:
        """Return a value as standing in a cell."""
        return Node(value, self.place(name))


def moment_of(line: Line, faults: Faults) -> datetime | None:
    """Return when a row's drop comes out; None, and a fault, where it does not say so."""
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
