"""`syndicate confirm`: what a person had to do by hand is done, or cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.people import say
from syndicator.cli.show import beginnings
from syndicator.cli.stranded import done_elsewhere, listed, stranded
from syndicator.insight.care import due_by, is_overdue, until
from syndicator.ledger.ledger import Row
from syndicator.model.event import Event
from syndicator.model.release import Action, Receipt
from syndicator.model.state import Happened, State


@click.command()
@click.argument("keys", nargs=-1, metavar="[RELEASE]...")
@options.filters
@click.option("--not-done", is_flag=True, help="It was not done and has to begin afresh.")
@click.option("--url", help="Where it is to be seen now; one release only.")
@click.option("--id", "remote_id", help="What the platform calls it; one release only.")
@click.option("--reason", callback=options.not_blank,
              help="How you know; goes into the ledger. Needed to confirm.")  # fmt: skip
@click.option("--by", help="Who you are; by default your login name.")
@options.as_json
@click.pass_obj
def confirm(
    workspace: str,
    /,
    keys: tuple[str, ...],
    not_done: bool,
    url: str | None,
    remote_id: str | None,
    reason: str | None,
    by: str | None,
    json_: bool,
    **filters: tuple[str, ...],
) -> int:
    """Say that what a person had to do by hand is done.

    Where a platform's interface cannot do something (finish a draft, take a post off), the release
    waits with a task. Without --reason this lists the tasks that wait; with it, the releases you
    name are done: live, or, of a takedown, gone; what had to be done ahead of the date is staged.
    """
    desk = Desk(workspace)
    only = attrs.evolve(options.filter_of(**filters), keys=beginnings(keys))
    rows = [row for row in desk.ledger.rows(only) if row.task is not None]
    alone = stranded(desk, only)
    if reason is None:
        if not_done or url or remote_id:
            raise Fault("say how you know: --reason 'posted it at 14:05'")
        _list(rows, desk.now(), json_=json_)
        listed(desk, alone, json_=json_)
        if not rows and not alone and not json_:
            click.echo("Nothing waits to be done by hand.")
        return exits.ASIDE if rows or alone else exits.DONE
    if not keys:
        raise Fault("name the releases that you have dealt with; a confirmation is for those only")
    if (url or remote_id) and len(rows) > 1:
        raise Fault("--url and --id are of one release; name one")
    if not rows and not alone:
        raise Fault("none of these waits for a person; see: syndicate confirm")
    if not_done and (alone or any(row.key.action == Action.WITHDRAW for row in rows)):
        raise Fault("a takedown that is not done is still to be done; its task stays")
    actor = desk.actor(by)
    for row in rows:
        say(desk, _tell(desk, row, (url, remote_id), reason, actor, not_done=not_done), json_=json_)
    for row, _ in alone:
        say(desk, done_elsewhere(desk, row, reason=reason, actor=actor), json_=json_)
    return exits.DONE


def _tell(
    desk: Desk,
    row: Row,
    where: tuple[str | None, str | None],
    reason: str,
    actor: str,
    *,
    not_done: bool,
) -> Sequence[Event]:
    url, remote_id = where
    takedown = row.key.action == Action.WITHDRAW
    receipt = None
    if (url or remote_id) and not takedown and not not_done:
        receipt = Receipt(
            remote_id=remote_id or f"confirmed by {actor}", url=url, seen_at=desk.now(),
            territories=row.territories,
        )  # fmt: skip
    return desk.ledger.tell(
        [row.id],
        _happened(row, not_done=not_done),
        now=desk.now(),
        actor=actor,
        cause=reason,
        receipt=receipt,
    )


def _happened(row: Row, *, not_done: bool) -> Happened:
    if row.state is State.STAGING:
        return Happened.PUT_BACK if not_done else Happened.STAGE_DONE
    # Of a takedown it is the absence that is confirmed.
    is_absent = not_done or row.key.action == Action.WITHDRAW
    return Happened.DECLARED_ABSENT if is_absent else Happened.DECLARED_LIVE


def _soonest(row: Row) -> datetime:
    return due_by(row.task) or datetime.max.replace(tzinfo=UTC)


def _list(rows: Sequence[Row], now: datetime, *, json_: bool) -> None:
    """Show tasks: first what is overdue, then what has to be done soonest."""
    for row in sorted(rows, key=_soonest):
        task = row.task
        assert task is not None  # noqa: S101 - chosen so
        if json_:
            render.line({"release": str(row.key), "state": str(row.state), "task": task.as_json()})
            continue
        click.echo(f"{render.glyph(row.state)} {row.key}")
        if task.deadline:
            colour = "red" if is_overdue(task, now) else "yellow"
            click.echo(f"    {click.style(until(task, now).strip(', '), fg=colour)}")
        for line in task.text.splitlines():
            click.echo(f"    {render.said(line)}")
        for where in (task.url, task.folder):
            if where:
                click.echo(f"    {render.said(where)}")
        click.echo(f"    then: syndicate confirm {row.key} --reason …")
