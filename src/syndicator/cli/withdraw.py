"""`syndicate withdraw`: take releases off everywhere at once, and say honestly what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.orders import Piece, order
from syndicator.cli.people import chosen, say
from syndicator.cli.radius import Radius, radius, show
from syndicator.cli.release import Run
from syndicator.ledger.ledger import Filter, Row
from syndicator.model.moment import iso, parse_duration
from syndicator.model.state import Happened, State

ROUNDS = 5
"""So often it is looked again for what began in between."""


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
    return _Withdrawal(desk, only, wholly=wholly, json_=json_).go((desk.actor(by), reason), until)


def _span(text: str) -> timedelta:
    try:
        span = parse_duration(text)
    except ValueError:
        raise Fault(f"--deadline {text!r} is no span of time; write 24h, 90m or 3d") from None
    if span <= timedelta():
        raise Fault(f"--deadline {text!r} is over already; write how long from now: 24h, 90m, 3d")
    return span


def _ask() -> None:
    try:
        sure = click.confirm("Take them off?")
    except click.Abort:
        sure = False
    if not sure:
        raise Fault("nothing was taken off; --yes answers beforehand")


class _Withdrawal:
    """Takes off what is meant, and looks again until nothing of it is left.

    Other runs go on meanwhile: what was waiting when it was looked at may have begun before it
    could be called off, and is then taken off in the next round.
    """

    def __init__(self, desk: Desk, only: Filter, *, wholly: bool, json_: bool) -> None:
        self._desk = desk
        self._only = only
        self._wholly = wholly
        self._json = json_
        self._orders: dict[str, None] = {}

    def go(self, who: tuple[str, str], until: datetime) -> int:
        """Do it; return the exit code."""
        code, found = exits.DONE, self._look()
        stuck = found.stuck
        for _ in range(ROUNDS):
            self._call_off(found, who)
            pieces = [
                piece for piece in (*found.live, *found.unsure) if not self._is_ordered(piece)
            ]
            actor, reason = who
            if pieces:
                new = order(self._desk, pieces, actor=actor, reason=reason, deadline=until)
                self._orders |= dict.fromkeys(new)
                # Only the orders: whoever takes a series off does not want the rest to come out.
                only = Filter(keys=tuple(self._orders))
                code = Run(self._desk, only, jobs=8, json_=self._json).go_on(anew=False)
            stuck, found = found.stuck, self._look()
            if not self._is_left(found):
                break
        left = _report(self._desk, tuple(self._orders), json_=self._json) if self._orders else 0
        if self._is_left(found):
            left = max(left, exits.TROUBLE)
        return max(code, left, exits.ASIDE if stuck else exits.DONE)

    def _look(self) -> Radius:
        return radius(self._desk, self._only, wholly=self._wholly)

    def _call_off(self, found: Radius, who: tuple[str, str]) -> None:
        actor, reason = who
        for rows, happened in ((found.cancelled, Happened.CANCELLED), (found.held, Happened.HELD)):
            ids = [row.id for row in rows]
            told = self._desk.ledger.tell(
                ids, happened, now=self._desk.now(), actor=actor, cause=reason
            )
            say(self._desk, told, json_=self._json)

    def _is_left(self, found: Radius) -> bool:
        """Return whether something is left that this withdrawal has not dealt with."""
        if found.cancelled or found.held:
            return True
        return any(not self._is_ordered(piece) for piece in (*found.live, *found.unsure))

    def _is_ordered(self, piece: Piece) -> bool:
        """Return whether an order that is not done yet stands for it."""
        row, where = piece
        unit = "/".join(row.key[:3])
        mine = tuple(key for key in self._orders if key.startswith(f"{unit}/"))
        if not mine:
            return False
        pending = (each for each in self._desk.ledger.rows(Filter(keys=mine))
                   if each.state is not State.WITHDRAWN)  # fmt: skip
        return any(where <= each.territories for each in pending)


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
        url = next((x.receipt.url for x in _publishes(desk, row) if x.receipt), None)
        hand = f"; a person can take it off meanwhile: {url}" if url else ""
        return f"its channel is left alone until {iso(paused[0])}: {paused[1]}{hand}"
    for each in _publishes(desk, row):
        if each.state is State.UNKNOWN:
            return f"it is unknown whether it is out: syndicate reconcile {each.key}"
    others = desk.ledger.rows(Filter(keys=(f"{'/'.join(row.key[:3])}/",)))
    if any(each.state is State.WITHDRAWING and each.id != row.id for each in others):
        return "another withdrawal of it is under way, and says what became of it"
    return "the next `syndicate release` goes on"
