"""The quick answer is the exact one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from syndicator.compliance.days import Days, day_after
from syndicator.model.moment import zone_of
from syndicator.model.territory import CODES

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
INSTANTS = st.datetimes(datetime(2024, 12, 30), datetime(2028, 1, 2), timezones=st.just(UTC))
PLACES = st.sampled_from(sorted(CODES))


def begun(day: date, at: datetime, territory: str) -> bool:
    return at.astimezone(ZoneInfo(zone_of(territory))).date() >= day


@given(day=DAYS, place=PLACES, hours=st.integers(-40, 40), minutes=st.integers(0, 59))
def test_a_day_begins_when_the_wall_clock_says_so(
    day: date, place: str, hours: int, minutes: int
) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    near = midnight + timedelta(hours=hours, minutes=minutes)
    assert Days([day], {}).has_begun(day, near, place) is begun(day, near, place)


@given(days=st.lists(DAYS, min_size=1, max_size=3), one=INSTANTS, other=INSTANTS, place=PLACES)
def test_instants_that_count_as_alike_are_alike_everywhere(
    days: list[date], one: datetime, other: datetime, place: str
) -> None:
    found = Days(days, {})
    if found.alike(one) == found.alike(other):
        assert [begun(day, one, place) for day in days] == [
            begun(day, other, place) for day in days
        ]  # fmt: skip


def test_instants_of_the_same_days_share_one_answer() -> None:
    found = Days([date(2026, 8, 2)], {})
    early, late = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6))
    assert found.alike(early) == found.alike(late)
    assert found.alike(late) != found.alike(late + timedelta(days=90))


def test_the_day_after_the_last_one_that_there_is() -> None:
    assert day_after(date(2026, 12, 31)) == date(2027, 1, 1)
    assert day_after(date.max) is None
    assert day_after(None) is None
