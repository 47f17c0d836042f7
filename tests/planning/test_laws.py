"""What holds for every plan, whatever was written."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.plan import Plan, Sight, Title
from syndicator.model.problem import Place
from syndicator.model.release import Action, Reason, Release
from syndicator.model.rights import Avail
from syndicator.model.seam import Policy
from syndicator.model.window import Window
from syndicator.planning.changes import compare
from syndicator.planning.make import plan

from .titles import CODES, Sketch, drop, sight, sketches, some_titles, title

OPENS = {Action.PUBLISH, Action.EXTEND}


def allowed(title: Title) -> list[Release]:
    made = plan(title, sight())
    return [each for each in made.releases if not each.blocked and each.key.action in OPENS]


@given(some_titles())
def test_planning_twice_gives_the_same(title: Title) -> None:
    assert plan(title, sight()).releases == plan(title, sight()).releases


@given(some_titles(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_written_does_not_matter(title: Title, chance) -> None:
    calendar = title.calendars[0]
    drops, channels, cuts = list(calendar.drops), list(calendar.channels), list(title.cuts)
    for each in (drops, channels, cuts):
        chance.shuffle(each)
    shuffled = attrs.evolve(calendar, drops=tuple(drops), channels=tuple(channels))
    other = attrs.evolve(title, cuts=cuts, calendars=[shuffled])
    assert plan(other, sight()).releases == plan(title, sight()).releases


@given(some_titles())
def test_a_later_episode_is_never_visible_before_an_earlier_one(title: Title) -> None:
    visible: dict[tuple[str, str], dict[int, datetime]] = defaultdict(dict)
    for each in allowed(title):
        for code in each.territories:
            visible[each.key.channel, code][each.order] = each.at
    for moments in visible.values():
        in_order = [moments[number] for number in sorted(moments)]
        assert in_order == sorted(in_order)


@given(some_titles())
def test_every_release_belongs_to_exactly_one_calendar_line(title: Title) -> None:
    lines = {drop.place for drop in title.calendars[0].drops}
    made = plan(title, sight())
    assert all(each.line in lines for each in made.releases)
    assert max(Counter(each.key for each in made.releases).values(), default=1) == 1


@given(some_titles())
def test_the_instants_of_a_wave_in_one_zone_are_equal(title: Title) -> None:
    moments: dict[tuple[str, str, str, str], set[datetime]] = defaultdict(set)
    for each in plan(title, sight()).releases:
        if each.key.action in OPENS and each.key.channel == "app":
            for code in each.territories:
                moments[each.key.cut, each.key.channel, each.key.wave, code].add(each.at)
    assert all(len(each) == 1 for each in moments.values())


@given(some_titles())
def test_nothing_is_visible_outside_its_rights(title: Title) -> None:
    """An oracle that looks instant by instant, territory by territory."""
    made = plan(title, sight())
    gone: dict[tuple[str, str, str], datetime] = {}
    for each in made.releases:
        if each.key.action == Action.WITHDRAW:
            for code in each.territories:
                gone[each.key.cut, each.key.channel, code] = each.at
    for each in allowed(title):
        for code in each.territories:
            end = gone.get((each.key.cut, each.key.channel, code))
            for moment in looks(each.at, end, title.avails):
                assert licensed(title.avails, code, each.key.channel, moment), (each.key, moment)


def looks(start: datetime, end: datetime | None, avails: list[Avail] | None) -> list[datetime]:
    """Return the instants at which rights can change while something is visible."""
    edges = [
        edge
        for each in avails or ()
        for edge in (each.window.opens, each.window.closes)
        if edge is not None and not each.exclusive
    ]
    moments = [
        start,
        *(edge + step for edge in edges for step in (-timedelta(seconds=1), timedelta())),
    ]
    return [each for each in moments if each >= start and (end is None or each < end)]


def licensed(avails: list[Avail] | None, code: str, channel: str, moment: datetime) -> bool:
    if avails is None:
        return True
    return any(
        each.covers_channel(channel) and code in each.territories and moment in each.window
        for each in avails
    )


@given(some_titles())
def test_what_is_exclusive_to_others_is_not_opened_meanwhile(title: Title) -> None:
    for each in allowed(title):
        for avail in title.avails or ():
            if avail.exclusive and not avail.covers_channel(each.key.channel):
                assert not (avail.territories & each.territories and each.at in avail.window)


@given(some_titles())
def test_a_cut_is_published_once_on_each_channel(title: Title) -> None:
    made = plan(title, sight())
    publishes = Counter(
        (each.key.cut, each.key.channel) for each in made.releases if each.key.action == "publish"
    )
    assert all(number == 1 for number in publishes.values())


@given(some_titles())
def test_compared_with_nothing_everything_is_new(title: Title) -> None:
    made = plan(title, sight())
    changes = compare(made, {})
    assert [each.release for each in changes.items] == list(made.releases)
    assert changes.same == 0


@given(sketches)
def test_where_an_episode_is_missing_no_later_one_is_shown(sketch: Sketch) -> None:
    releases = [each for each in plan(sketch.title(), sight()).releases if each.key.action in OPENS]
    missing: dict[tuple[str, str], int] = {}
    for each in sorted(releases, key=lambda each: each.order):
        for code in each.territories:
            place = each.key.channel, code
            if each.blocked:
                missing.setdefault(place, each.order)
            else:
                assert missing.get(place, each.order) >= each.order, each.key


@given(sketches)
def test_a_territory_belongs_to_one_release_of_a_cut_on_a_channel(sketch: Sketch) -> None:
    releases = [each for each in plan(sketch.title(), sight()).releases if each.key.action in OPENS]
    opened = Counter(
        (each.key.cut, each.key.channel, code) for each in releases for code in each.territories
    )
    assert max(opened.values(), default=1) == 1


@given(sketches)
def test_a_channel_that_shows_everywhere_at_once_is_allowed_everywhere_or_not_at_all(
    sketch: Sketch,
) -> None:
    written = sketch.title()
    for each in allowed(written):
        if each.key.channel == "tube":
            assert set(each.territories) == set(CODES)
            assert all(licensed(written.avails, code, "tube", each.at) for code in CODES)


@given(sketches)
def test_while_others_have_it_alone_it_is_not_shown(sketch: Sketch) -> None:
    written = sketch.title()
    made = plan(written, sight())
    ends = {
        (each.key.cut, each.key.channel, code): each.at
        for each in made.releases
        if each.key.action == Action.WITHDRAW
        for code in each.territories
    }
    for each in allowed(written):
        for row in written.avails or ():
            if not row.exclusive or row.covers_channel(each.key.channel):
                continue
            for code in row.territories & each.territories:
                end = ends.get((each.key.cut, each.key.channel, code))
                shown = Window(each.at, end)
                assert not shown & row.window_in(code), (each.key, code)


@given(sketches, sketches)
def test_the_order_of_calendars_does_not_matter(one: Sketch, other: Sketch) -> None:
    first, second = one.title(), other.title()
    renamed = attrs.evolve(second.calendars[0], place=Place("calendars/z.yaml", 1))
    both = [first.calendars[0], renamed]
    found = [
        plan(attrs.evolve(first, calendars=calendars), sight()) for calendars in (both, both[::-1])
    ]
    assert found[0].releases == found[1].releases
    assert found[0].problems == found[1].problems
    publishes = Counter(each.key[:3] for each in found[0].releases if each.key.action == "publish")
    assert max(publishes.values(), default=1) == 1


def not_episode_two(made: Plan, sight: Sight) -> list[tuple[Release, Reason]]:
    reason = Reason("not-today", "it is too good")
    publishes = [each for each in made.releases if each.key.action == Action.PUBLISH]
    return [(each, reason) for each in publishes if each.key.cut == "ep002"]


def test_what_a_policy_blocks_keeps_its_extensions_and_later_episodes_waiting() -> None:
    written = title(drop([1, 2, 3], "2026-03-02 20:00"), zone="territory")
    made = plan(written, sight(), [Policy(id="mine", judge=not_episode_two)])
    why = {each.key.cut: {reason.code for reason in each.blocked} for each in made.releases
           if each.key.action == Action.EXTEND}  # fmt: skip
    assert why == {"ep001": set(), "ep002": {"waits-for-earlier"}, "ep003": {"waits-for-earlier"}}
    assert {each.key.cut for each in made.releases if not each.blocked} == {"ep001"}
