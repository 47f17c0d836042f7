"""What all pictures share: sizes, axes, and the way to the charting library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from syndicator.insight.report.words import axis, plain

ROW = 22
"""Height of a lane, in pixels."""


def figure(traces: Sequence[Any], *, height: int, **layout: Any) -> dict[str, Any]:
    """Return a figure, checked by the charting library; colours of text are the page's."""
    import plotly.graph_objects as go

    shared = {
        "template": "none",
        "height": height,
        "margin": {"l": 10, "r": 16, "t": 24, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1, "x": 0},
        "hovermode": "closest",
        "dragmode": False,
    }
    made: dict[str, Any] = go.Figure(data=list(traces), layout={**shared, **layout}).to_dict()
    return made


def lanes(labels: Sequence[str], **more: Any) -> dict[str, Any]:
    """Return an axis with one lane for each label, the first on top."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": [plain(each) for each in labels],
        "range": [len(labels) - 0.4, -0.6],
        "fixedrange": True,
        "automargin": True,
        "zeroline": False,
        **more,
    }


def columns(labels: Sequence[str], **more: Any) -> dict[str, Any]:
    """Return an axis with one column for each label."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": [plain(each) for each in labels],
        "range": [-0.6, len(labels) - 0.4],
        "fixedrange": True,
        "automargin": True,
        "zeroline": False,
        **more,
    }


def dates(first: datetime, last: datetime, **more: Any) -> dict[str, Any]:
    """Return an axis of time."""
    return {
        "type": "date",
        "range": [axis(first), axis(last)],
        "title": {"text": "UTC"},
        "fixedrange": True,
        "zeroline": False,
        "automargin": True,
        **more,
    }


def now_line(now: datetime) -> dict[str, Any]:
    """Return the line that says which instant the report was made for."""
    return {
        "type": "line", "x0": axis(now), "x1": axis(now), "y0": 0, "y1": 1, "yref": "paper",
        "line": {"width": 1.5, "dash": "dot", "color": "#888888"},
    }  # fmt: skip


def height_of(rows: int, least: int = 160) -> int:
    """Return how high a picture with so many lanes is."""
    return max(least, 110 + ROW * rows)
