"""A plan against what the ledger knows: what is new, moved, changed, blocked, gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import count

import attrs

from syndicator.model.plan import Change, Changes, Kind, Known, Plan
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories
from syndicator.planning.begun import (
    ENDED,
    NOT_NOW,
    ON_ITS_WAY,
    OPENS,
    OUT,
    PERSON,
    SHOWN,
    Unit,
    bounded,
    is_held_by_person,
    keep_begun,
    parse,
    publish_what_is_left,
    publishes_begun,
    unit_of,
)
from syndicator.planning.takedowns import licensed_territories, refusal, takedowns

WAITING = frozenset({State.PLANNED, State.STAGED, State.STAGING, State.HELD, State.BLOCKED})
DONE = frozenset({State.LIVE, State.WITHDRAWN})


def compare(plan: Plan, known: Mapping[ReleaseKey, Known], now: datetime | None = None) -> Changes:
    """Return the changes that, recorded, make the next comparison empty.

    Args:
        plan: what is asked for.
        known: what the ledger knows of the series.
        now: tells what was moved behind somebody else's window and is out already, while that
            window lasts; None tells nothing of it. No change that is recorded depends on it.
    """
    begun = publishes_begun(known)
    missed = _missed(plan.releases, known, begun)
    asked = publish_what_is_left(plan.releases, known, missed)
    # Its bytes may lie there, but what was missed keeps no key from what goes out instead.
    begun = {unit: publish for unit, publish in begun.items() if unit not in missed}
    releases = keep_begun(asked, known, begun) + takedowns(plan, known, begun)
    items: list[Change] = []
    wanted: set[ReleaseKey] = set()
    same = 0
    for release in releases:
        wanted.add(release.key)
        change, update = _one(release, known)
        if update is not None:
            wanted.add(update)
        if change is None:
            same += 1
        else:
            items.append(change)
    items += _gone(wanted, known)
    items += _left_out(_now(plan.releases, now), known, begun)
    contents = plan.contents if items else {}
    series = plan.title.series.id
    return Changes(series=series, items=items, contents=contents, same=same, plan=plan)


def _missed(
    releases: Sequence[Release], known: Mapping[ReleaseKey, Known], begun: Mapping[Unit, Known]
) -> set[Unit]:
    """Return what was missed and stays so: no edit asks for another time, and nothing is out."""
    found = set()
    for each in releases:
        was = known.get(each.key)
        if was is not None and was.state is State.MISSED and each.key.action == Action.PUBLISH:
            out = begun.get(unit_of(each.key))
            if (out is None or out.state not in OUT) and not _difference(each, was):
                found.add(unit_of(each.key))
    return found


def _one(
    release: Release, known: Mapping[ReleaseKey, Known]
) -> tuple[Change | None, ReleaseKey | None]:
    """Return what is to be recorded of a release, and the key of the update that it needs."""
    was = known.get(release.key)
    if was is None:
        kind = Kind.BLOCKED if release.blocked else Kind.HELD if release.held else Kind.NEW
        return Change(kind, release), None
    if was.state is State.LIVE and release.key.action == Action.PUBLISH:
        update = _update(release, was, known)
        if update is None:
            return None, None
        pending = known.get(update.key)
        if pending is None:
            return Change(Kind.UPDATE, update, note=_words(update, was)), update.key
        return _again(update, pending), update.key
    return _again(release, was), None


def _again(release: Release, was: Known) -> Change | None:
    if was.state in ON_ITS_WAY and release.key.action in OPENS:
        return _bounded(bounded(release, was), was)
    if was.state in SHOWN or was.state is State.WITHDRAWN:
        return None
    if was.state in ENDED:
        return _second_chance(release, was)
    return _waiting(release, was)


def _bounded(release: Release, was: Known) -> Change | None:
    if (release.give_up_at, release.closes_at) == (was.give_up_at, was.closes_at):
        return None
    note = f"rights end {_day(was.closes_at)} → {_day(release.closes_at)}"
    if release.give_up_at == NOT_NOW:
        note = "not to be begun again as it is"
    return Change(Kind.BOUNDED, release, was, note)


def _update(release: Release, was: Known, known: Mapping[ReleaseKey, Known]) -> Release | None:
    """Return the update that brings what is live to what is asked for; None where it is that."""
    if was.content == release.content and was.terms == release.terms:
        return None
    name = f"{release.content[:8]}{_digest(release)}"
    parts = (name if number == 1 else f"{name}.{number}" for number in count(1))
    keys = (release.key._replace(action=Action.UPDATE, part=part) for part in parts)
    # What it was once may be asked for again: that is another update than the one that is done.
    key = next(key for key in keys if key not in known or known[key].state not in DONE)
    return attrs.evolve(
        release, key=key, at=was.at, territories=parse(was.territories), begin_at=was.at,
        held=None, give_up_at=release.closes_at,
    )  # fmt: skip


def _digest(release: Release) -> str:
    return blake2b(str(release.terms.as_json()).encode(), digest_size=4).hexdigest()


def _second_chance(release: Release, was: Known) -> Change | None:
    """A failed or missed release is tried again when what is asked for has changed."""
    held = release.held is not None and _holds(release.held, was)
    if release.blocked or held or not _difference(release, was):
        return None
    moved = was.at != release.at
    return Change(Kind.MOVED if moved else Kind.CHANGED, release, was, _difference(release, was))


def _waiting(release: Release, was: Known) -> Change | None:
    release = _with_hold_of_person(release, was)
    difference = _difference(release, was)
    if release.blocked:
        again = was.state is State.BLOCKED and was.reasons == release.blocked and not difference
        return None if again else Change(Kind.BLOCKED, release, was, _say(release.blocked))
    if release.held is not None and _holds(release.held, was):
        again = was.state is State.HELD and not difference
        note = difference or release.held.text
        return None if again else Change(Kind.HELD, release, was, note)
    if was.state is State.BLOCKED or (was.state is State.HELD and not is_held_by_person(was)):
        return Change(Kind.FREED, release, was, f"was {was.state}: {_say(was.reasons)}")
    if not difference:
        return None
    moved = was.at != release.at
    return Change(Kind.MOVED if moved else Kind.CHANGED, release, was, difference)


def _holds(reason: Reason, was: Known) -> bool:
    return reason.code == PERSON or reason.code != was.waived_hold


def _with_hold_of_person(release: Release, was: Known) -> Release:
    """Return a release that a person keeps back with that reason: only a person takes it away."""
    hold = next((each for each in was.reasons if each.code == PERSON), None)
    if hold is None:
        return release
    if release.blocked:
        return attrs.evolve(release, blocked=(*release.blocked, hold), held=None)
    if was.state is State.HELD:
        return attrs.evolve(release, held=None)
    return attrs.evolve(release, held=hold)


def _difference(release: Release, was: Known) -> str:
    """Say what differs, or nothing."""
    parts = []
    if was.at != release.at:
        parts.append(f"{was.at:%Y-%m-%d %H:%M} → {release.at:%Y-%m-%d %H:%M} UTC")
    if was.territories != str(release.territories):
        parts.append(f"{was.territories} → {release.territories}")
    if words := _words(release, was):
        parts.append(words)
    if was.closes_at != release.closes_at:
        parts.append(f"rights end {_day(was.closes_at)} → {_day(release.closes_at)}")
    elif was.give_up_at != release.give_up_at:
        parts.append(f"wanted until {_day(was.give_up_at)} → {_day(release.give_up_at)}")
    if was.notes != release.notes:
        parts.append(_say(release.notes) or "nothing is waived any more")
    return "; ".join(parts)


def _words(release: Release, was: Known) -> str:
    """Say what differs of what is shown."""
    content = "other words, pictures or bytes" if was.content != release.content else ""
    return "; ".join(filter(None, (content, "other terms" if was.terms != release.terms else "")))


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def _say(reasons: Sequence[Reason]) -> str:
    return "; ".join(reason.text for reason in reasons)


def _gone(wanted: set[ReleaseKey], known: Mapping[ReleaseKey, Known]) -> Iterator[Change]:
    """Yield what waits, failed or was missed and is not wanted any more."""
    units = {unit_of(key) for key in wanted if key.action in OPENS}
    for key, was in sorted(known.items()):
        if key in wanted or _by_person(key) or (key.cut, key.stands_in_for) in units:
            continue
        if was.state in ON_ITS_WAY and key.action in OPENS and was.give_up_at != NOT_NOW:
            yield Change(Kind.BOUNDED, None, was, "no calendar asks for it any more")
        if was.state in WAITING | ENDED and not any(
            each.code == "not-in-calendar" for each in was.reasons
        ):
            yield Change(Kind.GONE, None, was, "no calendar asks for it any more")


def _now(releases: Sequence[Release], now: datetime | None) -> list[Release]:
    """Return releases, those that were moved beyond an instant as refused until then."""
    return [
        attrs.evolve(each, blocked=(Reason("exclusive", note.text),))
        if now is not None and each.at > now and (note := _moved(each)) and not each.blocked
        else each
        for each in releases
    ]


def _moved(release: Release) -> Reason | None:
    return next((note for note in release.notes if note.code == "moved"), None)


def _left_out(
    asked: Sequence[Release], known: Mapping[ReleaseKey, Known], begun: Mapping[Unit, Known]
) -> Iterator[Change]:
    """Show what is out where it is not asked for or not licensed; only a person takes it off."""
    leaving = {unit_of(each.key) for each in known.values() if _is_leaving(each)}
    where = licensed_territories(asked)
    refused = {unit_of(each.key): each for each in asked if refusal(each)}
    for unit, was in sorted(begun.items()):
        if was.state not in SHOWN or unit in leaving:
            continue
        wanted = where.get(unit, NOWHERE)
        left = parse(was.visible or was.territories) - wanted
        if left:
            yield Change(Kind.GONE, None, was, _note(was, left, wanted, refused.get(unit)), True)


def _note(was: Known, left: Territories, wanted: Territories, refused: Release | None) -> str:
    reason = refusal(refused) if refused and refused.territories & left else None
    why = f" and should not be: {reason.text}" if reason else ""
    some = "" if not wanted else "".join(f" --territory {code}" for code in left)
    return f"it is {was.state} in {left}{why}; to take it off: syndicate withdraw {was.key}{some}"


def _by_person(key: ReleaseKey) -> bool:
    """Return whether a release was ordered by a person, not by a calendar."""
    return key.action == Action.WITHDRAW and key.part.startswith("ordered")


def _is_leaving(each: Known) -> bool:
    return _by_person(each.key) and each.state not in {State.FAILED, State.WITHDRAWN}
