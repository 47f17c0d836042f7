"""Too many look-alikes in one feed on one day."""

from __future__ import annotations

from datetime import date

import pytest

from syndicator.compliance.homogeneity import likeness, measure

from .conftest import CALENDAR, Hear

QUIET = '[policies.ratings]\nseverity = "off"\n'
TIGHT = f"{QUIET}[policies.homogeneity]\nlimit = 1\n"
ONE_A_DAY = CALENDAR.replace(
    "  - {episodes: 1-2, at: 2026-12-01 20:00}",
    "  - {episodes: 1, at: 2026-12-01 20:00}\n  - {episodes: 2, at: 2026-12-02 20:00}",
)


def test_the_default_is_wide(hear: Hear) -> None:
    assert hear(config=QUIET).said == []


def test_one_too_many_is_said_of_feeds_and_not_of_a_catalogue(hear: Hear) -> None:
    assert hear(config=TIGHT).said == [
        f"homogeneity: ep002 on {channel}: 2 releases on 2026-12-01 on {channel} look alike; "
        "the limit is 1"
        for channel in ("tube-br", "tube-cn")
    ]


def test_another_day_is_another_feed(hear: Hear) -> None:
    assert hear(config=TIGHT, calendar=ONE_A_DAY).said == []


def test_the_day_is_that_of_the_feeds_territory(hear: Hear) -> None:
    """23:30 and 01:30 UTC are one evening in São Paulo, and two days where a feed has several."""
    calendar = (
        "series: s\ntime_zone: UTC\ndrops:\n"
        "  - {episodes: 1, at: 2026-12-01 23:30}\n  - {episodes: 2, at: 2026-12-02 01:30}\n"
        "channels:\n"
    )
    said = hear(config=TIGHT, calendar=calendar).said
    assert [each.split(" on ")[1].partition(":")[0] for each in said] == ["tube-br"]


def test_what_others_have_in_the_feed_counts_where_it_looks_alike(hear: Hear) -> None:
    day = ("tube-br", date(2026, 12, 1))
    config = f"{QUIET}[policies.homogeneity]\nlimit = 4\n"
    alike = {day: {("other", "A Series 2"): 3, ("third", "Werewolves of the Office"): 9}}
    (said,) = hear(config=config, feed=alike).said
    assert said == (
        "homogeneity: ep002 on tube-br: 5 releases on 2026-12-01 on tube-br look alike, "
        "3 of them of other series; the limit is 4"
    )
    own = {day: {("s", "A Series"): 9}}
    assert hear(config=config, feed=own).said == []


def test_channels_can_be_named(hear: Hear) -> None:
    said = hear(config=f'{TIGHT}channels = ["app"]\n').said
    assert [each.split(" on ")[1].partition(":")[0] for each in said] == ["app"]
    (fault,) = hear(config=f'{TIGHT}channels = ["ap"]\n').faults
    assert (fault.code, fault.hint) == ("unknown-channel", "did you mean app?")


def test_where_it_blocks_the_first_of_them_go_out(hear: Hear) -> None:
    heard = hear(config=f'{TIGHT}severity = "block"\n')
    assert set(heard.blocked) == {"ep002/tube-br", "ep002/tube-cn"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("The Thirsty 30", "The Thirsty 31", True),
        ("The Thirsty 30 (Ep. 12)", "the thirsty: ep 9", True),
        ("The Thirsty 30", "The Hungry 30", False),
        ("24", "24", True),
        ("24", "25", False),
    ],
)
def test_numbers_marks_and_case_make_no_difference(one: str, other: str, alike: bool) -> None:
    assert (likeness(measure(one), measure(other)) >= 0.9) is alike
