"""A clock that ran ahead: what it put off is due when it should be."""

from __future__ import annotations

from datetime import timedelta

from syndicator.ledger.ledger import Ledger
from syndicator.model.state import Happened

from .conftest import LEASE, NOW, claim, record, release, row, settle

AHEAD = NOW + timedelta(days=30)


def test_what_was_put_off_ahead_of_time_is_due_when_the_clock_is_right_again(
    ledger: Ledger,
) -> None:
    record(ledger, release())
    (taken,) = claim(ledger, now=AHEAD)
    settle(ledger, taken, Happened.PUT_BACK, AHEAD)
    assert claim(ledger) == []
    assert ledger.clock_came_back(NOW) == 1
    assert len(claim(ledger)) == 1


def test_what_somebody_held_when_the_clock_was_ahead_is_taken_over(ledger: Ledger) -> None:
    record(ledger, release())
    (lost,) = claim(ledger, now=AHEAD)
    assert ledger.clock_came_back(NOW) == 1
    (again,) = claim(ledger)
    assert again.resumes
    assert again.token > lost.token


def test_a_pause_that_long_is_lifted(ledger: Ledger) -> None:
    ledger.pause("app", until=AHEAD, reason="too many", now=AHEAD)
    ledger.clock_came_back(NOW)
    assert ledger.paused(NOW) == {}


def test_what_is_planned_for_later_or_held_now_is_left_alone(ledger: Ledger) -> None:
    record(ledger, release(), release(2, late=-60))
    (taken,) = claim(ledger)
    later = row(ledger, "s/ep002/app/a/publish").next_at
    assert ledger.clock_came_back(NOW) == 0
    assert claim(ledger) == []
    assert row(ledger, "s/ep002/app/a/publish").next_at == later
    assert taken.until == NOW + LEASE
