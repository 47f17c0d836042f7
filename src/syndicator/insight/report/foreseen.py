"""What the files ask for, beside what the ledger has: as it will be once it is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from syndicator.ledger.bunching import Bunch, bunched
from syndicator.ledger.ledger import Row
from syndicator.model.plan import Change, Kind
from syndicator.model.release import Release
from syndicator.model.state import State

ASKED_ANEW = frozenset({Kind.MOVED, Kind.CHANGED, Kind.BLOCKED, Kind.HELD, Kind.FREED})


def foreseen(rows: Iterable[Row], changes: Sequence[Change]) -> Iterator[Bunch]:
    """Yield the releases of a series as they will be.

    What no calendar asks for any more is left out, except where a person has to decide of it.
    """
    meant = {each.known.id: each for each in changes if each.known is not None}
    same: list[Row] = []
    other = [_as_row(each.release, None) for each in changes
             if each.known is None and each.release is not None]  # fmt: skip
    for row in rows:
        change = meant.get(row.id)
        if change is None or change.kind is Kind.UPDATE:
            same.append(row)
        elif change.kind is Kind.GONE:
            same += [row] if change.needs_person or row.state is not State.PLANNED else []
        elif change.release is not None and change.kind in ASKED_ANEW:
            other.append(_as_row(change.release, row))
        elif change.release is not None:
            other.append(attrs.evolve(row, closes_at=change.release.closes_at))
        else:
            same.append(row)
    yield from bunched(same)
    yield from bunched(other, recorded=False)


def _as_row(release: Release, row: Row | None) -> Row:
    """Return a release as its row will be."""
    held = (release.held,) if release.held else ()
    if release.blocked:
        state, reasons = State.BLOCKED, release.blocked
    else:
        state, reasons = (State.HELD if held else State.PLANNED), held
    return Row(
        id=row.id if row else 0, key=release.key, state=state, at=release.at,
        begin_at=release.begin_at, next_at=None, since=row.since if row else release.at,
        territories=release.territories, visible=release.territories - release.territories,
        terms=release.terms, content=release.content, order=release.order, size=release.size,
        line=str(release.line), reasons=reasons, closes_at=release.closes_at, notes=release.notes,
    )  # fmt: skip
