"""The matrix and the page: nothing that waits or is unknown looks like success."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from syndicator.insight.looks import COLOURS, LOOKS
from syndicator.model.state import State

from .conftest import Shell

EP1 = "s0/ep001/tube/pilot/publish"
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page strictly: every element that is opened is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def in_every_state(shell: Shell) -> Iterator[tuple[State, str]]:
    """Yield a state and a release that has been put into it in the ledger, one after the other."""
    shell("release")
    for state in State:
        with sqlite3.connect(shell.folder / "syndicator.db") as database:
            database.execute("PRAGMA ignore_check_constraints = ON")
            database.execute("UPDATE release SET state = ? WHERE key = ?", (state, EP1))
        database.close()
        yield state, EP1


def test_each_state_has_its_own_glyph_and_only_live_is_green() -> None:
    assert len({sign for sign, _ in LOOKS.values()}) == len(State)
    assert [state for state in State if "green" in COLOURS[state]] == [State.LIVE]


def test_the_matrix_the_legend_and_the_counts_agree_in_every_state(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "status.html"
    for state, key in in_every_state(shell):
        sign, words = LOOKS[state]
        out = shell("status").out
        row = next(line for line in out.splitlines() if line.startswith("  ep001"))
        assert row.split()[4:] == [sign, sign], state
        other = "● 9 live" if state is State.LIVE else "● 8 live"
        assert other in out
        assert state is State.LIVE or f"{sign} 1 {words}" in out
        data = json.loads(shell("status", "--json").out)
        assert sum(data["counts"].values()) == 9
        shell("status", "--html", str(path))
        page = Page(path.read_text())
        cells = [value for tag, name, value in page.attributes if (tag, name) == ("td", "class")]
        assert cells.count(f"c {state}") == (15 if state is State.LIVE else 2), state
        assert key.split("/")[1] in page.text


def test_explain_tells_of_every_state_and_its_json_says_the_same(shell: Shell) -> None:
    for state, key in in_every_state(shell):
        said = shell("explain", key)
        assert said.code == 0
        assert f"is {LOOKS[state][1]} since" in said.out, state
        assert "calendars/s0.yaml:5:5" in said.out
        assert json.loads(shell("explain", key, "--json").out)["state"] == state
        assert shell("show", key).out.startswith(LOOKS[state][0])


@pytest.mark.parametrize(
    ("word", "state", "why", "todo"),
    [
        ("refused", "failed", "the title is not to our taste", "syndicate retry"),
        ("unknown", "unknown", "was it posted?", "syndicate reconcile"),
    ],
)
def test_what_needs_a_person_says_why_and_what_to_do(
    shell: Shell, word: str, state: str, why: str, todo: str
) -> None:
    shell.studio.answer("tube", "post", word)
    shell("release")
    for text in (shell("status").out, shell("explain", EP1).out):
        assert why in text
    (care,) = json.loads(shell("status", "--json").out)["needs_person"]
    assert care["release"] == EP1
    assert care["state"] == state
    assert care["do"].startswith(todo) or todo in care["do"]


def age(shell: Shell, key: str, state: State, hours: int) -> None:
    """Put a release into a state and let it be there for that long."""
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute(
            "UPDATE release SET state = ?, since_ms = since_ms - ? WHERE key = ?",
            (state, hours * 3_600_000, key),
        )
    database.close()


@pytest.mark.parametrize(
    "state",
    [State.PLANNED, State.STAGING, State.STAGED, State.PUBLISHING, State.PROCESSING,
     State.WITHDRAWING],
)  # fmt: skip
def test_nothing_hangs_silently(shell: Shell, state: State) -> None:
    shell("release")
    age(shell, EP1, state, hours=100)
    cares = json.loads(shell("status", "--json").out)["needs_person"]
    assert [each["release"] for each in cares] == [EP1]
    assert "late" in cares[0]["what"]


def test_a_takedown_that_cannot_be_finished_needs_a_person(shell: Shell) -> None:
    shell("release")
    shell("withdraw", EP1, "--reason", "a claim", "--yes")
    (order,) = [each["release"] for each in shell("show", "--json").lines
                if each["action"] == "withdraw"]  # fmt: skip
    age(shell, order, State.FAILED, hours=0)
    out = shell("status").out
    assert order in out
    assert "1 needs a person:" in out


def test_a_date_that_is_past_is_no_next_run(shell: Shell) -> None:
    shell.studio.answer("tube", "post", "unknown")
    assert "Next: " not in shell("release").out
    assert shell.states()["planned"] == 2, "they wait for the first"


def test_an_empty_ledger_and_a_filter_that_finds_nothing_are_not_the_same(shell: Shell) -> None:
    assert "nothing was planned yet" in shell("status").out
    shell("release")
    said = shell("status", "--state", "held")
    assert "nothing was planned yet" not in said.out
    assert "No release in the ledger is meant by that" in said.out


def test_filters_narrow_the_matrix(shell: Shell) -> None:
    shell("release")
    assert "tube" not in shell("status", "--channel", "app").out
    assert "tube" not in shell("status", "--territory", "us").out
    assert "3 live" in shell("status", "--channel", "tube", "--state", "live").out


def test_another_instant_shows_what_will_be_late_then(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release", "--state", "missed")
    assert "Nothing needs a person." in shell("status").out
    assert "need a person" in shell("status", "--at", "2036-01-01").out


NASTY = "</title><script>alert(1)</script><img src=x onerror='x'>&"


def test_the_page_escapes_whatever_a_file_or_a_platform_says(shell: Shell, tmp_path: Path) -> None:
    config = shell.folder / "syndicator.toml"
    config.write_text(f"name = {json.dumps(NASTY)}\n" + config.read_text())
    shell.studio.answer("tube", "post", "refused")
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE release SET error = ? WHERE state = 'failed'", (NASTY,))
        database.execute("UPDATE run SET outcome = ?, host = ?", (NASTY, NASTY))
    database.close()
    path = tmp_path / "status.html"
    assert shell("status", "--html", str(path)).code == 0
    page = Page(path.read_text())
    assert NASTY in page.text
    tags = {tag for tag, _, _ in page.attributes}
    assert not tags & {"script", "img", "link", "iframe", "object"}
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert "url(" not in path.read_text()
    assert "@import" not in path.read_text()


def test_the_page_shows_each_time_with_its_zone_and_that_of_the_configuration(
    shell: Shell, tmp_path: Path
) -> None:
    config = shell.folder / "syndicator.toml"
    config.write_text(config.read_text() + '\n[time_zones]\nUS = "America/Los_Angeles"\n')
    assert "2026-01-08 12:00 PST" in shell("plan").out
    shell("release")
    path = tmp_path / "status.html"
    shell("status", "--html", str(path))
    text = Page(path.read_text()).text
    assert "2026-01-01 17:00 America/Sao_Paulo (20:00 UTC)" in text
    assert "2026-01-08 12:00 America/Los_Angeles (20:00 UTC)" in text
    assert "2026-01-08 12:00 PST" in shell("show", "s0/ep001/app/main").out
    assert "2026-01-08 12:00 PST" in shell("explain", "s0/ep001/app/main").out
