"""The parts of the page: sections, tables and places for pictures. All text is escaped here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Table:
    """The figures behind a picture."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 0
    """So many rows more there are."""

    more: str = ""
    """Where the rest is to be seen."""


@attrs.frozen(kw_only=True)
class Picture:
    """A drawn figure, with what it says in words for who does not see it."""

    name: str
    """Unique on the page; letters, digits and hyphens."""

    label: str
    figure: Mapping[str, Any]
    table: Table
    fold: str = "The same as a table"
    """What the table is behind."""


def text(value: object) -> str:
    """Return text as HTML shows it, in an element or in an attribute."""
    shown = "".join(each if each.isprintable() else " " for each in str(value))
    return escape(shown, quote=True)


def data(value: Any) -> str:
    """Return JSON that no parser of HTML takes for anything else."""
    spelled = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    for letter in "<>&":
        spelled = spelled.replace(letter, f"\\u{ord(letter):04x}")
    return spelled


def section(name: str, heading: str, *parts: str) -> str:
    """Return a section of the page; parts are HTML."""
    body = "\n".join(parts)
    return (
        f"<section id={name} aria-labelledby={name}-h><h2 id={name}-h>{text(heading)}</h2>\n"
        f"{body}</section>"
    )


def note(words: str) -> str:
    """Return a quiet sentence."""
    return f"<p class=dim>{text(words)}</p>"


def table(made: Table) -> str:
    """Return a table with a caption."""
    head = "".join(f"<th scope=col>{text(each)}</th>" for each in made.head)
    body = "".join(
        f"<tr><th scope=row>{text(row[0])}</th>"
        + "".join(f"<td>{text(each)}</td>" for each in row[1:])
        + "</tr>"
        for row in made.rows
    )
    rest = note(f"And {made.left:,} more. {made.more}".strip()) if made.left else ""
    return (
        f"<div class=scroll tabindex=0 role=region aria-label='{text(made.caption)}'><table>"
        f"<caption>{text(made.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>{rest}"
    )


def fold(summary: str, *parts: str) -> str:
    """Return something that opens on demand."""
    return f"<details><summary>{text(summary)}</summary>{''.join(parts)}</details>"


def picture(made: Picture) -> str:
    """Return the place of a picture, its data, and the same as a table."""
    height = int(made.figure["layout"]["height"])
    return (
        f"<figure><div class=picture id={made.name} role=img aria-label='{text(made.label)}' "
        f"style='min-height:{height}px'></div>"
        f"<script type='application/json' data-picture={made.name}>{data(made.figure)}</script>"
        f"{fold(made.fold, table(made.table))}</figure>"
    )
