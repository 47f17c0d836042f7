"""The arithmetic of an exclusive launch, done again with floats and by trying."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.insight.whatif import compare
from syndicator.model.money import Money
from syndicator.model.problem import Place
from syndicator.model.programme import Assumptions, Outlook, Programme, Range

HERE = Place("p.yaml", 1)


def flat(value: float | str) -> Range:
    return Range(*[Fraction(str(value))] * 3)


def programme(multiplier: float | str = 10, **more: object) -> Programme:
    given = {"low": Fraction(str(multiplier)), "high": Fraction(str(multiplier)), **more}
    return Programme(id="p", platform="A", source="s", verified=False, place=HERE, **given)


def assumed(**platforms: Outlook) -> Assumptions:
    return Assumptions(series="s", programme="p", currency="USD", days=90, platforms=platforms,
                       place=HERE)  # fmt: skip


def outlook(views: float, rate: float, **more: Range) -> Outlook:
    return Outlook(views=flat(views), per_thousand=flat(rate), **more)


TWO = assumed(A=outlook(100_000, 50, gain=flat("0.2")), B=outlook(200_000, 60, loss=flat("0.5")))


def test_a_worked_example() -> None:
    found = compare(TWO, programme(3))["mid"]
    assert (found.spread.platforms, found.spread.revenue) == ({"A": 5000, "B": 12000}, 17000)
    assert found.exclusive.platforms == {"A": 6000 * 3, "B": 6000}
    assert found.difference == 7000
    assert found.break_even == 1 + Fraction(17000 - 6000 - 6000, 6000)
    assert found.spread.hhi == pytest.approx((5 / 17) ** 2 + (12 / 17) ** 2)
    assert found.exclusive.hhi == pytest.approx(0.75**2 + 0.25**2)


def test_only_what_falls_into_the_window_is_multiplied() -> None:
    mine = attrs.evolve(TWO.platforms["A"], in_window=flat("0.25"))
    window = attrs.evolve(TWO, platforms={**TWO.platforms, "A": mine})
    found = compare(window, programme(3, applies="window"))["mid"]
    assert found.exclusive.platforms["A"] == 6000 + 6000 * 0.25 * 2
    assert compare(window, programme(3))["mid"].exclusive.platforms["A"] == 18000


def test_the_cap_cuts_the_bonus_and_may_leave_no_break_even() -> None:
    found = compare(TWO, programme(20, cap=Money(4000, "USD")))["mid"]
    assert found.capped
    assert found.exclusive.platforms["A"] == 6000 + 4000
    assert found.break_even is None
    assert found.why == "the bonus would have to be 50.00 USD; the cap is 40.00 USD"
    assert not compare(TWO, programme(1, cap=Money(4000, "USD")))["mid"].capped


def test_without_a_loss_no_multiplier_is_needed() -> None:
    free = assumed(A=outlook(1000, 50), B=outlook(1000, 50))
    found = compare(free, programme(1))["low"]
    assert (found.break_even, found.difference) == (1, 0)


def test_where_nothing_is_multiplied_nothing_breaks_even() -> None:
    nothing = assumed(A=outlook(0, 50), B=outlook(1000, 50, loss=flat(1)))
    assert compare(nothing, programme(20))["high"].break_even is None


def test_the_middle_multiplier_is_half_way() -> None:
    found = compare(TWO, attrs.evolve(programme(), low=Fraction(1), high=Fraction(20)))
    assert [float(each.multiplier) for each in found.values()] == [1, 10.5, 20]


outlooks = st.builds(
    lambda views, rate, part, gain: Outlook(
        views=flat(views), per_thousand=flat(rate), gain=flat(gain / 100), loss=flat(part / 100),
        in_window=flat(part / 100),
    ),
    st.integers(0, 10**7), st.integers(0, 2000), st.integers(0, 100), st.integers(0, 200),
)  # fmt: skip
cases = st.dictionaries(st.sampled_from("BCDE"), outlooks, max_size=4)


@given(outlooks, cases, st.integers(0, 30), st.sampled_from(["window", "period"]))
def test_it_comes_to_what_floats_come_to(
    mine: Outlook, others: dict[str, Outlook], multiplier: int, applies: str
) -> None:
    found = compare(assumed(A=mine, **others), programme(multiplier, applies=applies))["mid"]

    def earned(each: Outlook, factor: float) -> float:
        return float(each.views.mid) * factor / 1000 * float(each.per_thousand.mid)

    within = float(mine.in_window.mid) if applies == "window" and mine.in_window else 1.0
    spread = sum(earned(each, 1) for each in [mine, *others.values()])
    base = earned(mine, 1 + float(mine.gain.mid))
    rest = sum(earned(each, 1 - float(each.loss.mid)) for each in others.values())
    exclusive = base * (1 + within * (multiplier - 1)) + rest
    slack = len(others) + 2 + multiplier
    assert found.spread.revenue == pytest.approx(spread, abs=slack)
    assert found.exclusive.revenue == pytest.approx(exclusive, abs=slack)


@given(outlooks, cases, st.sampled_from(["window", "period"]))
def test_at_the_break_even_multiplier_both_bring_the_same(
    mine: Outlook, others: dict[str, Outlook], applies: str
) -> None:
    case = assumed(A=mine, **others)
    point = compare(case, programme(1, applies=applies))["mid"]
    if point.break_even is None:
        bonus = compare(case, programme(1000, applies=applies))["mid"]
        assert bonus.difference < 0, "no multiplier helps"
        return
    there = attrs.evolve(programme(applies=applies), low=point.break_even, high=point.break_even)
    even = compare(case, there)["mid"]
    if point.break_even > 1:
        assert abs(even.difference) <= 1
    else:
        assert even.difference >= 0


@given(outlooks, cases, st.integers(1, 20))
def test_a_higher_multiplier_never_brings_less(
    mine: Outlook, others: dict[str, Outlook], multiplier: int
) -> None:
    case = assumed(A=mine, **others)
    low, high = (compare(case, programme(each))["mid"] for each in (multiplier, multiplier + 1))
    assert high.exclusive.revenue >= low.exclusive.revenue
