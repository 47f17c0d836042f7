"""What is down is tried by one release, and all go on when that works."""

from __future__ import annotations

from datetime import datetime, timedelta

from syndicator.ledger.circuits import Failure
from syndicator.ledger.ledger import Ledger
from syndicator.model.state import Happened

from .conftest import LEASE, NOW, claim, record, release, settle

SOON = NOW + timedelta(minutes=1)


def fails(ledger: Ledger, channel: str = "app", *, opens_at: int = 1, until: datetime = SOON,
          siblings: tuple[str, ...] = (), now: datetime = NOW):  # fmt: skip
    failure = Failure(channel=channel, platform="acme", siblings=siblings, opens_at=opens_at,
                      until=until, reason="no route")  # fmt: skip
    return ledger.fails(failure, now=now)


def standing(ledger: Ledger) -> dict[str, bool]:
    """Return each scope, and whether it is open."""
    return {each.scope: each.opened_at is not None for each in ledger.circuits()}


def test_a_channel_that_is_down_is_left_alone_until_its_time(ledger: Ledger) -> None:
    record(ledger, release())
    circuit = fails(ledger)
    assert (circuit.channel, circuit.failures, circuit.since) == ("app", 1, NOW)
    assert ledger.paused(NOW) == {"app": (SOON, "no route")}
    assert claim(ledger) == []
    assert len(claim(ledger, now=SOON)) == 1


def test_what_may_be_nothing_opens_only_when_it_happens_again(ledger: Ledger) -> None:
    for number in range(1, 5):
        assert fails(ledger, opens_at=5).opened_at is None
        assert standing(ledger) == {"channel:app": False}
        assert ledger.paused(NOW) == {}, number
    circuit = fails(ledger, opens_at=5, now=SOON, until=SOON + LEASE)
    assert (circuit.since, circuit.opened_at, circuit.failures) == (NOW, SOON, 5)


def test_one_release_tries_it_and_the_others_wait(ledger: Ledger) -> None:
    record(ledger, *(release(number) for number in range(1, 4)))
    record(ledger, *(release(number, channel="tube") for number in range(1, 3)))
    fails(ledger)
    (first,) = [each for each in claim(ledger, now=SOON) if each.row.key.channel == "app"]
    assert claim(ledger, now=SOON) == [], "another process does not try it too"
    settle(ledger, first, Happened.SEEN_LIVE, SOON)
    ledger.works("app", "acme")
    assert standing(ledger) == {}
    assert [each.row.key.cut for each in claim(ledger, now=SOON)] == ["ep002"]


def test_a_process_that_died_while_it_tried_is_taken_over(ledger: Ledger) -> None:
    record(ledger, release())
    fails(ledger)
    assert len(claim(ledger, now=SOON)) == 1
    assert claim(ledger, now=SOON + LEASE / 2) == []
    (again,) = claim(ledger, now=SOON + LEASE)
    assert again.resumes


def test_two_accounts_that_are_down_make_their_platform_down(ledger: Ledger) -> None:
    others = ("tube", "third")
    fails(ledger, siblings=others)
    assert "platform:acme" not in standing(ledger)
    fails(ledger, "tube", siblings=("app", "third"), until=SOON + LEASE)
    assert standing(ledger) == {"channel:app": True, "channel:tube": True, "channel:third": True,
                                "platform:acme": True}  # fmt: skip
    assert ledger.paused(SOON)["third"][0] == SOON + LEASE
    assert "2 accounts" in ledger.paused(NOW)["third"][1]


def test_one_account_that_works_frees_its_platform_and_those_that_only_followed(
    ledger: Ledger,
) -> None:
    fails(ledger, siblings=("tube", "third"))
    fails(ledger, "tube", siblings=("app", "third"))
    ledger.works("app", "acme")
    assert standing(ledger) == {"channel:tube": True}, "its own failures are its own"
    assert "third" not in ledger.paused(NOW)
