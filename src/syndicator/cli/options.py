"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from syndicator.ledger.ledger import Filter
from syndicator.model.state import State

Command = Callable[..., Any]


FIRST, LAST = 1970, 9000
"""Years that can be looked at: near the ends of the calendar a zone's offset leads out of it."""


class Instant(click.ParamType[datetime]):
    """An instant: `2026-12-01 20:00Z`, or without zone in UTC."""

    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no instant; write it like 2026-12-01T20:00Z", param, ctx)
        if not FIRST <= moment.year <= LAST:
            self.fail(f"{value!r} is not between the years {FIRST} and {LAST}", param, ctx)
        return moment


def as_json(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON for programs.")(command)


def at(command: Command) -> Command:
    """Add `--at`."""
    text = "Look at another instant than now (UTC unless it names a zone)."
    return click.option("--at", type=Instant(), metavar="INSTANT", help=text)(command)


def not_blank(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return what was said, without the blanks around it; a reason of blanks tells nobody why."""
    if value is not None and not value.strip():
        text = "it is empty; say why, as in --reason 'the licensor asked for it'"
        raise click.BadParameter(text, ctx, param)
    return value.strip() if value else value


def existing(command: Command) -> Command:
    """Refuse `--series`, `--channel`, `--territory` and releases that name nothing.

    Where none of them is given, nothing is opened or read.
    """

    @functools.wraps(command)
    def looked_up(*args: Any, **values: Any) -> Any:
        if any(values.get(name) for name in ("series", "channel", "territory", "keys")):
            from syndicator.cli.desk import Desk
            from syndicator.cli.naming import check

            desk = Desk(click.get_current_context().obj)
            check(desk, values)
            if "ledger" in vars(desk):
                desk.ledger.close()
        return command(*args, **values)

    return looked_up


def who(command: Command) -> Command:
    """Add `--reason` and `--by`."""
    text = "Why; goes into the ledger."
    reason = click.option("--reason", required=True, callback=not_blank, help=text)
    by = click.option("--by", help="Who you are; by default your login name.")
    return reason(by(command))


def filters(command: Command) -> Command:
    """Add `--series`, `--channel`, `--territory` and `--state`; what they name must exist."""
    command = existing(command)
    states = click.Choice([str(state) for state in State])
    in_state = f"Only in this state: {', '.join(states.choices)}."
    for option in (
        click.option("--state", multiple=True, type=states, metavar="STATE", help=in_state),
        click.option("--territory", multiple=True, metavar="CODE", help="Only for a territory."),
        click.option("--channel", multiple=True, metavar="NAME", help="Only on a channel."),
        click.option("--series", multiple=True, metavar="ID", help="Only of a series."),
    ):
        command = option(command)
    return command


def codes(words: Sequence[str]) -> tuple[str, ...]:
    """Return territories as codes; `WORLD` and what is left out of it are spelled out."""
    upper = tuple(word.strip().upper() for word in words)
    if not any(word == "WORLD" or word.startswith("-") for word in upper):
        return upper
    from syndicator.model.territory import Territories

    return tuple(Territories.parse(upper))


def filter_of(
    series: Sequence[str],
    channel: Sequence[str],
    territory: Sequence[str],
    state: Sequence[str] = (),
    keys: Sequence[str] = (),
) -> Filter:
    """Return the filter that options spell."""
    return Filter(
        series=tuple(series),
        channels=tuple(channel),
        territories=codes(territory),
        states=tuple(state),
        keys=tuple(keys),
    )
