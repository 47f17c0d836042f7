"""What series.yaml says for those who ask: read, checked, kept, and of no effect on the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from syndicator.catalog.readers import builtin_readers
from syndicator.catalog.workspace import open_workspace
from syndicator.model.content import series_digest
from syndicator.model.problem import Problem
from syndicator.model.work import Series
from tests.planning.conftest import write

from .conftest import CALENDAR, CONFIG, SERIES

DIGEST = "a" * 64
PAPER = f"file: m.pdf, sha256: {DIGEST}"


def problems(folder: Path, more: str) -> list[Problem]:
    write(folder, f"--- syndicator.toml\n{CONFIG}--- calendars/s.yaml\n{CALENDAR}  app:\n"
                  f"--- catalog/s/series.yaml\n{SERIES.format(words='')}{more}")  # fmt: skip
    ((_, found),) = open_workspace(folder, readers=builtin_readers()).titles()
    return found


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (f"documents: [{{kind: musik, {PAPER}}}]", "wrong-value",
         "did you mean music?"),
        ("documents: [{kind: music, file: m.pdf, sha256: abc}]", "wrong-value", None),
        ("documents: [{kind: music, file: m.pdf}]", "missing-key", None),
        (f"documents: [{{kind: music, {PAPER}, valid_until: 2026-02-30}}]",
         "bad-date", None),
        (f"documents: [{{kind: music, {PAPER}, valid_from: 2027-01-02, valid_until: 2027-01-01}}]",
         "empty-window", None),
        (f"documents: [{{kind: music, {PAPER}, territories: [XX]}}]",
         "unknown-territory", None),
        ("disclosures: [{kind: onscreen}]", "wrong-value", "did you mean on_screen?"),
        ("ai: {pictures: generated}", "unknown-key", "did you mean picture?"),
        ("ai: {picture: generate}", "wrong-value", "did you mean generated?"),
        ("tags: [Kissing]", "wrong-value", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_placed(tmp_path: Path, text: str, code: str, hint: str | None) -> None:
    said = problems(tmp_path, f"{text}\n")
    (found,) = [each for each in said if each.code != "missing-document"]
    assert (found.code, found.hint) == (code, hint)
    assert (found.place.file, found.place.line) == ("catalog/s/series.yaml", 6)


def test_a_series_that_says_nothing_of_machines_keeps_its_digest_and_its_text() -> None:
    bare = Series(id="s", original_language="en")
    assert "ai" not in bare.as_json()
    # As it was before series.yaml could say anything of machines.
    assert series_digest(bare) == "3d433a09bf3229e1b3c4cac5e52b2fc5"
    kids = Series(id="s", original_language="en", made_for_kids=True)
    assert series_digest(kids) == "eafa2b4d068cf0c578703cb0213d1519"
    made = Series(id="s", original_language="en", ai=(("picture", "generated"),))
    assert series_digest(made) != series_digest(bare)


def test_what_a_ledger_holds_reads_back() -> None:
    made = Series(id="s", original_language="en", ai=(("picture", "generated"), ("voice", "none")))
    assert Series.from_json(json.loads(json.dumps(made.as_json()))) == made
    old = {key: each for key, each in made.as_json().items() if key != "ai"}
    assert Series.from_json(old).ai == ()
