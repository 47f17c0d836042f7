"""Drops by channels by waves: every release that a calendar asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import attrs

from syndicator.model.calendar import Calendar, Drop, Selection
from syndicator.model.capabilities import Capabilities, TerritoryControl
from syndicator.model.config import ChannelConfig
from syndicator.model.plan import Sight, Title
from syndicator.model.problem import Place
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.work import Cut
from syndicator.planning.clearance import Clearance, Rights
from syndicator.planning.limits import review
from syndicator.planning.waves import Opening, instants, openings

NEVER_WAIVED = frozenset({"no-rights", "exclusive", "waits-for-earlier"})
"""Nobody can waive a right that somebody else has to give, or the order of the episodes."""


@attrs.frozen
class Slot:
    """Where and when one channel shows one drop: the same for every cut in it."""

    at: datetime
    territories: Territories
    wave: str
    action: Action
    part: str
    blocked: tuple[Reason, ...]
    held: Reason | None
    closings: tuple[tuple[datetime, Territories], ...]
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
        self.clearance = Clearance(rights, selection.channel, selection.terms.model)
        self.waived = {code for code, _ in selection.waived} - NEVER_WAIVED
        self._zones = tuple(sorted(sight.config.time_zones.items()))
        ahead = max(sight.config.stage_ahead, self.can.lead or timedelta())
        self._ahead = ahead if self.can.stages else timedelta()
        self._slots: dict[tuple[datetime, Territories], list[Slot]] = {}

    def wants(self, cut: str) -> bool:
        """Return whether the channel gets this cut."""
        return self.selection.cuts is None or cut in self.selection.cuts

    def slots(self, drop: Drop, gaps: Gaps) -> list[Slot]:
        """Return when and where a drop's cuts are shown, after the gaps that earlier ones left."""
        key = (drop.at, gaps.territories)
        if key not in self._slots:
            native = self.can.territory_control is TerritoryControl.NATIVE
            found = self._one_by_one(drop.at, gaps) if native else self._all_at_once(drop.at, gaps)
            self._slots[key] = [self._bounded(slot) for slot in found]
        return self._slots[key]

    def review(self, cut: Cut) -> tuple[Reason, ...]:
        """Return the declared limits of the channel that a cut breaks."""
        return review(self.title.series, cut, self.selection.terms, self.can)

    def _bounded(self, slot: Slot) -> Slot:
        """Return a slot with its end, and with the reason against it if nothing could end it."""
        closes = slot.closings[0][0] if slot.closings else None
        patience = self.calendar.give_up_after
        ends = [each for each in (closes, slot.at + patience if patience else None) if each]
        reasons = slot.blocked
        if closes and not self.can.withdraws and slot.action is Action.PUBLISH:
            text = (
                f"its rights end on {closes:%Y-%m-%d}, and {self.can.platform} cannot take it off"
            )
            reasons += (Reason("cannot-withdraw", text),)
        return attrs.evolve(
            slot, blocked=reasons, closes_at=closes, give_up_at=min(ends, default=None),
            takedowns=tuple(_takedown(slot, *closing) for closing in slot.closings),
        )  # fmt: skip

    def _groups(self, wall: datetime) -> Iterator[tuple[Opening, datetime, Territories]]:
        for opening in self.openings:
            shifted = wall + timedelta(days=opening.days)
            late = opening.elapsed + self.selection.offset
            zone = self.calendar.time_zone
            for moment, territories in instants(shifted, zone, opening.territories, self._zones):
                yield opening, moment + late, territories

    def _one_by_one(self, wall: datetime, gaps: Gaps) -> list[Slot]:
        """Open territories as their waves come: one publish, then extensions.

        The publish is the first that may happen and waits for nobody: the rest goes through it.
        """
        found = [
            slot
            for opening, moment, territories in self._groups(wall)
            for slot in self._split(wall, opening, moment, territories, gaps)
        ]
        found.sort(key=lambda slot: (bool(slot.blocked), slot.held is not None, slot.at))
        for slot in found[:1]:
            found[0] = attrs.evolve(slot, action=Action.PUBLISH, part="")
        return found

    def _split(
        self, wall: datetime, opening: Opening, moment: datetime, group: Territories, gaps: Gaps
    ) -> Iterator[Slot]:
        """Split a group into what is allowed, what waits for an episode, and what is refused."""
        cleared = self.clearance.at(moment, group)
        behind = cleared.territories & gaps.territories
        parts = [
            (name, territories, reason)
            for name, territories, reason in (
                ("", cleared.territories - behind, None),
                (".waiting", behind, gaps.reason(behind) if behind else None),
                (".unlicensed", cleared.refused, cleared.reason),
            )
            if territories
        ]
        part = offset_name(moment, wall, opening, self.selection.offset)
        for number, (name, territories, reason) in enumerate(parts):
            yield Slot(
                moment, territories, opening.wave, Action.EXTEND, f"{part}{name if number else ''}",
                (reason,) if reason else (), opening.held, _within(cleared.closings, territories),
            )  # fmt: skip

    def _all_at_once(self, wall: datetime, gaps: Gaps) -> Iterator[Slot]:
        """Wait for the last wave: what the channel shows is seen in all its territories."""
        last = max(self._groups(wall), key=lambda group: group[1], default=None)
        if last is None:
            return
        opening, moment, _ = last
        cleared = self.clearance.at(moment, self.territories)
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
                   closings)  # fmt: skip

    def begin_at(self, at: datetime) -> datetime:
        """Return when a publish may begin to bring its bytes over."""
        return at - self._ahead


def _takedown(
    slot: Slot, end: datetime, territories: Territories
) -> tuple[datetime, Territories, str]:
    second = f"{end:%S}" if end.second else ""
    spelled = f"{end:%Y-%m-%dT%H%M}{second}Z"
    return end, territories, f"{slot.part}.{spelled}" if slot.part else spelled


def offset_name(moment: datetime, wall: datetime, opening: Opening, offset: timedelta) -> str:
    """Return how a group of territories of a wave is told apart: by its UTC offset."""
    local = wall + timedelta(days=opening.days) + opening.elapsed + offset
    minutes = round((local - moment.replace(tzinfo=None)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def expand(
    title: Title, digests: Mapping[str, str], sight: Sight
) -> Iterator[tuple[Calendar, list[Release]]]:
    """Yield the releases of each channel of each calendar, episodes in order."""
    cuts = {cut.id: cut for cut in title.cuts}
    rights = Rights(title.avails)
    for calendar in sorted(title.calendars, key=lambda each: position(each.place)):
        wanted = _in_order(calendar, cuts, digests)
        for selection in calendar.channels:
            if selection.channel in sight.config.channels:
                channel = Channel(title, rights, calendar, selection, sight)
                yield calendar, list(_releases(channel, wanted))


@attrs.frozen
class Asked:
    """A cut with the line that drops it, and what is the same of it on every channel."""

    cut: Cut
    drop: Drop
    number: int | None
    size: int
    content: str


def position(place: Place) -> tuple[str, int, int]:
    """Return where a place comes among others."""
    return place.file, place.line or 0, place.column or 0


def _in_order(
    calendar: Calendar, cuts: Mapping[str, Cut], digests: Mapping[str, str]
) -> list[Asked]:
    """Return what a calendar asks for, episodes by number; each cut once, by its first drop."""
    found = {
        name: Asked(cuts[name], drop, cuts[name].number, cuts[name].size, digests[name])
        for drop in sorted(calendar.drops, key=lambda each: (each.at, position(each.place)))[::-1]
        for name in drop.cuts
        if name in cuts
    }
    return sorted(found.values(), key=lambda each: (each.number or 0, each.cut.id))


def _within(
    closings: tuple[tuple[datetime, Territories], ...], territories: Territories
) -> tuple[tuple[datetime, Territories], ...]:
    return tuple((end, codes & territories) for end, codes in closings if codes & territories)


@attrs.frozen
class Gaps:
    """Where an earlier episode is blocked: no later one is shown there before it."""

    territories: Territories = NOWHERE
    found: tuple[tuple[Territories, str, str], ...] = ()
    """(where, cut, reason code), in the order of the episodes."""

    def after(self, cut: str, blocked: Iterable[tuple[Territories, Reason]]) -> Gaps:
        """Return the gaps that the next episode meets."""
        territories, found = self.territories, self.found
        for where, reason in blocked:
            if not where <= territories:
                territories, found = territories | where, (*found, (where, cut, reason.code))
        return Gaps(territories, found)

    def reason(self, territories: Territories) -> Reason:
        """Say for which episode these territories wait."""
        cut, code = next((cut, code) for where, cut, code in self.found if where & territories)
        return Reason("waits-for-earlier", f"{cut} is blocked ({code}) and comes first")


def _releases(channel: Channel, wanted: Iterable[Asked]) -> Iterator[Release]:
    latest: tuple[datetime, str] | None = None
    gaps = Gaps()
    for each in wanted:
        if not channel.wants(each.cut.id):
            continue
        reasons = channel.review(each.cut)
        if each.number is not None:
            at = each.drop.at
            if latest and at < latest[0]:
                reasons += (_too_early(each.cut, each.drop, latest),)
            else:
                latest = (at, each.cut.id)
        in_order = each.number is not None
        blocked: list[tuple[Territories, Reason]] = []
        for slot in channel.slots(each.drop, gaps if in_order else Gaps()):
            for release in _of_slot(channel, each, slot, reasons):
                if release.blocked and release.key.action != Action.WITHDRAW:
                    blocked.append((release.territories, release.blocked[0]))
                yield release
        if blocked and in_order:
            gaps = gaps.after(each.cut.id, blocked)


def _too_early(cut: Cut, drop: Drop, latest: tuple[datetime, str]) -> Reason:
    return Reason(
        "out-of-order",
        f"{cut.id} is asked for {drop.at:%Y-%m-%d %H:%M}, before {latest[1]} "
        f"on {latest[0]:%Y-%m-%d %H:%M}",
    )


def _of_slot(
    channel: Channel, asked: Asked, slot: Slot, found: tuple[Reason, ...]
) -> Iterator[Release]:
    """Yield the release that a cut is in a slot, and the withdrawals that its rights ask for.

    A withdrawal is blocked where its release is: nothing will be there to take off.
    """
    reasons = slot.blocked + found
    blocked = tuple(r for r in reasons if r.code not in channel.waived) if reasons else ()
    publishes = slot.action is Action.PUBLISH
    key = ReleaseKey(channel.series, asked.cut.id, channel.name, slot.wave, slot.action, slot.part)
    terms, place = channel.selection.terms, asked.drop.place
    yield Release(
        key, slot.at, slot.territories, terms, asked.content, asked.number or 0,
        asked.size if publishes else 0, channel.begin_at(slot.at) if publishes else slot.at,
        place, blocked, slot.held, slot.give_up_at, slot.closes_at,
    )  # fmt: skip
    for end, territories, part in slot.takedowns:
        key = ReleaseKey(
            channel.series, asked.cut.id, channel.name, slot.wave, Action.WITHDRAW, part
        )
        yield Release(key, end, territories, terms, asked.content, 0, 0, end, place, blocked)
