"""What has begun is never begun again, however its line in the calendar is rewritten.

A key names a wave, and a wave can be renamed, reordered or split after the publish began. A publish
that began keeps its key. One that is out keeps its instant and its territories too: what the
calendar wants beyond what was opened already becomes an extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import attrs

from syndicator.model.moment import iso
from syndicator.model.plan import Known
from syndicator.model.release import Action, Release, ReleaseKey
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories

SHOWN = frozenset(
    {State.PUBLISHING, State.PROCESSING, State.LIVE, State.WITHDRAWING, State.UNKNOWN}
)
"""It is, or may be, out: its date is history, and it is never published a second time."""

OUT = SHOWN | {State.WITHDRAWN}
"""It is out or was: that it was taken off is no reason to put it there again."""

ON_ITS_WAY = frozenset({State.PUBLISHING, State.PROCESSING, State.UNKNOWN})
"""It may still turn out not to be there, and would then be begun again."""

NOT_NOW = datetime(1970, 1, 1, tzinfo=UTC)
"""Until when something is wanted that may not be begun again before it is planned anew."""

ENDED = frozenset({State.FAILED, State.MISSED})
PERSON = "held-by-person"
OPENS = frozenset({Action.PUBLISH, Action.EXTEND})

Unit = tuple[str, str]
"""(cut, channel): of these, at most one publish is ever out."""


def unit_of(key: ReleaseKey) -> Unit:
    """Return what a release is about."""
    return key.cut, key.channel


def is_held_by_person(was: Known) -> bool:
    """Return whether a person keeps it back."""
    return any(reason.code == PERSON for reason in was.reasons)


def publishes_begun(known: Mapping[ReleaseKey, Known]) -> dict[Unit, Known]:
    """Return the publish of each cut and channel that keeps its key."""
    found: dict[Unit, Known] = {}
    for each in known.values():
        if each.key.action != Action.PUBLISH or _rank(each) is None:
            continue
        other = found.get(unit_of(each.key))
        if other is None or (_rank(each) or 0) < (_rank(other) or 0):
            found[unit_of(each.key)] = each
    return found


def _rank(publish: Known) -> int | None:
    """Return how much a publish counts among those of its cut and channel; None: not at all."""
    if publish.state in SHOWN:
        return 0
    if publish.state is State.WITHDRAWN:
        return 2
    if publish.begun or is_held_by_person(publish):
        return 1
    return None


def publish_what_is_left(
    releases: Sequence[Release], known: Mapping[ReleaseKey, Known], missed: set[Unit]
) -> Sequence[Release]:
    """Return the releases with the next extension as the publish where that was missed.

    The publish came too late for its own territories. The others are still wanted, and
    nothing can be extended that was never published.
    """
    if not missed:
        return releases
    found = list(releases)
    for number, each in enumerate(releases):
        unit = _unit(each)
        if unit not in missed or each.key.action != Action.EXTEND or each.blocked or each.held:
            continue
        key = each.key._replace(action=Action.PUBLISH)
        if key not in known or known[key].state not in ENDED:
            found[number] = attrs.evolve(each, key=key)
            missed = missed - {unit}
    return found


def keep_begun(
    releases: Sequence[Release], known: Mapping[ReleaseKey, Known], begun: Mapping[Unit, Known]
) -> list[Release]:
    """Return the releases with those that began under the keys they began under."""
    rewritten = {unit for each in releases if _differs(each, known, begun.get(unit := _unit(each)))}
    if not rewritten:
        return list(releases)
    covered = _covered(rewritten, known)
    taken: set[ReleaseKey] = set()
    kept: list[Release] = []
    for each in releases:
        unit = _unit(each)
        if unit in rewritten and each.key.action in OPENS:
            kept += _rewrite(each, begun[unit], covered.get(unit, NOWHERE), known, taken)
        else:
            kept.append(each)
    return kept


def _unit(release: Release) -> Unit:
    return release.key.cut, release.key.channel


def _differs(release: Release, known: Mapping[ReleaseKey, Known], publish: Known | None) -> bool:
    if publish is None or release.key.action not in OPENS:
        return False
    if release.key.action == Action.PUBLISH and release.key != publish.key:
        return True
    if publish.state not in OUT:
        return False
    was = known.get(release.key)
    return was is None or was.state not in OUT or was.territories != str(release.territories)


def _covered(units: set[Unit], known: Mapping[ReleaseKey, Known]) -> dict[Unit, Territories]:
    """Return what was opened of each, whether or not it was closed again."""
    found: dict[Unit, Territories] = {}
    for each in known.values():
        unit = unit_of(each.key)
        if unit in units and each.key.action in OPENS and each.state in OUT:
            found[unit] = found.get(unit, NOWHERE) | parse(each.territories)
    return found


def _rewrite(
    release: Release,
    publish: Known,
    covered: Territories,
    known: Mapping[ReleaseKey, Known],
    taken: set[ReleaseKey],
) -> Iterator[Release]:
    publishes = release.key.action == Action.PUBLISH
    if publish.state not in OUT:
        yield attrs.evolve(release, key=publish.key) if publishes else release
        return
    was = publish if publishes else known.get(release.key)
    if was is not None and was.state in OUT:
        bound = bounded(release, was) if was.state in ON_ITS_WAY else release
        yield attrs.evolve(bound, key=was.key, at=was.at, territories=parse(was.territories))
    further = release.territories - covered
    if further:
        key = _free_key(release, known, taken)
        taken.add(key)
        yield attrs.evolve(release, key=key, territories=further, begin_at=release.at, size=0)


def _free_key(
    release: Release, known: Mapping[ReleaseKey, Known], taken: set[ReleaseKey]
) -> ReleaseKey:
    """Return the key of a further extension: the release's own, if none went out under it."""
    base = release.key.part or f"from.{iso(release.at).replace(':', '')}"
    part, number = base, 1
    while True:
        key = release.key._replace(action=Action.EXTEND, part=part)
        was = known.get(key)
        if key not in taken and (was is None or was.state not in OUT):
            return key
        number += 1
        part = f"{base}.{number}"


def parse(text: str) -> Territories:
    """Return territories as `Known` spells them."""
    return Territories.parse(text.split())


def bounded(release: Release, was: Known) -> Release:
    """Return a release with until when it is wanted, should something on its way not be there.

    It would be begun again as the ledger has it. Where that is not allowed any more, or not yet,
    it has to be planned anew first.
    """
    narrower = not parse(was.territories) <= release.territories
    if release.blocked or release.held or release.at > was.at or narrower:
        return attrs.evolve(release, give_up_at=NOT_NOW, closes_at=NOT_NOW)
    return release
