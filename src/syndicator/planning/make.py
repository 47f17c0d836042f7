"""The one entry: from what was written about a series to its plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import attrs

from syndicator.model.calendar import Calendar
from syndicator.model.content import contents_of
from syndicator.model.plan import Plan, Sight, Title
from syndicator.model.problem import Problem, Severity
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.seam import Policy
from syndicator.planning.expand import Gaps, expand


def plan(title: Title, sight: Sight, policies: Sequence[Policy] = ()) -> Plan:
    """Return all releases that the calendars of a series ask for, each allowed, held or blocked.

    Pure: the same files give the same plan, whatever the order in which they were read and whatever
    the time.
    """
    digests, contents = contents_of(title.series, title.cuts)
    found: list[Release] = []
    takedowns: list[Release] = []
    problems: list[Problem] = []
    owner: dict[Unit, Calendar] = {}
    for calendar, releases in expand(title, digests, sight):
        problems += _own(owner, calendar, releases)
        for each in releases:
            if owner[_unit(each)] is calendar:
                gone_with_it = each.blocked and each.key.action == Action.WITHDRAW
                (takedowns if gone_with_it else found).append(each)
    ordered = sorted(found, key=lambda each: (each.at, each.order, each.key))
    idle = [attrs.evolve(each, blocked=()) for each in takedowns]
    made = Plan(title=title, releases=ordered, contents=contents, problems=problems, takedowns=idle)
    return judged(made, sight, policies) if policies else made


Unit = tuple[str, str]
"""(cut, channel): asked for by one calendar."""


def _unit(release: Release) -> Unit:
    return release.key.cut, release.key.channel


def _own(
    owner: dict[Unit, Calendar], calendar: Calendar, releases: Sequence[Release]
) -> Iterator[Problem]:
    """Note whose each cut is; yield a problem for each that another calendar asks for already."""
    twice: set[Unit] = set()
    for each in releases:
        unit = _unit(each)
        first = owner.setdefault(unit, calendar)
        if first is not calendar and unit not in twice:
            twice.add(unit)
            yield _planned_twice(first, each)


def judged(made: Plan, sight: Sight, policies: Sequence[Policy]) -> Plan:
    """Return a plan with what the policies say against its releases, and all that follows."""
    verdicts: dict[ReleaseKey, tuple[Reason, ...]] = {}
    problems: list[Problem] = []
    waived = waivers(made.title)
    for policy in policies:
        severity = severity_of(policy, sight)
        if severity == "off":
            continue
        for release, reason in policy.judge(made, sight):
            if reason.code in waived.get(release.key.channel, {}):
                continue
            if severity == "block":
                verdicts[release.key] = (*verdicts.get(release.key, ()), reason)
            else:
                problems.append(_warning(policy, release, reason))
    made = attrs.evolve(made, problems=[*made.problems, *_each_once(problems)])
    if not verdicts:
        return made
    releases = in_sequence(
        [
            attrs.evolve(each, blocked=(*each.blocked, *verdicts[each.key]))
            if each.key in verdicts
            else each
            for each in made.releases
        ]
    )
    barred = {each.key._replace(action="") for each in releases if each.blocked}
    idle = [each for each in releases if _is_takedown_of(each, barred)]
    left = [each for each in releases if not _is_takedown_of(each, barred)]
    return attrs.evolve(made, releases=left, takedowns=[*made.takedowns, *idle])


def severity_of(policy: Policy, sight: Sight) -> str:
    """Return what a policy does: `off`, `warn` or `block`."""
    return str(sight.config.policies.get(policy.id, {}).get("severity", policy.severity))


def waivers(title: Title) -> dict[str, dict[str, str]]:
    """Return the rules that a person waived, with the reason, by channel."""
    found: dict[str, dict[str, str]] = {}
    for calendar in title.calendars:
        for selection in calendar.channels:
            found.setdefault(selection.channel, {}).update(selection.waived)
    return found


def _warning(policy: Policy, release: Release, reason: Reason) -> Problem:
    text = f"{release.key.cut} on {release.key.channel}: {reason.text}"
    hint = f"to let it pass: waive {reason.code} in the calendar, or [policies.{policy.id}]"
    return Problem(reason.code, text, release.line, hint=hint, severity=Severity.WARNING)


def _each_once(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _is_takedown_of(release: Release, barred: set[ReleaseKey]) -> bool:
    key = release.key
    subject = key._replace(action="", part=key.part.rpartition(".")[0])
    return key.action == Action.WITHDRAW and subject in barred


def in_sequence(releases: Sequence[Release]) -> list[Release]:
    """Block what would come out before what it needs: its own publish, or an earlier episode."""
    gaps: dict[str, Gaps] = defaultdict(Gaps)
    publishes = {_unit(each): each for each in releases if each.key.action == Action.PUBLISH}
    found: dict[ReleaseKey, Release] = {}
    for each in sorted(releases, key=lambda each: (each.order, each.key.action != Action.PUBLISH)):
        release, publish = each, publishes.get(_unit(each))
        if each.key.action in {Action.PUBLISH, Action.EXTEND}:
            seen = gaps[each.key.channel]
            if not each.blocked and each.order and seen.territories & each.territories:
                release = attrs.evolve(each, blocked=(seen.reason(each.territories),))
            elif not each.blocked and publish is not None and publish.blocked:
                text = f"its publish is blocked ({publish.blocked[0].code}) and comes first"
                release = attrs.evolve(each, blocked=(Reason("waits-for-earlier", text),))
            if release.blocked and each.order:
                where = [(each.territories, release.blocked[0])]
                gaps[each.key.channel] = seen.after(each.key.cut, where)
            if release.key.action == Action.PUBLISH:
                publishes[_unit(each)] = release
        found[each.key] = release
    return [found[each.key] for each in releases]


def _planned_twice(first: Calendar, second: Release) -> Problem:
    return Problem(
        "planned-twice",
        f"{second.key.cut} is asked for twice on {second.key.channel}; {first.place.file} counts",
        second.line,
        expected="each cut once per channel over all calendars of the series",
        hint="take it out of one of the two calendars",
    )
