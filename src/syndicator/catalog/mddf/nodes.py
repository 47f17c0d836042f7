"""XML to be written: elements with the prefixes of avails, and what cannot be said in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import attrs

from syndicator.catalog.faults import shorten

FORBIDDEN = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


class CannotWrite(ValueError):  # noqa: N818 - it says what is in the way
    """Rows cannot be said in the form that was asked for; the text says which and why."""


@attrs.define
class Node:
    """An element to be written; without text and children it is left out."""

    name: str
    text: str = ""
    children: list[Node] = attrs.field(factory=list)
    attributes: dict[str, str] = attrs.field(factory=dict)

    def lines(self, depth: int = 0) -> Iterator[str]:
        given = "".join(
            f' {key}="{escape(_plain(value))}"' for key, value in self.attributes.items()
        )
        start, indent = f"<{self.name}{given}", "  " * depth
        if self.children:
            yield f"{indent}{start}>\n"
            for child in self.children:
                yield from child.lines(depth + 1)
            yield f"{indent}</{self.name}>\n"
        else:
            yield f"{indent}{start}>{escape(_plain(self.text), quote=False)}</{self.name}>\n"


def node(name: str, text: str = "", *children: Node | None, **attributes: str) -> Node:
    return Node(f"avails:{name}", text, [x for x in children if x], attributes)


def some(name: str, text: str) -> list[Node]:
    return [node(name, text)] if text else []


def md(name: str, text: str) -> Node:
    return Node(f"md:{name}", text)


def _plain(text: str) -> str:
    """Return a text without the signs that XML 1.0 cannot hold; nobody sees them."""
    return FORBIDDEN.sub("", text)


_ID = r"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))(?:[^%\[\]{}|\\^`<>\"#]|%[0-9A-Fa-f]{2})*"
_DAY = r"\d{4}-\d\d-\d\d"
_KINDS = {
    "an identifier": (_ID, ("ALID", "BundledALID", "EcosystemID", "ID", "contentID",
                            "TransactionID", "SeriesContentID", "SeasonContentID",
                            "VolumeContentID", "SeriesEIDR-URN", "SeasonEIDR-URN",
                            "VolumeEIDR-URN", "EditEIDR-URN", "TitleEIDR-URN")),
    "a whole number": (r"-?\d{1,9}", ("Number", "NumberOfSeasons", "NumberOfEpisodes")),
    "a language": (r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*",
                   ("AllowedLanguage", "AssetLanguage", "HoldbackLanguage")),
    "a span of time": ((r"-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?"
                       r"(T(?=\d)(\d{1,9}H)?(\d+M)?(\d+(\.\d+)?S)?)?"),
                       ("Duration", "WindowDuration", "RunLength", "lag")),
    "a date": (_DAY + r"(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", ("Event",)),
}  # fmt: skip
KINDS = {
    name: (kind, re.compile(pattern, re.ASCII))
    for kind, (pattern, names) in _KINDS.items()
    for name in names
}
"""What the schemas ask of elements and attributes, as far as a sheet may say something else."""


def check(node: Node, who: str) -> None:
    """Refuse what no schema takes.

    Raises:
        CannotWrite: a value is not of its element's kind; `who` says whose it is.
    """
    bare = node.name.partition(":")[2]
    for name, text in ((bare, node.text), *node.attributes.items()):
        if name in KINDS and not (name == bare and node.children):
            kind, pattern = KINDS[name]
            if not pattern.fullmatch(text):
                raise CannotWrite(f"{who}: {shorten(text) or 'nothing'} is not {kind}, as XML asks "
                                  f"for {name}")  # fmt: skip
    for child in node.children:
        check(child, who)
