"""What is where: data for the terminal and for the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import attrs

from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row
from syndicator.model.release import Action
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories

MANY = 8
"""A channel that opens more territories than this one by one is shown by wave, not by territory."""

WORST = (
    State.UNKNOWN, State.FAILED, State.MISSED, State.BLOCKED, State.HELD, State.WITHDRAWING,
    State.PUBLISHING, State.PROCESSING, State.STAGING, State.PLANNED, State.STAGED,
    State.WITHDRAWN, State.LIVE,
)  # fmt: skip
"""Where one cell stands for several releases it shows the one that most needs looking at."""

OPENS = frozenset({Action.PUBLISH, Action.EXTEND})
"""Actions that make something visible."""


@attrs.frozen(order=True)
class Column:
    """A channel with the territory, or the wave, that a column of the matrix stands for."""

    channel: str
    where: str


@attrs.frozen(kw_only=True)
class Cell:
    """One release, or several that share a cell."""

    state: State
    at: datetime
    rows: tuple[Row, ...]


@attrs.frozen(kw_only=True)
class Matrix:
    """Of one series: cut by channel and territory."""

    series: str
    columns: Sequence[Column]
    cuts: Sequence[str]
    cells: dict[tuple[str, Column], Cell]
    counts: Counter[State]


def matrix(series: str, rows: Sequence[Row]) -> Matrix:
    """Return the matrix of one series' releases."""
    shown = [row for row in rows if row.key.action in OPENS]
    seen, leaving = where_seen(rows), _leaving(rows)
    by_wave = _shown_by_wave(shown)
    groups: dict[tuple[str, Column], list[Row]] = {}
    states: dict[tuple[str, Column], set[State]] = {}
    for row in shown:
        unit = row.key[:3]
        out = seen.get(unit, row.visible or row.territories)
        for where, codes in _where(row, by_wave):
            place = row.key.cut, Column(row.key.channel, where)
            groups.setdefault(place, []).append(row)
            states.setdefault(place, set()).update(_states(row, codes, out, leaving.get(unit, ())))
    cells = {
        place: Cell(state=min(states[place], key=WORST.index), at=min(row.at for row in found),
                    rows=tuple(found))
        for place, found in groups.items()
    }  # fmt: skip
    order = {row.key.cut: (row.order or 0, row.key.cut) for row in shown}
    return Matrix(
        series=series,
        columns=sorted({column for _, column in cells}),
        cuts=sorted(order, key=order.__getitem__),
        cells=cells,
        counts=Counter(row.state for row in shown),
    )


def where_seen(rows: Iterable[Row]) -> dict[tuple[str, ...], Territories]:
    """Return where each live (series, cut, channel) was last proven visible.

    Its publish tells it, for what extended it too.
    """
    return {
        row.key[:3]: row.visible or row.territories
        for row in rows
        if row.key.action == Action.PUBLISH and row.state is State.LIVE
    }


def is_cut(row: Row | Bunch) -> bool:
    """Return whether a live publish is not seen any more in all that it was asked for."""
    live = row.state is State.LIVE and (row.key.action if isinstance(row, Row) else row.action)
    return live == Action.PUBLISH and bool(row.visible and row.territories - row.visible)


def _leaving(rows: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row.key.action == Action.WITHDRAW and row.state in {State.WITHDRAWING, State.UNKNOWN}:
            found.setdefault(row.key[:3], []).append(row)
    return found


def _states(
    row: Row, codes: Territories, out: Territories, leaving: Iterable[Row]
) -> Iterator[State]:
    """Yield the states that a release is in, in some of its territories."""
    if row.state is not State.LIVE:
        yield row.state
        return
    going = NOWHERE
    for each in leaving:
        if each.territories & codes & out:
            going = going | each.territories
            yield each.state
    if (codes & out) - going:
        yield State.LIVE
    if codes - out:
        yield State.WITHDRAWN


def _shown_by_wave(rows: Iterable[Row]) -> set[str]:
    where: dict[str, set[str]] = {}
    for row in rows:
        where.setdefault(row.key.channel, set()).update(row.territories.codes)
    return {channel for channel, codes in where.items() if len(codes) > MANY}


def _where(row: Row, by_wave: set[str]) -> Iterator[tuple[str, Territories]]:
    """Yield the columns that a release belongs to, each with the territories it stands for."""
    if row.key.channel in by_wave:
        yield row.key.wave, row.territories
        return
    for code in row.territories:
        yield code, Territories(frozenset({code}))
