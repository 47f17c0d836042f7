"""What a channel that is down cannot show goes elsewhere: with rights, and never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import attrs
import pytest

from syndicator.ledger.ledger import Filter, LedgerMoved
from syndicator.model.calendar import Fallback, Selection
from syndicator.model.diversion import Diversion
from syndicator.model.plan import Sight, Title
from syndicator.model.release import Action, Reason
from syndicator.model.seam import Policy
from syndicator.model.state import State
from syndicator.planning.changes import compare
from syndicator.planning.fallback import Outage, Stuck, with_fallbacks
from syndicator.planning.make import plan

from .platform import Desk
from .titles import HERE, avail, drop, sight, title, utc, wave

DUE = utc("2026-03-02 20:00")
BR = {"app": ("BR",), "tube": ("BR",), "third": ("BR", "US")}
TUBE = "s/ep001/tube/a/publish"
APP = "s/ep001/app/a/publish/for.tube"


def written(*others: str, return_: str = "stay", avails=None, after: int = 1, **more) -> Title:
    """Return a title for `tube` only, with a fallback."""
    given = title(drop([1], "2026-03-02 20:00"), waves=(wave("a", "BR"),), channels=("tube",),
                  avails=avails, **more)  # fmt: skip
    (calendar,) = given.calendars
    fallback = Fallback(channels=others or ("app",), after=timedelta(hours=after), return_=return_)
    (tube,) = calendar.channels
    channels = (attrs.evolve(tube, fallback=fallback),)
    return attrs.evolve(given, calendars=[attrs.evolve(calendar, channels=channels)])


class Scene:
    """A desk whose channel `tube` is down from the date on."""

    def __init__(self, folder: Path, seen: Sight) -> None:
        self.desk = Desk(folder, now=utc("2026-03-01 00:00"))
        self.sight = seen

    def record(self, given: Title) -> None:
        self.desk.ledger.record(self.changes(given), now=self.desk.now, actor="test")

    def changes(self, given: Title):
        known = self.desk.ledger.known("s")
        return compare(with_fallbacks(plan(given, self.sight), known, self.sight), known)

    def said(self, given: Title, now: datetime, down=("tube",), policies=()):
        known = self.desk.ledger.known("s")
        return list(Outage(
            made=with_fallbacks(plan(given, self.sight), known, self.sight), known=known,
            sight=self.sight, policies=policies, down=dict.fromkeys(down, DUE), now=now,
        ).diversions())  # fmt: skip

    def divert(self, given: Title, now: datetime) -> list[Diversion]:
        self.desk.now = now
        found = [each for each in self.said(given, now) if isinstance(each, Diversion)]
        self.desk.ledger.divert(found, now=now, actor="cron")
        return found

    def states(self) -> dict[str, str]:
        return self.desk.states()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, sight(BR, third=sight().capabilities["tube"]))


SOON, LATER = DUE + timedelta(minutes=30), DUE + timedelta(hours=2)


def test_it_waits_before_it_goes_and_then_goes_once(scene: Scene) -> None:
    given = written()
    scene.record(given)
    assert scene.said(given, SOON) == []
    (gone,) = scene.divert(given, LATER)
    assert [str(each.key) for each in gone.instead] == [APP]
    assert scene.states() == {TUBE: "withdrawn", APP: "planned"}
    assert scene.said(given, LATER) == [], "it is there now"
    assert scene.changes(given).items == [], "the next plan changes nothing"
    (event,) = [each for each in scene.desk.ledger.events() if each.happened == "cancelled"]
    assert event.cause == "tube is down since 2026-03-02 20:00 UTC; to app"


def test_when_the_channel_is_back_nothing_is_doubled(scene: Scene) -> None:
    given = written()
    scene.record(given)
    scene.divert(given, LATER)
    scene.desk.work(LATER)
    scene.record(given)
    scene.desk.work(LATER + timedelta(days=1))
    assert scene.desk.platform.posted == {("ep001", "app"): {APP}}


def test_where_both_are_wanted_its_own_channel_gets_it_when_it_is_back(scene: Scene) -> None:
    given = written(return_="both")
    scene.record(given)
    scene.divert(given, LATER)
    assert scene.states() == {TUBE: "planned", APP: "planned"}
    assert scene.said(given, LATER) == []
    scene.desk.work(LATER)
    assert {unit: len(keys) for unit, keys in scene.desk.platform.posted.items()} == {
        ("ep001", "app"): 1, ("ep001", "tube"): 1,
    }  # fmt: skip


def test_what_may_be_out_does_not_go_elsewhere(scene: Scene) -> None:
    given = written()
    scene.record(given)
    for way in ("lost, not done", "unknown, not done"):
        scene.desk.work(DUE, [way])
        assert scene.said(given, LATER) == []


def test_rights_are_checked_for_the_other_place(scene: Scene) -> None:
    only_tube = avail("BR", channels=("tube",))
    given = written(avails=[only_tube])
    scene.record(given)
    (stuck,) = scene.said(given, LATER)
    assert isinstance(stuck, Stuck)
    ((channel, reason),) = stuck.reasons
    assert (channel, reason.code) == ("app", "no-rights")
    assert scene.states() == {TUBE: "planned"}


def test_a_channel_that_is_seen_in_more_territories_is_no_place(scene: Scene) -> None:
    given = written("third", "app")
    scene.record(given)
    (gone,) = scene.divert(given, LATER)
    assert gone.instead[0].key.channel == "app"
    assert scene.states() == {TUBE: "withdrawn", APP: "planned"}


def test_one_that_is_down_too_is_passed_over(scene: Scene) -> None:
    given = written("third", "app")
    scene.record(given)
    (stuck,) = scene.said(given, LATER, down=("tube", "app"))
    assert [(channel, reason.code) for channel, reason in stuck.reasons] == [
        ("third", "no-wave"), ("app", "channel-down"),
    ]  # fmt: skip


def test_what_the_other_channel_gets_anyway_is_not_sent_again(scene: Scene) -> None:
    given = written()
    (calendar,) = given.calendars
    both = (*calendar.channels, Selection(channel="app", place=HERE))
    given = attrs.evolve(given, calendars=[attrs.evolve(calendar, channels=both)])
    scene.record(given)
    assert scene.said(given, LATER) == []


def test_its_rights_end_there_too(scene: Scene) -> None:
    given = written(avails=[avail("BR", closes="2026-04-01 00:00")])
    scene.record(given)
    (gone,) = scene.divert(given, LATER)
    assert [each.key.action for each in gone.instead] == [Action.PUBLISH, Action.WITHDRAW]
    scene.desk.work(LATER)
    shorter = written(avails=[avail("BR", closes="2026-03-20 00:00")])
    scene.record(shorter)
    takedowns = {row.at: str(row.state) for row in scene.desk.ledger.rows(Filter())
                 if row.key.action == Action.WITHDRAW and row.key.channel == "app"}  # fmt: skip
    assert takedowns[utc("2026-03-20 00:00")] == "planned"
    scene.desk.work(utc("2026-03-20 01:00"))
    assert not any(scene.desk.platform.shown.values())


def test_what_was_taken_back_from_the_calendar_is_not_published_elsewhere(scene: Scene) -> None:
    given = written()
    scene.record(given)
    scene.divert(given, LATER)
    (calendar,) = given.calendars
    other = attrs.evolve(calendar.channels[0], channel="third")
    scene.record(attrs.evolve(given, calendars=[attrs.evolve(calendar, channels=(other,))]))
    assert scene.states()[APP] == "blocked"


def test_policies_judge_what_goes_elsewhere(scene: Scene) -> None:
    def against(made, _sight):
        return [(each, Reason("house", "not on our app")) for each in made.releases
                if each.key.channel == "app"]  # fmt: skip

    given = written()
    scene.record(given)
    (stuck,) = scene.said(given, LATER, policies=(Policy(id="house", judge=against),))
    assert stuck.reasons[0][1].code == "house"


def test_two_processes_divert_it_once(scene: Scene) -> None:
    given = written()
    scene.record(given)
    found = scene.said(given, LATER)
    assert scene.desk.ledger.divert(found, now=LATER, actor="one") == 1
    with pytest.raises(LedgerMoved):
        scene.desk.ledger.divert(found, now=LATER, actor="two")
    assert scene.states() == {TUBE: "withdrawn", APP: "planned"}


def test_what_another_process_began_meanwhile_stays(scene: Scene) -> None:
    given = written(return_="both")
    scene.record(given)
    found = scene.said(given, LATER)
    scene.desk.now = LATER
    assert len(scene.desk.claim()) == 1
    with pytest.raises(LedgerMoved):
        scene.desk.ledger.divert(found, now=LATER, actor="two")
    assert State.PUBLISHING in scene.states().values()
    assert APP not in scene.states()
