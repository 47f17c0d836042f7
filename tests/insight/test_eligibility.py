"""Conditions of a programme against the catalog and the calendars."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs

from syndicator.insight.eligibility import conditions
from syndicator.model.problem import Place
from syndicator.model.programme import Eligibility, Programme
from syndicator.planning.make import plan
from tests.planning.titles import drop, sight, territories, title

PLATFORMS = {"app": "own", "tube": "Tube"}
DROPS = [drop([1], "2026-07-01T20:00"), drop([2, 3], "2026-07-02T20:00")]


def said(
    programme: Programme,
    *,
    channels: tuple[str, ...] = ("app", "tube"),
    production: str | None = "animation",
    **facts: str,
) -> dict[str, tuple[str, str]]:
    made = title(*DROPS, channels=channels)
    made = attrs.evolve(made, series=attrs.evolve(made.series, production=production))
    found = conditions(programme, plan(made, sight()), PLATFORMS, facts)
    return {each.name: (each.verdict, each.text) for each in found}


def programme(**more: object) -> Programme:
    own = {key: more.pop(key) for key in list(more) if hasattr(Eligibility(), key)}
    return Programme(id="p", platform="Tube", low=Fraction(1), high=Fraction(2), source="s",
                     verified=False, place=Place("p.yaml", 1), eligibility=Eligibility(**own),
                     **more)  # fmt: skip


def test_no_condition_is_no_condition() -> None:
    assert said(programme()) == {}


def test_episodes_and_seconds() -> None:
    assert said(programme(min_episodes=3))["min_episodes"] == ("met", "3 episodes; at least 3")
    assert said(programme(min_episodes=4))["min_episodes"][0] == "failed"
    assert said(programme(min_seconds=60.0, max_seconds=60.0)) == {
        "min_seconds": ("met", "all 3 episodes keep it; at least 60 s"),
        "max_seconds": ("met", "all 3 episodes keep it; at most 60 s"),
    }
    verdict, text = said(programme(max_seconds=59.0))["max_seconds"]
    assert (verdict, text.partition(",")[0]) == ("failed", "ep001 has 60.0 s")


def test_territories_and_production() -> None:
    assert said(programme(territories=territories("BR", "CN")))["territories"] == (
        "met", "shown in BR; in one of BR CN")  # fmt: skip
    assert said(programme(territories=territories("CN")))["territories"][0] == "failed"
    nowhere = said(programme(territories=territories("BR")), channels=("app",))
    assert nowhere["territories"] == ("failed", "shown nowhere on Tube; in one of BR")
    rule = programme(production=("live_action",))
    assert said(rule)["production"] == ("failed", "animation; live_action")
    assert said(rule, production=None)["production"][0] == "unknown"


def test_dates_are_those_of_the_first_release_there() -> None:
    assert said(programme(valid_from=date(2026, 7, 1)))["valid"][0] == "met"
    verdict, text = said(programme(valid_until=date(2026, 7, 1)))["valid"]
    assert verdict == "failed"
    assert text == "the first release there is on 2026-07-01; the programme holds until 2026-07-01"
    assert said(programme(valid_from=date(2026, 7, 2)))["valid"][0] == "failed"
    assert said(programme(valid_from=date(2026, 1, 1)), channels=("app",))["valid"][0] == "unknown"


def test_what_no_file_tells_is_not_guessed() -> None:
    rule = programme(originality=("original",), account_type=("business",))
    assert {each[0] for each in said(rule).values()} == {"unknown"}
    found = said(rule, originality="original", account_type="personal")
    assert found == {"originality": ("met", "original; original"),
                     "account_type": ("failed", "personal; business")}  # fmt: skip


def test_the_calendar_that_breaks_the_exclusive_window_is_named() -> None:
    verdict, text = said(programme(exclusivity_hours=24.0))["exclusivity_hours"]
    assert verdict == "failed"
    assert text.startswith("too early: ep001 on app 2026-07-01 20:00 UTC")
    alone = said(programme(exclusivity_hours=24.0), channels=("tube",))
    assert alone["exclusivity_hours"] == ("met", "no calendar breaks it; 24 h alone")
    none = said(programme(exclusivity_hours=24.0), channels=("app",))
    assert none["exclusivity_hours"][0] == "unknown"
