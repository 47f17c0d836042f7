"""What a look, a person or a new calendar makes of a wave; pure, against its laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.model.calendar import Calendar, Gate, Wave
from syndicator.model.problem import Place
from syndicator.model.rollout import Look, Rung, Stand, Standing, Verdict, keeper
from syndicator.model.territory import Territories
from syndicator.planning.ladder import (
    Said,
    Waiting,
    aborted,
    laid,
    looked,
    opened,
    paused,
    put_off,
    resumed,
    rungs,
)

NOW = datetime(2026, 12, 8, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAID = Said(now=NOW, actor="ana", reason="because")
GATE = Gate(metric="views", at_least=9, fails=3, misses=2, every=6 * HOUR)
DUE = {"b": Waiting(begin_at=NOW - HOUR, at=NOW - HOUR)}
EARLY = {"b": Waiting(begin_at=NOW - HOUR, at=NOW + HOUR)}


def wave(name: str, after: str | None = None, *gates: Gate) -> Wave:
    return Wave(name=name, territories=Territories.parse(["BR"]), after=after, gates=gates,
                place=Place("c.yaml"))  # fmt: skip


def calendar(*waves: Wave, on_abort: str = "keep") -> Calendar:
    return Calendar(series="s", drops=(), channels=(), waves=waves, on_abort=on_abort,
                    place=Place("c.yaml"))  # fmt: skip


def ladder(*gates: Gate) -> dict[str, Standing]:
    asked = rungs([calendar(wave("a"), wave("b", "a", *(gates or (GATE,))), wave("c", "b"),
                            wave("d", "c", GATE), wave("e", "a"))])  # fmt: skip
    turns = laid("s", asked, {}, DUE, SAID)
    return {turn.after.wave: turn.after for turn in turns if turn.after}


def found(verdict: Verdict, metric: str = "views") -> Look:
    return Look(metric=metric, at_least=9, verdict=verdict, value=3, sample=3, min_views=0,
                age=HOUR, max_age=48 * HOUR, at=NOW, why=f"{metric}: {verdict}")  # fmt: skip


def after(turns, name: str = "b") -> Standing:
    return next(turn.after for turn in turns if turn.after.wave == name)


def test_waves_without_a_gate_wait_for_those_they_follow():
    states = {name: each.state for name, each in ladder().items()}
    assert states == {"a": "open", "e": "open", "b": "waiting", "c": "waiting", "d": "waiting"}
    assert {name: each.next_at for name, each in ladder().items() if each.next_at} == {
        "b": NOW - HOUR
    }


def test_waves_of_one_name_in_two_calendars_are_one():
    other = Gate(metric="likes_per_view", at_least=1)
    both = rungs([calendar(wave("a"), wave("b", "a", GATE), on_abort="wave"),
                  calendar(wave("a"), wave("b", "a", GATE, other))])  # fmt: skip
    assert [(each.wave, each.gates, each.on_abort) for each in both] == [
        ("a", (), "wave"), ("b", (GATE, other), "wave"),
    ]  # fmt: skip


def test_a_gate_of_a_wave_that_names_none_before_it_measures_the_one_written_before():
    assert rungs([calendar(wave("a"), wave("b", None, GATE))])[1].after == "a"


def test_opening_opens_what_follows_without_a_gate_and_nothing_behind_another():
    turns = opened(ladder()["b"], ladder(), SAID)
    assert {turn.after.wave for turn in turns} == {"b", "c"}
    assert [turn.decision.verb for turn in turns] == ["advanced", "advanced"]
    assert turns[1].decision.reason == "wave b has opened: because"


def test_aborting_gives_up_all_that_follows():
    turns = aborted(ladder()["b"], ladder(), SAID)
    assert [turn.after.wave for turn in turns] == ["b", "c", "d"]
    assert all(turn.after.next_at == NOW for turn in turns)


def test_a_look_before_the_date_may_open_but_spends_nothing():
    of = ladder()
    low = after(looked(of["b"], of, [found(Verdict.FAIL)], EARLY, NOW))
    assert (low.fails, low.state, low.next_at) == (0, Stand.WAITING, NOW + 6 * HOUR)
    none = after(looked(of["b"], of, [found(Verdict.INCONCLUSIVE)], EARLY, NOW))
    assert none.misses == 0
    good = after(looked(of["b"], of, [found(Verdict.PASS)], EARLY, NOW))
    assert good.state is Stand.OPEN


@pytest.mark.parametrize(("then", "state"), [("hold", Stand.FAILED), ("abort", Stand.ABORTED)])
def test_too_low_too_often(then, state):
    of = ladder(attrs.evolve(GATE, then=then))
    at = of["b"]
    for number in (1, 2, 3):
        (turn, *_) = looked(at, of, [found(Verdict.FAIL)], DUE, NOW)
        at = turn.after
        assert (at.fails, at.state is state) == (number, number == 3)
    assert turn.decision.actor == "gate"
    assert turn.decision.looks == (found(Verdict.FAIL),)
    assert turn.decision.reason == "3 looks found it too low: views: fail"


def test_pausing_and_resuming_goes_back_to_what_it_was():
    of = ladder()
    for name, state in (("b", Stand.WAITING), ("a", Stand.OPEN)):
        (turn,) = paused(of[name], SAID)
        assert (turn.after.state, turn.after.before) == (Stand.PAUSED, state)
        assert paused(turn.after, SAID) == []
        (back,) = resumed(turn.after, DUE.get(name), SAID)
        assert (back.after.state, back.after.before) == (state, None)
    failed = attrs.evolve(of["b"], state=Stand.FAILED, fails=3, next_at=None)
    (back,) = resumed(failed, DUE["b"], SAID)
    assert (back.after.state, back.after.fails, back.after.next_at) == (Stand.WAITING, 0, NOW)


def test_what_opens_while_it_is_paused_is_open_when_it_goes_on():
    of = ladder()
    of["c"] = paused(of["c"], SAID)[0].after
    turns = opened(of["b"], of, SAID)
    assert (after(turns, "c").state, after(turns, "c").before) == (Stand.PAUSED, Stand.OPEN)


def test_a_calendar_that_says_the_same_changes_nothing():
    of = ladder()
    asked = [each.rung for each in of.values()]
    assert laid("s", asked, of, DUE, SAID) == []


def test_a_changed_gate_begins_anew_and_an_opened_wave_stays_open():
    of = ladder()
    of["b"] = attrs.evolve(of["b"], state=Stand.FAILED, fails=3, next_at=None, looked_at=NOW)
    asked = [attrs.evolve(each.rung, gates=(attrs.evolve(GATE, at_least=1),))
             if name == "b" else each.rung for name, each in of.items()]  # fmt: skip
    (turn,) = laid("s", asked, of, DUE, SAID)
    assert (turn.after.state, turn.after.fails, turn.after.next_at) == ("waiting", 0, NOW - HOUR)
    assert turn.decision.verb == "changed"
    of["b"] = attrs.evolve(of["b"], state=Stand.OPEN, opened_at=NOW, fails=0)
    (turn,) = laid("s", asked, of, DUE, SAID)
    assert turn.after.state is Stand.OPEN


def test_a_gate_that_is_written_later_shuts_a_wave_that_only_its_dates_had_opened():
    of = ladder()
    asked = [attrs.evolve(each.rung, gates=(GATE,)) if name == "e" else each.rung
             for name, each in of.items()]  # fmt: skip
    (turn,) = laid("s", asked, of, DUE, SAID)
    assert turn.after.state is Stand.WAITING


def test_a_wave_that_no_calendar_names_is_forgotten_unless_something_was_decided():
    of = ladder()
    of["b"] = attrs.evolve(of["b"], state=Stand.PAUSED, before=Stand.WAITING, next_at=None)
    turns = laid("s", (), of, {}, SAID)
    assert {turn.before.wave for turn in turns} == {"a", "c", "d", "e"}
    assert all(turn.after is None for turn in turns)


def test_what_has_nothing_to_look_at_is_thought_of_again_soon():
    assert put_off(ladder()["b"], DUE["b"], NOW).after.next_at == NOW + HOUR
    assert put_off(ladder()["b"], None, NOW).after.next_at is None


def test_a_circle_of_waves_ends():
    circle = {"a": Rung(wave="a", after="b"), "b": Rung(wave="b", after="a")}
    assert keeper(circle, "a") is None


def test_what_is_kept_is_read_back():
    rung = ladder()["b"].rung
    assert Rung.from_json(rung.as_json()) == rung
    look = found(Verdict.FAIL)
    assert Look.from_json(look.as_json()) == look
    nothing = attrs.evolve(look, age=None, value=None)
    assert Look.from_json(nothing.as_json()) == nothing


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(Verdict), st.booleans()),
                max_size=12))  # fmt: skip
def test_law_it_opens_only_on_all_gates_and_never_after_it_was_given_up(looks):
    of = ladder(GATE, attrs.evolve(GATE, metric="likes_per_view"))
    at = of["b"]
    fails = misses = 0
    for one, other, due in looks:
        if at.state is not Stand.WAITING:
            break
        both = {one, other}
        (turn, *_) = looked(at, of, [found(one), found(other)], DUE if due else EARLY, NOW)
        at = turn.after
        low = Verdict.FAIL in both
        unsure = not low and Verdict.INCONCLUSIVE in both
        fails += due and low
        misses = misses + due if unsure else 0
        assert (at.state is Stand.OPEN) == (both == {Verdict.PASS})
        assert (at.fails, at.misses) == (fails, misses)
        assert (at.state is Stand.FAILED) == (fails >= 3)
        assert at.asks == (at.state is Stand.FAILED or misses >= 2)
        assert (turn.decision is not None) == (at.state is not Stand.WAITING)
