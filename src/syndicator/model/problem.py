"""What is wrong in a user's files: a value with its place, collected and shown all at once."""

from __future__ import annotations

from enum import StrEnum

import attrs


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """Nothing that depends on this place is planned."""

    WARNING = "warning"
    """Shown; planning goes on."""


@attrs.frozen(order=True)
class Place:
    """Where something stands in a user's files."""

    file: str
    """Path as the user would type it, relative to the workspace."""

    line: int | None = None
    """1-based line; a sheet's row in `.xlsx` and `.csv`."""

    column: int | None = None
    """1-based column."""

    path: str = ""
    """Dotted path inside the document: `channels.acme-br.terms`; in `.xlsx` the sheet."""

    def __str__(self) -> str:
        """Return `file:line:column`, as editors and terminals make clickable."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@attrs.frozen
class Problem:
    """One fault: what, where, found, expected, what to do."""

    code: str
    """Stable word for support and scripts: `unknown-channel` (docs/reference/problems.md)."""

    message: str
    """The sentence a distribution manager reads: what is wrong."""

    place: Place

    found: str | None = None
    """What stands there, shortened; None where nothing does."""

    expected: str | None = None

    hint: str | None = None
    """What to do, or the near miss: `did you mean acme-br?`."""

    severity: Severity = Severity.ERROR

    def as_json(self) -> dict[str, object]:
        """Return the problem as schemas/problems.json shows it."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "path": self.place.path,
            "found": self.found,
            "expected": self.expected,
            "hint": self.hint,
        }
