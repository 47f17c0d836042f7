"""Waves that wait for figures: looked at by every run, decided of by people, never opened twice."""

from __future__ import annotations

import io
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syndicator.cli import exits
from syndicator.dispatch.clock import SystemClock
from syndicator.ledger.sqlite import SqliteLedger
from syndicator.planning.ladder import Said, aborted

from .conftest import Said as Answer
from .conftest import Shell
from .test_json import valid

MAIN = "s0/ep001/app/main"
PLAIN = "territories: [US], after: {wave: pilot, delay: 7d}}"
GATE = "gate: {metric: completion_rate, at_least: 0.35, min_views: 100, fails: 2, misses: 2}}"
ON_ABORT = "\non_abort: all\n"


def gated(shell: Shell, gate: str = GATE) -> Shell:
    shell.edit("calendars/s0.yaml", PLAIN, f"{PLAIN[:-1]}, {gate}")
    return shell


def measure(
    shell: Shell, views: int, percentage: float, *, cut: str = "ep001", ago: int = 0
) -> Answer:
    at = SystemClock().now() - timedelta(hours=ago, seconds=1)
    path = shell.folder / "figures.csv"
    path.write_text(
        "series,cut,channel,territory,views,average_percentage,as_of\n"
        f"s0,{cut},app,BR,{views},{percentage},{at.isoformat()}\n"
    )
    return shell("metrics", "import", str(path))


def look_now(shell: Shell) -> None:
    """Let every wave that waits be due."""
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE rollout SET next_ms = 1 WHERE state = 'waiting'")
    database.close()


def states(shell: Shell, wave: str = "main") -> set[str]:
    lines = shell("show", "--json").lines
    return {each["state"] for each in lines if f"/{wave}/" in each["release"]}


def ladder(shell: Shell) -> dict[str, Any]:
    return {each["wave"]: each for each in shell("rollout", "status", "s0", "--json").lines}


def test_a_wave_opens_on_the_figure_and_the_releases_say_which(shell: Shell) -> None:
    gated(shell)
    said = shell("release")
    assert states(shell) == {"held"}
    assert said.code == exits.ASIDE
    measure(shell, 1000, 40)
    look_now(shell)
    said = shell("release")
    assert "wave main opens: completion_rate is 0.4 (1,000 views" in said.out
    assert (said.code, states(shell)) == (exits.DONE, {"live"})
    told = json.loads(shell("explain", MAIN, "--json").out)
    (event,) = [each for each in told["history"] if each["happened"] == "resumed"]
    assert event["actor"] == "gate"
    assert "completion_rate is 0.4" in event["cause"]
    main = ladder(shell)["main"]
    assert main["state"] == "open"
    assert [each["decided"] for each in main["decisions"]] == ["opened"]
    assert main["decisions"][0]["looks"][0]["value"] == 0.4
    assert shell("plan").out.count("held") == 0
    assert shell("release").code == exits.DONE


def test_what_a_look_found_is_shown_with_the_release(shell: Shell) -> None:
    gated(shell)
    shell("release")
    shell("release")
    measure(shell, 1000, 31)
    look_now(shell)
    said = shell("release")
    assert "wave main waits: completion_rate is 0.31" in said.out
    for words in (("show", MAIN), ("explain", MAIN), ("status",)):
        out = shell(*words).out
        assert "completion_rate is 0.31 (1,000 views, 0 min old): too low" in out, words
        assert "at least 0.35" in out, words
    main = ladder(shell)["main"]
    assert (main["too_low"], main["not_measured"], main["state"]) == (1, 0, "waiting")
    assert main["next_look"] > SystemClock().now().isoformat()
    assert shell("release").code == exits.ASIDE
    assert ladder(shell)["main"]["too_low"] == 1, "nobody looks before it is time"


def test_a_wave_that_was_too_low_too_often_needs_a_person(shell: Shell) -> None:
    gated(shell)
    shell("release")
    measure(shell, 1000, 31)
    for _ in range(2):
        look_now(shell)
        said = shell("release")
    assert "stays shut until a person decides: 2 looks found it too low" in said.out
    measure(shell, 1000, 90)
    look_now(shell)
    assert shell("release").code == exits.ASIDE
    assert states(shell) == {"held"}, "once it has failed, no figure opens it"
    status = shell("rollout", "status")
    assert status.code == exits.ASIDE
    assert "a person has to decide" in status.out
    shell("rollout", "advance", "s0", "main", "--reason", "the buyer insists", "--by", "ana")
    shell("release")
    assert states(shell) == {"live"}
    last = ladder(shell)["main"]["decisions"][-1]
    assert (last["decided"], last["actor"]) == ("advanced", "ana")
    assert last["reason"] == "the buyer insists"


def test_what_cannot_be_measured_spends_another_budget_and_may_open_later(shell: Shell) -> None:
    gated(shell)
    shell("release")
    for number in range(1, 4):
        look_now(shell)
        assert shell("release").code == exits.ASIDE
        main = ladder(shell)["main"]
        assert (main["not_measured"], main["too_low"]) == (number, 0)
        assert main["needs_person"] is (number >= 2)
    measure(shell, 50, 90)
    look_now(shell)
    shell("release")
    assert states(shell) == {"held"}, "fifty views prove nothing"
    measure(shell, 500, 90, ago=72)
    look_now(shell)
    shell("release")
    assert states(shell) == {"held"}, "what is told of three days ago replaces nothing"
    measure(shell, 500, 90)
    look_now(shell)
    shell("release")
    assert states(shell) == {"live"}


def test_an_abort_takes_off_what_the_calendar_says(shell: Shell) -> None:
    gated(shell, f"{GATE[:-2]}, then: abort, fails: 1}}}}".replace("fails: 2, ", ""))
    path = shell.folder / "calendars/s0.yaml"
    path.write_text(path.read_text() + ON_ABORT)
    shell("release")
    assert states(shell, "pilot") == {"live"}
    measure(shell, 1000, 5)
    look_now(shell)
    said = shell("release")
    assert "wave main is aborted: too low: completion_rate is 0.05" in said.out
    assert states(shell, "main") == {"withdrawn"}
    assert states(shell, "pilot") == {"withdrawn"}
    gone = [each for each in shell("show", "--json").lines if "/withdraw/" in each["release"]]
    assert len(gone) == 6
    assert {each["state"] for each in gone} == {"withdrawn"}
    assert shell("release").code == exits.DONE
    assert len(shell("show", "--json").lines) == 9 + 6, "nothing is ordered twice"


def test_a_person_aborts_after_looking_what_it_touches(shell: Shell) -> None:
    gated(shell)
    path = shell.folder / "calendars/s0.yaml"
    path.write_text(path.read_text() + ON_ABORT)
    shell("release")
    words = ("rollout", "abort", "s0", "main", "--reason", "the lead left")
    seen = shell(*words, "--dry-run")
    assert seen.out.count("would be withdrawn") == 6
    assert "would be: s0: wave main is aborted: the lead left" in seen.out
    assert (states(shell), states(shell, "pilot")) == ({"held"}, {"live"})
    assert ladder(shell)["main"]["state"] == "waiting"
    said = shell(*words, "--yes", "--json")
    assert said.code == exits.DONE
    assert states(shell) == states(shell, "pilot") == {"withdrawn"}
    assert {"decided", "number", "summary"} <= {key for line in said.lines for key in line}
    assert shell(*words, "--yes").out.startswith("Nothing changed")


def test_a_paused_wave_waits_and_what_is_planned_later_too(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "episodes: 1-3", "episodes: 1-2")
    shell("plan")
    shell("release", "--channel", "tube")
    shell("rollout", "pause", "s0", "main", "--reason", "the law is unclear")
    assert states(shell) == {"held"}
    shell.edit("calendars/s0.yaml", "episodes: 1-2", "episodes: 1-3")
    shell("release")
    assert states(shell) == {"held"}
    assert "wave main is paused: the law is unclear" in shell("show", MAIN).out
    shell("rollout", "resume", "s0", "--reason", "it is clear now")
    shell("release")
    assert states(shell) == {"live"}


def test_what_a_person_holds_alone_stays_held_when_the_wave_goes_on(shell: Shell) -> None:
    gated(shell)
    shell("release")
    third = MAIN.replace("ep001", "ep003")
    shell("resume", third, "--reason", "let us see")
    shell("hold", third, "--reason", "the music is not cleared")
    shell("rollout", "advance", "s0", "main", "--reason", "sure")
    shell("release")
    found = {each["release"].rpartition("/extend")[0]: each["state"]
             for each in shell("show", "--json").lines}  # fmt: skip
    assert (found[MAIN], found[third]) == ("live", "held")


def test_episodes_planned_after_the_wave_has_opened_go_on_at_once(shell: Shell) -> None:
    gated(shell)
    shell.edit("calendars/s0.yaml", "episodes: 1-3", "episodes: 1-2")
    shell("release")
    shell("rollout", "advance", "s0", "main", "--reason", "sure")
    shell.edit("calendars/s0.yaml", "episodes: 1-2", "episodes: 1-3")
    shell("release")
    assert states(shell) == {"live"}
    assert len([e for e in shell("show", "--json").lines if "/main/" in e["release"]]) == 3


def test_a_gate_that_the_calendar_changes_is_looked_at_anew(shell: Shell) -> None:
    gated(shell)
    shell("release")
    measure(shell, 1000, 31)
    for _ in range(2):
        look_now(shell)
        shell("release")
    assert ladder(shell)["main"]["state"] == "failed"
    shell.edit("calendars/s0.yaml", "at_least: 0.35", "at_least: 0.3")
    shell("release")
    main = ladder(shell)["main"]
    assert (main["state"], states(shell)) == ("open", {"live"})
    assert [each["decided"] for each in main["decisions"]] == ["failed", "changed", "opened"]


def test_a_gate_is_tried_without_effect(shell: Shell) -> None:
    gated(shell)
    shell("release")
    path = shell.folder / "what-if.csv"
    path.write_text(
        "series;cut;channel;territory;views;average_percentage\ns0;ep001;app;BR;1.000;40,5\n"
    )
    lines = shell("rollout", "try", "s0", "--figures", str(path), "--json").lines
    (found,) = next(each for each in lines if each["wave"] == "main")["gates"]
    assert (found["verdict"], found["value"], found["sample"]) == ("pass", 0.405, 1000)
    later = (SystemClock().now() + timedelta(days=3)).isoformat()
    words = ("rollout", "try", "s0", "--figures", str(path), "--at", later)
    assert "too old" in shell(*words).out
    assert shell("metrics", "show").out.startswith("No figures")
    assert (states(shell), ladder(shell)["main"]["not_measured"]) == ({"held"}, 0)


def test_a_wave_is_not_looked_at_before_anything_it_follows_is_out(shell: Shell) -> None:
    gated(shell)
    for channel in ("native", "tube"):
        shell.studio.answer(channel, "post", *["retry"] * 20)
    shell("release")
    look_now(shell)
    said = shell("release")
    assert "wave main waits: nothing of wave pilot is out" in said.out
    main = ladder(shell)["main"]
    assert (main["not_measured"], main["looked_at"]) == (0, None)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("status", "s9"), "those of: s0"),
        (("advance", "s0", "mian", "--reason", "x"), "did you mean main?"),
        (("advance", "s0", "main", "--reason", "  "), "say why"),
        (("abort", "s0", "--reason", "x", "--json"), "say --yes"),
        (("try", "s9"), "not in the catalog"),
    ],
)
def test_wrong_words_are_said(shell: Shell, words: tuple[str, ...], says: str) -> None:
    gated(shell)("release")
    said = shell("rollout", *words)
    assert said.code == exits.USAGE
    assert says in said.err


def test_an_idle_run_reads_one_index_for_all_waves(shell: Shell) -> None:
    gated(shell)
    shell("release")
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        (plan,) = database.execute(
            "EXPLAIN QUERY PLAN SELECT DISTINCT series FROM rollout WHERE next_ms IS NOT NULL "
            "AND next_ms <= 5 ORDER BY series").fetchall()[:1]  # fmt: skip
        (next_ms,) = database.execute("SELECT min(next_ms) FROM rollout").fetchone()
    database.close()
    assert "rollout_next" in plan[-1]
    at = datetime.fromtimestamp(next_ms / 1000, UTC)
    assert f"Next: {at:%Y-%m-%d %H:%M}" in shell("release").out


def test_a_plan_file_carries_the_waves(shell: Shell) -> None:
    gated(shell)
    plan = shell.folder / "monday.plan"
    shell("plan", "-o", str(plan))
    shell("release", "--plan", str(plan))
    assert ladder(shell)["main"]["gates"][0]["at_least"] == 0.35


def test_an_abort_that_died_before_it_took_anything_off_is_finished(shell: Shell) -> None:
    gated(shell)
    path = shell.folder / "calendars/s0.yaml"
    path.write_text(path.read_text() + ON_ABORT)
    shell("release")
    ledger = SqliteLedger(shell.folder / "syndicator.db")
    ladder_ = {each.wave: each for each in ledger.standings()}
    said = Said(now=SystemClock().now(), actor="ana", reason="the lead left")
    assert ledger.turn(aborted(ladder_["main"], ladder_, said), now=said.now)
    ledger.close()
    assert states(shell, "pilot") == {"live"}
    assert shell("release").code == exits.DONE
    assert states(shell, "pilot") == {"withdrawn"}
    (event,) = [each for each in shell("ledger", "--events").lines
                if each["happened"] == "planned" and "/tube/" in each["release"]
                and "ep001" in each["release"] and "/withdraw/" in each["release"]]  # fmt: skip
    assert "the lead left" in json.dumps(event)
    assert shell("release").out.startswith("Nothing due")


def test_what_comes_out_while_it_is_aborted_is_taken_off_when_it_is_there(shell: Shell) -> None:
    gated(shell)
    path = shell.folder / "calendars/s0.yaml"
    path.write_text(path.read_text() + ON_ABORT)
    shell.studio.answer("tube", "post", "lost")
    shell("release")
    assert states(shell, "pilot") == {"live", "publishing", "planned"}
    shell("rollout", "abort", "s0", "--reason", "the lead left", "--yes")
    assert states(shell, "pilot") == {"withdrawn", "publishing"}
    shell.make_due()
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE rollout SET next_ms = 1 WHERE next_ms IS NOT NULL")
    database.close()
    shell("release")
    assert states(shell, "pilot") == {"withdrawn"}
    assert "Next:" not in shell("release").out


def test_every_line_for_programs_is_as_its_schema_says(shell: Shell) -> None:
    gated(shell)
    shell("release")
    measure(shell, 1000, 31)
    look_now(shell)
    lines = shell("release", "--json").lines
    assert any("looked" in line for line in lines)
    measure(shell, 1000, 50)
    look_now(shell)
    lines += shell("release", "--json").lines
    lines += shell("rollout", "pause", "s0", "--reason", "x", "--json", "--dry-run").lines
    lines += shell("rollout", "abort", "s0", "--reason", "x", "--json", "--yes").lines
    assert {"opened", "paused", "aborted"} <= {line.get("decided") for line in lines}
    for line in lines:
        name = "decision" if "decided" in line else "event" if "number" in line else "run"
        valid(name, line)
    for words in (("status", "s0"), ("try", "s0")):
        found = shell("rollout", *words, "--json").lines
        assert len(found) == 2
        for line in found:
            valid("rollout", line)
    valid("status", json.loads(shell("status", "--json").out))


def test_a_wave_that_needs_a_person_is_in_the_status(shell: Shell) -> None:
    gated(shell)
    shell("release")
    for _ in range(2):
        look_now(shell)
        shell("release")
    assert "wave main of s0 could not be measured 2 times in a row" in shell("status").out
    (wave,) = json.loads(shell("status", "--json").out)["waves"]
    assert (wave["series"], wave["wave"]) == ("s0", "main")


def test_a_dry_run_says_what_a_look_would_find_and_counts_nothing(shell: Shell) -> None:
    gated(shell)
    shell("release")
    measure(shell, 1000, 50)
    look_now(shell)
    said = shell("release", "--dry-run")
    assert "Would look at wave main of s0: pass: completion_rate is 0.5" in said.out
    assert (states(shell), ladder(shell)["main"]["looked_at"]) == ({"held"}, None)


def test_an_abort_shows_what_it_touches_before_it_asks(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\nn\n"))
    gated(shell)
    path = shell.folder / "calendars/s0.yaml"
    path.write_text(path.read_text() + ON_ABORT.replace("all", "wave"))
    shell("release")
    said = shell("rollout", "abort", "s0", "main", "--reason", "x")
    assert (said.code, said.out.count("would be withdrawn")) == (exits.USAGE, 0)
    said = shell("rollout", "abort", "s0", "pilot", "--reason", "x")
    assert said.out.count("would be withdrawn") == 6
    assert "nothing was aborted" in said.err
    assert states(shell, "pilot") == {"live"}
    assert [each["decisions"] for each in ladder(shell).values()] == [[], []]
