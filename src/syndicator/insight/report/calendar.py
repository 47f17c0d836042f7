"""The calendar: what comes out, and what goes, on which day; past and planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from typing import Any

import attrs

from syndicator.insight.report import drawing
from syndicator.insight.report.markup import Picture, Table
from syndicator.insight.report.tones import TONES, Tone, counted, tone_of, worst
from syndicator.insight.report.words import axis, cuts_in, lines, local
from syndicator.ledger.bunching import Bunch
from syndicator.model.release import Action

COMES = frozenset({Action.PUBLISH, Action.EXTEND})
LANES = 60
"""Up to so many lanes there is one for each series and channel; else one for each series."""

MOST_LANES = 250
MARKS = 4000
"""Above so many marks, those of a week or a month are one."""

TOLD = 6
"""So many instants of a mark are told; the rest is counted."""

MANY, FEW = 800, 2
"""With many marks, so few instants are told of each: the page stays small."""

ROWS = 200
NEAR = timedelta(days=75)
"""So far from now a long calendar is seen at first; it can be moved."""

LONG = timedelta(days=400)


@attrs.frozen(kw_only=True)
class Mark:
    """What comes out, or goes, in one lane in one span of days."""

    lane: int
    begins: date
    """First day, in UTC."""

    goes: bool
    bunches: Sequence[Bunch]
    tone: Tone

    @property
    def releases(self) -> int:
        """How many releases it stands for."""
        return sum(map(len, self.bunches))


@attrs.frozen(kw_only=True)
class Calendar:
    """Lanes with their marks."""

    lanes: Sequence[str]
    marks: Sequence[Mark]
    grain: str
    """`day`, `week` or `month`: what one mark stands for."""

    left: int = 0
    """So many lanes more there are."""


def calendar(bunches: Sequence[Bunch], now: datetime) -> Calendar:
    """Return what comes out when; updates of what is out are not in it."""
    meant = [each for each in bunches if each.action != Action.UPDATE]
    both = sorted({(each.series, each.channel) for each in meant})
    apart = len(both) <= LANES
    names = [" on ".join(pair) for pair in both] if apart else sorted({name for name, _ in both})
    shown = {name: number for number, name in enumerate(names[:MOST_LANES])}
    placed = [
        (shown[lane], each)
        for each in meant
        if (lane := f"{each.series} on {each.channel}" if apart else each.series) in shown
    ]
    grain, groups = _grouped(placed)
    marks = [
        Mark(lane=lane, begins=begins, goes=goes, bunches=found,
             tone=worst(tone_of(each, now) for each in found))
        for (lane, begins, goes), found in sorted(groups.items(), key=lambda each: each[0])
    ]  # fmt: skip
    return Calendar(lanes=list(shown), marks=marks, grain=grain, left=len(names) - len(shown))


def _grouped(
    placed: Sequence[tuple[int, Bunch]],
) -> tuple[str, dict[tuple[int, date, bool], list[Bunch]]]:
    """Return the finest grain that leaves few enough marks, and what each mark stands for."""
    groups: dict[tuple[int, date, bool], list[Bunch]] = {}
    for grain in ("day", "week", "month"):
        groups = {}
        for lane, each in placed:
            key = (lane, begins(each.at, grain), each.action not in COMES)
            groups.setdefault(key, []).append(each)
        if len(groups) <= MARKS:
            return grain, groups
    return "month", groups


def begins(moment: datetime, grain: str) -> date:
    """Return the first day, in UTC, of the day, week or month of an instant."""
    day = moment.astimezone(UTC).date()
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain == "month" else day


def told(mark: Mark, now: datetime, zones: Mapping[str, str], most: int = TOLD) -> list[str]:
    """Return what a mark says: per instant the cuts, where, and how they stand."""
    groups: dict[tuple[datetime, str, str], list[Bunch]] = {}
    for each in mark.bunches:
        groups.setdefault((each.at, each.series, each.channel), []).append(each)
    texts = []
    for (at, series, channel), found in sorted(groups.items(), key=lambda each: each[0])[:most]:
        names = cuts_in(found)
        where = found[0].territories
        new = "" if all(each.recorded for each in found) else ", not recorded yet"
        texts.append(f"{local(at, where, zones)}: {series} {names} on {channel}, "
                     f"{counted(found, now)}{new}")  # fmt: skip
    if len(groups) > most:
        texts.append(f"and {len(groups) - most} more")
    return texts


def draw(made: Calendar, now: datetime, zones: Mapping[str, str]) -> Picture:
    """Return the picture."""
    import plotly.graph_objects as go

    traces = []
    most = TOLD if len(made.marks) <= MANY else FEW
    for goes in (False, True):
        for tone in TONES:
            marks = [each for each in made.marks if each.tone is tone and each.goes is goes]
            if marks:
                traces.append(
                    go.Scatter(
                        **_trace(marks, tone, goes=goes),
                        hovertext=[lines(told(each, now, zones, most)) for each in marks],
                    )
                )
    figure = drawing.figure(
        traces,
        height=drawing.height_of(len(made.lanes)),
        xaxis=drawing.dates(*around(made, now), fixedrange=False),
        dragmode="pan",
        yaxis=drawing.lanes(made.lanes),
        shapes=[drawing.now_line(now)],
    )
    comes = sum(each.releases for each in made.marks if not each.goes)
    goes_ = sum(each.releases for each in made.marks if each.goes)
    label = (
        f"Calendar: {comes:,} releases come out and {goes_:,} go, in {len(made.lanes):,} lanes, "
        f"one mark for each {made.grain}"
    )
    return Picture(name="picture-calendar", label=label, figure=figure,
                   table=_table(made, now, zones))  # fmt: skip


def around(made: Calendar, now: datetime) -> tuple[datetime, datetime]:
    """Return what is seen at first: everything, or where that is long, some weeks around now."""
    every = [_noon(each.begins) for each in made.marks] + [now]
    near = [each for each in every if abs(each - now) <= NEAR]
    chosen = near if len(near) > 1 and max(every) - min(every) > LONG else every
    return min(chosen) - timedelta(days=2), max(chosen) + timedelta(days=2)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _trace(marks: Sequence[Mark], tone: Tone, *, goes: bool) -> dict[str, Any]:
    return {
        "mode": "markers",
        "name": f"◁ goes, {tone.words}" if goes else f"{tone.sign} {tone.words}",
        "x": [axis(_noon(each.begins)) for each in marks],
        "y": [each.lane + (0.28 if goes else 0) for each in marks],
        "hoverinfo": "text",
        "marker": {
            "color": tone.colour,
            "symbol": "triangle-left-open" if goes else tone.symbol,
            "size": [round(min(16.0, 6 + 1.2 * sqrt(each.releases)), 1) for each in marks],
            "line": {"width": 1, "color": "#555555"} if not goes else {"width": 1.5},
        },
    }


def _table(made: Calendar, now: datetime, zones: Mapping[str, str]) -> Table:
    """Return the marks nearest to now."""
    near = sorted(made.marks, key=lambda each: abs(_noon(each.begins) - now))[:ROWS]
    rows = [
        (str(each.begins), made.lanes[each.lane], "goes" if each.goes else "comes out",
         f"{each.releases:,}", f"{each.tone.sign} {each.tone.words}",
         "; ".join(told(each, now, zones)))
        for each in sorted(near, key=lambda each: (each.begins, each.lane, each.goes))
    ]  # fmt: skip
    first = f"{made.grain} (UTC)"
    return Table(
        caption="The calendar, nearest to now first where not all is shown",
        head=(first, "lane", "what", "releases", "worst", "in full"),
        rows=rows, left=len(made.marks) - len(near), more="syndicate show tells every release.",
    )  # fmt: skip
