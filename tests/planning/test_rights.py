"""Rights that are somebody else's for a while, rights of some episodes, and of some languages."""

from __future__ import annotations

import attrs

from syndicator.model.calendar import Calendar
from syndicator.model.plan import Plan, Title
from syndicator.model.release import Action, Release
from syndicator.model.territory import Territories
from syndicator.model.work import Companion, Cut, File, Localization
from syndicator.planning.make import plan

from .titles import avail, drop, sight, title, utc, wave

MINE = avail("BR", "US", "DE")
THEIRS = avail("US", closes="2026-03-10 00:00", opens="2026-03-01 00:00", channels=("other",),
               exclusive=True, id="row 7")  # fmt: skip


def moving(given: Title, respect: str = "move") -> Title:
    (calendar,) = given.calendars
    return attrs.evolve(given, calendars=[attrs.evolve(calendar, respect=respect)])


def opens(made: Plan, cut: str = "ep001", channel: str = "app") -> list[Release]:
    return [
        each for each in made.releases
        if (each.key.cut, each.key.channel) == (cut, channel) and each.key.action in OPENS
    ]  # fmt: skip


OPENS = {Action.PUBLISH, Action.EXTEND}


def by_territory(releases: list[Release]) -> dict[str, tuple[str, str]]:
    """Return when each territory opens, or the reason why not."""
    return {
        code: (f"{each.at:%m-%d %H:%M}", each.blocked[0].code if each.blocked else "")
        for each in releases
        for code in each.territories
    }


EVERYWHERE = wave("a", "BR", "US", "DE")
APP = {"app": ("BR", "US", "DE"), "tube": ("BR", "US", "DE")}


def test_a_channel_that_opens_one_by_one_moves_only_what_is_somebody_elses() -> None:
    given = title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[MINE, THEIRS])
    blocked = by_territory(opens(plan(given, sight(APP))))
    assert blocked["US"] == ("03-05 20:00", "exclusive")
    made = plan(moving(given), sight(APP))
    found = by_territory(opens(made))
    assert found == {"BR": ("03-05 20:00", ""), "DE": ("03-05 20:00", ""),
                     "US": ("03-10 00:00", "")}  # fmt: skip
    (moved,) = [each for each in opens(made) if "US" in each.territories]
    assert moved.key.part == "UTC+00:00.moved"
    assert [(note.code, "row 7" in note.text) for note in moved.notes] == [("moved", True)]


def test_a_channel_that_shows_everywhere_at_once_moves_wholly() -> None:
    given = title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[MINE, THEIRS],
                  channels=("tube",))  # fmt: skip
    (release,) = opens(plan(moving(given), sight(APP)), channel="tube")
    assert (release.at, release.blocked) == (utc("2026-03-10 00:00"), ())
    assert release.territories == Territories.parse(["BR", "US", "DE"])


def test_nothing_is_moved_beyond_its_own_rights() -> None:
    short = avail("BR", "US", "DE", closes="2026-03-09 00:00")
    given = title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[short, THEIRS])
    found = by_territory(opens(plan(moving(given), sight(APP))))
    assert found["US"] == ("03-05 20:00", "exclusive")
    assert found["BR"] == ("03-05 20:00", "")


def test_no_episode_overtakes_one_that_was_moved() -> None:
    """The window is of the first two episodes only; the third is free, and waits for them."""
    theirs = attrs.evolve(THEIRS, episodes=frozenset({1, 2}))
    given = title(drop([1, 2, 3], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[MINE, theirs])
    made = plan(moving(given), sight(APP))
    assert by_territory(opens(made, "ep003"))["US"] == ("03-10 00:00", "")
    assert by_territory(opens(made, "ep003"))["BR"] == ("03-05 20:00", "")
    (last,) = [each for each in opens(made, "ep003") if "US" in each.territories]
    assert last.notes[0].text.endswith("behind ep001")
    late = title(drop([1, 2], "2026-03-05 20:00"), drop([3], "2026-03-20 20:00", 2),
                 waves=(EVERYWHERE,), avails=[MINE, theirs])  # fmt: skip
    assert by_territory(opens(plan(moving(late), sight(APP)), "ep003"))["US"][0] == "03-20 20:00"


def test_two_windows_after_each_other_are_both_waited_for() -> None:
    second = avail("US", opens="2026-03-10 00:00", closes="2026-03-15 00:00", exclusive=True,
                   channels=("third",), id="row 9")  # fmt: skip
    given = title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,),
                  avails=[MINE, THEIRS, second])  # fmt: skip
    assert by_territory(opens(plan(moving(given), sight(APP))))["US"] == ("03-15 00:00", "")


def test_what_the_calendar_says_holds_where_the_channel_does_not_say_otherwise() -> None:
    given = moving(title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[MINE, THEIRS]))
    (calendar,) = given.calendars
    blocks = tuple(attrs.evolve(each, respect="block") for each in calendar.channels)
    own = attrs.evolve(given, calendars=[attrs.evolve(calendar, channels=blocks)])
    assert by_territory(opens(plan(own, sight(APP))))["US"] == ("03-05 20:00", "exclusive")


def test_a_row_of_some_episodes_licenses_no_other() -> None:
    some = attrs.evolve(MINE, episodes=frozenset({1, 2}))
    given = title(drop([1, 2, 3], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[some])
    made = plan(given, sight(APP))
    assert by_territory(opens(made, "ep002"))["BR"] == ("03-05 20:00", "")
    (third,) = opens(made, "ep003")
    assert third.blocked[0].code == "no-rights"
    assert third.blocked[0].text.endswith("row 1 is for episodes 1-2 only")


def dubbed(cut: Cut) -> Cut:
    """Return a cut with German captions beside the English original."""
    file = File(path="ep.de.vtt", size=10, sha256="d" * 64)
    return attrs.evolve(cut, captions=(Companion(file=file, language="de"),))


def with_german(given: Title) -> Title:
    series = attrs.evolve(
        given.series, localizations=(*given.series.localizations, Localization("de", "Ein Titel"))
    )
    return attrs.evolve(given, series=series, cuts=[dubbed(each) for each in given.cuts])


def select(given: Title, **more: object) -> Title:
    (calendar,) = given.calendars
    chosen = tuple(attrs.evolve(each, **more) for each in calendar.channels)
    changed: Calendar = attrs.evolve(calendar, channels=chosen)
    return attrs.evolve(given, calendars=[changed])


def test_a_language_that_the_row_does_not_allow_is_not_shown() -> None:
    english = attrs.evolve(MINE, languages=frozenset({"en"}))
    given = with_german(title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[english]))
    (release,) = opens(plan(given, sight(APP)))
    assert release.blocked[0].text.endswith("row 1 does not allow de")
    narrowed = select(given, languages=("en",))
    made = plan(narrowed, sight(APP))
    (release,) = opens(made)
    assert release.blocked == ()
    assert '"language":"de"' not in made.contents[release.content]
    assert "Ein Titel" not in "".join(made.contents.values())


def test_a_language_that_is_held_back_is_held_back_in_all_its_varieties() -> None:
    back = attrs.evolve(MINE, held_back=frozenset({"de"}))
    given = with_german(title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[back]))
    assert opens(plan(given, sight(APP)))[0].blocked[0].code == "no-rights"
    swiss = attrs.evolve(MINE, held_back=frozenset({"de-CH"}))
    assert not opens(plan(attrs.evolve(given, avails=[swiss]), sight(APP)))[0].blocked


def test_what_is_waived_is_noted_with_its_reason() -> None:
    ends = avail("BR", "US", "DE", closes="2026-06-01 00:00")
    written = title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[ends],
                    channels=("tube",))  # fmt: skip
    given = select(written, waived=(("cannot-withdraw", "may stay by contract"),))
    can = attrs.evolve(sight(APP).capabilities["tube"], withdraws=False)
    (release,) = opens(plan(given, sight(APP, tube=can)), channel="tube")
    assert release.blocked == ()
    (note,) = release.notes
    assert note.code == "waived:cannot-withdraw"
    assert note.text.endswith("waived: may stay by contract")


def test_a_channel_seen_everywhere_needs_rights_where_the_calendar_leaves_out_too() -> None:
    given = select(
        title(drop([1], "2026-03-05 20:00"), waves=(EVERYWHERE,), avails=[avail("BR")],
              channels=("tube",)),
        territories=Territories.parse(["BR"]),
    )  # fmt: skip
    (release,) = opens(plan(given, sight(APP)), channel="tube")
    assert release.territories == Territories.parse(["BR", "US", "DE"])
    assert [reason.code for reason in release.blocked] == ["no-rights", "no-wave"]
    alone = {"tube": ("BR",)}
    (release,) = opens(plan(given, sight(alone)), channel="tube")
    assert release.blocked == ()
