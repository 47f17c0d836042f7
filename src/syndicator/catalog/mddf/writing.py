"""What a workspace has, as avails for others: complete groups of an ALID, or nothing.

A full extract replaces all that its receiver knew of the ALID, so a row that is left out is a
licence taken away; an export of some series refuses to tear such a group apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import attrs

from syndicator.catalog.mddf import markup, paths
from syndicator.catalog.mddf.columns import VERSIONS
from syndicator.catalog.mddf.elements import Element
from syndicator.catalog.mddf.grant import Judged
from syndicator.catalog.mddf.nodes import CannotWrite
from syndicator.catalog.mddf.row import Document, Row, Sheet
from syndicator.catalog.mddf.shelf import Shelf
from syndicator.catalog.mddf.table import Table, tables, write_workbook

NEWER = frozenset({"Create", "Update", "Delete"})


@attrs.frozen(kw_only=True)
class Export:
    """What is written."""

    shelf: Shelf
    chosen: Sequence[Judged]
    own: Sequence[Row] = ()
    """Rows made of `avails:` in series.yaml."""

    whole: bool
    """Whether it is all that the workspace has."""

    zones: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def rows(self) -> list[Row]:
        """The rows that are told, as the state that they come to."""
        told = [_as_state(each) for each in self.chosen if each.entry != "Delete"]
        return [*told, *self.own]


def choose(
    shelf: Shelf,
    own: Sequence[Row],
    zones: Mapping[str, str],
    series: Collection[str] | None = None,
) -> Export:
    """Return what an export of all, or of some series, consists of.

    Raises:
        CannotWrite: a row is refused, or a group of an ALID would be torn apart.
    """
    wanted = None if series is None else sorted(series)
    chosen = (
        list(shelf.everything)
        if wanted is None
        else [each for name in wanted for each in shelf.rows.get(name, ())]
    )
    refused = next((each for each in chosen if each.is_refused), None)
    if refused is not None:
        raise CannotWrite(f"{refused.row.name} cannot be understood: {refused.problems[0].message}")
    keys = {each.row.key for each in chosen}
    names = {each.row.name for each in chosen}
    torn = [each.row for each in shelf.everything
            if each.row.key in keys and each.row.name not in names]  # fmt: skip
    if torn:
        raise CannotWrite(
            f"{torn[0].name} has the ALID of a row that is written, but is none of "
            f"{', '.join(wanted or ())}: as a full extract the rest would take its licence away; "
            f"export all, or give it the same external_ids ({len(torn)} such rows)"
        )
    return Export(shelf=shelf, chosen=chosen, own=own, whole=wanted is None, zones=zones)


def write(export: Export, path: Path, version: str | None) -> list[str]:
    """Write an export; return what could not be said in that form.

    Raises:
        CannotWrite: a row cannot be said in that form at all.
    """
    if not export.rows:
        raise CannotWrite("there are no avails to write")
    if path.suffix.lower() == ".xml":
        return _write_xml(export, path, version)
    if path.suffix.lower() != ".xlsx":
        raise CannotWrite(f"{path.name} is neither .xlsx nor .xml")
    if version is not None and version not in VERSIONS:
        raise CannotWrite(f"a workbook has one of the versions {', '.join(VERSIONS)}")
    documents = [each for each in export.shelf.documents if each.sheets]
    if version is None and all(each.file.lower().endswith(".xlsx") for each in documents):
        made = [*_verbatim(export, documents)]
        made += [*tables([(row, None) for row in export.own], "1.9")] if export.own else []
    else:
        _sayable(export.rows, version or "1.9")
        by_place = {(s.file, s.name): s for each in documents for s in each.sheets}
        pairs = [(row, by_place.get((row.file, row.sheet))) for row in export.rows]
        made = [*tables(pairs, version or "1.9")]
    write_workbook(path, made)
    return _without_column(export, documents)


def _without_column(export: Export, documents: Sequence[Document]) -> list[str]:
    files = {each.row.file for each in export.chosen}
    return [
        f"{sheet.file}: a workbook has no column for {', '.join(sheet.unused)}"
        for document in documents for sheet in document.sheets
        if sheet.unused and sheet.file in files
    ]  # fmt: skip


def _verbatim(export: Export, documents: Sequence[Document]) -> list[Table]:
    """Return the sheets as they are, without the rows that do not count."""
    counting = {(each.row.file, each.row.sheet, each.row.number): each for each in export.chosen}
    found = []
    for sheet in (sheet for document in documents for sheet in document.sheets):
        if sheet.skipped:
            found += [Table(sheet.name, sheet.body)] if export.whole else []
            continue
        first = len(sheet.heads) + 1
        of_rows = {each.number for each in sheet.rows}
        lines = []
        for number, raw in enumerate(sheet.body, first):
            judged = counting.get((sheet.file, sheet.name, number))
            if judged is not None:
                lines += [_raw(judged, sheet)] if judged.entry != "Delete" else []
            elif number not in of_rows and export.whole:
                lines.append(list(raw))
        if export.whole or lines:
            found.append(Table(sheet.name, [*sheet.heads, *lines]))
    return found


def _raw(judged: Judged, sheet: Sheet) -> list[object]:
    raw = list(judged.row.raw)
    if judged.entry in NEWER:
        raw[list(sheet.columns).index("EntryType")] = "Full Extract"
    return raw


def _as_state(judged: Judged) -> Row:
    row = judged.row
    if judged.entry not in NEWER:
        return row
    entry = attrs.evolve(row.cells["EntryType"], value="Full Extract")
    return attrs.evolve(row, cells={**row.cells, "EntryType": entry})


def _sayable(rows: Sequence[Row], version: str) -> None:
    for row in rows:
        if version == "1.7.3" and row.text("WorkType") == "Volume":
            raise CannotWrite(f"{row.name} is of a volume, which {version} does not know")


def _write_xml(export: Export, path: Path, version: str | None) -> list[str]:
    documents = [each for each in export.shelf.documents if each.sheets]
    wanted = version or _version_of(documents)
    if wanted not in paths.METADATA:
        raise CannotWrite(f"XML has one of the versions {', '.join(paths.METADATA)}")
    told = {each.row.file for each in export.chosen}
    source = next((x for x in documents if x.file in told), None)
    root = source.sheets[0].root if source and len(told) == 1 and not export.own else None
    if root is not None and not any(each.entry in NEWER for each in export.chosen):
        keep = _kept(root, export, wanted, source.sheets[0].version if source else wanted)
        if keep:
            path.write_text(markup.document(root, wanted, keep), encoding="utf-8")
            return []
    path.write_text(markup.markup(export.rows, wanted, export.zones), encoding="utf-8")
    return [f"XML has no element for {', '.join(gone)}"] if (gone := _homeless(export)) else []


def _kept(root: Element, export: Export, wanted: str, had: str) -> list[Element]:
    """Return the avails of a document that count, as elements; none where they cannot be kept."""
    order = list(paths.METADATA)
    if order.index(wanted) < order.index(had):
        return []  # an older schema may not know what stands there
    lines = {each.row.number for each in export.chosen}
    keep = []
    for avail in root.every("Avail"):
        own = {each.line for each in avail.every("Transaction")}
        if own & lines:
            if not own <= lines:
                return []
            keep.append(avail)
    return keep


def _version_of(documents: Sequence[Document]) -> str:
    found = {sheet.version for each in documents for sheet in each.sheets if sheet.root}
    return found.pop() if len(found) == 1 else "2.7"


HOMELESS = ("OtherTerms", "Metadata", "Any", "RetailerSpare1", "RetailerSpare2", "RetailerSpare3",
            "PackageLabel", "DistributionNumber", "Director", "CompanyDisplayCredit",
            "GroupIdentity", "ReleaseHistoryOriginal", "ReleaseHistoryPhysicalHV", "RatingReason",
            "ProductID", "EncodeID", "CaptionIncluded", "AssociatedALID",
            "VolumeDistributionNumber")  # fmt: skip
"""Columns that we write no element for."""


def _homeless(export: Export) -> list[str]:
    rows = export.rows
    gone = [name for name in HOMELESS if any(row.text(name) for row in rows)]
    unclear = any(row.text("TotalRunTime") and not markup.run_length(row) for row in rows)
    return [*gone, *(["TotalRunTime in two parts"] if unclear else [])]
