"""What is printed for programs is as its schema says, and says nothing the schema does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syndicator.catalog.schema import names, schema

from .conftest import Said, Shell

EP1 = "s0/ep001/tube/pilot/publish"


def valid(name: str, data: Any) -> None:
    found = schema(name)
    Draft202012Validator(found, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(data)
    for each in data if isinstance(data, list) else [data]:
        known = found.get("items", found).get("properties")
        assert known is None or each.keys() <= known.keys(), f"{name} does not name all keys"


def one(said: Said) -> Any:
    assert said.out.count("\n") == 1, "in a pipe a document is one line"
    return json.loads(said.out)


@pytest.fixture
def busy(shell: Shell) -> Shell:
    """A workspace where something is live, unknown, blocked, and has run."""
    shell.edit("catalog/s0/series.yaml", "A Series", "A" * 101)
    shell("release")
    shell.edit("catalog/s0/series.yaml", "A" * 101, "A Series")
    shell.studio.answer("tube", "post", "unknown")
    return shell


def test_every_line_of_a_plan_and_of_a_dry_run(busy: Shell) -> None:
    for words in (("plan",), ("release", "--dry-run")):
        lines = busy(*words, "--json").lines
        assert len(lines) > 1
        for line in lines:
            valid("plan-change", line)


def test_every_line_of_a_run_is_an_event_or_said_of_the_run(busy: Shell) -> None:
    lines = busy("release", "--json").lines
    for line in lines:
        valid("event" if "number" in line else "run", line)
    assert "summary" in lines[-1]
    assert {"number", "recorded", "summary"} <= {key for line in lines for key in line}


def test_releases_and_their_story(busy: Shell) -> None:
    busy("release")
    lines = busy("show", "--json").lines
    assert {line["state"] for line in lines} >= {"live", "unknown"}
    for line in lines:
        valid("release", line)
    told = one(busy("explain", EP1, "--json"))
    valid("release", told)
    for event in told["history"]:
        valid("event", event)


@pytest.mark.parametrize("command", ["status", "channels", "ledger"])
def test_documents(busy: Shell, command: str) -> None:
    for at_first in (True, False):
        if not at_first:
            busy("release")
        valid(command, one(busy(command, "--json")))
    valid("channels", one(busy("channels", "--json", "--check")))


def test_an_empty_workspace_has_documents_too(shell: Shell) -> None:
    for command in ("status", "channels", "ledger"):
        valid(command, one(shell(command, "--json")))
    assert shell("show", "--json").out == ""


def test_plugins_and_problems(shell: Shell) -> None:
    valid("plugins", one(shell("plugin", "list", "--json")))
    valid("problems", one(shell("check", "--json")))
    shell.edit("calendars/s0.yaml", "tube:", "tub:")
    found = one(shell("check", "--json"))
    valid("problems", found)
    assert found


def test_what_people_say_is_events(busy: Shell) -> None:
    busy("release")
    said = [
        busy("reconcile", EP1, "--is-absent", "--reason", "looked", "--json"),
        busy("hold", EP1, "--reason", "legal", "--json"),
        busy("resume", EP1, "--reason", "legal", "--json"),
    ]
    for each in said:
        (line,) = each.lines
        valid("event", line)
    lines = busy("withdraw", EP1, "--reason", "claim", "--yes", "--json").lines
    assert lines[0] == {"withdraw": EP1, "state": "planned"}
    for line in lines:
        valid("event" if "number" in line else "run", line)
    for line in busy("ledger", "--events").lines:
        valid("event", line)


def test_every_schema_is_one(shell: Shell) -> None:
    for name in names():
        Draft202012Validator.check_schema(schema(name))
        assert schema(name)["$id"].endswith(f"/{name}.json")
        assert name in shell("schema").out
