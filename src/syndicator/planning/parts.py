"""Parts of the world and spans of time in which nothing about some rights changes.

Planning asks the same few rows thousands of times. Their territories split the world into parts,
the bounds of their windows split time into spans, and within one part and one span every answer
is the same: it is worked out once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import attrs

from syndicator.model.release import Reason
from syndicator.model.rights import Avail
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.window import Window

BEGINNING = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class Cleared:
    """What may be shown of a group of territories at an instant."""

    territories: Territories
    refused: Territories
    reason: Reason | None
    """Why the refused ones are; None where none is."""

    barred: Territories
    """Those of the refused that are licensed, and somebody else's alone for now."""

    closings: tuple[tuple[datetime, Territories], ...]
    """When the rights end, and in which of the cleared territories; earliest first."""


@attrs.frozen
class Part:
    """Territories that all rows in question treat alike."""

    codes: frozenset[str]
    own: tuple[Window, ...]
    """When it is licensed; apart from each other, earliest first."""

    others: tuple[Window, ...]
    """When it is somebody else's alone; apart from each other, earliest first."""

    def free_from(self, moment: datetime) -> datetime | None:
        """Return when it may be shown that is somebody else's alone at an instant, if ever.

        A release is moved behind windows of others, and never over a gap in its own licence.
        """
        licence, barring = _around(moment, self.own), _around(moment, self.others)
        end = barring.closes if barring else None
        if licence is None or end is None or (licence.closes and end >= licence.closes):
            return None
        return end

    def cleared_until(self, moment: datetime, licence: Window) -> datetime | None:
        """Return when what may be shown at an instant has to go; None: never."""
        for each in self.others:
            if each.opens and each.opens > moment:
                end = licence.closes
                return each.opens if end is None else min(each.opens, end)
        return licence.closes


def _around(moment: datetime, windows: Iterable[Window]) -> Window | None:
    return next((each for each in windows if moment in each), None)


def joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return windows with those that meet or overlap made one, earliest first."""
    found: list[Window] = []
    for each in sorted(filter(None, windows), key=lambda window: window.opens or BEGINNING):
        last = found[-1] if found else None
        if last is None or (last.closes and each.opens and each.opens > last.closes):
            found.append(each)
        elif last.closes and (each.closes is None or each.closes > last.closes):
            found[-1] = Window(last.opens, each.closes)
    return tuple(found)


@attrs.frozen
class Span:
    """What holds from one bound of a window until the next."""

    cleared: tuple[tuple[datetime | None, frozenset[str]], ...]
    """Until when, and where; None is for ever."""

    barred: tuple[tuple[datetime | None, frozenset[str]], ...]
    """Licensed, but somebody else's alone; from when not any more, where a move helps."""


class Timeline:
    """The parts that some rows make of the world, over time."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)
        windows = {window for part in self.parts for window in (*part.own, *part.others)}
        bounds = {bound for each in windows for bound in (each.opens, each.closes) if bound}
        self._bounds = sorted(bounds)
        self._spans: dict[int, Span] = {}
        self._cleared: dict[tuple[int, Territories], Cleared] = {}

    def at(self, moment: datetime, territories: Territories) -> Cleared:
        """Return what may be shown in some territories from an instant on, without the reason."""
        number = bisect_right(self._bounds, moment)
        found = self._cleared.get((number, territories))
        if found is None:
            found = _within(self._span(number, moment), territories)
            self._cleared[number, territories] = found
        return found

    def behind(self, moment: datetime, barred: Territories) -> list[tuple[datetime, Territories]]:
        """Return when territories that are somebody else's alone may be shown, earliest first.

        Those that the licence does not outlast the others' window are left out.
        """
        span = self._span(bisect_right(self._bounds, moment), moment)
        found = [(end, codes & barred.codes) for end, codes in span.barred if end is not None]
        return [(end, Territories(codes)) for end, codes in found if codes]

    def whole_from(self, moment: datetime, territories: Territories) -> datetime | None:
        """Return the first instant from which all of the territories may be shown at once.

        None: some are not licensed until then, or no end of somebody else's window helps.
        """
        parts = [part for part in self.parts if part.codes & territories.codes]
        licences = [_around(moment, part.own) for part in parts]
        untils = [each.closes for each in licences if each and each.closes]
        ends = {each.closes for part in parts for each in part.others if each.closes}
        for end in sorted(end for end in ends if end > moment):
            if untils and end >= min(untils):
                return None
            if not self.at(end, territories).refused:
                return end
        return None

    def _span(self, number: int, moment: datetime) -> Span:
        if number not in self._spans:
            self._spans[number] = _span(self.parts, moment)
        return self._spans[number]


def _span(parts: Iterable[Part], moment: datetime) -> Span:
    cleared: dict[datetime | None, set[str]] = {}
    barred: dict[datetime | None, set[str]] = {}
    for part in parts:
        licence = _around(moment, part.own)
        if licence is None:
            continue
        if _around(moment, part.others):
            barred.setdefault(part.free_from(moment), set()).update(part.codes)
        else:
            cleared.setdefault(part.cleared_until(moment, licence), set()).update(part.codes)
    return Span(_by_end(cleared), _by_end(barred))


def _by_end(
    found: dict[datetime | None, set[str]],
) -> tuple[tuple[datetime | None, frozenset[str]], ...]:
    order = [*sorted(end for end in found if end is not None), None]
    return tuple((end, frozenset(found[end])) for end in order if end in found)


def _within(span: Span, territories: Territories) -> Cleared:
    codes = territories.codes
    cleared: frozenset[str] = frozenset()
    closings = []
    for end, where in span.cleared:
        here = where & codes
        if here and end is not None:
            closings.append((end, Territories(here)))
        cleared |= here
    if cleared == codes:
        return Cleared(territories, NOWHERE, None, NOWHERE, tuple(closings))
    barred = frozenset().union(*(where & codes for _, where in span.barred))
    refused = Territories(codes - cleared)
    return Cleared(Territories(cleared), refused, None, Territories(barred), tuple(closings))


class World:
    """The territories that the rows of a series name, split where any two rows tell them apart."""

    def __init__(self, avails: Sequence[Avail]) -> None:
        self._grants: list[tuple[int, Window]] = []
        """(number of the row, window): by number, what a territory is given."""

        given: dict[str, list[int]] = {}
        for number, avail in enumerate(avails):
            for window, codes in _windows(avail):
                grant = len(self._grants)
                self._grants.append((number, window))
                for code in codes:
                    given.setdefault(code, []).append(grant)
        cells: dict[tuple[int, ...], set[str]] = {}
        for code, grants in given.items():
            cells.setdefault(tuple(grants), set()).add(code)
        self._cells = [(frozenset(codes), grants) for grants, codes in cells.items()]
        self._joined: dict[tuple[int, ...], tuple[Window, ...]] = {}

    def timeline(self, own: Sequence[int], others: Sequence[int]) -> Timeline:
        """Return the parts as some rows license them, and others give them to somebody else."""
        mine, theirs = frozenset(own), frozenset(others)
        parts: dict[tuple[tuple[int, ...], tuple[int, ...]], frozenset[str]] = {}
        for codes, grants in self._cells:
            key = (
                tuple(each for each in grants if self._grants[each][0] in mine),
                tuple(each for each in grants if self._grants[each][0] in theirs),
            )
            if key[0]:
                parts[key] = parts.get(key, frozenset()) | codes
        return Timeline(
            Part(codes, self._windows_of(licences), self._windows_of(barring))
            for (licences, barring), codes in parts.items()
        )

    def _windows_of(self, grants: tuple[int, ...]) -> tuple[Window, ...]:
        if grants not in self._joined:
            self._joined[grants] = joined(self._grants[each][1] for each in grants)
        return self._joined[grants]


def _windows(avail: Avail) -> Iterable[tuple[Window, Iterable[str]]]:
    if not avail.window_by_territory:
        return [(avail.window, avail.territories.codes)]
    found: dict[Window, list[str]] = {}
    for code in avail.territories.codes:
        found.setdefault(avail.window_in(code), []).append(code)
    return found.items()
