"""Takedowns that are due on channels that cannot be used: nobody but a person can do them.

A channel that was taken out of syndicator.toml, or whose plugin is gone, still shows what it was
given. When the rights to that end, no run can take it off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from syndicator.cli import render
from syndicator.cli.desk import Desk
from syndicator.ledger.ledger import Filter, Row, Settlement
from syndicator.model.event import Event
from syndicator.model.release import Action, Task
from syndicator.model.state import Happened, State


def stranded(desk: Desk, only: Filter) -> list[tuple[Row, str | None]]:
    """Return takedowns that are due on channels that cannot be used, of what is still seen.

    Each with the address of what it should take off, where that is known.
    """
    now = desk.now()
    if not desk.ledger.due(now, only).releases:
        return []
    found = desk.ledger.stranded(now, desk.channels.names)
    if found and only != Filter():
        meant = {row.id for row in desk.ledger.rows(only)}
        found = [row for row in found if row.id in meant]
    pairs = ((row, _seen(desk, row)) for row in found)
    return [(row, each.receipt.url if each.receipt else None) for row, each in pairs if each]


def _seen(desk: Desk, row: Row) -> Row | None:
    """Return what a takedown should take off, if it is still seen where it should not be."""
    unit = "/".join(row.key[:3])
    live = desk.ledger.rows(Filter(keys=(f"{unit}/",), states=(str(State.LIVE),)))
    publishes = (each for each in live if each.key.action == Action.PUBLISH)
    return next((each for each in publishes if each.visible & row.territories), None)


def sentences(desk: Desk, rows: Sequence[Row]) -> Iterator[str]:
    """Yield by channel what is still to be seen although it should be gone."""
    for name, channel in desk.unusable({row.key.channel for row in rows}).items():
        number = sum(row.key.channel == name for row in rows)
        verb = "is" if number == 1 else "are"
        yield (
            f"! {render.count(number, 'takedown')} {verb} due and cannot be done: {channel.why}. "
            f"What should be gone is still to be seen; {channel.do}, or take it off by hand: "
            f"syndicate confirm --channel {name}"
        )


def listed(desk: Desk, found: Sequence[tuple[Row, str | None]], *, json_: bool) -> None:
    """Show them as tasks for a person."""
    channels = desk.unusable({row.key.channel for row, _ in found})
    for row, url in found:
        channel = channels[row.key.channel]
        if json_:
            task = Task(f"Take it off by hand: {channel.why}.", url=url)
            render.line({"release": str(row.key), "state": str(row.state), "task": task.as_json()})
            continue
        texts = (
            f"{render.glyph(row.state)} {row.key}",
            f"    it is due, and {channel.why}",
            *([f"    {render.said(url)}"] if url else ()),
            f"    {channel.do}, or take it off by hand",
            f"    then: syndicate confirm {row.key} --reason …",
        )
        for text in texts:
            click.echo(text)


def done_elsewhere(desk: Desk, row: Row, *, reason: str, actor: str) -> list[Event]:
    """Record that a person took something off a channel that cannot be used.

    The person does what a run would have done, so it is claimed as a run claims it: whoever puts
    the channel back at the same moment does not do it twice.
    """
    ledger, now = desk.ledger, desk.now()
    claims = ledger.claim(now=now, worker=actor, lease=desk.config.lease, limit=1,
                          only=Filter(keys=(str(row.key),)), staging=())  # fmt: skip
    gone = Settlement(happened=Happened.SEEN_GONE, cause=reason, territories=row.territories)
    return [ledger.settle(each, gone, now=now) for each in claims]
