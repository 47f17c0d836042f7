"""Rows of a CSV file with figures, whatever program wrote it, and what its columns are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from syndicator.catalog.faults import Faults, near
from syndicator.catalog.text import decode
from syndicator.model.problem import Place

NAMES = {
    "series": ("series", "series id", "title id"),
    "cut": ("cut", "cut id"),
    "episode": ("episode", "episode number", "ep"),
    "channel": ("channel", "account"),
    "territory": ("territory", "country", "country code"),
    "day": ("day", "date"),
    "metric": ("metric",),
    "value": ("value",),
    "currency": ("currency",),
    "as_of": ("as_of", "as of", "told at"),
}
METRICS = {
    "views": ("views", "plays", "video views"),
    "likes": ("likes",),
    "comments": ("comments",),
    "shares": ("shares",),
    "completions": ("completions", "completed views"),
    "minutes_watched": ("minutes_watched", "minutes watched", "watch time (minutes)"),
    "average_percentage": (
        "average_percentage", "average percentage", "average percentage viewed (%)",
    ),
    "revenue": ("revenue", "estimated revenue"),
}  # fmt: skip
"""Each with the names its column goes by; revenue is in the currency's own unit, as `0.99`."""

SIZE_MAX = 50_000_000
_IN_BRACKETS = re.compile(r"(.*revenue.*?)\s*\(([a-z]{3})\)")


def read_rows(path: Path, shown: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file, each with the line it begins in; none of one that is no CSV."""
    try:
        size = path.stat().st_size
        if size > SIZE_MAX:
            faults.add("too-large", f"the file has {size:,} bytes", Place(shown),
                       expected=f"at most {SIZE_MAX:,} bytes")  # fmt: skip
            return
        data = path.read_bytes()
    except OSError as error:
        faults.add("unreadable", f"cannot be read: {error.strerror}", Place(shown))
        return
    text, problems = decode(data, shown)
    if text is None:
        if problems[0].code != "wrong-encoding" or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            faults.found += problems
            return
        text = data.decode("cp1252", "replace")
        faults.warn("wrong-encoding", "this is not UTF-8; it was read as Windows text",
                    problems[0].place, expected="UTF-8", hint="save it as CSV UTF-8")  # fmt: skip
    yield from _csv(text, shown, faults)


def _csv(text: str, shown: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    marked = re.fullmatch(r"sep=(.)", first.strip(), re.IGNORECASE)
    delimiter = marked[1] if marked else max(",;\t", key=first.count)
    begins = 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except (csv.Error, TypeError, ValueError) as error:
        faults.add("not-csv", f"this is no CSV: {error}", Place(shown, begins))


@attrs.frozen
class Head:
    """Where the columns are."""

    at: int
    shown: str
    columns: Mapping[str, int]
    metrics: Mapping[str, int]
    currency: str
    """Named in the heading of a column: `Estimated revenue (USD)`."""


@attrs.frozen
class Row:
    """One row by our names for its columns."""

    line: int
    cells: Sequence[str]
    head: Head

    def text(self, name: str) -> str:
        at = self.head.columns.get(name, self.head.metrics.get(name))
        return self.cells[at].strip() if at is not None and at < len(self.cells) else ""

    def place(self, name: str) -> Place:
        at = self.head.columns.get(name, self.head.metrics.get(name))
        return Place(self.head.shown, self.line, None if at is None else at + 1)


def find_head(rows: Sequence[tuple[int, list[str]]], shown: str, faults: Faults) -> Head | None:
    """Return the first row that names a figure; a fault where none does, or one nearly does."""
    for at, (_, cells) in enumerate(rows[:30]):
        words = [" ".join(cell.lower().split()) for cell in cells]
        inside = [_IN_BRACKETS.fullmatch(word) for word in words]
        currencies = [each[2].upper() for each in inside if each]
        words = [each[1] if each else word for word, each in zip(words, inside, strict=True)]
        columns, metrics = _columns(words, NAMES), _columns(words, METRICS)
        if metrics or {"metric", "value"} <= columns.keys():
            head = Head(at, shown, columns, metrics, currencies[0] if currencies else "")
            _near_misses(rows[at], head, faults)
            return head
    first = next((cells for _, cells in rows if any(cell.strip() for cell in cells)), [])
    faults.add("no-header", "no row names the columns", Place(shown, rows[0][0] if rows else None),
               found=", ".join(cell for cell in first if cell.strip()) or "nothing",
               expected="series, episode, channel, territory, day, views …",
               hint=_close(first, {*METRICS}))  # fmt: skip
    return None


def _columns(words: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    return {name: words.index(word) for name, known in names.items()
            for word in reversed(known) if word in words}  # fmt: skip


def _close(words: Sequence[str], known: set[str]) -> str | None:
    ours = {word for names in NAMES.values() for word in names}
    strange = (word.strip().lower() for word in words[:50])
    found = (near(word, known) for word in strange if word and word not in ours)
    return next((each for each in found if each), None)


def _near_misses(row: tuple[int, list[str]], head: Head, faults: Faults) -> None:
    """Refuse columns that look like one of ours that is missing: a figure must not be lost."""
    line, cells = row
    taken = {*head.columns.values(), *head.metrics.values()}
    missing = ({*NAMES} | {*METRICS}) - head.columns.keys() - head.metrics.keys()
    for at, cell in enumerate(cells[:200]):
        word = cell.strip().lower()
        hint = near(word, missing) if word and at not in taken else None
        if hint:
            faults.add("unknown-column", f"the column `{cell.strip()[:40]}` is not read",
                       Place(head.shown, line, at + 1), found=cell, expected=", ".join(
                           sorted(missing)), hint=hint)  # fmt: skip
