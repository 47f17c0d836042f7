"""What `syndicate rollout abort` shows, asks and takes off."""

from __future__ import annotations

from collections.abc import Sequence

import click

from syndicator.cli import exits, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.insight.ladder import Scene
from syndicator.model.rollout import Stand, Turn
from syndicator.planning.ladder import following


def ask(series: str, waves: Sequence[str]) -> None:
    """Ask a person; anything but yes ends the command."""
    try:
        sure = click.confirm(f"Give up {' and '.join(waves) or 'all waves'} of {series}?")
    except click.Abort:
        sure = False
    if not sure:
        raise Fault("nothing was aborted; --yes answers beforehand")


def show_what_goes(desk: Desk, seen: Scene, names: Sequence[str], *, json_: bool) -> int:
    """Show what giving these waves up would take off, and how much stays."""
    from syndicator.cli.gates import say_what_stays, to_take_off

    shown: dict[str, str] = {}
    stuck: set[str] = set()
    every = {wave: each.rung for wave, each in seen.ladder.items()}
    meant = {*names, *(other for name in names for other in following(every, name))}
    given_up = [each for wave, each in seen.ladder.items() if wave in meant]
    for standing in given_up:
        for row, where in to_take_off(desk, standing):
            shown.setdefault(str(row.key), render.places(where))
            name = row.key.channel
            if name not in desk.channels.names or not desk.channels.adapter(name).does("withdraw"):
                stuck.add(str(row.key))
    for key, places in shown.items():
        if json_:
            render.line({"withdraw": key, "state": "live"})
        else:
            click.echo(f"would be withdrawn: {key}  from {places}")
    for key in sorted(stuck):
        click.echo(f"! {key}: its channel cannot take it off; do it by hand", err=True)
    if given_up:
        say_what_stays(desk, given_up, json_=json_)
    return exits.ASIDE if stuck else exits.DONE


def take_off_now(desk: Desk, series: str, turns: Sequence[Turn], *, json_: bool) -> int:
    """Say what stays, order what is to be taken off, and carry it out now."""
    from syndicator.cli.gates import say_what_stays, take_off
    from syndicator.cli.release import Run
    from syndicator.ledger.ledger import Filter

    given_up = [each.after for each in turns if each.after and each.after.state is Stand.ABORTED]
    if given_up:
        say_what_stays(desk, given_up, json_=json_)
    keys: tuple[str, ...] = ()
    for standing in desk.ledger.standings((series,)):
        if standing.state is Stand.ABORTED and standing.next_at is not None:
            keys += take_off(desk, standing)
    if not keys:
        return exits.DONE
    return Run(desk, Filter(keys=keys), jobs=8, json_=json_).go_on()
