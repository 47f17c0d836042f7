"""Bunches: releases that are alike but for their cut, read at once.

A drop of ten episodes on a channel is ten rows that say the same. What looks at a whole workspace
reads such rows as one: 200 series of 80 episodes on 12 channels are some ten thousand bunches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:  # every run opens a ledger, and few look at bunches
    from syndicator.ledger.database import Database
    from syndicator.ledger.ledger import Filter, Row
    from syndicator.model.event import Event
    from syndicator.model.release import Reason, ReleaseKey
    from syndicator.model.state import State
    from syndicator.model.terms import Terms
    from syndicator.model.territory import Territories


@attrs.frozen(kw_only=True)
class Bunch:
    """Releases that differ in nothing that is told here but their cuts."""

    series: str
    channel: str
    wave: str
    action: str
    part: str
    state: State
    at: datetime
    since: datetime
    """When they came into this state, to the minute; of those that are live or done, the last."""

    territories: Territories
    visible: Territories
    terms: Terms
    closes_at: datetime | None
    reasons: tuple[Reason, ...]
    cuts: tuple[tuple[int, str], ...]
    """(order, cut), as the series shows them."""

    recorded: bool = True
    """Whether the ledger has it; else the files ask for it and nothing was recorded yet."""

    def __len__(self) -> int:
        return len(self.cuts)

    def key(self, number: int = 0) -> ReleaseKey:
        """Return the key of one of the releases."""
        from syndicator.model.release import ReleaseKey

        cut = self.cuts[number][1]
        return ReleaseKey(self.series, cut, self.channel, self.wave, self.action, self.part)

    def rows(self) -> Iterator[Row]:
        """Yield the releases, with as much as is told here."""
        from syndicator.ledger.ledger import Row

        for number, (order, _) in enumerate(self.cuts):
            yield Row(
                id=0, key=self.key(number), state=self.state, at=self.at, begin_at=self.at,
                next_at=None, since=self.since, territories=self.territories,
                visible=self.visible, terms=self.terms, content="", order=order, size=0, line="",
                reasons=self.reasons, closes_at=self.closes_at,
            )  # fmt: skip


class Bunches(Protocol):
    """Reading what is alike at once."""

    def bunches(self, only: Filter, *, now: datetime) -> Iterator[Bunch]:
        """Yield releases, those that are alike as one, by series and channel.

        Args:
            only: which are meant.
            now: aware UTC; of what is due and on its way it matters since when.
        """

    def appearances(self, series: Collection[str] = ()) -> Iterator[Event]:
        """Yield the events by which a cut came to be, or ceased to be, live; oldest first.

        Some that changed neither are among them; empty means of all series.
        """


MINUTE_MS = 60_000

ON_THE_WAY = (
    "planned", "replanned", "bounded", "blocked", "held", "resumed", "stage_began", "stage_done",
    "open_began", "accepted", "polled", "waited", "put_back",
)  # fmt: skip
"""What neither leads to live nor out of it."""

BUNCHES = """
SELECT r.series, r.channel, r.wave, r.action, r.part, r.state, r.at_ms, max(r.since_ms) AS since_ms,
  r.territories, r.visible, r.terms, r.closes_ms, r.reasons,
  group_concat(r.ord || ' ' || r.cut, '/') AS cuts
FROM release r {where}
GROUP BY r.series, r.channel, r.wave, r.action, r.part, r.state, r.at_ms, r.territories, r.visible,
  r.terms, r.closes_ms, r.reasons, CASE
    WHEN r.at_ms <= :now AND r.state NOT IN ('live', 'withdrawn', 'blocked', 'held')
    THEN r.since_ms / {minute} ELSE 0 END
"""


def bunches(database: Database, only: Filter, now: datetime) -> Iterator[Bunch]:
    """Yield releases, those that are alike as one."""
    from syndicator.ledger.filters import conditions
    from syndicator.ledger.rows import moment_of, reasons_of, terms_of, territories_of
    from syndicator.model.moment import from_milliseconds, milliseconds
    from syndicator.model.state import State

    where, values = conditions(only)
    statement = BUNCHES.format(where=f"WHERE {where}" if where else "", minute=MINUTE_MS)
    for row in database.pages(statement, {**values, "now": milliseconds(now)}):
        yield Bunch(
            series=row["series"], channel=row["channel"], wave=row["wave"], action=row["action"],
            part=row["part"], state=State(row["state"]), at=from_milliseconds(row["at_ms"]),
            since=from_milliseconds(row["since_ms"]),
            territories=territories_of(row["territories"]), visible=territories_of(row["visible"]),
            terms=terms_of(row["terms"]), closes_at=moment_of(row["closes_ms"]),
            reasons=reasons_of(row["reasons"]), cuts=_cuts(row["cuts"]),
        )  # fmt: skip


def appearances(database: Database, series: Collection[str]) -> Iterator[Event]:
    """Yield the events by which a cut came to be, or ceased to be, live."""
    from syndicator.ledger.rows import event_of

    some = f"AND r.series IN ({', '.join('?' for _ in series)})" if series else ""
    statement = (
        "SELECT e.number, r.key, e.at_ms, e.happened, e.state, e.actor, e.cause, NULL AS data "
        "FROM event e JOIN release r ON r.id = e.release WHERE r.action = 'publish' "
        f"AND e.happened NOT IN ({', '.join('?' for _ in ON_THE_WAY)}) {some} ORDER BY e.number"
    )
    yield from map(event_of, database.pages(statement, (*ON_THE_WAY, *series)))


@lru_cache(maxsize=4096)
def _cuts(text: str) -> tuple[tuple[int, str], ...]:
    """Return orders and cuts, which neither contain a slash nor begin with a blank."""
    pairs = (each.split(" ", 1) for each in text.split("/"))
    return tuple(sorted((int(order), cut) for order, cut in pairs))


def bunched(rows: Iterable[Row], *, recorded: bool = True) -> Iterator[Bunch]:
    """Yield rows that are at hand in the same way."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        key = row.key
        alike = (
            key.series, key.channel, key.wave, key.action, key.part, row.state, row.at, row.since,
            row.territories, row.visible, row.terms, row.closes_at, row.reasons,
        )  # fmt: skip
        groups.setdefault(alike, []).append(row)
    for found in groups.values():
        first = found[0]
        yield Bunch(
            series=first.key.series, channel=first.key.channel, wave=first.key.wave,
            action=first.key.action, part=first.key.part, state=first.state, at=first.at,
            since=first.since, territories=first.territories, visible=first.visible,
            terms=first.terms, closes_at=first.closes_at, reasons=first.reasons,
            cuts=tuple(sorted((row.order, row.key.cut) for row in found)), recorded=recorded,
        )  # fmt: skip
