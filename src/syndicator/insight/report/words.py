"""Small texts of the report: instants with their zones, spans of cuts, territories in short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row
from syndicator.model.moment import zone_of
from syndicator.model.territory import Territories

MOST_PLACES = 8


def utc(moment: datetime) -> str:
    """Return an instant for people, with its zone."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def axis(moment: datetime) -> str:
    """Return an instant as an axis of dates reads it; axes are in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def local(moment: datetime, territories: Territories, zones: Mapping[str, str]) -> str:
    """Return an instant as it reads in the first of some territories, and in UTC."""
    codes = list(territories)
    zone = zone_of(codes[0], dict(zones)) if codes else "UTC"
    if zone == "UTC":
        return utc(moment)
    wall = moment.astimezone(ZoneInfo(zone))
    return f"{wall:%Y-%m-%d %H:%M} {zone} ({moment:%H:%M} UTC)"


def cuts(names: Sequence[str]) -> str:
    """Return `ep001`, or `ep001 … ep010 (10)`."""
    few = list(dict.fromkeys(names))
    return few[0] if len(few) == 1 else f"{few[0]} … {few[-1]} ({len(few)})"


def cuts_of(rows: Sequence[Row]) -> str:
    """Return the cuts of some releases in short, in the order of the series."""
    return cuts([row.key.cut for row in sorted(rows, key=lambda row: (row.order, row.key))])


def cuts_in(bunches: Iterable[Bunch]) -> str:
    """Return the cuts of some bunches in short, in the order of the series."""
    return cuts([cut for _, cut in sorted({pair for each in bunches for pair in each.cuts})])


def places(codes: frozenset[str]) -> str:
    """Return territories short enough for a label."""
    words = str(Territories(codes)).split()
    if len(words) <= MOST_PLACES:
        return " ".join(words)
    return f"{' '.join(words[:MOST_PLACES])} … ({len(codes)})"


def plain(text: str) -> str:
    """Return text so that the charting library, which reads some HTML, shows it as it is."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return escape(shown, quote=False)


def lines(texts: Sequence[str]) -> str:
    """Return a hover text of several lines."""
    return "<br>".join(map(plain, texts))
