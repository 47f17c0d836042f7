"""What the manager asked for: drops, channels, waves and gates of one series."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from syndicator.model.problem import Place
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories

PER_TERRITORY = "territory"


@attrs.frozen(kw_only=True)
class Drop:
    """Cuts that come out at the same moment."""

    cuts: tuple[str, ...]
    """Cut ids in the order of the series."""

    at: datetime
    """Naive wall time, to be read in the calendar's zone."""

    place: Place
    """The calendar line; every release belongs to exactly one."""


@attrs.frozen(kw_only=True)
class Gate:
    """A figure that an earlier wave must reach before this one opens.

    It opens on enough fresh data that reach the threshold, and on nothing else.
    """

    metric: str
    """`views`, `completion_rate`, `likes_per_view` or `revenue_per_view` (minor units)."""

    at_least: float
    min_views: int = 0
    """The sample below which the figure proves nothing."""

    max_age: timedelta = timedelta(hours=48)
    """How old a figure may be that counts; older ones are left aside."""

    every: timedelta = timedelta(hours=6)
    """How long after a look the next one is."""

    fails: int = 3
    """So many looks may find the figure too low before the wave is given up."""

    misses: int = 12
    """So many looks in a row may find too little or nothing before a person is asked."""

    then: str = "hold"
    """What follows when it is given up: `hold` (a person decides) or `abort`."""


@attrs.frozen(kw_only=True)
class Wave:
    """Territories that open together."""

    name: str
    territories: Territories
    after: str | None = None
    """The wave it follows; None opens with the drop."""

    delay: timedelta = timedelta()
    """Whole days move the wall date; the rest is elapsed time."""

    gates: tuple[Gate, ...] = ()
    """All of them must pass."""

    place: Place


@attrs.frozen(kw_only=True)
class Fallback:
    """Where what cannot go out on a channel goes instead."""

    channels: tuple[str, ...]
    """In order: the first that may show it gets it."""

    after: timedelta = timedelta(hours=1)
    """How long the channel must have been down."""

    return_: str = "stay"
    """When the channel is back: `stay` (what went elsewhere stays there alone) or `both`."""


@attrs.frozen(kw_only=True)
class Selection:
    """What one channel gets of the series, and on which terms."""

    channel: str
    terms: Terms = attrs.field(factory=Terms)
    cuts: tuple[str, ...] | None = None
    """Cut ids; None is everything that is dropped."""

    languages: tuple[str, ...] | None = None
    """BCP-47 languages that it gets; None is all there are."""

    offset: timedelta = timedelta()
    territories: Territories | None = None
    """Narrower than the channel's own; None is all of them."""

    waived: tuple[tuple[str, str], ...] = ()
    """(reason code, why a person waived it)."""

    respect: str | None = None
    """What an exclusive window of somebody else does: `block`, `move`; None as the calendar."""

    fallback: Fallback | None = None

    place: Place


@attrs.frozen(kw_only=True)
class Calendar:
    """One calendar file of one series."""

    series: str
    time_zone: str = PER_TERRITORY
    """`territory` (20:00 means 20:00 there) or an IANA zone."""

    drops: tuple[Drop, ...]
    channels: tuple[Selection, ...]
    waves: tuple[Wave, ...] = ()
    """In the order written; none means: every territory of a channel opens with the drop."""

    give_up_after: timedelta | None = None
    """How late a release may be and still be wanted; None is for ever."""

    respect: str = "block"
    """`block` what falls into an exclusive window of somebody else, or `move` it behind it."""

    on_abort: str = "keep"
    """What an aborted rollout takes off: nothing (`keep`), its `wave`, or `all` of the series."""

    place: Place
