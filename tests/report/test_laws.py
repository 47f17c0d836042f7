"""Laws of what the pictures are made of, over random windows, releases and shares."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syndicator.insight.balance import Balance, figures_over_time
from syndicator.insight.report.alike import together
from syndicator.insight.report.calendar import MARKS, begins, calendar, draw
from syndicator.insight.report.concentration import figures_by, shares_of
from syndicator.insight.report.markup import data
from syndicator.insight.report.matrix import detailed, draw_glance, glance
from syndicator.insight.report.rights import Case, Lane, held, without
from syndicator.insight.report.spans import shown
from syndicator.insight.tellings import gather
from syndicator.ledger.bunching import Bunch
from syndicator.model.figure import Figure, Measured
from syndicator.model.plan import Title
from syndicator.model.problem import Place
from syndicator.model.release import Action
from syndicator.model.rights import Avail
from syndicator.model.state import State
from syndicator.model.terms import Terms
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.window import Window
from syndicator.model.work import Cut, CutKind, Series

START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CODES = ("BR", "ID", "US")
DAYS = range(-1, 13)


def at(day: int) -> datetime:
    return START + day * DAY


bounds = st.one_of(st.none(), st.integers(0, 10).map(at))
windows = st.lists(st.builds(Window, bounds, bounds), max_size=4)
places = st.sets(st.sampled_from(CODES), min_size=1).map(
    lambda codes: Territories(frozenset(codes))
)


@st.composite
def bunches(draw: st.DrawFn) -> list[Bunch]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        action = draw(st.sampled_from([Action.PUBLISH, Action.EXTEND, Action.WITHDRAW]))
        where, moment = draw(places), at(draw(st.integers(0, 10)))
        found.append(Bunch(
            series="s", channel=draw(st.sampled_from(["app", "tube"])), wave=f"w{number}",
            action=action, part="", state=draw(st.sampled_from(list(State))), at=moment,
            since=moment, territories=where, visible=NOWHERE, terms=Terms(), closes_at=None,
            reasons=(), cuts=tuple((n, f"ep{n}") for n in draw(st.sets(st.integers(1, 3),
                                                                         min_size=1))),
        ))  # fmt: skip
    return found


avails = st.lists(
    st.builds(
        Avail, id=st.just("row"), territories=places, window=st.builds(Window, bounds, bounds),
        channels=st.sampled_from([("*",), ("app",), ("tube",), ("other",)]),
        exclusive=st.booleans(), place=st.just(Place("x")),
        episodes=st.one_of(st.none(), st.frozensets(st.integers(1, 3), min_size=1)),
    ),
    max_size=4,
)  # fmt: skip


@given(windows, windows)
def test_windows_less_others_hold_what_is_in_the_one_and_not_in_the_other(one, other) -> None:
    left = without(one, other)
    for day in DAYS:
        for moment in (at(day), at(day) + DAY / 2):
            asked = any(moment in each for each in one) and not any(moment in e for e in other)
            assert any(moment in each for each in left) == asked
    assert all(left)


def title(rows: list[Avail]) -> Title:
    series = Series(id="s", original_language="en")
    cuts = [Cut(id=f"ep{n}", kind=CutKind.EPISODE, episodes=(n,), variants=()) for n in (1, 2, 3)]
    return Title(series=series, cuts=cuts, avails=rows)


def is_allowed(rows: list[Avail], channel: str, cut: int, code: str, moment: datetime) -> bool:
    there = [each for each in rows if code in each.territories and moment in each.window_in(code)]
    licensed = any(each.covers_channel(channel) and (each.episodes is None or cut in each.episodes)
                   for each in there)  # fmt: skip
    taken = any(each.exclusive and not each.covers_channel(channel)
                and (each.episodes is None or cut in each.episodes) for each in there)  # fmt: skip
    return licensed and not taken


@given(bunches(), avails)
def test_red_is_exactly_what_is_shown_outside_of_its_rights(found, rows) -> None:
    where = {"app": Territories(frozenset(CODES)), "tube": Territories(frozenset(CODES[:1]))}
    lanes = held(title(rows), found, where, START).lanes or ()
    for channel in ("app", "tube"):
        spans = shown([each for each in found if each.channel == channel])
        for code in CODES:
            mine = [each for each in lanes if each.channel == channel and code in each.codes]
            for day in DAYS:
                moment = at(day) + DAY / 2
                wrong = any(
                    moment in each.window and code in each.codes
                    and not is_allowed(rows, channel, int(cut[2:]), code, moment)
                    for each in spans for cut in each.cuts
                )  # fmt: skip
                red = any(moment in window for lane in mine for window in lane.conflicts)
                assert red == wrong, (channel, code, moment)


@given(bunches(), avails)
def test_lanes_that_are_alike_lose_no_territory_and_no_conflict(found, rows) -> None:
    where = {"app": Territories(frozenset(CODES)), "tube": Territories(frozenset(CODES))}
    lanes = held(title(rows), found, where, START).lanes or ()
    joined = together(lanes)
    for lane in lanes:
        (whole,) = [
            each for each in joined
            if lane.codes <= each.codes
            and (each.channel, each.model, each.cuts) == (lane.channel, lane.model, lane.cuts)
        ]  # fmt: skip
        assert bool(whole.conflicts) == bool(lane.conflicts)
        assert bool(whole.blocked) == bool(lane.blocked)
    assert sum(len(each.codes) for each in joined) == sum(len(each.codes) for each in lanes)


@given(bunches())
def test_what_is_shown_ends_with_the_first_takedown_that_works(found) -> None:
    for each in shown(found):
        if each.window.closes is not None:
            assert each.window.opens is not None
        for other in found:
            works = other.state not in {State.FAILED, State.BLOCKED, State.MISSED, State.UNKNOWN}
            if (
                other.action == Action.WITHDRAW and works and other.channel == "app"
                and {bunch.channel for bunch in found} == {"app"}
                and each.codes <= other.territories.codes
                and each.cuts <= {cut for _, cut in other.cuts}
                and each.window.opens and other.at > each.window.opens
                and other.state is not State.UNKNOWN
            ):  # fmt: skip
                assert each.window.closes is not None
                assert each.window.closes <= other.at


@given(bunches())
def test_every_release_is_in_one_mark_and_in_one_square(found) -> None:
    now = at(5)
    marks = calendar(found, now).marks
    assert sum(each.releases for each in marks) == sum(map(len, found))
    opens = [each for each in found if each.action != Action.WITHDRAW]
    squares = glance(found, now).squares
    assert sum(each.releases for each in squares.values()) == sum(map(len, opens))
    for mark in marks:
        assert {begins(each.at, "day") for each in mark.bunches} == {mark.begins}


@given(st.dictionaries(st.sampled_from("abcdefghijkl"), st.floats(0, 1e6), max_size=12))
def test_shares_and_the_rest_add_up_to_the_whole(amounts) -> None:
    balance = Balance(measure="views", amounts=amounts)
    parts = shares_of(balance, list("abcdefg"))
    assert abs(sum(parts.values()) - (1 if balance.shares else 0)) < 1e-9


days = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 3, 1)))
tellings = st.lists(
    st.tuples(st.sampled_from(["app", "tube", "tube-2"]), st.sampled_from([None, "BR", "ID"]),
              days, st.integers(1, 1000)),
    max_size=12,
)  # fmt: skip


@given(tellings, st.sampled_from(["week", "month"]))
def test_figures_over_time_are_those_of_the_balance(told, step) -> None:
    on = {"tube": "Tube", "tube-2": "Tube"}
    figures = gather(
        [Measured(series="s", cut="ep1", channel=channel, source="x", figure=Figure(
            metric="views", value=value, territory=code, day=day, as_of=START))
         for channel, code, day, value in told], "views")  # fmt: skip
    mine = {day: each.shares for day, each in figures_by(figures, on, "views", step)}
    theirs = {day: each.shares for day, each in figures_over_time(figures, on, "views", step)
              if each.shares}  # fmt: skip
    assert mine.keys() == theirs.keys()
    for day, shares in mine.items():
        assert shares.keys() == theirs[day].keys()
        assert all(abs(shares[name] - theirs[day][name]) < 1e-9 for name in shares)


def test_a_case_of_some_cuts_keeps_what_touches_them() -> None:
    case = Case(channel="app", model="free", where=NOWHERE, shown=[], refused=[], now=START)
    assert case.of(["ep1"]).codes == frozenset()


def test_a_large_workspace_makes_a_page_of_bearable_size() -> None:
    found = [
        Bunch(
            series=f"series-{number:04d}", channel=f"channel-{channel:02d}", wave="w", part="",
            action=Action.PUBLISH, state=State.LIVE if drop < 8 else State.PLANNED,
            at=at(7 * drop), since=at(7 * drop), territories=Territories(frozenset(CODES)),
            visible=NOWHERE, terms=Terms(), closes_at=None, reasons=(),
            cuts=tuple((n, f"ep{n:03d}") for n in range(4 * drop + 1, 4 * drop + 5)),
        )
        for number in range(300) for channel in range(12) for drop in range(20)
    ]  # fmt: skip
    now = at(60)
    made = calendar(found, now)
    assert (len(made.lanes), made.left) == (250, 50)
    assert len(made.marks) <= MARKS
    assert made.grain == "month"
    picture = draw(made, now, {})
    assert len(data(picture.figure)) < 1_000_000
    assert len(picture.table.rows) + picture.table.left == len(made.marks)
    seen = glance(found, now)
    assert (len(seen.series), seen.left) == (250, 50)
    assert detailed(seen) == [f"series-{n:04d}" for n in range(10)], "late ones, while they fit"
    assert len(data(draw_glance(seen, now).figure)) < 1_000_000


def lane(start: int, **more: object) -> Lane:
    window = (Window(at(start), at(start + 20)),)
    told = {"channel": "app", "model": "free", "cuts": None, "codes": frozenset({"BR"}),
            "licensed": window, "barred": (), "out": (), "coming": (), "conflicts": (),
            "blocked": (), "ends": ()}  # fmt: skip
    return Lane(**{**told, **more})  # type: ignore[arg-type]


def test_only_what_differs_by_time_zones_shares_a_lane() -> None:
    zone = lane(0, codes=frozenset({"US"}))
    day_later = lane(1, codes=frozenset({"ID"}))
    (joined,) = together([zone, day_later])
    assert (joined.codes, joined.spread) == ({"US", "ID"}, True)
    assert len(together([lane(0), lane(3, codes=frozenset({"US"}))])) == 2
    red = lane(0, codes=frozenset({"US"}), conflicts=(Window(at(0), at(1)),))
    assert len(together([lane(0), red])) == 2


def test_what_is_seen_where_nothing_asks_for_it_is_shown() -> None:
    where = Territories(frozenset({"BR"}))
    live = Bunch(
        series="s", channel="app", wave="w", action=Action.PUBLISH, part="", state=State.LIVE,
        at=START, since=START, territories=where, visible=Territories(frozenset({"BR", "US"})),
        terms=Terms(), closes_at=None, reasons=(), cuts=((1, "ep1"),),
    )  # fmt: skip
    row = Avail(id="row", territories=where, window=Window(None, None), place=Place("x"))
    lanes = held(title([row]), [live], {"app": where}, at(3)).lanes or ()
    assert {code: bool(each.conflicts) for each in lanes for code in each.codes} == {
        "BR": False, "US": True,
    }  # fmt: skip


def test_data_end_no_script_and_are_the_same_data() -> None:
    hostile = {"a": "</script><!-- <script> & \u2028"}
    spelled = data(hostile)
    assert not set("<>&\u2028") & set(spelled)
    assert json.loads(spelled) == hostile
