"""The wave ladder of a series as it is now: standings, what waits, what gates would find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from syndicator.ledger.ledger import Filter, Ledger, Row
from syndicator.model.figure import Measured
from syndicator.model.moment import iso
from syndicator.model.release import Action
from syndicator.model.rollout import Look, Rung, Stand, Standing
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories
from syndicator.planning.gates import STORED, Unit, Watched, look
from syndicator.planning.ladder import Said, Waiting, following, laid

Held = Mapping[str, tuple[datetime, datetime]]
"""By wave, when what a gate holds back begins: when work on it may, and when it is to show."""


@attrs.frozen(kw_only=True)
class Scene:
    """A series' waves, with the releases that tell what is out and what waits."""

    series: str
    ladder: Mapping[str, Standing]
    """By wave, in the order in which they open."""

    rows: Sequence[Row]
    """What comes out: publishes and extensions."""

    held_by_gate: Held = attrs.field(factory=dict)

    @property
    def waiting(self) -> dict[str, Waiting]:
        """When what is held back by each wave's gates begins, that of waves that follow with it."""
        return waits([each.rung for each in self.ladder.values()], self.held_by_gate)

    def held(self, wave: str) -> int:
        """Return how many releases of a wave are held, for whatever reason."""
        return sum(row.key.wave == wave and row.state is State.HELD for row in self.rows)

    def live(self, wave: str) -> int:
        """Return how many releases of a wave are live."""
        return sum(row.key.wave == wave and row.state is State.LIVE for row in self.rows)

    def watched(self, wave: str | None) -> dict[Unit, Watched]:
        """Return what a wave opened that is still to be seen, by cut and channel."""
        where: dict[Unit, Territories] = {}
        shown: dict[Unit, Territories] = {}
        for row in self.rows:
            unit = (row.key.cut, row.key.channel)
            if row.state is not State.LIVE:
                continue
            if row.key.action == Action.PUBLISH:
                shown[unit] = shown.get(unit, NOWHERE) | row.visible
            if row.key.wave == wave:
                where[unit] = where.get(unit, NOWHERE) | row.territories
        return {
            unit: Watched(codes, whole=shown.get(unit, codes) <= codes)
            for unit, codes in where.items()
        }

    def looks(
        self, standing: Standing, figures: Iterable[Measured], now: datetime
    ) -> tuple[Look, ...]:
        """Return what the gates of a wave find in these figures; changes nothing."""
        watched = self.watched(standing.rung.after)
        told = list(figures)
        return tuple(look(gate, watched, told, now) for gate in standing.rung.gates)


def waits(wanted: Sequence[Rung], held: Held) -> dict[str, Waiting]:
    """Return when what is held back by the gates of each of these waves begins."""
    rungs = {rung.wave: rung for rung in wanted}
    found = {}
    for wave in rungs:
        mine = [held[each] for each in (wave, *following(rungs, wave)) if each in held]
        if mine:
            found[wave] = Waiting(
                begin_at=min(begin for begin, _ in mine), at=min(at for _, at in mine)
            )
    return found


def scene(ledger: Ledger, series: str, wanted: Sequence[Rung] | None = None) -> Scene:
    """Return a series as it is now.

    Args:
        ledger: where it is recorded.
        series: which.
        wanted: waves as the calendars ask for them now, instead of those that were recorded.
    """
    ladder = {each.wave: each for each in ledger.standings((series,))}
    held = ledger.held_by_gate(series)
    if wanted is not None:
        ladder = _as_wanted(series, wanted, ladder, held)
    opens = {Action.PUBLISH, Action.EXTEND}
    rows = [row for row in ledger.rows(Filter(series=(series,))) if row.key.action in opens]
    return Scene(series=series, ladder=ladder, rows=rows, held_by_gate=held)


def _as_wanted(
    series: str, wanted: Sequence[Rung], recorded: Mapping[str, Standing], held: Held
) -> dict[str, Standing]:
    """Return a ladder as a run would record it; what was decided of a wave outlives its line."""
    ladder = dict(recorded)
    said = Said(now=datetime.min.replace(tzinfo=UTC), actor="-", reason="only looking")
    for turn in laid(series, wanted, recorded, waits(wanted, held), said):
        if turn.after is not None:
            ladder[turn.after.wave] = turn.after
        elif turn.before is not None:
            del ladder[turn.before.wave]
    order = [rung.wave for rung in wanted]
    return {wave: ladder[wave] for wave in dict.fromkeys((*order, *ladder))}


def figures_of(ledger: Ledger, series: str) -> list[Measured]:
    """Return what gates are made of, of one series."""
    return list(ledger.figures(Filter(series=(series,)), metrics=STORED))


@attrs.frozen(kw_only=True)
class Viewed:
    """One wave as it stands, with what a look would find now."""

    standing: Standing
    looks: tuple[Look, ...]
    """Found now; nothing was counted for it."""

    held: int
    live: int

    def as_json(self) -> dict[str, Any]:
        """Return the wave as schemas/rollout.json shows it."""
        of = self.standing
        return {
            "series": of.series,
            "wave": of.wave,
            "after": of.rung.after,
            "state": str(of.state),
            "needs_person": of.asks,
            "opened_at": iso(of.opened_at) if of.opened_at else None,
            "gates": [each.as_json() for each in self.looks],
            "last_look": [each.as_json() for each in of.looks],
            "looked_at": iso(of.looked_at) if of.looked_at else None,
            "next_look": iso(of.next_at) if of.next_at and of.state is Stand.WAITING else None,
            "too_low": of.fails,
            "too_low_most": of.fails_most,
            "not_measured": of.misses,
            "not_measured_most": of.misses_most,
            "held": self.held,
            "live": self.live,
            "on_abort": of.rung.on_abort,
        }


def viewed(seen: Scene, figures: Sequence[Measured], now: datetime) -> Iterator[Viewed]:
    """Yield the waves of a series in the order in which they open."""
    for wave, standing in seen.ladder.items():
        yield Viewed(
            standing=standing, looks=seen.looks(standing, figures, now), held=seen.held(wave),
            live=seen.live(wave),
        )  # fmt: skip
