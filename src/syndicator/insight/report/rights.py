"""Rights per title, channel and territory beside what is shown there: the lanes of a Gantt chart.

Territories that are alike in all of it share a lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from syndicator.insight.report.spans import Shown, shown
from syndicator.ledger.bunching import Bunch
from syndicator.model.plan import Title
from syndicator.model.release import Action
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.window import Window
from syndicator.planning.clearance import Meant, Rights
from syndicator.planning.parts import joined

SOON = timedelta(days=30)
NOTHING = 4
"""The need of a lane of which there is nothing to say but its rights."""

BY_RIGHTS = frozenset({"no-rights", "exclusive"})


@attrs.frozen(kw_only=True)
class Blocked:
    """What was asked for and is blocked by rights."""

    at: datetime
    cuts: tuple[str, ...]
    why: str


@attrs.frozen(kw_only=True)
class Lane:
    """Territories of one channel that are alike, for cuts that are alike."""

    channel: str
    model: str
    cuts: tuple[str, ...] | None
    """None is all of the series."""

    codes: frozenset[str]
    licensed: tuple[Window, ...]
    barred: tuple[Window, ...]
    """When it is somebody else's alone."""

    out: tuple[Window, ...]
    coming: tuple[Window, ...]
    conflicts: tuple[Window, ...]
    """When it is, or would be, shown outside of its rights."""

    blocked: tuple[Blocked, ...]
    ends: tuple[datetime, ...]
    """When rights end soon of what is shown."""

    spread: bool = False
    """Whether instants are those of one of the territories, and differ by zone in the others."""

    @property
    def need(self) -> int:
        """0 needs looking at most."""
        if self.conflicts:
            return 0
        if self.blocked:
            return 1
        if self.ends:
            return 2
        return 3 if self.out or self.coming else NOTHING


@attrs.frozen(kw_only=True)
class Held:
    """The rights of one title."""

    series: str
    title: str
    lanes: tuple[Lane, ...] | None
    """None: nothing was written about its rights, and nothing is checked."""


def held(
    title: Title, bunches: Sequence[Bunch], where: Mapping[str, Territories], now: datetime
) -> Held:
    """Return the rights of a title beside what is shown of it.

    Args:
        title: the series with its avails.
        bunches: its releases.
        where: the territories of each configured channel.
        now: aware UTC.
    """
    words = title.series.localizations
    name = words[0].title if words else ""
    if title.avails is None:
        return Held(series=title.series.id, title=name, lanes=None)
    rights = Rights(title.avails, title.series.original_language)
    lanes = [
        lane
        for channel, model in _asked(title, bunches)
        for lane in _lanes(title, rights, _case(bunches, channel, model, where, now))
    ]  # fmt: skip
    lanes.sort(key=lambda each: (each.channel, each.model, each.cuts or (), sorted(each.codes)))
    return Held(series=title.series.id, title=name, lanes=tuple(lanes))


def _asked(title: Title, bunches: Sequence[Bunch]) -> list[tuple[str, str]]:
    """Return the channels that are meant, each with its business models."""
    found = {(each.channel, each.terms.model) for each in bunches}
    found |= {(each.channel, each.terms.model) for calendar in title.calendars
              for each in calendar.channels}  # fmt: skip
    return sorted(found)


@attrs.frozen(kw_only=True)
class Case:
    """One channel under one business model, with what is shown there and what rights refuse."""

    channel: str
    model: str
    where: Territories
    """Where the channel is seen, as it is configured."""

    shown: Sequence[Shown]
    refused: Sequence[Bunch]
    now: datetime

    def of(self, cuts: Iterable[str]) -> Case:
        """Return the same of some cuts only."""
        names = frozenset(cuts)
        return attrs.evolve(
            self,
            shown=[each for each in self.shown if each.cuts & names],
            refused=[each for each in self.refused
                     if not names.isdisjoint(cut for _, cut in each.cuts)],
        )  # fmt: skip

    @property
    def codes(self) -> frozenset[str]:
        """Everywhere something may be said of it."""
        return self.where.codes.union(
            *(each.codes for each in self.shown),
            *(each.territories.codes for each in self.refused),
        )


def _lanes(title: Title, rights: Rights, case: Case) -> Iterator[Lane]:
    groups: dict[tuple[tuple[int, ...], tuple[int, ...]], list[str]] = {}
    for meant, names in _alike(title, rights).items():
        scope = _scope(rights, meant, case.channel, case.model)
        groups.setdefault(scope, []).extend(names)
    for (own, others), cuts in groups.items():
        mine, some = case.of(cuts), None if len(cuts) == len(title.cuts) else tuple(cuts)
        whole = mine.codes
        parts = [(part.codes & whole, part.own, part.others)
                 for part in rights.timeline(own, others).parts]  # fmt: skip
        edges = {each.codes for each in mine.shown}
        edges |= {each.territories.codes for each in mine.refused}
        rest = whole.difference(*(codes for codes, _, _ in parts))
        for codes, licensed, barred in _merged([*parts, (rest, (), ())]):
            for alike in _apart(codes, edges):
                lane = _lane(mine, some, alike, licensed, barred)
                if lane.licensed or lane.need < NOTHING:
                    yield lane


def _case(
    bunches: Sequence[Bunch],
    channel: str,
    model: str,
    where: Mapping[str, Territories],
    now: datetime,
) -> Case:
    mine = [each for each in bunches if each.channel == channel and each.terms.model == model]
    refused = [each for each in mine if each.state is State.BLOCKED and _by_rights(each)]
    return Case(channel=channel, model=model, where=where.get(channel, NOWHERE),
                shown=shown(mine), refused=refused, now=now)  # fmt: skip


def _by_rights(bunch: Bunch) -> bool:
    opens = bunch.action in {Action.PUBLISH, Action.EXTEND}
    return opens and any(reason.code in BY_RIGHTS for reason in bunch.reasons)


def _alike(title: Title, rights: Rights) -> dict[Meant, list[str]]:
    """Return cuts by which rows mean them."""
    found: dict[Meant, list[str]] = {}
    for cut in title.cuts:
        found.setdefault(rights.of(cut), []).append(cut.id)
    return found


def _scope(
    rights: Rights, meant: Meant, channel: str, model: str
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return which rows license a cut on a channel under a model, and which give it to others."""
    mine, rows = rights.for_channel(channel), rights.avails or ()
    own = (n for n in meant.licensing if n in mine)
    return (
        tuple(n for n in own if not rows[n].business_models or model in rows[n].business_models),
        tuple(n for n in meant.exclusive if n not in mine),
    )


Windows = tuple[Window, ...]


def _merged(
    parts: Iterable[tuple[frozenset[str], Windows, Windows]],
) -> Iterator[tuple[frozenset[str], Windows, Windows]]:
    """Yield parts of the world, those with the same windows as one."""
    found: dict[tuple[Windows, Windows], frozenset[str]] = {}
    for codes, licensed, barred in parts:
        if codes:
            key = (licensed, barred)
            found[key] = found.get(key, frozenset()) | codes
    for (licensed, barred), codes in found.items():
        yield codes, licensed, barred


def _apart(codes: frozenset[str], edges: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return the territories split where any of what is shown tells them apart."""
    cells = [codes]
    for edge in edges:
        cells = [part for cell in cells for part in (cell & edge, cell - edge) if part]
    return cells


def _lane(
    case: Case,
    cuts: tuple[str, ...] | None,
    codes: frozenset[str],
    licensed: Windows,
    barred: Windows,
) -> Lane:
    mine = [each for each in case.shown if codes <= each.codes]
    out = joined(each.window for each in mine if each.is_out)
    coming = joined(each.window for each in mine if not each.is_out)
    allowed, every = without(licensed, barred), joined([*out, *coming])
    ends = (each.closes for each in allowed
            if each.closes and case.now < each.closes <= case.now + SOON
            and any(span & each for span in every))  # fmt: skip
    return Lane(
        channel=case.channel, model=case.model, cuts=cuts, codes=codes, licensed=licensed,
        barred=barred, out=out, coming=coming, conflicts=without(every, allowed),
        ends=tuple(ends),
        blocked=tuple(
            Blocked(at=each.at, cuts=tuple(cut for _, cut in each.cuts), why=each.reasons[0].text)
            for each in case.refused if codes <= each.territories.codes
        ),
    )  # fmt: skip


def without(windows: Iterable[Window], holes: Iterable[Window]) -> Windows:
    """Return windows less others."""
    left = list(joined(windows))
    for hole in joined(holes):
        left = [part for each in left for part in _cut(each, hole) if part]
    return tuple(left)


def _cut(window: Window, hole: Window) -> Iterator[Window]:
    if not window & hole:
        yield window
        return
    if hole.opens is not None:
        yield window & Window(None, hole.opens)
    if hole.closes is not None:
        yield window & Window(hole.closes, None)
