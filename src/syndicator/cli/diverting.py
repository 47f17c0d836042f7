"""Before the work of a run: what a channel that is down cannot show goes where it may."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import attrs
import click

from syndicator.cli import render
from syndicator.ledger.ledger import Filter, LedgerMoved

if TYPE_CHECKING:
    from syndicator.cli.desk import Desk
    from syndicator.model.diversion import Diversion
    from syndicator.planning.fallback import Stuck


@attrs.define
class Diverted:
    """What went elsewhere, and what cannot."""

    went: list[Diversion] = attrs.field(factory=list)
    stuck: list[Stuck] = attrs.field(factory=list)


def divert(desk: Desk, only: Filter) -> Diverted:
    """Record what goes elsewhere now, of what is meant."""
    found = Diverted()
    down = {
        each.channel: each.since
        for each in desk.ledger.circuits()
        if each.channel
        and each.channel in desk.config.channels
        and each.opened_at is not None
        and (not only.channels or each.channel in only.channels)
    }
    series = _waiting(desk, attrs.evolve(only, channels=tuple(down))) if down else set()
    if series:
        _divert(desk, down, series, found)
    return found


def _waiting(desk: Desk, only: Filter) -> set[str]:
    """Return the series with something due on a channel that is down."""
    now, waits = desk.now(), attrs.evolve(only, states=("planned", "staged"))
    return {row.key.series for row in desk.ledger.rows(waits) if row.at <= now}


def _divert(desk: Desk, down: dict[str, datetime], series: set[str], found: Diverted) -> None:
    from syndicator.cli.comparing import compare
    from syndicator.planning.fallback import Outage, Stuck

    policies, now = desk.policies, desk.now()
    for compared in compare(desk, series):
        if compared.plan is None:
            continue
        outage = Outage(
            made=compared.plan, known=desk.ledger.known(compared.series), sight=desk.sight(),
            policies=policies, down=down, now=now,
        )  # fmt: skip
        said = list(outage.diversions())
        found.stuck += [each for each in said if isinstance(each, Stuck)]
        mine = [each for each in said if not isinstance(each, Stuck)]
        try:
            desk.ledger.divert(mine, now=now, actor=desk.worker)
        except LedgerMoved:
            continue  # another run was first, or what was down works again
        found.went += mine


def show(diverted: Diverted, *, json_: bool) -> None:
    """Say what went elsewhere, and why the rest did not."""
    for each in diverted.went:
        key, instead = each.known.key, each.instead[0].key
        if json_:
            line = {"diverted": str(key), "to": str(instead), "why": each.why}
            render.line({**line, "stays": each.stays})
        else:
            click.echo(f"{key} goes to {instead.channel}: {each.why}")
    if json_:
        for stuck in diverted.stuck:
            against = [{"channel": name, **reason.as_json()} for name, reason in stuck.reasons]
            render.line({"stuck": str(stuck.key), "reasons": against})
        return
    groups = Counter(
        (each.key.channel, "; ".join(f"{name}: {reason.text}" for name, reason in each.reasons))
        for each in diverted.stuck
    )
    for (channel, why), number in groups.items():
        count = render.count(number, "release")
        click.echo(f"! {count} of {channel} can go nowhere else: {why}", err=True)
