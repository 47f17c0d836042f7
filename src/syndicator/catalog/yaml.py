"""YAML to placed values, from the parser's events: every value knows its line and column.

Working on events and not on PyYAML's own composer keeps three things in our hands: an alias is a
reference and costs nothing until somebody walks it, so a file that would unfold into millions of
values is refused by counting; nesting is bounded by a list and not by the C stack; and words mean
what a manager means (`NO` is Norway, `12:30` is no number, only true and false are booleans).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import yaml

from syndicator.catalog.dates import moment
from syndicator.catalog.faults import Faults
from syndicator.catalog.text import read_text
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem

DEPTH_MAX = 40
VALUES_MAX = 200_000
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


class _Stop(Exception):  # noqa: N818 - a signal, not an error
    """Reading further makes no sense; the problem is noted."""


@attrs.define
class _Open:
    """A mapping or list that is not closed yet."""

    node: Node
    anchor: str | None
    weight: int = 1
    key: Node | None = None


class _Builder:
    def __init__(self, shown: str, faults: Faults) -> None:
        self.shown = shown
        self.faults = faults
        self.documents: list[Node] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            node = Node(_resolve(event), self._place(event))
            self._close(node, event.anchor, 1)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self._open.pop()
            self._close(done.node, done.anchor, done.weight)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)

    def _place(self, event: yaml.Event) -> Place:
        mark: Any = event.start_mark
        return Place(self.shown, mark.line + 1, mark.column + 1)

    def _begin(self, event: Any) -> None:
        if len(self._open) >= DEPTH_MAX:
            self.faults.add(
                "too-deep",
                "values are nested too deep to be meant",
                self._place(event),
                expected=f"at most {DEPTH_MAX} levels",
            )
            raise _Stop
        empty: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(Node(empty, self._place(event)), event.anchor))

    def _alias(self, event: Any) -> None:
        known = self._anchors.get(event.anchor)
        if known is None:
            self.faults.add("unknown-anchor", f"*{event.anchor} refers to nothing above it",
                            self._place(event), expected=f"&{event.anchor} above")  # fmt: skip
            raise _Stop
        self._close(known[0], None, known[1])

    def _close(self, node: Node, anchor: str | None, weight: int) -> None:
        """Hand a finished value to the mapping, list or document it belongs to."""
        if anchor:
            self._anchors[anchor] = (node, weight)
        if not self._open:
            self.documents.append(node)
            return
        parent = self._open[-1]
        parent.weight += weight
        if parent.weight > VALUES_MAX:
            self.faults.add("too-large", "the file unfolds into too many values to be meant", node,
                            expected=f"at most {VALUES_MAX:,}")  # fmt: skip
            raise _Stop
        if isinstance(parent.node.value, list):
            parent.node.value.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            self._pair(parent, parent.key, node)
            parent.key = None

    def _pair(self, parent: _Open, key: Node, value: Node) -> None:
        mapping, name = parent.node.value, str(key.value)
        if isinstance(key.value, dict | list):
            self.faults.add("bad-key", "a mapping or list cannot be a key", key)
        elif name == "<<" and isinstance(value.value, dict):
            for inherited, each in value.value.items():
                mapping.setdefault(inherited, each)
                parent.node.key_places.setdefault(inherited, key.place)
        elif name in parent.node.key_places and name in mapping:
            first = parent.node.key_places[name].line
            self.faults.add("duplicate-key", f"`{name}` stands here twice; first in line {first}",
                            key, expected="each key once")  # fmt: skip
        else:
            mapping[name] = value
            parent.node.key_places[name] = key.place


def _resolve(event: Any) -> Any:
    """Return what a scalar means: text where it is quoted, else what a manager means by it."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text) and len(text) < 19:  # noqa: PLR2004 - what fits 64 bits
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return moment(text)


def read_yaml(path: Path, shown: str) -> tuple[Node | None, list[Problem]]:
    """Read a file of one document; None where it cannot be read at all."""
    text, problems = read_text(path, shown)
    return (None, problems) if text is None else parse_yaml(text, shown)


def parse_yaml(text: str, shown: str) -> tuple[Node | None, list[Problem]]:
    """Return the document's values and everything that is wrong with its form."""
    faults = Faults()
    builder = _Builder(shown, faults)
    try:
        for event in _events(text):
            builder.take(event)
    except _Stop:
        return None, faults.found
    except yaml.MarkedYAMLError as error:
        _explain(error, shown, faults)
        return None, faults.found
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        faults.add("not-yaml", "this is no YAML", Place(shown, line), found=str(error))
        return None, faults.found
    if not builder.documents:
        faults.add("empty-file", "the file is empty", Place(shown, 1), expected="see the examples")
        return None, faults.found
    if len(builder.documents) > 1:
        faults.add("two-documents", "the file holds more than one document (`---`)",
                   builder.documents[1], expected="one", found="---")  # fmt: skip
    return builder.documents[0], faults.found


def _events(text: str) -> Iterator[yaml.Event]:
    loader = LOADER(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _explain(error: yaml.MarkedYAMLError, shown: str, faults: Faults) -> None:
    mark = error.problem_mark or error.context_mark
    place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
    said = error.problem or "it cannot be read"
    hint = "indent with spaces, not tabs" if "\\t" in said or "'\\t'" in said else None
    faults.add("not-yaml", f"this is no YAML: {said}", place, expected=error.context, hint=hint)
