"""Plans against an oracle that shares nothing with planning, territory by territory and instant by
instant.

`RIGHTS_CASES=20000 pytest tests/planning/test_oracle.py` looks at more worlds than the suite does.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import attrs
from hypothesis import given, note, settings
from hypothesis import strategies as st

from syndicator.model.plan import Plan
from syndicator.model.release import Action, Release
from syndicator.planning.make import plan

from .oracle import Row, Shown
from .oracle_worlds import (
    CAN,
    ONE_BY_ONE,
    Chosen,
    World,
    given_away,
    licences,
    some_worlds,
)

CASES = settings(max_examples=int(os.environ.get("RIGHTS_CASES", "500")))
OPENS = {Action.PUBLISH, Action.EXTEND}
RIGHTS = {"no-rights", "exclusive"}
instants = st.lists(
    st.datetimes(min_value=datetime(2026, 2, 20), max_value=datetime(2026, 5, 1)).map(
        lambda each: each.replace(tzinfo=UTC)
    ),
    max_size=5,
)
Place = tuple[str, str, str]
"""(cut, channel, territory)."""


class Visible(NamedTuple):
    """Somewhere something is seen."""

    since: datetime
    until: datetime | None
    release: Release


def made_of(world: World) -> Plan:
    return plan(world.title(), world.sight())


def seen_in(world: World, release: Release) -> tuple[str, ...]:
    """Return where a release is seen: on some channels it is everywhere at once."""
    channel = release.key.channel
    if channel in ONE_BY_ONE:
        return tuple(release.territories)
    return tuple(dict.fromkeys((*release.territories, *world.chosen(channel).seen)))


def visible(world: World, made: Plan) -> dict[Place, Visible]:
    """Return what the plan makes visible, if all of it happens on time."""
    gone: dict[Place, list[datetime]] = defaultdict(list)
    for each in made.releases:
        key = each.key
        if key.action == Action.WITHDRAW and not each.blocked and CAN[key.channel].withdraws:
            for code in seen_in(world, each):
                gone[key.cut, key.channel, code].append(each.at)
    found: dict[Place, Visible] = {}
    for each in made.releases:
        if each.key.action in OPENS and not each.blocked:
            for code in seen_in(world, each):
                place = each.key.cut, each.key.channel, code
                assert place not in found, "it is opened twice"
                ends = [end for end in gone[place] if end >= each.at]
                found[place] = Visible(each.at, min(ends, default=None), each)
    return found


@CASES
@given(some_worlds(), instants)
def test_nothing_is_seen_where_and_when_it_is_not_allowed(world: World, also: list) -> None:
    oracle = world.oracle()
    for (cut, channel, code), (since, until, release) in visible(world, made_of(world)).items():
        what = world.shown(cut, channel)
        for moment in [since, *oracle.looks(code), *also]:
            if since <= moment and (until is None or moment < until):
                allowed = oracle.allows(what, code, moment)
                assert allowed, f"{release.key} is seen in {code} at {moment}"


# -- nothing is refused that is allowed --


class Expected:
    """What an oracle makes of a calendar, one territory at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._oracle = world.oracle()

    def opens(self, what: Shown, codes: tuple[str, ...], begin: datetime) -> datetime | None:
        """Return when something is seen that may begin at an instant; None is not at all."""
        if self._all(self._oracle.allows, what, codes, begin):
            return begin
        chosen = self._world.chosen(what.channel)
        if (chosen.respect or self._world.respect) != "move":
            return None
        moments = {bound for code in codes for bound in self._oracle.bounds(code)}
        for moment in [begin, *sorted(each for each in moments if each > begin)]:
            if not self._all(self._oracle.licenses, what, codes, moment):
                return None
            if self._all(self._oracle.allows, what, codes, moment):
                return moment
        return None

    def _all(self, says, what: Shown, codes: tuple[str, ...], moment: datetime) -> bool:
        return all(says(what, code, moment) for code in codes)

    def stays_allowed(self, what: Shown, code: str, since: datetime) -> bool:
        """Return whether something may be seen from an instant on for ever."""
        moments = [since, *(each for each in self._oracle.bounds(code) if each > since)]
        return all(self._oracle.allows(what, code, moment) for moment in moments)


def asked(world: World) -> dict[str, list[Release]]:
    """Return what the calendar asks for on each channel, rights aside, episodes in order."""
    free = plan(attrs.evolve(world.title(), avails=None), world.sight())
    found: dict[str, list[Release]] = defaultdict(list)
    for each in sorted(free.releases, key=lambda each: each.order):
        assert each.key.action in OPENS
        found[each.key.channel].append(each)
    return found


@CASES
@given(some_worlds())
def test_all_that_is_allowed_is_seen_and_at_the_first_instant(world: World) -> None:
    found = visible(world, made_of(world))
    expected = Expected(world)
    for channel, releases in asked(world).items():
        missing: set[str] = set()
        floors: dict[str, datetime] = {}
        for each in releases:
            groups = [(code,) for code in each.territories] if channel in ONE_BY_ONE else [
                tuple(each.territories)]  # fmt: skip
            for codes in groups:
                what = world.shown(each.key.cut, channel)
                places = [(each.key.cut, channel, code) for code in codes]
                if each.blocked or (each.order and missing & set(codes)):
                    opens = None
                else:
                    floor = max((floors.get(code, each.at) for code in codes), default=each.at)
                    opens = expected.opens(
                        what, codes, max(each.at, floor) if each.order else each.at
                    )
                if opens is not None and not CAN[channel].withdraws:
                    stays = all(expected.stays_allowed(what, code, opens) for code in codes)
                    opens = opens if stays else None
                note(f"{each.key} {codes} {opens}")
                for place in places:
                    assert (place in found) == (opens is not None), (place, opens, found.get(place))
                    assert opens is None or found[place].since == opens, place
                if each.order and opens is None:
                    missing.update(codes)
                elif each.order:
                    floors.update(dict.fromkeys(codes, opens))


@CASES
@given(some_worlds())
def test_what_is_blocked_for_rights_is_not_allowed_where_it_would_be_seen(world: World) -> None:
    oracle = world.oracle()
    for each in made_of(world).releases:
        if not {reason.code for reason in each.blocked} & RIGHTS:
            continue
        what = world.shown(each.key.cut, each.key.channel)
        answers = [oracle.allows(what, code, each.at) for code in each.territories]
        assert not (any if each.key.channel in ONE_BY_ONE else all)(answers), each


def test_an_episode_moved_farther_than_the_one_before_takes_the_next_with_it() -> None:
    first = Row(("US",), ("other",), end="2026-03-08", exclusive=True, episodes=(1,))
    second = first._replace(end="2026-03-15", episodes=(2,))
    world = World(
        drops=((("ep001", "ep002", "ep003"), datetime.fromisoformat("2026-03-01 20:00")),),
        dubbed=((), (), ()),
        rows=(Row(("WORLD",), ("*",)), first, second),
        channels=(Chosen("app", ("US", "DE")),),
        respect="move",
    )
    found = visible(world, made_of(world))
    opened = [found[f"ep{number:03}", "app", "US"].since for number in (1, 2, 3)]
    assert [f"{moment:%m-%d %H:%M}" for moment in opened] == [
        "03-08 05:00", "03-15 04:00", "03-15 04:00",
    ]  # fmt: skip


# -- order --


@CASES
@given(some_worlds())
def test_no_episode_overtakes_an_earlier_one(world: World) -> None:
    made = made_of(world)
    seen: dict[tuple[str, str], dict[int, datetime]] = defaultdict(dict)
    missing: dict[tuple[str, str], int] = {}
    for (_, channel, code), shown in visible(world, made).items():
        if shown.release.order:
            seen[channel, code][shown.release.order] = shown.since
    for each in made.releases:
        if each.key.action in OPENS and each.blocked and each.order:
            for code in each.territories:
                place = each.key.channel, code
                missing[place] = min(each.order, missing.get(place, each.order))
    for place, moments in seen.items():
        numbers = sorted(moments)
        in_order = [moments[number] for number in numbers]
        assert in_order == sorted(in_order), place
        assert numbers[-1] < missing.get(place, numbers[-1] + 1), place


# -- the same again --


def facts(made: Plan) -> list[tuple[object, ...]]:
    """Return all of a plan but the words of its reasons, which name one row of several."""
    return [
        (each.key, each.at, each.territories, each.give_up_at, each.closes_at, each.content,
         [reason.code for reason in each.blocked], [reason.code for reason in each.notes])
        for each in (*made.releases, *made.takedowns)
    ]  # fmt: skip


@CASES
@given(some_worlds(), st.randoms(use_true_random=False))
def test_neither_a_second_look_nor_the_order_of_rows_changes_a_plan(world: World, chance) -> None:
    made = made_of(world)
    assert made_of(world).releases == made.releases
    rows = list(world.rows or ())
    chance.shuffle(rows)
    assert facts(made_of(attrs.evolve(world, rows=tuple(rows)))) == facts(made)


# -- more rights, fewer rights --


def places(world: World) -> Iterator[tuple[Place, Visible]]:
    return iter(visible(world, made_of(world)).items())


@CASES
@given(some_worlds(), licences)
def test_a_further_licence_takes_nothing_away(world: World, row: Row) -> None:
    row = row._replace(exclusive=False)
    before, after = dict(places(world)), dict(places(with_row(world, row)))
    for place, was in before.items():
        assert place in after, place
        assert after[place].since <= was.since
        assert was.until is not None or after[place].until is None


@CASES
@given(some_worlds(), given_away)
def test_what_is_given_to_somebody_else_alone_adds_nothing(world: World, row: Row) -> None:
    row = row._replace(channels=("other",))
    before, after = dict(places(world)), dict(places(with_row(world, row)))
    for place, now in after.items():
        behind = any(each.code == "moved" for each in now.release.notes)
        was = before.get(place)
        assert behind or was is not None, place
        if was is not None:
            assert now.since >= was.since or behind, place


def with_row(world: World, row: Row) -> World:
    return attrs.evolve(world, rows=(*(world.rows or ()), row))
