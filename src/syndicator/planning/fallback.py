"""Where a release goes while its channel is down: pure, and with rights checked for that place.

A release that went elsewhere is planned from then on like any other, under a key that says for
whom it stands in (`…/publish/for.tube`), so that a change of the rights reaches it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from syndicator.model.calendar import Calendar, Drop, Fallback, Selection
from syndicator.model.capabilities import TerritoryControl
from syndicator.model.content import contents_of
from syndicator.model.diversion import Diversion
from syndicator.model.plan import Known, Plan, Sight
from syndicator.model.release import STANDS_IN, Action, Reason, Release, ReleaseKey
from syndicator.model.seam import Policy
from syndicator.model.state import State
from syndicator.model.territory import Territories
from syndicator.planning.clearance import Rights
from syndicator.planning.expand import Asked, of_slot
from syndicator.planning.make import judged
from syndicator.planning.slots import Channel, Slot

MAY_GO_ELSEWHERE = frozenset({State.PLANNED, State.STAGED})
"""Certainly nothing of it is to be seen on its own channel."""

NOT_THERE = frozenset({State.BLOCKED, State.FAILED, State.MISSED})


@attrs.frozen(kw_only=True)
class Stuck:
    """A release that no fallback may show."""

    key: ReleaseKey
    reasons: tuple[tuple[str, Reason], ...]
    """(channel, why not)."""


def with_fallbacks(made: Plan, known: Mapping[ReleaseKey, Known], sight: Sight) -> Plan:
    """Return a plan with what went elsewhere already, for as long as its calendar asks for it."""
    planned = {(each.key.cut, each.key.channel) for each in made.releases}
    found: list[Release] = []
    contents = dict(made.contents)
    for key, was in sorted(known.items()):
        channel = key.stands_in_for
        if channel is None or (key.cut, key.channel) in planned:
            continue
        subject = _publish(made, key.cut, channel)
        if subject is None or key.channel not in sight.config.channels:
            continue
        releases, texts = _instead(made, sight, subject, key.channel, was.at)
        found += [attrs.evolve(each, key=each.key._replace(wave=key.wave)) for each in releases]
        contents |= texts
    if not found:
        return made
    idle = [each for each in found if each.blocked and each.key.action == Action.WITHDRAW]
    releases = [*made.releases, *(each for each in found if each not in idle)]
    takedowns = [*made.takedowns, *(attrs.evolve(each, blocked=()) for each in idle)]
    return attrs.evolve(made, releases=releases, takedowns=takedowns, contents=contents)


@attrs.frozen(kw_only=True)
class Outage:
    """What is known of one series while channels are down."""

    made: Plan
    """Its plan, with `with_fallbacks`."""

    known: Mapping[ReleaseKey, Known]
    sight: Sight
    policies: Sequence[Policy] = ()
    """They judge what goes elsewhere as they judge everything."""

    down: Mapping[str, datetime]
    """Since when each channel is down."""

    now: datetime

    def diversions(self) -> Iterator[Diversion | Stuck]:
        """Yield what goes elsewhere now, and what cannot."""
        for release in self.made.releases:
            was = self.known.get(release.key)
            if was is None or release.key.action != Action.PUBLISH:
                continue
            if release.blocked or release.held or was.state not in MAY_GO_ELSEWHERE:
                continue
            fallback = self._fallback_of(release)
            if fallback is not None and was.at <= self.now:
                yield from self._divert(release, was, fallback)

    def _fallback_of(self, release: Release) -> Fallback | None:
        """Return where a release may go, if its channel has been down for long enough."""
        since = self.down.get(release.key.channel)
        found = _asks(self.made, release.key.cut, release.key.channel)
        if since is None or found is None:
            return None
        fallback = found[1].fallback
        return fallback if fallback and self.now - since >= fallback.after else None

    def _divert(
        self, release: Release, was: Known, fallback: Fallback
    ) -> Iterator[Diversion | Stuck]:
        reasons: list[tuple[str, Reason]] = []
        for other in fallback.channels:
            if other in self.down or other not in self.sight.config.channels:
                reasons.append((other, Reason("channel-down", f"{other} is down too")))
                continue
            if self._has_it(release.key.cut, other):
                return  # nothing is lost: it is there, or it will be
            instead, texts = _instead(self.made, self.sight, release, other, self.now)
            if any(each.key in self.known for each in instead):
                continue  # it was tried there, and did not go out
            kept = self._judged(instead)
            against = next((each.blocked[0] for each in kept if each.blocked), None)
            if against is None:
                since = self.down[release.key.channel]
                why = f"{release.key.channel} is down since {since:%Y-%m-%d %H:%M} UTC; to {other}"
                yield Diversion(known=was, instead=tuple(kept), contents=texts, why=why,
                                stays=fallback.return_ == "stay")  # fmt: skip
                return
            reasons.append((other, against))
        yield Stuck(key=release.key, reasons=tuple(reasons))

    def _judged(self, releases: list[Release]) -> Sequence[Release]:
        if not self.policies:
            return releases
        alone = attrs.evolve(self.made, releases=releases, takedowns=(), problems=())
        return judged(alone, self.sight, self.policies).releases

    def _has_it(self, cut: str, channel: str) -> bool:
        """Return whether a channel has a cut or gets it anyway: nothing is ever there twice."""
        unit = (cut, channel, Action.PUBLISH)
        for each in self.made.releases:
            if (each.key.cut, each.key.channel, each.key.action) == unit and not each.blocked:
                return True
        return any(
            (key.cut, key.channel, key.action) == unit and was.state not in NOT_THERE
            for key, was in self.known.items()
        )


def _publish(made: Plan, cut: str, channel: str) -> Release | None:
    for each in made.releases:
        if (each.key.cut, each.key.channel, each.key.action) == (cut, channel, Action.PUBLISH):
            return each
    return None


def _asks(made: Plan, cut: str, channel: str) -> tuple[Calendar, Selection, Drop] | None:
    """Return the lines that ask for a cut on a channel."""
    for calendar in made.title.calendars:
        drop = next((each for each in calendar.drops if cut in each.cuts), None)
        for selection in calendar.channels if drop else ():
            wanted = selection.cuts is None or cut in selection.cuts
            if selection.channel == channel and wanted and drop is not None:
                return calendar, selection, drop
    return None


def _instead(
    made: Plan, sight: Sight, subject: Release, other: str, at: datetime
) -> tuple[list[Release], Mapping[str, str]]:
    """Return what another channel would show from an instant on, blocked where it may not."""
    found = _asks(made, subject.key.cut, subject.key.channel)
    cut = next((each for each in made.title.cuts if each.id == subject.key.cut), None)
    if found is None or cut is None:
        return [], {}
    calendar, selection, drop = found
    title, original = made.title, made.title.series.original_language
    own = next((each for each in calendar.channels if each.channel == other), None)
    chosen = own or Selection(channel=other, terms=selection.terms,
                              languages=selection.languages, place=selection.place)  # fmt: skip
    chosen = attrs.evolve(chosen, cuts=None, offset=timedelta())
    series = title.series
    if chosen.languages is not None:
        meant = frozenset(chosen.languages)
        series, cut = series.only(meant), cut.only(meant, original)
    digests, texts = contents_of(series, [cut])
    channel = Channel(title, Rights(title.avails, original), calendar, chosen, sight)
    asked = Asked(cut, drop, cut.number, cut.size, digests[cut.id])
    slot = _slot(channel, asked, subject, at)
    return list(of_slot(channel, asked, slot, channel.review(cut))), texts


def _slot(channel: Channel, asked: Asked, subject: Release, at: datetime) -> Slot:
    native = channel.can.territory_control is TerritoryControl.NATIVE
    where = channel.territories & subject.territories if native else channel.territories
    _, clearance = channel.clearance(asked.cut)
    cleared = clearance.at(at, where)
    reasons: tuple[Reason, ...] = ()
    if beyond := where - subject.territories:
        reasons = (_elsewhere(f"{channel.name} is seen in {beyond} too", subject.territories),)
    elif not where:
        reasons = (_elsewhere(f"{channel.name} is not seen there", subject.territories),)
    elif cleared.reason and (not native or not cleared.territories):
        reasons = (cleared.reason,)
    shown = cleared.territories if native and cleared.territories else where
    first = tuple((end, shown) for end, _ in cleared.closings[:1])
    part = f"{STANDS_IN}{subject.key.channel}"
    return channel.bounded(
        Slot(at, shown, subject.key.wave, Action.PUBLISH, part, reasons, None,
             cleared.closings if native else first)
    )  # fmt: skip


def _elsewhere(text: str, meant: Territories) -> Reason:
    return Reason("no-wave", f"{text}; the release is for {meant}")
