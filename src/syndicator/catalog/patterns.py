"""How the files of a series' episodes are named: `ep{number:03d}.{language}.mp4`."""

from __future__ import annotations

import re
from collections.abc import Collection

from syndicator.catalog.faults import Faults
from syndicator.model.placed import Node

FIELD = re.compile(r"\{(number|language)(?::0?([1-9])d)?\}")
NUMBER, LANGUAGE = "number", "language"
_EXAMPLES = {NUMBER: "ep{number:03d}", LANGUAGE: ".{language}"}
_GROUPS = {
    NUMBER: r"(?P<number>\d{1,6})",
    LANGUAGE: r"(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)",
}


def is_pattern(node: Node, fields: Collection[str], faults: Faults) -> bool:
    """Return whether a pattern has just these fields, each once; a fault where it has not."""
    pattern = str(node.value)
    found = [match[1] for match in FIELD.finditer(pattern)]
    if sorted(found) == sorted(fields) and not re.search(r"[{}]", FIELD.sub("", pattern)):
        return True
    expected = "".join(_EXAMPLES[each] for each in fields) or "ep"
    faults.add("bad-pattern", "the file names cannot be made from this", node,
               expected=f"{expected}.mp4")  # fmt: skip
    return False


def filled(pattern: str, number: int) -> str:
    """Return a pattern with the number in it: `ep{number:03d}.mp4` gives `ep001.mp4`."""
    return FIELD.sub(lambda match: f"{number:0{match[2] or 1}d}", pattern)


def matcher(pattern: str) -> re.Pattern[str]:
    """Return an expression for the names that a pattern makes, with a group for each field."""
    expression, end = "", 0
    for match in FIELD.finditer(pattern):
        expression += re.escape(pattern[end : match.start()]) + _GROUPS[match[1]]
        end = match.end()
    return re.compile(expression + re.escape(pattern[end:]))
