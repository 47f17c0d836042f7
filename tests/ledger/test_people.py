"""What people say of releases, and what is remembered beside them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syndicator.ledger.ledger import Filter, Ledger
from syndicator.model.plan import Kind
from syndicator.model.release import Action, Reason
from syndicator.model.source import Source
from syndicator.model.state import Happened, State

from .conftest import LEASE, NOW, change, claim, live, record, release, row, settle, state

HOUR = timedelta(hours=1)
GATE = Reason("gate", "420 of 1000 views")


def tell(ledger: Ledger, happened: Happened, **more: object) -> list[Happened]:
    ids = [each.id for each in ledger.rows(Filter())]
    said = {"now": NOW, "actor": "mia", "cause": "because", **more}
    return [event.happened for event in ledger.tell(ids, happened, **said)]


def test_what_a_person_holds_says_who_and_why_and_is_left_alone(ledger: Ledger) -> None:
    record(ledger, release())
    assert tell(ledger, Happened.HELD) == [Happened.HELD]
    assert (row(ledger).reasons, row(ledger).next_at) == (
        (Reason("held-by-person", "because"),), None,
    )  # fmt: skip
    assert (claim(ledger), ledger.history(row(ledger).id)[-1].actor) == ([], "mia")


def test_what_a_person_lets_go_is_not_held_for_the_same_reason_again(ledger: Ledger) -> None:
    record(ledger, release(held=GATE))
    assert tell(ledger, Happened.RESUMED) == [Happened.RESUMED]
    assert ledger.known("s")[release().key].waived_hold == "gate"
    assert len(claim(ledger)) == 1


def test_bytes_that_are_there_are_held_too(ledger: Ledger) -> None:
    record(ledger, release())
    settle(ledger, claim(ledger, staging=("app",))[0], Happened.STAGE_DONE)
    assert tell(ledger, Happened.HELD) == [Happened.HELD]
    assert claim(ledger, staging=("app",)) == []


@pytest.mark.parametrize("later", [None, NOW + HOUR])
def test_what_is_tried_again_is_due_at_once_or_when_it_is_said(
    ledger: Ledger, later: object
) -> None:
    record(ledger, release())
    settle(ledger, claim(ledger)[0], Happened.REFUSED)
    assert tell(ledger, Happened.RETRIED, next_at=later) == [Happened.RETRIED]
    assert row(ledger).next_at == (later or row(ledger).begin_at)
    assert len(claim(ledger)) == (0 if later else 1)


def test_what_a_worker_holds_is_left_to_the_worker(ledger: Ledger) -> None:
    record(ledger, release())
    (taken,) = claim(ledger)
    for happened in (Happened.HELD, Happened.CANCELLED, Happened.SEEN_LIVE):
        assert tell(ledger, happened) == []
    live(ledger, taken)
    assert state(ledger) is State.LIVE


def test_saying_it_of_many_says_it_of_those_that_can(ledger: Ledger) -> None:
    record(ledger, *(release(1, channel=f"c{n}") for n in range(5)))
    (taken,) = claim(ledger, limit=1)
    live(ledger, taken)
    assert tell(ledger, Happened.CANCELLED) == [Happened.CANCELLED] * 4
    assert ledger.counts(Filter()) == {State.LIVE: 1, State.WITHDRAWN: 4}
    assert ledger.tell([99], Happened.HELD, now=NOW, actor="mia", cause="") == []


def test_proof_that_it_is_not_there_forgets_what_was_asked_for(ledger: Ledger) -> None:
    record(ledger, release())
    (taken,) = claim(ledger)
    ledger.checkpoint(taken, {"upload": "u1"}, ["post"])
    settle(ledger, taken, Happened.DOUBTED)
    assert tell(ledger, Happened.DECLARED_ABSENT) == [Happened.DECLARED_ABSENT]
    assert (row(ledger).saved, row(ledger).asked, row(ledger).error) == ({}, (), "")
    assert len(claim(ledger)) == 1


def test_what_was_taken_off_begins_afresh_when_it_is_wanted_again(ledger: Ledger) -> None:
    record(ledger, release())
    (taken,) = claim(ledger)
    ledger.checkpoint(taken, {"post": "p1"}, ["post"])
    live(ledger, taken)
    record(ledger, release(action=Action.WITHDRAW))
    settle(ledger, claim(ledger)[0], Happened.SEEN_GONE)
    ledger.tell([taken.row.id], Happened.RETRIED, now=NOW, actor="mia", cause="rights renewed")
    (again,) = claim(ledger)
    assert (again.row.saved, again.row.asked, again.row.receipt) == ({}, (), None)


def test_what_failed_goes_on_from_what_was_saved(ledger: Ledger) -> None:
    record(ledger, release())
    (taken,) = claim(ledger)
    ledger.checkpoint(taken, {"upload": "u1"}, [])
    settle(ledger, taken, Happened.REFUSED)
    tell(ledger, Happened.RETRIED)
    assert claim(ledger)[0].row.saved == {"upload": "u1"}


def test_no_clock_leads_out_of_unknown(ledger: Ledger) -> None:
    record(ledger, release(give_up_at=NOW + HOUR))
    settle(ledger, claim(ledger)[0], Happened.DOUBTED)
    assert claim(ledger, now=NOW + 9000 * HOUR) == []
    for happened in (Happened.RETRIED, Happened.CANCELLED, Happened.HELD, Happened.RESUMED):
        assert tell(ledger, happened) == []
    assert state(ledger) is State.UNKNOWN


def test_a_receipt_of_the_channel_outlives_what_people_declare(ledger: Ledger) -> None:
    record(ledger, release())
    live(ledger, claim(ledger)[0])
    before = row(ledger).receipt
    assert tell(ledger, Happened.DECLARED_LIVE) == []
    assert row(ledger).receipt == before


def test_what_stands_aside_counts_when_its_time_has_come(ledger: Ledger) -> None:
    record(ledger, release(late=-60, held=GATE), release(2, late=-60))
    change(ledger, Kind.BLOCKED, release(2, late=-60, blocked=(Reason("no-rights", "no"),)),
           key="s/ep002/app/a/publish")  # fmt: skip
    aside = ledger.aside(NOW)
    assert (aside.held, aside.blocked, aside.blocked_by_rights, aside.unknown) == (False,) * 4
    aside = ledger.aside(NOW + HOUR)
    assert (aside.held, aside.blocked, aside.blocked_by_rights) == (True,) * 3


def test_a_pause_is_replaced_lifted_and_runs_out(ledger: Ledger) -> None:
    ledger.pause("app", until=NOW + LEASE, reason="slow down", now=NOW)
    ledger.pause("app", until=NOW + HOUR, reason="quota", now=NOW)
    ledger.pause("tube", until=NOW + LEASE, reason="down", now=NOW)
    assert dict(ledger.paused(NOW + LEASE)) == {"app": (NOW + HOUR, "quota")}
    ledger.pause("app", until=None, reason="", now=NOW)
    assert dict(ledger.paused(NOW)) == {"tube": (NOW + LEASE, "down")}


def test_the_last_run_of_each_host_is_known_newest_first(ledger: Ledger) -> None:
    for host, at in (("a", NOW), ("b", NOW + HOUR)):
        ledger.began(host=host, now=at)
    ledger.ended(host="a", now=NOW + 2 * HOUR, outcome="done")
    assert [(run.host, run.ended_at, run.outcome) for run in ledger.runs()] == [
        ("b", None, ""), ("a", NOW + 2 * HOUR, "done"),
    ]  # fmt: skip
    ledger.ended(host="a", now=NOW + 3 * HOUR, outcome="nothing due")
    assert [run.host for run in ledger.runs()] == ["a", "b"], "it need not have begun"
    ledger.began(host="b", now=NOW + 4 * HOUR)
    (run, _) = ledger.runs()
    assert (run.host, run.began_at, run.ended_at) == ("b", NOW + 4 * HOUR, None)


def test_a_source_is_remembered_as_it_was_read_last(ledger: Ledger) -> None:
    old = Source(path="a", size=1, mtime_ns=2)
    new = Source(path="a", size=3, mtime_ns=2**62, series="s")
    ledger.remember([old])
    ledger.remember([new], forget=["a", "never"])
    assert dict(ledger.sources()) == {"a": new}


def test_events_are_told_in_the_order_in_which_they_happened(ledger: Ledger) -> None:
    record(ledger, release(1), release(2))
    live(ledger, claim(ledger)[0])
    events = list(ledger.events())
    assert [str(each.happened) for each in events] == [
        "planned", "planned", "open_began", "seen_live",
    ]  # fmt: skip
    assert list(ledger.events(after=events[-1].number)) == []
    assert list(ledger.events(after=events[1].number)) == events[2:]
    assert ledger.history(row(ledger).id) == [events[0], *events[2:]]


def test_rows_come_in_the_order_in_which_people_read_them(ledger: Ledger) -> None:
    record(ledger, release(2, channel="b"), release(10), release(2), release(1, channel="b"))
    found = [(each.key.channel, each.order) for each in ledger.rows(Filter())]
    assert found == [("app", 2), ("app", 10), ("b", 1), ("b", 2)]
