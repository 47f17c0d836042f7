"""What is waived, and waivers that waive nothing."""

from __future__ import annotations

from .conftest import Hear

STRICT = '[policies.ratings]\nseverity = "block"\n'


def waive(rule: str) -> str:
    return f'  app: {{waive: [{{rule: {rule}, reason: "the desk said so"}}]}}\n'


def test_a_waiver_silences_its_rule_on_its_channel_and_is_noted(hear: Hear) -> None:
    assert set(hear(config=STRICT).blocked) == {"ep001/app", "ep002/app"}
    heard = hear(config=STRICT, channels=waive("ratings"))
    assert not heard.blocked
    assert not heard.said
    assert [note.code for each in heard.plan.releases for note in each.notes] == [
        "waived:ratings", "waived:ratings",
    ]  # fmt: skip


def test_a_waiver_silences_a_warning_too(hear: Hear) -> None:
    assert len(hear(channels="  app:\n").said) == 1
    assert hear(channels=waive("ratings")).said == []


def test_a_waiver_that_waives_nothing_is_said(hear: Hear) -> None:
    nothing = "[policies.ratings]\nrequired = {KR = [], VN = []}\n"
    (problem,) = hear(config=nothing, channels=waive("ratings")).problems
    assert (problem.code, problem.severity, problem.found) == ("idle-waiver", "warning", "ratings")
    assert problem.place.file == "calendars/s.yaml"
    (problem,) = hear(config='[policies.ratings]\nseverity = "off"\n',
                      channels=waive("cannot-withdraw")).problems  # fmt: skip
    assert problem.code == "idle-waiver"


def test_a_waiver_of_a_rule_that_is_off_may_stay(hear: Hear) -> None:
    assert (
        hear(config='[policies.ratings]\nseverity = "off"\n', channels=waive("ratings")).said == []
    )


def test_a_waiver_of_no_rule_has_a_near_miss(hear: Hear) -> None:
    problem = hear(channels=waive("rating")).problems[-1]
    assert (problem.code, problem.hint) == ("unknown-rule", "did you mean ratings?")


def test_nobody_waives_a_right_of_somebody_else(hear: Hear) -> None:
    problem = hear(channels=waive("no-rights")).problems[-1]
    assert problem.code == "idle-waiver"
    assert problem.message.startswith("nobody can waive no-rights")


def test_options_for_a_rule_that_there_is_not_are_a_warning(hear: Hear) -> None:
    (fault,) = hear(config='[policies.rating]\nseverity = "off"\n').faults
    assert (fault.code, fault.hint, fault.severity) == (
        "unknown-rule", "did you mean ratings?", "warning",
    )  # fmt: skip
