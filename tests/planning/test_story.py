"""Whatever is edited and whatever goes wrong: nothing twice, nothing lost, nothing unlicensed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
from hypothesis import given, note, settings
from hypothesis import strategies as st

from syndicator.ledger.ledger import Filter
from syndicator.model.plan import Title
from syndicator.model.release import Action
from syndicator.model.state import Happened, State, replay
from syndicator.planning.changes import compare

from .platform import WAYS, Desk
from .test_laws import licensed
from .titles import Sketch, avail, drop, sketches, title, utc, wave

moments = st.sampled_from([datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(1, 28, 2)])
ways = st.lists(st.sampled_from(WAYS), max_size=8)
stories = st.lists(st.tuples(sketches, moments, ways), min_size=1, max_size=4)


def live_through(desk: Desk, story: list[tuple[Sketch, datetime, list[str]]]) -> Title:
    """Edit, record and work, again and again; return what was written last."""
    moments = sorted(moment for _, moment, _ in story)
    for (sketch, _, endings), moment in zip(story, moments, strict=True):
        written = sketch.title()
        changes, waiting = desk.record(written)
        note(f"{[(str(c.kind), str(c.release and c.release.key), c.note) for c in changes.items]}")
        if not waiting:
            assert desk.left(written) == [], "recorded, the next comparison is empty"
        desk.work(moment, endings)
        note(f"{desk.now} {desk.states()}")
        nothing_is_out_twice(desk)
    return story[-1][0].title()


def nothing_is_out_twice(desk: Desk) -> None:
    assert all(len(keys) <= 1 for keys in desk.platform.posted.values()), desk.platform.posted


@settings(max_examples=150)
@given(stories)
def test_whatever_is_edited_whenever_nothing_is_published_twice(tmp_path_factory, story) -> None:
    desk = Desk(tmp_path_factory.mktemp("ledger"))
    live_through(desk, story)
    for row in desk.ledger.rows(Filter()):
        assert replay(event.happened for event in desk.ledger.history(row.id)) == row.state
        assert row.state is not State.LIVE or row.receipt
    desk.ledger.close()


def come_to_an_end(desk: Desk, written: Title) -> None:
    """Let everything go well from now on, with a person who looks, resumes and retries."""
    last = max((each.at for each in desk.made(written).releases), default=desk.now)
    for moment in (desk.now, *(max(last, desk.now) + timedelta(days=day) for day in range(4))):
        desk.find_out()
        desk.tell(State.FAILED, Happened.RETRIED)
        desk.tell(State.HELD, Happened.RESUMED)
        desk.work(desk.now)
        desk.record(written)
        desk.work(moment)
        nothing_is_out_twice(desk)


@settings(max_examples=150)
@given(stories)
def test_in_the_end_everything_asked_for_and_allowed_is_out(tmp_path_factory, story) -> None:
    desk = Desk(tmp_path_factory.mktemp("ledger"))
    written = live_through(desk, story)
    begins = desk.now
    come_to_an_end(desk, written)
    note(f"{desk.now} {desk.states()}")
    over = {State.WITHDRAWN}
    withdrawn = {(row.key.cut, row.key.channel) for row in desk.ledger.rows(Filter())
                 if row.key.action == Action.PUBLISH and row.state in over}  # fmt: skip
    for each in desk.made(written).releases:
        unit = each.key.cut, each.key.channel
        if each.blocked or each.key.action not in {Action.PUBLISH, Action.EXTEND}:
            continue
        if unit in withdrawn or (each.give_up_at is not None and each.give_up_at <= begins):
            continue
        missing = each.territories.codes - desk.platform.shown[unit]
        assert not missing - desk.platform.taken_off[unit], each.key
    desk.ledger.close()


@settings(max_examples=150)
@given(stories)
def test_in_the_end_nothing_is_out_without_rights_that_nobody_is_told_of(
    tmp_path_factory, story
) -> None:
    desk = Desk(tmp_path_factory.mktemp("ledger"))
    written = live_through(desk, story)
    come_to_an_end(desk, written)
    note(f"{desk.now} {desk.states()}")
    told = {(each.known.key.cut, each.known.key.channel)
            for each in desk.plan(written).items if each.needs_person and each.known}  # fmt: skip
    for unit, codes in desk.platform.shown.items():
        for code in codes:
            allowed = licensed(written.avails, code, unit[1], desk.now)
            assert allowed or unit in told, (unit, code)
    desk.ledger.close()


def test_what_turns_out_not_to_be_out_is_not_begun_again_after_its_rights_ended(
    tmp_path: Path,
) -> None:
    """The rights were cut short while nobody knew; then somebody says that it is not there."""
    desk = Desk(tmp_path, now=utc("2026-03-02 20:00"))
    free = title(drop([1], "2026-03-02 20:00"), waves=(wave("a", "DE"),), channels=("app",))
    desk.record(free)
    desk.work(desk.now, ["unknown, not done"])
    cut_short = attrs.evolve(free, avails=[avail("DE", closes="2026-03-02 21:00")])
    desk.record(cut_short)
    assert desk.left(cut_short) == []
    desk.work(utc("2026-03-03 12:00"))
    desk.find_out()
    desk.work(desk.now)
    assert not any(desk.platform.shown.values())
    assert desk.states()["s/ep001/app/a/publish"] == "missed"


EVERYWHERE = ("BR", "DE", "ID", "US", "AU", "IN")


def in_wave(name: str) -> Title:
    return title(
        drop([1], "2026-03-02 20:00"), waves=(wave(name, *EVERYWHERE),), channels=("tube",)
    )


def test_a_wave_renamed_while_another_process_publishes_does_not_publish_again(
    tmp_path: Path,
) -> None:
    """The plan was made before the claim, and is recorded after it."""
    desk = Desk(tmp_path, now=utc("2026-03-02 21:00"))
    desk.record(in_wave("a"))
    stale = desk.plan(in_wave("b"))
    (claim,) = desk.claim()
    assert desk.ledger.record(stale, now=desk.now, actor="test") == 1
    assert desk.claim() == []
    said = desk.platform.carry_out(claim, "put back", desk.now)
    desk.ledger.settle(claim, said, now=desk.now)
    desk.work(desk.now + timedelta(days=1))
    desk.record(in_wave("b"))
    desk.work(desk.now)
    assert len(desk.platform.posted["ep001", "tube"]) == 1
    assert desk.left(in_wave("b")) == []


def test_what_is_out_when_a_window_is_written_is_told_while_the_window_lasts(
    tmp_path: Path,
) -> None:
    """The calendar says `respect: move`, but what is out already cannot be moved."""
    desk = Desk(tmp_path, now=utc("2026-03-05 12:00"))
    given = title(drop([1], "2026-03-05 12:00"), waves=(wave("a", "BR"),), respect="move",
                  avails=[avail("BR")])  # fmt: skip
    desk.record(given)
    desk.work(utc("2026-03-05 13:00"))
    theirs = avail("BR", opens="2026-03-01 00:00", closes="2026-03-10 00:00", exclusive=True,
                   channels=("other",))  # fmt: skip
    later = attrs.evolve(given, avails=[avail("BR"), theirs])

    def told(when: str) -> list[str]:
        known = desk.ledger.known("s")
        found = compare(desk.made(later), known, utc(when)).items
        return [each.note for each in found if each.needs_person]

    assert len(told("2026-03-06 12:00")) == 1
    assert "moved from" in told("2026-03-06 12:00")[0]
    assert told("2026-03-11 12:00") == []
