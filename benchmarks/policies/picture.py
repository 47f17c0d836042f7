"""The figures as a picture: bars in a static SVG that reads on light and on dark pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pygal  # type: ignore[import-untyped]
from pygal import etree
from pygal.style import Style  # type: ignore[import-untyped]

from benchmarks.policies.score import COLUMNS
from benchmarks.policies.tape import Tape

COLOURS: Final = ("#d1495b", "#e08e00", "#3f7cac", "#7b5ea7")
"""One for each column; each is read on both grounds."""

LIGHT: Final = {"ground": "#ffffff", "text": "#1f2328", "line": "#d0d7de"}
DARK: Final = {"ground": "#0d1117", "text": "#e6edf3", "line": "#3d444d"}
FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def draw(rows: Sequence[Mapping[str, object]], tape: Tape, releases: int) -> str:
    """Return the picture; the same figures make the same text."""
    etree.etree.to_etree()  # what it is drawn with depends on nothing else that is installed
    chart: Any = pygal.HorizontalBar(
        style=_style(), css=[*pygal.config.Config.css.value, f"inline:{_dark()}"], js=[],
        no_prefix=True, disable_xml_declaration=True, pretty_print=True,
        width=900, height=820, margin=16, spacing=6,
        title="What each policy doubles, loses, leaves open and misreports\n"
        f"models on one tape: {tape.rate:.0%} of exchanges go wrong, {releases:,} releases each",
        x_title="for each 1,000 releases",
        legend_at_bottom=True, legend_at_bottom_columns=len(COLUMNS), legend_box_size=14,
        print_values=True, print_zeroes=True, print_values_position="top",
        show_y_guides=True, show_x_guides=False, truncate_legend=-1, truncate_label=-1,
        value_formatter=_figure,
    )  # fmt: skip
    bottom_up = list(reversed(rows))
    chart.x_labels = [str(each["what"]) for each in bottom_up]
    for name in reversed(COLUMNS):
        chart.add(name, [each[name] for each in bottom_up])
    # The library's remarks name the day and the parser; its licence stands in the style.
    return re.sub(r"<!--.*?-->", "", str(chart.render(is_unicode=True)))


def _figure(value: float) -> str:
    return f"{value:.1f}" if value else "0"


def _style() -> Any:
    return Style(
        background=LIGHT["ground"], plot_background=LIGHT["ground"],
        foreground=LIGHT["text"], foreground_strong=LIGHT["text"],
        foreground_subtle=LIGHT["line"], opacity="1", opacity_hover="1", transition="0s",
        colors=tuple(reversed(COLOURS)), value_colors=(LIGHT["text"],) * len(COLOURS),
        font_family=FONT, title_font_size=18, label_font_size=13, major_label_font_size=13,
        legend_font_size=13, value_font_size=11, value_label_font_size=11,
    )  # fmt: skip


def _dark() -> str:
    """Return the rules that hold where a reader's pages are dark."""
    ground, text, line = DARK["ground"], DARK["text"], DARK["line"]
    return (
        "@media (prefers-color-scheme: dark) {"
        f" svg > rect, .background, .plot .background, .graph > .background {{fill: {ground};}}"
        f" text {{fill: {text} !important;}} .guides path, .axis path {{stroke: {line};}}"
        " }"
    )
