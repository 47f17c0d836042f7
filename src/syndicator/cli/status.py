"""`syndicate status`: the matrix, the counts, the last run, and what needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.stranded import stranded
from syndicator.insight.care import Care, came_to, care, is_due
from syndicator.insight.looks import LOOKS
from syndicator.insight.overview import Matrix, matrix
from syndicator.ledger.ledger import Filter, Row, Run
from syndicator.model.moment import iso
from syndicator.model.rollout import Stand, Standing
from syndicator.model.state import State

Rests = Mapping[str, tuple[datetime, str]]
"""Channels that are paused, until when and why."""

MOST = 15
"""So many things that need a person are listed; the rest is counted."""


@click.command()
@options.filters
@click.option("--html", type=click.Path(dir_okay=False), help="Write it as one static page.")
@options.at
@options.as_json
@click.pass_obj
def status(
    workspace: str,
    /,
    html: str | None,
    at: datetime | None,
    json_: bool,
    **filters: tuple[str, ...],
) -> int:
    """Show what is live where, what is late and what needs a person."""
    if html and json_:
        raise Fault("--html and --json are two ways to see it; name one")
    if html:
        from syndicator.cli.report import writable

        writable(Path(html))
    desk = Desk(workspace, at=at)
    now = desk.now()
    only = options.filter_of(**filters)
    matrices, cares, every = [], [], []
    alone = {row.key: url for row, url in stranded(desk, only)}
    counts: Counter[State] = Counter()
    for series, group in groupby(desk.ledger.rows(only), key=lambda row: row.key.series):
        rows = list(group)
        made = matrix(series, rows)
        matrices.append(made)
        counts.update(made.counts)
        unusable = desk.unusable({row.key.channel for row in rows if is_due(row, now)})
        cares += care(rows, now, unusable=unusable, stranded=alone)
        every += rows if html else []
    cares.sort(key=lambda each: not each.overdue)
    runs, rests = desk.ledger.runs(), desk.ledger.paused(now)
    if json_:
        found = _json(matrices, cares, counts, runs[0] if runs else None, rests, now)
        render.dump({**found, "waves": [_wave_json(each) for each in _asking(desk, only)]})
    elif html:
        _write(Path(html), desk, matrices, cares, every)
    elif not matrices and only != Filter():
        click.echo(render.NONE_MEANT)
    else:
        last = _run_line(runs[0] if runs else None, now, desk.config.lease)
        for text in lines(matrices, cares, counts, last, rests):
            click.echo(text)
        for each in _asking(desk, only):
            name = click.style(f"wave {each.wave} of {each.series}", fg="yellow")
            click.echo(f"{name} {_asks(each)}")
    return exits.UNKNOWN if counts[State.UNKNOWN] else exits.DONE


def _write(
    path: Path, desk: Desk, matrices: list[Matrix], cares: list[Care], rows: list[Row]
) -> None:
    from syndicator.insight.page import page

    config = desk.config
    text = page(matrices, cares, rows, desk.ledger.runs(), now=desk.now(), lease=config.lease,
                zones=dict(config.time_zones), name=config.name)  # fmt: skip
    path.write_text(text, encoding="utf-8")
    click.echo(f"Written to {path}")


def _asking(desk: Desk, only: Filter) -> list[Standing]:
    """Return the waves of which a person has to decide."""
    return [each for each in desk.ledger.standings(only.series) if each.asks]


def _asks(each: Standing) -> str:
    """Return what a person has to know of such a wave, and what to do."""
    if each.state is Stand.FAILED:
        what = f"was found too low {each.fails} times"
    else:
        what = f"could not be measured {each.misses} times in a row"
    found = "; ".join(look.why for look in each.looks)
    return f"{what}: {render.said(found)}; syndicate rollout status {each.series}"


def _wave_json(each: Standing) -> dict[str, Any]:
    return {"series": each.series, "wave": each.wave, "state": str(each.state),
            "what": _asks(each)}  # fmt: skip


def lines(
    matrices: list[Matrix],
    cares: list[Care],
    counts: Counter[State],
    last: str,
    rests: Rests,
) -> Iterator[str]:
    """Yield the status as lines."""
    if not matrices:
        yield "The ledger is empty: nothing was planned yet. Next: syndicate plan"
        return
    for each in matrices:
        yield click.style(each.series, bold=True)
        yield from matrix_lines(each)
        yield ""
    yield "  ".join(
        f"{render.glyph(state)} {counts[state]:,} {render.words(state)}"
        for state in LOOKS
        if counts[state]
    )
    yield last
    for channel, (until, why) in rests.items():
        yield click.style(f"{channel} is left alone until {until:%Y-%m-%d %H:%M} UTC:", fg="yellow")
        yield f"  {render.said(why)}"
    if cares or not rests:
        yield from _care_lines(cares)


def matrix_lines(made: Matrix) -> Iterator[str]:
    """Yield a matrix: one row for each cut, columns under their channel."""
    if not made.columns:
        yield "  nothing planned"
        return
    width = max(len(cut) for cut in made.cuts)
    sizes = _sizes(made)
    yield "  " + " " * width + "  " + _channels(made, sizes)
    heads = [column.where.ljust(size) for column, size in zip(made.columns, sizes, strict=True)]
    yield click.style("  " + " " * width + "  " + " ".join(heads).rstrip(), dim=True)
    for cut in made.cuts:
        cells = []
        for column, size in zip(made.columns, sizes, strict=True):
            cell = made.cells.get((cut, column))
            sign = render.glyph(cell.state) if cell else "·"
            cells.append(sign + " " * (size - 1))
        yield f"  {cut.ljust(width)}  {' '.join(cells).rstrip()}"


def _sizes(made: Matrix) -> list[int]:
    """Return the columns' widths: the last of a channel is as wide as its name needs."""
    sizes = [max(2, len(column.where)) for column in made.columns]
    for number, column in enumerate(made.columns):
        later = [each.channel for each in made.columns[number + 1 : number + 2]]
        if later != [column.channel]:
            mine = [i for i, each in enumerate(made.columns) if each.channel == column.channel]
            room = sum(sizes[i] + 1 for i in mine) - 1
            sizes[number] += max(0, len(column.channel) + 1 - room)
    return sizes


def _channels(made: Matrix, sizes: list[int]) -> str:
    """Return channel names over their columns, cut to what there is room for."""
    text = ""
    for channel, group in groupby(
        zip(made.columns, sizes, strict=True), key=lambda pair: pair[0].channel
    ):
        room = sum(size + 1 for _, size in group)
        name = channel if len(channel) < room else channel[: max(1, room - 2)] + "…"
        text += name.ljust(room)
    return click.style(text.rstrip(), bold=True)


def _run_line(run: Run | None, now: datetime, lease: timedelta) -> str:
    if run is None:
        return "Last run: never. Next: syndicate release"
    ago = render.ago((now - run.began_at).total_seconds())
    said = came_to(run, now, lease)
    return f"Last run: {run.began_at:%Y-%m-%d %H:%M} UTC ({ago}) on {run.host}: {said}"


def _care_lines(cares: list[Care]) -> Iterator[str]:
    if not cares:
        yield click.style("Nothing needs a person.", fg="green")
        return
    verb = "needs" if len(cares) == 1 else "need"
    yield click.style(f"{len(cares):,} {verb} a person:", bold=True)
    for each in cares[:MOST]:
        yield f"  {render.glyph(each.row.state)} {each.row.key}: {render.said(each.what)}"
        yield f"      {each.do}"
    if len(cares) > MOST:
        yield f"  … and {len(cares) - MOST} more: syndicate show --state …"


def _json(
    matrices: list[Matrix],
    cares: list[Care],
    counts: Counter[State],
    run: Run | None,
    rests: Rests,
    now: datetime,
) -> dict[str, Any]:
    return {
        "at": iso(now),
        "last_run": {"began_at": iso(run.began_at), "outcome": run.outcome} if run else None,
        "counts": {str(state): number for state, number in counts.items()},
        "series": [_matrix_json(each) for each in matrices],
        "needs_person": [
            {"release": str(each.row.key), "state": str(each.row.state), "what": each.what,
             "do": each.do, "overdue": each.overdue,
             "deadline": each.row.task.deadline if each.row.task else None}
            for each in cares
        ],
        "left_alone": [
            {"channel": channel, "until": iso(until), "why": why}
            for channel, (until, why) in rests.items()
        ],
    }  # fmt: skip


def _matrix_json(made: Matrix) -> dict[str, Any]:
    return {
        "series": made.series,
        "cells": [
            {"cut": cut, "channel": column.channel, "where": column.where,
             "state": str(cell.state), "at": iso(cell.at)}
            for (cut, column), cell in sorted(made.cells.items(), key=lambda each: each[0])
        ],
    }  # fmt: skip
