"""How waves stand: turned once, with the decision and what follows for releases, or not at all."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta

import attrs
import pytest

from syndicator.ledger.ledger import Filter, Ledger, Settlement
from syndicator.ledger.sqlite import SqliteLedger
from syndicator.model.calendar import Gate
from syndicator.model.plan import Kind
from syndicator.model.release import Action, Reason
from syndicator.model.rollout import Decision, Look, Rung, Stand, Standing, Turn, Verdict
from syndicator.model.state import Happened, State

from .conftest import NOW, change, claim, live, record, release, row

HELD = Reason("gate", "wave b opens when views of wave a is at least 9; see: …")
GATE = Gate(metric="views", at_least=9)
FOUND = Look(
    metric="views", at_least=9, verdict=Verdict.FAIL, value=3.0, sample=3.0, min_views=0,
    age=timedelta(hours=2), max_age=timedelta(hours=48), at=NOW, why="views is 3: too low",
)  # fmt: skip


def standing(wave: str = "b", state: Stand = Stand.WAITING, **more: object) -> Standing:
    gates = (GATE,) if wave == "b" else ()
    after = {"a": None, "b": "a", "c": "b"}[wave]
    rung = Rung(wave=wave, after=after, gates=gates)
    about = {"series": "s", "rung": rung, "place": "abc".index(wave), "state": state, **more}
    return Standing(**about)


def decided(of: Standing, verb: str, reason: str = "8 is enough", actor: str = "ana") -> Decision:
    return Decision(series="s", wave=of.wave, at=NOW, verb=verb, actor=actor, reason=reason)


def lay(ledger: Ledger, *standings: Standing) -> None:
    assert ledger.turn([Turn(before=None, after=each) for each in standings], now=NOW) == []


def now(ledger: Ledger, wave: str = "b") -> Standing:
    return next(each for each in ledger.standings(("s",)) if each.wave == wave)


def to(ledger: Ledger, verb: str, wave: str = "b", **change_: object) -> Turn:
    seen = now(ledger, wave)
    return Turn(before=seen, after=attrs.evolve(seen, **change_), decision=decided(seen, verb))


def opens(ledger: Ledger, wave: str = "b") -> Turn:
    return to(ledger, "opened", wave, state=Stand.OPEN, before=None, opened_at=NOW, next_at=None)


def test_what_is_written_is_read_back_in_the_order_in_which_waves_open(ledger: Ledger) -> None:
    told = [
        standing("c"),
        standing("a", Stand.OPEN),
        standing("b", fails=2, misses=1, looked_at=NOW, next_at=NOW, looks=(FOUND,)),
    ]
    lay(ledger, *told)
    assert ledger.standings() == [told[1], told[2], told[0]]
    assert ledger.standings(("other",)) == []


def test_a_standing_that_was_changed_meanwhile_is_not_changed(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b", held=HELD))
    lay(ledger, standing())
    first, second = opens(ledger), opens(ledger)
    assert [each.happened for each in ledger.turn([first], now=NOW) or ()] == [Happened.RESUMED]
    assert ledger.turn([second], now=NOW) is None
    assert len(ledger.decisions()) == 1
    again = Turn(before=None, after=standing())
    assert ledger.turn([again], now=NOW) is None, "it is there already"


def test_all_turns_or_none(ledger: Ledger) -> None:
    lay(ledger, standing(), standing("c"))
    good, stale = opens(ledger), opens(ledger, "c")
    ledger.turn([to(ledger, "paused", "c", state=Stand.PAUSED, before=Stand.WAITING)], now=NOW)
    assert ledger.turn([good, stale], now=NOW) is None
    assert now(ledger).state is Stand.WAITING
    assert [each.verb for each in ledger.decisions(("s",))] == ["paused"]


def test_two_runs_at_once_open_once(ledger: Ledger, url: str, tmp_path) -> None:
    record(ledger, *(release(n, wave="b", held=HELD) for n in range(1, 9)))
    lay(ledger, standing())
    turn = opens(ledger)
    results: list[object] = []
    start = threading.Barrier(4)

    def run() -> None:
        mine = SqliteLedger(tmp_path / "ledger.db")
        start.wait()
        results.append(mine.turn([turn], now=NOW))
        mine.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(len(each) if each is not None else -1 for each in results) == [-1, -1, -1, 8]
    resumed = [each for each in ledger.events() if each.happened is Happened.RESUMED]
    assert len(resumed) == 8
    assert len(ledger.decisions()) == 1


def test_an_opened_wave_lets_go_what_waited_with_the_figures_as_cause(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b", held=HELD), release(2, wave="c", held=HELD))
    lay(ledger, standing(), standing("c"))
    (event,) = ledger.turn([opens(ledger)], now=NOW) or ()
    assert (event.actor, event.cause, event.state) == ("ana", "8 is enough", State.PLANNED)
    assert row(ledger, "s/ep002/app/c/publish").state is State.HELD
    assert len(claim(ledger)) == 1


def test_what_is_planned_later_of_an_open_wave_goes_on_at_once(ledger: Ledger) -> None:
    lay(ledger, standing())
    ledger.turn([opens(ledger)], now=NOW)
    record(ledger, release(1, wave="b", held=HELD))
    assert row(ledger, "s/ep001/app/b/publish").state is State.PLANNED
    assert ledger.known("s")[release(1, wave="b").key].waived_hold == "gate"


def test_a_wave_that_is_open_only_because_it_had_no_gate_lets_nothing_go(ledger: Ledger) -> None:
    lay(ledger, standing(state=Stand.OPEN))
    record(ledger, release(1, wave="b", held=HELD))
    assert row(ledger, "s/ep001/app/b/publish").state is State.HELD


def test_a_paused_wave_holds_what_waits_and_what_is_planned_later(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b"), release(2, wave="c"))
    lay(ledger, standing(state=Stand.OPEN, opened_at=NOW))
    (event,) = ledger.turn(
        [to(ledger, "paused", state=Stand.PAUSED, before=Stand.OPEN)], now=NOW
    ) or ()  # fmt: skip
    assert (event.happened, event.cause) == (Happened.HELD, "wave b is paused: 8 is enough")
    record(ledger, release(3, wave="b"), release(4, wave="b", held=HELD))
    assert [str(each.row.key) for each in claim(ledger)] == ["s/ep002/app/c/publish"]
    events = ledger.turn([to(ledger, "resumed", state=Stand.OPEN, before=None)], now=NOW)
    assert len(events or ()) == 3
    keys = [f"s/ep00{number}/app/b/publish" for number in (1, 3, 4)]
    assert {row(ledger, key).state for key in keys} == {State.PLANNED}


def test_nothing_under_way_is_touched(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b"))
    lay(ledger, standing(state=Stand.OPEN))
    (taken,) = claim(ledger)
    assert ledger.turn(
        [to(ledger, "aborted", state=Stand.ABORTED, next_at=NOW)], now=NOW
    ) == []  # fmt: skip
    live(ledger, taken)
    assert row(ledger, "s/ep001/app/b/publish").state is State.LIVE


def test_an_aborted_wave_cancels_what_is_not_out_and_holds_what_comes_later(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b", held=HELD), release(2, wave="b"),
           release(3, wave="b", blocked=(Reason("kind", "no"),)), release(4, wave="a"))  # fmt: skip
    lay(ledger, standing())
    events = ledger.turn([to(ledger, "aborted", state=Stand.ABORTED, next_at=NOW)], now=NOW) or ()
    assert {each.happened for each in events} == {Happened.CANCELLED}
    assert len(events) == 3
    assert ledger.rollouts_due(NOW) == ["s"]
    record(ledger, release(5, wave="b"))
    assert row(ledger, "s/ep005/app/b/publish").state is State.HELD


def test_a_hold_of_a_person_outlives_the_wave_s(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b"))
    lay(ledger, standing(state=Stand.OPEN))
    found = row(ledger, "s/ep001/app/b/publish")
    ledger.tell([found.id], Happened.HELD, now=NOW, actor="bo", cause="the music")
    ledger.turn([to(ledger, "paused", state=Stand.PAUSED, before=Stand.OPEN)], now=NOW)
    ledger.turn([to(ledger, "resumed", state=Stand.OPEN, before=None)], now=NOW)
    assert row(ledger, "s/ep001/app/b/publish").reasons[0].text == "the music"


def test_what_the_last_look_found_stands_in_the_reason_once(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b", held=HELD), release(2, wave="c", held=HELD))
    lay(ledger, standing(), standing("c"))
    for number in (3, 4):
        found = attrs.evolve(FOUND, why=f"views is {number}: too low")
        ledger.turn([to(ledger, "changed", looks=(found,), looked_at=NOW)], now=NOW)
    text = f"{HELD.text}; last look 2026-06-01 12:00 UTC: views is 4: too low"
    for wave, number in (("b", 1), ("c", 2)):
        (reason,) = row(ledger, f"s/ep00{number}/app/{wave}/publish").reasons
        assert reason == Reason("gate", text)
    known = ledger.known("s")
    assert change(ledger, Kind.HELD, release(1, wave="b", held=HELD, late=9),
                  known=known[release(1, wave="b").key]) == 0  # fmt: skip
    assert row(ledger, "s/ep001/app/b/publish").reasons[0].text == text


def test_the_next_look_is_the_ledger_s_next_instant(ledger: Ledger) -> None:
    assert ledger.next_at() is None
    lay(ledger, standing(next_at=NOW))
    assert ledger.next_at() == NOW
    assert ledger.rollouts_due(NOW - timedelta(seconds=1)) == []
    assert ledger.rollouts_due(NOW) == ["s"]
    record(ledger, release(1, late=60))
    assert ledger.next_at() == NOW - timedelta(minutes=60)


def test_extensions_follow_their_wave_and_takedowns_do_not(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b", held=HELD, action=Action.EXTEND),
           release(2, wave="b", action=Action.WITHDRAW))  # fmt: skip
    lay(ledger, standing())
    ledger.turn([to(ledger, "paused", state=Stand.PAUSED, before=Stand.WAITING)], now=NOW)
    states = {each.key.action: each.state for each in ledger.rows(Filter())}
    assert states == {"extend": State.HELD, "withdraw": State.PLANNED}


@pytest.mark.parametrize(
    "statement", ["UPDATE decision SET actor = 'x'", "DELETE FROM decision",
                  "INSERT INTO decision VALUES (9, 's', 'b', 1, 'opened', '', 'why', NULL)",
                  "INSERT INTO decision VALUES (9, 's', 'b', 1, 'opened', 'ana', '', NULL)",
                  "UPDATE rollout SET before = 'open'", "UPDATE rollout SET state = 'paused'",
                  "UPDATE rollout SET state = 'open', next_ms = 5",
                  "UPDATE rollout SET state = 'asleep'"],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_decisions_are_for_ever(
    ledger: Ledger, tmp_path, statement: str
) -> None:
    lay(ledger, standing())
    ledger.turn([opens(ledger)], now=NOW)
    with sqlite3.connect(tmp_path / "ledger.db") as direct, pytest.raises(sqlite3.IntegrityError):
        direct.execute(statement)
    direct.close()


def test_what_is_retried_under_a_shut_wave_is_held_in_the_same_transaction(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b"), release(2, wave="c"), release(3, wave="a"))
    lay(ledger, standing("a", Stand.OPEN), standing(next_at=None), standing("c"))
    ids = [each.id for each in ledger.rows(Filter())]
    ledger.tell(ids, Happened.CANCELLED, now=NOW, actor="ana", cause="a claim")
    events = ledger.tell(ids, Happened.RETRIED, now=NOW, actor="ana", cause="it is settled")
    held = [each for each in events if each.happened is Happened.HELD]
    assert {(each.actor, each.cause) for each in held} == {
        ("gate", "wave b opens when views of wave a is at least 9; see: syndicate rollout status")
    }
    assert len(events) == 3 + 2
    assert [str(each.row.key) for each in claim(ledger)] == ["s/ep003/app/a/publish"]
    assert now(ledger).next_at == NOW, "nobody looked any more, as nothing waited"
    assert now(ledger, "c").next_at is None, "it has no gate to look at"
    assert len(ledger.turn([opens(ledger)], now=NOW) or ()) == 1, "the first goes on"


def test_what_turns_out_not_to_be_there_does_not_go_out_under_a_shut_wave(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b"))
    lay(ledger, standing("a", Stand.OPEN), standing(state=Stand.OPEN, opened_at=NOW))
    (taken,) = claim(ledger)
    ledger.settle(taken, Settlement(happened=Happened.DOUBTED), now=NOW)
    ledger.turn([to(ledger, "paused", state=Stand.PAUSED, before=Stand.OPEN)], now=NOW)
    ledger.tell([taken.row.id], Happened.DECLARED_ABSENT, now=NOW, actor="ana", cause="I looked")
    found = row(ledger, "s/ep001/app/b/publish")
    assert (found.state, found.reasons[0].text) == (State.HELD, "wave b is paused: 8 is enough")
    ledger.turn([to(ledger, "resumed", state=Stand.OPEN, before=None)], now=NOW)
    assert len(claim(ledger)) == 1


def test_what_is_put_back_while_its_wave_is_paused_is_held(ledger: Ledger) -> None:
    record(ledger, release(1, wave="b"))
    lay(ledger, standing("a", Stand.OPEN), standing(state=Stand.OPEN, opened_at=NOW))
    (taken,) = claim(ledger)
    ledger.turn([to(ledger, "paused", state=Stand.PAUSED, before=Stand.OPEN)], now=NOW)
    ledger.settle(taken, Settlement(happened=Happened.PUT_BACK, next_at=NOW), now=NOW)
    assert row(ledger, "s/ep001/app/b/publish").state is State.HELD
    assert claim(ledger) == []
    ledger.turn([to(ledger, "resumed", state=Stand.OPEN, before=None)], now=NOW)
    assert len(claim(ledger)) == 1
