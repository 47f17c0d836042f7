"""From a row of the ledger to the release an adapter sees: everything it needs, resolved."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from syndicator import channel as sc
from syndicator.channel._seal import Seal
from syndicator.ledger.ledger import Filter, Ledger, Row
from syndicator.model.content import Content
from syndicator.model.release import Release
from syndicator.model.state import State

NOT_MEANT = frozenset({State.BLOCKED, State.WITHDRAWN, State.MISSED})
"""A publish in one of these is not going to come out together with another."""


def resolve(
    ledger: Ledger, row: Row, subject: Row | None, workspace: Path, *, siblings: Seal | None = None
) -> sc.Release:
    """Return a release with what it shows.

    Args:
        ledger: where it is recorded.
        row: the release.
        subject: the publish it is about, if it is about one.
        workspace: what its files' paths are relative to.
        siblings: opens what the other publishes of its series have saved; None: it needs none.
    """
    content = ledger.content(row.content)
    others = _others(ledger, row, siblings) if siblings else []
    return sc.Release(
        key=row.key,
        action=sc.Action(row.key.action),
        at=row.at,
        territories=row.territories,
        terms=row.terms,
        series=content.series,
        cut=content.cut,
        workspace=workspace,
        receipt=subject.receipt if subject else row.receipt,
        closes_at=row.closes_at,
        drop=tuple(each for at, each in others if at == row.at),
        earlier=tuple(each for at, each in others if at < row.at),
    )


def _others(ledger: Ledger, row: Row, seal: Seal) -> list[tuple[datetime, sc.Sibling]]:
    """Return the other publishes of a release's series on its channel, in order of episodes."""
    only = Filter(series=(row.key.series,), channels=(row.key.channel,))
    return [
        (
            each.at,
            sc.Sibling(
                key=each.key,
                cut=ledger.content(each.content).cut,
                state=str(each.state),
                saved={name: seal.open(value) for name, value in each.saved.items()},
                receipt=each.receipt,
            ),
        )
        for each in ledger.rows(only)
        if each.id != row.id and _comes_out(each)
    ]


def _comes_out(row: Row) -> bool:
    return row.key.action == sc.Action.PUBLISH and row.state not in NOT_MEANT


def as_planned(release: Release, content: Content, workspace: Path) -> sc.Release:
    """Return a release that is planned and not recorded yet, as its adapter would see it."""
    return sc.Release(
        key=release.key,
        action=sc.Action(release.key.action),
        at=release.at,
        territories=release.territories,
        terms=release.terms,
        series=content.series,
        cut=content.cut,
        workspace=workspace,
        closes_at=release.closes_at,
    )
