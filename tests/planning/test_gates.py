"""Gates: what a figure is made of, and that nothing opens on too little, too old or double data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.model.calendar import Gate
from syndicator.model.figure import Figure, Measured
from syndicator.model.rollout import Verdict
from syndicator.model.territory import Territories
from syndicator.planning.gates import MADE_OF, Watched, look, spell

NOW = datetime(2026, 12, 8, 20, tzinfo=UTC)
BR_ID = Territories.parse(["BR", "ID"])
APP = {("ep001", "app"): Watched(BR_ID, whole=True)}
DAY = date(2026, 12, 7)


def told(
    metric: str,
    value: float,
    *,
    territory: str | None = "BR",
    day: date | None = None,
    hours: float = 1,
    cut: str = "ep001",
    channel: str = "app",
    currency: str | None = None,
) -> Measured:
    figure = Figure(metric=metric, value=value, territory=territory, day=day, currency=currency,
                    as_of=NOW - timedelta(hours=hours))  # fmt: skip
    return Measured(series="s", cut=cut, channel=channel, source="acme", figure=figure)


def completion(at_least: float = 0.35, **more: object) -> Gate:
    return Gate(metric="completion_rate", at_least=at_least, **more)


def test_a_rate_is_made_of_what_was_measured_of_the_same_views():
    figures = [
        told("views", 100), told("likes", 10),
        told("views", 900, territory="ID"),  # nobody told the likes there
    ]  # fmt: skip
    found = look(Gate(metric="likes_per_view", at_least=0.1), APP, figures, NOW)
    assert (found.verdict, found.value, found.sample) == (Verdict.PASS, 0.1, 100)


def test_days_and_all_days_are_two_tellings_of_the_same():
    by_day = [told("views", 40, day=DAY), told("views", 50, day=DAY - timedelta(days=1))]
    both = [*by_day, told("views", 95)]
    views = Gate(metric="views", at_least=1)
    assert look(views, APP, by_day, NOW).value == 90
    assert look(views, APP, both, NOW).value == 95
    older = [*by_day, told("views", 60, hours=40)]
    assert look(views, APP, older, NOW).value == 90, "the younger telling counts"


def test_territories_and_all_are_two_tellings_of_the_same():
    views = Gate(metric="views", at_least=1)
    figures = [told("views", 40), told("views", 50, territory="ID"),
               told("views", 100, territory=None)]  # fmt: skip
    assert look(views, APP, figures, NOW).value == 90
    assert look(views, APP, [told("views", 100, territory=None)], NOW).value == 100


def test_only_what_the_wave_opened_counts():
    views = Gate(metric="views", at_least=1)
    elsewhere = [told("views", 7, territory="US"), told("views", 7, cut="ep002"),
                 told("views", 7, channel="tube")]  # fmt: skip
    assert look(views, APP, elsewhere, NOW).verdict is Verdict.INCONCLUSIVE
    part = {("ep001", "app"): Watched(BR_ID, whole=False)}
    in_all = [told("views", 100, territory=None)]
    assert look(views, part, in_all, NOW).value is None, "it holds what other waves opened"


def test_completions_and_average_percentage():
    exact = [told("views", 200), told("completions", 50)]
    assert look(completion(), APP, exact, NOW).value == 0.25
    average = [told("views", 200), told("average_percentage", 40)]
    assert look(completion(), APP, average, NOW).value == 0.4
    again = [told("views", 200), told("average_percentage", 180)]
    assert look(completion(), APP, again, NOW).value == 1, "seen twice is not seen to the end twice"
    two = [*average, told("views", 800, territory="ID"),
           told("average_percentage", 20, territory="ID")]  # fmt: skip
    assert look(completion(), APP, two, NOW).value == pytest.approx((80 + 160) / 1000)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ([], "not measured"),
        ([told("views", 5000)], "not measured"),
        ([told("views", 5000, hours=49), told("average_percentage", 90, hours=49)], "too old"),
        ([told("views", 999), told("average_percentage", 90)], "too few views"),
        ([told("views", 0), told("average_percentage", 90)], "nobody has seen it"),
        ([told("views", 5000, hours=-2), told("average_percentage", 90)], "not measured"),
        ([told("views", float("inf")), told("average_percentage", 90)], "not measured"),
        ([told("views", 5000), told("average_percentage", float("nan"))], "not measured"),
        ([told("views", 5000, day=DAY - timedelta(days=3)),
          told("average_percentage", 90, day=DAY - timedelta(days=3))], "too old"),
    ],
)  # fmt: skip
def test_no_gate_opens_on_missing_stale_little_or_impossible_data(figures, says):
    found = look(completion(min_views=1000), APP, figures, NOW)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert says in found.why


STALE = [told("views", 9000, hours=144), told("completions", 4500, hours=144)]


@pytest.mark.parametrize(
    "fresh",
    [
        {"cut": "ep002"}, {"channel": "tube"}, {"territory": "ID"},
        {"day": DAY}, {"territory": "ID", "day": DAY},
    ],
    ids=str,
)  # fmt: skip
def test_one_young_view_does_not_make_nine_thousand_old_ones_young(fresh):
    """Whatever it is told of: another episode, channel, territory or day."""
    where = {unit: Watched(BR_ID, whole=True) for unit in UNITS}
    young = [told("views", 1, **fresh), told("completions", 0, **fresh)]
    found = look(completion(min_views=1000), where, [*STALE, *young], NOW)
    assert (found.verdict, found.value, found.sample) == (Verdict.INCONCLUSIVE, 0, 1)
    if "day" not in fresh or "territory" in fresh:  # else it is another telling of the same
        assert "1 of 9,001 views are young enough" in found.why


def test_old_days_do_not_count_however_late_they_were_told():
    days = [DAY - timedelta(days=ago) for ago in range(9)]
    by_day = [told("views", 100, day=day) for day in days]
    by_day += [told("completions", 50, day=day) for day in days]
    found = look(completion(min_views=800, max_age=timedelta(days=3)), APP, by_day, NOW)
    assert (found.verdict, found.sample) == (Verdict.INCONCLUSIVE, 300)
    assert "300 of 900 views are young enough): too few views" in found.why
    wide = look(completion(min_views=800, max_age=timedelta(days=9)), APP, by_day, NOW)
    assert (wide.verdict, wide.value, wide.sample) == (Verdict.PASS, 0.5, 900)


def test_when_all_is_too_old_it_says_how_old():
    found = look(completion(), APP, STALE, NOW)
    assert found.why == (
        "completion_rate is not known of late (0 of 9,000 views are young enough; the youngest "
        "figure is 6 d old): too old, at most 48 h is asked for"
    )
    assert (found.value, found.sample, found.age) == (None, 0, timedelta(hours=144))


def test_money_of_two_currencies_does_not_add_up():
    gate = Gate(metric="revenue_per_view", at_least=1)
    one = [told("views", 100), told("revenue", 250, currency="USD")]
    found = look(gate, APP, one, NOW)
    assert (found.verdict, found.value) == (Verdict.PASS, 2.5)
    assert "minor units of USD" in found.why
    two = [*one, told("revenue", 900, currency="BRL")]
    found = look(gate, APP, two, NOW)
    assert (found.verdict, found.value, found.sample) == (Verdict.INCONCLUSIVE, None, 100)
    assert "BRL and USD" in found.why


def test_the_sentence_says_value_threshold_sample_and_age():
    figures = [told("views", 1240, hours=3), told("average_percentage", 31, hours=3)]
    found = look(completion(min_views=1000), APP, figures, NOW)
    assert found.why == (
        "completion_rate is 0.31 (1,240 views, 3 h old): too low, at least 0.35 is asked for"
    )
    assert found.age == timedelta(hours=3)


def test_a_value_just_under_the_threshold_does_not_look_like_it():
    assert spell(0.34999999, 0.35) == "0.34999999"
    assert spell(0.35, 0.35) == "0.35"
    assert spell(123456, 1) == "123,456"


# -- laws --

METRICS = ["views", "likes", "average_percentage", "completions", "revenue"]
GATES = ["views", "completion_rate", "likes_per_view", "revenue_per_view"]
UNITS = [("ep001", "app"), ("ep002", "app"), ("ep001", "tube")]

figures = st.lists(
    st.builds(
        lambda unit, metric, value, territory, day, hours, currency: told(
            metric, value, cut=unit[0], channel=unit[1], territory=territory,
            day=None if day is None else DAY - timedelta(days=day), hours=hours,
            currency=currency if metric == "revenue" else None,
        ),
        st.sampled_from(UNITS), st.sampled_from(METRICS), st.integers(0, 2000),
        st.sampled_from([None, "BR", "ID", "US"]), st.sampled_from([None, 0, 1]),
        st.sampled_from([-3, 1, 5, 30, 60]), st.sampled_from(["USD", "USD", "USD", "BRL"]),
    ),
    max_size=24,
)  # fmt: skip
gates = st.builds(
    Gate, metric=st.sampled_from(GATES), at_least=st.sampled_from([0, 0.2, 0.5, 100, 1500]),
    min_views=st.sampled_from([0, 100, 1500]),
    max_age=st.sampled_from([timedelta(hours=3), timedelta(hours=48)]),
)  # fmt: skip
watched = st.dictionaries(
    st.sampled_from(UNITS),
    st.builds(Watched, st.sampled_from([BR_ID, Territories.parse(["BR"])]), st.booleans()),
)
many = settings(max_examples=400, deadline=None)


@many
@given(gates, watched, figures)
def test_law_it_is_as_the_oracle_counts(gate, where, some):
    found = look(gate, where, some, NOW)
    value, sample, age = oracle(gate, where, some)
    assert found.sample == float(sample)
    assert (found.value is None) == (value is None)
    if value is not None:
        assert found.value == pytest.approx(float(value))
    assert found.age == age


@many
@given(gates, watched, figures)
def test_law_it_never_passes_on_less_than_the_sample_or_older_data(gate, where, some):
    found = look(gate, where, some, NOW)
    if found.verdict is Verdict.PASS:
        assert found.value >= gate.at_least
        assert found.sample >= gate.min_views
        assert found.age <= gate.max_age
        young = [each for each in some if each.figure.as_of >= NOW - gate.max_age]
        again = look(gate, where, young, NOW)
        assert (again.verdict, again.value, again.sample) == (Verdict.PASS, found.value,
                                                              found.sample)  # fmt: skip
    if found.verdict is Verdict.FAIL:
        assert found.value < gate.at_least


@many
@given(gates, watched, figures, st.data())
def test_law_more_of_what_is_good_never_shuts_a_gate(gate, where, some, data):
    good = MADE_OF[gate.metric]
    before = look(gate, where, some, NOW)
    more = [
        attrs.evolve(each, figure=attrs.evolve(each.figure, value=each.figure.value
                                               + data.draw(st.integers(0, 500))))
        if each.figure.metric in good else each
        for each in some
    ]  # fmt: skip
    after = look(gate, where, more, NOW)
    if before.verdict is Verdict.PASS:
        assert after.verdict is Verdict.PASS
    if before.value is not None and after.value is not None:
        assert after.value >= before.value - 1e-9


@many
@given(gates, watched, figures, st.randoms())
def test_law_order_and_repetition_mean_nothing(gate, where, some, random):
    again = [*some, *some]
    random.shuffle(again)
    assert look(gate, where, again, NOW) == look(gate, where, some, NOW)


@many
@given(gates, watched, figures)
def test_law_a_correction_counts_as_if_it_had_been_told_so_at_once(gate, where, some):
    latest = {}
    for each in some:  # one of each kind, as the ledger keeps them
        latest[kind(each)] = each
    kept = list(latest.values())
    wrong = [
        attrs.evolve(each, figure=attrs.evolve(each.figure, value=each.figure.value * 3 + 7,
                                               as_of=each.figure.as_of - timedelta(hours=1)))
        for each in kept
        if each.figure.as_of <= NOW
    ]  # fmt: skip
    assert look(gate, where, [*wrong, *kept], NOW) == look(gate, where, kept, NOW)


def kind(each):
    figure = each.figure
    return (each.cut, each.channel, figure.metric, figure.territory, figure.day, figure.currency)


def oracle(gate, where, some):
    """Throw away what is too old before anything is chosen, and count what is left."""
    ends = {each: [each.figure.as_of] for each in some}
    for each in some:
        if each.figure.day is not None:
            at = datetime(each.figure.day.year, each.figure.day.month, each.figure.day.day)
            ends[each].append(at.replace(tzinfo=UTC) + timedelta(hours=36))
    young = [each for each in some if min(ends[each]) >= NOW - gate.max_age]
    value, sample, _ = counted(gate, where, young)
    return value, sample, counted(gate, where, some)[2]


def counted(gate, where, some):
    """Count it the slow way: try every telling there is, and take the one that the rules name."""
    best = {}
    for each in some:
        if each.figure.as_of > NOW + timedelta(minutes=5):
            continue
        was = best.get(kind(each))
        if was is None or rank(each) > rank(was):
            best[kind(each)] = each
    total, sample, ages, currencies = Fraction(0), Fraction(0), [], set()
    for (cut, channel), opened in where.items():
        mine = {key: each for key, each in best.items() if key[:2] == (cut, channel)}
        chosen = tellings(gate.metric, mine, opened)
        for spots in chosen:
            for _, views, parts, at, currency in spots:
                sample += views
                total += parts
                ages.append(at)
                currencies.add(currency)
    age = max(NOW - max(ages), timedelta()) if ages else None
    if not ages or len(currencies) > 1 or (gate.metric != "views" and not sample):
        return None, sample, age
    return (total if gate.metric == "views" else total / sample), sample, age


def rank(each):
    return (each.figure.as_of, -each.figure.value)


def tellings(metric, mine, opened):
    names = {"views": ["views"], "completion_rate": ["completions", "average_percentage"],
             "likes_per_view": ["likes"], "revenue_per_view": ["revenue"]}[metric]  # fmt: skip
    candidates = []
    for name in names:
        by_territory = [one_of(name, mine, code) for code in opened.territories]
        in_all = [one_of(name, mine, None)] if opened.whole else []
        candidates += [by_territory, in_all]
    best, youngest = [], None
    for candidate in candidates:
        ats = [cell[3] for cells in candidate for cell in cells]
        if ats and (youngest is None or max(ats) > youngest):
            best, youngest = candidate, max(ats)
    return best


def one_of(name, mine, code):
    spans = ([None], [DAY, DAY - timedelta(days=1)])
    best, youngest = [], None
    for days in spans:
        cells = []
        for day in days:
            views = next((e.figure for k, e in mine.items()
                          if k[2:5] == ("views", code, day)), None)  # fmt: skip
            parts = [e.figure for k, e in sorted(mine.items(), key=str)
                     if k[2:5] == (name, code, day)]  # fmt: skip
            for number, part in enumerate(parts if views else []):
                at = min(views.as_of, part.as_of)
                if day is not None:
                    ends = datetime(day.year, day.month, day.day, tzinfo=UTC)
                    at = min(at, ends + timedelta(hours=36))
                seen = Fraction(int(views.value))
                value = Fraction(int(part.value))
                if name == "completions":
                    value = min(value, seen)
                if name == "average_percentage":
                    value = min(value / 100, Fraction(1)) * seen
                cells.append((name, Fraction(0) if number else seen, value, at, part.currency))
        ats = [cell[3] for cell in cells]
        if ats and (youngest is None or max(ats) > youngest):
            best, youngest = cells, max(ats)
    return best
