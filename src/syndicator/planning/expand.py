"""Drops by channels by waves: every release that a calendar asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from syndicator.model.calendar import Calendar, Drop
from syndicator.model.plan import Sight, Title
from syndicator.model.problem import Place
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.territory import Territories
from syndicator.model.work import Cut
from syndicator.planning.clearance import Rights
from syndicator.planning.gaps import Gaps
from syndicator.planning.slots import Channel, Slot

Languages = tuple[str, ...] | None
"""What a channel gets; None is all there are."""

Shown = Mapping[Languages, tuple[Mapping[str, str], Sequence[Cut]]]
"""Cuts with their digests, as they are in some languages."""


def expand(title: Title, shown: Shown, sight: Sight) -> Iterator[tuple[Calendar, list[Release]]]:
    """Yield the releases of each channel of each calendar, episodes in order."""
    rights = Rights(title.avails, title.series.original_language)
    for calendar in sorted(title.calendars, key=lambda each: position(each.place)):
        wanted: dict[Languages, list[Asked]] = {}
        for selection in calendar.channels:
            if selection.channel in sight.config.channels:
                only = selection.languages
                if only not in wanted:
                    digests, cuts = shown[only]
                    wanted[only] = _in_order(calendar, {cut.id: cut for cut in cuts}, digests)
                channel = Channel(title, rights, calendar, selection, sight)
                yield calendar, list(_releases(channel, wanted[only]))


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
        met = gaps
        for slot in channel.slots(each.cut, each.drop, gaps if in_order else Gaps()):
            if slot.moved and in_order and not slot.blocked:
                met = met.not_before(each.cut.id, slot.at, slot.territories)
            for release in of_slot(channel, each, slot, reasons):
                if release.blocked and release.key.action != Action.WITHDRAW:
                    blocked.append((release.territories, release.blocked[0]))
                yield release
        if in_order:
            gaps = met.after(each.cut.id, blocked) if blocked else met


def waived(reason: Reason, why: str) -> Reason:
    """Return the note that a person waived a reason, and why."""
    return Reason(f"waived:{reason.code}", f"{reason.text}; waived: {why}")


def _too_early(cut: Cut, drop: Drop, latest: tuple[datetime, str]) -> Reason:
    return Reason(
        "out-of-order",
        f"{cut.id} is asked for {drop.at:%Y-%m-%d %H:%M}, before {latest[1]} "
        f"on {latest[0]:%Y-%m-%d %H:%M}",
    )


def of_slot(
    channel: Channel, asked: Asked, slot: Slot, found: tuple[Reason, ...]
) -> Iterator[Release]:
    """Yield the release that a cut is in a slot, and the withdrawals that its rights ask for.

    A withdrawal is blocked where its release is: nothing will be there to take off.
    """
    reasons = slot.blocked + found
    blocked = tuple(r for r in reasons if r.code not in channel.waived) if reasons else ()
    notes: tuple[Reason, ...] = (slot.moved,) if slot.moved else ()
    if len(blocked) < len(reasons):
        waivers = channel.waived
        notes += tuple(waived(r, waivers[r.code]) for r in reasons if r.code in waivers)
    publishes = slot.action is Action.PUBLISH
    key = ReleaseKey(channel.series, asked.cut.id, channel.name, slot.wave, slot.action, slot.part)
    terms, place = channel.selection.terms, asked.drop.place
    yield Release(
        key, slot.at, slot.territories, terms, asked.content, asked.number or 0,
        asked.size if publishes else 0, channel.begin_at(slot.at) if publishes else slot.at,
        place, blocked, slot.held, slot.give_up_at, slot.closes_at, notes,
    )  # fmt: skip
    for end, territories, part in slot.takedowns:
        key = ReleaseKey(
            channel.series, asked.cut.id, channel.name, slot.wave, Action.WITHDRAW, part
        )
        yield Release(key, end, territories, terms, asked.content, 0, 0, end, place, blocked)
