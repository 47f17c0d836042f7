"""The ladder of a series: its waves, and what a look, a person or a new calendar makes of them.

Pure. A wave with gates waits until all of them pass, or a person says so. One without opens by its
dates, but not before the waves that it follows. An open wave stays open, whatever its figures do.

When a wave is looked at: as soon as work on its first release that waits may begin (staging may
begin ahead of the date), and from then on at intervals. A look before the wave's own date may open
it, so that bytes are there in time, but spends no budget: too low is judged on the date, not before
it. As long as nothing of the wave that it follows is out, there is nothing to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from syndicator.model.calendar import Calendar, Gate
from syndicator.model.rollout import (
    GATE,
    Decision,
    Look,
    Rung,
    Stand,
    Standing,
    Turn,
    Verdict,
    keeper,
)
from syndicator.planning.gates import together
from syndicator.planning.waves import ordered

HARDER = ("keep", "wave", "all")
"""What an abort takes off, from nothing to everything."""

LATER = timedelta(hours=1)
"""After so long at most a wave is thought of again of which nothing that it follows is out."""


@attrs.frozen(kw_only=True)
class Waiting:
    """When what is held back of a wave, and of those that follow it, begins."""

    begin_at: datetime
    """When work on the first of it may begin."""

    at: datetime
    """When the first of it is to be visible."""


@attrs.frozen(kw_only=True)
class Said:
    """Who decides, and why."""

    now: datetime
    actor: str
    reason: str


def rungs(calendars: Sequence[Calendar]) -> tuple[Rung, ...]:
    """Return the waves of a series in the order in which they open.

    Waves of one name in several calendars are one: all their gates must pass.
    """
    found: dict[str, Rung] = {}
    for calendar in calendars:
        waves = ordered(calendar.waves)
        for number, wave in enumerate(waves):
            before = waves[number - 1].name if number and wave.gates else None
            was = found.get(wave.name, Rung(wave=wave.name))
            found[wave.name] = attrs.evolve(
                was,
                after=was.after or wave.after or before,
                gates=tuple(dict.fromkeys((*was.gates, *wave.gates))),
                on_abort=max(was.on_abort, calendar.on_abort, key=HARDER.index),
            )
    return tuple(found.values())


Ladder = Mapping[str, Standing]
"""By wave, in the order in which they open."""


def following(ladder: Mapping[str, Rung], wave: str) -> Iterator[str]:
    """Yield the waves that cannot open before a wave, nearest first."""
    reached = {wave}
    while more := [each for each, rung in ladder.items()
                   if rung.after in reached and each not in reached]:  # fmt: skip
        yield from more
        reached.update(more)


def _rungs(ladder: Ladder) -> dict[str, Rung]:
    return {wave: each.rung for wave, each in ladder.items()}


# -- what a calendar makes of it --


def laid(
    series: str,
    wanted: Sequence[Rung],
    ladder: Ladder,
    waiting: Mapping[str, Waiting],
    said: Said,
) -> list[Turn]:
    """Return what changes when the calendars ask for these waves."""
    by_name = {rung.wave: rung for rung in wanted}
    turns = []
    for place, rung in enumerate(wanted):
        was = ladder.get(rung.wave)
        after = _laid(series, rung, place, was, gated=bool(keeper(by_name, rung.wave)))
        after = attrs.evolve(after, next_at=_next(after, was, waiting.get(rung.wave)))
        decision = _changed(was, after, said) if was and was.rung.gates != rung.gates else None
        if after != was:
            turns.append(Turn(before=was, after=after, decision=decision))
    for wave, each in ladder.items():
        if wave not in by_name:
            turns += _left_out(each)
    return turns


def _laid(series: str, rung: Rung, place: int, was: Standing | None, *, gated: bool) -> Standing:
    state = Stand.WAITING if gated else Stand.OPEN
    if was is None:
        return Standing(series=series, rung=rung, place=place, state=state)
    new = attrs.evolve(was, rung=rung, place=place)
    if was.rung.gates != rung.gates:
        new = attrs.evolve(new, fails=0, misses=0, looks=())
    if was.opened_at is not None or was.state is Stand.ABORTED:
        return new
    if was.state is Stand.PAUSED:
        return attrs.evolve(new, before=state)
    if was.state is Stand.FAILED and was.rung.gates == rung.gates:
        return new
    return attrs.evolve(new, state=state)


def _next(after: Standing, was: Standing | None, waiting: Waiting | None) -> datetime | None:
    """Return when a wave is looked at next."""
    if after.state is Stand.ABORTED:
        return after.next_at
    if after.state is not Stand.WAITING or not after.rung.gates or waiting is None:
        return None
    is_new = was is None or was.rung.gates != after.rung.gates or was.state is not Stand.WAITING
    if after.looked_at is None or is_new:
        return waiting.begin_at
    return after.next_at or max(waiting.begin_at, after.looked_at + _every(after.rung.gates))


def _every(gates: Sequence[Gate]) -> timedelta:
    return min((max(gate.every, timedelta(minutes=1)) for gate in gates), default=LATER)


def _changed(was: Standing, after: Standing, said: Said) -> Decision:
    gates = "; ".join(f"{gate.metric} at least {gate.at_least:g}" for gate in after.rung.gates)
    reason = f"the calendar asks for {gates or 'no figure any more'}"
    return _decision(was, "changed", attrs.evolve(said, reason=reason))


def _left_out(standing: Standing) -> Iterator[Turn]:
    decided = standing.opened_at or standing.state in {Stand.PAUSED, Stand.ABORTED, Stand.FAILED}
    if not decided:
        yield Turn(before=standing, after=None)
    elif standing.next_at is not None and standing.state is not Stand.ABORTED:
        yield Turn(before=standing, after=attrs.evolve(standing, next_at=None))


# -- what a look makes of it --


def looked(
    standing: Standing,
    ladder: Ladder,
    looks: Sequence[Look],
    waiting: Mapping[str, Waiting],
    now: datetime,
) -> list[Turn]:
    """Return what changes when a wave that waits was looked at; its gates found `looks`."""
    verdict = together(looks)
    mine = waiting.get(standing.wave)
    counts = mine is not None and mine.at <= now
    after = attrs.evolve(
        standing,
        looks=tuple(looks),
        looked_at=now,
        fails=standing.fails + (counts and verdict is Verdict.FAIL),
        misses=standing.misses + counts if verdict is Verdict.INCONCLUSIVE else 0,
        next_at=now + _every(standing.rung.gates) if mine is not None else None,
    )
    said = Said(now=now, actor=GATE, reason=_reason(looks, verdict))
    if verdict is Verdict.PASS:
        return opened(after, ladder, said, verb="opened", before=standing)
    low = [gate for gate, each in zip(standing.rung.gates, looks, strict=True)
           if each.verdict is Verdict.FAIL]  # fmt: skip
    if low and after.fails >= min(gate.fails for gate in low):
        times = f"{after.fails} looks found it too low" if after.fails > 1 else "too low"
        said = attrs.evolve(said, reason=f"{times}: {said.reason}")
        if any(gate.then == "abort" for gate in low):
            return aborted(after, ladder, said, before=standing)
        failed = attrs.evolve(after, state=Stand.FAILED, next_at=None)
        return [Turn(before=standing, after=failed, decision=_decision(failed, "failed", said))]
    return [Turn(before=standing, after=after)]


def put_off(standing: Standing, waiting: Waiting | None, now: datetime) -> Turn:
    """Return what changes when a wave's time has come and there is nothing to look at."""
    soon = now + min(_every(standing.rung.gates), LATER)
    later = max(soon, waiting.begin_at) if waiting else None
    return Turn(before=standing, after=attrs.evolve(standing, next_at=later))


def _reason(looks: Sequence[Look], verdict: Verdict) -> str:
    return "; ".join(each.why for each in looks if verdict in {Verdict.PASS, each.verdict})


# -- what a person makes of it --


def opened(
    standing: Standing,
    ladder: Ladder,
    said: Said,
    *,
    verb: str = "advanced",
    before: Standing | None = None,
) -> list[Turn]:
    """Return what changes when a wave opens: those that follow it without a gate open with it."""
    after = attrs.evolve(
        standing, state=Stand.OPEN, before=None, opened_at=said.now, next_at=None, misses=0
    )
    turns = [Turn(before=before or standing, after=after, decision=_decision(after, verb, said))]
    every = _rungs(ladder)
    for wave in following(every, standing.wave):
        other = ladder[wave]
        if keeper(every, wave) != standing.wave or other.state not in {Stand.WAITING, Stand.PAUSED}:
            continue
        why = attrs.evolve(said, reason=f"wave {standing.wave} has opened: {said.reason}")
        if other.state is Stand.PAUSED:
            turns.append(Turn(before=other, after=attrs.evolve(other, before=Stand.OPEN,
                                                               opened_at=said.now)))  # fmt: skip
            continue
        new = attrs.evolve(other, state=Stand.OPEN, opened_at=said.now, next_at=None)
        turns.append(Turn(before=other, after=new, decision=_decision(new, verb, why)))
    return turns


def paused(standing: Standing, said: Said) -> list[Turn]:
    """Return what changes when a person keeps a wave back."""
    if standing.state in {Stand.PAUSED, Stand.ABORTED}:
        return []
    after = attrs.evolve(standing, state=Stand.PAUSED, before=standing.state, next_at=None)
    return [Turn(before=standing, after=after, decision=_decision(after, "paused", said))]


def resumed(standing: Standing, waiting: Waiting | None, said: Said) -> list[Turn]:
    """Return what changes when a person lets a paused or failed wave go on as it was.

    What was counted of looks before is forgotten.
    """
    if standing.state not in {Stand.PAUSED, Stand.FAILED}:
        return []
    state = standing.before if standing.before not in {None, Stand.FAILED} else Stand.WAITING
    after = attrs.evolve(standing, state=state, before=None, fails=0, misses=0)
    looks_now = max(said.now, waiting.begin_at) if waiting else None
    if state is not Stand.WAITING or not after.rung.gates:
        looks_now = None
    after = attrs.evolve(after, next_at=looks_now)
    return [Turn(before=standing, after=after, decision=_decision(after, "resumed", said))]


def aborted(
    standing: Standing, ladder: Ladder, said: Said, *, before: Standing | None = None
) -> list[Turn]:
    """Return what changes when a wave is given up: those that follow it are given up with it."""
    turns = []
    for wave in (standing.wave, *following(_rungs(ladder), standing.wave)):
        was = ladder[wave]
        new = standing if wave == standing.wave else was
        if was.state is Stand.ABORTED:
            continue
        why = said
        if wave != standing.wave:
            why = attrs.evolve(said, reason=f"wave {standing.wave} was aborted: {said.reason}")
        after = attrs.evolve(new, state=Stand.ABORTED, before=None, next_at=said.now)
        first = before if before is not None and wave == standing.wave else was
        turns.append(Turn(before=first, after=after, decision=_decision(after, "aborted", why)))
    return turns


def _decision(standing: Standing, verb: str, said: Said) -> Decision:
    looks = standing.looks if said.actor == GATE else ()
    return Decision(
        series=standing.series, wave=standing.wave, at=said.now, verb=verb, actor=said.actor,
        reason=said.reason, looks=looks,
    )  # fmt: skip
