"""Input is text here too: files as a manager writes them, and what the rules say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import attrs
import pytest

from syndicator.catalog.readers import builtin_readers
from syndicator.catalog.rules import check_policies
from syndicator.catalog.workspace import open_workspace
from syndicator.compliance import policies
from syndicator.model.plan import Plan, Sight
from syndicator.model.problem import Problem
from syndicator.model.seam import Policy
from syndicator.planning.make import plan
from tests.planning.conftest import CAN, write

CONFIG = """\
[channels.app]
adapter = "native"
territories = ["BR", "KR", "DE", "US"]

[channels.tube-br]
adapter = "plain"
territories = ["BR"]

[channels.tube-cn]
adapter = "plain"
territories = ["CN", "HK"]

"""
SERIES = """\
id: s
original_language: en
localizations:
  en: {{title: A Series}}
{words}episodes: {{count: 2}}
"""
CALENDAR = """\
series: s
time_zone: UTC
drops:
  - {episodes: 1-2, at: 2026-12-01 20:00}
channels:
"""


@attrs.frozen
class Heard:
    """What the rules said of a workspace."""

    plan: Plan
    problems: tuple[Problem, ...]
    """Of planning."""

    faults: tuple[Problem, ...]
    """Of the rules' options."""

    read: tuple[Problem, ...]
    """Of the files."""

    @property
    def blocked(self) -> dict[str, list[str]]:
        """Sentences by release (cut/channel), of rules only."""
        return {
            f"{each.key.cut}/{each.key.channel}": [r.text for r in each.blocked]
            for each in self.plan.releases
            if each.blocked
        }

    @property
    def said(self) -> list[str]:
        """What is warned of: code and sentence."""
        return [f"{each.code}: {each.message}" for each in self.problems]


Hear = Callable[..., Heard]


@pytest.fixture
def hear(tmp_path: Path) -> Hear:
    """Return what has the rules judge a series; media facts are invented."""

    def heard(
        series: str = "",
        *,
        words: str = "",
        config: str = "",
        channels: str = "  app:\n  tube-br:\n  tube-cn:\n",
        calendar: str = CALENDAR,
        files: Mapping[str, bytes] | None = None,
        rules: Sequence[Policy] | None = None,
        feed: Mapping[tuple[str, date], Mapping[tuple[str, str], int]] | None = None,
    ) -> Heard:
        write(tmp_path, f"--- syndicator.toml\n{CONFIG}{config}"
                        f"--- catalog/s/series.yaml\n{SERIES.format(words=words)}{series}"
                        f"--- calendars/s.yaml\n{calendar}{channels}")  # fmt: skip
        for name, data in (files or {}).items():
            path = tmp_path / "catalog/s" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        workspace = open_workspace(tmp_path, readers=builtin_readers())
        ((title, problems),) = workspace.titles()
        assert title is not None, problems
        assert not workspace.problems
        every = policies() if rules is None else rules
        can = {name: CAN[each.adapter] for name, each in workspace.config.channels.items()}
        sight = Sight(config=workspace.config, capabilities=can, feed=feed or {})
        faults = check_policies(workspace.config, every)
        made = plan(title, sight, [] if faults else every)
        return Heard(made, tuple(made.problems), tuple(faults), tuple(problems))

    return heard
