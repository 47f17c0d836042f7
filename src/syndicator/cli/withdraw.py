"""`syndicate withdraw`: take releases off, and show what that will touch first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.people import chosen, say
from syndicator.cli.release import Run
from syndicator.ledger.ledger import Filter, Row
from syndicator.model.capabilities import TerritoryControl
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.problem import Place
from syndicator.model.release import Action, Release
from syndicator.model.state import Happened, State
from syndicator.model.territory import Territories

NOT_OUT = frozenset(
    {State.PLANNED, State.STAGED, State.HELD, State.BLOCKED, State.FAILED, State.MISSED}
)

UNSURE = frozenset({State.STAGING, State.PUBLISHING, State.PROCESSING, State.UNKNOWN})


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
    if json_ and not (yes or dry_run):
        raise Fault("with --json nobody is asked; say --yes, or look first with --dry-run")
    desk = Desk(workspace)
    only = chosen(keys, filters, ())
    meant = _meant(desk, only)
    _show(meant, only, json_=json_)
    if dry_run or not (meant.live or meant.waiting):
        return meant.code
    if not yes:
        _ask()
    actor = desk.actor(by)
    orders = _order(desk, meant.live, only, actor=actor, reason=reason)
    cancelled = desk.ledger.tell(
        [row.id for row in meant.waiting],
        Happened.CANCELLED,
        now=desk.now(),
        actor=actor,
        cause=reason,
    )
    say(desk, cancelled, json_=json_)
    if not orders:
        return meant.code
    # Only the orders: whoever takes a series off does not want the rest of it to come out now.
    return max(meant.code, Run(desk, Filter(keys=orders), jobs=8, json_=json_).go_on())


@attrs.frozen(kw_only=True)
class Meant:
    """What a withdrawal touches, and what it cannot."""

    live: Sequence[Row]
    waiting: Sequence[Row]
    stuck: Sequence[tuple[Row, str]]
    """With why; a person has to do it."""

    unsure: Sequence[Row]
    """Under way, or with an outcome that nobody knows."""

    @property
    def code(self) -> int:
        """The exit code for what cannot be done now."""
        if any(row.state is State.UNKNOWN for row in self.unsure):
            return exits.UNKNOWN
        if self.unsure:
            return exits.TROUBLE
        return exits.ASIDE if self.stuck else exits.DONE


def _meant(desk: Desk, only: Filter) -> Meant:
    rows = list(desk.ledger.rows(attrs.evolve(only, territories=())))
    live = [row for row in rows if _is_live(row) and _where(row, only)]
    stuck = [(row, why) for row in live if (why := _cannot(desk, row, only))]
    blocked = {row.id for row, _ in stuck}
    whole = not only.territories
    return Meant(
        live=[row for row in live if row.id not in blocked],
        waiting=[row for row in rows if whole and row.state in NOT_OUT and _opens(row)],
        stuck=stuck,
        unsure=[row for row in rows if row.state in UNSURE and _opens(row) and _meets(row, only)],
    )


def _ask() -> None:
    try:
        sure = click.confirm("Take them off?")
    except click.Abort:
        sure = False
    if not sure:
        raise Fault("nothing was taken off; --yes answers beforehand")


def _opens(row: Row) -> bool:
    return row.key.action in {Action.PUBLISH, Action.EXTEND}


def _is_live(row: Row) -> bool:
    """Return whether it is a live publish: that stands for its extensions too."""
    return row.key.action == Action.PUBLISH and row.state is State.LIVE


def _meets(row: Row, only: Filter) -> bool:
    return not only.territories or bool(row.territories & Territories.parse(only.territories))


def _cannot(desk: Desk, row: Row, only: Filter) -> str:
    """Return why a release cannot be taken off as it is meant, or nothing."""
    url = row.receipt.url if row.receipt else ""
    if row.key.channel not in desk.channels.names:
        return "its channel is not configured or its plugin does not work; see: syndicate channels"
    if not desk.channels.adapter(row.key.channel).does("withdraw"):
        return f"its channel cannot take it off; do it by hand: {url}"
    can = desk.channels.declared(row.key.channel)
    everywhere = can.territory_control is TerritoryControl.NONE
    if everywhere and row.visible - _where(row, only):
        where = render.places(_where(row, only))
        return f"its channel cannot take it off {where} alone; without --territory it goes wholly"
    return ""


def _show(meant: Meant, only: Filter, *, json_: bool) -> None:
    if json_:
        for row in (*meant.live, *meant.waiting):
            render.line({"withdraw": str(row.key), "state": str(row.state)})
    for row in [] if json_ else meant.live:
        where = _where(row, only)
        address = row.receipt.url if row.receipt and row.receipt.url else ""
        text = f"{render.glyph(row.state)} {row.key}  from {render.places(where)}  {address}"
        click.echo(text.rstrip())
    for row in [] if json_ else meant.waiting:
        click.echo(f"{render.glyph(row.state)} {row.key}  will not go out")
    for row, why in meant.stuck:
        click.echo(f"! {row.key}: {why}", err=True)
    for row in meant.unsure:
        todo = f"syndicate reconcile {row.key}" if row.state is State.UNKNOWN else "try again soon"
        click.echo(f"! {row.key}: it may be out ({render.words(row.state)}); {todo}", err=True)
    if not json_:
        out = render.count(len(meant.live), "live release")
        click.echo(f"{out}, {render.count(len(meant.waiting), 'waiting one')}.")


def _where(row: Row, only: Filter) -> Territories:
    if not only.territories:
        return row.visible
    return row.visible & Territories.parse(only.territories)


def _order(
    desk: Desk, live: Sequence[Row], only: Filter, *, actor: str, reason: str
) -> tuple[str, ...]:
    """Record the withdrawals, most visible first; return their keys."""
    now = desk.now()
    keys: list[str] = []
    by_series: dict[str, list[Row]] = {}
    for row in sorted(live, key=lambda each: (-len(each.visible), each.order)):
        by_series.setdefault(row.key.series, []).append(row)
    for series, rows in by_series.items():
        items = [Change(Kind.NEW, _release(row, _where(row, only), now, reason)) for row in rows]
        changes = Changes(series=series, items=items, contents={}, same=0)
        desk.ledger.record(changes, now=now, actor=actor)
        keys += [str(each.release.key) for each in items if each.release]
    return tuple(keys)


def _release(row: Row, where: Territories, now: datetime, reason: str) -> Release:
    part = f"ordered.{now:%Y%m%dT%H%M%S%f}"
    key = row.key._replace(action=Action.WITHDRAW, part=part)
    return attrs.evolve(
        Release(key, now, where, row.terms, row.content, 0, 0, now, Place(f"ordered: {reason}"))
    )
