"""Clearance: what the avails allow; each refusal names the row that forbids or ends it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import attrs

from syndicator.model.moment import iso
from syndicator.model.release import Reason
from syndicator.model.rights import Avail
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.window import Window
from syndicator.model.work import Cut


@attrs.frozen
class Cleared:
    """What may be shown of a group of territories at an instant."""

    territories: Territories
    refused: Territories
    reason: Reason | None
    """Why the refused ones are; None where none is."""

    barred: Territories
    """Those of the refused that are licensed, and somebody else's alone for now."""

    closings: tuple[tuple[datetime, Territories], ...]
    """When the rights end, and in which of the cleared territories; earliest first."""


Shape = tuple[frozenset[str], tuple[Window, ...]]
"""Territories that every avail in question treats alike, and the windows that they are given."""


class Rights:
    """The avails of one series, sorted once for all its channels."""

    def __init__(self, avails: Sequence[Avail] | None, original: str = "und") -> None:
        self.avails = avails
        self._original = original
        self._shapes: dict[tuple[int, ...], list[Shape]] = {}
        self._alike = not any(
            each.episodes is not None or each.languages or each.held_back for each in avails or ()
        )

    def shapes(self, which: Sequence[int]) -> list[Shape]:
        """Return the territories of some avails, split so that in each part all windows agree."""
        key = tuple(which)
        if key not in self._shapes:
            self._shapes[key] = _split([(self.avails or ())[number] for number in which])
        return self._shapes[key]

    def of(self, cut: Cut) -> Meant:
        """Return which avails a cut is licensed by, and which may keep it for somebody else."""
        every = self.avails or ()
        if self._alike:
            return Meant(None, None)
        spoken = cut.languages(self._original)
        return Meant(
            tuple(n for n, each in enumerate(every) if each.covers_cut(cut, spoken)),
            tuple(n for n, each in enumerate(every) if each.covers_episodes(cut)),
        )

    def why_not(self, avail: Avail, cut: Cut | None) -> str:
        """Say what about a cut an avail does not mean, or nothing."""
        if cut is None:
            return ""
        if not avail.covers_episodes(cut):
            return f"{avail.id} is for episodes {spell_numbers(avail.episodes or ())} only"
        refused = avail.refused_languages(cut.languages(self._original))
        return f"{avail.id} does not allow {', '.join(refused)}" if refused else ""


class Meant(NamedTuple):
    """Which avails are about a cut, by number; None is all of them."""

    licensing: tuple[int, ...] | None
    exclusive: tuple[int, ...] | None
    """Whatever its languages: what is somebody else's alone is not shown dubbed either."""


def _split(avails: Sequence[Avail]) -> list[Shape]:
    windows: dict[str, list[Window]] = {}
    for avail in avails:
        for code in avail.territories.codes:
            windows.setdefault(code, []).append(avail.window_in(code))
    groups: dict[tuple[Window, ...], set[str]] = {}
    for code, found in windows.items():
        groups.setdefault(tuple(found), set()).add(code)
    return [(frozenset(codes), found) for found, codes in groups.items()]


class Clearance:
    """The rights of a series, as one channel with its terms sees them for some of the cuts."""

    def __init__(self, rights: Rights, channel: str, model: str, cut: Cut | None = None) -> None:
        meant = rights.of(cut) if cut is not None else Meant(None, None)
        self._rights = rights
        self._cut = cut
        self._free = rights.avails is None
        self._every = rights.avails or ()
        self._channel = channel
        self._model = model
        mine = [
            number
            for number, each in enumerate(self._every)
            if each.covers_channel(channel)
            and (not each.business_models or model in each.business_models)
            and (meant.licensing is None or number in meant.licensing)
        ]
        self._shapes = rights.shapes(mine)
        self._others = [
            each
            for number, each in enumerate(self._every)
            if each.exclusive
            and not each.covers_channel(channel)
            and (meant.exclusive is None or number in meant.exclusive)
        ]
        self._seen: dict[tuple[datetime, Territories], Cleared] = {}

    def at(self, moment: datetime, territories: Territories) -> Cleared:
        """Return what may be shown in these territories from that instant on."""
        if self._free:
            return Cleared(territories, NOWHERE, None, NOWHERE, ())
        key = (moment, territories)
        if key not in self._seen:
            self._seen[key] = self._clear(moment, territories)
        return self._seen[key]

    def _clear(self, moment: datetime, territories: Territories) -> Cleared:
        ends: dict[datetime | None, set[str]] = {}
        for codes, windows in self._shapes:
            here = codes & territories.codes
            if here and any(moment in window for window in windows):
                for end, some in self._until_taken(moment, _end(moment, windows), here):
                    ends.setdefault(end, set()).update(some)
        licensed = Territories(frozenset().union(*ends.values()))
        taken = _holding(self._others, moment, licensed)
        barred = NOWHERE
        for avail in taken:
            barred = barred | (avail.territories & licensed)
        cleared = licensed - barred
        refused = territories - cleared
        reason = self._reason(moment, territories - licensed, taken) if refused else None
        return Cleared(cleared, refused, reason, barred, _closings(ends, cleared))

    def behind(self, moment: datetime, barred: Territories) -> list[tuple[datetime, Territories]]:
        """Return when territories that are somebody else's alone may be shown, earliest first.

        Those that the licence does not outlast the others' window are left out.
        """
        found: dict[datetime, set[str]] = {}
        for code in barred.codes:
            one = Territories(frozenset({code}))
            for end in self._ends_of_others(moment, code):
                if self.at(end, one).territories:
                    found.setdefault(end, set()).add(code)
                    break
        return [(end, Territories(frozenset(found[end]))) for end in sorted(found)]

    def _ends_of_others(self, moment: datetime, code: str) -> list[datetime]:
        windows = (each.window_in(code) for each in self._others if code in each.territories)
        ends = {each.closes for each in windows if each and each.closes is not None}
        return sorted(end for end in ends if end > moment)

    def moved_whole(self, moment: datetime, territories: Territories) -> datetime | None:
        """Return the first instant from which all of the territories may be shown at once.

        None: some of them may not at all, or no end of somebody else's window helps.
        """
        ends = {end for code in territories.codes for end in self._ends_of_others(moment, code)}
        for end in sorted(ends):
            if not self.at(end, territories).refused:
                return end
        return None

    def taken_by(self, moment: datetime, territories: Territories) -> str:
        """Name the rows that give territories to others alone at an instant."""
        return ", ".join(each.id for each in _holding(self._others, moment, territories))

    def _until_taken(
        self, moment: datetime, end: datetime | None, codes: frozenset[str]
    ) -> Iterable[tuple[datetime | None, Collection[str]]]:
        """Split territories by when their rights end, or become somebody else's alone before."""
        if not self._others:
            return [(end, codes)]
        found: dict[datetime | None, set[str]] = {}
        for code in codes:
            starts = [
                window.opens
                for window in (
                    each.window_in(code) for each in self._others if code in each.territories
                )
                if window and window.opens is not None and window.opens > moment
            ]
            first = min([*starts, end] if end is not None else starts, default=None)
            found.setdefault(first, set()).add(code)
        return found.items()

    def _reason(self, moment: datetime, unlicensed: Territories, taken: Sequence[Avail]) -> Reason:
        if not unlicensed:
            avail = taken[0]
            return Reason(
                "exclusive",
                f"{avail.id} gives {avail.territories} to {', '.join(avail.channels)} alone "
                f"until {_until(avail)}",
            )
        nearest = self._nearest(moment, unlicensed)
        return Reason("no-rights", f"no licence for {unlicensed} at {iso(moment)}: {nearest}")

    def _nearest(self, moment: datetime, unlicensed: Territories) -> str:
        """Name the licence row that comes nearest, and what about it does not fit."""
        code = next(iter(unlicensed))
        there = [each for each in self._every if code in each.territories]
        for avail in there:
            if not avail.covers_channel(self._channel):
                continue
            if other := self._rights.why_not(avail, self._cut):
                return other
            if avail.business_models and self._model not in avail.business_models:
                allowed = ", ".join(sorted(avail.business_models))
                return f"{avail.id} licenses {code} for {allowed}, not {self._model}"
            window = avail.window_in(code)
            if window.opens and moment < window.opens:
                return f"{avail.id} begins on {iso(window.opens)} in {code}"
            if window.closes and moment >= window.closes:
                return f"{avail.id} ended on {iso(window.closes)} in {code}"
        if there:
            return f"{there[0].id} licenses {code} to {', '.join(there[0].channels)} only"
        return f"no avails row names {code}"


def _closings(
    ends: Mapping[datetime | None, set[str]], cleared: Territories
) -> tuple[tuple[datetime, Territories], ...]:
    found = [(end, codes & cleared.codes) for end, codes in ends.items() if end is not None]
    found.sort(key=lambda pair: pair[0])
    return tuple((end, Territories(frozenset(codes))) for end, codes in found if codes)


def _end(moment: datetime, windows: Sequence[Window]) -> datetime | None:
    """Return when the rights that hold at an instant end, over windows that join up."""
    end = moment
    grew = True
    while grew:
        grew = False
        for window in windows:
            if window.opens is None or window.opens <= end:
                if window.closes is None:
                    return None
                if window.closes > end:
                    end, grew = window.closes, True
    return end


def _open_in(avail: Avail, moment: datetime, territories: Territories) -> Territories:
    """Return in which of the territories an avail is open at an instant."""
    here = avail.territories & territories
    if not avail.window_by_territory:
        return here if moment in avail.window else NOWHERE
    return Territories(frozenset(code for code in here.codes if moment in avail.window_in(code)))


def _holding(avails: Sequence[Avail], moment: datetime, licensed: Territories) -> list[Avail]:
    return [avail for avail in avails if _open_in(avail, moment, licensed)]


def _until(avail: Avail) -> str:
    return iso(avail.window.closes) if avail.window.closes else "further notice"


def spell_numbers(numbers: Iterable[int]) -> str:
    """Return numbers as a calendar writes them: `1-10, 12`."""
    runs: list[list[int]] = []
    for each in sorted(numbers):
        if runs and runs[-1][-1] == each - 1:
            runs[-1][1:] = [each]
        else:
            runs.append([each])
    return ", ".join("-".join(map(str, run)) for run in runs)
