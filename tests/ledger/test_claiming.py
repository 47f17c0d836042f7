"""What a claim promises: who gets what, in which order, and for how long."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from syndicator.ledger.ledger import Claim, Filter, Ledger, LostLease
from syndicator.model.release import Action
from syndicator.model.state import Happened, State

from .conftest import BR, LEASE, NOW, US, claim, keys, live, record, release, row, settle, state

MINUTE = timedelta(minutes=1)


def test_a_limit_takes_those_that_were_due_first(ledger: Ledger) -> None:
    record(ledger, *(release(1, channel=f"c{late}", late=late) for late in (1, 5, 3, 4, 2)))
    assert [each.row.key.channel for each in claim(ledger, limit=2)] == ["c5", "c4"]
    assert [each.row.key.channel for each in claim(ledger, limit=9)] == ["c3", "c2", "c1"]


def test_a_claim_says_who_holds_it_until_when_and_how_often_it_was_tried(ledger: Ledger) -> None:
    record(ledger, release())
    (taken,) = claim(ledger, worker="w1")
    assert (taken.worker, taken.until, taken.token, taken.phase) == ("w1", NOW + LEASE, 1, "open")
    assert (taken.row.worker, taken.row.token, taken.row.attempt) == ("w1", 1, 1)
    event = ledger.history(taken.row.id)[-1]
    assert (event.happened, event.actor) == (Happened.OPEN_BEGAN, "w1")
    assert event.data == {"attempt": 1, "token": 1}


def test_a_claim_is_durable_before_it_is_returned(ledger: Ledger, url: str, tmp_path: Path) -> None:
    from syndicator.ledger import open_ledger

    record(ledger, release())
    claim(ledger)
    other = open_ledger(url, tmp_path)
    assert state(other) is State.PUBLISHING
    other.close()


def test_attempts_are_counted_until_something_comes_of_them(ledger: Ledger) -> None:
    record(ledger, release())
    for attempt in (1, 2, 3):
        (taken,) = claim(ledger)
        assert taken.row.attempt == attempt
        settle(ledger, taken, Happened.ANSWER_LOST if attempt == 1 else Happened.PUT_BACK)
    (taken,) = claim(ledger)
    settle(ledger, taken, Happened.ACCEPTED)
    assert row(ledger).attempt == 0


def test_an_episode_waits_for_nothing_on_other_channels_waves_and_series(ledger: Ledger) -> None:
    record(ledger, release(1), release(2, channel="tube"), release(2, wave="b"), release(0))
    assert len(claim(ledger)) == 4


def test_an_extension_waits_for_earlier_extensions_of_its_wave(ledger: Ledger) -> None:
    record(ledger, *(release(n, wave="a") for n in (1, 2)))
    for _ in range(2):
        live(ledger, claim(ledger)[0])
    record(ledger, *(release(n, action=Action.EXTEND, wave="b", where=US) for n in (1, 2)))
    (first,) = claim(ledger)
    assert str(first.row.key) == "s/ep001/app/b/extend"
    live(ledger, first)
    assert keys(claim(ledger)) == ["s/ep002/app/b/extend"]


def test_an_earlier_episode_with_a_later_date_keeps_nobody_waiting(ledger: Ledger) -> None:
    record(ledger, release(1, late=-60), release(2))
    assert keys(claim(ledger)) == ["s/ep002/app/a/publish"]


@pytest.mark.parametrize(
    ("happened", "goes"),
    [(Happened.CANCELLED, True), (Happened.HELD, False)],
)
def test_an_episode_waits_for_one_that_is_held_and_not_for_one_that_is_cancelled(
    ledger: Ledger, happened: Happened, goes: bool
) -> None:
    record(ledger, release(1), release(2))
    ledger.tell([row(ledger).id], happened, now=NOW, actor="mia", cause="")
    assert bool(claim(ledger)) == goes


def test_what_may_have_happened_is_asked_for_whatever_comes_before_it_now(ledger: Ledger) -> None:
    record(ledger, release(2))
    settle(ledger, claim(ledger)[0], Happened.ANSWER_LOST)
    record(ledger, release(1, late=9))
    assert "s/ep002/app/a/publish" in keys(claim(ledger))


def test_what_was_missed_leaves_its_room_to_what_can_be_claimed(ledger: Ledger) -> None:
    record(ledger, *(release(n, late=9, give_up_at=NOW) for n in range(1, 9)), release(9))
    assert keys(claim(ledger, limit=2)) == ["s/ep009/app/a/publish"]
    (event,) = ledger.history(row(ledger).id)[1:]
    assert event.happened is Happened.MISSED
    assert event.cause == "it was wanted until 2026-06-01 12:00 UTC"


def test_what_somebody_wants_though_it_was_missed_is_released(ledger: Ledger) -> None:
    record(ledger, release(give_up_at=NOW))
    assert claim(ledger) == []
    ledger.tell([row(ledger).id], Happened.RETRIED, now=NOW, actor="mia", cause="late is fine")
    settle(ledger, claim(ledger)[0], Happened.PUT_BACK)
    assert len(claim(ledger, now=NOW + MINUTE)) == 1


def test_what_has_lost_its_rights_is_missed_whoever_wants_it(ledger: Ledger) -> None:
    record(ledger, attrs.evolve(release(give_up_at=NOW), closes_at=NOW + MINUTE))
    assert claim(ledger) == []
    ledger.tell([row(ledger).id], Happened.RETRIED, now=NOW, actor="mia", cause="late is fine")
    assert claim(ledger, now=NOW + MINUTE) == []
    assert state(ledger) is State.MISSED


def test_what_has_begun_is_never_missed(ledger: Ledger) -> None:
    record(ledger, release(give_up_at=NOW + MINUTE))
    settle(ledger, claim(ledger)[0], Happened.ANSWER_LOST)
    assert [each.phase for each in claim(ledger, now=NOW + LEASE)] == ["open"]


def test_what_was_being_staged_is_put_back_where_its_channel_stages_no_more(
    ledger: Ledger,
) -> None:
    record(ledger, release(), release(1, channel="tube"))
    (taken, _) = claim(ledger, staging=("app", "tube"))
    ledger.checkpoint(taken, {"upload": "u1"}, [])
    again = claim(ledger, now=NOW + LEASE, staging=("tube",))
    assert [(each.row.key.channel, each.phase) for each in again] == [
        ("app", "open"), ("tube", "stage"),
    ]  # fmt: skip
    assert again[0].row.saved == {"upload": "u1"}
    told = [event.happened for event in ledger.history(again[0].row.id)]
    assert told[-2:] == [Happened.PUT_BACK, Happened.OPEN_BEGAN]


def test_a_poll_leaves_no_event_until_something_comes_of_it(ledger: Ledger) -> None:
    record(ledger, release())
    settle(ledger, claim(ledger)[0], Happened.ACCEPTED)
    events = len(list(ledger.events()))
    (taken,) = claim(ledger)
    assert (taken.phase, len(list(ledger.events()))) == ("poll", events)
    live(ledger, taken)
    assert state(ledger) is State.LIVE


def test_a_pause_holds_back_whatever_is_to_be_done_on_a_channel(ledger: Ledger) -> None:
    record(ledger, release())
    live(ledger, claim(ledger)[0])
    record(ledger, release(action=Action.WITHDRAW))
    ledger.pause("app", until=NOW + MINUTE, reason="sign in again", now=NOW)
    assert claim(ledger) == []
    ledger.pause("app", until=None, reason="", now=NOW)
    assert len(claim(ledger)) == 1


@pytest.mark.parametrize("again", ["w", "other"])
def test_a_token_grows_with_every_claim_also_of_the_same_worker(ledger: Ledger, again: str) -> None:
    record(ledger, release())
    (old,) = claim(ledger, worker="w")
    (new,) = claim(ledger, worker=again, now=NOW + LEASE)
    assert new.token > old.token
    cause = ledger.history(new.row.id)[-1].cause
    assert cause == "taken over from w"
    for write in (lambda: ledger.checkpoint(old, {}, []), lambda: live(ledger, old)):
        with pytest.raises(LostLease, match="s/ep001/app/a/publish"):
            write()
    assert ledger.renew([old, new], now=NOW, lease=LEASE) == [old.row.id]


@pytest.mark.parametrize("happened", [Happened.SEEN_LIVE, Happened.REFUSED, Happened.PUT_BACK])
def test_what_is_settled_cannot_be_settled_or_saved_again(
    ledger: Ledger, happened: Happened
) -> None:
    record(ledger, release())
    (taken,) = claim(ledger)
    settle(ledger, taken, happened)
    before = row(ledger), list(ledger.events())
    with pytest.raises(LostLease):
        settle(ledger, taken, Happened.SEEN_LIVE)
    with pytest.raises(LostLease):
        ledger.checkpoint(taken, {"a": 1}, [])
    assert (row(ledger), list(ledger.events())) == before


def test_a_stale_settlement_of_a_takedown_leaves_its_subject_alone(ledger: Ledger) -> None:
    record(ledger, release())
    live(ledger, claim(ledger)[0])
    record(ledger, release(action=Action.WITHDRAW))
    (old,) = claim(ledger)
    claim(ledger, now=NOW + LEASE)
    with pytest.raises(LostLease):
        settle(ledger, old, Happened.SEEN_GONE)
    assert (state(ledger), row(ledger).visible) == (State.LIVE, BR)


def test_renewing_is_all_there_is_between_a_long_upload_and_another_worker(ledger: Ledger) -> None:
    record(ledger, *(release(1, channel=f"c{n}") for n in range(3)))
    taken = claim(ledger)
    now = NOW
    for _ in range(4):
        now += 4 * MINUTE
        assert ledger.renew(taken, now=now, lease=LEASE) == []
        assert claim(ledger, worker="other", now=now) == []
    assert len(claim(ledger, worker="other", now=now + LEASE)) == 3


def test_what_goes_wrong_leaves_its_error_until_it_is_tried_again(ledger: Ledger) -> None:
    record(ledger, release())
    settle(ledger, claim(ledger)[0], Happened.REFUSED)
    assert row(ledger).error == "no"
    ledger.tell([row(ledger).id], Happened.RETRIED, now=NOW, actor="mia", cause="mended")
    assert row(ledger).error == ""


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (Filter(territories=("BR",)), 2),
        (Filter(territories=("US",)), 2),
        (Filter(territories=("CN",)), 0),
        (Filter(territories=("CN", "US")), 2),
        (Filter(channels=("app", "tube")), 2),
        (Filter(keys=("s/ep001/app/",)), 1),
        (Filter(keys=("s/ep0",)), 0),
        (Filter(keys=("s/ep001/app/a/publish", "s/ep001/tube/")), 2),
        (Filter(series=("s",), channels=("x",), territories=("DE",)), 1),
        (Filter(states=("planned", "staged")), 3),
    ],
)
def test_filters_are_sets_that_meet(ledger: Ledger, only: Filter, found: int) -> None:
    world = type(BR).parse(["WORLD", "-CN"])
    record(
        ledger,
        release(1),
        release(1, channel="tube", where=US),
        release(1, channel="x", where=world),
    )
    assert ledger.due(NOW, only).releases == found
    taken: list[Claim] = claim(ledger, only=only)
    assert len(taken) == found


def test_how_much_is_due_counts_the_bytes_that_are_not_there_yet(ledger: Ledger) -> None:
    record(ledger, release(1), release(1, channel="tube"), release(1, channel="x", late=-9))
    assert (ledger.due(NOW, Filter()).releases, ledger.due(NOW, Filter()).bytes) == (2, 2000)
    (taken,) = claim(ledger, only=Filter(channels=("app",)), staging=("app",))
    settle(ledger, taken, Happened.STAGE_DONE)
    assert (ledger.due(NOW, Filter()).releases, ledger.due(NOW, Filter()).bytes) == (2, 1000)


def test_the_next_time_is_that_of_whatever_waits_for_nobody(ledger: Ledger) -> None:
    assert ledger.next_at() is None
    record(ledger, release(late=-60), release(1, channel="tube", late=-30))
    assert ledger.next_at() == NOW + 30 * MINUTE
    ledger.tell(
        [row(ledger, "s/ep001/tube/a/publish").id], Happened.HELD, now=NOW, actor="mia", cause="no"
    )
    assert ledger.next_at() == NOW + 60 * MINUTE
