"""`syndicate plan` says today which releases a daily allowance will not carry in time."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from .conftest import Shell

METERED = """
from datetime import timedelta
import syndicator.channel as sc
from syndicator_toy import Toy

class Metered(sc.Channel):
    name = "metered"
    options_schema = Toy.options_schema
    capabilities = sc.Capabilities(
        platform="Metered", quotas=(sc.Quota(name="uploads", amount=1, per=timedelta(days=1)),)
    )

    def publish(self, release, progress):
        return sc.Receipt(remote_id=str(release.key))

@sc.hookimpl
def register_adapters():
    return [Metered]
"""


@pytest.fixture
def metered(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Put a channel that takes one upload a day in the place of `tube`."""
    home = tmp_path / "plugins"
    info = home / "metered-1.0.dist-info"
    info.mkdir(parents=True)
    (home / "metered_channel.py").write_text(METERED)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: metered\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[syndicator]\nmetered = metered_channel\n")
    monkeypatch.setattr(sys, "path", [str(home), *sys.path])
    shell.edit("syndicator.toml", 'adapter = "toy"\n', 'adapter = "metered"\n')
    return shell


def test_people_read_which_come_late_and_when(metered: Shell) -> None:
    said = metered("plan")
    assert "tube: 1 uploads a day do not carry" in said.out
    assert "ep002/tube/pilot/publish  due" in said.out
    assert "UTC, from " in said.out


def test_programs_read_the_same(metered: Shell) -> None:
    lines = metered("plan", "--json").lines
    late = [line for line in lines if "late" in line]
    assert late
    assert lines[-1]["summary"]["late"] == len(late)
    schema = json.loads(Path("schemas/plan-change.json").read_text())
    for line in late:
        jsonschema.validate(line, schema)
        assert line["due"] < line["ready"]
        assert (line["quota"], line["account"]) == ("uploads", "tube")


def test_what_is_out_costs_nothing_any_more(metered: Shell) -> None:
    before = [line for line in metered("plan", "--json").lines if "late" in line]
    metered("release", "--dry-run")
    assert [line for line in metered("plan", "--json").lines if "late" in line] == before
    metered("release")
    metered.make_due()
    metered("release")
    after = [line for line in metered("plan", "--json").lines if "late" in line]
    assert len(after) <= len(before)
