"""The rights Gantt: one picture a title, conflicts in red."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from syndicator.insight.report import drawing
from syndicator.insight.report.alike import together
from syndicator.insight.report.markup import Picture, Table
from syndicator.insight.report.rights import Blocked, Held, Lane
from syndicator.insight.report.tones import RED
from syndicator.insight.report.words import axis, cuts, lines, places, utc
from syndicator.model.window import Window

MOST_LANES = 60
MOST_TITLES = 24
OPEN = 3
"""So many titles are open at once; the others unfold."""

ROWS = 400
LONGEST = timedelta(days=3 * 366)
"""So far ahead the axis goes at most; what lasts longer is said in words."""

DAY_MS = 86_400_000


@attrs.frozen
class Layer:
    """One kind of bar."""

    name: str
    field: str
    width: float
    marker: dict[str, Any]


LAYERS = (
    Layer("▭ licensed", "licensed", 0.84, {"color": "#a9cde8"}),
    Layer("▨ somebody else's alone", "barred", 0.84,
          {"pattern": {"shape": "/", "bgcolor": "#b5b5b5", "fgcolor": "#444444", "size": 6}}),
    Layer("● shown", "out", 0.34, {"color": "#0b5d99"}),
    Layer("◌ planned", "coming", 0.34,
          {"color": "#ffffff", "line": {"color": "#0b5d99", "width": 1.5}}),
    Layer("✕ outside of its rights", "conflicts", 0.6,
          {"pattern": {"shape": "x", "bgcolor": RED, "fgcolor": "#ffffff", "size": 9,
                       "solidity": 0.12}}),
)  # fmt: skip


def by_need(every: Sequence[Held]) -> list[Held]:
    """Return titles with rights, those with conflicts first."""
    found = [each for each in every if each.lanes]
    return sorted(found, key=lambda each: (min(lane.need for lane in each.lanes or ()),
                                           each.series))  # fmt: skip


def chosen(made: Held) -> list[Lane]:
    """Return the lanes that are drawn: all, or those that most need looking at."""
    lanes = together(made.lanes or ())
    if len(lanes) <= MOST_LANES:
        return lanes
    first = sorted(lanes, key=lambda each: each.need)[:MOST_LANES]
    return [each for each in lanes if each in first]


def label(lane: Lane) -> str:
    """Return what stands beside a lane."""
    some = f" ({cuts(lane.cuts)})" if lane.cuts else ""
    sign = ("✕ ", "✕ ", "◆ ", "", "")[lane.need]
    return f"{sign}{lane.channel} {lane.model}{some} · {places(lane.codes)}{' ±' * lane.spread}"


def draw(made: Held, number: int, now: datetime) -> Picture:
    """Return the picture of one title."""
    every = together(made.lanes or ())
    lanes = chosen(made)
    first, last = _span(lanes, now)
    figure = drawing.figure(
        [*_bars(lanes, first, last), *_marks(lanes, first, last)],
        height=drawing.height_of(len(lanes)) + 20,
        barmode="overlay",
        xaxis=drawing.dates(first, last, fixedrange=False),
        dragmode="pan",
        yaxis=drawing.lanes([label(each) for each in lanes]),
        shapes=[drawing.now_line(now)],
    )
    words = (
        f"Rights of {made.series}: {len(every):,} groups of territories by channel, "
        f"{sum(bool(each.conflicts) for each in every):,} with conflicts, "
        f"{sum(bool(each.blocked) for each in every):,} with blocked releases, "
        f"{sum(bool(each.ends) for each in every):,} whose rights end soon"
    )
    if len(lanes) < len(every):
        words += f"; {len(lanes)} are drawn, those with conflicts first"
    return Picture(name=f"picture-rights-{number}", label=words, figure=figure,
                   table=_table(made))  # fmt: skip


def _span(lanes: Sequence[Lane], now: datetime) -> tuple[datetime, datetime]:
    """Return the first and the last instant that are drawn."""
    windows = [each for lane in lanes for layer in LAYERS for each in getattr(lane, layer.field)]
    bounds = [each for window in windows for each in (window.opens, window.closes) if each]
    bounds += [each.at for lane in lanes for each in lane.blocked]
    starts = [each.opens for lane in lanes for each in (*lane.out, *lane.coming) if each.opens]
    first = min([now - timedelta(days=30), *(each - timedelta(days=14) for each in starts)])
    last = max([now + timedelta(days=90), *(each + timedelta(days=14) for each in bounds
                                            if each - now <= LONGEST)])  # fmt: skip
    return first, last


def _bars(lanes: Sequence[Lane], first: datetime, last: datetime) -> Iterator[Any]:
    import plotly.graph_objects as go

    whole = Window(first, last)
    for layer in LAYERS:
        bars = [(number, lane, window) for number, lane in enumerate(lanes)
                for window in getattr(lane, layer.field) if window & whole]  # fmt: skip
        if bars:
            drawn = [window & whole for _, _, window in bars]
            yield go.Bar(
                orientation="h", name=layer.name, width=layer.width, marker=layer.marker,
                y=[number for number, _, _ in bars],
                base=[axis(each.opens or first) for each in drawn],
                x=[_length(each, first, last) for each in drawn],
                hovertext=[lines([f"{layer.name}: {spell(window)}", label(lane)])
                           for _, lane, window in bars],
                hoverinfo="text",
            )  # fmt: skip


def _length(window: Window, first: datetime, last: datetime) -> float:
    """Return a length in milliseconds, of at least a day so that it is seen."""
    span = (window.closes or last) - (window.opens or first)
    return max(float(DAY_MS), span.total_seconds() * 1000)


def _marks(lanes: Sequence[Lane], first: datetime, last: datetime) -> Iterator[Any]:
    import plotly.graph_objects as go

    blocked = [(number, lane, each) for number, lane in enumerate(lanes) for each in lane.blocked
               if first <= each.at <= last]  # fmt: skip
    if blocked:
        yield go.Scatter(
            mode="markers", name="✕ blocked", x=[axis(each.at) for _, _, each in blocked],
            y=[number for number, _, _ in blocked], hoverinfo="text",
            hovertext=[lines([_blocked(each), label(lane)]) for _, lane, each in blocked],
            marker={"symbol": "x", "size": 9, "color": RED, "line": {"width": 1, "color": "#fff"}},
        )  # fmt: skip
    soon = [(number, lane, each) for number, lane in enumerate(lanes) for each in lane.ends]
    if soon:
        yield go.Scatter(
            mode="markers", name="◆ ends soon", x=[axis(each) for _, _, each in soon],
            y=[number for number, _, _ in soon], hoverinfo="text",
            hovertext=[lines([f"rights end {utc(each)}", label(lane)]) for _, lane, each in soon],
            marker={"symbol": "diamond", "size": 11, "color": "#e69f00",
                    "line": {"width": 1, "color": "#333333"}},
        )  # fmt: skip


def _blocked(each: Blocked) -> str:
    return f"blocked: {cuts(each.cuts)} at {utc(each.at)}: {each.why}"


def spell(window: Window) -> str:
    """Return a window for people."""
    opens = utc(window.opens) if window.opens else "ever"
    return f"{opens} until {utc(window.closes)}" if window.closes else f"{opens}, without end"


def _spell_all(windows: Sequence[Window]) -> str:
    return "; ".join(map(spell, windows)) or "-"


def _table(made: Held) -> Table:
    lanes = sorted(together(made.lanes or ()), key=lambda each: each.need)
    rows = [
        (each.channel, each.model, cuts(each.cuts) if each.cuts else "all",
         places(each.codes), _spell_all(each.licensed), _spell_all(each.barred),
         _spell_all(each.out), _spell_all(each.coming), _spell_all(each.conflicts),
         "; ".join(map(_blocked, each.blocked[:3])) or "-",
         "; ".join(map(utc, each.ends)) or "-")
        for each in lanes[:ROWS]
    ]  # fmt: skip
    return Table(
        caption=f"Rights of {made.series}, conflicts first",
        head=("channel", "model", "cuts", "territories", "licensed", "somebody else's alone",
              "shown", "planned", "outside of its rights", "blocked", "ends soon"),
        rows=rows, left=len(lanes) - len(rows), more="syndicate rights tells the rest.",
    )  # fmt: skip


def summary(every: Sequence[Held]) -> Table:
    """Return all titles, one line each."""
    rows = []
    order = by_need(every)
    for each in order:
        lanes = together(each.lanes or ())
        ends = [end for lane in lanes for end in lane.ends]
        rows.append((
            each.series, each.title, f"{len(lanes):,}",
            _count("✕", sum(bool(lane.conflicts) for lane in lanes)),
            _count("✕", sum(bool(lane.blocked) for lane in lanes)),
            f"◆ {utc(min(ends))}" if ends else "-",
        ))  # fmt: skip
    return Table(
        caption="All titles with rights, conflicts first",
        head=("series", "title", "groups", "outside of its rights", "blocked", "ends next"),
        rows=rows[:ROWS],
        left=max(0, len(rows) - ROWS),
        more="syndicate rights tells the rest.",
    )


def _count(sign: str, number: int) -> str:
    return f"{sign} {number:,}" if number else "-"
