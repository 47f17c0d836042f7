"""A plan against what the ledger knows: what is new, moved, changed, blocked, gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from syndicator.model.plan import Change, Changes, Kind, Known, Plan
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories
from syndicator.planning.begun import keep_begun

SHOWN = frozenset(
    {State.PUBLISHING, State.PROCESSING, State.LIVE, State.WITHDRAWING, State.UNKNOWN}
)
"""It is, or may be, out: its date is history, and it is never published a second time."""

WAITING = frozenset({State.PLANNED, State.STAGED, State.STAGING, State.HELD, State.BLOCKED})
ENDED = frozenset({State.FAILED, State.MISSED})


def compare(plan: Plan, known: Mapping[ReleaseKey, Known]) -> Changes:
    """Return the changes that, recorded, make the next comparison empty."""
    releases = keep_begun(plan.releases, known)
    items: list[Change] = []
    same = 0
    for release in releases:
        change = _one(release, known)
        if change is None:
            same += 1
        else:
            items.append(change)
    items += _gone(releases, plan.releases, known)
    contents = plan.contents if items else {}
    series = plan.title.series.id
    return Changes(series=series, items=items, contents=contents, same=same, plan=plan)


def _one(release: Release, known: Mapping[ReleaseKey, Known]) -> Change | None:
    was = known.get(release.key)
    if was is None:
        kind = Kind.BLOCKED if release.blocked else Kind.HELD if release.held else Kind.NEW
        return Change(kind, release)
    if was.state is State.LIVE and release.key.action == Action.PUBLISH:
        return _update(release, was, known)
    if was.state in SHOWN or was.state is State.WITHDRAWN:
        return None
    if was.state in ENDED:
        return _second_chance(release, was)
    return _waiting(release, was)


def _update(release: Release, was: Known, known: Mapping[ReleaseKey, Known]) -> Change | None:
    if was.content == release.content and was.terms == release.terms:
        return None
    part = f"{release.content[:8]}{abs(hash_of(release)):04x}"
    update = attrs.evolve(
        release,
        key=release.key._replace(action=Action.UPDATE, part=part),
        begin_at=release.at,
        held=None,
        give_up_at=release.closes_at,
    )
    if update.key in known:
        return None
    return Change(Kind.UPDATE, update, note=_difference(release, was))


def hash_of(release: Release) -> int:
    """Return a small number that tells terms apart, the same in every process."""
    text = str(release.terms.as_json())
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text)) % 0xFFFF


def _second_chance(release: Release, was: Known) -> Change | None:
    """A failed or missed release is tried again when what is asked for has changed."""
    if release.blocked or release.held or not _difference(release, was):
        return None
    moved = was.at != release.at
    return Change(Kind.MOVED if moved else Kind.CHANGED, release, was, _difference(release, was))


def _waiting(release: Release, was: Known) -> Change | None:
    difference = _difference(release, was)
    if release.blocked:
        again = was.state is State.BLOCKED and was.reasons == release.blocked and not difference
        return None if again else Change(Kind.BLOCKED, release, was, _say(release.blocked))
    if release.held is not None and was.waived_hold != release.held.code:
        again = was.state is State.HELD and not difference
        note = difference or release.held.text
        return None if again else Change(Kind.HELD, release, was, note)
    if was.state is State.BLOCKED or (was.state is State.HELD and not _held_by_person(was)):
        return Change(Kind.FREED, release, was, f"was {was.state}: {_say(was.reasons)}")
    if not difference:
        return None
    moved = was.at != release.at
    return Change(Kind.MOVED if moved else Kind.CHANGED, release, was, difference)


def _held_by_person(was: Known) -> bool:
    return any(reason.code == "held-by-person" for reason in was.reasons)


def _difference(release: Release, was: Known) -> str:
    """Say what differs, or nothing."""
    parts = []
    if was.at != release.at:
        parts.append(f"{was.at:%Y-%m-%d %H:%M} → {release.at:%Y-%m-%d %H:%M} UTC")
    if was.territories != str(release.territories):
        parts.append(f"{was.territories} → {release.territories}")
    if was.content != release.content:
        parts.append("other words, pictures or bytes")
    if was.terms != release.terms:
        parts.append("other terms")
    return "; ".join(parts)


def _say(reasons: Sequence[Reason]) -> str:
    return "; ".join(reason.text for reason in reasons)


def _gone(
    releases: Sequence[Release], asked: Sequence[Release], known: Mapping[ReleaseKey, Known]
) -> Iterator[Change]:
    """Yield what is known and not wanted; `asked` is the plan before it was fitted to that."""
    wanted = {release.key for release in releases}
    leaving = {(each.key.cut, each.key.channel) for each in known.values() if _is_leaving(each)}
    for key, was in sorted(known.items()):
        if key in wanted or key.action == Action.UPDATE or _by_person(key):
            continue
        if was.state in WAITING and not any(each.code == "not-in-calendar" for each in was.reasons):
            yield Change(Kind.GONE, None, was, "no calendar asks for it any more")
    where = _wanted_territories(asked)
    for was in known.values():
        unit = (was.key.cut, was.key.channel)
        if was.key.action == Action.PUBLISH and was.state in SHOWN and unit not in leaving:
            yield from _too_wide(was, where.get(unit, NOWHERE))


def _wanted_territories(releases: Sequence[Release]) -> dict[tuple[str, str], Territories]:
    found: dict[tuple[str, str], Territories] = {}
    for each in releases:
        if each.key.action in {Action.PUBLISH, Action.EXTEND}:
            unit = (each.key.cut, each.key.channel)
            found[unit] = found.get(unit, NOWHERE) | each.territories
    return found


def _too_wide(was: Known, wanted: Territories) -> Iterator[Change]:
    """Show what is out and in no calendar; only a person takes it off."""
    shown = Territories.parse((was.visible or was.territories).split())
    left = shown - wanted
    if not left:
        return
    some = "" if not wanted else "".join(f" --territory {code}" for code in left)
    note = f"it is {was.state} in {left}; to take it off: syndicate withdraw {was.key}{some}"
    yield Change(Kind.GONE, None, was, note, needs_person=True)


def _by_person(key: ReleaseKey) -> bool:
    """Return whether a release was ordered by a person, not by a calendar."""
    return key.action == Action.WITHDRAW and key.part.startswith("ordered")


def _is_leaving(each: Known) -> bool:
    return _by_person(each.key) and each.state is not State.FAILED
