"""A row of an avails sheet to what it grants here: rights, no rights, or a fault.

The business models that a licence type stands for are a choice of ours, which
`[avails.licence_types]` overrides. A pre-order (POEST) grants none: orders may be taken, but
nothing may be shown. An episode's licence is for that episode; a season's and a series' are for
the whole series. A film, volume or collection is a product of its own, with cuts that a row does
not name.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from syndicator.catalog.faults import Faults, near
from syndicator.catalog.mddf import values
from syndicator.catalog.mddf.row import Row, located
from syndicator.model.problem import Problem, Severity
from syndicator.model.rights import Avail
from syndicator.model.territory import Territories
from syndicator.model.window import Window

LICENCES: Mapping[str, tuple[str, ...]] = {
    "EST": ("unlock",),
    "VOD": ("unlock",),
    "TVOD": ("unlock",),
    "SVOD": ("subscription",),
    "AVOD": ("ad_supported",),
    "FVOD": ("ad_supported", "free"),
    "FAST": ("ad_supported", "free"),
    "POEST": (),
}
"""Licence type to business models."""

WHOLE = ("Season", "Series")
OTHER = ("Movie", "Short", "Volume", "Collection", "Supplemental", "Promotion")
ENTRIES = ("Full Extract", "Full Delete", "Create", "Update", "Delete")
REMOVING = frozenset({"Full Delete", "Delete"})
FORMATS = ("SD", "HD", "UHD", "3D", "3DSD", "3DHD", "3DUHD")
STATES = ("Approved", "Pending", "Revoked", "Expired")


@attrs.frozen(kw_only=True)
class Terms:
    """How rows are read here: what syndicator.toml says."""

    licences: Mapping[str, tuple[str, ...]]
    """By licence type in small letters."""

    licensees: Mapping[str, tuple[str, ...]]
    """By licensee in small letters."""

    zones: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(
        cls,
        licence_types: Mapping[str, tuple[str, ...]],
        licensees: Mapping[str, tuple[str, ...]],
        zones: Mapping[str, str],
    ) -> Terms:
        """Return the terms of a configuration, over those that are built in."""
        merged = {name.casefold(): models for name, models in LICENCES.items()}
        merged |= {name.casefold(): models for name, models in licence_types.items()}
        known = {name.casefold(): patterns for name, patterns in licensees.items()}
        return cls(licences=merged, licensees=known, zones=zones)


@attrs.frozen(kw_only=True)
class Judged:
    """A row with what became of it."""

    row: Row
    entry: str
    """Of ENTRIES; empty where the row does not say."""

    avail: Avail | None = None
    why: str = ""
    """Why a row that is understood grants nothing here; empty where it does, or is refused."""

    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether it could not be understood."""
        return any(each.severity is Severity.ERROR for each in self.problems)


def judge(row: Row, terms: Terms) -> Judged:
    """Return what a row grants."""
    faults = Faults()
    for name, cell in row.lost.items():
        text = f"`{name}` holds {cell.value}, which says nothing"
        faults.add("avails-lost", text, cell.place, expected="a value",
                   hint="open it in Excel, mend the cell, and save it")  # fmt: skip
    entry = values.one_of(row, "EntryType", ENTRIES, faults)
    work = values.one_of(row, "WorkType", (*WHOLE, "Episode", *OTHER), faults)
    if entry in REMOVING:
        return _judged(row, entry, faults, why="it takes rights away")
    models = _models(row, terms, faults)
    channels = _channels(row, terms, faults)
    where = values.territories(row, faults)
    state = values.one_of(row, "TitleStatus", STATES, faults) if row.text("TitleStatus") else ""
    exclusive = values.is_yes(row, "Exclusive", faults)
    if state and state != "Approved":
        return _judged(row, entry, faults, why=f"its TitleStatus is {state}")
    why = _void(row, work, models, faults)
    if row.text("End").casefold() == "immediate" and not row.text("EndLag"):
        return _judged(row, entry, faults, why="it ends at once")
    if why and not exclusive:
        # A pre-order's end is an event; as it grants nothing, its window does not matter.
        return _judged(row, entry, faults, why=why)
    window = values.window(row, where, terms.zones, faults)
    avail = _avail(row, work, where, window, faults)
    if why:
        faults.add("avails-exclusive", f"a row that grants nothing here ({why}) keeps others out",
                   row.node("Exclusive"), expected="an exclusive row that can be read",
                   hint="ask the licensor what is exclusive, and write it into series.yaml"
                   )  # fmt: skip
    avail = attrs.evolve(avail, channels=channels, exclusive=exclusive,
                         business_models=frozenset(models or ()))  # fmt: skip
    said = "" if is_ours(channels) else f"the licensee {row.text('Licensee')} is not ours"
    return _judged(row, entry, faults, avail=avail, why=said)


def is_ours(channels: tuple[str, ...]) -> bool:
    """Return whether patterns can name a channel; a licensee that is not ours cannot."""
    return not any(each.startswith("licensee ") for each in channels)


def _judged(
    row: Row, entry: str, faults: Faults, *, avail: Avail | None = None, why: str = ""
) -> Judged:
    made = tuple(map(located, faults.found))
    return Judged(row=row, entry=entry, avail=None if faults.serious else avail,
                  why="" if faults.serious else why, problems=made)  # fmt: skip


def _models(row: Row, terms: Terms, faults: Faults) -> tuple[str, ...] | None:
    text = row.text("LicenseType")
    if not text:
        faults.add("avails-empty", "the row has no LicenseType", row.place("LicenseType"),
                   expected=", ".join(LICENCES))  # fmt: skip
        return None
    models = terms.licences.get(text.casefold())
    if models is None:
        hint = near(text, LICENCES)
        faults.add("unknown-licence-type", "nobody knows this licence type",
                   row.node("LicenseType"), expected=", ".join(LICENCES),
                   hint=f"{hint + ' Or' if hint else 'Say'} which business models it is, in "
                   f'syndicator.toml: [avails.licence_types] "{text}" = ["unlock"]')  # fmt: skip
    return models


def _channels(row: Row, terms: Terms, faults: Faults) -> tuple[str, ...]:
    licensee = row.text("Licensee")
    if not licensee:
        return ("*",)
    patterns = terms.licensees.get(licensee.casefold())
    if patterns is not None:
        return patterns
    faults.warn("unknown-licensee", "the licensee is none of ours: the row gives no channel rights",
                row.node("Licensee"),
                hint=f'if it is, say so in syndicator.toml: [avails.licensees] "{licensee}" = '
                '["CHANNEL"]')  # fmt: skip
    # No channel has a space in its name, so this covers none; the reason that names it is clear.
    return (f"licensee {licensee}",)


def _void(row: Row, work: str, models: tuple[str, ...] | None, faults: Faults) -> str:
    """Return why a row that is understood grants nothing; empty where it does."""
    profile = values.one_of(row, "FormatProfile", FORMATS, faults)
    if work in OTHER:
        return f"a {work.lower()} is not what a series shows"
    if models == ():
        return f"{row.text('LicenseType')} lets nothing be shown"
    if profile.startswith("3D"):
        return "it is for pictures in 3D"
    return ""


def _avail(
    row: Row,
    work: str,
    where: Territories,
    window: tuple[Window, dict[str, Window]],
    faults: Faults,
) -> Avail:
    allowed, held = values.languages(row, faults)
    number = values.number(row, "EpisodeNumber", faults) if work == "Episode" else None
    if work in WHOLE and row.text("EpisodeNumber"):
        faults.add("avails-value", f"a {work.lower()} has no EpisodeNumber",
                   row.node("EpisodeNumber"), expected="WorkType Episode, or no number"
                   )  # fmt: skip
    return Avail(
        id=row.name,
        territories=where,
        episodes=None if number is None else frozenset({number}),
        languages=allowed,
        held_back=held,
        window=window[0],
        window_by_territory=window[1],
        source=row.text("LicenseType"),
        place=row.place(),
    )
