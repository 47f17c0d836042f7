"""Input is text: a test shows the files that a manager writes, and the plan that comes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from syndicator.catalog.facts_cache import FactsCache, Learned
from syndicator.catalog.readers import builtin_readers
from syndicator.catalog.workspace import open_workspace
from syndicator.model.moment import iso
from syndicator.model.plan import Plan, Sight
from syndicator.planning.make import plan

from .titles import FACTS, NATIVE, PLAIN

CAN = {"native": NATIVE, "plain": PLAIN, "stays": attrs.evolve(PLAIN, withdraws=False)}
"""What the adapters named in these tests can: `stays` cannot take anything off."""


@attrs.frozen
class Planned:
    """A plan that tests read as lines."""

    plan: Plan
    problems: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Each release: key without the series, instant, territories, and why not."""
        return list(self._lines())

    def _lines(self) -> Iterator[str]:
        for each in self.plan.releases:
            why = [*(f"blocked: {reason.code}" for reason in each.blocked)]
            why += [f"held: {each.held.code}"] if each.held else []
            key = str(each.key).partition("/")[2]
            yield "  ".join((key, iso(each.at), str(each.territories), *why))

    def reasons(self, key: str) -> list[str]:
        """Return what speaks against a release."""
        (found,) = [each for each in self.plan.releases if str(each.key) == f"s/{key}"]
        return [each.text for each in found.blocked]


PlanOf = Callable[[str], Planned]


@pytest.fixture
def plan_of(tmp_path: Path) -> PlanOf:
    """Return what plans a workspace given as `--- path` sections; media facts are invented."""

    def made(text: str) -> Planned:
        write(tmp_path, text)
        workspace = open_workspace(tmp_path, readers=builtin_readers())
        ((title, problems),) = workspace.titles()
        assert title is not None, problems
        channels = workspace.config.channels
        can = {name: CAN[channel.adapter] for name, channel in channels.items()}
        found = plan(title, Sight(config=workspace.config, capabilities=can))
        said = [*workspace.problems, *problems, *found.problems]
        return Planned(found, tuple(each.code for each in said))

    return made


def write(folder: Path, text: str) -> None:
    """Write the sections of a text as files, and learn the media that the series counts."""
    _, *parts = re.split(r"^--- (\S+)\n", text, flags=re.MULTILINE)
    for name, content in zip(parts[::2], parts[1::2], strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
        if counted := re.search(r"count: (\d+)", content):
            media = [f"ep{number:03}.mp4" for number in range(1, int(counted[1]) + 1)]
            learn(folder, [f"{Path(name).parent}/{each}" for each in media])


def learn(folder: Path, paths: list[str]) -> None:
    """Make empty files known as playable media."""
    cache = FactsCache(folder)
    found = []
    for path in paths:
        (folder / path).touch()
        stat = (folder / path).stat()
        found.append(Learned(path=path, size=stat.st_size, mtime_ns=stat.st_mtime_ns,
                             sha256=f"{hash(path):x}", facts=FACTS))  # fmt: skip
    cache.learn(found)
    cache.close()
