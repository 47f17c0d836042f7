"""What a manager writes, and what is planned: each test can be read without knowing the code."""

from __future__ import annotations

from .conftest import PlanOf

FILES = """\
--- syndicator.toml
[channels.app]
adapter = "native"

[channels.tube]
adapter = "plain"
territories = ["BR", "US"]
--- catalog/s/series.yaml
id: s
original_language: en
localizations:
  en: {title: A Series}
episodes: {count: 2}
"""


def test_an_hour_is_the_hour_of_each_territory(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
--- calendars/s.yaml
series: s
time_zone: territory
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
channels:
  app:
waves:
  - {{name: main, territories: [US, DE, FR, JP]}}
""")
    assert made.lines == [
        "ep001/app/main/publish  2026-12-01T11:00:00Z  JP",
        "ep001/app/main/extend/UTC+01:00  2026-12-01T19:00:00Z  DE FR",
        "ep001/app/main/extend/UTC-05:00  2026-12-02T01:00:00Z  US",
    ]


def test_a_day_later_is_the_same_hour_though_clocks_were_changed(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
--- calendars/s.yaml
series: s
time_zone: America/New_York
drops:
  - {{episodes: 1, at: 2026-03-07 20:00}}
channels:
  app:
waves:
  - {{name: first, territories: [BR]}}
  - {{name: days,  territories: [US], after: {{wave: first, delay: 1d}}}}
  - {{name: hours, territories: [CA], after: {{wave: first, delay: 23h}}}}
""")
    assert made.lines == [
        "ep001/app/first/publish  2026-03-08T01:00:00Z  BR",
        "ep001/app/days/extend/UTC-04:00  2026-03-09T00:00:00Z  US",
        "ep001/app/hours/extend/UTC-05:00  2026-03-09T00:00:00Z  CA",
    ]


def test_a_channel_that_shows_everywhere_at_once_waits_for_its_last_wave(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
channels:
  tube: {{offset: +2h}}
waves:
  - {{name: pilot, territories: [BR]}}
  - {{name: main,  territories: [US], after: {{wave: pilot, delay: 7d}}}}
""")
    assert made.lines == ["ep001/tube/main/publish  2026-12-08T22:00:00Z  BR US"]


def test_and_needs_rights_in_every_territory_in_which_it_is_seen(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
avails:
  - {{territories: [BR]}}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
channels:
  tube:
""")
    assert made.lines == ["ep001/tube/all/publish  2026-12-01T20:00:00Z  BR US  blocked: no-rights"]
    assert made.reasons("ep001/tube/all/publish") == [
        "no licence for US at 2026-12-01T20:00:00Z: no avails row names US"
    ]


def test_when_rights_end_the_takedown_is_planned(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
avails:
  - {{territories: [BR], start: 2026-11-01T00:00Z, end: 2026-12-24T00:00Z}}
  - {{territories: [BR], start: 2026-12-24T00:00Z, end: 2027-01-06T00:00Z}}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
channels:
  app:
waves:
  - {{name: main, territories: [BR]}}
""")
    assert made.lines == [
        "ep001/app/main/publish  2026-12-01T20:00:00Z  BR",
        "ep001/app/main/withdraw/2027-01-06T0000Z  2027-01-06T00:00:00Z  BR",
    ], "windows that join up are one"


def test_what_becomes_exclusive_to_another_is_taken_off_when_that_begins(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
avails:
  - {{territories: [US]}}
  - {{territories: [US], channels: [tube], exclusive: true, start: 2026-12-10T00:00Z}}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
  - {{episodes: 2, at: 2026-12-15 20:00}}
channels:
  app:
waves:
  - {{name: main, territories: [US]}}
""")
    assert made.lines == [
        "ep001/app/main/publish  2026-12-01T20:00:00Z  US",
        "ep001/app/main/withdraw/2026-12-10T0000Z  2026-12-10T00:00:00Z  US",
        "ep002/app/main/publish  2026-12-15T20:00:00Z  US  blocked: exclusive",
    ]


def test_an_episode_waits_only_where_an_earlier_one_is_missing(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
avails:
  - {{territories: [BR]}}
  - {{territories: [US], start: 2026-12-02T00:00Z}}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
  - {{episodes: 2, at: 2026-12-02 20:00}}
channels:
  app:
waves:
  - {{name: main, territories: [BR, US]}}
""")
    missing = "main/extend/UTC+00:00.unlicensed"
    waits = "main/extend/UTC+00:00.waiting"
    assert made.lines == [
        f"ep001/app/{missing}  2026-12-01T20:00:00Z  US  blocked: no-rights",
        "ep001/app/main/publish  2026-12-01T20:00:00Z  BR",
        f"ep002/app/{waits}  2026-12-02T20:00:00Z  US  blocked: waits-for-earlier",
        "ep002/app/main/publish  2026-12-02T20:00:00Z  BR",
    ]
    assert made.reasons(f"ep002/app/{waits}") == ["ep001 is blocked (no-rights) and comes first"]


def test_a_wave_waits_for_its_gate_and_so_does_what_follows_it(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
channels:
  app:
waves:
  - {{name: pilot, territories: [BR]}}
  - {{name: main,  territories: [US], after: {{wave: pilot, delay: 7d}},
     gate: {{metric: completion_rate, at_least: 0.35, min_views: 1000}}}}
  - {{name: world, territories: [JP], after: {{wave: main, delay: 7d}}}}
""")
    assert made.lines == [
        "ep001/app/pilot/publish  2026-12-01T20:00:00Z  BR",
        "ep001/app/main/extend/UTC+00:00  2026-12-08T20:00:00Z  US  held: gate",
        "ep001/app/world/extend/UTC+00:00  2026-12-15T20:00:00Z  JP  held: gate",
    ]


def test_what_waits_for_a_gate_keeps_nobody_else_waiting(plan_of: PlanOf) -> None:
    """The publish is the first that waits for nobody: all others go through it."""
    made = plan_of(f"""\
{FILES}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
channels:
  app: {{territories: [US, JP]}}
waves:
  - {{name: pilot, territories: [BR]}}
  - {{name: main,  territories: [US], after: {{wave: pilot, delay: 1d}},
     gate: {{metric: completion_rate, at_least: 0.35}}}}
  - {{name: japan, territories: [JP], after: {{wave: pilot, delay: 7d}}}}
""")
    assert made.lines == [
        "ep001/app/main/extend/UTC+00:00  2026-12-02T20:00:00Z  US  held: gate",
        "ep001/app/japan/publish  2026-12-08T20:00:00Z  JP",
    ]


def test_two_calendars_that_ask_for_the_same_are_told_and_the_first_counts(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
--- calendars/b.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1-2, at: 2026-12-05 20:00}}
channels:
  app:
waves:
  - {{name: other, territories: [BR]}}
--- calendars/a.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
channels:
  app:
waves:
  - {{name: main, territories: [BR]}}
""")
    assert made.lines == [
        "ep001/app/main/publish  2026-12-01T20:00:00Z  BR",
        "ep002/app/other/publish  2026-12-05T20:00:00Z  BR",
    ]
    assert made.problems == ("planned-twice",)


def test_what_cannot_be_taken_off_is_not_put_where_its_rights_end(plan_of: PlanOf) -> None:
    calendar = """\
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {episodes: 1, at: 2026-12-01 20:00}
channels:
"""
    stays = FILES.replace('adapter = "plain"', 'adapter = "stays"')
    stays += "avails:\n  - {territories: [BR, US], end: 2028-12-01T00:00Z}\n"
    made = plan_of(f"{stays}{calendar}  tube:\n")
    assert made.lines == [
        "ep001/tube/all/publish  2026-12-01T20:00:00Z  BR US  blocked: cannot-withdraw"
    ]
    waived = "  tube: {waive: [{rule: cannot-withdraw, reason: by hand}]}\n"
    assert "blocked" not in plan_of(f"{stays}{calendar}{waived}").lines[0]


def test_rights_and_the_order_of_episodes_are_never_waived(plan_of: PlanOf) -> None:
    made = plan_of(f"""\
{FILES}
avails:
  - {{territories: [BR]}}
  - {{territories: [US], start: 2026-12-02T00:00Z}}
--- calendars/s.yaml
series: s
time_zone: UTC
drops:
  - {{episodes: 1, at: 2026-12-01 20:00}}
  - {{episodes: 2, at: 2026-12-02 20:00}}
channels:
  tube:
    waive:
      - {{rule: no-rights, reason: please}}
      - {{rule: waits-for-earlier, reason: please}}
""")
    assert made.lines == [
        "ep001/tube/all/publish  2026-12-01T20:00:00Z  BR US  blocked: no-rights",
        "ep002/tube/all/publish  2026-12-02T20:00:00Z  BR US  blocked: waits-for-earlier",
    ]
