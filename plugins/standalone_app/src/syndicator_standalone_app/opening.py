"""A release becomes an entry, beside what is open already; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from syndicator.channel import Action, Release, Retry
from syndicator.model.work import Cut, Series
from syndicator_standalone_app.entry import Entry, Opening, access
from syndicator_standalone_app.staging import Staged, package_path


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


def shows(entry: Entry, release: Release) -> bool:
    """Return whether an entry shows what a release asks for, on its terms.

    An extension asks for no content of its own.
    """
    openings = [entry.opening_in(code) for code in release.territories]
    if any(each is None or each.terms != release.terms for each in openings):
        return False
    if release.action is Action.EXTEND:
        return True
    is_locked = access(release.cut, release.terms) == "locked"
    wanted = {package_path(release, each) for each in release.cut.variants}
    words = (_series_words(release), _cut_words(release))
    has_media = is_locked or {each.path for each in entry.packages} == wanted
    return has_media and (entry.series, entry.cut) == words


def _series_words(release: Release) -> Series:
    return attrs.evolve(release.series, posters=(), rights_holder=None)


def _cut_words(release: Release) -> Cut:
    return attrs.evolve(release.cut, variants=(), captions=(), posters=())


def _content(before: Entry | None, release: Release, staged: Staged, now: datetime) -> Entry:
    facts = release.cut.media.facts
    first = staged.packages[0] if staged.packages else None
    # what is locked here may be free elsewhere, where its package goes on being shown
    is_kept = before is not None and not staged.packages and _is_free_elsewhere(before, release)
    return Entry(
        series=_series_words(release),
        cut=_cut_words(release),
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
