"""Clearance: what the avails allow; each refusal names the row that forbids or ends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs

from syndicator.model.moment import iso
from syndicator.model.release import Reason
from syndicator.model.rights import Avail
from syndicator.model.territory import NOWHERE, Territories
from syndicator.model.work import Cut
from syndicator.planning.parts import Cleared, Timeline, World


@attrs.frozen(eq=False)
class Meant:
    """Which avails are about a cut, by number; one for all cuts of which that is the same."""

    licensing: tuple[int, ...]
    exclusive: tuple[int, ...]
    """Whatever its languages: what is somebody else's alone is not shown dubbed either. A volume
    with one episode that is somebody else's is kept back as a whole."""


Scope = tuple[tuple[int, ...], tuple[int, ...]]
"""Which avails of a channel are about a cut, and which keep it for other channels."""


class Rights:
    """The avails of one series, sorted once for all its channels."""

    def __init__(self, avails: Sequence[Avail] | None, original: str = "und") -> None:
        self.avails = avails
        self._every = avails or ()
        self._original = original
        self._meant: dict[int, tuple[Cut, Meant]] = {}
        self._alike: dict[tuple[frozenset[str], tuple[int, ...], tuple[int, ...]], Meant] = {}
        self._some = [n for n, each in enumerate(self._every) if each.episodes is not None]
        self._channels: dict[str, frozenset[int]] = {}
        self._world: World | None = None
        self._timelines: dict[Scope, Timeline] = {}

    def of(self, cut: Cut) -> Meant:
        """Return which avails a cut is licensed by, and which may keep it for somebody else."""
        # A cut is told by what it is, not by its name: the same with fewer languages is another.
        found = self._meant.get(id(cut))
        if found is None:
            found = self._meant[id(cut)] = cut, self._of(cut)
        return found[1]

    def _of(self, cut: Cut) -> Meant:
        spoken = cut.languages(self._original)
        uncovered = tuple(n for n in self._some if not self._every[n].covers_episodes(cut))
        untouched = tuple(n for n in self._some if not _touches(self._every[n], cut))
        key = spoken, uncovered, untouched
        if key not in self._alike:
            self._alike[key] = Meant(
                tuple(
                    number
                    for number, each in enumerate(self._every)
                    if number not in uncovered and not each.refused_languages(spoken)
                ),
                tuple(
                    number
                    for number, each in enumerate(self._every)
                    if each.exclusive and number not in untouched
                ),
            )
        return self._alike[key]

    def for_channel(self, channel: str) -> frozenset[int]:
        """Return which avails are for a channel, whatever the terms."""
        if channel not in self._channels:
            found = (n for n, each in enumerate(self._every) if each.covers_channel(channel))
            self._channels[channel] = frozenset(found)
        return self._channels[channel]

    def scope(self, meant: Meant, channel: str) -> Scope:
        """Return what tells some cuts from others on one channel."""
        mine = self.for_channel(channel)
        covering = tuple(n for n in meant.licensing if n in mine)
        return covering, tuple(n for n in meant.exclusive if n not in mine)

    def timeline(self, own: tuple[int, ...], others: tuple[int, ...]) -> Timeline:
        """Return what some avails license and others give to somebody else, over time."""
        if self._world is None:
            self._world = World(self._every)
        if (own, others) not in self._timelines:
            self._timelines[own, others] = self._world.timeline(own, others)
        return self._timelines[own, others]

    def why_not(self, avail: Avail, cut: Cut | None) -> str:
        """Say what about a cut an avail does not mean, or nothing."""
        if cut is None:
            return ""
        if not avail.covers_episodes(cut):
            return f"{avail.id} is for episodes {spell_numbers(avail.episodes or ())} only"
        refused = avail.refused_languages(cut.languages(self._original))
        return f"{avail.id} does not allow {', '.join(refused)}" if refused else ""


def _touches(avail: Avail, cut: Cut) -> bool:
    return avail.episodes is None or not avail.episodes.isdisjoint(cut.episodes)


class Clearance:
    """The rights of a series, as one channel with its terms sees them for some of the cuts."""

    def __init__(self, rights: Rights, channel: str, model: str, cut: Cut | None = None) -> None:
        self._rights = rights
        self._cut = cut
        self._free = rights.avails is None
        self._every = rights.avails or ()
        self._channel = channel
        self._model = model
        everything = tuple(range(len(self._every)))
        exclusive = tuple(n for n in everything if self._every[n].exclusive)
        meant = rights.of(cut) if cut is not None else Meant(everything, exclusive)
        covering, others = rights.scope(meant, channel)
        models = [self._every[n].business_models for n in covering]
        own = (n for n, some in zip(covering, models, strict=True) if not some or model in some)
        self._timeline = rights.timeline(tuple(own), others)
        self._others = [self._every[n] for n in others]
        self._refused: dict[tuple[datetime, Territories], Cleared] = {}

    def at(self, moment: datetime, territories: Territories) -> Cleared:
        """Return what may be shown in these territories from that instant on."""
        if self._free:
            return Cleared(territories, NOWHERE, None, NOWHERE, ())
        found = self._timeline.at(moment, territories)
        if not found.refused:
            return found
        key = (moment, territories)
        if key not in self._refused:
            reason = self._reason(moment, found)
            self._refused[key] = attrs.evolve(found, reason=reason)
        return self._refused[key]

    def behind(self, moment: datetime, barred: Territories) -> list[tuple[datetime, Territories]]:
        """Return when territories that are somebody else's alone may be shown, earliest first.

        Those that the licence does not outlast the others' window are left out.
        """
        return self._timeline.behind(moment, barred)

    def moved_whole(self, moment: datetime, territories: Territories) -> datetime | None:
        """Return the first instant from which all of the territories may be shown at once.

        None: some are not licensed until then, or no end of somebody else's window helps.
        """
        return self._timeline.whole_from(moment, territories)

    def taken_by(self, moment: datetime, territories: Territories) -> str:
        """Name the rows that give territories to others alone at an instant."""
        return ", ".join(each.id for each in _holding(self._others, moment, territories))

    def _reason(self, moment: datetime, found: Cleared) -> Reason:
        unlicensed = found.refused - found.barred
        if not unlicensed:
            avail = _holding(self._others, moment, found.barred)[0]
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
