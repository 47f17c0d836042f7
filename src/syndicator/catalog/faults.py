"""Collects problems while a file is read, and words them alike."""

from __future__ import annotations

from collections.abc import Iterable

from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem, Severity

LONGEST = 60


class Faults:
    """The problems of one reading, in the order found."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(
        self,
        code: str,
        message: str,
        where: Node | Place,
        *,
        found: object = None,
        expected: str | None = None,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a problem; `found` is shortened."""
        place = where.place if isinstance(where, Node) else where
        if found is None and isinstance(where, Node) and not isinstance(where.value, dict | list):
            found = where.value
        self.found.append(
            Problem(
                code, message, place, None if found is None else shorten(found), expected, hint,
                severity,
            )
        )  # fmt: skip

    def warn(self, code: str, message: str, where: Node | Place, **more: str | None) -> None:
        """Add a problem that does not stop anything."""
        self.add(code, message, where, severity=Severity.WARNING, **more)

    @property
    def serious(self) -> bool:
        """Whether any of them is an error."""
        return any(each.severity is Severity.ERROR for each in self.found)


def shorten(value: object) -> str:
    """Return a value as it may stand in a message."""
    text = " ".join(str(value)[: LONGEST * 8].split())
    text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def near(word: object, known: Iterable[str]) -> str | None:
    """Return `did you mean …?` where one of the known words is close."""
    from difflib import get_close_matches

    close = get_close_matches(str(word), list(known), 1, 0.6)
    return f"did you mean {close[0]}?" if close else None
