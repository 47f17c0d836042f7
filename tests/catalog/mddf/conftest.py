"""Sheets of avails written cell by cell, and the real ones from outside where they are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from syndicator.catalog.mddf.grant import Judged, Terms, judge
from syndicator.catalog.mddf.reading import read_avails_file
from syndicator.catalog.mddf.row import Document

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
real = pytest.mark.skipif(
    not (DATA / "avails").is_dir(), reason="the sample files of ../shared/data are not here"
)

ROW: dict[str, Any] = {
    "DisplayName": "Rockstar Films",
    "Territory": "US",
    "WorkType": "Season",
    "EntryType": "Full Extract",
    "SeriesTitleInternalAlias": "Detectives, The",
    "SeasonNumber": 1,
    "SeriesAltID": "s",
    "SeriesContentID": "md:cid:org:x:s",
    "SeasonContentID": "md:cid:org:x:s-1",
    "ALID": "s-1",
    "LicenseType": "SVOD",
    "FormatProfile": "HD",
    "Start": date(2026, 1, 1),
    "End": date(2026, 12, 31),
    "AvailID": "a-1",
}
"""A row in order; a test says what is other."""

EPISODE = {"WorkType": "Episode", "EpisodeNumber": 2, "EpisodeTitleInternalAlias": "Two",
           "EpisodeContentID": "md:cid:org:x:s-1-2", "ALID": "s-1-2"}  # fmt: skip


def write(
    path: Path,
    *rows: Mapping[str, Any] | None,
    more: Sequence[str] = (),
    heads: int = 3,
    sheet: str = "TV",
) -> Path:
    """Write rows that differ from ROW; None is an empty row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(sheet)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    names = list(dict.fromkeys([*ROW, *(key for row in rows for key in row or ()), *more]))
    if heads > 1:
        page.write_row(0, 0, ["Avail"] * len(names))
    page.write_row(heads - 2 if heads > 1 else 0, 0, names)
    if heads == 3:
        page.write(2, 0, "1.9")
    for number, row in enumerate(rows, max(heads, 1)):
        for at, name in enumerate(names):
            value = ({**ROW, **row}).get(name, "") if row is not None else ""
            if hasattr(value, "isoformat"):
                page.write_datetime(number, at, value, day)
            elif isinstance(value, str) and value.startswith("="):
                page.write_formula(number, at, value, None, "")
            elif value != "":
                page.write(number, at, value)
    book.close()
    return path


def read(path: Path) -> Document:
    return read_avails_file(path, f"avails/{path.name}")


def judged(path: Path, **settings: Any) -> list[Judged]:
    terms = Terms.of(settings.get("licences", {}), settings.get("licensees", {}), {})
    return [judge(row, terms) for row in read(path).rows]


def the_one(path: Path, *rows: Mapping[str, Any], **settings: Any) -> Judged:
    (found,) = judged(write(path / "a.xlsx", *rows), **settings)
    return found
