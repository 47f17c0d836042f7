"""The licence of a row as XML: one transaction for each group of territories that open together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from syndicator.catalog.dates import moment
from syndicator.catalog.faults import Faults
from syndicator.catalog.mddf import paths, values
from syndicator.catalog.mddf.nodes import CannotWrite, Node, check, md, node, some
from syndicator.catalog.mddf.row import Cell, Row
from syndicator.model.moment import iso
from syndicator.model.territory import CODES
from syndicator.model.window import Window

MANY = 200
"""So many territories are written as all but the others."""


def transactions(row: Row, zones: Mapping[str, str]) -> Iterator[Node]:
    faults = Faults()
    where = values.territories(row, faults)
    for name in ("Start", "End"):
        if not row.text(name):
            raise CannotWrite(f"{row.name} has no {name}")
    groups: dict[tuple[str, str], set[str]] = {}
    fixed = [not _condition(row, name) for name in ("Start", "End")]
    plain = attrs.evolve(row, cells={**row.cells} | _without_conditions(row, fixed))
    whole, by_territory = values.window(plain, where, zones, faults)
    if faults.serious:
        found = faults.found[0]
        raise CannotWrite(f"{row.name}: {found.message}")
    for code in where:
        window = by_territory.get(code, whole)
        groups.setdefault(_bounds(window, row), set()).add(code)
    for number, ((start, end), codes) in enumerate(groups.items(), 1):
        made = _transaction(row, codes, (start, end), number)
        check(made, row.name)
        yield made


def _condition(row: Row, name: str) -> str:
    text = row.text(name)
    return next((x for x in values.CONDITIONS if x.casefold() == text.casefold()), "")


def _without_conditions(row: Row, fixed: Sequence[bool]) -> dict[str, Cell]:
    """Return cells that say nothing where the row says an event."""
    cells = {}
    for name, is_date, word in (("Start", fixed[0], "Immediate"), ("End", fixed[1], "Open")):
        if not is_date:
            cells[name] = attrs.evolve(row.cells[name], value=word)
        lag = row.cells.get(f"{name}Lag")
        if lag is not None:
            cells[f"{name}Lag"] = attrs.evolve(lag, value="")
    if "WindowDuration" in row.cells:
        cells["WindowDuration"] = attrs.evolve(row.cells["WindowDuration"], value="")
    return cells


def _bounds(window: Window, row: Row) -> tuple[str, str]:
    start = _condition(row, "Start") or (iso(window.opens) if window.opens else "Immediate")
    end = _condition(row, "End") or (iso(window.closes) if window.closes else "Open")
    return start, end


def _bound(row: Row, name: str, value: str) -> Node:
    if value not in values.CONDITIONS:
        return node(name, value)
    lag = row.text(f"{name}Lag")
    return node(f"{name}Condition", value, **({"lag": lag} if lag else {}))


def _transaction(row: Row, codes: set[str], bounds: tuple[str, str], number: int) -> Node:
    ident = row.text("AvailID")
    profile = {name: row.text(name) for name in ("HDR", "WCG", "HFR", "NGAudio") if row.text(name)}
    licensee = row.text("Licensee")
    out = CODES - codes if len(codes) > MANY else set()
    terms = [*_price(row), *_terms(row)]  # the schema 2.3 asks for one at least
    return node(
        "Transaction", "",
        *([node("Licensee", "", md("DisplayName", licensee))] if licensee else []),
        node("LicenseType", row.text("LicenseType")),
        *some("Description", row.text("Description")),
        *(node("Territory", "", md("country", x)) for x in sorted(codes) if len(codes) <= MANY),
        *(node("TerritoryExcluded", "", md("country", code)) for code in sorted(out)),
        _bound(row, "Start", bounds[0]),
        _bound(row, "End", bounds[1]),
        *some("WindowDuration", row.text("WindowDuration")),
        *_languages(row, "AllowedLanguages"),
        *_languages(row, "AssetLanguage"),
        *_languages(row, "HoldbackLanguage"),
        *some("LicenseRightsDescription", row.text("LicenseRightsDescription")),
        node("FormatProfile", row.text("FormatProfile"), **profile),
        *some("ContractID", row.text("ContractID")),
        *some("ReportingID", row.text("ReportingID")),
        *(terms or [_term("NA", "Text", "NA", row)]),
        *some("OtherInstructions", row.text("OtherInstructions")),
        **({"TransactionID": ident if number == 1 else f"{ident}-{number}"} if ident else {}),
    )  # fmt: skip


def _languages(row: Row, column: str) -> Iterator[Node]:
    words = {asset: name for name, asset in paths.ASSETS.items()}
    required = set(re.split(r"[,;|\s]+", row.text("RequiredFulfillmentLanguages")))
    for word in re.split(r"[,;|\s]+", row.text(column)):
        tag, _, asset = word.partition(":")
        if tag and tag != "*":
            given = {"asset": words.get(asset, asset)} if asset else {}
            if column == "AssetLanguage" and word in required:
                given["assetProvided"] = "true"
            yield node(paths.LANGUAGES[column], tag, **given)


def _price(row: Row) -> Iterator[Node]:
    kind, value = row.text("PriceType"), row.text("PriceValue")
    if not kind:
        return
    prefix, bare = ("TPR-", kind[4:]) if kind.startswith("TPR-") else ("", kind)
    if bare == "WSP" and row.text("WorkType") in {"Episode", "Season"}:
        bare = f"{row.text('WorkType')}WSP"
    yield _term(prefix + bare, "Money" if bare in paths.MONEY else "Text", value or "NA", row)


def _terms(row: Row) -> Iterator[Node]:
    for column, kind in paths.TERMS.items():
        text = row.text(column)
        if not text:
            continue
        if kind == "Boolean":
            text = "true" if text.casefold() in values.TRUE else "false"
        elif kind == "Duration" and not text.startswith("P"):
            text = f"PT{text}H"
        elif kind == "Event" and isinstance(moment(text.replace(" ", "T")), str):
            continue
        yield _term(paths.TERM_NAMES.get(column, column), kind, text, row)


def _term(name: str, kind: str, text: str, row: Row) -> Node:
    if kind == "Money" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        kind = "Text"
    currency = row.text("PriceCurrency")
    given = {"currency": currency} if kind == "Money" and currency else {}
    return node("Term", "", node(kind, text, **given), termName=name)
