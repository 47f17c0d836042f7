"""What recording promises: every kind of change, all or none, never over somebody's work."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from syndicator.ledger.ledger import Filter, Ledger, LedgerMoved
from syndicator.model.money import Money
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.release import Action, Reason, ReleaseKey
from syndicator.model.state import Happened, State
from syndicator.model.terms import Terms

from .conftest import BR, LEASE, NOW, US, change, claim, live, record, release, row, settle, state

KEY = ReleaseKey.parse("s/ep001/app/a/publish")
WHY = Reason("no-rights", "no licence covers BR: avails.xlsx row 7")
GATE = Reason("gate", "420 of 1000 views")
HOUR = timedelta(hours=1)


def test_a_new_release_is_read_back_as_it_was_recorded(ledger: Ledger) -> None:
    price = Terms(model="unlock", free_episodes=3, unlock_price=Money(99, "USD"))
    wanted = attrs.evolve(
        release(terms=price, part="-0300", give_up_at=NOW + HOUR), begin_at=NOW - 2 * HOUR,
        closes_at=NOW + 9 * HOUR,
    )  # fmt: skip
    record(ledger, wanted)
    (found,) = ledger.rows(Filter())
    assert (found.key, found.at, found.begin_at, found.next_at, found.since) == (
        wanted.key, wanted.at, wanted.begin_at, wanted.begin_at, NOW,
    )  # fmt: skip
    assert (found.give_up_at, found.closes_at) == (wanted.give_up_at, wanted.closes_at)
    assert (found.territories, found.terms, found.content) == (BR, price, "c1")
    assert (found.order, found.size, found.line) == (1, 1000, "calendars/s.yaml:1")
    (event,) = ledger.history(found.id)
    assert (event.key, event.at, event.actor) == (wanted.key, NOW, "me")
    assert event.cause == "asked for by calendars/s.yaml:1"


def test_a_moved_release_is_due_at_its_new_time_only(ledger: Ledger) -> None:
    record(ledger, release())
    assert change(ledger, Kind.MOVED, release(late=-60)) == 0
    assert claim(ledger) == []
    assert ledger.next_at() == NOW + HOUR
    assert len(claim(ledger, now=NOW + HOUR)) == 1
    assert ledger.history(row(ledger).id)[1].cause == "a note"


def test_changed_content_forgets_what_was_saved_for_the_old_one(ledger: Ledger) -> None:
    record(ledger, release())
    (taken,) = claim(ledger)
    ledger.checkpoint(taken, {"upload": "u1"}, [])
    settle(ledger, taken, Happened.PUT_BACK)
    change(ledger, Kind.MOVED, release(late=2))
    assert row(ledger).saved == {"upload": "u1"}
    change(ledger, Kind.CHANGED, release(content="c2"))
    assert (row(ledger).saved, row(ledger).content) == ({}, "c2")


def test_what_is_blocked_is_not_claimed_until_it_is_freed(ledger: Ledger) -> None:
    record(ledger, release())
    change(ledger, Kind.BLOCKED, release(blocked=(WHY,)))
    assert (state(ledger), row(ledger).reasons, claim(ledger)) == (State.BLOCKED, (WHY,), [])
    assert ledger.next_at() is None
    change(ledger, Kind.FREED, release())
    assert (state(ledger), row(ledger).reasons) == (State.PLANNED, ())
    assert len(claim(ledger)) == 1


def test_what_is_held_goes_on_when_its_gate_opens(ledger: Ledger) -> None:
    record(ledger, release())
    change(ledger, Kind.HELD, release(held=GATE))
    assert (state(ledger), row(ledger).reasons, claim(ledger)) == (State.HELD, (GATE,), [])
    change(ledger, Kind.FREED, release())
    assert len(claim(ledger)) == 1


def test_a_moved_date_does_not_let_go_what_a_person_holds(ledger: Ledger) -> None:
    record(ledger, release())
    ledger.tell([row(ledger).id], Happened.HELD, now=NOW, actor="mia", cause="wait for the lawyer")
    change(ledger, Kind.MOVED, release(late=9))
    assert (state(ledger), row(ledger).reasons) == (
        State.HELD,
        (Reason("held-by-person", "wait for the lawyer"),),
    )


def test_what_no_calendar_asks_for_any_more_stands_aside_and_says_so(ledger: Ledger) -> None:
    record(ledger, release())
    change(ledger, Kind.GONE, None)
    assert (state(ledger), row(ledger).reasons[0].code) == (State.BLOCKED, "not-in-calendar")
    assert not ledger.aside(NOW).blocked


def test_what_a_person_must_decide_is_not_recorded(ledger: Ledger) -> None:
    record(ledger, release())
    live(ledger, claim(ledger)[0])
    gone = Change(Kind.GONE, None, ledger.known("s")[KEY], "it is live", needs_person=True)
    changes = Changes(series="s", items=[gone], contents={}, same=0)
    assert ledger.record(changes, now=NOW, actor="me") == 0
    assert state(ledger) is State.LIVE


@pytest.mark.parametrize("before", ["claimed", "lost", "dead"])
def test_a_change_waits_for_what_is_under_way(ledger: Ledger, before: str) -> None:
    record(ledger, release())
    known = ledger.known("s")[KEY]
    (taken,) = claim(ledger)
    if before == "lost":
        settle(ledger, taken, Happened.ANSWER_LOST)
    at = row(ledger).at
    assert change(ledger, Kind.MOVED, release(late=-60), known=known) == 1
    assert change(ledger, Kind.MOVED, release(late=-60), now=NOW + LEASE) == 1
    assert row(ledger).at == at


@pytest.mark.parametrize("happened", [Happened.SEEN_LIVE, Happened.ACCEPTED, Happened.DOUBTED])
def test_a_change_of_what_is_not_as_it_was_is_refused_with_all_others(
    ledger: Ledger, happened: Happened
) -> None:
    record(ledger, release(1), release(2, wave="b"))
    known = ledger.known("s")
    taken = claim(ledger, only=Filter(keys=(str(KEY),)))
    settle(ledger, taken[0], happened)
    before = list(ledger.events())
    other = ReleaseKey.parse("s/ep002/app/b/publish")
    items = [
        Change(Kind.MOVED, release(2, wave="b", late=-60), known[other]),
        Change(Kind.MOVED, release(1, late=-60), known[KEY]),
        Change(Kind.NEW, release(3)),
    ]
    with pytest.raises(LedgerMoved, match=str(KEY)) as found:
        ledger.record(
            Changes(series="s", items=items, contents={"c1": "{}"}, same=0), now=NOW, actor="me"
        )
    assert found.value.key == str(KEY)
    assert list(ledger.events()) == before
    assert len(list(ledger.rows(Filter()))) == 2
    assert row(ledger, str(other)).at == release(2).at


@pytest.mark.parametrize("happened", [Happened.REFUSED])
def test_a_failed_release_is_tried_again_when_it_is_asked_for_otherwise(
    ledger: Ledger, happened: Happened
) -> None:
    record(ledger, release())
    settle(ledger, claim(ledger)[0], happened)
    change(ledger, Kind.CHANGED, release(content="c2"))
    assert (state(ledger), row(ledger).error, row(ledger).attempt) == (State.PLANNED, "", 0)
    assert claim(ledger)[0].row.attempt == 1


def test_a_series_knows_its_own_releases_and_those_of_no_other(ledger: Ledger) -> None:
    record(ledger, release(1), release(1, where=US, channel="tube", held=GATE))
    other = release(1)
    record(ledger, attrs.evolve(other, key=other.key._replace(series="s-2")))
    known = ledger.known("s")
    assert sorted(map(str, known)) == ["s/ep001/app/a/publish", "s/ep001/tube/a/publish"]
    tube = known[ReleaseKey.parse("s/ep001/tube/a/publish")]
    assert (tube.state, tube.reasons, tube.territories) == (State.HELD, (GATE,), "US")
    assert (tube.begun, tube.visible, tube.waived_hold) == (False, "", "")
    live(ledger, claim(ledger)[0])
    assert (ledger.known("s")[KEY].begun, ledger.known("s")[KEY].visible) == (True, "BR")
    assert ledger.known("nothing") == {}


def test_recording_nothing_new_leaves_no_trace(ledger: Ledger) -> None:
    record(ledger, release())
    events = list(ledger.events())
    assert ledger.record(
        Changes(series="s", items=[], contents={}, same=1), now=NOW, actor="me"
    ) == 0  # fmt: skip
    assert list(ledger.events()) == events


def test_instants_keep_their_milliseconds(ledger: Ledger) -> None:
    for number in range(1, 200):
        at = NOW + timedelta(milliseconds=number * 7919)
        record(ledger, attrs.evolve(release(number), at=at, begin_at=at))
        found = row(ledger, f"s/ep{number:03}/app/a/publish")
        assert (found.at, found.next_at) == (at, at)


def test_content_is_resolved_by_its_digest(ledger: Ledger) -> None:
    from syndicator.model.content import contents_of
    from syndicator.model.work import Cut, CutKind, Series

    series = Series(id="s", original_language="en", year=2026, production="live_action")
    cut = Cut(id="ep001", kind=CutKind.EPISODE, episodes=(1,), variants=())
    digests, texts = contents_of(series, [cut])
    wanted = release(content=digests["ep001"], action=Action.PUBLISH)
    ledger.record(
        Changes(series="s", items=[Change(Kind.NEW, wanted)], contents=texts, same=0),
        now=NOW, actor="me",
    )  # fmt: skip
    found = ledger.content(row(ledger).content)
    assert (found.series.id, found.cut.id, found.cut.episodes) == ("s", "ep001", (1,))
