"""What the how-to pages show is what the product takes: commands, columns, calendars, queries."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
import tomllib
from pathlib import Path

import click
import pytest

from syndicator.catalog import figure_rows, sheet
from syndicator.catalog.ics import read_ics
from syndicator.catalog.schema import check_schema
from syndicator.catalog.yaml import parse_yaml
from syndicator.cli import cli
from syndicator.ledger.schema import migrate

DOCS = Path(__file__).resolve().parents[2] / "docs"
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fences(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    return [body for found, body in FENCE.findall(text) if found == language]


def commands() -> list[str]:
    found = []
    for page in sorted(DOCS.rglob("*.md")):
        for _, body in FENCE.findall(page.read_text("utf-8")):
            for line in body.splitlines():
                match = re.match(r"(?:\$ )?(syndicate (?:(?!OPTIONS|…).)+)$", line)
                if match and "[OPTIONS]" not in line:
                    found.append(re.split(r"\s*[|>;]", match[1])[0].strip())
    return sorted(set(found))


@pytest.mark.parametrize("line", commands())
def test_a_command_in_the_docs_is_one_that_syndicate_takes(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "monday.plan").touch()
    words = shlex.split(line)[1:]
    name, *rest = words[2:] if words[0] == "-C" else words
    top = click.Context(cli, info_name="syndicate")
    command = cli.get_command(top, name)
    assert command is not None, f"there is no command {name}"
    command.make_context(name, rest, parent=top)


def test_a_command_that_does_not_exist_would_be_seen():
    assert len(commands()) > 20


def test_the_columns_are_those_that_are_read():
    table = re.findall(
        r"^\| `([a-z]+)` \| ([^|]*)\|", (DOCS / "how-to/spreadsheets.md").read_text(), re.MULTILINE
    )
    shown = {name: {name, *re.findall(r"`([^`]+)`", also)} for name, also in table}
    assert shown == {name: set(words) for name, words in sheet.NAMES.items()}


def test_the_spreadsheet_on_the_page_is_a_calendar(tmp_path):
    path = tmp_path / "spring.csv"
    path.write_text(fences("how-to/spreadsheets.md", "csv")[0], "utf-8")
    (document,), problems = sheet.read_sheet(path, "spring.csv")
    assert problems == []
    assert check_schema(document, "calendar") == []
    said = document.plain()
    assert [len(said[key]) for key in ("drops", "waves", "channels")] == [3, 2, 2]


def test_the_icalendar_on_the_page_is_a_calendar(tmp_path):
    path = tmp_path / "spring.ics"
    path.write_text(fences("how-to/spreadsheets.md", "text")[0], "utf-8")
    (document,), problems = read_ics(path, "spring.ics")
    assert problems == []
    assert check_schema(document, "calendar") == []
    assert len(document.plain()["drops"]) == 12


def test_the_avails_on_the_page_are_of_the_schema():
    head = "id: s\noriginal_language: en\nlocalizations: {en: {title: S}}\nepisodes: {count: 1}\n"
    node, problems = parse_yaml(head + fences("how-to/rights.md", "yaml")[0], "series.yaml")
    assert problems == []
    assert check_schema(node, "series") == []


def test_the_waivers_on_the_pages_are_of_the_schema():
    head = "series: s\ndrops: [{episodes: 1, at: 2026-12-01 20:00}]\n"
    for body in (fences("how-to/rights.md", "yaml")[1], fences("reference/reasons.md", "yaml")[0]):
        node, problems = parse_yaml(head + body, "calendar.yaml")
        assert problems == []
        assert check_schema(node, "calendar") == []


def test_the_gates_on_the_page_are_of_the_schema():
    node, problems = parse_yaml(fences("how-to/gates.md", "yaml")[0], "calendar.yaml")
    assert problems == []
    assert check_schema(node, "calendar") == []
    assert "gate" in node.plain()["waves"][1]


def test_every_column_of_figures_is_named_on_the_page():
    text = (DOCS / "reference/rollouts.md").read_text("utf-8").lower()
    for name, words in figure_rows.NAMES.items():
        assert all(f"`{word}`" in text for word in (name, *words)), name
    assert all(f"`{name}`" in text for name in figure_rows.METRICS)


def test_configuration_on_the_pages_can_be_read():
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).as_posix()
        for body in fences(name, "toml"):
            tomllib.loads(body)
        for body in fences(name, "json"):
            json.loads(body)


def test_the_copy_of_a_ledger_in_use_is_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    migrate("syndicator.db")
    program = fences("how-to/backup.md", "python")[0].replace("/backup/", "copy-")
    exec(program, {})
    copy = sqlite3.connect("copy-syndicator.db")
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    copy.close()
    assert {"release", "event"} <= tables
