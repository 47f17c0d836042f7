"""Where and when cuts are, or will be, shown on a channel: from what it opens and takes off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from syndicator.ledger.bunching import Bunch
from syndicator.model.release import Action
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.window import Window

OUT = frozenset(
    {State.LIVE, State.WITHDRAWING, State.UNKNOWN, State.PUBLISHING, State.PROCESSING}
)  # fmt: skip
"""It is, or may be, to be seen."""

COMING = frozenset({State.PLANNED, State.STAGING, State.STAGED, State.HELD})
ENDS = COMING | OUT | {State.WITHDRAWN}
"""A takedown in one of these states ends it, or will; one that failed or is blocked does not."""


@attrs.frozen(kw_only=True)
class Shown:
    """Some cuts on one channel in some territories, for one stretch of time."""

    cuts: frozenset[str]
    codes: frozenset[str]
    window: Window
    is_out: bool
    """Whether it has come out; else it is planned."""


def shown(bunches: Sequence[Bunch]) -> list[Shown]:
    """Return what is shown of one series on one channel, and until when as far as is planned."""
    takedowns = sorted((each for each in bunches
                        if each.action == Action.WITHDRAW and each.state in ENDS),
                       key=lambda each: each.at)  # fmt: skip
    ending = _by_cut(takedowns)
    opens = [each for each in bunches if each.action in {Action.PUBLISH, Action.EXTEND}
             and each.state in ENDS]  # fmt: skip
    found: list[Shown] = []
    for each in opens:
        for cuts, numbers in _alike(each, ending):
            ends = [takedowns[number] for number in numbers]
            found += _split(each, cuts, each.territories.codes, ends)
    return found + list(_beyond(opens))


def _by_cut(takedowns: Sequence[Bunch]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, each in enumerate(takedowns):
        for _, cut in each.cuts:
            found[cut] = (*found.get(cut, ()), number)
    return found


def _alike(
    bunch: Bunch, ending: Mapping[str, tuple[int, ...]]
) -> Iterable[tuple[frozenset[str], tuple[int, ...]]]:
    """Return the cuts that the same takedowns end."""
    groups: dict[tuple[int, ...], set[str]] = {}
    for _, cut in bunch.cuts:
        groups.setdefault(ending.get(cut, ()), set()).add(cut)
    return [(frozenset(cuts), numbers) for numbers, cuts in groups.items()]


def _split(
    bunch: Bunch, cuts: frozenset[str], codes: frozenset[str], takedowns: Sequence[Bunch]
) -> Iterator[Shown]:
    """Yield it with its end, which may differ by territory."""
    gone = bunch.since if bunch.state is State.WITHDRAWN else None
    rest = codes
    for each in takedowns:
        here = rest & each.territories.codes
        if here and each.at > bunch.at:
            yield _one(bunch, cuts, here, min(each.at, gone) if gone else each.at)
            rest -= here
    if rest:
        yield _one(bunch, cuts, rest, gone)


def _one(
    bunch: Bunch, cuts: frozenset[str], codes: frozenset[str], end: datetime | None
) -> Shown:  # fmt: skip
    out = bunch.state in OUT or bunch.state is State.WITHDRAWN
    return Shown(cuts=cuts, codes=codes, window=Window(bunch.at, end), is_out=out)


def _beyond(opens: Sequence[Bunch]) -> Iterator[Shown]:
    """Yield what is seen where nothing asks for it."""
    asked: dict[str, Territories] = {}
    for each in opens:
        for _, cut in each.cuts:
            asked[cut] = asked.get(cut, NOWHERE) | each.territories
    for each in opens:
        if each.action == Action.PUBLISH and each.state is State.LIVE and each.visible:
            groups: dict[frozenset[str], set[str]] = {}
            for _, cut in each.cuts:
                codes = each.visible.codes - asked[cut].codes
                if codes:
                    groups.setdefault(codes, set()).add(cut)
            for codes, cuts in groups.items():
                yield _one(each, frozenset(cuts), codes, None)
