"""What people say of releases: reconcile, retry, hold, resume."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.show import beginnings
from syndicator.ledger.ledger import Filter, Row
from syndicator.model.event import Event
from syndicator.model.release import Action
from syndicator.model.rollout import Stand
from syndicator.model.state import Happened, State

RETRIABLE = ("failed", "missed", "withdrawn")
HOLDABLE = ("planned", "staging", "staged")


def chosen(keys: Sequence[str], filters: dict[str, Any], states: Iterable[str]) -> Filter:
    """Return what a person means; naming nothing at all is refused."""
    only = attrs.evolve(options.filter_of(**filters), keys=beginnings(keys))
    if only == Filter():
        raise Fault("name releases, or choose them: --series, --channel, --territory, --state")
    return attrs.evolve(only, states=only.states or tuple(states))


def tell(
    desk: Desk,
    rows: Sequence[Row],
    happened: Happened,
    *,
    reason: str,
    by: str | None,
    dry_run: bool,
    json_: bool,
) -> int:
    """Record what a person says, and show what came of it."""
    if dry_run:
        for row in rows:
            if json_:
                render.line({"release": str(row.key), "state": str(row.state), "would": happened})
            else:
                shut = _shut_waves(desk, row.key.series) if happened is Happened.RETRIED else {}
                wave = f"; its wave is {shut[row.key.wave]}" if row.key.wave in shut else ""
                click.echo(f"would be {happened}: {row.key} ({row.state}{wave})")
        return exits.DONE
    events = desk.ledger.tell(
        [row.id for row in rows], happened, now=desk.now(), actor=desk.actor(by), cause=reason
    )
    say(desk, events, json_=json_)
    if not events and not json_:
        click.echo("Nothing changed: no release that is meant is in a state for that.")
    if happened is Happened.RETRIED and not json_:
        _say_what_is_shut(events)
    return exits.DONE


def _shut_waves(desk: Desk, series: str) -> dict[str, Stand]:
    ladder = desk.ledger.standings((series,))
    return {each.wave: each.state for each in ladder if each.state is not Stand.OPEN}


def _say_what_is_shut(events: Iterable[Event]) -> None:
    """Say why some of what was to be tried again is held: its wave is shut."""
    again = dict.fromkeys(event.cause for event in events if event.happened is Happened.HELD)
    for cause in again:
        click.echo(f"held again: {render.said(cause)}")
    if again:
        click.echo("Open the wave: syndicate rollout advance|resume SERIES WAVE …; or let single "
                   "releases go on: syndicate resume RELEASE …")  # fmt: skip


def say(desk: Desk, events: Iterable[Event], *, json_: bool) -> None:
    """Show events, and tell the plugins."""
    for event in events:
        desk.plugins.tell(event)
        if json_:
            render.line(event.as_json())
        else:
            click.echo(f"{render.glyph(event.state)} {event.key}  {render.words(event.state)}")


def _meant(row: Row) -> bool:
    """Return whether a person can mean this one: a takedown is retried where it failed, else left.

    A takedown at the end of rights that is held is a licence broken, and one that has been done is
    not done again because somebody wants its release back.
    """
    return row.key.action != Action.WITHDRAW or row.state is State.FAILED


def _command(name: str, states: Sequence[str], happened: Happened, text: str) -> click.Command:
    @click.command(name, help=text)
    @click.argument("keys", nargs=-1, metavar="[RELEASE]...")
    @options.filters
    @options.who
    @click.option("--dry-run", is_flag=True, help="Show which releases are meant; do nothing.")
    @options.as_json
    @click.pass_obj
    def command(
        workspace: str,
        /,
        keys: tuple[str, ...],
        reason: str,
        by: str | None,
        dry_run: bool,
        json_: bool,
        **filters: tuple[str, ...],
    ) -> int:
        desk = Desk(workspace)
        rows = [row for row in desk.ledger.rows(chosen(keys, filters, states)) if _meant(row)]
        return tell(desk, rows, happened, reason=reason, by=by, dry_run=dry_run, json_=json_)

    return command


retry = _command(
    "retry",
    RETRIABLE,
    Happened.RETRIED,
    "Try failed, missed or withdrawn releases again.\n\nA release whose outcome is unknown is "
    "never retried: reconcile it. What belongs to a wave that is not open is held again at once.",
)
hold = _command("hold", HOLDABLE, Happened.HELD, "Keep releases back until you resume them.")
resume = _command(
    "resume",
    ("held",),
    Happened.RESUMED,
    "Let held releases go on, also those that wait for a gate.",
)


@click.command()
@click.argument("keys", nargs=-1, metavar="[RELEASE]...")
@options.filters
@click.option("--is-live", is_flag=True, help="You have seen it live; needs --reason.")
@click.option(
    "--is-absent", is_flag=True, help="You have made sure it is not there; needs --reason."
)
@click.option("--reason", callback=options.not_blank,
              help="How you know; goes into the ledger.")  # fmt: skip
@click.option("--by", help="Who you are; by default your login name.")
@options.as_json
@click.pass_obj
def reconcile(
    workspace: str,
    /,
    keys: tuple[str, ...],
    is_live: bool,
    is_absent: bool,
    reason: str | None,
    by: str | None,
    json_: bool,
    **filters: tuple[str, ...],
) -> int:
    """Ask channels what became of releases whose outcome is unknown.

    A hit is proof; finding nothing proves nothing, so such a release stays unknown until a person
    who has looked says what is true (--is-live or --is-absent).
    """
    desk = Desk(workspace)
    only = attrs.evolve(
        options.filter_of(**filters), keys=beginnings(keys), states=(str(State.UNKNOWN),)
    )
    rows = list(desk.ledger.rows(only))
    if is_live or is_absent:
        return _declare(desk, rows, keys, (is_live, is_absent), reason=reason, by=by, json_=json_)
    from syndicator.dispatch.reconcile import ask

    left = 0
    for row in rows:
        event, said = ask(desk.ledger, desk.channels, row, workspace=desk.folder, now=desk.now())
        if event is not None:
            say(desk, [event], json_=json_)
        else:
            left += 1
            if json_:
                render.line({"release": str(row.key), "state": str(row.state), "said": said})
            else:
                click.echo(f"{render.glyph(row.state)} {row.key}  still unknown: {said}")
    if not rows and not json_:
        click.echo("No outcome is unknown.")
    return exits.UNKNOWN if left else exits.DONE


def _declare(
    desk: Desk,
    rows: Sequence[Row],
    keys: Sequence[str],
    which: tuple[bool, bool],
    *,
    reason: str | None,
    by: str | None,
    json_: bool,
) -> int:
    if all(which):
        raise Fault("it is either live or absent; say one")
    if not reason:
        raise Fault("say how you know: --reason 'seen in the app at 14:05'")
    if not keys:
        raise Fault("name the releases you have looked at; a declaration is for those only")
    happened = Happened.DECLARED_LIVE if which[0] else Happened.DECLARED_ABSENT
    return tell(desk, rows, happened, reason=reason, by=by, dry_run=False, json_=json_)
