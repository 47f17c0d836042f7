"""The status matrix: series by channels at a glance, and cuts by channels and territories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from syndicator.insight.looks import LOOKS
from syndicator.insight.overview import Cell, Column, Matrix, is_cut, matrix
from syndicator.insight.report import drawing
from syndicator.insight.report.markup import Picture, Table
from syndicator.insight.report.tones import (
    GONE,
    STAND_OUT,
    TONES,
    Tone,
    counted,
    tone_of,
    tone_of_state,
    worst,
)
from syndicator.insight.report.words import cuts_in, cuts_of, lines, local
from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row
from syndicator.model.release import Action
from syndicator.model.state import State

SHOWN = frozenset({Action.PUBLISH, Action.EXTEND})
MOST_SERIES = 250
CELLS = 10_000
"""So many cells of cuts are drawn at most: of other series the glance has to do."""

MOST_DETAILS = 24


@attrs.frozen(kw_only=True)
class Square:
    """One series on one channel."""

    tone: Tone
    states: Mapping[Tone, int]
    bunches: Sequence[Bunch]

    @property
    def releases(self) -> int:
        """How many there are, openings of further territories included."""
        return sum(self.states.values())


@attrs.frozen(kw_only=True)
class Glance:
    """All series by all channels."""

    series: Sequence[str]
    channels: Sequence[str]
    squares: Mapping[tuple[str, str], Square]
    left: int = 0
    """So many series more there are, none of which stands out more."""


def glance(bunches: Sequence[Bunch], now: datetime) -> Glance:
    """Return how each series stands on each channel; where not all fit, the worst are shown."""
    groups: dict[tuple[str, str], list[Bunch]] = {}
    for each in bunches:
        if each.action in SHOWN:
            groups.setdefault((each.series, each.channel), []).append(each)
    squares = {}
    for pair, found in groups.items():
        states: Counter[Tone] = Counter()
        for each in found:
            states[GONE if is_cut(each) else tone_of(each, now)] += len(each)
        squares[pair] = Square(tone=worst(states), states=states, bunches=found)
    order = by_need(squares)
    chosen = sorted(order[:MOST_SERIES])
    return Glance(series=chosen, channels=sorted({channel for _, channel in squares}),
                  squares={pair: each for pair, each in squares.items() if pair[0] in chosen},
                  left=len(order) - len(chosen))  # fmt: skip


def by_need(squares: Mapping[tuple[str, str], Square]) -> list[str]:
    """Return series, first those of which something stands out most."""
    tones: dict[str, Tone] = {}
    for (series, _), each in squares.items():
        tones[series] = worst((each.tone, tones.get(series, each.tone)))
    return sorted(tones, key=lambda series: (TONES.index(tones[series]), series))


def detailed(made: Glance) -> list[str]:
    """Return the series whose cuts are shown: all where they fit, else those that stand out."""
    sizes: Counter[str] = Counter()
    for (series, _), each in made.squares.items():
        sizes[series] += each.releases
    order = by_need(made.squares)
    if len(order) > MOST_DETAILS or sum(sizes.values()) > CELLS:
        worse = {series for (series, _), each in made.squares.items() if each.tone in STAND_OUT}
        order = [series for series in order if series in worse]
    chosen: list[str] = []
    room = CELLS
    for series in order[:MOST_DETAILS]:
        if sizes[series] <= room:
            chosen.append(series)
            room -= sizes[series]
    return chosen


def details(series: str, bunches: Sequence[Bunch]) -> Matrix:
    """Return the matrix of one series."""
    return matrix(series, [row for each in bunches for row in each.rows()])


# -- drawing --


def _scale() -> list[list[Any]]:
    """Return a scale of colours with one step for each tone."""
    number = len(TONES)
    return [[edge / number, tone.colour] for index, tone in enumerate(TONES)
            for edge in (index, index + 1)]  # fmt: skip


def _heat(values: Sequence[Sequence[int | None]], texts: Any, hovers: Any) -> dict[str, Any]:
    return {
        "z": values, "text": texts, "texttemplate": "%{text}", "hovertext": hovers,
        "hoverinfo": "text", "hoverongaps": False, "colorscale": _scale(), "zmin": -0.5,
        "zmax": len(TONES) - 0.5, "showscale": False, "xgap": 1, "ygap": 1,
    }  # fmt: skip


def draw_glance(made: Glance, now: datetime) -> Picture:
    """Return the picture of all series by channels."""
    import plotly.graph_objects as go

    values: list[list[int | None]] = []
    texts, hovers, rows = [], [], []
    for series in made.series:
        found = [made.squares.get((series, channel)) for channel in made.channels]
        values.append([TONES.index(each.tone) if each else None for each in found])
        texts.append([_short(each) if each else "" for each in found])
        said = [_said(series, channel, each, now) if each else []
                for channel, each in zip(made.channels, found, strict=True)]  # fmt: skip
        hovers.append([lines(each) for each in said])
        rows += [(series, channel, f"{each.tone.sign} {each.tone.words}", text[1])
                 for channel, each, text in zip(made.channels, found, said, strict=True)
                 if each]  # fmt: skip
    figure = drawing.figure(
        [go.Heatmap(**_heat(values, texts, hovers))],
        height=drawing.height_of(len(made.series)),
        xaxis=drawing.columns(made.channels, side="top"),
        yaxis=drawing.lanes(made.series),
    )
    figure["layout"]["margin"]["t"] = 60
    out = [pair for pair, each in made.squares.items() if each.tone in STAND_OUT]
    label = (
        f"Status: {len(made.series):,} series by {len(made.channels):,} channels, "
        f"{len(out):,} of {len(made.squares):,} squares stand out"
    )
    signs = [tone.sign for tone in TONES]
    rows.sort(key=lambda row: signs.index(row[2][0]))
    table = Table(caption="Status by series and channel, worst first",
                  head=("series", "channel", "worst", "in full"), rows=rows[:400],
                  left=max(0, len(rows) - 400),
                  more="syndicate status tells the rest.")  # fmt: skip
    return Picture(name="picture-status", label=label, figure=figure, table=table)


def _short(square: Square) -> str:
    return f"{square.tone.sign} {square.states[square.tone]:,}/{square.releases:,}"


def _said(series: str, channel: str, square: Square, now: datetime) -> list[str]:
    texts = [f"{series} on {channel}", counted(square.bunches, now)]
    for tone in TONES:
        if tone in STAND_OUT and tone in square.states:
            of_it = (each for each in square.bunches if tone_of(each, now) is tone)
            texts.append(f"{tone.words}: {cuts_in(of_it)}")
    return texts


def draw_details(made: Matrix, number: int, now: datetime, zones: Mapping[str, str]) -> Picture:
    """Return the picture of one series: cuts by channels and territories."""
    import plotly.graph_objects as go

    values: list[list[int | None]] = []
    texts, hovers = [], []
    for cut in made.cuts:
        found = [(column, made.cells.get((cut, column))) for column in made.columns]
        values.append([TONES.index(_tone(cell, now)) if cell else None for _, cell in found])
        texts.append([LOOKS[cell.state][0] if cell else "" for _, cell in found])
        hovers.append([_cell(cut, column, cell, now, zones) if cell else ""
                       for column, cell in found])  # fmt: skip
    figure = drawing.figure(
        [go.Heatmap(**_heat(values, texts, hovers))],
        height=drawing.height_of(len(made.cuts)),
        xaxis=drawing.columns([f"{each.channel} {each.where}" for each in made.columns],
                              side="top"),
        yaxis=drawing.lanes(made.cuts),
    )  # fmt: skip
    figure["layout"]["margin"]["t"] = 100
    table = Table(caption=f"{made.series}: how cuts stand by channel and territory or wave",
                  head=("channel", "where", "state", "cuts"),
                  rows=list(_runs(made)))  # fmt: skip
    label = f"{made.series}: {len(made.cuts):,} cuts by {len(made.columns):,} columns"
    return Picture(name=f"picture-status-{number}", label=label, figure=figure, table=table)


def _tone(cell: Cell, now: datetime) -> Tone:
    # Of what is live, only the cell knows whether it is seen here.
    tones = [tone_of(row, now) for row in cell.rows if row.state is not State.LIVE]
    return worst([*tones, tone_of_state(cell.state)])


def _cell(
    cut: str, column: Column, cell: Cell, now: datetime, zones: Mapping[str, str]
) -> str:  # fmt: skip
    texts = [f"{cut} on {column.channel}, {column.where}: {LOOKS[cell.state][1]}"]
    for row in cell.rows[:2]:
        needed = tone_of(row, now) in STAND_OUT
        why = "; ".join(reason.text for reason in row.reasons) if needed else ""
        said = f"{local(row.at, row.territories, zones)}: {counted([row], now)}"
        texts.append(f"{said}: {why}" if why else said)
    return lines(texts)


def _runs(made: Matrix) -> Iterator[tuple[str, str, str, str]]:
    """Yield for each column and state the cuts that are in it."""
    for column in made.columns:
        states: dict[State, list[Row]] = {}
        for cut in made.cuts:
            cell = made.cells.get((cut, column))
            if cell is not None:
                states.setdefault(cell.state, []).append(cell.rows[0])
        for state in LOOKS:
            if state in states:
                sign, words = LOOKS[state]
                yield column.channel, column.where, f"{sign} {words}", cuts_of(states[state])
