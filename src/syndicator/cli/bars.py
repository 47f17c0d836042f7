"""Bars for a terminal; in a pipe the same lines without them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

import click

WIDTH = 40
FILLS = "█▓▒░"
COLOURS = ("blue", "yellow", "green", "magenta", "cyan", "red")


def shown() -> bool:
    """Return whether somebody looks at a terminal."""
    return sys.stdout.isatty()


def bar(part: float, width: int = WIDTH, *, colour: str = "blue") -> str:
    """Return one bar for a part of a whole, 0 to 1; what is more than nothing is never empty."""
    size = max(round(part * width), int(part > 0))
    return click.style("█" * size, fg=colour) + " " * (width - size)


def stacked(parts: Mapping[str, float], order: Sequence[str], width: int = WIDTH) -> str:
    """Return one bar of several parts that make a whole, each with its own fill and colour."""
    ends, total = [], 0.0
    for name in order:
        total += parts.get(name, 0.0)
        ends.append(round(total * width))
    text, begin = "", 0
    for number, end in enumerate(ends):
        text += click.style(_fill(number) * (end - begin), fg=_colour(number))
        begin = end
    return text + " " * (width - begin)


def legend(order: Sequence[str]) -> str:
    """Return which fill stands for which name."""
    return "  ".join(
        f"{click.style(_fill(number), fg=_colour(number))} {name}"
        for number, name in enumerate(order)
    )


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows in columns: the first to the left, the others to the right, bars as they are."""
    widths = [max(len(click.unstyle(row[n])) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        cells = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - len(click.unstyle(cell)))
            cells.append(cell + gap if number == 0 else gap + cell)
        yield "  " + "  ".join(cells).rstrip()


def _fill(number: int) -> str:
    return FILLS[number % len(FILLS)]


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
