"""A rule that cannot judge lets nothing pass, and says whose it is."""

from __future__ import annotations

from syndicator.model.seam import Policy
from syndicator.planning.make import plan

from .titles import drop, sight, title


def test_a_rule_that_fails_blocks_and_is_named() -> None:
    def judge(made, _sight):
        raise KeyError(made.title.series.id)

    rule = Policy(id="house-style", judge=judge, severity="warn")
    made = plan(title(drop([1, 2], "2026-03-05 20:00")), sight(), (rule,))
    assert made.releases
    for release in made.releases:
        assert release.blocked[0].code == "rule-failed"
        assert release.blocked[0].text.startswith("the rule house-style failed: KeyError: 's'")


def test_one_that_fails_half_way_blocks_too() -> None:
    def judge(made, _sight):
        yield made.releases[0], "not a reason"
        raise ValueError("half way")

    rule = Policy(id="house-style", judge=judge)
    made = plan(title(drop([1], "2026-03-05 20:00")), sight(), (rule,))
    assert {each.blocked[0].code for each in made.releases} == {"rule-failed"}
