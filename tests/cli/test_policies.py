"""`syndicate policies`, and what the rules do to a real workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Studio

from .conftest import Shell
from .test_json import valid

CALENDAR = """\
series: {id}
time_zone: UTC
drops:
  - {{episodes: 1-3, at: 2099-03-02 20:00}}
channels: {{app: {app}, tube: }}
"""


def configure(shell: Shell, text: str) -> None:
    path = shell.folder / "syndicator.toml"
    path.write_text(f"{path.read_text()}\n{text}")


def calendar(shell: Shell, series: str = "s0", app: str = "") -> None:
    (shell.folder / f"calendars/{series}.yaml").write_text(CALENDAR.format(id=series, app=app))


def rows(shell: Shell, *words: str) -> dict[str, Any]:
    lines = shell("policies", "--json", *words).lines
    for line in lines:
        valid("policies", line)
    return {line.get("policy") or f"waiver {line['waiver']}": line for line in lines}


@pytest.fixture
def strict(shell: Shell) -> Shell:
    calendar(shell)
    configure(shell, '[policies.ratings]\nseverity = "block"\nwarn = ["BR"]\n'
                     '[policies.ratings.required]\nUS = ["TVPG"]\nBR = ["DJCTQ"]\n')  # fmt: skip
    return shell


def test_every_rule_is_listed_with_what_it_says_now(strict: Shell) -> None:
    found = rows(strict)
    assert {"ratings", "ai-disclosure", "chain-of-title", "content-tags", "homogeneity",
            "missing-localization", "balance"} <= found.keys()  # fmt: skip
    ratings = found["ratings"]
    line = (strict.folder / "syndicator.toml").read_text().split("\n").index("[policies.ratings]")
    assert ratings["set_at"] == f"syndicator.toml:{line + 2}:1"
    assert ratings["options"]["required"] == {
        "KR": ["KMRB", "KCC"], "VN": ["MCST"], "US": ["TVPG"], "BR": ["DJCTQ"],
    }  # fmt: skip
    assert (ratings["severity"], ratings["blocked"], ratings["warned"]) == ("block", 3, 6)
    assert (found["content-tags"]["set_at"], found["content-tags"]["blocked"]) == (None, 0)
    out = strict("policies").out
    assert "ratings               block     syndicator.toml" in out
    assert "Nothing is waived." in out


def test_waivers_are_listed_with_their_reason_and_what_they_let_pass(strict: Shell) -> None:
    calendar(strict, app='{waive: [{rule: ratings, reason: "rated in May"}, '
                         '{rule: cannot-withdraw, reason: idle}]}')  # fmt: skip
    found = rows(strict)
    waiver = found["waiver ratings"]
    assert (waiver["series"], waiver["channel"], waiver["reason"]) == ("s0", "app", "rated in May")
    assert waiver["releases"] == 6  # each of three for BR and for US
    assert waiver["place"].startswith("calendars/s0.yaml:")
    assert found["waiver cannot-withdraw"]["releases"] == 0
    assert (found["ratings"]["blocked"], found["ratings"]["waived"]) == (0, 3)
    out = strict("policies").out
    assert "rated in May" in out
    assert "nothing" in out


def test_what_a_rule_blocks_is_recorded_and_a_waiver_frees_it(strict: Shell) -> None:
    strict("release")
    assert strict.states() == {"blocked": 3, "planned": 3}
    calendar(strict, app='{waive: [{rule: ratings, reason: "rated in May"}]}')
    strict("release")
    assert strict.states() == {"planned": 6}
    assert strict("plan").out.strip().startswith("Nothing to do")


def test_options_that_cannot_be_read_stop_everything_that_would_be_judged(shell: Shell) -> None:
    configure(shell, "[policies.homogeneity]\nlimit = 0\nlimt = 3\n")
    for words in (("plan",), ("release",), ("policies",)):
        said = shell(*words)
        assert said.code == 2
        assert "did you mean limit?" in said.err
    found = json.loads(shell("check", "--json").out)
    assert {each["code"] for each in found} == {"unknown-key", "wrong-value"}
    assert {each["file"] for each in found} == {"syndicator.toml"}
    assert shell.states() == {}


def test_options_of_no_rule_are_a_warning(shell: Shell) -> None:
    configure(shell, '[policies.homogenity]\nseverity = "off"\n')
    said = shell("check")
    assert said.code == 0
    assert "did you mean homogeneity?" in said.out


class TestFeeds:
    """Series of one feed look at each other, through the ledger and within a run."""

    @pytest.fixture
    def two(
        self, toy: None, tmp_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]
    ) -> Shell:
        studio = Studio(tmp_path / "two", clip)
        studio.write(series=2, episodes=3)
        shell = Shell(studio, capsys)
        for series in ("s0", "s1"):
            calendar(shell, series)
        configure(shell, '[policies.homogeneity]\nlimit = 4\nseverity = "block"\n')
        return shell

    def test_the_second_is_told_of_the_first_in_the_same_run(self, two: Shell) -> None:
        two("release")
        lines = [each for each in two("show", "--json").lines if each["state"] == "blocked"]
        assert sorted(each["release"].partition("/all")[0] for each in lines) == [
            "s1/ep002/tube", "s1/ep003/tube",
        ]  # fmt: skip

    def test_a_second_plan_is_empty(self, two: Shell) -> None:
        two("release")
        assert two("plan").out.strip().startswith("Nothing to do")

    def test_a_series_planned_alone_sees_the_others_in_the_ledger(self, two: Shell) -> None:
        two("release")
        two.edit("catalog/s1/series.yaml", "A Series", "Werewolves of the Night")
        two("release")
        assert two.states() == {"planned": 12}
        two.edit("catalog/s1/series.yaml", "Werewolves of the Night", "A Series 2")
        two("release")
        assert two.states() == {"planned": 10, "blocked": 2}

    def test_the_ledger_is_not_asked_where_the_rule_is_off(self, two: Shell) -> None:
        path = two.folder / "syndicator.toml"
        path.write_text(path.read_text().replace('severity = "block"', 'severity = "off"'))
        two("release")
        assert two.states() == {"planned": 12}
