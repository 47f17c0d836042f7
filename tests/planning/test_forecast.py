"""Which releases come late, said today: the pure model of daily allowances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from syndicator.model.allowance import span
from syndicator.model.capabilities import Quota
from syndicator.model.release import ReleaseKey
from syndicator.planning.forecast import Cost, Purse, forecast

DAY = timedelta(days=1)
PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
UPLOADS = Purse(
    "YouTube/main", Quota(name="uploads", amount=3, per=DAY, zone="America/Los_Angeles")
)
UNITS = Purse("YouTube/main", Quota(name="units", amount=10, per=DAY, zone="UTC"))


def cost(number: int, at: datetime, units: dict[Purse, int], ahead: timedelta = DAY) -> Cost:
    key = ReleaseKey("lantern", f"ep{number:03d}", "youtube", "pilot", "publish")
    return Cost(key=key, at=at, begin_at=at - ahead, units=units)


def test_what_fits_is_not_spoken_of() -> None:
    at = NOW + 2 * DAY
    assert forecast([cost(n, at, {UPLOADS: 1}) for n in range(3)], {}, NOW) == []


def test_what_does_not_fit_comes_at_the_next_midnight_there() -> None:
    at = NOW + timedelta(hours=1)
    late = forecast([cost(n, at, {UPLOADS: 1}) for n in range(5)], {}, NOW)
    assert [each.key.cut for each in late] == ["ep003", "ep004"]
    local = late[0].ready_at.astimezone(PACIFIC)
    assert (local.hour, local.minute) == (0, 0)
    assert local.date() == NOW.astimezone(PACIFIC).date() + DAY


def test_staging_ahead_uses_the_day_before() -> None:
    at = NOW + 2 * DAY
    costs = [cost(n, at, {UPLOADS: 1}, ahead=2 * DAY) for n in range(9)]
    assert forecast(costs, {}, NOW) == []
    assert len(forecast([*costs, cost(9, at, {UPLOADS: 1})], {}, NOW)) == 1


def test_what_was_spent_today_counts() -> None:
    began = span(UPLOADS.quota, NOW)[0]
    costs = [cost(1, NOW + timedelta(hours=1), {UPLOADS: 1})]
    assert len(forecast(costs, {(UPLOADS, began): 3}, NOW)) == 1
    assert forecast(costs, {(UPLOADS, began): 2}, NOW) == []


def test_each_allowance_must_have_enough_on_the_same_day() -> None:
    at = NOW + timedelta(hours=1)
    costs = [cost(n, at, {UPLOADS: 1, UNITS: 6}) for n in range(2)]
    (late,) = forecast(costs, {}, NOW)
    assert late.purse == UNITS


def test_what_costs_more_than_a_day_has_never_comes() -> None:
    (late,) = forecast([cost(1, NOW + DAY, {UNITS: 11})], {}, NOW)
    assert late.ready_at is None
    assert late.as_json()["ready"] is None


@given(
    st.lists(
        st.tuples(st.integers(0, 240), st.integers(1, 3), st.integers(0, 10), st.integers(0, 72)),
        max_size=40,
    )
)
def test_no_day_is_ever_overspent_and_nobody_waits_without_need(jobs) -> None:
    costs = [
        cost(n, NOW + timedelta(hours=hours), {UPLOADS: uploads, UNITS: units},
             timedelta(hours=ahead))
        for n, (hours, uploads, units, ahead) in enumerate(jobs)
    ]  # fmt: skip
    late = {each.key: each for each in forecast(costs, {}, NOW)}
    used: dict[tuple[Purse, datetime], int] = {}
    for each in sorted(costs, key=lambda x: (max(x.begin_at, NOW), x.at, x.key)):
        moment = max(each.begin_at, NOW)
        while any(
            used.get((p, span(p.quota, moment)[0]), 0) + units > p.quota.amount
            for p, units in each.units.items()
        ):
            moment += timedelta(hours=1)
        for p, units in each.units.items():
            slot = (p, span(p.quota, moment)[0])
            used[slot] = used.get(slot, 0) + units
        moment = moment.replace(minute=0)
        assert (each.key in late) == (moment > max(each.at, NOW))
    assert all(units <= p.quota.amount for (p, _), units in used.items())
