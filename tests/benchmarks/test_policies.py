"""The bake-off: the same tape for all, and each model shows the flaw that it is there for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.policies.__main__ import POLICIES, measure
from benchmarks.policies.score import table
from benchmarks.policies.tape import RELEASES, Tape

ROOT = Path(__file__).resolve().parents[2]
FEW = 4000


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, object]]:
    return {str(row["what"]): row for row in measure(Tape(), FEW)}


def test_the_same_seed_is_the_same_tape() -> None:
    one, other = Tape(3, 0.2).strip(7), Tape(3, 0.2).strip(7)
    assert [one.next() for _ in range(500)] == [other.next() for _ in range(500)]
    assert one.lag == other.lag


@pytest.mark.parametrize("name", [name for name in POLICIES if name.startswith("ours")])
def test_ours_doubles_nothing_loses_nothing_and_reports_what_is_so(rows, name) -> None:
    row = rows[name]
    assert (row["duplicates"], row["misses"], row["wrong reports"]) == (0, 0, 0)


@pytest.mark.parametrize("name", ["ours, handle", "ours, native_key"])
def test_where_somebody_can_be_asked_nothing_stays_open(rows, name) -> None:
    assert rows[name]["unknowns"] == 0


def test_a_silent_list_leaves_fewer_questions_than_nobody_to_ask(rows) -> None:
    assert 0 < rows["ours, marker"]["unknowns"] < rows["ours, none"]["unknowns"]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("blind retry", "duplicates"), ("blind retry", "misses"),
        ("flag and retry", "duplicates"), ("batch status", "duplicates"),
        ("at most once", "misses"), ("at most once", "wrong reports"),
        ("start, look, finish", "duplicates"),
    ],
)  # fmt: skip
def test_each_model_has_the_flaw_of_its_rule(rows, name, column) -> None:
    assert rows[name][column] > 0


def test_the_page_shows_what_the_command_prints() -> None:
    page = (ROOT / "docs" / "explanation" / "policies.md").read_text()
    assert table(measure(Tape(), RELEASES), Tape(), RELEASES) in page


def test_the_picture_is_the_one_that_is_drawn(tmp_path) -> None:
    # In a process of its own: the library leaves a hook behind that warns at every later import.
    drawn = tmp_path / "policies.svg"
    words = [sys.executable, "-m", "benchmarks.policies", "--picture", str(drawn)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    picture = ROOT / "docs" / "explanation" / "pictures" / "policies.svg"
    assert picture.read_text() == drawn.read_text()
