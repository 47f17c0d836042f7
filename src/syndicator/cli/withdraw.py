"""`syndicate withdraw`: take releases off everywhere at once, and say honestly what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.orders import order
from syndicator.cli.people import chosen, say
from syndicator.cli.radius import Radius, radius, show
from syndicator.cli.release import Run
from syndicator.ledger.ledger import Filter, Row
from syndicator.model.moment import iso, parse_duration
from syndicator.model.state import Happened, State


@click.command()
@click.argument("keys", nargs=-1, metavar="[RELEASE]...")
@options.filters
@options.who
@click.option("--wholly", is_flag=True, help="Take off everywhere what its channel cannot take "
              "off in some territories alone.")  # fmt: skip
@click.option("--deadline", default="24h", show_default=True, metavar="SPAN",
              help="Until when a person has to have done what a channel cannot.")  # fmt: skip
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
    wholly: bool,
    deadline: str,
    yes: bool,
    dry_run: bool,
    json_: bool,
    **filters: tuple[str, ...],
) -> int:
    """Take releases off their channels, in the named territories or in all.

    What is live is withdrawn now, most seen first, and is done when its absence was seen; what only
    a person can take off becomes a task with its link and a deadline. What has not gone out is
    cancelled, or held where it is for other territories too. What may be out is taken off as soon
    as that is known. Whether a calendar still asks for it makes no difference: withdrawn stays
    withdrawn until `syndicate retry`.
    """
    if json_ and not (yes or dry_run):
        raise Fault("with --json nobody is asked; say --yes, or look first with --dry-run")
    desk = Desk(workspace)
    until = desk.now() + _span(deadline)
    only = chosen(keys, filters, ())
    found = radius(desk, only, wholly=wholly)
    show(found, json_=json_)
    if dry_run or not found:
        return found.code
    if not yes:
        _ask()
    return _withdraw(desk, found, (desk.actor(by), reason), until, json_=json_)


def _span(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError:
        raise Fault(f"--deadline {text!r} is no span of time; write 24h, 90m or 3d") from None


def _ask() -> None:
    try:
        sure = click.confirm("Take them off?")
    except click.Abort:
        sure = False
    if not sure:
        raise Fault("nothing was taken off; --yes answers beforehand")


def _withdraw(
    desk: Desk, found: Radius, who: tuple[str, str], until: datetime, *, json_: bool
) -> int:
    actor, reason = who
    for rows, happened in ((found.cancelled, Happened.CANCELLED), (found.held, Happened.HELD)):
        ids = [row.id for row in rows]
        told = desk.ledger.tell(ids, happened, now=desk.now(), actor=actor, cause=reason)
        say(desk, told, json_=json_)
    pieces = [*found.live, *found.unsure]
    orders = order(desk, pieces, actor=actor, reason=reason, deadline=until) if pieces else ()
    if not orders:
        return found.code
    # Only the orders: whoever takes a series off does not want the rest of it to come out now.
    code = Run(desk, Filter(keys=orders), jobs=8, json_=json_).go_on()
    left = _report(desk, orders, json_=json_)
    return max(code, left, exits.ASIDE if found.stuck else exits.DONE)


def _report(desk: Desk, orders: tuple[str, ...], *, json_: bool) -> int:
    """Say what is gone, what a person has to do, and what is still to be seen; return the code."""
    rows = list(desk.ledger.rows(Filter(keys=orders)))
    gone = [row for row in rows if row.state is State.WITHDRAWN]
    hand = [row for row in rows if row.task is not None]
    open_ = [row for row in rows if row not in gone and row not in hand]
    if json_:
        render.line({"gone": len(gone), "by_hand": len(hand), "not_yet": len(open_)})
    else:
        click.echo(f"{len(gone)} gone, {len(hand)} by hand, {len(open_)} not yet.")
    for row in () if json_ else hand:
        task = row.task
        where = f" {task.url}" if task and task.url else ""
        due = f" until {_short(task.deadline)}" if task and task.deadline else ""
        click.echo(f"! by hand{due}: {task.text if task else ''}{where}", err=True)
        click.echo(f"    then: syndicate confirm {row.key} --reason …", err=True)
    for row in () if json_ else open_:
        click.echo(f"! not yet: {row.key}: {_why(desk, row)}", err=True)
    unknown = any(row.state is State.UNKNOWN for row in open_)
    if unknown or any(_is_unknown(desk, row) for row in open_):
        return exits.UNKNOWN
    return exits.TROUBLE if open_ else exits.ASIDE if hand else exits.DONE


def _short(deadline: str) -> str:
    return f"{datetime.fromisoformat(deadline):%Y-%m-%d %H:%M} UTC"


def _publishes(desk: Desk, row: Row) -> list[Row]:
    unit = "/".join(row.key[:3])
    only = Filter(keys=(f"{unit}/",))
    opens = ("publish", "extend")
    return [each for each in desk.ledger.rows(only) if each.key.action in opens]


def _is_unknown(desk: Desk, row: Row) -> bool:
    return any(each.state is State.UNKNOWN for each in _publishes(desk, row))


def _why(desk: Desk, row: Row) -> str:
    """Return what an order waits for."""
    if row.error:
        return row.error
    paused = desk.ledger.paused(desk.now()).get(row.key.channel)
    if paused:
        return f"its channel is left alone until {iso(paused[0])}: {paused[1]}"
    for each in _publishes(desk, row):
        if each.state is State.UNKNOWN:
            return f"it is unknown whether it is out: syndicate reconcile {each.key}"
    return "the next `syndicate release` goes on"
