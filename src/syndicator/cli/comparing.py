"""From the files to what differs in the ledger: which series to read, and what comes of each."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from syndicator.cli.feeding import note, with_feed
from syndicator.cli.standing import with_standing
from syndicator.model.source import Source

if TYPE_CHECKING:
    from syndicator.cli.desk import Desk
    from syndicator.model.plan import Changes, Plan
    from syndicator.model.problem import Problem

ENVIRONMENT = "(installed packages)"
"""The name under which the state of the environment is remembered beside the files."""


@attrs.frozen(kw_only=True)
class Compared:
    """One series: its plan, what differs from the ledger, and what is wrong with its files."""

    series: str
    plan: Plan | None
    changes: Changes | None
    problems: tuple[Problem, ...] = ()


@attrs.frozen(kw_only=True)
class Stale:
    """What has changed on disk since it was last read."""

    sources: tuple[Source, ...]
    """Everything there is now."""

    removed: frozenset[str]
    series: frozenset[str] | None
    """The series to read again; None means all."""

    def __bool__(self) -> bool:
        return self.series is None or bool(self.series) or bool(self.removed)


def stale(desk: Desk) -> Stale:
    """Return what has changed since planning last read it, by looking at names, sizes and times."""
    from syndicator.catalog.sources import sources

    now = (*sources(desk.folder), _environment())
    before = desk.ledger.sources()
    changed = [each for each in now if not _alike(each, before.get(each.path))]
    removed = before.keys() - {each.path for each in now}
    series = _touched(desk, changed, removed, before)
    return Stale(sources=now, removed=frozenset(removed), series=series)


def _alike(now: Source, before: Source | None) -> bool:
    return before is not None and (now.size, now.mtime_ns) == (before.size, before.mtime_ns)


def _touched(
    desk: Desk,
    changed: Collection[Source],
    removed: Collection[str],
    before: Mapping[str, Source],
) -> frozenset[str] | None:
    """Return the series that files belong to; None where one belongs to all, or nobody knows."""
    found: set[str] = set()
    for each in (*changed, *(before[path] for path in removed)):
        owner = each.series or (before[each.path].series if each.path in before else None)
        if owner is None:
            return None
        found.add(owner)
    for each in changed:
        if each.series is None:  # a calendar, which may be for another series than it was
            now = desk.workspace.calendar_series.get(each.path)
            if now is None:
                return None
            found.add(now)
    return frozenset(found)


def _environment() -> Source:
    """Return a mark that changes when a package is installed, upgraded or removed.

    A plugin's new version may plan differently. Installing touches the folder of packages, so its
    time tells, without importing or listing anything.
    """
    from syndicator import __version__

    newest = max(
        (Path(path).stat().st_mtime_ns for path in sys.path if path.endswith("-packages")),
        default=0,
    )
    return Source(path=ENVIRONMENT, size=sum(map(ord, __version__)), mtime_ns=newest)


def compare(desk: Desk, only: Collection[str] | None = None) -> Iterator[Compared]:
    """Yield what differs, one series at a time; None compares all, and those that are gone."""
    from syndicator.planning.changes import compare as changes_of
    from syndicator.planning.fallback import with_fallbacks
    from syndicator.planning.make import judged, plan

    desk.need_adapters()
    policies = desk.policies
    sight = with_feed(desk, with_standing(desk, desk.sight(), policies, only), policies)
    ids = desk.workspace.series_ids
    for series, (title, problems) in zip(
        _wanted(ids, only), desk.workspace.titles(only), strict=True
    ):
        if title is None:
            yield Compared(series=series, plan=None, changes=None, problems=tuple(problems))
            continue
        known = desk.ledger.known(series)
        made = judged(with_fallbacks(plan(title, sight), known, sight), sight, policies)
        note(sight, made)
        yield Compared(
            series=series,
            plan=made,
            changes=changes_of(made, known, desk.now()),
            problems=(*problems, *made.problems),
        )
    for series in sorted(_gone(desk, ids, only)):
        yield _without_files(desk, series)


def _wanted(ids: Collection[str], only: Collection[str] | None) -> list[str]:
    return [series for series in ids if only is None or series in only]


def _gone(desk: Desk, ids: Collection[str], only: Collection[str] | None) -> set[str]:
    if any(each.code == "no-catalog" for each in desk.workspace.problems):
        return set()  # a folder that is not there for a moment is not a catalog that was emptied
    known = {each.series for each in desk.ledger.sources().values() if each.series}
    return {series for series in known - set(ids) if only is None or series in only}


def _without_files(desk: Desk, series: str) -> Compared:
    """Compare a series whose folder is gone: nothing is wanted of it any more."""
    from syndicator.model.plan import Plan, Title
    from syndicator.model.work import Series
    from syndicator.planning.changes import compare as changes_of

    title = Title(series=Series(id=series, original_language="und"), cuts=())
    empty = Plan(title=title, releases=(), contents={})
    changes = changes_of(empty, desk.ledger.known(series))
    return Compared(series=series, plan=None, changes=changes)


def sources_of(desk: Desk, series: str, every: Collection[Source]) -> list[Source]:
    """Return the sources of a series, calendars included, each with the series it belongs to."""
    calendars = desk.workspace.calendar_series
    return [
        attrs.evolve(each, series=series)
        for each in every
        if series in (each.series, calendars.get(each.path))
    ]
