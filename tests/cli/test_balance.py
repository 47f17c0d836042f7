"""`syndicate balance` against a ledger with releases and figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syndicator.ledger import open_ledger
from syndicator.model.figure import Figure, Measured

from .conftest import Shell
from .test_json import one, valid

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
AT = ("--at", "2026-06-30T12:00Z")


def measured(channel: str, value: float, *, cut: str = "ep001", metric: str = "views",
             days_ago: int | None = None, territory: str | None = None,
             currency: str | None = None, series: str = "s0") -> Measured:  # fmt: skip
    day = None if days_ago is None else NOON.date() - timedelta(days=days_ago)
    figure = Figure(metric=metric, value=value, territory=territory, day=day, as_of=NOON,
                    currency=currency)  # fmt: skip
    return Measured(series=series, cut=cut, channel=channel, source="test", figure=figure)


def keep(shell: Shell, *figures: Measured) -> None:
    ledger = open_ledger("sqlite:///syndicator.db", shell.folder)
    ledger.keep_figures(figures, now=NOON)
    ledger.close()


def balance(shell: Shell, *words: str) -> dict:
    said = shell("balance", *words, *AT, "--json")
    data = one(said)
    valid("balance", data)
    return data


def ceiling(shell: Shell, measure: str, share: float, breach: str = "block") -> None:
    with (shell.folder / "syndicator.toml").open("a") as file:
        file.write(f'[balance]\nmeasure = "{measure}"\nmax_share = {share}\n'
                   f'on_breach = "{breach}"\n')  # fmt: skip


def shares(data: dict, number: int = 0) -> dict[str, float]:
    return {each["platform"]: each["share"] for each in data["balances"][number]["platforms"]}


def test_nothing_is_live_and_nothing_measured(shell: Shell) -> None:
    assert "No views that are meant by that have been measured." in shell("balance", *AT).out
    assert "Nothing is live" in shell("balance", "--by", "releases", *AT).out
    assert balance(shell)["losses"] == []


def test_releases_count_once_however_many_territories_see_them(shell: Shell) -> None:
    shell("release")
    data = balance(shell, "--by", "releases")
    assert shares(data) == {"Toy": 0.5, "ToyNative": 0.5}
    assert data["balances"][0]["hhi"] == 0.5
    assert shares(balance(shell, "--by", "releases", "--territory", "us")) == {"ToyNative": 1.0}


def test_the_ledger_tells_every_publish_and_nothing_else(shell: Shell) -> None:
    shell("release")
    ledger = open_ledger("sqlite:///syndicator.db", shell.folder)
    found = list(ledger.publishes())
    assert len(found) == 6
    assert {(key.action, str(state), codes) for key, state, codes in found} == {
        ("publish", "live", ())
    }
    ledger.close()


def test_views_by_platform_by_territory_and_what_tells_none(shell: Shell) -> None:
    keep(shell, measured("tube", 300), measured("app", 60, territory="BR"),
         measured("app", 40, territory="ID"))  # fmt: skip
    data = balance(shell)
    assert shares(data) == {"Toy": 0.75, "ToyNative": 0.25}
    assert data["balances"][0]["hhi_points"] == 6250
    assert data["by_territory"]["BR"]["total"] == 60
    only = balance(shell, "--territory", "BR")
    assert shares(only) == {"ToyNative": 1.0}
    assert only["balances"][0]["untold"] == {"tube": 300}
    said = shell("balance", "--territory", "BR", *AT).out
    assert "not in this: 300 views of tube, which are not told by territory" in said
    assert "not in this: 300 views that no channel told by territory" in shell("balance", *AT).out


def test_two_tellings_are_never_added_up(shell: Shell) -> None:
    keep(shell, measured("tube", 100), measured("tube", 60, days_ago=1),
         measured("tube", 30, days_ago=2), measured("app", 100))  # fmt: skip
    assert shares(balance(shell)) == {"Toy": 0.5, "ToyNative": 0.5}
    since = balance(shell, "--since", "2026-06-29")
    assert since["balances"][0]["untold"] == {"tube": 10, "app": 100}
    assert shares(since) == {"Toy": 1.0}


def test_revenue_of_each_currency_for_itself(shell: Shell) -> None:
    keep(shell, *(measured(name, value, metric="revenue", currency=money) for name, value, money in
                  [("tube", 900, "USD"), ("app", 100, "USD"), ("app", 5000, "JPY")]))  # fmt: skip
    data = balance(shell, "--by", "revenue")
    assert [each["currency"] for each in data["balances"]] == ["USD", "JPY"]
    assert shares(data) == {"Toy": 0.9, "ToyNative": 0.1}
    said = shell("balance", "--by", "revenue", *AT).out
    assert "9.00 USD" in said
    assert "5000 JPY" in said


def test_over_time_by_week(shell: Shell) -> None:
    keep(shell, measured("tube", 10, days_ago=0), measured("tube", 30, days_ago=8),
         measured("app", 10, days_ago=8))  # fmt: skip
    data = balance(shell, "--over", "week")
    weeks = {each["from"]: each["total"] for each in data["over_time"]}
    assert weeks == {"2026-06-22": 40, "2026-06-29": 10}
    assert "2026-06-22   Toy 75%  ToyNative 25%  40  HHI 0.625" in shell(
        "balance", "--over", "week", *AT).out  # fmt: skip


def test_releases_over_time_are_what_was_live_at_the_end(shell: Shell) -> None:
    shell("release")
    said = shell("balance", "--by", "releases", "--over", "month", "--json")
    data = one(said)
    (month,) = data["over_time"]
    assert (month["from"], month["total"]) == (f"{data['at'][:7]}-01", 6)
    assert shell("balance", "--by", "releases", "--over", "month", "--territory", "US").code == 0


def test_a_ceiling_that_is_broken_is_exit_10_where_it_blocks(shell: Shell) -> None:
    ceiling(shell, "views", 0.6)
    keep(shell, measured("tube", 600), measured("app", 400))
    kept = shell("balance", *AT)
    assert (kept.code, "it is kept" in kept.out) == (0, True)
    keep(shell, measured("tube", 700, cut="ep002"))
    broken = shell("balance", *AT)
    assert broken.code == 10
    assert "Ceiling: 60.0% of all views on one platform; Toy has 76.5%" in broken.out
    assert shell("balance", "--by", "releases", *AT, "--json").code == 10
    shell.edit("syndicator.toml", '"block"', '"warn"')
    assert shell("balance", *AT).code == 0


def test_without_a_platform(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "app: , tube: ", "tube: ")
    shell("release")
    keep(shell, measured("tube", 70, days_ago=3), measured("tube", 500, days_ago=40),
         measured("tube", 1000, cut="ep002"))  # fmt: skip
    data = balance(shell, "--without", "toy")
    (loss,) = data["losses"]
    assert (loss["gone"], loss["releases"], loss["territories"]) == (["s0"], 3, ["BR", "ID"])
    assert loss["figures"] == [{"measure": "views", "currency": None, "lost": 70, "share": 1.0,
                                "untold": {"tube": 1000}}]  # fmt: skip
    (way,) = loss["series"][0]["ways"]
    assert (way["channel"], len(way["free"])) == ("app", 3)
    assert way["territories"] == ["BR", "ID", "US"]
    said = shell("balance", "--without", "Toy", *AT).out
    assert "Of the last 30 days: 70 views (100.0%)." in said
    assert "3 cuts may go in BR ID US; no calendar asks for it" in said


def test_where_titles_could_go_says_what_the_calendar_and_rights_say(shell: Shell) -> None:
    shell("release")
    data = balance(shell, "--without", "ToyNative")
    (way,) = data["losses"][0]["series"][0]["ways"]
    assert (way["channel"], len(way["there"])) == ("tube", 3)
    with (shell.folder / "catalog/s0/series.yaml").open("a") as file:
        file.write("avails: [{territories: [WORLD], channels: [app], start: 2025-01-01}]\n")
    shell.edit("calendars/s0.yaml", "app: , tube: ", "app: ")
    shell("withdraw", "--channel", "tube", "--reason", "test", "--yes")
    data = balance(shell, "--without", "ToyNative")
    (way,) = data["losses"][0]["series"][0]["ways"]
    (refused,) = way["refused"]
    assert refused["reason"]["code"] == "no-rights"
    said = shell("balance", "--without", "ToyNative", *AT).out
    assert "licenses BR to app only" in said
    assert "no place for 3 cuts" in said


def test_a_platform_that_nobody_has_and_words_that_are_none(shell: Shell) -> None:
    said = shell("balance", "--without", "tube", *AT)
    assert (said.code, "did you mean Toy?" in said.err) == (2, True)
    assert shell("balance", "--territory", "XX").code == 2
    assert shell("balance", "--since", "soon").code == 2


def test_in_a_pipe_there_are_plain_lines(shell: Shell) -> None:
    shell("release")
    said = shell("balance", "--by", "releases", "--over", "week").out
    assert not set(said) & set("█▓▒░\x1b")


def test_on_a_terminal_there_are_bars(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("release")
    monkeypatch.setattr("syndicator.cli.bars.shown", lambda: True)
    said = shell("balance", "--by", "releases", "--over", "week").out
    assert "█" * 20 + " " * 20 in said
    assert "█ Toy  ▓ ToyNative" in said


def test_a_ceiling_blocks_at_plan_time_and_a_waiver_lets_it_pass(shell: Shell) -> None:
    ceiling(shell, "releases", 0.4)
    planned = shell("plan")
    assert planned.code == 10
    assert "would have 50.0% of the releases; the ceiling is 40.0%" in planned.out
    assert shell("release").code == 10
    before = shell.states()
    again = shell("plan")
    assert "Nothing to do" in again.out, "a plan after a release is empty"
    assert shell.states() == before
    waive = "{waive: [{rule: balance, reason: agreed}]}"
    shell.edit("calendars/s0.yaml", "{app: , tube: }", f"{{app: {waive}, tube: {waive}}}")
    assert shell("release").code == 0
    assert shell.states() == {"live": 9}


def test_a_ceiling_that_warns_lets_everything_out(shell: Shell) -> None:
    ceiling(shell, "releases", 0.4, "warn")
    said = shell("release")
    assert said.code == 0
    assert "the ceiling is 40.0%" in said.err
    assert shell.states() == {"live": 9}


def test_series_that_balance_each_other_are_not_blocked_in_a_first_plan(shell: Shell) -> None:
    """One that goes to one platform alone is judged with all that the others ask for."""
    ceiling(shell, "releases", 0.5)
    shell.edit("calendars/s0.yaml", "app: , tube: ", "tube: ")
    assert shell("plan").code == 10
    home = shell.folder / "catalog" / "s1"
    home.mkdir()
    for path in (shell.folder / "catalog/s0").iterdir():
        text = path.read_bytes()
        (home / path.name).write_bytes(text.replace(b"id: s0", b"id: s1"))
    calendar = (shell.folder / "calendars/s0.yaml").read_text()
    (shell.folder / "calendars/s1.yaml").write_text(
        calendar.replace("s0", "s1").replace("tube: ", "app: ")
    )
    assert shell("plan").code == 0
    assert shell("release").code == 0
