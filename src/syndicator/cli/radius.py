"""What a withdrawal touches: found out, and shown, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click

from syndicator.cli import exits, render
from syndicator.cli.orders import Piece, ranked, views
from syndicator.ledger.ledger import Filter, Row
from syndicator.model.capabilities import TerritoryControl
from syndicator.model.release import Action
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories

if TYPE_CHECKING:
    from syndicator.cli.desk import Desk

NOT_OUT = frozenset(
    {State.PLANNED, State.STAGED, State.HELD, State.BLOCKED, State.FAILED, State.MISSED}
)
UNSURE = frozenset({State.STAGING, State.PUBLISHING, State.PROCESSING, State.UNKNOWN})
HOLDABLE = frozenset({State.PLANNED, State.STAGED})


@attrs.frozen(kw_only=True)
class Radius:
    """What a withdrawal touches, and what it cannot."""

    live: Sequence[Piece]
    """Seen live, most visible first, and where it is taken off."""

    by_hand: frozenset[int]
    """Ids of those that only a person can take off."""

    unsure: Sequence[Piece]
    """Under way, or with an outcome that nobody knows: taken off as soon as that is known."""

    cancelled: Sequence[Row]
    """Has not gone out, and will not."""

    held: Sequence[Row]
    """Has not gone out, and waits for a person, because it is for other territories too."""

    stuck: Sequence[tuple[Row, str]]
    """Cannot be taken off as it is meant, with why."""

    views: float | None
    """Of what is live; None where no figures are known."""

    def __bool__(self) -> bool:
        """Return whether there is anything to do."""
        return bool(self.live or self.unsure or self.cancelled or self.held)

    @property
    def where(self) -> Territories:
        """The territories in which something is seen."""
        found = NOWHERE
        for _, where in self.live:
            found = found | where
        return found

    @property
    def code(self) -> int:
        """The exit code for what cannot be done now."""
        if any(row.state is State.UNKNOWN for row, _ in self.unsure):
            return exits.UNKNOWN
        if self.unsure:
            return exits.TROUBLE
        return exits.ASIDE if self.stuck or self.by_hand else exits.DONE

    def as_json(self) -> dict[str, Any]:
        """Return the counts, as the last line of `--dry-run --json`."""
        return {
            "live": len(self.live),
            "titles": len({row.key.series for row, _ in self.live}),
            "channels": len({row.key.channel for row, _ in self.live}),
            "territories": list(self.where),
            "views": self.views,
            "by_hand": len(self.by_hand),
            "unsure": len(self.unsure),
            "cancelled": len(self.cancelled),
            "held": len(self.held),
            "stuck": len(self.stuck),
        }


def radius(desk: Desk, only: Filter, *, wholly: bool) -> Radius:
    """Return what a withdrawal touches.

    Args:
        desk: what the command works with.
        only: what is meant; its territories say where it is taken off.
        wholly: take off everywhere what cannot be taken off in some territories alone.
    """
    rows = list(desk.ledger.rows(attrs.evolve(only, territories=())))
    live, stuck, hand = [], [], set()
    for row in rows:
        where = _where(row, row.visible, only)
        if row.key.action != Action.PUBLISH or row.state is not State.LIVE or not where:
            continue
        why, more = _cannot(desk, row, where)
        if why and not (more and wholly):
            stuck.append((row, why))
            continue
        live.append((row, row.visible if why else where))
        if not desk.channels.adapter(row.key.channel).can("withdraw"):
            hand.add(row.id)
    waiting = [row for row in rows if row.state in NOT_OUT and _opens(row)]
    seen = views(desk, {row.key.series for row, _ in live})
    units = {(row.key.series, row.key.cut, row.key.channel) for row, _ in live}
    return Radius(
        live=ranked(desk, live),
        by_hand=frozenset(hand),
        unsure=[
            (row, where)
            for row in rows
            if row.state in UNSURE and _opens(row) and (where := _where(row, row.territories, only))
        ],
        cancelled=[row for row in waiting if _where(row, row.territories, only) == row.territories],
        held=[row for row in waiting if row.state in HOLDABLE and _partly(row, only)],
        stuck=stuck,
        views=sum(seen.get(unit, 0) for unit in units) if units & seen.keys() else None,
    )


def _opens(row: Row) -> bool:
    return row.key.action in {Action.PUBLISH, Action.EXTEND}


def _partly(row: Row, only: Filter) -> bool:
    where = _where(row, row.territories, only)
    return bool(where) and where != row.territories


def _where(row: Row, among: Territories, only: Filter) -> Territories:
    if not only.territories:
        return among or row.territories
    return among & Territories.parse(only.territories)


def _cannot(desk: Desk, row: Row, where: Territories) -> tuple[str, bool]:
    """Return why a release cannot be taken off as it is meant, and whether wholly would do."""
    if row.key.channel not in desk.channels.names:
        why = "its channel is not configured or its plugin does not work; see: syndicate channels"
        return why, False
    can = desk.channels.declared(row.key.channel)
    if can.territory_control is TerritoryControl.NONE and row.visible - where:
        alone = render.places(where)
        return f"its channel cannot take it off {alone} alone; --wholly takes it off wholly", True
    return "", False


def show(found: Radius, *, json_: bool) -> None:
    """Show what a withdrawal touches."""
    for line in _json_lines(found) if json_ else ():
        render.line(line)
    for text in () if json_ else _lines(found):
        click.echo(text)
    for row, why in found.stuck:
        click.echo(f"! {row.key}: {why}", err=True)
    for row, _ in found.unsure:
        todo = f"syndicate reconcile {row.key}" if row.state is State.UNKNOWN else "it is found out"
        click.echo(
            f"! {row.key}: it may be out ({render.words(row.state)}); {todo}, and then it goes",
            err=True,
        )


def _json_lines(found: Radius) -> Iterator[dict[str, Any]]:
    for row, where in (*found.live, *found.unsure):
        line = {"withdraw": str(row.key), "state": str(row.state), "territories": list(where)}
        url = row.receipt.url if row.receipt else None
        yield {**line, "url": url, "by_hand": row.id in found.by_hand}
    for row in found.cancelled:
        yield {"withdraw": str(row.key), "state": str(row.state)}
    for row in found.held:
        yield {"hold": str(row.key), "state": str(row.state)}
    yield {"radius": found.as_json()}


def _lines(found: Radius) -> Iterator[str]:
    for row, where in found.live:
        address = row.receipt.url if row.receipt and row.receipt.url else ""
        hand = "  (its channel cannot take it off: by hand)" if row.id in found.by_hand else ""
        text = f"{render.glyph(row.state)} {row.key}  from {render.places(where)}  {address}"
        yield f"{text.rstrip()}{hand}"
    for row in found.cancelled:
        yield f"{render.glyph(row.state)} {row.key}  will not go out"
    for row in found.held:
        yield f"{render.glyph(row.state)} {row.key}  will be held: it is for other territories too"
    out = render.count(len(found.live), "live release")
    text = f"{out}, {render.count(len(found.cancelled), 'waiting one')}"
    if found.live:
        counts = found.as_json()
        text += f", on {render.count(counts['channels'], 'channel')}"
        text += f", in {len(found.where)} {'territory' if len(found.where) == 1 else 'territories'}"
    if found.views is not None:
        text += f", {found.views:,.0f} views"
    if found.by_hand:
        text += f"; {len(found.by_hand)} by hand"
    yield f"{text}."
