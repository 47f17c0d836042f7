"""Late and corrected figures replace; nothing is added up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicator.ledger.figures import Kept
from syndicator.ledger.ledger import Filter, Ledger
from syndicator.model.figure import Figure, Measured

from .conftest import NOW

DAY = date(2026, 5, 30)


def views(value: float, *, late: int = 0, territory: str | None = "BR", day: date | None = DAY,
          channel: str = "app", cut: str = "ep001") -> Measured:  # fmt: skip
    figure = Figure(metric="views", value=value, territory=territory, day=day,
                    as_of=NOW - timedelta(hours=late))  # fmt: skip
    return Measured(series="s", cut=cut, channel=channel, source="acme", figure=figure)


def values(ledger: Ledger, only: Filter | None = None) -> list[float]:
    return [each.figure.value for each in ledger.figures(only or Filter())]


def test_what_is_kept_is_read_back(ledger: Ledger) -> None:
    told = [views(10, day=None, territory=None), views(12, cut="ep002")]
    assert ledger.keep_figures(told, now=NOW) == Kept(new=2)
    assert list(ledger.figures(Filter())) == told


def test_a_later_telling_replaces_and_an_earlier_one_is_left_alone(ledger: Ledger) -> None:
    ledger.keep_figures([views(10, late=5)], now=NOW)
    assert ledger.keep_figures([views(12, late=3)], now=NOW) == Kept(corrected=1)
    assert ledger.keep_figures([views(9, late=4)], now=NOW) == Kept(older=1)
    assert ledger.keep_figures([views(12)], now=NOW) == Kept(same=1)
    assert values(ledger) == [12]


def test_days_territories_and_channels_are_kept_apart(ledger: Ledger) -> None:
    told = [views(1), views(2, day=None), views(4, territory=None), views(8, channel="tube")]
    ledger.keep_figures(told, now=NOW)
    assert sorted(values(ledger)) == [1, 2, 4, 8]
    assert values(ledger, Filter(channels=("tube",))) == [8]
    assert sorted(values(ledger, Filter(territories=("US",)))) == [4]
    assert list(ledger.figures(Filter(), metrics=("likes",))) == []


def test_all_or_none(ledger: Ledger) -> None:
    def told():
        yield views(1)
        raise ValueError("row 2 cannot be read")

    with pytest.raises(ValueError, match="row 2"):
        ledger.keep_figures(told(), now=NOW)
    assert values(ledger) == []


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(range(6)))
def test_in_whatever_order_it_is_told_the_youngest_counts(ledger: Ledger, order) -> None:
    cut = f"ep{order}"
    for late in order:
        ledger.keep_figures([views(late, late=late, cut=cut)], now=NOW)
    found = [each.figure.value for each in ledger.figures(Filter()) if each.cut == cut]
    assert found == [0]
