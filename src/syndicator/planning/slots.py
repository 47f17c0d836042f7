"""Slots: when and where one channel shows what a calendar drops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

import attrs

from syndicator.model.calendar import Calendar, Drop, Selection
from syndicator.model.capabilities import Capabilities, TerritoryControl
from syndicator.model.config import ChannelConfig
from syndicator.model.moment import iso
from syndicator.model.plan import Sight, Title
from syndicator.model.release import Action, Reason
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.work import Cut
from syndicator.planning.clearance import Clearance, Meant, Rights, Scope
from syndicator.planning.gaps import Floors, Gaps
from syndicator.planning.limits import review
from syndicator.planning.pieces import MOVED, Piece, ending_apart, names
from syndicator.planning.waves import Opening, instants, openings

NEVER_WAIVED = frozenset({"no-rights", "exclusive", "waits-for-earlier"})
"""Nobody can waive a right that somebody else has to give, or the order of the episodes."""


@attrs.frozen
class Slot:
    """Where and when one channel shows one drop: the same for every cut with the same rights."""

    at: datetime
    territories: Territories
    wave: str
    action: Action
    part: str
    blocked: tuple[Reason, ...]
    held: Reason | None
    closings: tuple[tuple[datetime, Territories], ...]
    moved: Reason | None = None
    """Why it is later than the calendar says."""

    closes_at: datetime | None = None
    give_up_at: datetime | None = None
    takedowns: tuple[tuple[datetime, Territories, str], ...] = ()
    """(when, where, part of the key), for each end of rights."""


class Channel:
    """One channel's share of a calendar, with what is the same for all its releases."""

    def __init__(
        self,
        title: Title,
        rights: Rights,
        calendar: Calendar,
        selection: Selection,
        sight: Sight,
    ) -> None:
        config: ChannelConfig = sight.config.channels[selection.channel]
        self.title = title
        self.series = title.series.id
        self.name = selection.channel
        self.calendar = calendar
        self.selection = selection
        self.can: Capabilities = sight.capabilities.get(selection.channel, Capabilities())
        own = config.territories
        self.territories = own & selection.territories if selection.territories else own
        self.openings, self.left_out = openings(calendar, self.territories)
        if self.can.territory_control is TerritoryControl.NONE:
            # What a calendar leaves out of them it is seen in all the same, and needs rights there.
            self.left_out = self.left_out | (own - self.territories)
            self.territories = own
        self.waived = {code: why for code, why in selection.waived if code not in NEVER_WAIVED}
        self.moves = (selection.respect or calendar.respect) == "move"
        self._rights = rights
        self._clearances: dict[Meant, Clearance] = {}
        self._scopes: dict[Scope, Clearance] = {}
        self._zones = tuple(sorted(sight.config.time_zones.items()))
        ahead = max(sight.config.stage_ahead, self.can.lead or timedelta())
        self._ahead = ahead if self.can.stages else timedelta()
        self._slots: dict[tuple[datetime, Clearance, Territories, Floors], list[Slot]] = {}

    def wants(self, cut: str) -> bool:
        """Return whether the channel gets this cut."""
        return self.selection.cuts is None or cut in self.selection.cuts

    def clearance(self, cut: Cut) -> tuple[Meant, Clearance]:
        """Return what tells a cut's rights from other cuts', and the rights on this channel."""
        meant = self._rights.of(cut)
        found = self._clearances.get(meant)
        if found is None:
            scope = self._rights.scope(meant, self.name)
            found = self._scopes.get(scope)
            if found is None:
                found = Clearance(self._rights, self.name, self.selection.terms.model, cut)
                self._scopes[scope] = found
            self._clearances[meant] = found
        return meant, found

    def slots(self, cut: Cut, drop: Drop, gaps: Gaps) -> list[Slot]:
        """Return when and where a cut is shown, after the gaps that earlier ones left."""
        _, clearance = self.clearance(cut)
        key = (drop.at, clearance, gaps.territories, gaps.floors)
        if key not in self._slots:
            native = self.can.territory_control is TerritoryControl.NATIVE
            way = self._one_by_one if native else self._all_at_once
            self._slots[key] = [self.bounded(slot) for slot in way(drop.at, clearance, gaps)]
        return self._slots[key]

    def review(self, cut: Cut) -> tuple[Reason, ...]:
        """Return the declared limits of the channel that a cut breaks."""
        return review(self.title.series, cut, self.selection.terms, self.can)

    def bounded(self, slot: Slot) -> Slot:
        """Return a slot with its end, and with the reason against it if nothing could end it."""
        closes = slot.closings[0][0] if slot.closings else None
        patience = self.calendar.give_up_after
        ends = [each for each in (closes, slot.at + patience if patience else None) if each]
        reasons = slot.blocked + self._for_ever(slot)
        takedowns = tuple(_takedown(slot, *closing) for closing in slot.closings)
        return Slot(
            slot.at, slot.territories, slot.wave, slot.action, slot.part, reasons, slot.held,
            slot.closings, slot.moved, closes, min(ends, default=None), takedowns,
        )  # fmt: skip

    def _for_ever(self, slot: Slot) -> tuple[Reason, ...]:
        """Return the reason against what nothing could take off when its rights end."""
        if not slot.closings or self.can.withdraws:
            return ()
        end = f"its rights end on {slot.closings[0][0]:%Y-%m-%d}"
        text = f"{end}, and {self.can.platform} cannot take it off"
        return (Reason("cannot-withdraw", text),)

    def _is_refused(self, slot: Slot) -> bool:
        return any(each.code not in self.waived for each in slot.blocked + self._for_ever(slot))

    def _groups(self, wall: datetime) -> Iterator[tuple[Opening, datetime, Territories]]:
        for opening in self.openings:
            shifted = wall + timedelta(days=opening.days)
            late = opening.elapsed + self.selection.offset
            zone = self.calendar.time_zone
            for moment, territories in instants(shifted, zone, opening.territories, self._zones):
                yield opening, moment + late, territories

    def _one_by_one(self, wall: datetime, clearance: Clearance, gaps: Gaps) -> list[Slot]:
        """Open territories as their waves come: one publish, then extensions.

        The publish is the first that may happen and waits for nobody: the rest goes through it.
        """
        found: list[Slot] = []
        for opening, moment, territories in self._groups(wall):
            part = offset_name(moment, wall, opening, self.selection.offset)
            pieces = list(self._pieces(moment, territories, clearance, gaps))
            if not self.can.withdraws and "cannot-withdraw" not in self.waived:
                pieces = [each for piece in pieces for each in ending_apart(piece)]
            for name, piece in zip(names(part, pieces), pieces, strict=True):
                found.append(
                    Slot(piece.at, piece.territories, opening.wave, Action.EXTEND, name,
                         piece.blocked, opening.held, piece.closings, piece.moved)
                )  # fmt: skip
        found.sort(key=lambda slot: (self._is_refused(slot), slot.held is not None, slot.at))
        for slot in found[:1]:
            found[0] = attrs.evolve(slot, action=Action.PUBLISH, part="")
        return found

    def _pieces(
        self, moment: datetime, group: Territories, clearance: Clearance, gaps: Gaps
    ) -> Iterator[Piece]:
        """Split a group into what is allowed, moved, waits for an episode, and is refused."""
        for at, late, territories in gaps.begin(moment, group):
            cleared = clearance.at(at, territories)
            if not (cleared.refused or gaps.territories):
                yield Piece(MOVED if late else "", at, territories, cleared, late)
                continue
            pieces = [Piece(MOVED if late else "", at, cleared.territories, cleared, late)]
            barred = cleared.barred if self.moves else NOWHERE
            for end, where in clearance.behind(at, barred) if barred else ():
                barred = barred - where
                why = _moved(clearance, at, end, where)
                pieces.append(Piece(MOVED, end, where, clearance.at(end, where), why))
            refused = cleared.refused
            for each in pieces:
                refused = refused - each.territories
                if not gaps.territories:
                    if each.territories:
                        yield each
                elif left := each.territories - gaps.territories:
                    yield attrs.evolve(each, territories=left)
            behind = (territories - refused) & gaps.territories
            if behind:
                yield Piece(".waiting", at, behind, cleared, None, gaps.reason(behind))
            if refused:
                yield Piece(".unlicensed", at, refused, cleared, None, cleared.reason)

    def _all_at_once(self, wall: datetime, clearance: Clearance, gaps: Gaps) -> Iterator[Slot]:
        """Wait for the last wave: what the channel shows is seen in all its territories."""
        last = max(self._groups(wall), key=lambda group: group[1], default=None)
        if last is None:
            return
        opening, asked, _ = last
        begins = list(gaps.begin(asked, self.territories))
        moment, moved, _ = begins[-1]
        cleared = clearance.at(moment, self.territories)
        if self.moves and cleared.barred and cleared.refused == cleared.barred:
            end = clearance.moved_whole(moment, self.territories)
            if end is not None:
                moved = _moved(clearance, moment, end, cleared.barred)
                moment, cleared = end, clearance.at(end, self.territories)
        blocked = [cleared.reason] if cleared.reason else []
        if self.left_out:
            text = f"{self.left_out} is in no wave, and {self.selection.channel} is seen there too"
            blocked.append(Reason("no-wave", text))
        if gaps.territories & self.territories and not cleared.reason:
            blocked.append(gaps.reason(self.territories))
        held = next((each.held for each in self.openings if each.held), None)
        ends = cleared.closings[:1]
        closings = tuple((end, self.territories) for end, _ in ends)
        yield Slot(moment, self.territories, opening.wave, Action.PUBLISH, "", tuple(blocked), held,
                   closings, moved)  # fmt: skip

    def begin_at(self, at: datetime) -> datetime:
        """Return when a publish may begin to bring its bytes over."""
        return at - self._ahead


def _moved(clearance: Clearance, asked: datetime, to: datetime, where: Territories) -> Reason:
    rows = clearance.taken_by(asked, where)
    text = f"moved from {iso(asked)} to {iso(to)}, behind {rows}, which gives {where} to others"
    return Reason("moved", text)


def _takedown(
    slot: Slot, end: datetime, territories: Territories
) -> tuple[datetime, Territories, str]:
    spelled = _spelled(end)
    return end, territories, f"{slot.part}.{spelled}" if slot.part else spelled


@lru_cache(maxsize=8192)
def _spelled(end: datetime) -> str:
    second = f"{end:%S}" if end.second else ""
    return f"{end:%Y-%m-%dT%H%M}{second}Z"


def offset_name(moment: datetime, wall: datetime, opening: Opening, offset: timedelta) -> str:
    """Return how a group of territories of a wave is told apart: by its UTC offset."""
    local = wall + timedelta(days=opening.days) + opening.elapsed + offset
    minutes = round((local - moment.replace(tzinfo=None)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
