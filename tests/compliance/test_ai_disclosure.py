"""What must be told of a machine's part, by law and day."""

from __future__ import annotations

import pytest

from .conftest import CALENDAR, Hear

MADE = "production: ai_generated\n"
QUIET = '[policies.ratings]\nseverity = "off"\n'


def codes(hear: Hear, series: str, when: str = "2026-12-01 20:00", config: str = "") -> list[str]:
    calendar = CALENDAR.replace("2026-12-01 20:00", when)
    heard = hear(series, calendar=calendar, config=QUIET + config)
    return [each.partition(" on ")[2] for each in heard.said]


def test_nothing_is_asked_of_what_people_made(hear: Hear) -> None:
    assert codes(hear, "production: live_action\n") == []


def test_what_is_missing_is_said_where_it_is_asked_for(hear: Hear) -> None:
    said = codes(hear, MADE)
    assert said == [
        (
            "app: the EU's AI Act, article 50, asks in DE for a disclosure, since picture and "
            "voice are made by a machine; missing: on_screen or credits"
        ),
        (
            "tube-cn: China's labelling measures asks in CN for a disclosure, since picture "
            "and voice are made by a machine; missing: on_screen, metadata"
        ),
        (
            "tube-cn: China's filing of AI micro-dramas asks in CN for a disclosure, since picture "
            "and voice are made by a machine; missing: filing"
        ),
    ]


def test_what_is_disclosed_is_not_asked_for_again(hear: Hear) -> None:
    told = (
        "disclosures:\n"
        "  - {kind: credits, territories: [WORLD, -CN]}\n"
        "  - {kind: on_screen, territories: [CN]}\n"
        "  - {kind: metadata}\n"
    )
    said = codes(hear, MADE + told)
    assert [each.rpartition("missing: ")[2] for each in said] == ["filing"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2025-08-31 15:59", []),  # still August in Shanghai
        ("2025-08-31 16:00", ["CN"]),
        ("2026-06-30 15:59", ["CN"]),
        ("2026-06-30 16:00", ["CN", "CN"]),
        ("2026-08-01 21:59", ["CN", "CN"]),  # midnight in Berlin is at 22:00
        ("2026-08-01 22:00", ["DE", "CN", "CN"]),
    ],
)
def test_a_law_begins_on_its_day_in_each_territory(
    hear: Hear, when: str, expected: list[str]
) -> None:
    said = codes(hear, MADE, when)
    assert [each.partition("asks in ")[2][:2] for each in said] == expected


def test_components_say_more_than_the_production(hear: Hear) -> None:
    said = codes(hear, "production: live_action\nai: {music: generated, voice: assisted}\n")
    assert len(said) == 1
    assert "labelling measures asks in CN for a disclosure, since music is made" in said[0]
    assert codes(hear, f"{MADE}ai: {{picture: none, voice: none}}\n") == []


def test_built_in_rules_can_be_left_out_and_others_added(hear: Hear) -> None:
    config = (
        '[policies.ai-disclosure]\nwithout = ["eu-ai-act", "cn-labelling", "cn-filing"]\n'
        "[policies.ai-disclosure.rules.house]\n"
        'title = "the house"\nchannels = ["tube-*"]\nsince = 2026-01-01\n'
        'degrees = ["assisted", "generated"]\nany_of = ["credits"]\n'
    )
    said = codes(hear, "ai: {voice: assisted}\n", config=config)
    assert said == [
        (
            "tube-br: the house asks in BR for a disclosure, since voice is made by a machine; "
            "missing: credits"
        ),
        (
            "tube-cn: the house asks in CN HK for a disclosure, since voice is made by a machine; "
            "missing: credits"
        ),
    ]


def test_rules_of_your_own_are_checked(hear: Hear) -> None:
    config = (
        '[policies.ai-disclosure]\nwithout = ["eu-ai"]\n'
        '[policies.ai-disclosure.rules.house]\nchannels = ["tub-br"]\nsince = "soon"\n'
    )
    faults = hear(config=config).faults
    assert [(each.code, each.hint) for each in faults] == [
        ("wrong-value", "did you mean eu-ai-act?"),
        ("unknown-channel", "did you mean tube-br?"),
        ("bad-date", None),
        ("missing-key", None),
    ]


def test_what_channels_are_told_and_what_is_so_may_not_differ(hear: Hear) -> None:
    said = hear("production: live_action\nai: {picture: generated}\n").read
    assert [each.code for each in said] == ["ai-production"]
    said = hear(f"{MADE}ai: {{picture: none}}\n").read
    assert [each.code for each in said] == ["ai-production"]
