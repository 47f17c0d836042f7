"""How things look on a terminal: words, glyphs, colours; plain in a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import datetime

    from syndicator.model.territory import Territories

from syndicator.insight.looks import COLOURS, LOOKS
from syndicator.model.problem import Problem, Severity
from syndicator.model.state import State

NONE_MEANT = "No release in the ledger is meant by that; `syndicate status` shows them all."


def glyph(state: State) -> str:
    """Return a state's glyph in its colour."""
    return click.style(LOOKS[state][0], fg=COLOURS[state], bold=state is State.UNKNOWN or None)


def words(state: State) -> str:
    """Return a state in words."""
    return LOOKS[state][1]


def said(text: str) -> str:
    """Return what somebody else said on one line, with nothing in it that a terminal obeys."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def dump(data: Any) -> None:
    """Print JSON: indented for a person who looks, one line where a program reads."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(data, ensure_ascii=False, indent=indent))


def line(data: Any) -> None:
    """Print one line of JSON."""
    click.echo(json.dumps(data, ensure_ascii=False))


def amount(number: int) -> str:
    """Return bytes as people say them: `3.4 MB`."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError


def count(number: int, word: str) -> str:
    """Return `1 release`, `2 releases`; `series` stays as it is."""
    plural = word if number == 1 or word.endswith("s") else f"{word}s"
    return f"{number:,} {plural}"


def wall(moment: datetime, territories: Territories, zones: Mapping[str, str] | None = None) -> str:
    """Return an instant as it reads in the territory: `2026-12-01 20:00 BRT`, else in UTC."""
    if len(territories) >= 1:
        from zoneinfo import ZoneInfo

        from syndicator.model.moment import zone_of

        zone = zone_of(next(iter(territories)), dict(zones or {}))
        local = moment.astimezone(ZoneInfo(zone))
        return f"{local:%Y-%m-%d %H:%M} {abbreviation(local, zone)}"
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def abbreviation(local: datetime, zone: str) -> str:
    """Return a zone as people know it: its abbreviation, or the city where it has none."""
    name = local.tzname() or zone
    return name if name.isalpha() else zone.rpartition("/")[2].replace("_", " ")


def places(territories: Territories, most: int = 6) -> str:
    """Return territories short enough for a line."""
    words = str(territories).split()
    if len(words) <= most:
        return " ".join(words)
    return f"{' '.join(words[:most])} … ({len(territories)})"


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Return problems as lines: place, sentence, found, expected, what to do."""
    lines = []
    for each in problems:
        colour = "red" if each.severity is Severity.ERROR else "yellow"
        head = click.style(str(each.place) or each.place.file, bold=True)
        lines.append(f"{head}: {click.style(each.severity, fg=colour)}: {each.message}")
        if each.found is not None:
            lines.append(f"    found     {each.found}")
        if each.expected is not None:
            lines.append(f"    expected  {each.expected}")
        if each.hint:
            lines.append(f"    {each.hint}")
    return lines


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> list[str]:
    """Return rows as aligned columns."""
    every = [list(head), *map(list, rows)] if head else [list(row) for row in rows]
    if not every:
        return []
    widths = [
        max(len(click.unstyle(row[number])) for row in every) for number in range(len(every[0]))
    ]
    lines = [
        "  ".join(cell + " " * (width - len(click.unstyle(cell)))
                  for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    ]  # fmt: skip
    if head:
        lines[0] = click.style(lines[0], dim=True)
    return lines


def lateness(seconds: float) -> str:
    """Return how late something was: `0.2 s late`, `3 min late`, `2 d late`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} late"
    return f"{max(0.0, seconds):.1f} s late"


def ago(seconds: float) -> str:
    """Return how long ago something was: `just now`, `5 min ago`, `3 d ago`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return "just now" if seconds >= 0 else "in the future"
