"""A small workspace on the toy platform, with everything a report has to show."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from syndicator.dispatch.clock import SystemClock
from tests.acceptance.conftest import clip
from tests.cli.conftest import Shell, shell

__all__ = ["Shell", "clip", "full", "shell"]

HOSTILE = "</script><script>document.title='owned'</script><b>bold</b> & \"so on\" %{x}"
REASON = "<img src=x onerror=\"document.title='owned'\"> said the buyer"
GATE = "gate: {metric: completion_rate, at_least: 0.35, min_views: 100}}"
PLAIN = "territories: [US], after: {wave: pilot, delay: 7d}}"
AVAILS = """
avails:
  - {territories: [BR], start: 2025-01-01, end: 2027-06-01}
  - {territories: [US], start: 2025-01-01}
  - territories: [US]
    channels: [tube]
    exclusive: true
    start: 2026-12-01
    end: 2027-02-01
"""


@pytest.fixture
def full(shell: Shell) -> Shell:
    """Live in BR and ID; the wave US waits for its gate; rights for ID were never written."""
    shell.edit("calendars/s0.yaml", PLAIN, f"{PLAIN[:-1]}, {GATE}")
    title = HOSTILE.replace('"', '\\"')
    shell.edit("catalog/s0/series.yaml", "title: A Series", f'title: "{title}"')
    config = shell.folder / "syndicator.toml"
    config.write_text(
        f"name = '''{HOSTILE}'''\n{config.read_text()}\n"
        '[balance]\nmeasure = "views"\nmax_share = 0.6\n'
    )
    shell("release")
    with sqlite3.connect(shell.folder / "syndicator.db") as database:
        database.execute("UPDATE rollout SET next_ms = 1 WHERE state = 'waiting'")
    database.close()
    at = SystemClock().now() - timedelta(seconds=5)
    day = at.date() - timedelta(days=9)
    (shell.folder / "figures.csv").write_text(
        "series,cut,channel,territory,day,views,average_percentage,as_of\n"
        f"s0,ep001,app,BR,,1000,31,{at.isoformat()}\n"
        f"s0,ep001,tube,BR,{day},3000,,{at.isoformat()}\n"
        f"s0,ep001,app,BR,{day},900,,{at.isoformat()}\n"
    )
    assert shell("metrics", "import", str(shell.folder / "figures.csv")).code == 0
    shell("release")
    shell("rollout", "pause", "s0", "main", "--reason", REASON, "--by", "<ana>")
    series = shell.folder / "catalog/s0/series.yaml"
    series.write_text(series.read_text() + AVAILS)
    return shell
