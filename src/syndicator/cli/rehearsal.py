"""`syndicate release --dry-run`: what a run would record and carry out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from syndicator.cli import exits, render
from syndicator.cli.comparing import compare
from syndicator.cli.desk import Desk
from syndicator.cli.plan import Totals, change_json, change_lines
from syndicator.cli.planfiles import read
from syndicator.ledger.ledger import Due, Filter
from syndicator.model.plan import Change, Changes
from syndicator.model.release import Release
from syndicator.model.state import State


def rehearse(desk: Desk, only: Filter, plan_file: Path | None, *, json_: bool) -> int:
    """Show what a run would record and carry out; do nothing."""
    totals = Totals()
    due = desk.ledger.due(desk.now(), only)
    for changes in read(desk, plan_file) if plan_file else _compared(desk):
        items = list(changes.items)
        totals.add(items, changes.same)
        due = _more_due(due, items, only, desk.now())
        for text in [] if json_ else change_lines(items, None, desk.config.time_zones):
            click.echo(text)
        for each in items if json_ else []:
            render.line(change_json(each))
    for text in [] if json_ else _gates(desk, only):
        click.echo(text)
    if json_:
        render.line({"summary": {**totals.as_json(), "due": due.releases, "due_bytes": due.bytes}})
    else:
        click.echo(
            f"Would record {render.count(sum(totals.kinds.values()), 'change')}, and "
            f"carry out {render.count(due.releases, 'release')} that are due "
            f"({render.amount(due.bytes)}). Nothing was done."
        )
    return exits.DONE


def _gates(desk: Desk, only: Filter) -> Iterator[str]:
    """Yield what a look at each wave whose time has come would find; nothing is counted for it."""
    from syndicator.insight.ladder import figures_of, scene

    for series in desk.ledger.rollouts_due(desk.now()):
        seen = scene(desk.ledger, series)
        for each in seen.ladder.values():
            is_due = each.next_at is not None and each.next_at <= desk.now() and each.rung.gates
            if is_due and (not only.series or series in only.series):
                looks = seen.looks(each, figures_of(desk.ledger, series), desk.now())
                found = "; ".join(f"{one.verdict}: {one.why}" for one in looks)
                yield f"Would look at wave {each.wave} of {series}: {found}"


def _compared(desk: Desk) -> Iterator[Changes]:
    for compared in compare(desk):
        if compared.changes is not None:
            yield compared.changes


def _more_due(before: Due, items: Iterable[Change], only: Filter, now: datetime) -> Due:
    """Add what a plan makes due at once."""
    new = [
        each.release
        for each in items
        if each.release and each.known is None and _is_due(each.release, only, now)
    ]
    size = sum(release.size for release in new)
    return Due(releases=before.releases + len(new), bytes=before.bytes + size)


def _is_due(release: Release, only: Filter, now: datetime) -> bool:
    key = release.key
    return (
        not release.blocked
        and not release.held
        and release.begin_at <= now
        and (not only.series or key.series in only.series)
        and (not only.channels or key.channel in only.channels)
        and (not only.states or State.PLANNED in only.states)
        and (not only.territories or any(code in release.territories for code in only.territories))
    )
