"""The wave ladder as a picture: on the left when, on the right how near each gate is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from syndicator.insight.report import drawing
from syndicator.insight.report.markup import Picture
from syndicator.insight.report.waves import (
    COLOURS,
    SIGNS,
    STANDS,
    Step,
    budgets,
    decided,
    history,
    next_look,
    said,
    stand,
)
from syndicator.insight.report.words import axis, lines, utc
from syndicator.model.rollout import Look, Stand, Verdict
from syndicator.planning.gates import spell

MOST = 60
"""So many lanes are drawn."""

WIDEST = 3.0
"""Bars end here: three times the threshold says enough."""


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
    edge = max(timedelta(days=1), (max(times) - min(times)) / 40)
    figure = drawing.figure(
        [*_windows(shown, edge / 2), *_moments(shown, now), *_bars(shown)],
        height=drawing.height_of(len(shown)) + 20,
        barmode="overlay",
        xaxis=drawing.dates(min(times) - edge, max(times) + edge, domain=[0, 0.56]),
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
    return Picture(name="picture-waves", label=label, figure=figure, table=history(made),
                   fold="What was decided, as a table")  # fmt: skip


def _times(step: Step) -> list[datetime]:
    of = step.standing
    found = [step.begins, step.ends, of.opened_at, of.next_at, *(d.at for d in step.decisions)]
    return [each for each in found if each is not None]


def _windows(shown: Sequence[Rung], least: timedelta) -> Iterator[Any]:
    """Yield bars: from the first to the last date of each wave."""
    import plotly.graph_objects as go

    for state, (sign, colour) in STANDS.items():
        mine = [(n, rung.step) for n, rung in enumerate(shown)
                if rung.step.standing.state is state and rung.step.begins]  # fmt: skip
        if mine:
            yield go.Bar(
                orientation="h", name=f"{sign} {state}", y=[n for n, _ in mine], width=0.5,
                base=[axis(step.begins) for _, step in mine if step.begins],
                x=[_span(step, least) for _, step in mine],
                marker={"color": colour, "opacity": 0.55}, hoverinfo="text",
                hovertext=[lines(_story(step)) for _, step in mine],
            )  # fmt: skip


def _span(step: Step, least: timedelta) -> float:
    """Return how long a wave's dates last, in milliseconds, and never too little to be seen."""
    span = step.ends - step.begins if step.begins and step.ends else timedelta()
    return max(span, least).total_seconds() * 1000


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
             if rung.step.standing.next_at
             and rung.step.standing.state is Stand.WAITING]  # fmt: skip
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
