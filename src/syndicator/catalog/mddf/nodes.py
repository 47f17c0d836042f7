"""XML to be written: elements with the prefixes of avails, and what cannot be said in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import attrs

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
