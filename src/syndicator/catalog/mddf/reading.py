"""A file of avails, whatever it is, to its sheets."""

from __future__ import annotations

from pathlib import Path

from syndicator.catalog.faults import Faults
from syndicator.catalog.mddf.row import Document, located
from syndicator.model.problem import Place

SUFFIXES = (".xlsx", ".xml")


def read_avails_file(path: Path, shown: str) -> Document:
    """Return the rows of a file, and what is wrong with the file as a whole."""
    faults = Faults()
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from syndicator.catalog.mddf.book import read_book

        sheets = read_book(path, shown, faults)
    elif suffix == ".xml":
        from syndicator.catalog.mddf.document import read_document

        sheets = read_document(path, shown, faults)
    else:
        faults.add("not-avails", "avails are workbooks or XML", Place(shown),
                   expected=", ".join(SUFFIXES))  # fmt: skip
        sheets = []
    return Document(file=shown, sheets=sheets, problems=tuple(map(located, faults.found)))
