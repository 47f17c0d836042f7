"""What became of a sheet's rows, in figures: understood, without rights here, refused, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from syndicator.catalog.mddf.grant import Judged, Terms, judge
from syndicator.catalog.mddf.lint import lint, lint_together
from syndicator.catalog.mddf.row import Document
from syndicator.model.problem import Problem


@attrs.frozen(kw_only=True)
class Summary:
    """One sheet, or one XML document."""

    file: str
    sheet: str
    version: str
    skipped: str = ""
    """Why the sheet was left aside; empty where it was read."""

    rows: int = 0
    granting: int = 0
    """Rows that give rights."""

    idle: Mapping[str, int] = attrs.field(factory=dict)
    """Rows that are understood and give none here, by why."""

    refused: int = 0
    problems: Sequence[Problem] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/avails-sheet.json shows it."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "version": self.version,
            "skipped": self.skipped,
            "rows": self.rows,
            "granting": self.granting,
            "idle": dict(self.idle),
            "refused": self.refused,
            "problems": [each.as_json() for each in self.problems],
        }

    def warnings(self) -> Counter[str]:
        """Return how often each code is warned of."""
        return Counter(each.code for each in self.problems if each.severity == "warning")

    def errors(self) -> Counter[str]:
        """Return how often each code is an error."""
        return Counter(each.code for each in self.problems if each.severity == "error")


def summaries(document: Document, terms: Terms) -> Iterator[Summary]:
    """Yield each sheet of a file."""
    loose = list(document.problems)
    for sheet in document.sheets:
        made: list[Judged] = [judge(row, terms) for row in sheet.rows]
        own = [each for each in loose if each.place.path == sheet.name or not sheet.name]
        rows = [each.row for each in made]
        problems = [
            *own,
            *(problem for each in made for problem in (*each.problems, *lint(each.row))),
            *lint_together(rows),
        ]
        yield Summary(
            file=document.file,
            sheet=sheet.name,
            version=sheet.version,
            skipped=sheet.skipped,
            rows=len(made),
            granting=sum(each.avail is not None and not each.why for each in made),
            idle=dict(Counter(each.why for each in made if each.why)),
            refused=sum(each.is_refused for each in made),
            problems=problems,
        )
