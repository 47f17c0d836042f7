"""The one entry: from what was written about a series to its plan."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from syndicator.model.content import contents_of
from syndicator.model.plan import Plan, Sight, Title
from syndicator.model.problem import Problem
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.seam import Policy
from syndicator.planning.expand import expand


def plan(title: Title, sight: Sight, policies: Sequence[Policy] = ()) -> Plan:
    """Return all releases that the calendars of a series ask for, each allowed, held or blocked.

    Pure: the same files give the same plan, whatever the order in which they were read and whatever
    the time.
    """
    digests, contents = contents_of(title.series, title.cuts)
    found: dict[ReleaseKey, Release] = {}
    problems: list[Problem] = []
    for releases in expand(title, digests, sight):
        for each in in_sequence(releases):
            twin = found.setdefault(each.key, each)
            if twin is not each:
                problems.append(_planned_twice(twin, each))
    ordered = sorted(found.values(), key=lambda each: (each.at, each.order, each.key))
    made = Plan(title=title, releases=ordered, contents=contents, problems=problems)
    return _judge(made, sight, policies) if policies else made


def in_sequence(releases: Sequence[Release]) -> list[Release]:
    """Block every episode that would come out before an earlier one that is blocked.

    Within a channel and wave an episode is never visible before the ones before it; one that never
    comes keeps the rest waiting, and each says for which.
    """
    gaps: dict[tuple[str, str], Release] = {}
    result = []
    for each in releases:
        if each.key.action not in {Action.PUBLISH, Action.EXTEND} or not each.order:
            result.append(each)
            continue
        chain = (each.key.wave, each.key.part)
        gap = gaps.get(chain)
        if gap is not None and not each.blocked and gap.order < each.order:
            text = f"{gap.key.cut} is blocked ({gap.blocked[0].code}) and comes first"
            result.append(attrs.evolve(each, blocked=(Reason("waits-for-earlier", text),)))
        else:
            if each.blocked:
                gaps.setdefault(chain, each)
            result.append(each)
    return _without_orphans(result)


def _without_orphans(releases: Sequence[Release]) -> list[Release]:
    """Leave out withdrawals of what is blocked: there will be nothing to withdraw."""
    blocked = {(each.key.cut, each.key.wave, each.key.part) for each in releases if each.blocked}
    if not blocked:
        return list(releases)
    return [
        each
        for each in releases
        if each.key.action != Action.WITHDRAW
        or (each.key.cut, each.key.wave, each.key.part.rpartition(".")[0]) not in blocked
    ]


def _judge(made: Plan, sight: Sight, policies: Sequence[Policy]) -> Plan:
    verdicts: dict[ReleaseKey, tuple[Reason, ...]] = {}
    for policy in policies:
        for release, reason in policy.judge(made, sight):
            verdicts[release.key] = (*verdicts.get(release.key, ()), reason)
    if not verdicts:
        return made
    releases = [
        attrs.evolve(each, blocked=(*each.blocked, *verdicts[each.key]))
        if each.key in verdicts
        else each
        for each in made.releases
    ]
    return attrs.evolve(made, releases=releases)


def _planned_twice(first: Release, second: Release) -> Problem:
    return Problem(
        "planned-twice",
        f"{second.key.cut} is asked for twice on {second.key.channel}; {first.line} counts",
        second.line,
        expected="each cut once per channel over all calendars of the series",
        hint="take it out of one of the two lines",
    )
