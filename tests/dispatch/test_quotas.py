"""Allowances: never overspent in any window, renewed at the platform's midnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.channel import Capabilities, Quota, QuotaSpent, RateLimited, Refused
from syndicator.dispatch.quotas import Spender, span
from syndicator.ledger.sqlite import SqliteLedger

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
PACIFIC = "America/Los_Angeles"
UPLOADS = Quota(
    name="uploads", amount=100, per=DAY, zone=PACIFIC, operations=(), shared_by="project"
)
UNITS = Quota(
    name="units", amount=10_000, per=DAY, zone=PACIFIC, operations=(), shared_by="project"
)
INIT = Quota(name="init", amount=6, per=MINUTE, operations=(), sliding=True)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 12, 1, 20, tzinfo=UTC))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    found = SqliteLedger(tmp_path / "ledger.db")
    yield found
    found.close()


def spender(ledger, clock, *quotas: Quota, channel: str = "tube", **options: str) -> Spender:
    can = Capabilities(platform="Tube", quotas=quotas)
    return Spender(ledger, channel, can, options, now=clock)


def test_a_day_s_allowance_is_renewed_at_the_zone_s_midnight(ledger, clock) -> None:
    tube = spender(ledger, clock, UPLOADS)
    tube.spend({"uploads": 100})
    with pytest.raises(QuotaSpent, match="100 uploads of tube are used up") as spent:
        tube.spend({"uploads": 1})
    assert spent.value.until == datetime(2026, 12, 2, 8, tzinfo=UTC)
    clock.now = spent.value.until
    tube.spend({"uploads": 1})


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-11-02", 24)]
)
def test_a_day_is_as_long_as_it_is_there(day: str, hours: int) -> None:
    noon = datetime.fromisoformat(f"{day}T20:00+00:00")
    began, until = span(UPLOADS, noon)
    assert until - began == timedelta(hours=hours)
    assert span(UPLOADS, until)[0] == until
    assert span(UPLOADS, until - timedelta(seconds=1)) == (began, until)


def test_channels_of_a_project_share_it_and_others_do_not(ledger, clock) -> None:
    one = spender(ledger, clock, UPLOADS, channel="tube-br", project="p1")
    two = spender(ledger, clock, UPLOADS, channel="tube-us", project="p1")
    three = spender(ledger, clock, UPLOADS, channel="tube-id", project="p2")
    one.spend({"uploads": 60})
    with pytest.raises(QuotaSpent, match="Tube/p1"):
        two.spend({"uploads": 41})
    two.spend({"uploads": 40})
    three.spend({"uploads": 100})


def test_of_two_buckets_both_suffice_or_nothing_is_spent(ledger, clock) -> None:
    tube = spender(ledger, clock, UPLOADS, UNITS)
    tube.spend({"units": 9_990})
    with pytest.raises(QuotaSpent, match="units"):
        tube.spend({"uploads": 1, "units": 50})
    tube.spend({"uploads": 100})


def test_what_never_fits_is_refused_for_good(ledger, clock) -> None:
    with pytest.raises(Refused, match="10001 units, and 10000 is all there is"):
        spender(ledger, clock, UNITS).spend({"units": 10_001})


def test_a_cost_that_no_quota_declares_is_a_fault_of_the_adapter(ledger, clock) -> None:
    with pytest.raises(ValueError, match="bytes: no such quota"):
        spender(ledger, clock, UNITS).spend({"bytes": 1})


def test_nothing_is_asked_of_the_ledger_for_nothing(clock) -> None:
    spender(None, clock, UNITS).spend({})
    spender(None, clock, UNITS).spend({"units": 0})
    spender(None, clock, UNITS).spend_operation("publish")


def test_an_operation_spends_what_it_is_declared_to(ledger, clock) -> None:
    tube = spender(ledger, clock, Quota(name="posts", amount=2, per=DAY))
    tube.spend_operation("publish")
    tube.spend_operation("withdraw")
    tube.spend_operation("publish")
    with pytest.raises(QuotaSpent):
        tube.spend_operation("publish")


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=60))
def test_no_window_wherever_it_begins_holds_more_than_the_amount(tmp_path_factory, waits) -> None:
    ledger = SqliteLedger(tmp_path_factory.mktemp("ledger") / "ledger.db")
    clock = Clock(datetime(2026, 12, 1, 20, tzinfo=UTC))
    tube, went, waits_until = spender(ledger, clock, INIT), [], []
    for wait in waits:
        clock.now += timedelta(milliseconds=wait)
        try:
            tube.spend({"init": 1})
        except RateLimited as limited:
            waits_until.append((clock.now, limited.until))
        else:
            went.append(clock.now)
    ledger.close()
    assert all(now < until <= now + MINUTE for now, until in waits_until)
    for first in went:
        assert len([each for each in went if first <= each < first + MINUTE]) <= INIT.amount


def test_a_sliding_limit_opens_again_by_itself(ledger, clock) -> None:
    tube = spender(ledger, clock, INIT)
    for _ in range(6):
        tube.spend({"init": 1})
    began = clock.now
    while clock.now - began < 2 * MINUTE:
        try:
            tube.spend({"init": 1})
            break
        except RateLimited as limited:
            clock.now = limited.until
    assert MINUTE <= clock.now - began <= timedelta(seconds=66)
