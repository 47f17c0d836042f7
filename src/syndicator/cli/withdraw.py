"""`syndicate withdraw`: take releases off, and show what that will touch first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.people import chosen, say
from syndicator.cli.release import Run
from syndicator.ledger.ledger import Filter, Row
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.problem import Place
from syndicator.model.release import Action, Release
from syndicator.model.state import Happened, State
from syndicator.model.territory import Territories

NOT_OUT = frozenset(
    {State.PLANNED, State.STAGED, State.HELD, State.BLOCKED, State.FAILED, State.MISSED}
)


@click.command()
@click.argument("keys", nargs=-1, metavar="[RELEASE]...")
@options.filters
@options.who
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would go; do nothing.")
@options.as_json
@click.pass_obj
def withdraw(
    workspace: str,
    /,
    keys: tuple[str, ...],
    reason: str,
    by: str | None,
    yes: bool,
    dry_run: bool,
    json_: bool,
    **filters: tuple[str, ...],
) -> int:
    """Take releases off their channels, in the named territories or in all.

    What is live is withdrawn now, and is done when its absence was seen. What has not gone out is
    cancelled. Whether a calendar still asks for it makes no difference: withdrawn stays withdrawn
    until `syndicate retry`.
    """
    desk = Desk(workspace)
    only = chosen(keys, filters, ())
    rows = list(desk.ledger.rows(attrs.evolve(only, territories=())))
    live = [row for row in _live(rows) if _where(row, only)]
    waiting = (
        [] if only.territories else [row for row in rows if row.state in NOT_OUT and _opens(row)]
    )
    stuck = [row for row in live if not _can(desk, row)]
    _show(live, waiting, stuck, only, json_=json_)
    if dry_run or not (live or waiting):
        return exits.DONE
    if not yes and not json_:
        click.confirm("Take them off?", abort=True)
    actor = desk.actor(by)
    _order(desk, [row for row in live if row not in stuck], only, actor=actor, reason=reason)
    cancelled = desk.ledger.tell(
        [row.id for row in waiting], Happened.CANCELLED, now=desk.now(), actor=actor, cause=reason
    )
    say(desk, cancelled, json_=json_)
    series = tuple({row.key.series for row in live})
    run = Run(desk, Filter(series=series), jobs=8, json_=json_)
    code = run.go_on() if live else exits.DONE
    return max(code, exits.ASIDE if stuck else exits.DONE)


def _opens(row: Row) -> bool:
    return row.key.action in {Action.PUBLISH, Action.EXTEND}


def _live(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the live publishes that are meant: each stands for its extensions too."""
    for row in rows:
        if row.key.action == Action.PUBLISH and row.state is State.LIVE:
            yield row


def _can(desk: Desk, row: Row) -> bool:
    return row.key.channel in desk.channels.names and desk.channels.adapter(row.key.channel).can(
        "withdraw"
    )


def _show(
    live: Sequence[Row], waiting: Sequence[Row], stuck: Sequence[Row], only: Filter, *, json_: bool
) -> None:
    if json_:
        for row in (*live, *waiting):
            render.line({"withdraw": str(row.key), "state": str(row.state)})
        return
    for row in live:
        where = _where(row, only)
        address = row.receipt.url if row.receipt and row.receipt.url else ""
        click.echo(f"{render.glyph(row.state)} {row.key}  from {render.places(where)}  {address}")
    for row in waiting:
        click.echo(f"{render.glyph(row.state)} {row.key}  will not go out")
    for row in stuck:
        url = row.receipt.url if row.receipt else ""
        click.echo(f"! {row.key}: its channel cannot take it off; do it by hand: {url}", err=True)
    out, kept = render.count(len(live), "live release"), render.count(len(waiting), "waiting one")
    click.echo(f"{out}, {kept}.")


def _where(row: Row, only: Filter) -> Territories:
    if not only.territories:
        return row.visible
    return row.visible & Territories.parse(only.territories)


def _order(desk: Desk, live: Sequence[Row], only: Filter, *, actor: str, reason: str) -> None:
    """Record the withdrawals, most visible first."""
    now = desk.now()
    by_series: dict[str, list[Row]] = {}
    for row in sorted(live, key=lambda each: (-len(each.visible), each.order)):
        by_series.setdefault(row.key.series, []).append(row)
    for series, rows in by_series.items():
        orders = [_release(row, _where(row, only), now, reason) for row in rows]
        items = [Change(Kind.NEW, order) for order in orders if order.territories]
        changes = Changes(series=series, items=items, contents={}, same=0)
        desk.ledger.record(changes, now=now, actor=actor)


def _release(row: Row, where: Territories, now: datetime, reason: str) -> Release:
    part = f"ordered.{now:%Y%m%dT%H%M%S%f}"
    key = row.key._replace(action=Action.WITHDRAW, part=part)
    return attrs.evolve(
        Release(key, now, where, row.terms, row.content, 0, 0, now, Place(f"ordered: {reason}"))
    )
