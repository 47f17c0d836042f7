"""The words: time, territories, windows, money, states."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.moment import instant, parse_duration, spell_duration
from syndicator.model.money import Money
from syndicator.model.release import ReleaseKey
from syndicator.model.state import (
    FINAL,
    TRANSITIONS,
    Happened,
    Impossible,
    State,
    advance,
    replay,
)
from syndicator.model.territory import CODES, Territories, UnknownTerritory
from syndicator.model.window import Window
from syndicator.model.zones import ZONE_BY_TERRITORY

zones = st.sampled_from(sorted(set(ZONE_BY_TERRITORY.values())))
walls = st.datetimes(datetime(2020, 1, 1), datetime(2032, 1, 1)).map(
    lambda m: m.replace(microsecond=0)
)
sets = st.frozensets(st.sampled_from(sorted(CODES)), max_size=249).map(Territories)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(
    lambda m: m.replace(tzinfo=UTC)
)


def test_a_skipped_hour_is_the_first_instant_after_it() -> None:
    assert instant(datetime(2026, 3, 8, 2, 30), "America/New_York") == datetime(
        2026, 3, 8, 7, tzinfo=UTC
    )


def test_an_hour_that_comes_twice_is_the_first() -> None:
    assert instant(datetime(2026, 11, 1, 1, 30), "America/New_York") == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


def test_a_day_that_an_island_skipped_is_the_next() -> None:
    assert instant(datetime(2011, 12, 30, 12), "Pacific/Apia") == datetime(
        2011, 12, 30, 10, tzinfo=UTC
    )


@given(walls, zones)
def test_a_wall_time_that_exists_is_read_back_and_one_that_does_not_is_the_next(
    wall: datetime, zone: str
) -> None:
    found = instant(wall, zone)
    back = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert back >= wall
    before = (found - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert before < wall or back == wall


@given(walls, walls, zones)
def test_later_on_the_wall_is_never_earlier(one: datetime, other: datetime, zone: str) -> None:
    first, second = sorted((one, other))
    assert instant(first, zone) <= instant(second, zone)


DURATIONS = [
    ("7d", timedelta(days=7)), ("+2h", timedelta(hours=2)), ("-30m", -timedelta(minutes=30)),
    ("1d12h", timedelta(days=1.5)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), DURATIONS)
def test_durations_are_read_and_spelled(text: str, value: timedelta) -> None:
    assert parse_duration(text) == value
    assert parse_duration(spell_duration(value)) == value


@pytest.mark.parametrize("text", ["", "7", "d", "7 days", "1h-2m", "soon"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


@given(sets)
def test_territories_are_spelled_so_that_they_are_read_back(found: Territories) -> None:
    assert Territories.parse(str(found).split()) == found


@given(sets, sets)
def test_territories_are_a_set_algebra(one: Territories, other: Territories) -> None:
    assert (one & other) <= one <= (one | other)
    assert (one - other) | (one & other) == one
    assert not (one - other) & other


def test_world_except_is_world_without() -> None:
    assert Territories.parse(["WORLD", "-CN"]) == Territories.parse(["-CN"])
    assert "CN" not in Territories.parse(["WORLD", "-CN"])
    with pytest.raises(UnknownTerritory, match="'UK'"):
        Territories.parse(["UK"])


@given(st.tuples(moments, moments), st.tuples(moments, moments), moments)
def test_a_moment_is_in_both_windows_or_not_in_their_common_part(one, other, moment) -> None:
    first, second = Window(*one), Window(*other)
    assert (moment in (first & second)) == (moment in first and moment in second)


def test_money_knows_its_minor_units_and_never_mixes() -> None:
    assert Money.parse("0.99", "USD") == Money(99, "USD")
    assert Money.parse("120", "JPY") == Money(120, "JPY")
    assert Money.parse("1.234", "KWD") == Money(1234, "KWD")
    with pytest.raises(ValueError, match="finer than"):
        Money.parse("0.999", "USD")
    with pytest.raises(ValueError, match="do not add up"):
        Money(1, "USD") + Money(1, "EUR")


def test_a_key_is_a_path_there_and_back() -> None:
    for text in ("s/ep001/app/a/publish", "s/ep001/app/a/extend/UTC-03:00"):
        assert str(ReleaseKey.parse(text)) == text
    with pytest.raises(ValueError, match="no release"):
        ReleaseKey.parse("s/ep001")


@pytest.mark.parametrize("state", [each for each in State if each not in FINAL])
def test_every_state_that_is_not_final_has_a_way_out(state: State) -> None:
    assert any(after is not state for after in TRANSITIONS[state].values())


def test_unknown_is_left_only_by_evidence_or_a_person() -> None:
    ways = {
        happened for happened, after in TRANSITIONS[State.UNKNOWN].items() if after != State.UNKNOWN
    }
    assert ways == {Happened.SEEN_LIVE, Happened.SEEN_ABSENT, Happened.SEEN_GONE, Happened.REFUSED,
                    Happened.DECLARED_LIVE, Happened.DECLARED_ABSENT}  # fmt: skip


@given(st.lists(st.sampled_from(list(Happened)), max_size=40))
def test_nothing_becomes_live_twice_without_having_been_gone(history: list[Happened]) -> None:
    state: State | None = None
    was_live = False
    for happened in history:
        try:
            state = advance(state, happened)
        except Impossible:
            continue
        if happened in {Happened.SEEN_LIVE, Happened.DECLARED_LIVE}:
            assert not was_live
            was_live = True
        was_live = was_live and state is State.LIVE


def test_an_impossible_step_changes_nothing_and_says_which() -> None:
    with pytest.raises(Impossible, match="a release that is live cannot be stage_began"):
        advance(State.LIVE, Happened.STAGE_BEGAN)
    assert replay([Happened.PLANNED, Happened.OPEN_BEGAN, Happened.SEEN_LIVE]) is State.LIVE
