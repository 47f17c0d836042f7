"""Rows of avails to XML, in the order that the schemas ask for (avails 2.3 to 2.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import time, timedelta

from syndicator.catalog.mddf import paths, values
from syndicator.catalog.mddf.columns import GROUPS
from syndicator.catalog.mddf.document import KEYED
from syndicator.catalog.mddf.elements import Element
from syndicator.catalog.mddf.licence import transactions
from syndicator.catalog.mddf.lint import RUN_TIME
from syndicator.catalog.mddf.nodes import CannotWrite, Node, check, md, node, some
from syndicator.catalog.mddf.row import Row
from syndicator.model.territory import CODES

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
CONTENT = {
    "SeriesContentID": ("SeriesAltID", "SeriesID"),
    "SeasonContentID": ("SeasonAltID", "SeasonID"),
    "VolumeContentID": ("VolumeAltID", "VolumeID"),
    "EpisodeContentID": ("EpisodeAltID", "EpisodeID", "ALID"),
    "ContentID": ("AltID", "EditID", "TitleID", "ALID"),
}
"""Keys that the schema asks for, and what may stand for them."""

WORKS = {"Episode": "EpisodeContentID", "Season": "SeasonContentID", "Series": "SeriesContentID",
         "Volume": "VolumeContentID"}  # fmt: skip


def markup(rows: Sequence[Row], version: str, zones: Mapping[str, str]) -> str:
    """Return rows as an avails document.

    Raises:
        CannotWrite: a row lacks what the schema asks for, or its dates cannot be read.
    """
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(_same(row), []).append(row)
    if not groups:
        raise CannotWrite("there is no row to write, and the schema asks for one")
    root = Node("avails:AvailList", "", [_avail(some, zones) for some in groups.values()],
                 _namespaces(version))  # fmt: skip
    return HEAD + "".join(root.lines())


def document(root: Element, version: str, keep: Iterable[Element]) -> str:
    """Return a document that was read, with some of its avails, in the same or another version."""
    spaces = {root.space: "avails"}
    children = [_copy(each, spaces) for each in keep]
    return HEAD + "".join(Node("avails:AvailList", "", children, _namespaces(version)).lines())


def _copy(element: Element, spaces: dict[str, str]) -> Node:
    space = spaces.get(element.space, "md" if "/schema/md/" in element.space else "")
    name = f"{space}:{element.name}" if space else element.name
    own = {key: text for key, text in element.attributes.items() if key not in element.foreign}
    if not space and element.space:
        own["xmlns"] = element.space
    return Node(name, element.text, [_copy(each, spaces) for each in element.children], own)


def _namespaces(version: str) -> dict[str, str]:
    base = "http://www.movielabs.com/schema"
    return {
        "xmlns:avails": f"{base}/avails/v{version}/avails",
        "xmlns:md": f"{base}/md/v{paths.METADATA[version]}/md",
    }


def _same(row: Row) -> tuple[str, ...]:
    """Return what rows of one avail have in common: the offer, and all that is said of the work."""
    said = (name for name, group in GROUPS.items() if group not in {"AvailTrans", "AvailTerms"})
    return tuple(row.text(name) for name in said if name not in {"AvailID", "ReportingID"})


def _avail(rows: Sequence[Row], zones: Mapping[str, str]) -> Node:
    row = rows[0]
    if not row.text("ALID"):
        raise CannotWrite(f"{row.name} has no ALID, which XML asks for")
    kind = paths.AVAIL_TYPES.get(row.text("WorkType"))
    if kind is None:
        raise CannotWrite(f"{row.name}: no type of avail is known for its WorkType")
    flag = row.text("ExceptionFlag").casefold()
    made = node(
        "Avail", "",
        node("ALID", row.text("ALID")),
        node("Disposition", "", node("EntryType", row.text("EntryType"))),
        node("Licensor", "", md("DisplayName", row.text("DisplayName"))),
        *([node("ServiceProvider", "", md("DisplayName", row.text("ServiceProvider")))]
          if row.text("ServiceProvider") else []),
        node("AvailType", kind),
        node("ShortDescription", row.title or row.text("ALID")),
        _asset(row),
        *(each for one in rows for each in transactions(one, zones)),
        *(node("SharedEntitlement", "", node("EcosystemID", row.text(name)), ecosystem=system)
          for name, system in (("UV_ID", "UVVU"), ("DMA_ID", "DMA")) if row.text(name)),
        *(some("ExceptionFlag", "true" if flag in values.TRUE else "false") if flag else []),
    )  # fmt: skip
    check(made, row.name)
    return made


# -- the work --


def _content(row: Row, name: str) -> str:
    found = next((row.text(x) for x in (name, *CONTENT[name]) if row.text(x)), "")
    if not found:
        raise CannotWrite(f"{row.name} has no {name}, which XML asks for")
    return found


def _asset(row: Row) -> Node:
    work = row.text("WorkType")
    if work == "Episode":
        unit = node("EpisodeMetadata", "", *_unit(row, episode=True),
                     node("EpisodeNumber", "", md("Number", row.text("EpisodeNumber"))),
                     _season(row))  # fmt: skip
    elif work == "Season":
        unit = _season(row, of_its_own=True)
    elif work == "Series":
        unit = _series(row)
    elif work == "Volume":
        unit = _volume(row)
    else:
        unit = node("Metadata", "", *_unit(row, episode=False))
    bundled = [each.strip() for each in row.text("BundledALIDs").split(";") if each.strip()]
    return node("Asset", "", node("WorkType", work), unit,
                 *(node("BundledAsset", "", node("BundledALID", each)) for each in bundled),
                 contentID=_content(row, WORKS.get(work, "ContentID")))  # fmt: skip


def _unit(row: Row, *, episode: bool) -> Iterator[Node]:
    names = paths.EPISODE if episode else {}

    def text(column: str) -> str:
        return row.text(names.get(column, column))

    yield from some("TitleDisplayUnlimited", text("TitleDisplayUnlimited"))
    yield node("TitleInternalAlias", text("TitleInternalAlias") or text("TitleDisplayUnlimited"))
    yield from some("EditEIDR-URN", text("EditID"))
    yield from some("TitleEIDR-URN", text("TitleID"))
    yield from _identifiers(row, "AltIdentifier", leave=("EpisodeID",))
    yield from _released(row)
    yield from some("RunLength", run_length(row))
    yield from _rated(row)
    yield from some("LocalizationOffering", row.text("LocalizationType"))


def _season(row: Row, *, of_its_own: bool = False) -> Node:
    more = [*_released(row)], [*_rated(row)]
    return node(
        "SeasonMetadata", "",
        node("SeasonContentID", _content(row, "SeasonContentID")),
        *some("SeasonEIDR-URN", row.text("SeasonID")),
        *some("SeasonTitleDisplayUnlimited", row.text("SeasonTitleDisplayUnlimited")),
        *some("SeasonTitleInternalAlias", row.text("SeasonTitleInternalAlias")),
        node("SeasonNumber", "", md("Number", row.text("SeasonNumber") or "1")),
        *(more[0] if of_its_own else ()), *(more[1] if of_its_own else ()),
        *_identifiers(row, "SeasonAltIdentifier", leave=("SeasonID",)),
        *some("NumberOfEpisodes", row.text("EpisodeCount")),
        _series(row),
    )  # fmt: skip


def _series(row: Row) -> Node:
    return node(
        "SeriesMetadata", "",
        node("SeriesContentID", _content(row, "SeriesContentID")),
        *some("SeriesEIDR-URN", row.text("SeriesID")),
        *some("SeriesTitleDisplayUnlimited", row.text("SeriesTitleDisplayUnlimited")),
        node("SeriesTitleInternalAlias", row.text("SeriesTitleInternalAlias")),
        *_identifiers(row, "SeriesAltIdentifier", leave=("SeriesID",)),
        *some("NumberOfSeasons", row.text("SeasonCount")),
    )  # fmt: skip


def _volume(row: Row) -> Node:
    return node(
        "VolumeMetadata", "",
        node("VolumeContentID", _content(row, "VolumeContentID")),
        *some("VolumeEIDR-URN", row.text("VolumeID")),
        *some("VolumeTitleDisplayUnlimited", row.text("VolumeTitleDisplayUnlimited")),
        *some("VolumeTitleInternalAlias", row.text("VolumeTitleInternalAlias")),
        node("VolumeNumber", "", md("Number", row.text("VolumeNumber") or "1")),
        *_identifiers(row, "VolumeAltIdentifier", leave=("VolumeID",)),
        _season(row),
    )  # fmt: skip


def _identifiers(row: Row, element: str, leave: Sequence[str] = ()) -> Iterator[Node]:
    for column, kind in KEYED.items():
        if kind == element and row.text(column) and column not in leave:
            yield node(element, "", md("Namespace", "org:mddf"),
                        md("Identifier", f"{column}:{row.text(column)}"))  # fmt: skip


def _released(row: Row) -> Iterator[Node]:
    if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", row.text("ReleaseYear")):
        yield node("ReleaseDate", row.text("ReleaseYear"))


def _rated(row: Row) -> Iterator[Node]:
    if row.text("CaptionExemption") in set("123456"):
        yield node("USACaptionsExemptionReason", row.text("CaptionExemption"))
    region = row.text("Territory")
    if row.text("RatingSystem") and row.text("RatingValue") and region in CODES:
        rating = Node("md:Rating", "", [Node("md:Region", "", [md("country", region)]),
                                         md("System", row.text("RatingSystem")),
                                         md("Value", row.text("RatingValue"))])  # fmt: skip
        yield node("Ratings", "", rating)


def run_length(row: Row) -> str:
    """Return a run time as XML spells it; empty where it is not clear what is meant."""
    cell = row.cells.get("TotalRunTime")
    if cell is None or cell.text.startswith("P"):
        return cell.text if cell else ""
    clear = isinstance(cell.value, time | timedelta) or RUN_TIME.fullmatch(cell.text)
    hours, minutes, seconds = (*cell.text.partition(".")[0].split(":"), "0", "0")[:3]
    return f"PT{int(hours)}H{int(minutes)}M{int(seconds)}S" if clear else ""
