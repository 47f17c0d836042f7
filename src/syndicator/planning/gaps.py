"""What an earlier episode leaves behind: where no later one may be shown before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from syndicator.model.moment import iso
from syndicator.model.release import Reason
from syndicator.model.territory import NOWHERE, Territories

Floors = tuple[tuple[datetime, Territories, str], ...]
"""(from when, where, because of which cut); no territory is in two of them."""


@attrs.frozen
class Gaps:
    """What earlier episodes left: no later one is shown anywhere before them."""

    territories: Territories = NOWHERE
    """Where one is blocked."""

    found: tuple[tuple[Territories, str, str], ...] = ()
    """(where, cut, reason code), in the order of the episodes."""

    floors: Floors = ()
    """Where one was moved to a later instant."""

    def after(self, cut: str, blocked: Iterable[tuple[Territories, Reason]]) -> Gaps:
        """Return the gaps that the next episode meets."""
        territories, found = self.territories, self.found
        for where, reason in blocked:
            if not where <= territories:
                territories, found = territories | where, (*found, (where, cut, reason.code))
        return Gaps(territories, found, self.floors)

    def not_before(self, cut: str, moment: datetime, where: Territories) -> Gaps:
        """Return the gaps after an episode that was moved to an instant."""
        if any(at >= moment and where <= territories for at, territories, _ in self.floors):
            return self
        floors = []
        for at, territories, because in self.floors:
            left = territories - where if at < moment else territories
            where = where if at < moment else where - territories
            floors += [(at, left, because)] if left else []
        floors += [(moment, where, cut)] if where else []
        floors.sort(key=lambda floor: floor[0])
        return attrs.evolve(self, floors=tuple(floors))

    def begin(
        self, moment: datetime, territories: Territories
    ) -> Iterator[tuple[datetime, Reason | None, Territories]]:
        """Yield when an episode that is asked for at an instant may begin, and where."""
        if not self.floors:
            yield moment, None, territories
            return
        later = [
            (at, Reason("moved", f"moved from {iso(moment)} to {iso(at)}, behind {cut}"), where)
            for at, some, cut in self.floors
            if at > moment and (where := some & territories)
        ]
        for _, _, where in later:
            territories = territories - where
        if territories or not later:
            yield moment, None, territories
        yield from later

    def reason(self, territories: Territories) -> Reason:
        """Say for which episode these territories wait."""
        cut, code = next((cut, code) for where, cut, code in self.found if where & territories)
        return Reason("waits-for-earlier", f"{cut} is blocked ({code}) and comes first")
