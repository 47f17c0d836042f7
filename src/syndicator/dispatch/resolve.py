"""From a row of the ledger to the release an adapter sees: everything it needs, resolved."""

from __future__ import annotations

from pathlib import Path

from syndicator import channel as sc
from syndicator.ledger.ledger import Ledger, Row
from syndicator.model.content import Content
from syndicator.model.release import Release


def resolve(ledger: Ledger, row: Row, subject: Row | None, workspace: Path) -> sc.Release:
    """Return a release with what it shows; `subject` is the publish it is about, if any."""
    content = ledger.content(row.content)
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
    )


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
