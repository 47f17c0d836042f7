"""Files with figures that cannot be, or are odd: refused, or said with row and column."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndicator.cli import exits
from syndicator.model.money import CURRENCIES, digits_of

from .conftest import Shell
from .test_metrics import read
from .test_rollout import gated

HEAD = "series,cut,channel,territory,views,completions,likes,revenue,currency\n"
LONG = "series,cut,channel,metric,value\n"


def problems(tmp_path: Path, *rows: str, head: str = HEAD) -> list[tuple[str, str, str]]:
    """Return severity, code and place of what is wrong."""
    _, found = read(tmp_path, head + "".join(f"s0,ep001,app,{row}\n" for row in rows))
    return [(str(each.severity), each.code, str(each.place)) for each in found]


@pytest.mark.parametrize(
    ("head", "rows", "place"),
    [
        (HEAD, ["BR,10,11,,,"], "told.csv:2:6"),
        (HEAD, ["BR,10,10,,,", "ID,0,1,,,"], "told.csv:3:6"),
        (LONG, ["completions,11", "views,10"], "told.csv:2:5"),
    ],
)
def test_more_completions_than_views_are_a_fault(
    tmp_path: Path, head: str, rows: list[str], place: str
) -> None:
    assert problems(tmp_path, *rows, head=head) == [("error", "more-than-views", place)]


def test_completions_of_another_place_or_telling_are_not_compared(tmp_path: Path) -> None:
    assert problems(tmp_path, "BR,10,,,,", "ID,,11,,,", ",99,99,,,") == []


def test_thousands_of_such_rows_are_not_all_told(tmp_path: Path) -> None:
    head = HEAD.replace("territory", "day")
    rows = [f"{year}-{month:02}-{day:02},1,2,,," for year in range(2000, 2012)
            for month in range(1, 13) for day in range(1, 29)]  # fmt: skip
    assert len(problems(tmp_path, *rows, head=head)) == 100


@pytest.mark.parametrize(
    ("metric", "value", "fits"),
    [
        ("views", "1" + "0" * 26, False),
        ("views", "999,999,999,999", True),
        ("views", "1,000,000,000,000", False),
        ("likes", "1" + "0" * 26, False),
        ("average_percentage", "180", True),
        ("average_percentage", "100000", False),
        ("minutes_watched", "1" + "0" * 20, False),
    ],
)
def test_what_nobody_can_have_counted_is_a_fault(
    tmp_path: Path, metric: str, value: str, fits: bool
) -> None:
    expected = [] if fits else [("error", "bad-number", "told.csv:2:5")]
    assert problems(tmp_path, f'{metric},"{value}"', head=LONG) == expected


def test_a_currency_that_is_none_is_a_fault_with_the_near_miss(tmp_path: Path) -> None:
    text = HEAD + "s0,ep001,app,BR,10,,,1.50,XQZ\ns0,ep001,app,ID,10,,,1.50,USF\n"
    found, (first, second) = read(tmp_path, text)
    assert (first.code, str(first.place), first.found) == ("bad-money", "told.csv:2:9", "XQZ")
    assert (str(second.place), second.hint) == ("told.csv:3:9", "did you mean USD?")
    assert [each.figure.metric for each in found] == []


def test_all_currencies_that_have_other_digits_are_known() -> None:
    assert {"JPY", "KWD", "USD", "EUR", "BRL", "HRK"} <= CURRENCIES
    assert not {"XXX", "XTS", "XAU", "XQZ", "DEM"} & CURRENCIES
    others = {each for each in CURRENCIES if digits_of(each) != 2}
    assert len(others) == 16 + 7, "each currency without cents or with mills is listed"


def test_money_finer_than_it_can_be_paid_is_rounded_and_that_is_said_once(tmp_path: Path) -> None:
    rows = ["BR,10,,,12.34,JPY", "ID,10,,,12.50,JPY", "US,10,,,1.505,USD", "GB,10,,,1.50,USD"]
    text = HEAD + "".join(f"s0,ep001,app,{row}\n" for row in rows)
    found, (yen, dollars) = read(tmp_path, text, decimal=".")
    assert (str(yen.severity), yen.code, str(yen.place)) == (
        "warning", "rounded-money", "told.csv:2:8",
    )  # fmt: skip
    assert (yen.found, yen.expected) == ("12.34", "a whole amount")
    assert "2 times" in yen.message
    assert (dollars.found, dollars.expected) == ("1.505", "at most 2 digits after the point")
    revenue = [each.figure.value for each in found if each.figure.metric == "revenue"]
    assert revenue == [12, 12, 150, 150]


def test_more_likes_than_views_are_odd(tmp_path: Path) -> None:
    expected = [("warning", "more-than-views", "told.csv:2:7")]
    assert problems(tmp_path, "BR,10,,11,,", "ID,10,,12,,", "US,10,,10,,") == expected


# -- against what was ever out --


def imported(shell: Shell, text: str, *words: str) -> tuple[int, str]:
    path = shell.folder / "told.csv"
    path.write_text(text)
    said = shell("metrics", "import", str(path), *words)
    return said.code, said.err


def test_what_was_never_out_is_said(shell: Shell) -> None:
    gated(shell)
    shell("release")
    shell("withdraw", "s0/ep002/app/pilot/publish", "--reason", "x", "--yes")
    text = "series,cut,channel,territory,views\n"
    text += "".join(f"s0,{cut},app,{code},9\n" for cut, code in [
        ("ep001", "BR"), ("ep001", "US"), ("ep001", "GB"), ("ep002", "BR"), ("ep001", ""),
    ])  # fmt: skip
    code, err = imported(shell, text, "--as-of", "2026-01-09")
    assert code == exits.DONE
    assert (
        "told.csv:3:4: warning: nothing of these rows of s0 on app was ever opened in GB, US" in err
    )
    assert err.count("warning") == 1, "what was withdrawn was out"
    assert len(shell("metrics", "show", "--json").lines) == 5, "it is kept"


def test_an_episode_that_was_never_out_is_said(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release")
    text = "series,episode,channel,views\ns0,2,app,9\ns0,1,app,9\n"
    code, err = imported(shell, text, "--as-of", "2026-01-09")
    assert code == exits.DONE
    assert "told.csv:2:2: warning: of s0, ep001, ep002 was never out on app" in err


# -- when it was told --


def test_the_time_of_the_file_counts_only_with_a_word_about_it(shell: Shell) -> None:
    shell("release")
    path = shell.folder / "told.csv"
    path.write_text("series,cut,channel,views,as_of\ns0,ep001,app,9,2026-01-09\ns0,ep002,app,9,\n")
    at = datetime(2026, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    os.utime(path, (at, at))
    said = shell("metrics", "import", str(path))
    assert (
        "told.csv:3:5: warning: this row does not say when it was told: as of the file's time"
        in said.err
    )
    assert "2026-02-03 04:05 UTC" in said.err
    lines = shell("metrics", "show", "--json").lines
    assert [each["as_of"][:10] for each in lines] == ["2026-01-09", "2026-02-03"]
    assert "warning" not in shell("metrics", "import", str(path), "--as-of", "2026-02-03").err
    path.write_text("series,cut,channel,views,as_of\ns0,ep001,app,9,2026-01-09\n")
    assert "warning" not in shell("metrics", "import", str(path)).err, "every row says it"


def test_a_try_says_the_same_of_its_figures(shell: Shell) -> None:
    gated(shell)("release")
    path = shell.folder / "guess.csv"
    path.write_text("series,cut,channel,views\ns0,ep001,app,9\n")
    assert "as of the file's time" in shell("rollout", "try", "s0", "--figures", str(path)).err
