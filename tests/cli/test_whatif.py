"""`syndicate whatif` on files of a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Shell
from .test_json import one, valid

X = "\N{MULTIPLICATION SIGN}"
PROGRAMME = """
programmes:
  - id: bonus
    platform: Toy
    eligibility: {min_episodes: 4, max_seconds: 180, account_type: [business]}
    exclusivity_hours: 72
    multiplier: {low: 1, high: 20}
    source: a newsletter
    verified: false
"""
ASSUMED = """
series: s0
programme: bonus
currency: USD
days: 90
platforms:
  Toy: {views: {low: 1000, mid: 100000, high: 1000000}, per_thousand: 50}
  ToyNative: {views: 200000, per_thousand: 60, loss: {low: 0.5, mid: 0.3, high: 0.1}}
"""


@pytest.fixture
def asked(shell: Shell) -> tuple[Shell, Path]:
    (shell.folder / "programmes").mkdir()
    (shell.folder / "programmes/toy.yaml").write_text(PROGRAMME)
    path = shell.folder / "assumed.yaml"
    path.write_text(ASSUMED)
    return shell, path


def test_both_plans_are_shown_line_by_line(asked: tuple[Shell, Path]) -> None:
    shell, path = asked
    said = shell("whatif", str(path))
    assert said.code == 0
    assert "UNVERIFIED terms: a newsletter" in said.out
    (spread,) = [line.split() for line in said.out.splitlines() if "revenue, spread" in line]
    assert spread == ["revenue,", "spread", "120.50", "USD", "170.00", "USD", "620.00", "USD"]
    assert f"ToyNative: 200,000 {X} (1 - 0.3) views {X} 0.6 USD per 1,000 = 84.00 USD" in said.out
    assert f"Toy, bonus: 50.00 USD {X} (10.5 - 1) = 475.00 USD" in said.out
    assert "✕ min_episodes: 3 episodes; at least 4" in said.out
    assert "✓ max_seconds: all 3 episodes keep it; at most 180 s" in said.out
    assert "? account_type: no file tells; say it under `facts`: business" in said.out
    assert "✕ exclusivity_hours: too early: ep001 on app 2026-01-01 20:00 UTC" in said.out


def test_for_programs(asked: tuple[Shell, Path]) -> None:
    shell, path = asked
    data = one(shell("whatif", str(path), "--json"))
    valid("whatif", data)
    mid = data["outlooks"]["mid"]
    assert mid["exclusive"]["revenue"] == 5000 * 10.5 + 8400
    assert mid["difference"] == mid["exclusive"]["revenue"] - mid["spread"]["revenue"]
    assert mid["break_even"] == pytest.approx(1 + (17000 - 8400 - 5000) / 5000)


def test_the_ceiling_is_held_against_both(asked: tuple[Shell, Path]) -> None:
    shell, path = asked
    with (shell.folder / "syndicator.toml").open("a") as file:
        file.write("[balance]\nmax_share = 0.6\n")
    said = shell("whatif", str(path))
    assert "Above the ceiling of 60.0% with the exclusive plan: low, mid, high" in said.out


def test_faults_of_both_files_at_once(asked: tuple[Shell, Path]) -> None:
    shell, path = asked
    path.write_text(ASSUMED.replace("days: 90", "days: soon"))
    shell.edit("programmes/toy.yaml", "high: 20", "high: 0")
    said = shell("whatif", str(path))
    assert said.code == 2
    assert "programmes/toy.yaml:7:17" in said.err
    assert "`days` cannot be that" in said.err


def test_a_platform_nobody_is_on_is_a_warning(asked: tuple[Shell, Path]) -> None:
    shell, path = asked
    path.write_text(ASSUMED.replace("ToyNative:", "ToyNativ:"))
    said = shell("whatif", str(path))
    assert (said.code, "did you mean ToyNative?" in said.err) == (0, True)


def test_what_is_not_there_is_said(asked: tuple[Shell, Path], tmp_path: Path) -> None:
    shell, path = asked
    assert "cannot be read" in shell("whatif", "nowhere.yaml").err
    path.write_text(ASSUMED.replace("series: s0", "series: s1"))
    said = shell("whatif", str(path))
    assert (said.code, "no series is named s1" in said.err) == (2, True)
    (shell.folder / "programmes/toy.yaml").rename(tmp_path / "elsewhere.yaml")
    assert "no programmes in" in shell("whatif", str(path)).err
    path.write_text(ASSUMED)
    named = shell("whatif", str(path), "--programmes", str(tmp_path / "elsewhere.yaml"))
    assert named.code == 0
