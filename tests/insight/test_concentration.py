"""Laws of shares and of the Herfindahl-Hirschman index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.insight.balance import Live, of_releases, over
from syndicator.model.balance import concentration, shares

names = st.text("abcdef", min_size=1, max_size=3)
amounts = st.dictionaries(names, st.integers(1, 10**9), min_size=1, max_size=8)


@given(amounts)
def test_it_lies_between_one_nth_and_one(found: dict[str, int]) -> None:
    index = concentration(found)
    assert index is not None
    assert 1 / len(found) - 1e-9 <= index <= 1 + 1e-9


@given(st.integers(1, 50), st.integers(1, 10**6))
def test_alike_platforms_have_one_nth(count: int, amount: int) -> None:
    alike = {str(number): amount for number in range(count)}
    assert concentration(alike) == pytest.approx(1 / count)


@given(amounts, st.integers(1, 1000))
def test_it_does_not_depend_on_the_unit(found: dict[str, int], factor: int) -> None:
    scaled = {name: each * factor for name, each in found.items()}
    assert concentration(scaled) == pytest.approx(concentration(found))


@given(amounts)
def test_it_is_the_chance_that_two_draws_meet(found: dict[str, int]) -> None:
    """The oracle: of two views drawn at random, the chance that one platform showed both."""
    whole = sum(found.values())
    assert concentration(found) == pytest.approx(
        sum(each * each for each in found.values()) / whole**2
    )


@given(amounts)
def test_shares_make_a_whole_and_the_largest_is_first(found: dict[str, int]) -> None:
    parts = list(shares(found).values())
    assert sum(parts) == pytest.approx(1)
    assert parts == sorted(parts, reverse=True)


@given(amounts, st.data())
def test_a_merger_never_makes_it_smaller(found: dict[str, int], data: st.DataObject) -> None:
    if len(found) < 2:
        return
    first, second = data.draw(st.lists(st.sampled_from(sorted(found)), min_size=2, max_size=2,
                                       unique=True))  # fmt: skip
    merged = dict(found)
    merged[first] += merged.pop(second)
    assert (concentration(merged) or 0) > (concentration(found) or 0)


def test_nothing_has_no_index_and_what_was_taken_back_counts_as_none() -> None:
    assert concentration({}) is None
    assert concentration({"a": 0, "b": -5}) is None
    assert shares({"a": 3, "b": -5, "c": 1}) == {"a": 0.75, "c": 0.25}


codes = st.frozensets(st.sampled_from(["BR", "US", "DE"]), min_size=1)
live = st.lists(st.tuples(st.sampled_from("st"), st.sampled_from(["ep1", "ep2", "ep3"]),
                          st.sampled_from(["p", "q", "r"]), codes),
                unique_by=lambda each: each[:3])  # fmt: skip


@given(live, st.integers(2, 4))
def test_it_makes_no_difference_how_many_channels_a_platform_has(
    found: list[tuple[str, str, str, frozenset[str]]], count: int
) -> None:
    one = [Live(series, cut, name, where) for series, cut, name, where in found]
    split = [
        Live(series, cut, f"{name}-{number % count}", where)
        for number, (series, cut, name, where) in enumerate(found)
    ]
    platforms = {name: name.upper() for name in "pqr"}
    apart = {f"{name}-{number}": name.upper() for name in "pqr" for number in range(count)}
    assert of_releases(one, platforms).shares == of_releases(split, apart).shares


def test_a_ceiling_is_kept_by_exactly_as_much() -> None:
    rows = [Live("s", f"ep{n}", "a" if n < 6 else "b", frozenset({"BR"})) for n in range(10)]
    assert over(of_releases(rows, {}), 0.6) == []
    (broken,) = over(of_releases(rows, {}), 0.59)
    assert (broken.platform, broken.share) == ("a", 0.6)
