"""Edits that once went wrong: what is out is neither published again, nor lost, nor left behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from syndicator.model.plan import Change, Kind, Title
from syndicator.model.state import Happened, State

from .platform import Desk
from .titles import avail, drop, title, utc, wave

EVE, DAY, LATER = utc("2026-03-01 20:00"), utc("2026-03-02 20:00"), utc("2026-03-20 20:00")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, now=utc("2026-02-01 00:00"))


def written(*waves: tuple[str, ...], **more: object) -> Title:
    """Return one episode, dropped on DAY in waves of (name, territories...), a week apart."""
    found, before = [], None
    for name, *codes in waves or [("a", "BR")]:
        found.append(wave(name, *codes, after=before, days=7 if before else 0))
        before = name
    one = drop([1], "2026-03-02 20:00")
    return title(*more.pop("drops", (one,)), waves=tuple(found), **more)


def said(changes: list[Change]) -> list[tuple[str, str]]:
    return [
        (str(each.kind), str((each.release or each.known).key).removeprefix("s/ep001/app/"))
        for each in changes
    ]


def out(desk: Desk) -> set[str]:
    assert len(desk.platform.posted["ep001", "app"]) <= 1
    return desk.platform.shown["ep001", "app"]


def test_a_wave_renamed_while_bytes_are_staged_does_not_stage_them_again(desk: Desk) -> None:
    desk.record(written(("a", "BR")))
    desk.work(EVE + timedelta(minutes=1), ["lost, done"])
    assert desk.states() == {"s/ep001/app/a/publish": "staging"}
    changes, _ = desk.record(written(("pilot", "BR")))
    assert said(changes.items) == []
    desk.work(LATER)
    assert out(desk) == {"BR"}


def test_a_wave_renamed_after_a_refusal_keeps_one_publish_to_retry(desk: Desk) -> None:
    desk.record(written(("a", "BR")))
    desk.work(DAY, ["well", "refused"])
    desk.record(written(("pilot", "BR")))
    assert desk.states() == {"s/ep001/app/a/publish": "failed"}


def test_what_was_missed_under_an_old_name_is_gone_and_comes_under_the_new_one(desk: Desk) -> None:
    soon = timedelta(days=1)
    desk.record(written(("a", "BR"), give_up_after=soon))
    desk.work(LATER)
    assert desk.states() == {"s/ep001/app/a/publish": "missed"}
    changes, _ = desk.record(written(("pilot", "BR")))
    assert said(changes.items) == [("new", "pilot/publish"), ("gone", "a/publish")]
    assert desk.left(written(("pilot", "BR"))) == []


def test_a_territory_added_to_an_extension_that_is_out_is_opened(desk: Desk) -> None:
    desk.record(written(("a", "BR"), ("b", "US")))
    desk.work(LATER)
    changes, _ = desk.record(written(("a", "BR"), ("b", "US", "ID")))
    assert said(changes.items) == [("new", "b/extend/UTC+00:00.2")]
    desk.work(LATER)
    assert out(desk) == {"BR", "US", "ID"}


def test_territories_added_one_after_another_are_all_opened(desk: Desk) -> None:
    for codes in (["BR"], ["BR", "DE"], ["BR", "DE", "ID"], ["BR", "DE", "ID", "US"]):
        desk.record(written(("a", *codes)))
        desk.work(LATER)
        assert out(desk) == set(codes)
        assert desk.left(written(("a", *codes))) == []


def test_a_renamed_wave_does_not_reopen_what_a_person_took_off(desk: Desk) -> None:
    desk.record(written(("a", "BR"), ("b", "US")))
    desk.work(LATER)
    desk.platform.shown["ep001", "app"].discard("US")
    changes, _ = desk.record(written(("a", "BR"), ("c", "US")))
    assert said(changes.items) == []


def test_words_changed_to_and_fro_end_as_they_were_written_last(desk: Desk) -> None:
    desk.record(written(name="A"))
    desk.work(LATER)
    for name in "BABAB":
        changes, _ = desk.record(written(name=name))
        assert [each.kind for each in changes.items] == [Kind.UPDATE]
        desk.work(LATER)
        assert desk.left(written(name=name)) == []


def test_an_update_that_is_not_wanted_any_more_does_not_go_out(desk: Desk) -> None:
    desk.record(written(name="A"))
    desk.work(LATER)
    desk.record(written(name="B"))
    changes, _ = desk.record(written(name="A"))
    assert [each.kind for each in changes.items] == [Kind.GONE]
    changes, _ = desk.record(written(name="B"))
    assert [each.kind for each in changes.items] == [Kind.FREED]


ENDS = [avail("BR", closes="2026-04-01 00:00")]


def test_the_takedown_stays_when_the_line_goes(desk: Desk) -> None:
    desk.record(written(avails=ENDS))
    desk.work(LATER)
    changes, _ = desk.record(written(avails=ENDS, drops=()))
    assert [(each.kind, each.needs_person) for each in changes.items] == [(Kind.GONE, True)]
    desk.work(utc("2026-04-01 00:00"))
    assert out(desk) == set()


def test_the_takedown_moves_with_the_rights_though_the_release_is_blocked(desk: Desk) -> None:
    desk.record(written(avails=ENDS))
    desk.work(LATER)
    sooner = [avail("BR", closes="2026-03-25 00:00")]
    desk.record(written(avails=sooner, name="A title that no channel takes"))
    desk.work(utc("2026-03-25 00:00"))
    assert out(desk) == set()


def test_longer_rights_move_the_takedown(desk: Desk) -> None:
    desk.record(written(avails=ENDS))
    desk.work(LATER)
    desk.record(written(avails=[avail("BR", closes="2026-05-01 00:00")]))
    desk.work(utc("2026-04-30 00:00"))
    assert out(desk) == {"BR"}
    desk.work(utc("2026-05-01 00:00"))
    assert out(desk) == set()


def test_what_is_out_and_lost_its_rights_is_shown_with_the_reason(desk: Desk) -> None:
    desk.record(written())
    desk.work(LATER)
    (change,) = desk.plan(written(avails=[avail("US")])).items
    assert change.needs_person
    assert change.note == (
        "it is live in BR and should not be: no licence for BR at 2026-03-02T20:00:00Z: "
        "no avails row names BR; to take it off: syndicate withdraw s/ep001/app/a/publish"
    )


def test_rights_that_end_before_it_went_out_go_with_it(desk: Desk) -> None:
    desk.record(written())
    (change, _) = desk.record(written(avails=ENDS))[0].items
    assert (change.kind, change.note) == (
        Kind.CHANGED, "rights end never → 2026-04-01 00:00 UTC"
    )  # fmt: skip
    desk.work(utc("2026-04-02 00:00"))
    assert out(desk) == set()
    assert desk.states()["s/ep001/app/a/publish"] == "missed"


def test_a_person_who_holds_is_not_overruled_by_a_block_that_ends(desk: Desk) -> None:
    desk.record(written())
    desk.tell(State.PLANNED, Happened.HELD)
    desk.record(written(avails=[avail("US")]))
    assert desk.states() == {"s/ep001/app/a/publish": "blocked"}
    changes, _ = desk.record(written())
    assert said(changes.items) == [("held", "a/publish")]
    desk.work(LATER)
    assert out(desk) == set()
    desk.tell(State.HELD, Happened.RESUMED)
    desk.work(LATER)
    assert out(desk) == {"BR"}


def test_what_failed_and_is_not_asked_for_any_more_needs_nobody(desk: Desk) -> None:
    desk.record(written())
    desk.work(DAY, ["well", "refused"])
    changes, _ = desk.record(written(drops=()))
    assert said(changes.items) == [("gone", "a/publish")]
    assert desk.states() == {"s/ep001/app/a/publish": "blocked"}
    assert desk.left(written(drops=())) == []


def test_what_comes_too_late_for_one_territory_still_comes_to_the_others(desk: Desk) -> None:
    """An own app whose publish was for Brazil, where the rights ended before it got out."""
    both = written(("a", "BR"), ("b", "US"), avails=[*ENDS, avail("US")])
    desk.record(both)
    desk.work(utc("2026-04-02 00:00"))
    assert out(desk) == set()
    changes, _ = desk.record(both)
    assert said(changes.items) == [("new", "b/publish/UTC+00:00"), ("gone", "b/extend/UTC+00:00")]
    assert desk.left(both) == []
    desk.work(utc("2026-04-02 00:01"))
    assert out(desk) == {"US"}
    desk.record(both)
    desk.work(utc("2026-04-02 00:02"))
    assert desk.left(both) == []
    assert out(desk) == {"US"}


def test_what_was_never_to_be_seen_asks_for_no_takedown_when_its_neighbours_are_out(
    tmp_path: Path,
) -> None:
    """The publish goes out, an extension of it is blocked: the next plan has nothing to add."""
    desk = Desk(tmp_path, now=utc("2026-03-02 12:00"))
    rows = [
        avail("BR", closes="2026-06-01 00:00"),
        attrs.evolve(avail("US", closes="2026-06-01 00:00"), languages=frozenset({"de"})),
    ]
    waves = (wave("a", "BR"), wave("b", "US", after="a"))
    given = title(drop([1], "2026-03-02 12:00"), waves=waves, avails=rows)
    desk.record(given)
    assert desk.left(given) == []
    desk.work(utc("2026-03-03 12:00"))
    assert desk.platform.shown["ep001", "app"] == {"BR"}
    assert desk.left(given) == []
