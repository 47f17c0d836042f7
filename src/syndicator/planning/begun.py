"""What has begun is never begun again, however its line in the calendar is rewritten.

A key names a wave, and a wave can be renamed, reordered or split after the publish went out. The
publish that is out keeps its key and its territories; what the calendar wants beyond them becomes
an extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from syndicator.model.moment import iso
from syndicator.model.plan import Known
from syndicator.model.release import Action, Release, ReleaseKey
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories

OUT = frozenset(
    {
        State.PUBLISHING, State.PROCESSING, State.LIVE, State.WITHDRAWING, State.WITHDRAWN,
        State.UNKNOWN,
    }
)  # fmt: skip

Unit = tuple[str, str]
"""(cut, channel): of these, at most one publish is ever out."""


def keep_begun(releases: Sequence[Release], known: Mapping[ReleaseKey, Known]) -> Sequence[Release]:
    """Return the releases with those that are out under the keys they went out under."""
    out = {
        (each.key.cut, each.key.channel): each
        for each in known.values()
        if each.key.action == Action.PUBLISH and each.state in OUT
    }
    rewritten = {_unit(each) for each in releases if _differs(each, out.get(_unit(each)))}
    if not rewritten:
        return releases
    covered = {unit: _covered(unit, known) for unit in rewritten}
    kept: list[Release] = []
    for each in releases:
        unit = _unit(each)
        if unit in rewritten:
            kept += _rewrite(each, out[unit], covered[unit], known)
        else:
            kept.append(each)
    return kept


def _unit(release: Release) -> Unit:
    return release.key.cut, release.key.channel


def _differs(release: Release, out: Known | None) -> bool:
    if out is None or release.key.action != Action.PUBLISH:
        return False
    return out.key != release.key or out.territories != str(release.territories)


def _covered(unit: Unit, known: Mapping[ReleaseKey, Known]) -> Territories:
    found = NOWHERE
    for each in known.values():
        opens = each.key.action in {Action.PUBLISH, Action.EXTEND}
        if opens and (each.key.cut, each.key.channel) == unit and each.state in OUT:
            found = found | Territories.parse(each.territories.split())
    return found


def _rewrite(
    release: Release, out: Known, covered: Territories, known: Mapping[ReleaseKey, Known]
) -> Iterator[Release]:
    action = release.key.action
    if action == Action.PUBLISH:
        yield attrs.evolve(release, key=out.key, at=out.at, territories=_set(out.territories))
    if action not in {Action.PUBLISH, Action.EXTEND}:
        yield release
        return
    was = known.get(release.key)
    if action == Action.EXTEND and was is not None and was.state in OUT:
        yield release
        return
    further = release.territories - covered
    if further:
        part = release.key.part or f"from.{iso(release.at).replace(':', '')}"
        key = release.key._replace(action=Action.EXTEND, part=part)
        yield attrs.evolve(release, key=key, territories=further, begin_at=release.at, size=0)


def _set(text: str) -> Territories:
    return Territories.parse(text.split())
