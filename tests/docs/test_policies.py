"""The pages on rules: what they show is what the rules take, say and do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from syndicator.builtin import register_policies
from syndicator.catalog.config import read_config
from syndicator.catalog.rules import check_policies
from syndicator.catalog.schema import check_schema
from syndicator.catalog.yaml import parse_yaml
from syndicator.model.config import Config
from syndicator.plugins import load

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "reference/policies.md").read_text("utf-8")
OWN = (DOCS / "how-to/own-rule.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RULES = {each.id: each for each in register_policies()}
CHANNELS = '[channels.tube-br]\nadapter = "toy"\nterritories = ["BR"]\n'


def section(name: str) -> str:
    return PAGE.split(f"\n## `{name}`\n")[1].split("\n## ")[0]


def test_every_rule_has_its_line_with_its_default_and_its_section() -> None:
    table = dict(re.findall(r"^\| \[`([a-z-]+)`\]\(#[a-z-]+\) \| `(\w+)`", PAGE, re.MULTILINE))
    assert table == {
        name: each.severity if isinstance(each.severity, str) else each.severity(Config())
        for name, each in RULES.items()
    }
    assert all(section(name) for name in RULES)


@pytest.mark.parametrize("name", [name for name in RULES if name != "balance"])
def test_every_option_has_its_line_and_there_is_an_example(name: str) -> None:
    schema = RULES[name].options_schema
    assert schema is not None
    text = section(name)
    rows = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    named = {word.split(".")[0] for row in rows for word in re.findall(r"`([a-z_.A-Z]+)`", row)}
    assert schema["properties"].keys() <= named
    assert re.search(r"^Example: `.+`\.$", text, re.MULTILINE)
    for option in schema["properties"].values():
        assert option["description"]


def fences(text: str, language: str) -> list[str]:
    return [body for found, body in FENCE.findall(text) if found == language]


@pytest.mark.parametrize("body", fences(PAGE, "toml"))
def test_options_in_the_page_are_taken(body: str, tmp_path: Path) -> None:
    (tmp_path / "syndicator.toml").write_text(f"{CHANNELS}{body}")
    config, problems = read_config(tmp_path)
    assert config is not None
    assert not problems
    assert config.policy_nodes
    assert not check_policies(config, list(RULES.values()))


@pytest.mark.parametrize("body", fences(PAGE, "yaml"))
def test_what_the_page_writes_into_a_series_is_taken(body: str) -> None:
    node, problems = parse_yaml(f"id: s\noriginal_language: en\nepisodes: {{count: 1}}\n{body}",
                                "series.yaml")  # fmt: skip
    assert node is not None
    assert not problems
    assert not check_schema(node, "series")


def test_the_rule_that_the_page_writes_is_a_plugin(tmp_path: Path) -> None:
    (code,) = fences(OWN, "python")
    module = ModuleType("acme_rules")
    exec(compile(code, "own-rule.md", "exec"), module.__dict__)
    entry, told = (tomllib.loads(each) for each in fences(OWN, "toml"))
    assert entry["project"]["entry-points"]["syndicator.extensions"] == {"acme-rules": "acme_rules"}
    plugins = load([], points=list, extensions=list)
    plugins.register(module, "acme-rules", "acme-rules 1.0")
    assert not plugins.broken
    (rule,) = plugins.policies()
    assert rule.id in told["policies"]
    (tmp_path / "syndicator.toml").write_text(f"{CHANNELS}{fences(OWN, 'toml')[1]}")
    config, _ = read_config(tmp_path)
    assert config is not None
    assert not check_policies(config, [rule])
