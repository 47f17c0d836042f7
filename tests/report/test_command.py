"""`syndicate report`: what it writes, and what it refuses."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from syndicator.cli import exits, report, reporting
from syndicator.ledger import open_ledger
from syndicator.ledger.bunching import bunched
from syndicator.ledger.ledger import Filter
from syndicator.model.moment import milliseconds

from .conftest import HOSTILE, REASON, Shell

LIBRARY = "/* the charting library */"


@pytest.fixture(autouse=True)
def without_the_library_in_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five megabytes of somebody else's script tell these tests nothing."""
    from syndicator.insight.report import page

    monkeypatch.setattr(page, "library", lambda: LIBRARY)


def made(shell: Shell, *words: str) -> str:
    path = shell.folder / "report.html"
    said = shell("report", "--html", str(path), *words)
    assert said.code == exits.DONE, said.err
    return path.read_text()


def figures(page: str) -> dict[str, Any]:
    found = re.findall(r"data-picture=([\w-]+)>(.*?)</script>", page, re.DOTALL)
    return {name: json.loads(text) for name, text in found}


class Seen(HTMLParser):
    """Text and tags as a browser's parser finds them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.feed(page)
        self.text = " ".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_everything_is_on_the_page(full: Shell) -> None:
    page = made(full)
    seen = Seen(page)
    pictures = figures(page)
    assert {"picture-calendar", "picture-status", "picture-status-0", "picture-waves",
            "picture-rights-0", "picture-balance"} <= pictures.keys()  # fmt: skip
    assert seen.tags.count("figure") == seen.tags.count("details") - 1 == len(pictures)
    assert len(set(seen.ids)) == len(seen.ids)
    assert seen.tags.count("h1") == 1
    for words in ("completion_rate", "0.31", "at least 0.35", "1,000 views of 100", "✕ fail",
                  "paused by <ana>", REASON, "too low 1 of 3 times"):  # fmt: skip
        assert words in seen.text, words
    assert "6 live" in seen.text
    assert "✕ Now above the ceiling of 60.0%: Toy 75.0%." in seen.text


def test_conflicts_are_red_where_nothing_is_licensed(full: Shell) -> None:
    rights = figures(made(full))["picture-rights-0"]
    (red,) = [each for each in rights["data"] if "outside" in each["name"]]
    labels = [rights["layout"]["yaxis"]["ticktext"][number] for number in red["y"]]
    assert {each.split(" · ")[1] for each in labels} == {"ID"}
    assert all(each.startswith("✕ ") for each in labels)
    names = [each["name"] for each in rights["data"]]
    assert "▨ somebody else's alone" in names


def test_text_is_shown_and_never_obeyed(full: Shell) -> None:
    page = made(full)
    seen = Seen(page)
    assert seen.tags.count("script") == 2 + len(figures(page))
    assert "img" not in seen.tags
    assert "b" not in seen.tags
    assert HOSTILE in seen.text
    assert "<b>" not in page
    for figure in figures(page).values():
        told = json.dumps(figure)
        assert "<b>" not in told
        assert "<img" not in told


def test_only_of_a_series_and_no_such_series(full: Shell) -> None:
    assert "Only of: s0." in Seen(made(full, "--series", "s0")).text
    said = full("report", "--html", "x.html", "--series", "s00")
    assert (said.code, "did you mean s0?" in said.err) == (exits.USAGE, True)


def test_an_empty_workspace_says_so(shell: Shell) -> None:
    for path in (shell.folder / "calendars").iterdir():
        path.unlink()
    seen = Seen(made(shell))
    assert "Nothing is planned and nothing came out." in seen.text
    assert "No series has waves" in seen.text
    assert "Nothing is written about the rights of s0" in seen.text
    assert "nothing spreads" in seen.text
    assert "figure" not in seen.tags


def test_what_the_files_ask_for_is_shown_before_it_is_recorded(shell: Shell) -> None:
    page = made(shell)
    assert "9 releases are shown as the files ask for them now" in Seen(page).text
    assert "not recorded yet" in page
    shell("release")
    page = made(shell)
    assert "not recorded yet" not in page
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2036-01-01 20:00")
    assert "No views have been measured yet" in page


def test_times_are_told_in_the_territory_and_in_utc(shell: Shell) -> None:
    marks = figures(made(shell))["picture-calendar"]["data"]
    told = " ".join(text for each in marks for text in each["hovertext"])
    assert "2026-01-01 17:00 America/Sao_Paulo (20:00 UTC): s0 ep001 … ep003 (3) on app" in told


def test_bunches_tell_what_the_rows_tell(full: Shell) -> None:
    with sqlite3.connect(full.folder / "syndicator.db") as database:
        database.execute("UPDATE release SET closes_ms = 2000000000000 + id WHERE cut = 'ep002'")
    database.close()
    ledger = open_ledger("sqlite:///syndicator.db", full.folder)
    rows = list(ledger.rows(Filter()))
    now = max(row.since for row in rows)
    expanded = [row for each in ledger.bunches(Filter(), now=now) for row in each.rows()]

    def told(row: Any) -> tuple[object, ...]:
        return (row.key, row.state, milliseconds(row.at), row.territories, row.visible, row.terms,
                row.order, row.reasons, row.closes_at)  # fmt: skip

    assert sorted(map(told, expanded), key=str) == sorted(map(told, rows), key=str)
    again = [row for each in bunched(rows) for row in each.rows()]
    assert sorted(map(told, again), key=str) == sorted(map(told, rows), key=str)
    only = list(ledger.bunches(Filter(states=("live",)), now=now))
    assert sum(map(len, only)) == sum(row.state == "live" for row in rows)
    events = {(each.key, each.state) for each in ledger.appearances()}
    live = {(row.key, row.state) for row in rows if row.state == "live" and
            row.key.action == "publish"}  # fmt: skip
    assert live <= events
    assert list(ledger.appearances(["no-such-series"])) == []
    ledger.close()


def test_without_the_library_it_says_what_to_install(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def found(name: str, *more: str) -> object:
        return None if name == "plotly" else find(name, *more)

    monkeypatch.setattr(importlib.util, "find_spec", found)
    said = shell("report", "--html", "x.html")
    assert said.code == exits.USAGE
    assert "pip install 'syndicator[report]'" in said.err


def test_a_folder_that_is_not_there_and_one_that_is(shell: Shell) -> None:
    said = shell("report", "--html", str(shell.folder / "no" / "x.html"))
    assert said.code == exits.USAGE
    assert "does not exist; make it" in said.err
    said = shell("report", "--html", str(shell.folder))
    assert "is a folder; name a file in it" in said.err


def test_a_page_that_cannot_be_made_leaves_the_old_one(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shell.folder / "report.html"
    path.write_text("the old one")
    path.chmod(0o640)

    def torn(*_: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "replace", torn)
    said = shell("report", "--html", str(path))
    assert said.code == exits.NOTHING_TRIED
    assert path.read_text() == "the old one"
    assert [each.name for each in shell.folder.iterdir() if "report" in each.name] == [path.name]
    monkeypatch.undo()


def test_a_page_is_written_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    report.write(path, "one \ud800")
    assert path.read_text() == "one ?"
    path.chmod(0o600)
    report.write(path, "two")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("two", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_a_password_of_the_ledger_is_not_shown() -> None:
    assert reporting.shown_url("postgresql://me:secret@host/db") == "postgresql://me:…@host/db"
    assert reporting.shown_url("sqlite:///syndicator.db") == "sqlite:///syndicator.db"


def test_files_with_faults_are_named_and_the_rest_is_shown(full: Shell) -> None:
    full.edit("catalog/s0/series.yaml", "original_language: en", "original_language: 7")
    seen = Seen(made(full))
    assert "The files of s0 have faults" in seen.text
    assert "6 live" in seen.text
