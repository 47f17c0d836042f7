"""Concentration over time, the ceiling, and what the plan would do to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from syndicator.insight.balance import Balance, begins, over
from syndicator.insight.report import drawing
from syndicator.insight.report.markup import Picture, Table
from syndicator.insight.report.tones import RED
from syndicator.insight.report.words import lines, plain
from syndicator.insight.tellings import Subject, Told

MOST = 7
"""So many platforms have a line of their own; the rest is one."""

POINTS = 80
OTHERS = "others"
PLAN = "with the plan"

INKS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a6d00", "#777777")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid", "dash", "dot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "hexagon", "cross")


@attrs.frozen(kw_only=True)
class Course:
    """How a measure spread over platforms."""

    measure: str
    currency: str | None
    step: str
    points: Sequence[tuple[date, Balance]]
    now: Balance
    """As the ceiling is judged: of releases what is live, of figures everything so far."""

    planned: Balance
    """The same with everything that is out or asked for, by what it is expected to add."""

    ceiling: float | None = None
    on_breach: str = "warn"
    instead: str = ""
    """Why it is not of the measure that `[balance]` names."""

    @property
    def platforms(self) -> list[str]:
        """Platforms that have a line of their own, the largest first."""
        most: dict[str, float] = {}
        for balance in (*(each for _, each in self.points), self.now, self.planned):
            for name, share in balance.shares.items():
                most[name] = max(share, most.get(name, 0.0))
        return sorted(most, key=lambda name: (-most[name], name))[:MOST]

    def verdicts(self) -> list[str]:
        """Return sentences: how it stands to the ceiling now, and with the plan."""
        if self.ceiling is None:
            return ["No ceiling is set; [balance] max_share in syndicator.toml sets one."]
        found = []
        for when, balance in (("Now", self.now), ("With the plan", self.planned)):
            above = over(balance, self.ceiling)
            if above:
                names = ", ".join(f"{each.platform} {each.share:.1%}" for each in above)
                found.append(f"✕ {when} above the ceiling of {self.ceiling:.1%}: {names}.")
            elif balance.shares:
                found.append(f"✓ {when} no platform is above the ceiling of {self.ceiling:.1%}.")
        return found


def shares_of(balance: Balance, platforms: Sequence[str]) -> dict[str, float]:
    """Return the shares of platforms, and of all others together; they add up to one."""
    found = {name: balance.shares.get(name, 0.0) for name in platforms}
    rest = sum(share for name, share in balance.shares.items() if name not in found)
    return {**found, OTHERS: rest} if rest else found


def columns(made: Course) -> list[tuple[str, Balance]]:
    """Return what is drawn from left to right: the weeks or months, and the plan."""
    found = [(str(day), balance) for day, balance in made.points[-POINTS:] if balance.shares]
    return [*found, ("now", made.now), (PLAN, made.planned)]


def figures_by(
    told: Mapping[Subject, Told], platforms: Mapping[str, str], measure: str, step: str
) -> list[tuple[date, Balance]]:
    """Return what was measured within each week or month, of figures told by day.

    As `figures_over_time` says it, in one go: each day of each subject is looked at once. The
    subjects are those of one currency; where nothing was measured there is no balance.
    """
    amounts: dict[date, dict[str, float]] = {}
    for subject, each in told.items():
        name = platforms.get(subject.channel) or subject.channel
        for day, value in each.days().items():
            found = amounts.setdefault(begins(day, step), {})
            found[name] = found.get(name, 0.0) + value
    return [(day, Balance(measure=measure, amounts=amounts[day])) for day in sorted(amounts)]


def draw(made: Course) -> Picture:
    """Return the picture."""
    shown = columns(made)
    figure = drawing.figure(
        [*_lines(made, shown), _hhi(shown)],
        height=420,
        xaxis=_axis(shown),
        yaxis={"range": [0, 1.04], "tickformat": ".0%", "title": {"text": "share, and HHI"},
               "fixedrange": True, "zeroline": False, "automargin": True},
        shapes=_shapes(made, len(shown)),
    )  # fmt: skip
    money = f" in {made.currency}" if made.currency else ""
    label = f"Concentration by {made.measure}{money}, by {made.step}: {' '.join(made.verdicts())}"
    return Picture(name="picture-balance", label=label, figure=figure, table=_table(made, shown))


def _axis(shown: Sequence[tuple[str, Balance]]) -> dict[str, Any]:
    found = drawing.columns([name for name, _ in shown])
    every = max(1, len(shown) // 12)
    last = len(shown) - 2
    ticks = [n for n in range(len(shown)) if n >= last or (n % every == 0 and n < last - every / 2)]
    return {**found, "tickvals": ticks, "ticktext": [found["ticktext"][n] for n in ticks]}


def _lines(made: Course, shown: Sequence[tuple[str, Balance]]) -> Iterator[Any]:
    import plotly.graph_objects as go

    names = made.platforms
    parts = [shares_of(balance, names) for _, balance in shown]
    if any(OTHERS in each for each in parts):
        names = [*names, OTHERS]
    for number, name in enumerate(names):
        at = [n for n, (_, balance) in enumerate(shown) if balance.shares]
        yield go.Scatter(
            mode="lines+markers", name=plain(name), x=at,
            y=[parts[n].get(name, 0.0) for n in at], hoverinfo="text",
            hovertext=[lines([f"{shown[n][0]}: {name} {parts[n].get(name, 0.0):.1%}", *_sum(
                shown[n][1])]) for n in at],
            line={"color": INKS[number], "dash": DASHES[number], "width": 2},
            marker={"symbol": SYMBOLS[number], "size": 8},
        )  # fmt: skip


def _sum(balance: Balance) -> list[str]:
    hhi = balance.hhi
    return [f"of {balance.total:,.0f}", f"HHI {hhi:.3f}" if hhi is not None else "nothing to share"]


def _hhi(shown: Sequence[tuple[str, Balance]]) -> Any:
    import plotly.graph_objects as go

    found = [(n, name, each.hhi) for n, (name, each) in enumerate(shown) if each.hhi is not None]
    return go.Scatter(
        mode="lines+markers", name="HHI (1 is one platform alone)",
        x=[n for n, _, _ in found], y=[hhi for _, _, hhi in found], hoverinfo="text",
        hovertext=[lines([f"{name}: HHI {hhi:.3f} ({hhi * 10_000:,.0f} points)"])
                   for _, name, hhi in found],
        line={"color": "#888888", "width": 1.5, "dash": "dot"},
        marker={"symbol": "line-ew-open", "size": 9, "color": "#888888"},
    )  # fmt: skip


def _shapes(made: Course, number: int) -> list[dict[str, Any]]:
    edge = number - 1.5
    found: list[dict[str, Any]] = [
        {"type": "line", "x0": edge, "x1": edge, "y0": 0, "y1": 1, "yref": "paper",
         "line": {"width": 1, "dash": "dot", "color": "#888888"}},
    ]  # fmt: skip
    if made.ceiling is not None:
        found.append(
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": made.ceiling,
             "y1": made.ceiling, "line": {"width": 2, "dash": "dash", "color": RED},
             "label": {"text": f"ceiling {made.ceiling:.0%}", "textposition": "start",
                       "yanchor": "bottom"}}
        )  # fmt: skip
    return found


def _table(made: Course, shown: Sequence[tuple[str, Balance]]) -> Table:
    names = made.platforms
    others = any(OTHERS in shares_of(each, names) for _, each in shown)
    rows = [
        (name, f"{each.total:,.0f}", f"{each.hhi:.3f}" if each.hhi is not None else "-",
         *(_share(shares_of(each, names), one, made.ceiling) for one in names),
         *([f"{shares_of(each, names).get(OTHERS, 0.0):.1%}"] if others else []))
        for name, each in shown
    ]  # fmt: skip
    unit = f" ({made.currency}, smallest units)" if made.currency else ""
    return Table(
        caption=f"Shares of {made.measure} by {made.step}",
        head=(f"{made.step} from", f"total{unit}", "HHI", *names, *([OTHERS] if others else [])),
        rows=rows,
    )


def _share(parts: Mapping[str, float], name: str, ceiling: float | None) -> str:
    share = parts.get(name, 0.0)
    return f"{'✕ ' * (ceiling is not None and share > ceiling + 1e-9)}{share:.1%}"
