"""The pages about avails against the code, and their table against the real files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from syndicator.catalog.mddf.columns import ALIASES, GROUPS, canonical
from syndicator.catalog.mddf.grant import LICENCES
from syndicator.catalog.mddf.row import IDS
from syndicator.catalog.mddf.values import WORLD

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "data" / "avails"
PAGE = (ROOT / "docs/reference/avails.md").read_text("utf-8")


def test_the_licence_types_are_those_that_are_built_in():
    part = PAGE.split("## Licence types")[1].split("```")[0]
    rows = re.findall(r"^\| `([A-Z]+)` \| (.*) \|$", part, re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", text)) for name, text in rows} == LICENCES


def test_the_aliases_are_those_that_are_known():
    part = PAGE.split("| also called |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (.*) \| `(\w+)` \|$", part, re.MULTILINE)
    shown = {alias: name for text, name in rows for alias in re.findall(r"`([^`]+)`", text)}
    assert shown == ALIASES


def test_every_column_on_the_page_is_one():
    part = PAGE.split("## What the columns mean here")[1].split("## Licence types")[0]
    for cell in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", cell):
            assert name in GROUPS


def test_the_identifiers_stand_in_the_order_in_which_they_count():
    part = PAGE.split("## Which series")[1].split("## How")[0]
    assert tuple(x for x in re.findall(r"`(\w+)`", part) if canonical(x)) == IDS


def test_the_words_for_everywhere_are_on_the_page():
    assert all(f"`{word}`" in PAGE.upper() for word in WORLD)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the files of ../shared/data/avails are not here")
def test_the_table_of_samples_is_what_the_command_prints():
    run = subprocess.run(
        [sys.executable, "docs/avails_samples.py", str(SAMPLES)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout in (ROOT / "docs/how-to/avails.md").read_text("utf-8")
    assert run.stdout.count("\n") > 12
