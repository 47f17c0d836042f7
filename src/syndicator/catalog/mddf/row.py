"""Rows of an avails sheet: cells by column, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from syndicator.catalog.mddf.elements import Element
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem

IDS = ("SeasonAltID", "SeasonContentID", "SeasonID", "ALID", "SeriesAltID", "SeriesContentID",
       "SeriesID", "SeriesTitleInternalAlias", "AltID", "ContentID", "TitleID",
       "TitleInternalAlias")  # fmt: skip
"""What may name a title, the most exact first; a season is what we call a series."""

SEASONAL = frozenset({"SeasonAltID", "SeasonContentID", "SeasonID", "ALID"})
NAMES = ("SeriesTitleInternalAlias", "TitleInternalAlias", "SeriesAltID", "AltID",
         "SeriesContentID", "ContentID", "ALID")  # fmt: skip


@attrs.frozen
class Cell:
    """A value with its place; `name` is the heading as it is written."""

    value: Any
    place: Place
    name: str

    @property
    def text(self) -> str:
        """The value as text: trimmed, a whole number without its point."""
        return spelled(self.value)


@attrs.frozen(kw_only=True)
class Row:
    """One row of rights, as it is written."""

    file: str
    sheet: str
    """The sheet's name; empty in XML."""

    number: int
    """Its row, or in XML the line of its transaction."""

    cells: Mapping[str, Cell]
    """By canonical column; without the empty ones."""

    raw: Sequence[Any] = ()
    """All its cells in order, as a workbook has them."""

    lost: Mapping[str, Cell] = attrs.field(factory=dict)
    """Cells that hold something that cannot be read: an error, a formula never calculated."""

    worldwide: bool = False
    """Whether no territory means the world, as it does in XML."""

    def text(self, name: str) -> str:
        """Return a cell as text; empty where there is none."""
        cell = self.cells.get(name)
        return cell.text if cell else ""

    def place(self, name: str = "") -> Place:
        """Return where a cell stands; the row's first cell where it has none of that name."""
        cell = self.cells.get(name) or self.lost.get(name)
        return cell.place if cell else Place(self.file, self.number, None, self.sheet)

    def node(self, name: str, value: Any = None) -> Node:
        """Return a cell with its place, for what other readers of files take."""
        return Node(self.text(name) if value is None else value, self.place(name))

    @property
    def name(self) -> str:
        """How a reason names it."""
        ident = self.text("AvailID")
        more = f" (AvailID {ident})" if ident else ""
        if self.sheet:
            return f"row {self.number} of {self.sheet} in {self.file}{more}"
        return f"line {self.number} of {self.file}{more}"

    @property
    def title(self) -> str:
        """What the sheet calls the work."""
        return next((self.text(name) for name in NAMES if self.text(name)), "")

    @property
    def key(self) -> tuple[str, ...]:
        """What a full extract replaces as a whole: the ALID, or before 1.7 an edit in a territory.

        Source: the data dictionaries of the templates 1.6e2 and 1.7.2.
        """
        if self.text("ALID"):
            return ("ALID", self.text("ALID"))
        names = (*NAMES, "WorkType", "SeasonNumber", "EpisodeNumber", "EpisodeAltID", "Territory")
        return tuple(self.text(name) for name in names)


@attrs.frozen(kw_only=True)
class Sheet:
    """One sheet of a workbook, or an XML document."""

    file: str
    name: str
    version: str
    """Of the template or schema, as far as it can be told."""

    heads: Sequence[Sequence[Any]] = ()
    """What stands above the rows, as written."""

    headings: Sequence[str] = ()
    """Column names by position, as written."""

    groups: Sequence[str] = ()
    """What stands above each of them."""

    columns: Sequence[str | None] = ()
    """Canonical names by position; None where nobody knows the column, or there is none."""

    body: Sequence[Sequence[Any]] = ()
    """Every line below the heads, the empty ones too."""

    rows: Sequence[Row] = ()
    skipped: str = ""
    """Why it is no sheet of rights; empty where it is one."""

    root: Element | None = None
    """Of an XML document: the whole of it."""

    unused: Sequence[str] = ()
    """Of an XML document: elements that no column holds."""


@attrs.frozen(kw_only=True)
class Document:
    """A file of avails, read."""

    file: str
    sheets: Sequence[Sheet] = ()
    problems: Sequence[Problem] = ()

    @property
    def rows(self) -> Iterator[Row]:
        """All rows, in order."""
        for sheet in self.sheets:
            yield from sheet.rows


def spelled(value: Any) -> str:
    """Return a cell's value as text."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value).strip()


def letters(column: int) -> str:
    """Return a column as workbooks name it: 1 is A, 28 is AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def located(problem: Problem) -> Problem:
    """Return a problem whose sentence says where it is: `TV!J12 (Start): there is no such date`."""
    place = problem.place
    if not place.path:
        return problem
    if place.file.lower().endswith(".xml"):
        return attrs.evolve(problem, message=f"{place.path}: {problem.message}")
    spot = f"{place.path}!{letters(place.column or 0)}{place.line or ''}"
    return attrs.evolve(problem, message=f"{spot.rstrip('!')}: {problem.message}")
