"""Of several tellings of the same the largest counts, and none is added to another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syndicator.insight.tellings import Span, Subject, Told, gather, main_currency
from syndicator.model.figure import Figure, Measured

DAY = date(2026, 6, 1)
DAYS = [DAY + timedelta(days=number) for number in range(5)]
CODES = ["BR", "ID", "US"]

truth = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.sampled_from(DAYS)), st.integers(1, 1000), min_size=1
)
"""What really happened, by territory and day."""


def sums(true: dict[tuple[str, date], int], *, by_day: bool, by_territory: bool) -> dict:
    """Tell the truth as a platform would that tells days or territories apart, or not."""
    found: dict[tuple[str | None, date | None], float] = {}
    for (code, day), value in true.items():
        key = (code if by_territory else None, day if by_day else None)
        found[key] = found.get(key, 0) + value
    return found


tellings = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4, unique=True)


def told(true: dict, ways: list[tuple[bool, bool]]) -> Told:
    values: dict = {}
    for by_day, by_territory in ways:
        values |= sums(true, by_day=by_day, by_territory=by_territory)
    return Told(values)


@given(truth, tellings)
def test_however_often_it_is_told_the_whole_is_the_whole(true: dict, ways: list) -> None:
    assert told(true, ways).total() == sum(true.values())


@given(truth, tellings, st.sampled_from([None, *DAYS]), st.lists(st.sampled_from(CODES),
                                                                 unique=True))  # fmt: skip
def test_what_is_told_and_untold_is_as_counted_one_by_one(
    true: dict, ways: list, since: date | None, only: list[str]
) -> None:
    span = Span(since) if since else None
    part = told(true, ways).part(span, only)
    meant = sum(value for (code, day), value in true.items()
                if (span is None or day in span) and (not only or code in only))  # fmt: skip
    whole = sum(true.values())
    can = any(
        (by_day or span is None) and (by_territory or not only) for by_day, by_territory in ways
    ) or (span is None and only and any(by_territory for _, by_territory in ways))
    assert (part.told, part.untold) == ((meant, 0) if can else (0, whole))


def test_a_telling_that_knows_less_does_not_make_it_less() -> None:
    some = Told({(None, None): 100, (None, DAY): 30, ("BR", None): 60})
    assert some.total() == 100
    assert some.part(Span(DAY)).untold == 70
    assert some.part(None, ["BR"]).told == 60
    assert some.part(None, ["BR"]).untold == 40
    newer = Told({(None, None): 100, (None, DAY): 90, (None, DAYS[1]): 30})
    assert newer.total() == 120, "the figure of all days is older than those by day"


def measured(channel: str, metric: str, value: float, currency: str | None = None) -> Measured:
    as_of = datetime(2026, 6, 9, tzinfo=UTC)
    figure = Figure(metric=metric, value=value, as_of=as_of, currency=currency)
    return Measured(series="s", cut="ep1", channel=channel, source="t", figure=figure)


def test_currencies_are_never_mixed() -> None:
    found = gather([measured("a", "revenue", 5, "USD"), measured("a", "revenue", 7, "JPY"),
                    measured("b", "revenue", 7, "JPY"), measured("a", "views", 9)],
                   "revenue")  # fmt: skip
    assert set(found) == {Subject("s", "ep1", "a", "USD"), Subject("s", "ep1", "a", "JPY"),
                          Subject("s", "ep1", "b", "JPY")}  # fmt: skip
    assert main_currency(found, {"a": "A", "b": "B"}) == "JPY", "most platforms tell it"
    assert main_currency(found, {"a": "A", "b": "A"}) == "JPY", "then, of most cuts"
    assert main_currency([], {}) == ""
