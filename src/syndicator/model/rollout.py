"""How the waves of a series open: what each waits for, how it stands, what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import attrs

from syndicator.model.calendar import Gate
from syndicator.model.moment import iso

GATE = "gate"
"""Who decides where a figure does; also the code of the reason for which releases wait."""


class Verdict(StrEnum):
    """What a look at a gate found."""

    PASS = "pass"  # noqa: S105 - a word, no secret
    FAIL = "fail"
    """Measured well enough, and too low."""

    INCONCLUSIVE = "inconclusive"
    """Nothing, too little, too old or of several currencies: nothing follows from it."""


class Stand(StrEnum):
    """How a wave stands."""

    WAITING = "waiting"
    """For its own gate, or for a wave that it follows."""

    OPEN = "open"
    """Nothing but its dates keeps it."""

    PAUSED = "paused"
    """A person keeps it back, and nothing is looked at."""

    FAILED = "failed"
    """Its figures were too low too often; a person decides."""

    ABORTED = "aborted"
    """Nothing more of it comes out."""


@attrs.frozen(kw_only=True)
class Look:
    """One gate, looked at once."""

    metric: str
    at_least: float
    verdict: Verdict
    value: float | None
    """None: it cannot be said. Revenue per view is in minor units."""

    sample: float
    """The views that the value rests on: of figures that are at most `max_age` old."""

    min_views: int
    age: timedelta | None
    """How old the youngest of the data is; None: there are none."""

    max_age: timedelta
    at: datetime
    why: str
    """The sentence, with value, threshold, sample and age."""

    def as_json(self) -> dict[str, Any]:
        """Return the look as schemas/rollout.json shows it."""
        return {
            "metric": self.metric,
            "at_least": self.at_least,
            "verdict": str(self.verdict),
            "value": self.value,
            "sample": self.sample,
            "min_views": self.min_views,
            "age_s": None if self.age is None else self.age.total_seconds(),
            "max_age_s": self.max_age.total_seconds(),
            "at": iso(self.at),
            "why": self.why,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Look:
        """Return the look that `as_json` spelled."""
        return cls(
            metric=data["metric"],
            at_least=data["at_least"],
            verdict=Verdict(data["verdict"]),
            value=data["value"],
            sample=data["sample"],
            min_views=data["min_views"],
            age=None if data["age_s"] is None else timedelta(seconds=data["age_s"]),
            max_age=timedelta(seconds=data["max_age_s"]),
            at=datetime.fromisoformat(data["at"]),
            why=data["why"],
        )


SPANS = ("max_age", "every")


@attrs.frozen(kw_only=True)
class Rung:
    """A wave as the ledger keeps it between two readings of the calendar."""

    wave: str
    after: str | None = None
    """The wave it follows, whose figures its gates measure; None: none comes before it."""

    gates: tuple[Gate, ...] = ()
    on_abort: str = "keep"

    def as_json(self) -> dict[str, Any]:
        """Return the rung as plain JSON; spans of time in seconds."""
        gates = [
            {**attrs.asdict(each), **{name: getattr(each, name).total_seconds() for name in SPANS}}
            for each in self.gates
        ]
        return {"wave": self.wave, "after": self.after, "gates": gates, "on_abort": self.on_abort}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rung:
        """Return the rung that `as_json` spelled."""
        gates = tuple(
            Gate(**{**each, **{name: timedelta(seconds=each[name]) for name in SPANS}})
            for each in data["gates"]
        )
        return cls(
            wave=data["wave"], after=data["after"], gates=gates, on_abort=data["on_abort"]
        )  # fmt: skip


def waits_for(wave: str, gates: Sequence[Gate], measured: str) -> str:
    """Say what the gates of a wave wait for, with the name of the wave that is measured."""
    asked = " and ".join(_asked(gate, measured) for gate in gates)
    return f"wave {wave} opens when {asked}; see: syndicate rollout status"


def _asked(gate: Gate, measured: str) -> str:
    sample = f" over at least {gate.min_views} views" if gate.min_views else ""
    return f"{gate.metric} of wave {measured} is at least {gate.at_least:g}{sample}"


def keeper(ladder: Mapping[str, Rung], wave: str) -> str | None:
    """Return the wave whose gates keep a wave: itself, or the nearest with gates it follows."""
    seen: set[str] = set()
    current: str | None = wave
    while current is not None and current in ladder and current not in seen:
        if ladder[current].gates:
            return current
        seen.add(current)
        current = ladder[current].after
    return None


@attrs.frozen(kw_only=True)
class Standing:
    """How one wave of a series stands."""

    series: str
    rung: Rung
    place: int
    """In the order in which the waves open, from 0."""

    state: Stand
    before: Stand | None = None
    """Of a paused wave: what it goes back to."""

    opened_at: datetime | None = None
    """When a gate or a person opened it; None where its dates alone do."""

    fails: int = 0
    """Looks that found it too low since it was asked for as it is."""

    misses: int = 0
    """Looks in a row that could not measure it."""

    looked_at: datetime | None = None
    next_at: datetime | None = None
    """When it is looked at next; of an aborted wave, when what is out is taken off."""

    looks: tuple[Look, ...] = ()
    """What the last look found, gate by gate."""

    version: int = 0
    """Grows with each change; who changes it says which one was seen."""

    @property
    def wave(self) -> str:
        """The wave's name."""
        return self.rung.wave

    @property
    def fails_most(self) -> int:
        """How many looks may find it too low."""
        return min((gate.fails for gate in self.rung.gates), default=0)

    @property
    def misses_most(self) -> int:
        """How many looks in a row may be unable to measure it before a person is asked."""
        return min((gate.misses for gate in self.rung.gates), default=0)

    @property
    def asks(self) -> bool:
        """Whether a person has to decide."""
        spent = bool(self.rung.gates) and self.misses >= self.misses_most
        return self.state is Stand.FAILED or (self.state is Stand.WAITING and spent)


@attrs.frozen(kw_only=True)
class Decision:
    """What was decided of a wave; never changed, never removed."""

    series: str
    wave: str
    at: datetime
    verb: str
    """`opened`, `advanced`, `failed`, `paused`, `resumed`, `aborted` or `changed`."""

    actor: str
    reason: str
    looks: tuple[Look, ...] = ()
    """What it rests on."""

    def as_json(self) -> dict[str, Any]:
        """Return the decision as schemas/decision.json shows it."""
        return {
            "series": self.series,
            "wave": self.wave,
            "at": iso(self.at),
            "decided": self.verb,
            "actor": self.actor,
            "reason": self.reason,
            "looks": [each.as_json() for each in self.looks],
        }


@attrs.frozen(kw_only=True)
class Turn:
    """A change of one wave's standing, with the decision that makes it."""

    before: Standing | None
    """As it was seen; None: it is new."""

    after: Standing | None
    """None: no calendar asks for the wave any more, and nothing was decided of it."""

    decision: Decision | None = None
