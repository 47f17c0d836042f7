"""Withdrawals that a person, or a rollout that was given up, orders: recorded before the work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from syndicator.ledger.ledger import Filter, Row
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.problem import Place
from syndicator.model.release import Action, Reason, Release
from syndicator.model.territory import Territories

if TYPE_CHECKING:
    from syndicator.cli.desk import Desk

Piece = tuple[Row, Territories]
"""A publish that is or may be out, and where it is to be taken off."""


def order(
    desk: Desk,
    pieces: Sequence[Piece],
    *,
    actor: str,
    reason: str,
    part: str = "",
    deadline: datetime | None = None,
) -> tuple[str, ...]:
    """Record withdrawals, most visible first; return their keys.

    Args:
        desk: what the command works with.
        pieces: what is to be taken off, and where.
        actor: who says so.
        reason: why.
        part: tells the orders from others of the same releases; empty: the instant does.
        deadline: until when a person has to have done what the channel cannot do itself.

    Raises:
        LedgerMoved: they were ordered under that name already.
    """
    now = desk.now()
    part = part or f"ordered.{now:%Y%m%dT%H%M%S%f}"
    by_series: dict[str, list[Change]] = defaultdict(list)
    first = now - timedelta(milliseconds=len(pieces))
    for number, (row, where) in enumerate(ranked(desk, pieces)):
        # What is due first is begun first, whatever its series.
        at = first + timedelta(milliseconds=number)
        release = _release(row, where, at, (reason, part), deadline)
        by_series[row.key.series].append(Change(Kind.NEW, release))
    for series, items in by_series.items():
        changes = Changes(series=series, items=items, contents={}, same=0)
        desk.ledger.record(changes, now=now, actor=actor)
    made = (each.release for items in by_series.values() for each in items)
    return tuple(str(release.key) for release in made if release is not None)


def ranked(desk: Desk, pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces in order of who is seen most: by views, where any are known, then by reach."""
    seen = views(desk, {row.key.series for row, _ in pieces})

    def rank(piece: Piece) -> tuple[float, int, int, str]:
        row, where = piece
        unit = (row.key.series, row.key.cut, row.key.channel)
        return -seen.get(unit, 0), -len(where), row.order, str(row.key)

    return sorted(pieces, key=rank)


def views(desk: Desk, series: set[str]) -> dict[tuple[str, str, str], float]:
    """Return the views of each (series, cut, channel), by its most complete telling."""
    tellings: dict[tuple[str, str, str], dict[tuple[bool, bool], float]] = defaultdict(
        lambda: defaultdict(float)
    )
    only = Filter(series=tuple(sorted(series)))
    for each in desk.ledger.figures(only, metrics=("views",)) if series else ():
        # By day or of all days, by territory or of all: tellings of the same, never added up.
        telling = each.figure.day is None, each.figure.territory is None
        tellings[each.series, each.cut, each.channel][telling] += each.figure.value
    return {unit: max(found.values()) for unit, found in tellings.items()}


def _release(
    row: Row, where: Territories, at: datetime, why: tuple[str, str], deadline: datetime | None
) -> Release:
    reason, part = why
    key = row.key._replace(action=Action.WITHDRAW, part=part)
    notes = (Reason("deadline", deadline.isoformat()),) if deadline else ()
    return Release(
        key, at, where, row.terms, row.content, 0, 0, at, Place(f"ordered: {reason}"), notes=notes
    )
