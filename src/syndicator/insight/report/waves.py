"""The wave ladder: how each wave stands, what its gates find, and what was decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from syndicator.insight.ladder import Scene
from syndicator.insight.report import drawing
from syndicator.insight.report.markup import Picture, Table
from syndicator.insight.report.tones import RED
from syndicator.insight.report.words import axis, lines, utc
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
MOST = 60
"""So many rungs are drawn; first those that ask for a person, wait or stopped."""

ROWS = 400
WIDEST = 3.0
"""Bars end here: three times the threshold says enough."""


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
        return "–"
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
        history = " | ".join(map(decided, step.decisions)) or "–"
        for look in step.looks or (None,):
            rows.append((*fixed, *_gate(look), next_look(of), budgets(of), counts, history))
    return Table(
        caption="The ladder of waves: what each gate would find at the instant of this report",
        head=("series", "wave", "follows", "stands", "gate", "value", "threshold", "sample", "age",
              "verdict", "next look", "budgets", "releases", "decisions"),
        rows=rows[:ROWS], left=max(0, len(rows) - ROWS),
        more="syndicate rollout status tells the rest.",
    )  # fmt: skip


def _gate(look: Look | None) -> Sequence[str]:
    if look is None:
        return ("–",) * 6
    age = spell_age(look.age) if look.age is not None else "no data"
    return (
        look.metric,
        spell(look.value, look.at_least),
        f"at least {look.at_least:g}",
        f"{look.sample:,.0f} views of {look.min_views:,}",
        f"{age}, at most {spell_age(look.max_age)}",
        f"{SIGNS[look.verdict]} {look.verdict}",
    )


# -- drawing --


@attrs.frozen(kw_only=True)
class Rung:
    """One lane of the picture: a wave, with one of its gates where it has any."""

    step: Step
    look: Look | None

    @property
    def label(self) -> str:
        """What stands beside it."""
        of = self.step.standing
        gate = f" · {self.look.metric}" if self.look else ""
        return f"{of.series} · {of.place + 1} {of.wave}{gate}"

    @property
    def reached(self) -> float | None:
        """The value as a part of the threshold; None: it cannot be said."""
        if self.look is None or self.look.value is None:
            return None
        return self.look.value / self.look.at_least if self.look.at_least else WIDEST


def rungs(made: Sequence[Step]) -> list[Rung]:
    """Return the lanes."""
    return [Rung(step=step, look=look) for step in made for look in (step.looks or (None,))]


def draw(made: Sequence[Step], now: datetime) -> Picture:
    """Return the picture: on the left when, on the right how near each gate is to opening."""
    every = rungs(made)
    shown = every[:MOST]
    times = [moment for rung in shown for moment in _times(rung.step)] + [now]
    figure = drawing.figure(
        [*_windows(shown), *_moments(shown, now), *_bars(shown)],
        height=drawing.height_of(len(shown)) + 20,
        barmode="overlay",
        xaxis=drawing.dates(min(times) - timedelta(days=1), max(times) + timedelta(days=1),
                            domain=[0, 0.56]),
        xaxis2={"domain": [0.6, 1], "range": [0, WIDEST * 1.15], "tickformat": ".0%",
                "title": {"text": "value, as a part of the threshold"}, "fixedrange": True,
                "zeroline": False, "anchor": "y"},
        yaxis=drawing.lanes([rung.label for rung in shown]),
        shapes=[
            drawing.now_line(now),
            {"type": "line", "xref": "x2", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper",
             "line": {"width": 2, "dash": "dash", "color": "#888888"}},
        ],
    )  # fmt: skip
    verdicts = [rung.look.verdict for rung in every if rung.look]
    counts = ", ".join(f"{verdicts.count(each):,} {each}" for each in Verdict)
    label = f"Wave ladder: {len(made):,} waves; gates: {counts}"
    if len(every) > MOST:
        label += f"; the first {MOST} of {len(every):,} lanes are drawn"
    return Picture(name="picture-waves", label=label, figure=figure, table=_history(made))


def _times(step: Step) -> list[datetime]:
    of = step.standing
    found = [step.begins, step.ends, of.opened_at, of.next_at, *(d.at for d in step.decisions)]
    return [each for each in found if each is not None]


def _windows(shown: Sequence[Rung]) -> Iterator[Any]:
    """Yield bars: from the first to the last date of each wave."""
    import plotly.graph_objects as go

    for state, (sign, colour) in STANDS.items():
        mine = [(n, rung.step) for n, rung in enumerate(shown)
                if rung.step.standing.state is state and rung.step.begins]  # fmt: skip
        if mine:
            yield go.Bar(
                orientation="h", name=f"{sign} {state}", y=[n for n, _ in mine], width=0.5,
                base=[axis(step.begins) for _, step in mine if step.begins],
                x=[_span(step) for _, step in mine],
                marker={"color": colour, "opacity": 0.55}, hoverinfo="text",
                hovertext=[lines(_story(step)) for _, step in mine],
            )  # fmt: skip


def _span(step: Step) -> float:
    """Return how long a wave's dates last, in milliseconds, and never too little to be seen."""
    span = (step.ends or step.begins) - step.begins if step.begins and step.ends else timedelta()
    return max(span, timedelta(hours=12)).total_seconds() * 1000


def _story(step: Step) -> list[str]:
    of = step.standing
    texts = [f"{of.series}, wave {of.wave}: {stand(step)}",
             f"{step.live:,} live, {step.held:,} held"]  # fmt: skip
    if step.begins and step.ends:
        texts.append(f"dates {utc(step.begins)} to {utc(step.ends)}")
    if of.rung.gates:
        texts.append(f"next look: {next_look(of)}; {budgets(of)}")
    return texts + list(map(decided, step.decisions[-5:]))


def _moments(shown: Sequence[Rung], now: datetime) -> Iterator[Any]:
    """Yield marks: decisions, and the next look."""
    import plotly.graph_objects as go

    decisions = [(n, each) for n, rung in enumerate(shown) for each in rung.step.decisions]
    if decisions:
        yield go.Scatter(
            mode="markers", name="◆ decided", x=[axis(each.at) for _, each in decisions],
            y=[n for n, _ in decisions], hoverinfo="text",
            hovertext=[lines([decided(each), *map(said, each.looks)]) for _, each in decisions],
            marker={"symbol": "diamond", "size": 10, "color": "#0072b2"},
        )  # fmt: skip
    looks = [(n, rung.step.standing) for n, rung in enumerate(shown)
             if rung.step.standing.next_at and rung.step.standing.state is Stand.WAITING]  # fmt: skip
    if looks:
        yield go.Scatter(
            mode="markers", name="▷ next look", x=[axis(of.next_at or now) for _, of in looks],
            y=[n for n, _ in looks], hoverinfo="text",
            hovertext=[lines([f"next look {next_look(of)}", budgets(of)]) for _, of in looks],
            marker={"symbol": "triangle-right-open", "size": 11, "color": "#0072b2"},
        )  # fmt: skip


def _bars(shown: Sequence[Rung]) -> Iterator[Any]:
    """Yield bars of how much of its threshold each gate reached."""
    import plotly.graph_objects as go

    for verdict in Verdict:
        mine = [(n, rung, rung.look) for n, rung in enumerate(shown)
                if rung.look and rung.look.verdict is verdict]  # fmt: skip
        if mine:
            yield go.Bar(
                orientation="h", name=f"{SIGNS[verdict]} {verdict}", xaxis="x2", width=0.6,
                y=[n for n, _, _ in mine],
                x=[min(WIDEST, max(0.0, rung.reached or 0.0)) for _, rung, _ in mine],
                text=[_mark(rung, look) for _, rung, look in mine], textposition="outside",
                cliponaxis=False, marker={"color": COLOURS[verdict]}, hoverinfo="text",
                hovertext=[lines([rung.label, said(look), look.why, budgets(rung.step.standing)])
                           for _, rung, look in mine],
            )  # fmt: skip


def _mark(rung: Rung, look: Look) -> str:
    value = "no figure" if rung.reached is None else spell(look.value, look.at_least)
    return f"{SIGNS[look.verdict]} {value}"


def _history(made: Sequence[Step]) -> Table:
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
