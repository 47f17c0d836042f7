"""The wave ladder: how each wave stands, what its gates find, and what was decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from syndicator.insight.ladder import Scene
from syndicator.insight.report.markup import Table
from syndicator.insight.report.tones import RED
from syndicator.insight.report.words import utc
from syndicator.ledger.bunching import Bunch
from syndicator.model.figure import Measured
from syndicator.model.release import Action
from syndicator.model.rollout import Decision, Look, Stand, Standing, Verdict
from syndicator.model.state import State
from syndicator.planning.gates import spell, spell_age

SIGNS = {Verdict.PASS: "✓", Verdict.FAIL: "✕", Verdict.INCONCLUSIVE: "…"}
COLOURS = {Verdict.PASS: "#009e73", Verdict.FAIL: RED, Verdict.INCONCLUSIVE: "#e69f00"}
STANDS = {
    Stand.OPEN: ("●", "#009e73"), Stand.WAITING: ("‖", "#e69f00"), Stand.PAUSED: ("❚", "#e69f00"),
    Stand.FAILED: ("✕", RED), Stand.ABORTED: ("⊘", "#999999"),
}  # fmt: skip
ROWS = 400


@attrs.frozen(kw_only=True)
class Step:
    """One wave, with what its gates find now."""

    standing: Standing
    looks: tuple[Look, ...]
    """Found at the instant of the report; nothing was counted for it."""

    live: int
    held: int
    begins: datetime | None
    """When the first of it was to come out, by its dates."""

    ends: datetime | None
    decisions: tuple[Decision, ...] = ()


def steps(
    standings: Sequence[Standing],
    bunches: Sequence[Bunch],
    figures: Iterable[Measured],
    decisions: Iterable[Decision],
    now: datetime,
) -> Iterator[Step]:
    """Yield the waves of one series in the order in which they open.

    Args:
        standings: its waves, as the ledger has them.
        bunches: its releases.
        figures: what was measured of it.
        decisions: what was decided of it, oldest first.
        now: aware UTC.
    """
    if not standings:
        return
    opens = [each for each in bunches if each.action in {Action.PUBLISH, Action.EXTEND}]
    gated = any(each.rung.gates for each in standings)
    rows = [row for each in opens if gated and each.state is State.LIVE for row in each.rows()]
    ladder = {each.wave: each for each in standings}
    seen = Scene(series=standings[0].series, ladder=ladder, rows=rows)
    told, said = list(figures), list(decisions)
    for standing in standings:
        mine = [each for each in opens if each.wave == standing.wave]
        yield Step(
            standing=standing,
            looks=seen.looks(standing, told, now),
            live=sum(len(each) for each in mine if each.state is State.LIVE),
            held=sum(len(each) for each in mine if each.state is State.HELD),
            begins=min((each.at for each in mine), default=None),
            ends=max((each.at for each in mine), default=None),
            decisions=tuple(each for each in said if each.wave == standing.wave),
        )


def by_need(made: Iterable[Step]) -> list[Step]:
    """Return steps: series of which a person has to decide first, then those that are not open."""
    found = list(made)
    need: dict[str, tuple[bool, bool]] = {}
    for each in found:
        was = need.get(each.standing.series, (True, True))
        is_open = each.standing.state is Stand.OPEN
        need[each.standing.series] = (was[0] and not each.standing.asks, was[1] and is_open)
    return sorted(found, key=lambda each: (need[each.standing.series], each.standing.series,
                                           each.standing.place))  # fmt: skip


def said(look: Look) -> str:
    """Return a gate with value, threshold, sample, age and verdict."""
    age = f"{spell_age(look.age)} old" if look.age is not None else "no data"
    return (
        f"{SIGNS[look.verdict]} {look.verdict}: {look.metric} {spell(look.value, look.at_least)}, "
        f"at least {look.at_least:g}; {look.sample:,.0f} views of {look.min_views:,}; "
        f"{age}, at most {spell_age(look.max_age)}"
    )


def budgets(of: Standing) -> str:
    """Return how much of the two budgets is used."""
    if not of.rung.gates:
        return "no gate"
    return (
        f"too low {of.fails} of {of.fails_most} times; "
        f"not measured {of.misses} of {of.misses_most} times in a row"
    )


def next_look(of: Standing) -> str:
    """Return when it is looked at next."""
    if of.state is not Stand.WAITING or not of.rung.gates:
        return "-"
    return utc(of.next_at) if of.next_at else "nothing waits"


def decided(each: Decision) -> str:
    """Return a decision with its actor and reason."""
    return f"{utc(each.at)}: {each.verb} by {each.actor}: {each.reason}"


def stand(step: Step) -> str:
    """Return how a wave stands, in words."""
    of = step.standing
    asks = "; a person has to decide" if of.asks else ""
    return f"{STANDS[of.state][0]} {of.state}{asks}"


def ladder_table(made: Sequence[Step]) -> Table:
    """Return every wave and gate with all that is known of it."""
    rows: list[Sequence[str]] = []
    for step in made:
        of = step.standing
        after = f"after {of.rung.after}" if of.rung.after else "first"
        fixed = (of.series, f"{of.place + 1} {of.wave}", after, stand(step))
        counts = f"{step.live:,} live, {step.held:,} held"
        every = " | ".join(map(decided, step.decisions)) or "-"
        rows += [
            (*fixed, *_gate(look), next_look(of), budgets(of), counts, every)
            for look in step.looks or (None,)
        ]
    return Table(
        caption="The ladder of waves: what each gate would find at the instant of this report",
        head=("series", "wave", "follows", "stands", "gate", "value", "threshold", "sample", "age",
              "verdict", "next look", "budgets", "releases", "decisions"),
        rows=rows[:ROWS], left=max(0, len(rows) - ROWS),
        more="syndicate rollout status tells the rest.",
    )  # fmt: skip


def _gate(look: Look | None) -> Sequence[str]:
    if look is None:
        return ("-",) * 6
    age = f"{spell_age(look.age)} old" if look.age is not None else "no data"
    return (
        look.metric,
        spell(look.value, look.at_least),
        f"at least {look.at_least:g}",
        f"{look.sample:,.0f} views of {look.min_views:,}",
        f"{age}, at most {spell_age(look.max_age)}",
        f"{SIGNS[look.verdict]} {look.verdict}",
    )


def history(made: Sequence[Step]) -> Table:
    """Return every decision, newest first."""
    found: Mapping[int, Decision] = dict(enumerate(d for step in made for d in step.decisions))
    order = sorted(found.values(), key=lambda each: each.at, reverse=True)
    rows = [
        (utc(each.at), each.series, each.wave, each.verb, each.actor, each.reason)
        for each in order[:ROWS]
    ]
    return Table(caption="Decisions, newest first",
                 head=("when", "series", "wave", "decided", "actor", "reason"), rows=rows,
                 left=max(0, len(order) - ROWS),
                 more="syndicate rollout status --json tells all.")  # fmt: skip
