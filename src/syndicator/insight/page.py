"""The status as one static page: opens from disk, asks no network, works without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import groupby
from zoneinfo import ZoneInfo

from syndicator.insight.care import Care, came_to
from syndicator.insight.looks import LOOKS
from syndicator.insight.overview import Cell, Matrix
from syndicator.ledger.ledger import Row, Run
from syndicator.model.moment import zone_of
from syndicator.model.release import Action

STYLE = """
:root {
  color-scheme: light dark;
  --fg: #1b1b1f; --bg: #fff; --dim: #6b6b76; --line: #e3e3ea; --card: #f7f7fa;
}
@media (prefers-color-scheme: dark) {
  :root { --fg: #eee; --bg: #131318; --dim: #9a9aa6; --line: #2c2c36; --card: #1c1c23; }
}
body {
  font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg);
  margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
}
h1 { font-size: 1.5rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p.dim { color: var(--dim) }
table { border-collapse: collapse; font-size: .9rem }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left }
td.c { text-align: center; font-size: 1.05rem }
th.ch { border-left: 1px solid var(--line) }
.scroll { overflow-x: auto }
ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0 }
.live { color: #138a4d }
.staged, .staging { color: #0b8793 }
.planned { color: var(--dim) }
.publishing, .processing { color: #2c62c9 }
.held, .withdrawing { color: #a36a00 }
.blocked, .missed { color: #c0392b }
.failed { color: #e0245e }
.unknown { color: #a12bb8; font-weight: 700 }
.withdrawn { color: #8a8a94 }
@media (prefers-color-scheme: dark) {
  .live { color: #3ecf85 }
  .held, .withdrawing { color: #e0a030 }
  .publishing, .processing { color: #7fa6ff }
  .staged, .staging { color: #4fd0da }
  .blocked, .missed { color: #ff7a6b }
  .unknown { color: #e07cf5 }
}
.day {
  display: grid; grid-template-columns: 9rem 1fr; gap: .5rem;
  border-top: 1px solid var(--line); padding: .4rem 0;
}
.day ul { margin: 0; padding: 0; list-style: none }
code { background: var(--card); padding: .1rem .35rem; border-radius: .3rem }
"""


def page(
    matrices: Sequence[Matrix],
    cares: Sequence[Care],
    rows: Sequence[Row],
    runs: Sequence[Run],
    *,
    now: datetime,
    lease: timedelta,
    zones: dict[str, str],
    name: str,
) -> str:
    """Return the page."""
    title = escape(name or "syndicator")
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width,initial-scale=1'>",
        f"<title>{title}: status</title><style>{STYLE}</style>",
        f"<header><h1>{title}</h1><p class=dim>As of {now:%Y-%m-%d %H:%M} UTC.",
        f"{_last(runs, now, lease)}</p>",
        f"</header><main>{_legend(matrices)}",
        *(_matrix(each, zones) for each in matrices),
        _cares(cares),
        _calendar(rows, zones),
        "</main></html>",
    ]
    return "\n".join(parts)


def _last(runs: Sequence[Run], now: datetime, lease: timedelta) -> str:
    if not runs:
        return "No run yet."
    run = runs[0]
    said = escape(came_to(run, now, lease))
    return f"Last run {run.began_at:%Y-%m-%d %H:%M} UTC on {escape(run.host)}: {said}."


def _legend(matrices: Sequence[Matrix]) -> str:
    items = []
    for state, (sign, words) in LOOKS.items():
        number = sum(each.counts[state] for each in matrices)
        if number:
            items.append(f"<li><span class={state}>{sign}</span> {number:,} {words}</li>")
    return f"<ul class=legend>{''.join(items)}</ul>"


def _matrix(made: Matrix, zones: dict[str, str]) -> str:
    heads = "".join(
        f"<th class=ch scope=colgroup colspan={len(list(group))}>{escape(channel)}</th>"
        for channel, group in groupby(made.columns, key=lambda column: column.channel)
    )
    wheres = "".join(f"<th scope=col>{escape(column.where)}</th>" for column in made.columns)
    body = "".join(
        f"<tr><th scope=row>{escape(cut)}</th>"
        + "".join(_cell(made.cells.get((cut, column)), zones) for column in made.columns)
        + "</tr>"
        for cut in made.cuts
    )
    return (
        f"<h2>{escape(made.series)}</h2><div class=scroll><table><thead><tr><td></td>{heads}</tr>"
        f"<tr><td></td>{wheres}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell | None, zones: dict[str, str]) -> str:
    if cell is None:
        return "<td class=c>·</td>"
    sign, words = LOOKS[cell.state]
    tip = "; ".join(_when(row, zones) for row in cell.rows[:6])
    label = escape(f"{words}, {tip}", quote=True)
    return f"<td class='c {cell.state}' title='{label}' aria-label='{label}'>{sign}</td>"


def _when(row: Row, zones: dict[str, str]) -> str:
    """Return an instant with its zone, as it reads in the release's first territory."""
    codes = list(row.territories)
    zone = zone_of(codes[0], zones) if codes else "UTC"
    local = row.at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {zone} ({row.at:%H:%M} UTC)"


def _cares(cares: Sequence[Care]) -> str:
    if not cares:
        return "<h2>Needs a person</h2><p>Nothing.</p>"
    items = "".join(
        f"<li><span class={each.row.state}>{LOOKS[each.row.state][0]}</span> "
        f"{escape(str(each.row.key))}: {escape(each.what)}<br><code>{escape(each.do)}</code></li>"
        for each in cares
    )
    return f"<h2>Needs a person ({len(cares)})</h2><ul>{items}</ul>"


def _calendar(rows: Sequence[Row], zones: dict[str, str]) -> str:
    opening = [row for row in rows if row.key.action != Action.UPDATE]
    days = groupby(
        sorted(opening, key=lambda row: (row.at, row.key)), key=lambda row: row.at.date()
    )
    body = "".join(
        f"<div class=day><strong>{day:%a %Y-%m-%d}</strong>"
        f"<ul>{''.join(_entries(group, zones))}</ul></div>"
        for day, group in days
    )
    return f"<h2>Calendar</h2><p class=dim>Days in UTC; each time with its zone.</p>{body}"


def _entries(rows: Iterator[Row], zones: dict[str, str]) -> Iterator[str]:
    """Yield a day's entries: releases that come out together are one."""

    def together(row: Row) -> tuple[datetime, str, str, str, str, str]:
        key = row.key
        return (row.at, key.series, key.channel, key.action, key.wave, key.part)

    for key, group in groupby(sorted(rows, key=together), key=together):
        found = list(group)
        states = " ".join(
            f"<span class={state} title='{LOOKS[state][1]}'>{LOOKS[state][0]}</span>"
            for state in dict.fromkeys(row.state for row in found)
        )
        cuts = [row.key.cut for row in found]
        span = cuts[0] if len(cuts) == 1 else f"{cuts[0]} … {cuts[-1]} ({len(cuts)})"
        text = f"{_when(found[0], zones)} {key[1]} {span} {key[3]} on {key[2]}"
        yield f"<li>{states} {escape(text)} [{escape(str(found[0].territories))}]</li>"
