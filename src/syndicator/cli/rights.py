"""`syndicate rights`: what may be shown where, until when, and what is about to end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.ledger.ledger import Filter
from syndicator.model.moment import iso, parse_duration
from syndicator.model.territory import CODES

if TYPE_CHECKING:
    from syndicator.insight.rights import Expiring, Standing

MODELS = ("free", "ad_supported", "unlock", "subscription")
SHOWN = 3
"""So many ends of rights are shown on a line; the rest is counted."""


@click.command()
@click.option("--series", multiple=True, metavar="ID", help="Only of a series.")
@click.option("--channel", multiple=True, metavar="NAME", help="Only on a channel.")
@click.option("--territory", multiple=True, metavar="CODE", help="Only for a territory.")
@click.option("--model", multiple=True, metavar="MODEL", type=click.Choice(MODELS),
              help=f"Only under a business model: {', '.join(MODELS)}.")  # fmt: skip
@click.option("--expiring", metavar="SPAN", help="Only what is live and ends within: 30d, 2w.")
@options.existing
@options.at
@options.as_json
@click.pass_obj
def rights(
    workspace: str,
    series: tuple[str, ...],
    channel: tuple[str, ...],
    territory: tuple[str, ...],
    model: tuple[str, ...],
    expiring: str | None,
    at: datetime | None,
    json_: bool,
) -> int:
    """Show what the avails allow: where, under which business model, until when, and why not.

    "Is this free for Indonesia with ads from January?" is --territory ID --model ad_supported
    --at 2027-01-01. With --expiring it shows what is live and loses its rights soon, and whether
    its takedown is planned.
    """
    desk = Desk(workspace, at=at)
    only = options.filter_of(series, channel, territory)
    if expiring is not None:
        return _expiring(desk, only, _span(expiring), json_=json_)
    named = [code for code in map(str.upper, map(str.strip, territory)) if code in CODES]
    return _standings(desk, only, model, named, json_=json_)


def _span(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError:
        raise Fault(f"--expiring {text!r} is no span of time; write 30d, 2w or 12h") from None


def _in_files(desk: Desk, only: Filter) -> None:
    """End the command where only the ledger knows what is meant: it keeps no rights."""
    for name in only.channels:
        if name not in desk.config.channels:
            raise Fault(f"channel {name} is not in syndicator.toml any more, only in the ledger; "
                        f"there are: {', '.join(desk.config.channels)}")  # fmt: skip
    for name in only.series:
        if name not in desk.workspace.series_ids:
            raise Fault(f"series {name} is not in the catalog any more, only in the ledger; what "
                        "it has live, and until when: syndicate rights --expiring 52w")  # fmt: skip


def _unseen(desk: Desk, only: Filter, named: Sequence[str]) -> Iterator[str]:
    """Yield of territories that were named and that no channel which is meant is seen in."""
    meant = {name: each.territories for name, each in desk.config.channels.items()
             if not only.channels or name in only.channels}  # fmt: skip
    for code in named:
        if not any(code in each for each in meant.values()):
            seen = "; ".join(f"{name}: {render.places(each)}" for name, each in meant.items())
            yield f"No channel that is meant is seen in {code} ({seen})."


def _standings(
    desk: Desk, only: Filter, model: tuple[str, ...], named: Sequence[str], *, json_: bool
) -> int:
    from syndicator.insight.rights import standings
    from syndicator.model.territory import Territories

    where = Territories.parse(only.territories) if only.territories else None
    _in_files(desk, only)
    desk.need_adapters()
    sight, refused, broken = desk.sight(), False, False
    for text in _unseen(desk, only, named):
        refused = True
        click.echo(text, err=json_)
    for title, problems in desk.workspace.titles(only.series or None):
        broken = broken or title is None
        if title is None:
            for text in render.problem_lines(problems):
                click.echo(text, err=True)
            continue
        if not json_:
            click.echo(click.style(title.series.id, bold=True))
            if title.avails is None:
                click.echo("  nothing is written about its rights, and nothing is checked")
        for each in standings(title, sight, at=desk.now(), channels=only.channels,
                              models=model or MODELS, where=where):  # fmt: skip
            refused = refused or not each.territories
            _show(each, desk.config.time_zones, len(title.cuts), json_=json_)
    if broken:
        return exits.USAGE
    asked = bool(model and (only.territories or only.channels))
    return exits.REFUSED if refused and asked else exits.DONE


def _show(each: Standing, zones: Mapping[str, str], cuts: int, *, json_: bool) -> None:
    if json_:
        render.line(_standing_json(each))
        return
    some = "" if len(each.cuts) == cuts else f" ({_cuts(each.cuts)})"
    head = f"  {each.channel:<16} {each.model:<13}{some}"
    if each.territories:
        ends = [f"{render.places(where)} until {render.wall(at, where, zones)}"
                for at, where in each.closings[:SHOWN]]  # fmt: skip
        if len(each.closings) > SHOWN:
            ends.append(f"and {len(each.closings) - SHOWN} ends more")
        until = f"; {', '.join(ends)}" if ends else ", without end"
        click.echo(
            f"{head} {click.style('✓', fg='green')} {render.places(each.territories)}{until}"
        )
    if each.refused and each.reason is not None:
        sign = click.style("✕", fg="red")
        click.echo(f"{head} {sign} {render.places(each.refused)}: {each.reason.text}")


def _cuts(cuts: tuple[str, ...]) -> str:
    return cuts[0] if len(cuts) == 1 else f"{cuts[0]} … {cuts[-1]}"


def _standing_json(each: Standing) -> dict[str, Any]:
    return {
        "series": each.series,
        "channel": each.channel,
        "model": each.model,
        "cuts": list(each.cuts),
        "territories": list(each.territories),
        "closings": [{"at": iso(at), "territories": list(where)} for at, where in each.closings],
        "refused": list(each.refused),
        "reason": each.reason.as_json() if each.reason else None,
    }


def _expiring(desk: Desk, only: Filter, within: timedelta, *, json_: bool) -> int:
    from syndicator.insight.rights import expiring

    can = [name for name in desk.channels.names if desk.channels.adapter(name).can("withdraw")]
    found = expiring(desk.ledger.rows(only), can, now=desk.now(), within=within)
    for each in found:
        if json_:
            render.line(_expiring_json(each))
        else:
            click.echo(_expiring_line(each, desk))
    if not found and not json_:
        click.echo("Nothing that is live loses its rights by then.")
    return exits.ASIDE if any(not each.planned or each.by_hand for each in found) else exits.DONE


def _expiring_line(each: Expiring, desk: Desk) -> str:
    when = render.wall(each.at, each.territories, desk.config.time_zones)
    days = (each.at - desk.now()).days
    left = f"in {days} days" if days > 0 else "within a day" if each.at > desk.now() else "over"
    what = f"{render.count(len(each.cuts), 'cut')} ({_cuts(each.cuts)})"
    then = "its takedown is planned" if each.planned else "NO takedown is planned: syndicate plan"
    if each.by_hand:
        then = f"only a person can take it off: {_takes_off(each)}"
    where = render.places(each.territories)
    return f"{when}  {left}: {each.series} on {each.channel} in {where}, {what}; {then}"


def _takes_off(each: Expiring) -> str:
    """Return the command that takes off just this."""
    where = " ".join(f"--territory {word}" for word in str(each.territories).split())
    return f"syndicate withdraw --series {each.series} --channel {each.channel} {where} --reason …"


def _expiring_json(each: Expiring) -> dict[str, Any]:
    return {
        "series": each.series,
        "channel": each.channel,
        "at": iso(each.at),
        "territories": list(each.territories),
        "cuts": list(each.cuts),
        "planned": each.planned,
        "by_hand": each.by_hand,
    }
