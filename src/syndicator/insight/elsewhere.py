"""Where a title could go instead: what calendars ask for already, what rights allow or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs

from syndicator.model.capabilities import Capabilities, TerritoryControl
from syndicator.model.moment import iso
from syndicator.model.plan import Plan, Sight
from syndicator.model.release import Action, Reason, Release
from syndicator.model.terms import Terms
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.work import Cut
from syndicator.planning.clearance import Clearance, Rights
from syndicator.planning.limits import review


@attrs.frozen(kw_only=True)
class Refusal:
    """Why some cuts cannot go to a channel."""

    reason: Reason
    cuts: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Way:
    """What one other channel is to one series; each cut is in one of the groups."""

    channel: str
    platform: str
    there: tuple[str, ...] = ()
    """Live there already."""

    asked: tuple[str, ...] = ()
    """Asked for there by a calendar, and allowed."""

    first_at: datetime | None = None
    """When the first of these comes out."""

    held: tuple[str, ...] = ()
    """Asked for there, and waiting for a gate or a person."""

    free: tuple[str, ...] = ()
    """No calendar asks for it there; rights and limits allow it now."""

    territories: Territories = NOWHERE
    """Where the free ones may be shown."""

    refused: Sequence[Refusal] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/balance.json shows it."""
        return {
            "channel": self.channel,
            "platform": self.platform,
            "there": list(self.there),
            "asked": list(self.asked),
            "first_at": iso(self.first_at) if self.first_at else None,
            "held": list(self.held),
            "free": list(self.free),
            "territories": list(self.territories),
            "refused": [
                {"reason": each.reason.as_json(), "cuts": list(each.cuts)} for each in self.refused
            ],
        }


def ways(
    plan: Plan,
    sight: Sight,
    *,
    lost: Collection[str],
    out: Collection[tuple[str, str]],
    channels: Iterable[tuple[str, str]],
    now: datetime,
) -> list[Way]:
    """Return what each other channel could take of a series.

    Args:
        plan: of the series, as its files ask now.
        sight: what planning sees.
        lost: ids of the cuts that need a place.
        out: (cut, channel) that is live.
        channels: (channel, platform) to look at.
        now: aware UTC; rights are asked for this instant.
    """
    rights = Rights(plan.title.avails, plan.title.series.original_language)
    cuts = [each for each in plan.title.cuts if each.id in lost]
    return [
        _Look(plan, sight, rights, channel, now).way(platform, cuts, out)
        for channel, platform in channels
    ]


class _Look:
    """One channel, looked at for one series."""

    def __init__(
        self, plan: Plan, sight: Sight, rights: Rights, channel: str, now: datetime
    ) -> None:
        self.plan, self.rights, self.channel, self.now = plan, rights, channel, now
        self.can = sight.capabilities.get(channel, Capabilities())
        self.seen = sight.config.channels[channel].territories
        self.asked = {
            each.key.cut: each
            for each in plan.releases
            if each.key.channel == channel and each.key.action == Action.PUBLISH
        }
        self.terms = self._terms()

    def way(self, platform: str, cuts: Sequence[Cut], out: Collection[tuple[str, str]]) -> Way:
        there: list[str] = []
        asked: list[str] = []
        held: list[str] = []
        free: list[str] = []
        where = NOWHERE
        refused: dict[Reason, list[str]] = {}
        for cut in cuts:
            release = self.asked.get(cut.id)
            if (cut.id, self.channel) in out:
                there.append(cut.id)
            elif release is not None and release.blocked:
                refused.setdefault(release.blocked[0], []).append(cut.id)
            elif release is not None:
                (held if release.held else asked).append(cut.id)
            else:
                cleared, reason = self._clear(cut)
                if reason is None:
                    free.append(cut.id)
                    where = where | cleared
                else:
                    refused.setdefault(reason, []).append(cut.id)
        return Way(
            channel=self.channel, platform=platform, there=tuple(there), asked=tuple(asked),
            first_at=min((self.asked[each].at for each in asked), default=None),
            held=tuple(held), free=tuple(free), territories=where,
            refused=[Refusal(reason=each, cuts=tuple(some)) for each, some in refused.items()],
        )  # fmt: skip

    def _clear(self, cut: Cut) -> tuple[Territories, Reason | None]:
        """Return where a cut nobody asks for here may be shown now, or why it may not."""
        limits = review(self.plan.title.series, cut, self.terms, self.can)
        if limits:
            return NOWHERE, limits[0]
        cleared = Clearance(self.rights, self.channel, self.terms.model, cut).at(
            self.now, self.seen
        )
        whole = self.can.territory_control is not TerritoryControl.NATIVE
        if cleared.reason and (whole or not cleared.territories):
            return NOWHERE, cleared.reason
        if cleared.closings and not self.can.withdraws:
            end = cleared.closings[0][0]
            text = f"its rights end on {end:%Y-%m-%d}, and {self.can.platform} cannot take it off"
            return NOWHERE, Reason("cannot-withdraw", text)
        return cleared.territories, None

    def _terms(self) -> Terms:
        """Return the terms that a calendar names for this channel, else those of the others."""
        own = [
            each.terms
            for calendar in self.plan.title.calendars
            for each in calendar.channels
            if each.channel == self.channel
        ]
        every: list[Release] = list(self.plan.releases)
        return own[0] if own else every[0].terms if every else Terms()
