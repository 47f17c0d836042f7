"""`plan --check` asks the channels: what they would refuse is said before it is due."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .conftest import Shell

LISTENER = """
import syndicator.channel as sc
HEARD = []
@sc.hookimpl
def ledger_event(event): HEARD.append(str(event.happened))
@sc.hookimpl
def register_policies():
    from syndicator.model.release import Reason
    from syndicator.model.seam import Policy
    def judge(plan, sight):
        return [(r, Reason("house", "not on our channel")) for r in plan.releases
                if r.key.channel == "tube"]
    return [Policy(id="house", judge=judge)]
"""


def test_what_a_channel_would_refuse_is_said_at_its_calendar_line(shell: Shell) -> None:
    shell.edit("catalog/s0/series.yaml", "A Series", "A rude Series")
    assert "not to our taste" not in shell("plan").err
    said = shell("plan", "--check")
    assert said.code == 2
    assert "calendars/s0.yaml:5:5" in said.err
    assert "s0/ep001/tube/pilot/publish: the title is not to our taste" in said.err


def test_a_plugin_without_an_adapter_is_heard_and_hears(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "house_rules.py").write_text(LISTENER)
    info = tmp_path / "house_rules-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text("[syndicator.extensions]\nhouse = house_rules\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert shell("release").code == 4
    assert shell.states() == {"live": 6, "blocked": 3}
    import house_rules

    assert house_rules.HEARD.count("seen_live") == 6


def test_a_password_in_the_ledger_s_address_is_not_said(shell: Shell) -> None:
    path = shell.folder / "syndicator.toml"
    path.write_text(path.read_text() + '[ledger]\nurl = "postgresql://mia:hunter2@db/x"\n')
    said = shell("check")
    assert said.code == 2
    assert "hunter2" not in said.out + said.err
    assert "//•••@db/x" in said.out + said.err
