"""What extensions, updates and takedowns mean for what they are about, whoever says so."""

from __future__ import annotations

import pytest

from syndicator.ledger.ledger import Claim, Filter, Ledger, Settlement
from syndicator.model.release import Action, Receipt, Release
from syndicator.model.state import Happened, State
from syndicator.model.territory import NOWHERE

from .conftest import BR, LEASE, NOW, US, claim, keys, live, record, release, row, settle, state

PUBLISH, EXTEND = "s/ep001/app/a/publish", "s/ep001/app/b/extend"
UPDATE, WITHDRAW = "s/ep001/app/a/update", "s/ep001/app/a/withdraw"
takedown = release(action=Action.WITHDRAW)
extension = release(action=Action.EXTEND, wave="b", where=US)
update = release(action=Action.UPDATE, content="c2")


@pytest.fixture
def out(ledger: Ledger) -> Ledger:
    """Return a ledger with a release that is live."""
    record(ledger, release())
    live(ledger, claim(ledger)[0])
    return ledger


def tell(ledger: Ledger, key: str, happened: Happened) -> None:
    (event,) = ledger.tell([row(ledger, key).id], happened, now=NOW, actor="mia", cause="looked")
    assert str(event.key) == key


def doubted(ledger: Ledger, wanted: Release) -> Claim:
    record(ledger, wanted)
    (taken,) = claim(ledger)
    settle(ledger, taken, Happened.DOUBTED)
    return taken


@pytest.mark.parametrize("happened", [Happened.ACCEPTED, Happened.ANSWER_LOST, Happened.DOUBTED])
def test_a_takedown_waits_until_it_is_known_what_there_is_to_take_down(
    ledger: Ledger, happened: Happened
) -> None:
    record(ledger, release())
    (publish,) = claim(ledger)
    record(ledger, takedown)
    assert claim(ledger) == [], "it is being opened right now"
    settle(ledger, publish, happened, NOW + LEASE)
    assert WITHDRAW not in keys(claim(ledger))
    if happened is Happened.DOUBTED:
        tell(ledger, PUBLISH, Happened.SEEN_LIVE)
    else:
        (publish,) = claim(ledger, now=NOW + 2 * LEASE)
        live(ledger, publish)
    (taken,) = claim(ledger)
    assert (str(taken.row.key), taken.subject and taken.subject.state) == (WITHDRAW, State.LIVE)


@pytest.mark.parametrize(("late", "order"), [(9, [EXTEND, WITHDRAW]), (0, [WITHDRAW])])
def test_a_takedown_and_an_extension_of_one_cut_never_overlap(
    out: Ledger, late: float, order: list[str]
) -> None:
    earlier = release(action=Action.EXTEND, wave="b", where=US, late=late)
    record(out, earlier, takedown)
    done = []
    while taken := claim(out):
        assert claim(out, worker="other") == [], "one of them at a time"
        done += keys(taken)
        ended = Happened.SEEN_GONE if keys(taken) == [WITHDRAW] else Happened.SEEN_LIVE
        settle(out, taken[0], ended)
    assert done == order


def test_nothing_is_extended_while_a_takedown_has_lost_its_answer(out: Ledger) -> None:
    record(out, takedown)
    (taken,) = claim(out)
    settle(out, taken, Happened.ANSWER_LOST, NOW + LEASE)
    record(out, extension, update)
    assert claim(out) == []
    (taken,) = claim(out, now=NOW + LEASE)
    assert taken.phase == "take_down"


def test_takedowns_of_other_cuts_and_channels_do_not_wait(out: Ledger) -> None:
    record(out, release(1, channel="app-2"), release(10, wave="b"))
    assert len(claim(out)) == 2
    record(out, takedown)
    assert keys(claim(out)) == [WITHDRAW]


def test_an_update_waits_for_something_live(ledger: Ledger) -> None:
    record(ledger, update)
    assert claim(ledger) == []
    record(ledger, release())
    live(ledger, claim(ledger)[0])
    (taken,) = claim(ledger)
    assert (str(taken.row.key), taken.subject and taken.subject.id) == (UPDATE, row(ledger).id)


@pytest.mark.parametrize("happened", [Happened.SEEN_LIVE, Happened.DECLARED_LIVE])
def test_an_extension_that_is_found_widens_what_it_extends(out: Ledger, happened: Happened) -> None:
    doubted(out, extension)
    assert row(out).visible == BR
    tell(out, EXTEND, happened)
    assert row(out).visible == BR | US
    assert out.history(row(out).id)[-1].cause == f"by {EXTEND}"


def test_an_update_that_is_found_is_what_is_shown(out: Ledger) -> None:
    doubted(out, update)
    tell(out, UPDATE, Happened.DECLARED_LIVE)
    assert row(out).content == "c2"


@pytest.mark.parametrize("happened", [Happened.SEEN_ABSENT, Happened.DECLARED_ABSENT])
def test_a_takedown_is_done_when_what_it_takes_down_is_seen_to_be_absent(
    out: Ledger, happened: Happened
) -> None:
    doubted(out, takedown)
    tell(out, WITHDRAW, happened)
    assert (state(out, WITHDRAW), state(out), row(out).visible) == (
        State.WITHDRAWN, State.WITHDRAWN, NOWHERE,
    )  # fmt: skip


@pytest.mark.parametrize("happened", [Happened.SEEN_LIVE, Happened.DECLARED_LIVE])
def test_a_takedown_is_tried_again_when_what_it_takes_down_is_seen(
    out: Ledger, happened: Happened
) -> None:
    doubted(out, takedown)
    tell(out, WITHDRAW, happened)
    assert (state(out, WITHDRAW), state(out)) == (State.PLANNED, State.LIVE)
    assert keys(claim(out)) == [WITHDRAW]


def test_a_takedown_that_is_cancelled_took_nothing_down(out: Ledger) -> None:
    record(out, takedown)
    tell(out, WITHDRAW, Happened.CANCELLED)
    assert (state(out), row(out).visible) == (State.LIVE, BR)


def test_an_unknown_extension_ends_with_what_it_extends(out: Ledger) -> None:
    doubted(out, extension)
    record(out, takedown)
    (taken,) = claim(out)
    gone = Settlement(happened=Happened.SEEN_GONE, territories=BR | US)
    out.settle(taken, gone, now=NOW)
    assert (state(out), state(out, EXTEND)) == (State.WITHDRAWN, State.WITHDRAWN)


def test_where_nobody_can_tell_it_is_visible_as_asked(ledger: Ledger) -> None:
    record(ledger, release(), extension)
    for _ in range(2):
        (taken,) = claim(ledger)
        seen = Settlement(happened=Happened.SEEN_LIVE, receipt=Receipt(remote_id="r"))
        ledger.settle(taken, seen, now=NOW)
    assert row(ledger).visible == BR | US


def test_an_extension_that_was_seen_nowhere_widens_nothing(out: Ledger) -> None:
    record(out, extension)
    (taken,) = claim(out)
    out.settle(
        taken,
        Settlement(
            happened=Happened.SEEN_LIVE, receipt=Receipt(remote_id="r"), territories=NOWHERE
        ),
        now=NOW,
    )
    assert row(out).visible == BR


def test_a_takedown_of_what_is_out_twice_is_told_once(out: Ledger) -> None:
    record(out, takedown, release(action=Action.WITHDRAW, part="ordered"))
    (first,) = claim(out)
    settle(out, first, Happened.SEEN_GONE)
    (second,) = claim(out)
    settle(out, second, Happened.SEEN_GONE)
    told = [event.happened for event in out.history(row(out).id)]
    assert told.count(Happened.SEEN_GONE) == 1
    assert {each.state for each in out.rows(Filter())} == {State.WITHDRAWN}
