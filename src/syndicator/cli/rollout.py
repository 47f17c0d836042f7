"""`syndicate rollout`: the wave ladder, and what people decide of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.rungs import show_ladder
from syndicator.insight.ladder import Scene, figures_of, scene, viewed
from syndicator.model.figure import Measured
from syndicator.model.rollout import Stand, Standing, Turn
from syndicator.planning.ladder import (
    Said,
    aborted,
    following,
    opened,
    paused,
    resumed,
    rungs,
)


@click.group()
def rollout() -> None:
    """Show how the waves of a series open, and decide of them."""


@rollout.command()
@click.argument("series", nargs=-1, metavar="[SERIES]...")
@options.at
@options.as_json
@click.pass_obj
def status(workspace: str, series: tuple[str, ...], at: datetime | None, json_: bool) -> int:
    """Show the wave ladder: each gate with what it would find now. Changes nothing."""
    desk = Desk(workspace, at=at)
    known = list(dict.fromkeys(each.series for each in desk.ledger.standings(series)))
    _need(desk, series, known)
    asks = False
    for name in known:
        seen = scene(desk.ledger, name)
        waves = list(viewed(seen, figures_of(desk.ledger, name), desk.now()))
        asks |= any(each.standing.asks for each in waves)
        show_ladder(name, waves, desk.ledger.decisions((name,)), json_=json_)
    if not known and not json_:
        click.echo("No series has waves yet. Next: syndicate release")
    return exits.ASIDE if asks else exits.DONE


def _need(desk: Desk, series: Sequence[str], known: Sequence[str]) -> None:
    from difflib import get_close_matches

    for name in series:
        if name not in known:
            every = {each.series for each in desk.ledger.standings()}
            near = get_close_matches(name, every, 1)
            some = ", ".join(sorted(every)[:8]) or "none at all"
            hint = f"did you mean {near[0]}?" if near else f"it knows those of: {some}"
            raise Fault(f"the ledger knows no waves of a series {name}; {hint}")


@rollout.command("try")
@click.argument("series")
@click.option("--figures", type=click.Path(exists=True, dir_okay=False),
              help="Figures of a CSV file, beside those that are stored.")  # fmt: skip
@options.at
@options.as_json
@click.pass_obj
def try_(workspace: str, series: str, figures: str | None, at: datetime | None, json_: bool) -> int:
    """Try gates as the calendars ask for them now, with other figures, at another instant.

    Nothing is recorded, nothing is counted, nothing opens.
    """
    desk = Desk(workspace, at=at)
    wanted = _rungs(desk, series)
    told = figures_of(desk.ledger, series)
    if figures:
        told += _read(desk, figures, series)
    seen = scene(desk.ledger, series, wanted)
    waves = list(viewed(seen, told, desk.now()))
    show_ladder(series, waves, (), json_=json_)
    return exits.DONE


def _rungs(desk: Desk, series: str) -> Any:
    titles = [title for title, _ in desk.workspace.titles({series})]
    if not titles or titles[0] is None:
        why = "its files have faults: syndicate check" if titles else "it is not in the catalog"
        raise Fault(f"the waves of {series} cannot be read: {why}")
    return rungs(titles[0].calendars)


def _read(desk: Desk, path: str, series: str) -> list[Measured]:
    from syndicator.cli.figure_file import read_file

    return [each for each in read_file(desk, Path(path), source=None, as_of=None).figures
            if each.series == series]  # fmt: skip


# -- what people decide --


Decide = Callable[[Scene, Standing, Said], Sequence[Turn]]


def _decide(
    workspace: str,
    series: str,
    waves: Sequence[str],
    said: tuple[str, str | None],
    decide: Decide,
    *,
    dry_run: bool,
    json_: bool,
) -> tuple[Desk, Sequence[Turn]]:
    """Decide of waves, each as it stands then; return what changed."""
    from syndicator.cli.gates import sentence, turned
    from syndicator.cli.people import say

    desk = Desk(workspace)
    reason, by = said
    word = Said(now=desk.now(), actor=desk.actor(by), reason=_reason(reason))
    every: list[Turn] = []
    for wave in _waves(desk, series, waves):

        def make(wave: str = wave) -> Sequence[Turn]:
            seen = scene(desk.ledger, series)
            return decide(seen, seen.ladder[wave], word) if wave in seen.ladder else ()

        if dry_run:
            seen = {each.after.wave for each in every if each.after}
            turns: Sequence[Turn] = [each for each in make()
                                     if each.after and each.after.wave not in seen]  # fmt: skip
            events: Sequence[Any] = ()
        else:
            turns, events = turned(desk, make)
        every += turns
        for each in turns:
            if json_ and each.decision is not None:
                render.line({**each.decision.as_json(), "dry_run": dry_run})
            elif not json_ and each.decision is not None:
                click.echo(f"{'would be: ' if dry_run else ''}{series}: {sentence(each)}")
        say(desk, events, json_=json_)
    if not every and not json_:
        click.echo("Nothing changed: no wave that is meant stands so that it could.")
    return desk, every


def _reason(text: str) -> str:
    if not text.strip():
        raise Fault("say why: --reason 'the pilot was shown on television'")
    return text.strip()


def _waves(desk: Desk, series: str, waves: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    _need(desk, (series,), [each.series for each in desk.ledger.standings((series,))])
    known = [each.wave for each in desk.ledger.standings((series,))]
    for name in waves:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise Fault(f"{series} has no wave {name}; {hint}")
    return list(waves) or known


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    dry = click.option("--dry-run", is_flag=True, help="Show what would change; do nothing.")
    return options.who(dry(options.as_json(click.pass_obj(command))))


@rollout.command()
@click.argument("series")
@click.argument("wave")
@_options
def advance(
    workspace: str, series: str, wave: str, reason: str, by: str | None, dry_run: bool, json_: bool
) -> int:
    """Open a wave without the figure; those that follow it without a gate open with it."""

    def decide(seen: Scene, standing: Standing, said: Said) -> Sequence[Turn]:
        if standing.state is Stand.OPEN:
            return ()
        return opened(standing, seen.ladder, said)

    _decide(workspace, series, [wave], (reason, by), decide, dry_run=dry_run, json_=json_)
    return exits.DONE


@rollout.command()
@click.argument("series")
@click.argument("wave", nargs=-1)
@_options
def pause(
    workspace: str,
    series: str,
    wave: tuple[str, ...],
    reason: str,
    by: str | None,
    dry_run: bool,
    json_: bool,
) -> int:
    """Keep waves back, all of the series where none is named: what is not out waits."""
    _decide(workspace, series, wave, (reason, by), lambda _, each, said: paused(each, said),
            dry_run=dry_run, json_=json_)  # fmt: skip
    return exits.DONE


@rollout.command()
@click.argument("series")
@click.argument("wave", nargs=-1)
@_options
def resume(
    workspace: str,
    series: str,
    wave: tuple[str, ...],
    reason: str,
    by: str | None,
    dry_run: bool,
    json_: bool,
) -> int:
    """Let paused or failed waves go on as they were: what was counted of looks is forgotten."""

    def decide(seen: Scene, standing: Standing, said: Said) -> Sequence[Turn]:
        return resumed(standing, seen.waiting.get(standing.wave), said)

    _decide(workspace, series, wave, (reason, by), decide, dry_run=dry_run, json_=json_)
    return exits.DONE


@rollout.command()
@click.argument("series")
@click.argument("wave", nargs=-1)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_options
def abort(
    workspace: str,
    series: str,
    wave: tuple[str, ...],
    yes: bool,
    reason: str,
    by: str | None,
    dry_run: bool,
    json_: bool,
) -> int:
    """Give waves up, with all that follow them; where none is named, all of the series.

    What is not out is cancelled. What is out is withdrawn as `on_abort` of the calendar says:
    nothing (keep), what the wave opened (wave), or all of the series (all).
    """
    if json_ and not (yes or dry_run):
        raise Fault("with --json nobody is asked; say --yes, or look first with --dry-run")
    if not (yes or dry_run):
        looker = Desk(workspace)
        _blast(looker, series, _waves(looker, series, wave), json_=False)
        _ask(series, wave)

    def decide(seen: Scene, standing: Standing, said: Said) -> Sequence[Turn]:
        return aborted(standing, seen.ladder, said)

    desk, _ = _decide(workspace, series, wave, (reason, by), decide, dry_run=dry_run, json_=json_)
    names = _waves(desk, series, wave)
    if dry_run:
        return _blast(desk, series, names, json_=json_)
    return _taken_off(desk, series, json_=json_)


def _ask(series: str, waves: Sequence[str]) -> None:
    try:
        sure = click.confirm(f"Give up {' and '.join(waves) or 'all waves'} of {series}?")
    except click.Abort:
        sure = False
    if not sure:
        raise Fault("nothing was aborted; --yes answers beforehand")


def _blast(desk: Desk, series: str, names: Sequence[str], *, json_: bool) -> int:
    """Show what an abort would take off."""
    from syndicator.cli.gates import to_take_off

    shown: dict[str, str] = {}
    stuck: set[str] = set()
    ladder = {each.wave: each for each in desk.ledger.standings((series,))}
    every = {wave: each.rung for wave, each in ladder.items()}
    meant = {*names, *(other for name in names for other in following(every, name))}
    for standing in ladder.values():
        for row, where in to_take_off(desk, standing) if standing.wave in meant else ():
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
    return exits.ASIDE if stuck else exits.DONE


def _taken_off(desk: Desk, series: str, *, json_: bool) -> int:
    """Order what is to be taken off, and carry it out now."""
    from syndicator.cli.gates import take_off
    from syndicator.cli.release import Run
    from syndicator.ledger.ledger import Filter

    keys: tuple[str, ...] = ()
    for standing in desk.ledger.standings((series,)):
        if standing.state is Stand.ABORTED and standing.next_at is not None:
            keys += take_off(desk, standing)
    if not keys:
        return exits.DONE
    return Run(desk, Filter(keys=keys), jobs=8, json_=json_).go_on()
