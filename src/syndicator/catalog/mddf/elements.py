"""XML of strangers: a tree with lines, and nothing that unfolds, includes or asks elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import attrs

from syndicator.catalog.faults import Faults, shorten
from syndicator.model.problem import Place

BYTES_MAX = 50_000_000
DEPTH_MAX = 50
ELEMENTS_MAX = 1_000_000


@attrs.define(eq=False)
class Element:
    """An element; names are without their namespace, which the root keeps."""

    name: str
    space: str
    line: int
    column: int
    attributes: dict[str, str] = attrs.field(factory=dict)
    foreign: frozenset[str] = frozenset()
    """Attributes of another namespace, like `schemaLocation`."""

    children: list[Element] = attrs.field(factory=list)
    text: str = ""

    def first(self, path: str) -> Element | None:
        """Return the first descendant at a path of names: `Disposition/EntryType`."""
        return next(self.every(path), None)

    def every(self, path: str) -> Iterator[Element]:
        """Yield the descendants at a path of names."""
        head, _, rest = path.partition("/")
        for child in self.children:
            if child.name == head:
                if rest:
                    yield from child.every(rest)
                else:
                    yield child

    def walk(self) -> Iterator[Element]:
        """Yield it and everything below."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Refused(Exception):  # noqa: N818 - it carries what is said of the file
    def __init__(self, code: str, message: str, expected: str) -> None:
        super().__init__(message)
        self.code, self.expected = code, expected


class _Builder:
    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data
        parser.StartDoctypeDeclHandler = self.doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self.count += 1
        if len(self.open) >= DEPTH_MAX or self.count > ELEMENTS_MAX:
            raise _Refused("too-large", "no avails are nested so deep, or so many",
                           f"at most {DEPTH_MAX} deep and {ELEMENTS_MAX:,} elements")  # fmt: skip
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        foreign = frozenset(key.rpartition(" ")[2] for key in attributes if " " in key)
        element = Element(local, space, line, column, plain, foreign)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        element = self.open.pop()
        element.text = "" if element.children else element.text.strip()

    def data(self, text: str) -> None:
        if self.open and not self.open[-1].children:
            self.open[-1].text += text

    def doctype(self, *_: object) -> None:
        raise _Refused("xml-doctype", "the file declares a document type, which can hold a trap",
                       "avails without <!DOCTYPE …>; delete the declaration")  # fmt: skip


def read_elements(path: Path, shown: str, faults: Faults) -> Element | None:
    """Return the root of an XML file; None, and a fault, where it is none or hostile."""
    parser: Any = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    builder = _Builder(parser)
    try:
        if not _is_fitting(path.stat().st_size, shown, faults):
            return None
        parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        faults.add("not-xml", f"this is no XML: {expat.ErrorString(error.code)}",
                   Place(shown, error.lineno, error.offset + 1),
                   expected="avails saved as XML, whole")  # fmt: skip
    except _Refused as refused:
        place = Place(shown, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        _refuse(refused, place, faults)
    except OSError as error:
        faults.add("unreadable", f"cannot be read: {error.strerror}", Place(shown))
    except (ValueError, LookupError) as error:
        faults.add("not-xml", "this is no XML that can be read", Place(shown),
                   found=shorten(error), expected="avails in UTF-8")  # fmt: skip
    else:
        return builder.root
    return None


def _is_fitting(size: int, shown: str, faults: Faults) -> bool:
    if size > BYTES_MAX:
        faults.add("too-large", "the file is far larger than any avails", Place(shown),
                   found=f"{size:,} bytes", expected=f"at most {BYTES_MAX:,}")  # fmt: skip
    elif not size:
        faults.add("empty-file", "there is nothing in the file", Place(shown))
    return 0 < size <= BYTES_MAX


def tree(data: bytes) -> Element | None:
    """Return the root of XML inside another file; None where it is none."""
    parser: Any = expat.ParserCreate(namespace_separator=" ")
    builder = _Builder(parser)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        return None
    return builder.root


def _refuse(refused: _Refused, place: Place, faults: Faults) -> None:
    if refused.code == "xml-doctype":
        faults.add("xml-doctype", str(refused), place, expected=refused.expected)
    else:
        faults.add("too-large", str(refused), place, expected=refused.expected)
