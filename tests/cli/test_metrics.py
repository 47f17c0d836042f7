"""Figures: fetched from channels that tell them, imported from files for those that do not."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicator.catalog.figures import Known, Telling, read_figures
from syndicator.catalog.quantities import Ambiguous, quantity
from syndicator.cli import exits
from syndicator.dispatch.clock import SystemClock

from .conftest import Shell
from .test_json import valid

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
KNOWN = Known(
    units=frozenset({("s0", "ep001", "app"), ("s0", "ep002", "app"), ("s0", "ep001", "tube")}),
    cut_by_number={("s0", 1): "ep001", ("s0", 2): "ep002"},
)


def tell(shell: Shell, folder: str, *lines: dict[str, Any]) -> None:
    path = shell.folder / folder
    path.mkdir(exist_ok=True)
    (path / "figures.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))


def views(value: float, cut: str = "ep001", **more: Any) -> dict[str, Any]:
    return {"cut": cut, "metric": "views", "value": value, **more}


def read(tmp_path: Path, text: str | bytes, **more: Any) -> tuple[list[Any], list[Any]]:
    path = tmp_path / "told.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    telling = Telling(source="told.csv", as_of=NOW, now=NOW, **more)
    found, faults, _ = read_figures(path, "told.csv", KNOWN, telling)
    return found, faults.found


# -- from channels --


def test_figures_are_kept_and_a_later_telling_replaces(shell: Shell) -> None:
    shell("release")
    tell(shell, "native", views(10, territory="BR"), views(4, "ep002"))
    tell(shell, "tube", views(7))
    said = shell("metrics", "pull")
    assert said.code == exits.DONE
    assert "app: 3 releases, figures: 2 new, 1 without figures" in said.out
    assert "tube: 3 releases, figures: 1 new, 2 without figures" in said.out
    tell(shell, "native", views(12, territory="BR"), views(4, "ep002"))
    lines = shell("metrics", "pull", "--channel", "app", "--json").lines
    (line,) = lines
    valid("metrics", line)
    assert (line["corrected"], line["same"], line["new"]) == (1, 1, 0)
    shown = shell("metrics", "show", "--json", "--channel", "app").lines
    for each in shown:
        valid("figure", each)
    assert [(e["cut"], e["territory"], e["value"], e["source"]) for e in shown] == [
        ("ep001", "BR", 12, "toy_native"), ("ep002", None, 4, "toy_native"),
    ]  # fmt: skip
    out = shell("metrics", "show").out
    assert "s0/ep001/app" in out
    assert "all days" in out


def test_one_failing_channel_fails_nothing_else(shell: Shell) -> None:
    shell("release")
    tell(shell, "native", views(10))
    for word, code in (("down", 5), ("rate", 5), ("quota", 5), ("sign-in", 9), ("bug", 6)):
        shell.studio.answer("tube", "metrics", word)
        said = shell("metrics", "pull")
        assert said.code == code, word
        assert "app: 3 releases" in said.out
        assert "(3 releases left)" in said.err
    assert shell("release").out.startswith("Nothing due"), "no channel was paused for it"


def test_a_release_that_is_refused_ends_only_itself(shell: Shell) -> None:
    shell("release")
    tell(shell, "tube", views(7, "ep002"))
    shell.studio.answer("tube", "metrics", "refused")
    said = shell("metrics", "pull", "--channel", "tube")
    assert said.code == exits.FAILED
    assert "tube: 3 releases, figures: 1 new" in said.out
    assert "not to our taste (SY-REFUSED)" in said.err


def test_a_channel_that_is_left_alone_is_not_asked(shell: Shell) -> None:
    shell("release")
    shell.studio.answer("tube", "post", "down")
    shell.edit("calendars/s0.yaml", "episodes: 1-3", "episodes: 1-2")
    shell.edit("calendars/s0.yaml", "episodes: 1-2", "episodes: 1-3")
    import sqlite3

    later = int((SystemClock().now() + timedelta(hours=1)).timestamp() * 1000)
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("INSERT INTO pause VALUES ('tube', ?, 'it asked for it')", (later,))
    database.close()
    shell.studio.answer("tube", "metrics", "bug")
    said = shell("metrics", "pull", "--channel", "tube")
    assert said.code == exits.TROUBLE
    assert "left alone until" in said.err
    assert "it asked for it" in said.err


def test_what_an_adapter_says_wrongly_is_left_aside_and_said(shell: Shell) -> None:
    shell("release")
    tell(shell, "native", views(5, territory="BR"), views(9, territory="ZZ"), views(-1),
         {"cut": "ep001", "metric": "applause", "value": 3},
         {"cut": "ep001", "metric": "revenue", "value": 3})  # fmt: skip
    said = shell("metrics", "pull", "--channel", "app")
    assert "figures: 1 new" in said.out
    for words in ("'ZZ' is no territory", "views cannot be -1", "'applause' is no metric",
                  "no currency"):  # fmt: skip
        assert words in said.err


def test_only_what_is_meant_is_asked_for(shell: Shell) -> None:
    shell("release")
    tell(shell, "native", views(1), views(1, "ep002"))
    said = shell("metrics", "pull", "--channel", "app", "--since", "2999-01-01")
    assert "nothing live to ask for" in said.out
    assert "did you mean tube?" in shell("metrics", "pull", "--channel", "tub").err


# -- from files --

GOOD = """series,episode,channel,territory,day,views,likes,revenue,currency,as_of
s0,1,app,BR,2026-05-30,"1,200",30,1.50,USD,2026-05-31T10:00Z
s0,ep002,app,,,7,,,,
"""


def test_a_file_is_imported_and_again_changes_nothing(shell: Shell) -> None:
    shell("release")
    path = shell.folder / "told.csv"
    path.write_text(GOOD)
    dry = shell("metrics", "import", str(path), "--dry-run")
    assert "2 rows, 4 figures" in dry.out
    assert "Nothing was kept" in dry.out
    assert shell("metrics", "show", "--json").out == ""
    assert "figures: 4 new" in shell("metrics", "import", str(path), "--source", "ana").out
    (line,) = shell("metrics", "import", str(path), "--source", "ana", "--json").lines
    valid("metrics", line)
    assert (line["same"], line["new"]) == (4, 0)
    shown = shell("metrics", "show", "--json", "--metric", "revenue").lines
    assert [(e["value"], e["currency"], e["source"]) for e in shown] == [(150, "USD", "ana")]
    assert "1.50 USD" in shell("metrics", "show", "--metric", "revenue").out


def test_a_file_with_a_fault_is_not_imported_at_all(shell: Shell) -> None:
    shell("release")
    path = shell.folder / "told.csv"
    path.write_text(
        GOOD + "s0,9,app,UK,30.05.2026,many,-3,1,dollars,2999-01-01\ns9,1,ap,BR,,1,,,,\n"
    )
    said = shell("metrics", "import", str(path))
    assert said.code == exits.USAGE
    for words in ("told.csv:4:2: error: s0 has no such episode planned", "found     many",
                  "did you mean GB?", "this date can be read in two ways", "4:10", "5:1",
                  "did you mean app?", "nothing was kept"):  # fmt: skip
        assert words in said.err, words
    assert shell("metrics", "show", "--json").out == ""


def test_a_long_form_and_defaults_for_the_whole_file(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "cut;metric;value\nep001;views;1.200\nep001;likes;4\n",
                           series="s0", channel="app")  # fmt: skip
    assert problems == []
    assert [(e.figure.metric, e.figure.value) for e in found] == [("views", 1200), ("likes", 4)]


@pytest.mark.parametrize(
    ("head", "hint"),
    [
        ("series,cut,channel,veiws", "did you mean views?"),
        ("series,cut,channel,views,teritory", "did you mean territory?"),
        ("series,cut,channel,views,asof", "did you mean as_of?"),
    ],
)
def test_a_column_that_is_nearly_one_is_not_lost(tmp_path: Path, head: str, hint: str) -> None:
    found, problems = read(tmp_path, f"{head}\ns0,ep001,app,5,BR\n")
    assert hint in [each.hint for each in problems]
    assert any(each.severity == "error" for each in problems)
    del found


def test_what_is_told_twice_and_differently_is_a_fault(tmp_path: Path) -> None:
    row = "s0,ep001,app,{}\n"
    head = "series,cut,channel,views\n"
    found, problems = read(tmp_path, head + row.format(5) * 2)
    assert (len(found), problems) == (1, [])
    _, (problem,) = read(tmp_path, head + row.format(5) + row.format(6))
    assert (problem.code, str(problem.place), problem.expected) == (
        "told-twice", "told.csv:3:4", "5, or one of the two",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["series", "cut", "channel", "average_percentage", "Notiz"],
            ["s0", "ep001", "app", '"45,5 %"', "schön"]]  # fmt: skip
    text = "\r\n".join(delimiter.join(row) for row in rows)
    found, problems = read(tmp_path, text.encode(encoding))
    assert [each.figure.value for each in found] == [45.5]
    assert [each.code for each in problems] == (["wrong-encoding"] if encoding == "cp1252" else [])


@pytest.mark.parametrize(
    ("text", "whole", "share", "value"),
    [
        ("1,234", True, False, 1234), ("1.234", True, False, 1234), ("1 234", True, False, 1234),
        ("1.234,50", False, False, 1234.5), ("1,234.50", False, False, 1234.5),
        ("1,234,567", False, False, 1234567), ("0,123", False, False, 0.123),
        ("12,34", False, False, 12.34), ("45.123%", False, True, 45.123), ("-3", True, False, -3),
        (".5", False, False, 0.5), ("1'234", True, False, 1234),
    ],
)  # fmt: skip
def test_numbers_as_exports_write_them(text: str, whole: bool, share: bool, value: float) -> None:
    assert float(quantity(text, whole=whole, share=share)) == value


@pytest.mark.parametrize("text", ["", "x", "1.2.3,4,5", "1e5", "١٢", "1,23,456", "--1", "9" * 99])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        quantity(text, whole=False, share=False)


def test_a_number_that_can_be_read_in_two_ways_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(Ambiguous, match=r"1234 or 1\.234"):
        quantity("1.234", whole=False, share=False)
    text = "series;cut;channel;Estimated revenue (USD)\ns0;ep001;app;1.234\n"
    _, (problem,) = read(tmp_path, text)
    assert problem.code == "bad-number"
    assert "--decimal" in problem.hint
    found, _ = read(tmp_path, text, decimal=",")
    assert found[0].figure.value == 123400


HOSTILE = [
    b"", b"\0" * 1000, b"\xff\xfe" + b"\x00" * 999, b"series,cut\n", b'"' * 5000, b"sep=\n", b"a;b",
    b"sep=;;\nseries;views\n", b"views\n" + b"x" * 200_000, b"series,views\n" + b",\n" * 5000,
    b"series,cut,channel,views,day,as_of\ns0,ep001,app,5,9999-12-31,0001-01-01T00:00+14:00\n",
    b"series,cut,channel,views\n" + b"s0,ep001,app,\xf0\x9f\x92\xa9\n" * 300,
    "series,cut,channel,views\ns0,ep001,app,١٢٣\n".encode(),
    b"series,cut,channel,views,views\ns0,ep001,app,1,2\ns0,ep001\n\n,,,,,,,,\n",
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:12]))
def test_hostile_files_are_faults_or_figures_never_a_crash(tmp_path: Path, data: bytes) -> None:
    found, problems = read(tmp_path, data)
    assert all(each.figure.value >= 0 for each in found)
    assert bool(found) == (data == HOSTILE[-1])
    assert len(problems) <= 120


def test_ten_megabytes_of_rubbish(tmp_path: Path) -> None:
    import random

    rubbish = random.Random(5).randbytes(10_000_000)
    lines = b"series,cut,channel,views\n" + b"s0,ep001,app,what\n" * 500_000
    for data in (rubbish, rubbish.replace(b"\0", b"\n"), lines):
        began = time.perf_counter()
        found, problems = read(tmp_path, data)
        assert problems
        assert not found
        assert len(problems) <= 120
        assert time.perf_counter() - began < 20


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(
    st.binary(max_size=300),
    st.lists(st.lists(st.text(max_size=9), max_size=8), max_size=6).map(
        lambda rows: "\n".join([GOOD.splitlines()[0], *(",".join(row) for row in rows)])
        .encode(errors="replace")),
))  # fmt: skip
def test_law_nothing_in_a_file_raises(tmp_path: Path, data: bytes) -> None:
    found, problems = read(tmp_path, data)
    for each in found:
        assert each.figure.as_of <= NOW
    for each in problems:
        assert each.place.file == "told.csv"
