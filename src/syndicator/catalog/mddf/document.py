"""Avails in XML (2.3 to 2.7) to rows: one for each transaction of each asset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from syndicator.catalog.faults import Faults
from syndicator.catalog.mddf import paths
from syndicator.catalog.mddf.elements import Element, read_elements
from syndicator.catalog.mddf.row import Cell, Row, Sheet
from syndicator.model.problem import Place

KEYED = {
    **dict.fromkeys(("AltID", "EpisodeAltID", "EpisodeID", "RetailerID1", "RetailerID2",
                     "RetailerID3", "RetailerEpisodeID1", "RetailerEpisodeID2"), "AltIdentifier"),
    **dict.fromkeys(("SeasonAltID", "SeasonID", "RetailerSeasonID"), "SeasonAltIdentifier"),
    **dict.fromkeys(("SeriesAltID", "SeriesID", "RetailerSeriesID"), "SeriesAltIdentifier"),
    **dict.fromkeys(("VolumeAltID", "VolumeID", "RetailerVolumeID"), "VolumeAltIdentifier"),
}  # fmt: skip
"""Columns that are spelled as an identifier with their name before it: `SeriesAltID:jake`."""

PLAIN = {"AltIdentifier": "AltID", "SeasonAltIdentifier": "SeasonAltID",
         "SeriesAltIdentifier": "SeriesAltID", "VolumeAltIdentifier": "VolumeAltID"}  # fmt: skip


def read_document(path: Path, shown: str, faults: Faults) -> list[Sheet]:
    """Return an avails document as one sheet."""
    root = read_elements(path, shown, faults)
    if root is None:
        return []
    match = paths.NAMESPACE.fullmatch(root.space)
    if root.name != "AvailList" or match is None or match[1] not in paths.METADATA:
        faults.add("not-avails", "this XML is no list of avails of a version we know",
                   Place(shown, root.line, root.column), found=f"{root.name} {root.space}",
                   expected="AvailList of avails 2.3 to 2.7")  # fmt: skip
        return []
    reading = _Reading(shown, faults)
    rows = tuple(row for avail in root.every("Avail") for row in reading.rows(avail))
    leaves = (each for each in root.walk() if not each.children and id(each) not in reading.used)
    unused = tuple(dict.fromkeys(each.name for each in leaves if each.text))
    return [Sheet(file=shown, name="", version=match[1], rows=rows, root=root, unused=unused)]


@attrs.define
class _Reading:
    file: str
    faults: Faults
    used: set[int] = attrs.field(factory=set)

    def rows(self, avail: Element) -> Iterator[Row]:
        shared = self.taken(avail, paths.AVAIL)
        flag = avail.first("ExceptionFlag")
        if flag is not None:
            shared["ExceptionFlag"] = self.cell(flag, "No" if flag.text == "false" else "Yes")
        for each in avail.every("SharedEntitlement"):
            ident = each.first("EcosystemID")
            column = {"UVVU": "UV_ID", "DMA": "DMA_ID"}.get(each.attributes.get("ecosystem", ""))
            if ident is not None and column:
                shared[column] = self.cell(ident)
        assets = [shared | self.asset(each) for each in avail.every("Asset")] or [shared]
        kind = avail.first("AvailType")
        if kind is not None and kind.text == "bundle":
            # What is licensed is the bundle, not each work in it: in a workbook, a collection.
            assets = [each | {"WorkType": self.cell(kind, "Collection")} for each in assets]
        transactions = list(avail.every("Transaction"))
        if not transactions:
            self.faults.add("avails-empty", "an avail has no transaction", self.place(avail),
                            expected="at least one")  # fmt: skip
        self.structure(avail, assets)
        self.used |= {id(x) for x in avail.children if x.name in {"AvailType", "ShortDescription"}}
        for transaction in transactions:
            cells = self.transaction(transaction)
            for asset in assets:
                territory = transaction.first("Territory") is None
                yield Row(file=self.file, sheet="", number=transaction.line, worldwide=territory,
                          cells={**asset, **cells})  # fmt: skip

    def structure(self, avail: Element, assets: list[dict[str, Cell]]) -> None:
        """Note where the kind of an avail and its assets disagree.

        Source: structure_avail_v2.6.json of MovieLabs' validator; schemas do not tell.
        """
        kind = avail.first("AvailType")
        works = [each["WorkType"].text for each in assets if "WorkType" in each]
        fitting = [each for each in works if kind and paths.AVAIL_TYPES.get(each) == kind.text]
        single = {"single", "episode", "season", "series", "volume"}
        if kind is not None and kind.text in single and (len(works) != 1 or not fitting):
            self.faults.warn("avails-structure", f"an avail of type {kind.text} has one asset of "
                             "that kind", self.place(kind),
                             found=", ".join(works) or "none")  # fmt: skip

    def asset(self, asset: Element) -> dict[str, Cell]:
        cells = self.taken(asset, paths.WORK)
        work = cells["WorkType"].text if "WorkType" in cells else ""
        unit = asset.first("Metadata") or asset.first("EpisodeMetadata")
        if unit is not None:
            found = self.taken(unit, paths.UNIT) | self.identifiers(unit)
            episode = unit.name == "EpisodeMetadata"
            cells |= {paths.EPISODE.get(k, k): v for k, v in found.items()} if episode else found
            number = unit.first("EpisodeNumber/Number")
            if number is not None:
                cells["EpisodeNumber"] = self.cell(number)
        for each in asset.walk():
            columns = {"SeasonMetadata": paths.SEASON, "SeriesMetadata": paths.SERIES,
                       "VolumeMetadata": paths.VOLUME}.get(each.name)  # fmt: skip
            if columns:
                cells |= self.taken(each, columns) | self.identifiers(each)
        ident = asset.attributes.get("contentID")
        if ident:
            column = {"Episode": "EpisodeContentID", "Season": "SeasonContentID",
                      "Series": "SeriesContentID",
                      "Volume": "VolumeContentID"}.get(work, "ContentID")  # fmt: skip
            cells.setdefault(column, self.cell(asset, ident))
        return cells

    def identifiers(self, metadata: Element) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for each in metadata.children:
            text = each.first("Identifier")
            if each.name not in PLAIN or text is None:
                continue
            head, colon, rest = text.text.partition(":")
            column = head if colon and KEYED.get(head) == each.name else PLAIN[each.name]
            found.setdefault(column, self.cell(text, rest if column == head else text.text))
            space = each.first("Namespace")
            if space is not None:
                self.used.add(id(space))
        return found

    def transaction(self, transaction: Element) -> dict[str, Cell]:
        cells = self.taken(transaction, paths.TRANSACTION)
        ident = transaction.attributes.get("TransactionID")
        if ident:
            cells["AvailID"] = self.cell(transaction, ident)
        profile = transaction.first("FormatProfile")
        for name in ("HDR", "WCG", "HFR", "NGAudio"):
            if profile is not None and name in profile.attributes:
                cells[name] = self.cell(profile, profile.attributes[name])
        for side in ("Start", "End"):
            cells |= self.bound(transaction, side)
        for column, name in (("Territory", "Territory"), ("TerritoryExclusion",
                                                           "TerritoryExcluded")):  # fmt: skip
            codes = [code for each in transaction.every(name) for code in each.children]
            if codes:
                text = ", ".join(code.text for code in codes)
                cells[column] = self.cell(codes[0], text)
                self.used |= {id(code) for code in codes}
        for column, name in paths.LANGUAGES.items():
            listed = list(transaction.every(name))
            if listed:
                cells[column] = self.cell(listed[0], ", ".join(map(_language, listed)))
                self.used |= {id(each) for each in listed}
        required = [x for x in transaction.every("AssetLanguage")
                    if x.attributes.get("assetProvided") == "true"]  # fmt: skip
        if required:
            text = ", ".join(map(_language, required))
            cells["RequiredFulfillmentLanguages"] = self.cell(required[0], text)
        return cells | self.terms(transaction)

    def bound(self, transaction: Element, side: str) -> dict[str, Cell]:
        moment = transaction.first(side)
        if moment is not None:
            return {side: self.cell(moment)}
        condition = transaction.first(f"{side}Condition")
        if condition is None:
            return {}
        found = {side: self.cell(condition)}
        if "lag" in condition.attributes:
            found[f"{side}Lag"] = self.cell(condition, condition.attributes["lag"])
        return found

    def terms(self, transaction: Element) -> dict[str, Cell]:
        columns = {paths.TERM_NAMES.get(name, name): name for name in paths.TERMS}
        found: dict[str, Cell] = {}
        for term in transaction.every("Term"):
            name = term.attributes.get("termName", "")
            value = next(iter(term.children), None)
            if value is None:
                continue
            if name in columns:
                found[columns[name]] = self.cell(value)
            elif name.removeprefix("TPR-") in paths.PRICES and "PriceType" not in found:
                price = name.replace("EpisodeWSP", "WSP").replace("SeasonWSP", "WSP")
                found["PriceType"] = self.cell(term, price)
                found["PriceValue"] = self.cell(value)
            else:
                continue
            if "currency" in value.attributes:
                found["PriceCurrency"] = self.cell(value, value.attributes["currency"])
        return found

    def taken(self, element: Element, columns: Mapping[str, str]) -> dict[str, Cell]:
        found = {}
        for column, path in columns.items():
            each = element.first(path)
            if each is not None and each.text:
                listed = list(element.every(path)) if column == "BundledALIDs" else []
                self.used |= {id(x) for x in listed}
                several = [x.text for x in listed]
                found[column] = self.cell(each, "; ".join(several) if several else None)
        return found

    def cell(self, element: Element, text: str | None = None) -> Cell:
        self.used.add(id(element))
        value = element.text if text is None else text
        return Cell(value, self.place(element), element.name)

    def place(self, element: Element) -> Place:
        return Place(self.file, element.line, element.column, element.name)


def _language(element: Element) -> str:
    asset = element.attributes.get("asset")
    return f"{element.text}:{paths.ASSETS.get(asset, asset)}" if asset else element.text
