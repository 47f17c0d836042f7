"""`syndicate plan`: a good diff of what the calendars ask for and what the ledger knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from shlex import quote
from typing import TYPE_CHECKING, Any

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.comparing import Compared, compare
from syndicator.cli.desk import Desk
from syndicator.cli.forecasting import Forecast, lines

if TYPE_CHECKING:
    from syndicator.cli.planfiles import Writer
    from syndicator.model.plan import Change, Changes
    from syndicator.model.problem import Problem
    from syndicator.model.territory import Territories

SIGNS = {
    "new": ("+", "green"),
    "moved": ("→", "cyan"),
    "changed": ("~", "cyan"),
    "bounded": ("⊣", "cyan"),
    "update": ("↻", "blue"),
    "blocked": ("✕", "red"),
    "held": ("‖", "yellow"),
    "freed": ("✓", "green"),
    "gone": ("-", "yellow"),
}
TROUBLE = frozenset(
    {"sy-channel", "sy-down", "sy-retry", "sy-rate", "sy-quota", "sy-lost", "sy-unheard"}
)
"""What a channel says when it is asked at a bad moment: another one may do."""

EVERY = 12
"""So many lines of one kind in one channel are shown; the rest is counted."""


@click.command()
@options.filters
@click.option("--list", "kinds", multiple=True, type=click.Choice(list(SIGNS)), metavar="KIND",
              help=f"Only changes of this kind: {', '.join(SIGNS)}.")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Show every line, however many.")
@click.option("--check", is_flag=True, help="Ask the channels too: accounts, limits, refusals.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the plan to a file.")
@options.at
@options.as_json
@click.pass_obj
def plan(
    workspace: str,
    series: tuple[str, ...],
    channel: tuple[str, ...],
    territory: tuple[str, ...],
    state: tuple[str, ...],
    kinds: tuple[str, ...],
    every: bool,
    check: bool,
    output: str | None,
    at: datetime | None,
    json_: bool,
) -> int:
    """Show what would be released, moved, changed or blocked.

    Reads files and ledger, asks nobody, changes nothing. What it shows is exactly what `release`
    then records: `plan -o FILE` and `release --plan FILE` make that literal.
    """
    desk = Desk(workspace, at=at)
    only = options.filter_of(series, channel, territory, state)
    writer = _writer(desk, output) if output else None
    totals, problems = Totals(), list(desk.workspace.problems)
    forecast = Forecast(desk)
    for compared in compare(desk, only.series or None):
        forecast.add(compared)
        problems += compared.problems
        if compared.changes is None:
            continue
        chosen = [
            each
            for each in compared.changes.items
            if _meant(each, channel, only.territories, state, kinds)
        ]
        totals.add(chosen, compared.changes.same)
        if writer:
            writer.write(attrs.evolve(compared.changes, items=chosen))
        if check:
            problems += review(desk, compared.changes, chosen)
        _show(compared, chosen, desk.config.time_zones, json_=json_, every=every)
    if writer:
        writer.close()
    _show_late(forecast, totals, json_=json_, every=every)
    faults = [*problems, *(check_channels(desk) if check else [])]
    _finish(totals, faults, json_=json_, output=output)
    return _code(totals, faults)


@attrs.define
class Totals:
    """What a plan comes to."""

    kinds: Counter[str] = attrs.field(factory=Counter)
    same: int = 0
    bytes: int = 0
    rights: int = 0
    late: int = 0

    def add(self, items: list[Change], same: int) -> None:
        """Count a series' changes."""
        from syndicator.ledger.waiting import RIGHTS

        self.same += same
        for each in items:
            self.kinds[each.kind] += 1
            release = each.release
            if release is None:
                continue
            if not release.blocked:
                self.bytes += release.size
            self.rights += any(reason.code in RIGHTS for reason in release.blocked)

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def as_json(self) -> dict[str, Any]:
        """Return the counts."""
        return {
            "changes": dict(self.kinds), "same": self.same, "bytes": self.bytes, "late": self.late,
        }  # fmt: skip


def _show_late(forecast: Forecast, totals: Totals, *, json_: bool, every: bool) -> None:
    late = forecast.late()
    totals.late = len(late)
    if json_:
        for each in late:
            render.line(each.as_json())
        return
    for text in lines(late, every=every, total=len(forecast.costs)):
        click.echo(text)


def _writer(desk: Desk, output: str) -> Writer:
    from syndicator.cli.planfiles import Writer

    return Writer(desk, output)


def _meant(
    change: Change,
    channel: tuple[str, ...],
    territory: tuple[str, ...],
    state: tuple[str, ...],
    kinds: tuple[str, ...],
) -> bool:
    release, known = change.release, change.known
    key = release.key if release else known.key if known else None
    if key is None or (channel and key.channel not in channel):
        return False
    if territory and not any(each in _places(change) for each in territory):
        return False
    if state and (known is None or known.state not in state):
        return False
    return not kinds or change.kind in kinds


def _places(change: Change) -> Territories:
    from syndicator.model.territory import NOWHERE, Territories

    if change.release:
        return change.release.territories
    return Territories.parse(change.known.territories.split()) if change.known else NOWHERE


def _show(
    compared: Compared,
    items: list[Change],
    zones: Mapping[str, str],
    *,
    json_: bool,
    every: bool,
) -> None:
    if json_:
        for each in items:
            render.line(change_json(each))
        return
    if items:
        click.echo(click.style(f"\n{compared.series}", bold=True))
        for text in change_lines(items, None if every else EVERY, zones):
            click.echo(text)


def change_lines(items: list[Change], most: int | None, zones: Mapping[str, str]) -> Iterator[str]:
    """Yield changes as lines, those of one kind and channel together."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for each in items:
        key = each.release.key if each.release else each.known.key if each.known else None
        groups.setdefault((key.channel if key else "", each.kind), []).append(each)
    for (_, kind), group in sorted(groups.items()):
        sign, colour = SIGNS[kind]
        for each in group[:most]:
            yield f"  {click.style(sign, fg=colour)} {_change_text(each, zones)}"
        if most is not None and len(group) > most:
            rest = len(group) - most
            yield f"  {click.style(sign, fg=colour)} … and {rest} more {kind} (--all shows them)"


def _change_text(change: Change, zones: Mapping[str, str]) -> str:
    release, known = change.release, change.known
    if release is None:
        return f"{known.key if known else ''}  {change.note}"
    when = render.wall(release.at, release.territories, zones)
    where = render.places(release.territories)
    text = f"{release.key}  {when}  [{where}]"
    if release.size and not release.blocked:
        text += f"  {render.amount(release.size)}"
    reasons = release.blocked or ((release.held,) if release.held else ())
    note = "; ".join(reason.text for reason in reasons) or change.note
    note = note or "; ".join(reason.text for reason in release.notes)
    return f"{text}\n      {note}" if note else text


def change_json(change: Change) -> dict[str, Any]:
    """Return a change as schemas/plan-change.json shows it."""
    from syndicator.planning.planfile import release_json

    known = change.known
    return {
        "change": str(change.kind),
        "release": str(change.release.key if change.release else known.key if known else ""),
        "wanted": release_json(change.release) if change.release else None,
        "state": str(known.state) if known else None,
        "note": change.note,
        "needs_person": change.needs_person,
    }


def review(desk: Desk, changes: Changes, items: list[Change]) -> list[Problem]:
    """Ask each adapter what its platform would refuse of what is to go out."""
    import json

    from syndicator.dispatch.resolve import as_planned
    from syndicator.model.content import Content
    from syndicator.model.problem import Problem

    found = []
    for release in (each.release for each in items if each.release):
        if release.blocked or release.content not in changes.contents:
            continue
        cut = json.loads(changes.contents[release.content])
        content = Content.from_json(json.loads(changes.contents[cut["series"]]), cut["cut"])
        try:
            channel = desk.channels.open(release.key.channel)
            reasons = channel.review(as_planned(release, content, desk.folder))
        except Exception as error:  # noqa: BLE001 - an adapter may raise anything at all
            said = desk.channels.redact(f"review failed: {type(error).__name__}: {error}")
            found.append(Problem("sy-bug", f"{release.key}: {said}", release.line))
            continue
        found += [Problem(r.code, f"{release.key}: {r.text}", release.line) for r in reasons]
    return found


def check_channels(desk: Desk) -> list[Problem]:
    """Ask each channel for its account; return what is wrong."""
    from syndicator.channel import ChannelError
    from syndicator.cli.channels import ask_account
    from syndicator.model.problem import Problem

    found = []
    for name, config in desk.config.channels.items():
        try:
            ask_account(desk, name)
        except ChannelError as error:
            said = desk.channels.redact(error.reason)
            found.append(Problem(error.code.lower(), f"channel {name}: {said}", config.place))
    return found


def _finish(totals: Totals, problems: list[Problem], *, json_: bool, output: str | None) -> None:
    if json_:
        summary = {"summary": totals.as_json(), "problems": [each.as_json() for each in problems]}
        render.line(summary)
        return
    for text in render.problem_lines(problems):
        click.echo(text, err=True)
    click.echo("")
    if not totals:
        click.echo(f"Nothing to do: {render.count(totals.same, 'release')} as the ledger has them.")
    else:
        parts = [f"{number:,} {kind}" for kind, number in sorted(totals.kinds.items())]
        click.echo(
            f"Plan: {', '.join(parts)}; {totals.same:,} unchanged; "
            f"{render.amount(totals.bytes)} to send."
        )
        todo = f"syndicate release --plan {quote(output)}" if output else "syndicate release"
        click.echo(f"To carry it out: {todo}")


def _code(totals: Totals, problems: list[Problem]) -> int:
    if totals.rights:
        return exits.REFUSED
    errors = {each.code for each in problems if each.severity == "error"}
    if "sy-sign-in" in errors:
        return exits.CREDENTIALS
    if errors & TROUBLE:
        return exits.TROUBLE
    return exits.USAGE if errors else exits.DONE
