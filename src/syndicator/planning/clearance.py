"""Clearance: what the avails allow; each refusal names the row that forbids or ends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from syndicator.model.moment import iso
from syndicator.model.release import Reason
from syndicator.model.rights import Avail
from syndicator.model.territory import NOWHERE, Territories


@attrs.frozen
class Cleared:
    """What may be shown of a group of territories at an instant."""

    territories: Territories
    refused: Territories
    reason: Reason | None
    """Why the refused ones are; None where none is."""

    closings: tuple[tuple[datetime, Territories], ...]
    """When the rights end, and in which of the cleared territories; earliest first."""


class Clearance:
    """The avails of a series, as one channel with its terms sees them."""

    def __init__(self, avails: Sequence[Avail] | None, channel: str, model: str) -> None:
        self._free = avails is None
        every = avails or ()
        self._mine = [
            each
            for each in every
            if each.covers_channel(channel)
            and (not each.business_models or model in each.business_models)
        ]
        self._channel = channel
        self._model = model
        self._others = [
            each for each in every if each.exclusive and not each.covers_channel(channel)
        ]
        self._every = every
        self._seen: dict[tuple[datetime, Territories], Cleared] = {}

    def at(self, moment: datetime, territories: Territories) -> Cleared:
        """Return what may be shown in these territories from that instant on."""
        if self._free:
            return Cleared(territories, NOWHERE, None, ())
        key = (moment, territories)
        if key not in self._seen:
            self._seen[key] = self._clear(moment, territories)
        return self._seen[key]

    def _clear(self, moment: datetime, territories: Territories) -> Cleared:
        licensed = self._licensed(moment, territories)
        taken = _holding(self._others, moment, licensed)
        barred = NOWHERE
        for avail in taken:
            barred = barred | (avail.territories & licensed)
        cleared = licensed - barred
        refused = territories - cleared
        reason = self._reason(moment, territories - licensed, taken) if refused else None
        return Cleared(cleared, refused, reason, self._closings(moment, cleared))

    def _licensed(self, moment: datetime, territories: Territories) -> Territories:
        found = NOWHERE
        for avail in self._mine:
            found = found | _open_in(avail, moment, territories)
        return found

    def _reason(self, moment: datetime, unlicensed: Territories, taken: Sequence[Avail]) -> Reason:
        if not unlicensed:
            avail = taken[0]
            return Reason(
                "exclusive",
                f"{avail.id} gives {avail.territories} to {', '.join(avail.channels)} alone "
                f"until {_until(avail)}",
            )
        nearest = self._nearest(moment, unlicensed)
        return Reason("no-rights", f"no licence for {unlicensed} at {iso(moment)}: {nearest}")

    def _nearest(self, moment: datetime, unlicensed: Territories) -> str:
        """Name the licence row that comes nearest, and what about it does not fit."""
        code = next(iter(unlicensed))
        there = [each for each in self._every if code in each.territories]
        for avail in there:
            if not avail.covers_channel(self._channel):
                continue
            if avail.business_models and self._model not in avail.business_models:
                allowed = ", ".join(sorted(avail.business_models))
                return f"{avail.id} licenses {code} for {allowed}, not {self._model}"
            window = avail.window_in(code)
            if window.opens and moment < window.opens:
                return f"{avail.id} begins on {iso(window.opens)} in {code}"
            if window.closes and moment >= window.closes:
                return f"{avail.id} ended on {iso(window.closes)} in {code}"
        if there:
            return f"{there[0].id} licenses {code} to {', '.join(there[0].channels)} only"
        return f"no avails row names {code}"

    def _closings(
        self, moment: datetime, cleared: Territories
    ) -> tuple[tuple[datetime, Territories], ...]:
        ends: dict[datetime | None, set[str]] = {}
        for group in self._alike(cleared):
            end = self._end(moment, next(iter(group.codes)))
            ends.setdefault(end, set()).update(group.codes)
        return tuple(
            (end, Territories(frozenset(codes)))
            for end, codes in sorted((e, c) for e, c in ends.items() if e is not None)
        )

    def _alike(self, cleared: Territories) -> list[Territories]:
        """Split territories so that in each part every avail means one window."""
        groups: dict[tuple[object, ...], set[str]] = {}
        for code in cleared.codes:
            shape = tuple(
                (number, avail.window_in(code) if avail.window_by_territory else None)
                for number, avail in enumerate(self._mine)
                if code in avail.territories
            )
            groups.setdefault(shape, set()).add(code)
        return [Territories(frozenset(codes)) for codes in groups.values()]

    def _end(self, moment: datetime, code: str) -> datetime | None:
        """Return when the rights that hold at an instant end, over windows that join up."""
        windows = [each.window_in(code) for each in self._mine if code in each.territories]
        end: datetime = moment
        grew = True
        while grew:
            grew = False
            for window in windows:
                if window.opens is None or window.opens <= end:
                    if window.closes is None:
                        return None
                    if window.closes > end:
                        end, grew = window.closes, True
        return end


def _open_in(avail: Avail, moment: datetime, territories: Territories) -> Territories:
    """Return in which of the territories an avail is open at an instant."""
    here = avail.territories & territories
    if not avail.window_by_territory:
        return here if moment in avail.window else NOWHERE
    return Territories(frozenset(code for code in here.codes if moment in avail.window_in(code)))


def _holding(avails: Sequence[Avail], moment: datetime, licensed: Territories) -> list[Avail]:
    return [avail for avail in avails if _open_in(avail, moment, licensed)]


def _until(avail: Avail) -> str:
    return iso(avail.window.closes) if avail.window.closes else "further notice"
