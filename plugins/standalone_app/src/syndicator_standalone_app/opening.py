"""A release becomes an entry, beside what is open already; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from syndicator.channel import Action, Release, Retry
from syndicator_standalone_app.entry import Entry, Opening, access
from syndicator_standalone_app.staging import Staged


def entry_after(
    before: Entry | None, release: Release, staged: Staged | None, now: datetime
) -> Entry:
    """Return a cut's entry once a release is open; openings elsewhere stay as they are.

    Without `staged` it goes on showing what it shows.

    Raises:
        Retry: there is nothing that it could go on showing.
    """
    if staged is not None:
        entry = _content(before, release, staged, now)
    elif before is not None and before.openings:
        entry = before
    else:
        raise Retry("it was withdrawn while it was being opened elsewhere")
    for opening in _openings(entry, release):
        entry = entry.opened(opening)
    return attrs.evolve(entry, written_at=now)


def _content(before: Entry | None, release: Release, staged: Staged, now: datetime) -> Entry:
    facts = release.cut.media.facts
    first = staged.packages[0] if staged.packages else None
    # what is locked here may be free elsewhere, where its package goes on being shown
    is_kept = before is not None and not staged.packages and _is_free_elsewhere(before, release)
    return Entry(
        series=attrs.evolve(release.series, posters=(), rights_holder=None),
        cut=attrs.evolve(release.cut, variants=(), captions=(), posters=()),
        duration_s=first.duration_s if first else round(facts.seconds, 3),
        width=first.width if first else facts.width,
        height=first.height if first else facts.height,
        packages=before.packages if before is not None and is_kept else staged.packages,
        posters=staged.posters,
        series_posters=staged.series_posters,
        openings=before.openings if before is not None else (),
        written_at=now,
    )


def _openings(entry: Entry, release: Release) -> Iterator[Opening]:
    """Give the release's openings; an update leaves the instants at which the cut opened."""
    asked = Opening(
        territories=release.territories,
        opens_at=release.at,
        closes_at=release.closes_at,
        terms=release.terms,
    )
    yield asked
    if release.action is Action.UPDATE:
        for each in entry.openings:
            both = each.territories & release.territories
            if both.codes:
                yield attrs.evolve(asked, territories=both, opens_at=each.opens_at)


def _is_free_elsewhere(before: Entry, release: Release) -> bool:
    elsewhere = before.closed_in(release.territories).openings
    return any(access(before.cut, each.terms) != "locked" for each in elsewhere)
