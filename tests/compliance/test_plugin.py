"""A rule that somebody else brings can do whatever ours can, through the same door."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from syndicator.cli.desk import load_plugins
from syndicator.model.seam import Policy

from .conftest import Hear

ROOT = Path(__file__).resolve().parents[2]
QUIET = '[policies.ratings]\nseverity = "off"\n'


@pytest.fixture
def rules() -> list[Policy]:
    """The rules with that of the how-to page among them: what is documented is what is tried."""
    page = (ROOT / "docs/how-to/own-rule.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    module = ModuleType("acme_rules")
    exec(compile(code, "own-rule.md", "exec"), module.__dict__)
    plugins = load_plugins([])
    plugins.register(module, "acme-rules", "acme-rules 1.0")
    assert not plugins.broken
    return plugins.policies()


TUESDAYS = f"{QUIET}[policies.quiet-days]\ndays = [1]\n"  # 1 December 2026 is one


def test_it_stands_beside_ours(rules: list[Policy]) -> None:
    ids = [each.id for each in rules]
    assert "quiet-days" in ids
    assert {"ratings", "chain-of-title", "balance"} <= set(ids)


def test_it_blocks_warns_is_told_and_is_waived(hear: Hear, rules: list[Policy]) -> None:
    assert not hear(config=QUIET, rules=rules).blocked
    heard = hear(config=f'{TUESDAYS}gentle = ["app"]\n', rules=rules)
    assert set(heard.blocked) == {"ep001/tube-br", "ep002/tube-br", "ep001/tube-cn",
                                  "ep002/tube-cn"}  # fmt: skip
    assert heard.said == ["quiet-days: ep001 and 1 more on app: Tuesday is a quiet day"]
    waived = "  app:\n  tube-br: {waive: [{rule: quiet-days, reason: a premiere}]}\n"
    heard = hear(config=TUESDAYS, rules=rules, channels=waived)
    assert set(heard.blocked) == {"ep001/app", "ep002/app"}


def test_its_options_are_checked_as_ours_are(hear: Hear, rules: list[Policy]) -> None:
    (fault,) = hear(config=f"{TUESDAYS}gentel = []\n", rules=rules).faults
    assert (fault.code, fault.hint) == ("unknown-key", "did you mean gentle?")
    (fault,) = hear(config=f'{TUESDAYS}gentle = ["tub"]\n', rules=rules).faults
    assert str(fault.place).startswith("syndicator.toml:")
