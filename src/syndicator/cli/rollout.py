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
from syndicator.model.rollout import Rung, Stand, Standing, Turn
from syndicator.planning.ladder import (
    Said,
    aborted,
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
        _note_what_has_changed(desk, name)
    if not known and not json_:
        click.echo("No series has waves yet. Next: syndicate release")
    return exits.ASIDE if asks else exits.DONE


def _note_what_has_changed(desk: Desk, series: str) -> None:
    """Say that the files ask for other waves than are recorded; they are read only where due."""
    from syndicator.cli.comparing import stale

    changed = stale(desk)
    if not changed or (changed.series is not None and series not in changed.series):
        return
    wanted = _wanted(desk, series)
    recorded = tuple(each.rung for each in desk.ledger.standings((series,)))
    if wanted is not None and wanted != recorded:
        click.echo(f"{series}: its files ask for other waves now; syndicate rollout try {series} "
                   "shows them, and the next release records them", err=True)  # fmt: skip


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


def _rungs(desk: Desk, series: str) -> tuple[Rung, ...]:
    titles = [title for title, _ in desk.workspace.titles({series})]
    if not titles or titles[0] is None:
        why = "its files have faults: syndicate check" if titles else "it is not in the catalog"
        raise Fault(f"the waves of {series} cannot be read: {why}")
    return rungs(titles[0].calendars)


def _wanted(desk: Desk, series: str, *, quiet: bool = False) -> tuple[Rung, ...] | None:
    """Return the waves as the files ask for them now; None, and why, where they cannot be read."""
    try:
        return _rungs(desk, series)
    except Fault as fault:
        if not quiet:
            click.echo(f"{fault}; they are taken as they were recorded last", err=True)
        return None


def _read(desk: Desk, path: str, series: str) -> list[Measured]:
    from syndicator.cli.figure_file import read_file

    found = read_file(desk, Path(path), source=None, as_of=None)
    for text in render.problem_lines(found.problems):
        click.echo(text, err=True)
    return [each for each in found.figures if each.series == series]


# -- what people decide --


Decide = Callable[[Scene, Standing, Said], Sequence[Turn]]


def _decide(
    desk: Desk,
    series: str,
    waves: Sequence[str],
    said: tuple[str, str | None],
    decide: Decide,
    *,
    dry_run: bool,
    json_: bool,
) -> list[Turn]:
    """Decide of waves as the files ask for them, each as it stands then; return what changed."""
    from syndicator.cli.gates import sentence, turned
    from syndicator.cli.people import say

    reason, by = said
    word = Said(now=desk.now(), actor=desk.actor(by), reason=_reason(reason))
    wanted = _lay(desk, series, dry_run=dry_run)
    every: list[Turn] = []
    for wave in _waves(scene(desk.ledger, series, wanted), waves):

        def make(wave: str = wave) -> Sequence[Turn]:
            seen = scene(desk.ledger, series, wanted)
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
    return every


def _lay(desk: Desk, series: str, *, dry_run: bool) -> tuple[Rung, ...] | None:
    """Keep the waves as the files ask for them now; return what a dry run takes them for."""
    from syndicator.cli.gates import keep_waves

    _need(desk, (series,), [each.series for each in desk.ledger.standings((series,))])
    wanted = _wanted(desk, series)
    if wanted is None or dry_run:
        return wanted
    if keep_waves(desk, series, wanted):
        click.echo(f"{series}: its waves are recorded as its files ask for them now", err=True)
    return None


def _reason(text: str) -> str:
    if not text.strip():
        raise Fault("say why: --reason 'the pilot was shown on television'")
    return text.strip()


def _waves(seen: Scene, waves: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    series, known = seen.series, list(seen.ladder)
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

    _decide(Desk(workspace), series, [wave], (reason, by), decide, dry_run=dry_run, json_=json_)
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
    _decide(Desk(workspace), series, wave, (reason, by), lambda _, each, said: paused(each, said),
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

    _decide(Desk(workspace), series, wave, (reason, by), decide, dry_run=dry_run, json_=json_)
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

    What is not out is cancelled. What is out is withdrawn as `on_abort` of the calendar says now:
    nothing (keep), what the wave opened (wave), or all of the series (all). What stays is counted.
    """
    if json_ and not (yes or dry_run):
        raise Fault("with --json nobody is asked; say --yes, or look first with --dry-run")
    from syndicator.cli.aborting import ask, show_what_goes, take_off_now

    desk = Desk(workspace)
    _need(desk, (series,), [each.series for each in desk.ledger.standings((series,))])
    if not (yes or dry_run):
        seen = scene(desk.ledger, series, _wanted(desk, series, quiet=True))
        show_what_goes(desk, seen, _waves(seen, wave), json_=False)
        ask(series, wave)

    def decide(seen: Scene, standing: Standing, said: Said) -> Sequence[Turn]:
        return aborted(standing, seen.ladder, said)

    turns = _decide(desk, series, wave, (reason, by), decide, dry_run=dry_run, json_=json_)
    if dry_run:
        seen = scene(desk.ledger, series, _wanted(desk, series, quiet=True))
        return show_what_goes(desk, seen, _waves(seen, wave), json_=json_)
    return take_off_now(desk, series, turns, json_=json_)
