"""What may be shown where and until when, asked before and after it is out."""

from __future__ import annotations

import jsonschema
import pytest

from syndicator.catalog.schema import schema

from .conftest import Shell

AVAILS = """
avails:
  - {territories: [BR, ID], start: 2025-01-01, end: 2036-01-01, business_model: [free]}
  - {territories: [US], channels: [app], start: 2025-01-01}
  - {territories: [ID], channels: [other-*], exclusive: true, start: 2035-01-01, end: 2035-02-01}
"""


@pytest.fixture
def licensed(shell: Shell) -> Shell:
    series = shell.folder / "catalog" / "s0" / "series.yaml"
    series.write_text(series.read_text() + AVAILS)
    return shell


def test_each_channel_and_model_says_where_until_when_and_why_not(licensed: Shell) -> None:
    said = licensed("rights")
    assert said.code == 0, said.err
    assert "app              free          ✓ BR ID US; ID until" in said.out
    assert "✕ BR ID: no licence for BR ID" in said.out
    assert "licenses BR for free, not unlock" in said.out


def test_a_question_is_answered_with_the_row(licensed: Shell) -> None:
    question = ("rights", "--territory", "id", "--model", "ad_supported", "--at", "2027-01-01")
    said = licensed(*question)
    assert said.code == 10, "nowhere"
    assert "licenses ID for free, not ad_supported" in said.out
    said = licensed("rights", "--territory", "ID", "--model", "free", "--at", "2035-01-10",
                    "--channel", "tube")  # fmt: skip
    assert said.code == 10
    assert "gives ID to other-* alone until" in said.out
    yes = licensed("rights", "--territory", "BR", "--model", "free", "--channel", "tube")
    assert yes.code == 0


def test_what_is_live_and_ends_soon_is_shown_with_what_follows(licensed: Shell) -> None:
    licensed("release")
    assert licensed("rights", "--expiring", "30d").out.startswith("Nothing that is live")
    said = licensed("rights", "--expiring", "20d", "--at", "2034-12-20")
    assert said.code == 0, said.out
    lines = said.out.splitlines()
    assert [line.partition("days: ")[2].partition(";")[0] for line in lines] == [
        "s0 on app in ID, 3 cuts (ep001 … ep003)",
        "s0 on tube in BR ID, 3 cuts (ep001 … ep003)",
    ]
    assert all("its takedown is planned" in line for line in lines)
    over = licensed("rights", "--expiring", "1d", "--at", "2036-03-01")
    assert "over: s0 on" in over.out


def test_only_what_is_meant(licensed: Shell) -> None:
    licensed("release")
    said = licensed("rights", "--expiring", "20d", "--at", "2034-12-20", "--channel", "app")
    assert "tube" not in said.out
    assert licensed("rights", "--channel", "tube").out.count("app ") == 0


def test_json_is_of_its_schema(licensed: Shell) -> None:
    licensed("release")
    lines = licensed("rights", "--json").lines
    lines += licensed("rights", "--expiring", "400w", "--at", "2035-01-01", "--json").lines
    assert {"reason", "planned"} <= {key for line in lines for key in line}
    for line in lines:
        jsonschema.validate(line, schema("rights"))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--expiring", "soon"), "is no span of time; write 30d"),
        (("--territory", "XX"), "'XX' is no territory of ISO 3166-1"),
        (
            ("--channel", "tub"),
            "no channel tub is in syndicator.toml or in the ledger; there are: app, tube",
        ),
        (("--model", "loan"), "'loan' is not one of"),
    ],
)
def test_what_cannot_be_asked_is_said(licensed: Shell, words: tuple[str, ...], text: str) -> None:
    said = licensed("rights", *words)
    assert said.code == 2
    assert text in said.err


def test_a_series_without_avails_is_said_to_be_unchecked(shell: Shell) -> None:
    said = shell("rights")
    assert "nothing is written about its rights, and nothing is checked" in said.out


def test_a_territory_that_no_channel_is_seen_in_is_a_no(licensed: Shell) -> None:
    said = licensed("rights", "--territory", "fr", "--model", "free")
    assert said.code == 10
    assert "No channel that is meant is seen in FR (app: BR ID US; tube: BR ID)." in said.out
    part = licensed("rights", "--territory", "BR", "--territory", "US", "--model", "free",
                    "--channel", "tube")  # fmt: skip
    assert part.code == 10
    assert "seen in US (tube: BR ID)" in part.out
    assert "✓ BR" in part.out
    in_json = licensed("rights", "--territory", "FR", "--model", "free", "--json")
    assert (in_json.code, in_json.out) == (10, "")
    assert "No channel" in in_json.err
    assert licensed("rights", "--territory", "WORLD", "--model", "free").code != 2
