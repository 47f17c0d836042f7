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
    """A figure that an earlier wave must reach before this one opens."""

    metric: str
    at_least: float
    min_views: int = 0
    """The sample below which the figure proves nothing."""


@attrs.frozen(kw_only=True)
class Wave:
    """Territories that open together."""

    name: str
    territories: Territories
    after: str | None = None
    """The wave it follows; None opens with the drop."""

    delay: timedelta = timedelta()
    """Whole days move the wall date; the rest is elapsed time."""

    gate: Gate | None = None
    place: Place


@attrs.frozen(kw_only=True)
class Selection:
    """What one channel gets of the series, and on which terms."""

    channel: str
    terms: Terms = attrs.field(factory=Terms)
    cuts: tuple[str, ...] | None = None
    """Cut ids; None is everything that is dropped."""

    offset: timedelta = timedelta()
    territories: Territories | None = None
    """Narrower than the channel's own; None is all of them."""

    waived: tuple[tuple[str, str], ...] = ()
    """(reason code, why a person waived it)."""

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

    place: Place
