"""Takedowns at the end of rights: they stand for as long as something is out.

A line taken out of the calendar, or a release that is blocked now, does not take off what is out,
so it must not take away the takedown either. It goes only where the plan says anew when the rights
of the same territories end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from syndicator.model.plan import Known, Plan
from syndicator.model.problem import Place
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories
from syndicator.planning.begun import OPENS, SHOWN, Unit, parse, unit_of

RIGHTS = frozenset({"no-rights", "exclusive"})
"""Reasons that say that nothing is licensed there."""

WAITING = frozenset({State.PLANNED, State.BLOCKED, State.HELD, State.FAILED})
LINE = Place("an earlier calendar")
"""What is kept is not asked for by any line of today's."""


def takedowns(
    plan: Plan, known: Mapping[ReleaseKey, Known], begun: Mapping[Unit, Known]
) -> list[Release]:
    """Return the takedowns beside those of the plan's own releases."""
    shown = _shown(known, {unit for unit, was in begun.items() if was.state in SHOWN})
    if not shown:
        return []
    found = [each for each in plan.takedowns if each.territories & _where(shown, each.key)]
    return [*found, *_kept([*plan.releases, *found], known, shown)]


def _shown(known: Mapping[ReleaseKey, Known], units: Collection[Unit]) -> dict[Unit, Territories]:
    """Return where each cut is, or may be, to be seen."""
    found: dict[Unit, Territories] = {}
    for key, was in known.items() if units else ():
        unit = unit_of(key)
        if unit in units and key.action in OPENS and was.state in SHOWN:
            where = parse(was.visible if was.state is State.LIVE else was.territories)
            found[unit] = found.get(unit, NOWHERE) | where
    return found


def _where(shown: Mapping[Unit, Territories], key: ReleaseKey) -> Territories:
    return shown.get(unit_of(key), NOWHERE)


def _kept(
    releases: Sequence[Release],
    known: Mapping[ReleaseKey, Known],
    shown: Mapping[Unit, Territories],
) -> Iterator[Release]:
    wanted = {each.key for each in releases}
    dealt_with = licensed_territories(releases)
    for was in sorted(known.values(), key=lambda each: (each.state is State.BLOCKED, -each.id)):
        unit = unit_of(was.key)
        if unit not in shown or was.key in wanted or not _is_takedown(was):
            continue
        left = parse(was.territories) - dealt_with.get(unit, NOWHERE)
        if left & _where(shown, was.key):
            dealt_with[unit] = dealt_with.get(unit, NOWHERE) | left
            yield Release(was.key, was.at, left, was.terms, was.content, 0, 0, was.at, LINE)


def _is_takedown(was: Known) -> bool:
    return (
        was.key.action == Action.WITHDRAW
        and was.state in WAITING
        and not was.key.part.startswith("ordered")
    )


def licensed_territories(releases: Iterable[Release]) -> dict[Unit, Territories]:
    """Return where each cut is asked for and licensed, whether or not something else blocks it."""
    found: dict[Unit, Territories] = {}
    for each in releases:
        if each.key.action in OPENS and not refusal(each):
            unit = unit_of(each.key)
            found[unit] = found.get(unit, NOWHERE) | each.territories
    return found


def refusal(release: Release) -> Reason | None:
    """Return the reason why a release is not licensed, if that is so."""
    return next((each for each in release.blocked if each.code in RIGHTS), None)
