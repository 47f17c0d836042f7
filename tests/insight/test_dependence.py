"""What would be lost with a platform, counted again one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given

from syndicator.insight.balance import Live, releases_over_time, spans
from syndicator.insight.dependence import loss, only_on
from syndicator.model.event import Event
from syndicator.model.release import ReleaseKey
from syndicator.model.state import Happened, State

from .test_concentration import live

PLATFORMS = {"p": "P", "q": "P", "r": "R"}


@given(live)
def test_a_loss_is_what_nobody_else_shows(found: list) -> None:
    rows = [Live(*each) for each in found]
    for platform in ("P", "R"):
        made = loss(platform, rows, PLATFORMS)
        left = [each for each in rows if PLATFORMS[each.channel] != platform]
        gone = {each.series for each in rows} - {each.series for each in left}
        assert set(made.gone) == gone
        assert made.releases == len(rows) - len(left)
        seen = {code for each in left for code in each.territories}
        assert set(made.territories) == {code for row in rows for code in row.territories} - seen
        for title in made.titles:
            others = {each.cut for each in left if each.series == title.series}
            assert set(title.only_there) == set(title.cuts) - others
        assert gone == {series for series, name in only_on(rows, PLATFORMS).items()
                        if name == platform}  # fmt: skip


def event(number: int, cut: str, day: date, state: State, action: str = "publish") -> Event:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Event(number=number, key=ReleaseKey("s", cut, "r", "all", action), at=at,
                 happened=Happened.SEEN_LIVE, state=state, actor="test")  # fmt: skip


def test_releases_over_time_are_a_stock_and_not_a_flow() -> None:
    day = date(2026, 6, 1)  # a Monday
    week = timedelta(days=7)
    events = [
        event(1, "ep1", day, State.PLANNED),
        event(2, "ep1", day + timedelta(days=1), State.LIVE),
        event(3, "ep2", day + week, State.LIVE),
        event(4, "ep2", day + week, State.LIVE, "extend"),
        event(5, "ep1", day + 2 * week, State.WITHDRAWN),
    ]
    now = datetime(2026, 6, 24, tzinfo=UTC)
    found = releases_over_time(events, PLATFORMS, "week", now=now)
    assert [(begin.isoformat(), each.total) for begin, each in found] == [
        ("2026-06-01", 1), ("2026-06-08", 2), ("2026-06-15", 1), ("2026-06-22", 1)]  # fmt: skip
    later = releases_over_time(events, PLATFORMS, "week", now=now, since=date(2026, 6, 17))
    assert [begin.isoformat() for begin, _ in later] == ["2026-06-15", "2026-06-22"]
    assert releases_over_time([], PLATFORMS, "week", now=now) == []


def test_months_are_whole_and_follow_each_other() -> None:
    found = list(spans(date(2026, 11, 17), date(2027, 2, 3), "month"))
    assert [each.since.isoformat() for each in found if each.since] == [
        "2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"]  # fmt: skip
    assert all(one.until == two.since for one, two in pairwise(found))
