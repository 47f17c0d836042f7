"""Ratings that are asked for, and values that exist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from syndicator.compliance.ratings import REQUIRED, systems, trouble
from syndicator.model.work import Rating

from .conftest import Hear

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT.parent / "shared/data/vocab/CMR_Ratings_v2.5.1.xml"


def test_a_rating_that_a_territory_asks_for_is_missed_once_for_all_episodes(hear: Hear) -> None:
    heard = hear()
    (said,) = heard.said
    assert said == (
        "ratings: ep001 and 1 more on app: KR asks for a rating of KMRB or KCC; the series has none"
    )
    assert not heard.blocked


@pytest.mark.parametrize("rating", ["{system: KMRB, value: 15+}", "{system: KCC, value: All}"])
def test_any_accepted_rating_will_do(hear: Hear, rating: str) -> None:
    assert hear(f"ratings: [{rating}]\n").said == []


def test_what_the_series_has_is_named_with_a_near_miss(hear: Hear) -> None:
    (said,) = hear("ratings: [{system: KMBR, value: 15+}]\n").said
    assert said.endswith("the series has KMBR 15+; did you mean KMRB?")


def test_a_value_that_its_system_does_not_have_is_said_where_it_holds(hear: Hear) -> None:
    heard = hear('ratings: [{system: ClassInd, value: "13"}, {system: KMRB, value: G}]\n')
    (said,) = heard.said
    start = "ratings: ep001 and 1 more on app, tube-br: ClassInd has no value 13; it has "
    assert said.startswith(start)


def test_a_former_value_is_no_value() -> None:
    assert "former value" in trouble(Rating("KMRB", "18+"))
    assert trouble(Rating("KMRB", "19+")) == ""
    assert trouble(Rating("Some House System", "whatever")) == ""
    assert "did you mean PG-13?" in trouble(Rating("MPAA", "PG13"))


def test_some_places_block_and_others_only_warn(hear: Hear) -> None:
    config = (
        '[policies.ratings]\nblock = ["tube-*"]\n'
        '[policies.ratings.required]\nKR = []\n"tube-*" = ["DJCTQ"]\nUS = ["TVPG"]\n'
    )
    heard = hear(config=config)
    assert heard.blocked.keys() == {"ep001/tube-br", "ep002/tube-br", "ep001/tube-cn",
                                    "ep002/tube-cn"}  # fmt: skip
    assert heard.blocked["ep001/tube-br"][0] == (
        "tube-br asks for a rating of DJCTQ; the series has none"
    )
    assert [each.rpartition(": ")[2] for each in heard.said] == [
        "US asks for a rating of TVPG; the series has none"
    ]


def test_options_are_checked_where_they_stand(hear: Hear) -> None:
    config = "[policies.ratings]\nrequird = 3\n"
    (fault,) = hear(config=config).faults
    assert (fault.code, fault.hint) == ("unknown-key", "did you mean required?")
    assert str(fault.place) == "syndicator.toml:14:1"
    config = '[policies.ratings.required]\nXX = ["KMRB"]\n"tub-br" = ["KMRB"]\nKR = ["KMBR"]\n'
    config += '[policies.ratings]\nblock = ["VM"]\n'
    faults = hear(config=config).faults
    assert [(each.code, each.found, each.hint, each.severity) for each in faults] == [
        ("unknown-territory", "XX", None, "error"),
        ("unknown-channel", "tub-br", "did you mean tube-br?", "error"),
        ("unknown-rating-system", "KMBR", "did you mean KMRB?", "warning"),
        ("wrong-value", "VM", None, "error"),
    ]
    assert faults[3].expected is not None
    assert {"KR", "VN"} <= set(faults[3].expected.split(", "))


def test_what_is_asked_by_default_is_in_the_table() -> None:
    for key, accepted in REQUIRED.items():
        assert all(key in systems()[each.lower()].territories for each in accepted)
    assert len(systems()) > 90


def test_the_table_is_what_the_published_vocabulary_says() -> None:
    if not VOCABULARY.exists():
        pytest.skip(f"{VOCABULARY.name} is not beside the project: nothing to derive it from")
    made = subprocess.run(
        [sys.executable, "scripts/ratings_table.py", str(VOCABULARY)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    table = ROOT / "src/syndicator/compliance/rating_systems.json"
    assert made.stdout == table.read_text("utf-8")
    assert made.stdout.count('"system"') == 110
