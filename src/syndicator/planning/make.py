"""The one entry: from what was written about a series to its plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs

from syndicator.model.calendar import Calendar
from syndicator.model.content import contents_of
from syndicator.model.plan import Plan, Sight, Title
from syndicator.model.problem import Problem
from syndicator.model.release import Action, Reason, Release, ReleaseKey
from syndicator.model.seam import Policy
from syndicator.model.work import Cut
from syndicator.planning.expand import Languages, Shown, expand, waived
from syndicator.planning.gaps import Gaps
from syndicator.planning.judging import idle_waivers, judgements, warnings


def plan(title: Title, sight: Sight, policies: Sequence[Policy] = ()) -> Plan:
    """Return all releases that the calendars of a series ask for, each allowed, held or blocked.

    Pure: the same files give the same plan, whatever the order in which they were read and whatever
    the time.
    """
    shown, contents = _shown(title)
    found: list[Release] = []
    takedowns: list[Release] = []
    problems: list[Problem] = []
    owner: dict[Unit, Calendar] = {}
    for calendar, releases in expand(title, shown, sight):
        problems += _own(owner, calendar, releases)
        for each in releases:
            if owner[_unit(each)] is calendar:
                gone_with_it = each.blocked and each.key.action == Action.WITHDRAW
                (takedowns if gone_with_it else found).append(each)
    ordered = sorted(found, key=lambda each: (each.at, each.order, each.key))
    idle = [attrs.evolve(each, blocked=()) for each in takedowns]
    made = Plan(title=title, releases=ordered, contents=contents, problems=problems, takedowns=idle)
    return judged(made, sight, policies) if policies else made


def _shown(title: Title) -> tuple[Shown, dict[str, str]]:
    """Return the cuts in each choice of languages that a channel makes, and all contents."""
    original = title.series.original_language
    shown: dict[Languages, tuple[Mapping[str, str], Sequence[Cut]]] = {}
    contents: dict[str, str] = {}
    for only in dict.fromkeys(x.languages for each in title.calendars for x in each.channels):
        series, cuts = title.series, title.cuts
        if only is not None:
            meant = frozenset(only)
            series = series.only(meant)
            cuts = [cut for each in cuts if (cut := each.only(meant, original)).variants]
        digests, texts = contents_of(series, cuts)
        shown[only] = digests, cuts
        contents |= texts
    return shown, contents


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
    against: dict[ReleaseKey, tuple[Reason, ...]] = {}
    noted: dict[ReleaseKey, tuple[Reason, ...]] = {}
    said = list(judgements(made, sight, policies))
    for each in said:
        key = each.release.key
        if each.waiver is not None:
            noted[key] = (*noted.get(key, ()), waived(each.reason, each.waiver))
        elif each.severity == "block":
            against[key] = (*against.get(key, ()), each.reason)
    found = [
        attrs.evolve(
            each, blocked=each.blocked + against.get(each.key, ()),
            notes=each.notes + noted.get(each.key, ()),
        )
        if each.key in against or each.key in noted
        else each
        for each in made.releases
    ]  # fmt: skip
    made = attrs.evolve(made, releases=found)
    problems = [*made.problems, *warnings(said), *idle_waivers(made, sight, policies)]
    made = attrs.evolve(made, problems=problems)
    if not against:
        return made
    releases = in_sequence(found)
    barred = {each.key._replace(action="") for each in releases if each.blocked}
    idle = [each for each in releases if _is_takedown_of(each, barred)]
    left = [each for each in releases if not _is_takedown_of(each, barred)]
    return attrs.evolve(made, releases=left, takedowns=[*made.takedowns, *idle])


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
