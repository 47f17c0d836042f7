"""Which series a run plans anew, when files change under it."""

from __future__ import annotations

import os

from .conftest import Shell


def test_a_calendar_that_moves_to_another_series_is_planned_for_both(shell: Shell) -> None:
    home = shell.folder / "catalog" / "other"
    home.mkdir()
    for path in (shell.folder / "catalog" / "s0").iterdir():
        (home / path.name).write_bytes(path.read_bytes())
    shell.edit("catalog/other/series.yaml", "id: s0", "id: other")
    shell("release", "--state", "missed")
    shell.edit("calendars/s0.yaml", "series: s0", "series: other")
    shell("release", "--state", "missed")
    found = {(each["series"], each["state"]) for each in shell("show", "--json").lines}
    assert found == {("s0", "blocked"), ("other", "planned")}


def test_a_catalog_that_is_away_for_a_moment_blocks_nothing(shell: Shell) -> None:
    shell("release", "--state", "missed")
    (shell.folder / "catalog").rename(shell.folder / "away")
    shell("release", "--state", "missed")
    assert shell.states() == {"planned": 9}


def test_a_file_that_was_only_touched_is_the_same_file(shell: Shell) -> None:
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release")
    for path in (shell.folder / "catalog" / "s0").glob("*.mp4"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    shell.edit("calendars/s0.yaml", "2035-01-01 20:00", "2026-01-01 20:00")
    shell("release")
    assert shell.states() == {"live": 9}
    for path in (shell.folder / "catalog" / "s0").glob("*.mp4"):
        os.utime(path, (1_710_000_000, 1_710_000_000))
    assert shell("plan").out.strip().startswith("Nothing to do")


def test_one_that_was_touched_between_plan_and_date_goes_out(shell: Shell) -> None:
    config = shell.folder / "syndicator.toml"
    config.write_text("rehearsal = true\n" + config.read_text())
    shell.edit("calendars/s0.yaml", "2026-01-01 20:00", "2035-01-01 20:00")
    shell("release")
    for path in (shell.folder / "catalog" / "s0").glob("*.mp4"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    for _ in range(2):
        shell.studio.run("rehearse", "2035-01-20T20:05Z", "release")
    assert shell.states() == {"live": 9}
