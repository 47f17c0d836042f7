"""What proves that a series may be shown: documents of the chain of title, and disclosures.

None of it is shown to viewers, so it is no part of a release's content: a new contract changes
nothing that is live.
"""

from __future__ import annotations

from datetime import date

import attrs

from syndicator.model.problem import Place
from syndicator.model.territory import EVERYWHERE, Territories

DOCUMENT_KINDS = (
    "chain_of_title", "script", "performers", "music", "novel", "likeness", "insurance", "other",
)  # fmt: skip
"""What a document proves the right to; `likeness` is the consent to a voice or a face that a
machine made, `insurance` is errors and omissions."""

DISCLOSURE_KINDS = ("on_screen", "credits", "metadata", "filing")
"""How it is told that a machine made something: a label in the picture, a line in the credits, a
mark in the file that programs read, a number that an authority gave."""


@attrs.frozen(kw_only=True)
class Document:
    """A document of the chain of title, and what became of looking at its file."""

    kind: str
    """One of `DOCUMENT_KINDS`."""

    file: str
    """As series.yaml names it."""

    sha256: str
    """Hex; of the file that was signed."""

    found: str | None = None
    """Hex; of the file that is there now. None: it could not be read."""

    trouble: str = ""
    """Why it could not be read, where it could not."""

    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which it holds, in each territory's own time."""

    territories: Territories = EVERYWHERE
    place: Place

    @property
    def fault(self) -> str:
        """What is wrong with the file; empty where it is the one that was signed."""
        if self.found is None:
            return f"{self.file} {self.trouble or 'is not there'}"
        if self.found != self.sha256:
            return (
                f"{self.file} is not the file that was signed: "
                f"SHA-256 {self.found[:12]}…, not {self.sha256[:12]}…"
            )
        return ""


@attrs.frozen(kw_only=True)
class Disclosure:
    """Where and how it is told that a machine made something."""

    kind: str
    """One of `DISCLOSURE_KINDS`."""

    territories: Territories = EVERYWHERE
    reference: str = ""
    """The number, the text or the file that shows it."""
