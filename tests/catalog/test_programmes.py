"""Programmes and assumptions: what is wrong with them is placed."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from syndicator.catalog.programmes import read_assumptions, read_programmes
from syndicator.catalog.schema import schema

from .test_formats import keys

PROGRAMME = """
programmes:
  - id: bonus
    platform: Tube
    valid_from: 2026-01-01
    valid_until: 2027-01-01
    eligibility: {min_seconds: 60, max_seconds: 180, territories: [WORLD, -CN]}
    exclusivity_hours: 72
    multiplier: {low: 1, high: 20}
    applies: window
    cap: {minor: 500000, currency: USD}
    source: a newsletter
    verified: false
"""

ASSUMED = """
series: s
programme: bonus
currency: USD
days: 90
platforms:
  Tube: {views: {low: 1, mid: 2, high: 3}, per_thousand: 0.1, in_window: 0.5}
  own: {views: 10, per_thousand: 30, loss: 0.3}
"""


def codes(path: Path, programme: str, assumed: str = ASSUMED) -> list[str]:
    (path / "p.yaml").write_text(programme)
    (path / "a.yaml").write_text(assumed)
    rules, problems = read_programmes([(path / "p.yaml", "p.yaml")])
    found, more = read_assumptions(path / "a.yaml", "a.yaml", rules, ["Tube", "own"])
    said = [*problems, *more]
    assert all(each.place.line for each in said)
    assert (found is None) == any(each.severity == "error" for each in more)
    return [f"{each.code} {each.place}" for each in said]


def test_what_is_right_is_read(tmp_path: Path) -> None:
    assert codes(tmp_path, PROGRAMME) == []
    ((rule,), _) = read_programmes([(tmp_path / "p.yaml", "p.yaml")])
    found, _ = read_assumptions(tmp_path / "a.yaml", "a.yaml", [rule], ["Tube", "own"])
    assert rule.eligibility.territories is not None
    assert "CN" not in rule.eligibility.territories
    assert str(rule.cap) == "5000.00 USD"
    assert found is not None
    assert found.platforms["Tube"].per_thousand.mid * 10 == 1, "0.1 is one tenth, exactly"


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("low: 1, high: 20", "low: 21, high: 20", "bad-range p.yaml:9:17"),
        ("min_seconds: 60", "min_seconds: 600", "bad-range p.yaml:7:32"),
        ("valid_until: 2027", "valid_until: 2025", "empty-window p.yaml:6:18"),
        ("[WORLD, -CN]", "[WORLD, -XX]", "unknown-territory p.yaml:7:75"),
        ("currency: USD}", "currency: EUR}", "two-currencies a.yaml:4:11"),
        ("id: bonus", "id: other", "unknown-programme a.yaml:3:12"),
        ("platform: Tube", "platform: Tub", "unknown-platform a.yaml:7:3"),
    ],
)
def test_what_is_wrong_with_a_programme(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in PROGRAMME
    assert wanted in codes(tmp_path, PROGRAMME.replace(old, new))


def test_a_programme_twice(tmp_path: Path) -> None:
    twice = PROGRAMME + PROGRAMME.replace("\nprogrammes:", "")
    assert codes(tmp_path, twice) == ["duplicate-programme p.yaml:15:9"]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (", in_window: 0.5", "", "missing-key a.yaml:7:9"),
        ("in_window: 0.5", "in_window: 0.5, loss: 0.1", "idle-assumption a.yaml:7:79"),
        ("loss: 0.3", "gain: 0.3", "idle-assumption a.yaml:8:38"),
        ("own:", "owm:", "unknown-platform a.yaml:8:3"),
        ("loss: 0.3", "loss: 3", "wrong-value a.yaml:8:44"),
        ("days: 90", "days: soon", "wrong-type a.yaml:5:7"),
        ("days: 90\n", "", "missing-key a.yaml:2:1"),
        ("currency: USD", "currency: usd", "wrong-value a.yaml:4:11"),
    ],
)
def test_what_is_wrong_with_assumptions(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in ASSUMED
    assert wanted in codes(tmp_path, PROGRAMME, ASSUMED.replace(old, new))


@pytest.mark.parametrize("name", ["programmes", "assumptions"])
def test_their_schemas_guide_the_writer_at_every_key(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    for path, about in keys(found):
        assert about.get("description"), path
        if about.get("type") != "object" and "anyOf" not in about:
            assert about.get("examples"), path
        for example in about.get("examples", ()):
            assert list(Draft202012Validator(about).iter_errors(example)) == [], path


def test_the_examples_are_right_and_say_that_the_multiplier_is_unverified() -> None:
    folder = Path(__file__).resolve().parents[2] / "examples/whatif"
    rules, problems = read_programmes([(folder / "programmes.yaml", "programmes.yaml")])
    names = ["TikTok", "YouTube", "standalone app"]
    found, more = read_assumptions(folder / "assumptions.yaml", "a.yaml", rules, names)
    assert (problems, more) == ([], [])
    assert found is not None
    assert all(not each.verified for each in rules if each.high == 20)


def test_a_platform_of_which_nothing_is_assumed_is_said(tmp_path: Path) -> None:
    lines = [line for line in ASSUMED.splitlines(keepends=True) if "own:" not in line]
    assert codes(tmp_path, PROGRAMME, "".join(lines)) == ["unknown-platform a.yaml:7:3"]


def test_a_look_that_ends_within_the_window_is_said(tmp_path: Path) -> None:
    short = ASSUMED.replace("days: 90", "days: 2")
    assert codes(tmp_path, PROGRAMME, short) == ["short-horizon a.yaml:5:7"]
