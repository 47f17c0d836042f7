"""What single cells of avails mean: territories, dates, languages, yes and no.

What cannot be read is a fault and never left out: an exclusion, an end or a holdback that is
overlooked would widen the licence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from syndicator.catalog.avails import EVER, windows
from syndicator.catalog.companions import language_of
from syndicator.catalog.config import unknown_territory
from syndicator.catalog.dates import FIRST, LAST, moment
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.mddf.row import Row
from syndicator.model.territory import CODES, EVERYWHERE, NOWHERE, Territories
from syndicator.model.window import Window

WORLD = frozenset({"WORLD", "WW", "WORLDWIDE", "ALL", "001", "ZZ"})
"""Words for everywhere; ZZ and 001 are those of MovieLabs' validator (Global, UN M49 World)."""

CONDITIONS = ("Open", "Immediate", "ESTStart", "EST", "Broadcast", "Completed", "Theatrical", "TBD")
"""Source: DateTimeCondition of MovieLabs' vocabulary 2.7."""

TRUE, FALSE = frozenset({"true", "t", "yes", "y", "1"}), frozenset({"false", "f", "no", "n", "0"})
SERIALS = range(20_000, 80_000)
"""Excel's numbers of the days from 1954 to 2119."""

Bound = date | datetime | str | None
"""A date, an instant, a condition; None where the cell cannot be read."""


def territories(row: Row, faults: Faults) -> Territories:
    """Return where a row is for."""
    found = NOWHERE
    if row.text("Territory"):
        found = _codes(row, "Territory", faults)
    elif row.worldwide:
        found = EVERYWHERE
    else:
        faults.add("avails-empty", "the row names no territory", row.place("Territory"),
                   expected="codes of ISO 3166-1, like US, CA")  # fmt: skip
    excluded = _codes(row, "TerritoryExclusion", faults)
    if found and not found - excluded:
        faults.add("unknown-territory", "the exclusions leave nothing of the territories",
                   row.node("TerritoryExclusion"), expected="fewer of them")  # fmt: skip
    return found - excluded


def _codes(row: Row, name: str, faults: Faults) -> Territories:
    codes: set[str] = set()
    for word in re.split(r"[,;|\s]+", row.text(name).upper()):
        if word in WORLD:
            codes |= CODES
        elif word in CODES:
            codes.add(word)
        elif word:
            unknown_territory(word, row.node(name), faults)
    return Territories(frozenset(codes))


def window(
    row: Row, where: Territories, zones: Mapping[str, str], faults: Faults
) -> tuple[Window, dict[str, Window]]:
    """Return when a row holds: as a whole, and by territory where a date is read there."""
    before = len(faults.found)
    start, end = _bound(row, "Start", faults), _bound(row, "End", faults)
    for name in ("StartLag", "EndLag", "WindowDuration"):
        if row.text(name):
            faults.add("avails-condition", "a window that is counted from an event is not known "
                       "beforehand", row.node(name), hint=f"write dates, and leave {name} empty",
                       expected="nothing")  # fmt: skip
    opens = _opening(row, start, faults)
    closes = _closing(row, end, faults)
    if len(faults.found) > before:
        return Window(), {}
    whole, by_territory = Window(), dict[str, Window]()
    if opens != EVER:
        whole, by_territory = windows(opens, closes, where, tuple(sorted(zones.items())))
    if not whole or not all(by_territory.values()) or opens == EVER:
        wrong = row.node("Start" if opens == EVER else "End")
        faults.add("empty-window", "the rights end before they begin", wrong,
                   expected=f"an end after {row.text('Start')}")  # fmt: skip
    return whole, by_territory


def _opening(row: Row, start: Bound, faults: Faults) -> date | None:
    if isinstance(start, str):
        if start != "Immediate":
            _unknown_day(row, "Start", faults)
        return None
    if start is None or start.year < FIRST:
        return None
    return EVER if start.year > LAST else start


def _closing(row: Row, end: Bound, faults: Faults) -> date | None:
    """Return the half-open end: a date alone holds until 23:59:59 of that day."""
    if isinstance(end, str):
        if end != "Open":
            _unknown_day(row, "End", faults)
        return None
    if end is None or end.year > LAST:
        return None
    if end.year < FIRST:
        faults.add("bad-date", "this date cannot be meant", row.node("End"),
                   expected=f"{FIRST} to {LAST}, or Open")  # fmt: skip
        return None
    return end if isinstance(end, datetime) else end + timedelta(days=1)


def _unknown_day(row: Row, name: str, faults: Faults) -> None:
    faults.add("avails-condition", f"`{row.text(name)}` is an event whose day is not known here",
               row.node(name), expected="a date" + (", or Open" if name == "End" else ""),
               hint="ask the licensor for the date, and write it into the cell")  # fmt: skip


def _bound(row: Row, name: str, faults: Faults) -> Bound:
    cell = row.cells.get(name)
    if cell is None:
        faults.add("avails-empty", f"the row has no {name}", row.place(name),
                   expected="a date" + (", or Open" if name == "End" else ""))  # fmt: skip
        return None
    value = cell.value
    if isinstance(value, str):
        text = value.strip().removeprefix("'")
        for word in CONDITIONS:
            if text.casefold() == word.casefold():
                return word
        value = moment(text)
    if isinstance(value, datetime):
        if not FIRST <= value.year <= LAST:
            return value.date()
        # A time without a zone is UTC, by the templates' own rule.
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return value
    faults.add("bad-date", "there is no such date", row.node(name),
               expected="like 2026-12-01" + (", or Open" if name == "End" else ""),
               hint=_serial(value) or near(cell.text, CONDITIONS))  # fmt: skip
    return None


def _serial(value: object) -> str | None:
    """Say what a bare number may be: Excel counts days from 1900, or on old Macs from 1904."""
    number = str(value).removesuffix(".0")
    if not (number.isascii() and number.isdigit()) or int(number) not in SERIALS:
        return None
    day = date(1899, 12, 30) + timedelta(days=int(number))
    return f"it may be {day}: format the cell as a date"


def languages(row: Row, faults: Faults) -> tuple[frozenset[str], frozenset[str]]:
    """Return the only languages allowed, and those held back; empty means no such limit."""
    allowed, held = _tags(row, "AllowedLanguages"), _tags(row, "HoldbackLanguage")
    if allowed and held:
        faults.add("avails-languages", "a row allows languages and holds back others",
                   row.node("HoldbackLanguage"),
                   expected="HoldbackLanguage or AllowedLanguages, not both")  # fmt: skip
    for word in allowed:
        if ":" in word:
            faults.add("avails-languages", "a language that is allowed as subtitles or dub only "
                       "cannot be kept apart here", row.node("AllowedLanguages", word),
                       expected="languages without a suffix",
                       hint="allow the language, or leave it out")  # fmt: skip
    bare = [word.partition(":")[0] for word in held]
    if "*" in bare:
        faults.add("avails-languages", "every language is held back",
                   row.node("HoldbackLanguage"), expected="the languages that are")  # fmt: skip
    if any(":" in word for word in held):
        faults.warn("avails-holdback", "a holdback of subtitles or dub only holds back the "
                    "language as a whole here", row.node("HoldbackLanguage"))  # fmt: skip
    every = "*" in allowed
    return (
        frozenset() if every else _canonical(row, "AllowedLanguages", allowed, faults),
        _canonical(row, "HoldbackLanguage", [word for word in bare if word != "*"], faults),
    )


def _tags(row: Row, name: str) -> list[str]:
    return [word for word in re.split(r"[,;|\s]+", row.text(name)) if word]


def _canonical(row: Row, name: str, words: list[str], faults: Faults) -> frozenset[str]:
    return frozenset(language_of(row.node(name, word), faults) for word in words if ":" not in word)


def is_yes(row: Row, name: str, faults: Faults) -> bool:
    """Return whether a cell says yes; an empty one does not."""
    word = row.text(name).casefold()
    if word and word not in TRUE | FALSE:
        faults.add("avails-value", f"`{name}` says neither yes nor no", row.node(name),
                   expected="True or False, Yes or No, 1 or 0")  # fmt: skip
    return word in TRUE


def number(row: Row, name: str, faults: Faults) -> int | None:
    """Return a whole number from 1 on; a fault where there is none."""
    text = row.text(name)
    if text.isascii() and text.isdigit() and 0 < int(text) < 100_000:  # noqa: PLR2004
        return int(text)
    faults.add("avails-value", f"`{name}` is no number", row.node(name),
               expected="a whole number from 1 on")  # fmt: skip
    return None


def one_of(row: Row, name: str, words: tuple[str, ...], faults: Faults) -> str:
    """Return the word of a vocabulary that a cell spells; empty, and a fault, where it is none."""
    text = row.text(name)
    for word in words:
        if text.casefold() == word.casefold():
            return word
    if text:
        faults.add("avails-value", f"`{name}` cannot be that", row.node(name),
                   expected=", ".join(words), hint=near(text, words))  # fmt: skip
    else:
        faults.add("avails-empty", f"the row has no {name}", row.place(name),
                   expected=", ".join(words))  # fmt: skip
    return ""
