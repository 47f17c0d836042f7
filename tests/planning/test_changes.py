"""A plan against the ledger: recorded once, the next comparison is empty, whatever happened."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.ledger.ledger import Claim, Filter, Settlement
from syndicator.ledger.sqlite import SqliteLedger
from syndicator.model.plan import Changes, Kind, Title
from syndicator.model.release import Action, Receipt
from syndicator.model.state import Happened, State, replay
from syndicator.planning.changes import compare
from syndicator.planning.make import plan

from .titles import avail, drop, sight, some_titles, territories, title, utc, wave

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)


class Desk:
    """Plans, records and carries out against a real ledger, with a clock one can set."""

    def __init__(self, folder: Path) -> None:
        self.ledger = SqliteLedger(folder / "ledger.db")
        self.now = NOW

    def plan(self, given: Title) -> Changes:
        return compare(plan(given, sight()), self.ledger.known("s"))

    def record(self, given: Title) -> Changes:
        changes = self.plan(given)
        assert self.ledger.record(changes, now=self.now, actor="test") == 0
        return changes

    def claim(self, limit: int = 100) -> list[Claim]:
        return list(
            self.ledger.claim(
                now=self.now, worker="w", lease=LEASE, limit=limit, only=Filter(), staging=["app"]
            )
        )

    def settle(self, claim: Claim, verdict: str = "well") -> None:
        self.ledger.settle(claim, settlement(claim, verdict, self.now), now=self.now)

    def work(self, until: datetime, verdicts: list[str] | None = None) -> None:
        self.now = until
        answers = list(verdicts or [])
        for _ in range(400):
            claims = self.claim()
            if not claims:
                return
            for each in claims:
                self.settle(each, answers.pop() if answers else "well")

    def states(self) -> Counter[str]:
        return Counter({str(k): v for k, v in self.ledger.counts(Filter()).items()})


def settlement(claim: Claim, verdict: str, now: datetime) -> Settlement:
    row = claim.row
    later = now + timedelta(days=1)
    if verdict == "put back" and claim.phase != "poll":
        return Settlement(happened=Happened.PUT_BACK, next_at=later, error="later")
    if verdict == "refused":
        return Settlement(happened=Happened.REFUSED, error="no")
    if verdict == "unknown":
        return Settlement(happened=Happened.DOUBTED, error="who knows")
    if claim.phase == "stage":
        return Settlement(happened=Happened.STAGE_DONE, next_at=row.at)
    if claim.phase == "take_down":
        return Settlement(happened=Happened.SEEN_GONE, territories=row.territories)
    receipt = Receipt(remote_id=str(row.key))
    return Settlement(happened=Happened.SEEN_LIVE, receipt=receipt, territories=row.territories)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def kinds(changes: Changes) -> Counter[Kind]:
    return Counter(each.kind for each in changes.items)


FIRST = title(drop(range(1, 4), "2026-06-02 20:00"), waves=(wave("a", "BR"), wave("b", "US", after="a", days=7)))  # noqa: E501  # fmt: skip


def test_a_second_comparison_is_empty(desk: Desk) -> None:
    assert kinds(desk.record(FIRST)) == {Kind.NEW: 6}
    assert desk.plan(FIRST).items == []
    assert desk.plan(FIRST).same == 6


def test_a_changed_date_moves_what_has_not_begun(desk: Desk) -> None:
    desk.record(FIRST)
    later = title(drop(range(1, 4), "2026-06-03 20:00"), waves=FIRST.calendars[0].waves)
    changes = desk.record(later)
    assert kinds(changes) == {Kind.MOVED: 6}
    assert changes.items[0].note == "2026-06-02 20:00 → 2026-06-03 20:00 UTC"
    assert desk.plan(later).items == []


def test_a_changed_date_does_not_touch_what_is_out(desk: Desk) -> None:
    desk.record(FIRST)
    desk.work(utc("2026-06-02 20:00"))
    later = title(drop(range(1, 4), "2026-06-03 20:00"), waves=FIRST.calendars[0].waves)
    changes = desk.record(later)
    assert {(each.kind, each.release.key.wave) for each in changes.items} == {(Kind.MOVED, "b")}


def test_changed_words_become_an_update_of_what_is_live_once(desk: Desk) -> None:
    desk.record(FIRST)
    desk.work(utc("2026-06-30 00:00"))
    renamed = attrs.evolve(
        title(*FIRST.calendars[0].drops, waves=FIRST.calendars[0].waves, name="B")
    )
    changes = desk.record(renamed)
    assert kinds(changes) == {Kind.UPDATE: 3}
    assert desk.plan(renamed).items == []
    desk.work(utc("2026-06-30 00:01"))
    assert desk.plan(renamed).items == []
    assert desk.states() == {"live": 9}


def test_lost_rights_block_and_found_rights_free(desk: Desk) -> None:
    desk.record(FIRST)
    without = attrs.evolve(FIRST, avails=[avail("ID")])
    changes = desk.record(without)
    assert kinds(changes) == {Kind.BLOCKED: 6}
    assert "no avails row names BR" in changes.items[0].note
    assert desk.plan(without).items == []
    desk.record(FIRST)
    assert desk.states() == {"planned": 6}


def test_a_gate_holds_and_a_person_lets_go_for_good(desk: Desk) -> None:
    from syndicator.model.calendar import Gate

    gate = Gate(metric="completion_rate", at_least=0.35, min_views=1000)
    gated = title(drop([1], "2026-06-02 20:00"), episodes=1,
                  waves=(wave("a", "BR"), wave("b", "US", after="a", gate=gate)))  # fmt: skip
    desk.record(gated)
    assert desk.states() == {"planned": 1, "held": 1}
    (held,) = desk.ledger.rows(Filter(states=("held",)))
    assert (
        "completion_rate of wave a is at least 0.35 over at least 1000 views"
        in held.reasons[0].text
    )

    desk.ledger.tell([held.id], Happened.RESUMED, now=NOW, actor="me", cause="I looked")

    assert desk.plan(gated).items == []
    assert desk.states() == {"planned": 2}


def test_a_person_holds_and_a_moved_date_does_not_let_go(desk: Desk) -> None:
    desk.record(FIRST)
    row = next(iter(desk.ledger.rows(Filter())))
    desk.ledger.tell([row.id], Happened.HELD, now=NOW, actor="me", cause="wait for legal")
    later = title(drop(range(1, 4), "2026-06-03 20:00"), waves=FIRST.calendars[0].waves)
    desk.record(later)
    (held,) = desk.ledger.rows(Filter(states=("held",)))
    assert held.reasons[0].text == "wait for legal"
    assert desk.plan(later).items == []


def test_a_removed_line_blocks_what_waits_and_shows_what_is_live(desk: Desk) -> None:
    desk.record(FIRST)
    desk.work(utc("2026-06-02 20:00"))
    shorter = title(drop([1, 2], "2026-06-02 20:00"), waves=FIRST.calendars[0].waves)
    changes = desk.record(shorter)
    gone = {str(each.known.key): each.needs_person for each in changes.items}
    assert gone == {"s/ep003/app/a/publish": True, "s/ep003/app/b/extend/UTC+00:00": False}
    assert kinds(desk.plan(shorter)) == {Kind.GONE: 1}, "it is shown until a person decides"


def test_a_failed_release_is_tried_again_when_it_has_changed(desk: Desk) -> None:
    desk.record(FIRST)
    desk.work(utc("2026-06-02 20:00"), ["refused"])
    assert desk.states()["failed"] == 1
    assert desk.plan(FIRST).items == []
    mended = title(*FIRST.calendars[0].drops, waves=FIRST.calendars[0].waves, version="b")
    assert Kind.CHANGED in kinds(desk.record(mended))
    assert desk.states()["failed"] == 0


def test_a_renamed_wave_does_not_publish_again(desk: Desk) -> None:
    desk.record(FIRST)
    desk.work(utc("2026-06-30 00:00"))
    renamed = title(*FIRST.calendars[0].drops, waves=(wave("pilot", "BR"), wave("b", "US", after="pilot", days=7)))  # noqa: E501  # fmt: skip
    changes = desk.record(renamed)
    assert not [each for each in changes.items if each.release]
    assert publishes(desk) == {(f"ep00{n}", "app"): 1 for n in (1, 2, 3)}


def test_a_further_territory_becomes_an_extension(desk: Desk) -> None:
    desk.record(FIRST)
    desk.work(utc("2026-06-30 00:00"))
    wider = title(*FIRST.calendars[0].drops, waves=(wave("a", "BR", "DE"), wave("b", "US", after="a", days=7)))  # noqa: E501  # fmt: skip
    changes = desk.record(wider)
    assert {(e.kind, e.release.key.action, str(e.release.territories)) for e in changes.items} == {
        (Kind.NEW, "extend", "DE")
    }
    desk.work(utc("2026-06-30 00:01"))
    (row, *_) = desk.ledger.rows(Filter(keys=("s/ep001/app/a/publish",)))
    assert row.visible == territories("BR", "DE", "US")
    assert desk.plan(wider).items == []


MAY_BE_OUT = {Happened.SEEN_LIVE, Happened.ACCEPTED, Happened.DOUBTED, Happened.ANSWER_LOST}
"""After these something may be on the channel; a refusal or a put-back proves that nothing is."""


def publishes(desk: Desk) -> Counter[tuple[str, str]]:
    """Count, for each cut and channel, the publishes that may ever have been out."""
    return Counter(
        (row.key.cut, row.key.channel)
        for row in desk.ledger.rows(Filter())
        if row.key.action == Action.PUBLISH
        and any(event.happened in MAY_BE_OUT for event in desk.ledger.history(row.id))
    )


verdicts = st.lists(st.sampled_from(("well", "put back", "refused", "unknown")), max_size=6)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(
    lambda each: each.replace(tzinfo=UTC)
)


@settings(max_examples=80)
@given(st.lists(st.tuples(some_titles(), moments, verdicts), min_size=1, max_size=4))
def test_whatever_is_edited_whenever_nothing_is_published_twice(tmp_path_factory, story) -> None:
    desk = Desk(tmp_path_factory.mktemp("ledger"))
    for wanted, moment, answers in sorted(story, key=lambda each: each[1]):
        desk.record(wanted)
        left = [each for each in desk.plan(wanted).items if not each.needs_person]
        assert left == [], "recorded, the next comparison is empty"
        desk.work(moment, answers)
    assert all(number == 1 for number in publishes(desk).values())
    for row in desk.ledger.rows(Filter()):
        assert replay(event.happened for event in desk.ledger.history(row.id)) == row.state
        assert row.state is not State.LIVE or row.receipt
    desk.ledger.close()


def test_a_territory_taken_out_of_the_calendar_is_shown_until_a_person_takes_it_off(
    desk: Desk,
) -> None:
    desk.record(FIRST)
    desk.work(utc("2026-06-30 00:00"))
    narrower = title(*FIRST.calendars[0].drops, waves=(wave("a", "BR"),))
    app_in_brazil = attrs.evolve(narrower)
    changes = desk.plan(app_in_brazil)
    assert [(each.kind, each.needs_person) for each in changes.items] == [(Kind.GONE, True)] * 3
    assert changes.items[0].note == (
        "it is live in US; to take it off: syndicate withdraw s/ep001/app/a/publish --territory US"
    )
