"""Which series a run plans anew, when files change under it."""

from __future__ import annotations

from .conftest import Shell


def test_a_calendar_that_moves_to_another_series_is_planned_for_both(shell: Shell) -> None:
    home = shell.folder / "catalog" / "other"
    home.mkdir()
    for path in (shell.folder / "catalog" / "s0").iterdir():
        (home / path.name).write_bytes(path.read_bytes())
    shell.edit("catalog/other/series.yaml", "id: s0", "id: other")
    shell("release", "--channel", "nobody")
    shell.edit("calendars/s0.yaml", "series: s0", "series: other")
    shell("release", "--channel", "nobody")
    found = {(each["series"], each["state"]) for each in shell("show", "--json").lines}
    assert found == {("s0", "blocked"), ("other", "planned")}


def test_a_catalog_that_is_away_for_a_moment_blocks_nothing(shell: Shell) -> None:
    shell("release", "--channel", "nobody")
    (shell.folder / "catalog").rename(shell.folder / "away")
    shell("release", "--channel", "nobody")
    assert shell.states() == {"planned": 9}
