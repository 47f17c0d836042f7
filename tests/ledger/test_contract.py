"""What every ledger promises."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import attrs
import pytest

from syndicator.ledger.ledger import Filter, Ledger, LedgerMoved, LostLease, Settlement
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.release import Action, Reason
from syndicator.model.source import Source
from syndicator.model.state import Happened, State, replay

from .conftest import BR, LEASE, NOW, US, charge, claim, keys, live, record, release

MINUTE = timedelta(minutes=1)


def states(ledger: Ledger) -> dict[str, str]:
    return {str(row.key): str(row.state) for row in ledger.rows(Filter())}


def test_recording_is_all_or_nothing(ledger: Ledger) -> None:
    record(ledger, release(1))
    twice = Changes(series="s", same=0, contents={"c1": "{}"},
                    items=[Change(Kind.NEW, release(2)), Change(Kind.NEW, release(1))])  # fmt: skip
    with pytest.raises(LedgerMoved, match="s/ep001/app/a/publish"):
        ledger.record(twice, now=NOW, actor="me")
    assert list(states(ledger)) == ["s/ep001/app/a/publish"]


def test_the_first_state_is_what_the_plan_says(ledger: Ledger) -> None:
    reason = Reason("no-rights", "no licence")
    record(ledger, release(1), release(2, blocked=(reason,)), release(3, held=reason))
    assert list(states(ledger).values()) == ["planned", "blocked", "held"]
    assert [row.reasons for row in ledger.rows(Filter())] == [(), (reason,), (reason,)]


def test_a_change_of_something_under_way_waits_and_is_counted(ledger: Ledger) -> None:
    record(ledger, release(1))
    (taken,) = claim(ledger)
    (known,) = ledger.known("s").values()
    moved = Change(Kind.MOVED, release(1, late=-60), known)
    changes = Changes(series="s", items=[moved], contents={}, same=0)
    assert ledger.record(changes, now=NOW, actor="me") == 1
    live(ledger, taken)


def test_what_is_due_is_claimed_oldest_first(ledger: Ledger) -> None:
    record(
        ledger,
        release(1, channel="a"),
        release(1, channel="b", late=9),
        release(1, channel="c", late=-9),
    )
    assert keys(claim(ledger)) == ["s/ep001/b/a/publish", "s/ep001/a/a/publish"]
    assert claim(ledger, worker="other") == []
    assert ledger.next_at() == NOW + LEASE, "a lease that runs out is due"


def test_an_episode_waits_for_the_one_before_it_on_its_channel_and_wave(ledger: Ledger) -> None:
    record(ledger, release(1), release(2), release(2, channel="tube"), release(3, wave="b"))
    first = claim(ledger)
    assert sorted(keys(first)) == [
        "s/ep001/app/a/publish",
        "s/ep002/tube/a/publish",
        "s/ep003/app/b/publish",
    ]
    for each in first:
        live(ledger, each)
    assert keys(claim(ledger)) == ["s/ep002/app/a/publish"]


def test_of_two_publishes_of_a_cut_on_a_channel_only_one_begins(ledger: Ledger) -> None:
    record(ledger, release(2, wave="a"), release(2, wave="b"))
    (first,) = claim(ledger)
    live(ledger, first)
    assert claim(ledger) == []


@pytest.mark.parametrize("happened", [Happened.REFUSED, Happened.DOUBTED])
def test_an_episode_that_failed_or_is_unknown_keeps_the_next_one_waiting(
    ledger: Ledger, happened: Happened
) -> None:
    record(ledger, release(1), release(2))
    (taken,) = claim(ledger)
    ledger.settle(taken, Settlement(happened=happened, error="no"), now=NOW)
    assert claim(ledger) == []


def test_bytes_are_staged_without_waiting_and_opened_in_order(ledger: Ledger) -> None:
    record(ledger, release(1), release(2))
    staged = claim(ledger, staging=("app",))
    assert [(each.row.key.cut, each.phase) for each in staged] == [
        ("ep001", "stage"),
        ("ep002", "stage"),
    ]
    for each in staged:
        ledger.settle(each, Settlement(happened=Happened.STAGE_DONE, next_at=each.row.at), now=NOW)
    assert [(each.row.key.cut, each.phase) for each in claim(ledger, staging=("app",))] == [
        ("ep001", "open")
    ]


def test_an_extension_waits_for_its_publish_and_widens_it(ledger: Ledger) -> None:
    record(ledger, release(1), release(1, action=Action.EXTEND, wave="b", where=US))
    (publish,) = claim(ledger)
    live(ledger, publish)
    (extend,) = claim(ledger)
    assert extend.subject is not None
    assert extend.subject.receipt is not None
    live(ledger, extend)
    (row,) = ledger.rows(Filter(keys=("s/ep001/app/a/publish",)))
    assert row.visible == BR | US


def test_two_extensions_that_end_together_both_count(ledger: Ledger) -> None:
    de = type(BR).parse(["DE"])
    record(ledger, release(1), release(1, action=Action.EXTEND, wave="b", where=US),
           release(1, action=Action.EXTEND, wave="c", where=de))  # fmt: skip
    (publish,) = claim(ledger)
    live(ledger, publish)
    both = claim(ledger)
    assert len(both) == 2
    for each in both:
        live(ledger, each)
    (row,) = ledger.rows(Filter(keys=("s/ep001/app/a/publish",)))
    assert row.visible == BR | US | de


def test_a_withdrawal_narrows_and_then_ends_what_it_is_about(ledger: Ledger) -> None:
    record(ledger, release(1), release(1, action=Action.EXTEND, wave="b", where=US))
    for _ in range(2):
        (taken,) = claim(ledger)
        live(ledger, taken)
    for where, left in ((US, BR), (BR, None)):
        record(ledger, release(1, action=Action.WITHDRAW, where=where, part=str(where)))
        (taken,) = claim(ledger)
        assert taken.phase == "take_down"
        ledger.settle(taken, Settlement(happened=Happened.SEEN_GONE, territories=where), now=NOW)
        (row,) = ledger.rows(Filter(keys=("s/ep001/app/a/publish",)))
        assert (row.visible == left) if left else not row.visible
    assert set(states(ledger).values()) == {"withdrawn"}


def test_an_update_becomes_the_content_of_what_it_is_about(ledger: Ledger) -> None:
    record(ledger, release(1))
    (taken,) = claim(ledger)
    live(ledger, taken)
    record(ledger, release(1, action=Action.UPDATE, content="c2", part="c2"))
    (update,) = claim(ledger)
    live(ledger, update)
    (row,) = ledger.rows(Filter(keys=("s/ep001/app/a/publish",)))
    assert row.content == "c2"


def test_a_lapsed_lease_is_taken_over_and_the_old_worker_can_write_nothing(ledger: Ledger) -> None:
    record(ledger, release(1))
    (old,) = claim(ledger, worker="old")
    ledger.checkpoint(old, {"upload": "u1"}, ["post"])
    (new,) = claim(ledger, worker="new", now=NOW + LEASE)
    assert (new.token, new.row.saved, new.row.asked) == (old.token + 1, {"upload": "u1"}, ("post",))
    with pytest.raises(LostLease):
        ledger.checkpoint(old, {"upload": "u2"}, [])
    with pytest.raises(LostLease):
        live(ledger, old)
    assert ledger.renew([old], now=NOW, lease=LEASE) == [old.row.id]
    (row,) = ledger.rows(Filter())
    assert row.saved == {"upload": "u1"}
    live(ledger, new, now=NOW + LEASE)


def test_a_renewed_lease_is_not_taken_over(ledger: Ledger) -> None:
    record(ledger, release(1))
    (taken,) = claim(ledger)
    assert ledger.renew([taken], now=NOW + 4 * MINUTE, lease=LEASE) == []
    assert claim(ledger, worker="other", now=NOW + 6 * MINUTE) == []


def test_what_is_too_late_to_be_wanted_is_missed(ledger: Ledger) -> None:
    record(ledger, release(1, give_up_at=NOW - MINUTE))
    assert claim(ledger) == []
    assert states(ledger) == {"s/ep001/app/a/publish": "missed"}


def test_a_paused_channel_is_left_alone_until_then(ledger: Ledger) -> None:
    record(ledger, release(1), release(1, channel="tube"))
    ledger.pause("app", until=NOW + MINUTE, reason="down", now=NOW)
    assert keys(claim(ledger)) == ["s/ep001/tube/a/publish"]
    assert dict(ledger.paused(NOW)) == {"app": (NOW + MINUTE, "down")}
    assert keys(claim(ledger, now=NOW + MINUTE)) == ["s/ep001/app/a/publish"]
    ledger.pause("app", until=None, reason="", now=NOW)
    assert dict(ledger.paused(NOW)) == {}


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (Filter(series=("s",)), 3),
        (Filter(series=("t",)), 0),
        (Filter(channels=("tube",)), 1),
        (Filter(territories=("US",)), 1),
        (Filter(states=("live",)), 0),
        (Filter(keys=("s/ep001/",)), 3),
        (Filter(keys=("s/ep001/app/a/publish",)), 1),
    ],
)
def test_filters_narrow_claims_rows_and_counts_alike(
    ledger: Ledger, only: Filter, found: int
) -> None:
    record(ledger, release(1), release(1, channel="tube"), release(1, channel="x", where=US))
    assert sum(ledger.counts(only).values()) == found
    assert len(list(ledger.rows(only))) == found
    assert ledger.due(NOW, only).releases == found
    assert len(claim(ledger, only=only)) == found


def test_two_claimers_never_get_the_same_release(ledger: Ledger) -> None:
    record(ledger, *(release(1, channel=f"c{n}") for n in range(40)))
    found: list[str] = []

    def work(name: str) -> None:
        while taken := claim(ledger, worker=name, limit=1):
            found.extend(keys(taken))

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert max(Counter(found).values()) == 1
    assert len(found) == 40


def test_what_people_say_moves_only_what_it_can(ledger: Ledger) -> None:
    gate = Reason("gate", "views")
    record(ledger, release(1), release(2, held=gate))
    ids = [row.id for row in ledger.rows(Filter())]
    events = ledger.tell(ids, Happened.RESUMED, now=NOW, actor="mia", cause="go")
    assert [(str(e.key), e.actor, e.cause) for e in events] == [
        ("s/ep002/app/a/publish", "mia", "go")
    ]
    assert ledger.known("s")[events[0].key].waived_hold == "gate"
    assert len(ledger.tell(ids, Happened.CANCELLED, now=NOW, actor="mia", cause="no")) == 2
    assert ledger.tell(ids, Happened.HELD, now=NOW, actor="mia", cause="no") == []


def test_unknown_is_left_by_a_named_person_with_a_receipt_that_says_so(ledger: Ledger) -> None:
    record(ledger, release(1))
    (taken,) = claim(ledger)
    ledger.settle(taken, Settlement(happened=Happened.DOUBTED, error="who knows"), now=NOW)
    assert ledger.aside(NOW).unknown
    ledger.tell([taken.row.id], Happened.DECLARED_LIVE, now=NOW, actor="mia", cause="seen")
    (row,) = ledger.rows(Filter())
    assert row.receipt is not None
    assert (row.state, row.receipt.remote_id, row.visible) == (State.LIVE, "declared by mia", BR)


def test_a_quota_is_never_overspent_and_renewed_with_its_span(ledger: Ledger) -> None:
    two = charge(2, amount=5)
    assert [ledger.spend([two]) for _ in range(4)] == [None, None, two, two]
    assert ledger.spend([charge(2, amount=5, span=NOW + MINUTE)]) is None
    assert ledger.spend([charge(5, amount=5, account="b")]) is None
    assert ledger.spend([charge(6, amount=5, account="c")]) is not None
    assert ledger.spent("acme", "posts", since=NOW) == 6
    assert ledger.spent("acme", "posts", since=NOW + MINUTE) == 2


def test_of_several_quotas_all_are_spent_or_none(ledger: Ledger) -> None:
    small = charge(3, amount=2, quota="uploads")
    assert ledger.spend([charge(50), small]) == small
    assert ledger.spent("acme", "posts", since=NOW) == 0


def test_spans_that_still_count_leave_less(ledger: Ledger) -> None:
    ledger.spend([charge(4, amount=5)])
    later = attrs.evolve(charge(2, amount=5, span=NOW + MINUTE), since=NOW)
    assert ledger.spend([later]) == later
    assert ledger.spend([attrs.evolve(later, since=NOW + MINUTE)]) is None


def test_events_replay_to_the_state_table(ledger: Ledger) -> None:
    record(ledger, release(1), release(2))
    (taken,) = claim(ledger)
    ledger.settle(
        taken, Settlement(happened=Happened.PUT_BACK, next_at=NOW, error="later"), now=NOW
    )
    (taken,) = claim(ledger)
    live(ledger, taken)
    for row in ledger.rows(Filter()):
        assert replay(event.happened for event in ledger.history(row.id)) == row.state
    numbers = [event.number for event in ledger.events()]
    assert numbers == sorted(numbers)
    assert [event.number for event in ledger.events(numbers[2])] == numbers[3:]


def test_sources_and_runs_are_remembered(ledger: Ledger) -> None:
    one = Source(path="a", size=1, mtime_ns=2, series="s")
    ledger.remember([one, Source(path="b", size=1, mtime_ns=2)])
    ledger.remember([], forget=["b"])
    assert dict(ledger.sources()) == {"a": one}
    ledger.began(host="h", now=NOW)
    assert ledger.runs()[0].ended_at is None
    ledger.ended(host="h", now=NOW + MINUTE, outcome="done")
    (run,) = ledger.runs()
    assert (run.began_at, run.ended_at, run.outcome) == (NOW, NOW + MINUTE, "done")


def test_what_stands_aside_is_told_apart(ledger: Ledger) -> None:
    gone = Reason("not-in-calendar", "gone")
    record(ledger, release(1, blocked=(gone,)))
    assert not ledger.aside(NOW).blocked
    record(ledger, release(2, blocked=(Reason("no-rights", "no"),)), release(3, held=gone))
    aside = ledger.aside(NOW)
    assert (aside.blocked, aside.blocked_by_rights, aside.unknown) == (True, True, False)
