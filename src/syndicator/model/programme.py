"""An incentive programme of a platform, as a dated rule; and what is assumed to judge it by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import attrs

from syndicator.model.money import Money
from syndicator.model.problem import Place
from syndicator.model.territory import Territories

OUTLOOKS = ("low", "mid", "high")


class Range(NamedTuple):
    """One number for each outlook: poor, middle, good."""

    low: Fraction
    mid: Fraction
    high: Fraction


ZERO = Range(Fraction(0), Fraction(0), Fraction(0))


@attrs.frozen(kw_only=True)
class Eligibility:
    """What a series must be; None and empty ask for nothing."""

    min_episodes: int | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    territories: Territories | None = None
    """It must be shown in at least one of these."""

    production: tuple[str, ...] = ()
    originality: tuple[str, ...] = ()
    account_type: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Programme:
    """What a platform pays more for, as it holds in one span of time."""

    id: str
    platform: str
    valid_from: date | None = None
    valid_until: date | None = None
    """The first day on which it does not hold any more."""

    eligibility: Eligibility = Eligibility()
    exclusivity_hours: float = 0.0
    """How long nobody else may show an episode after it came out there."""

    low: Fraction
    high: Fraction
    """The multiplier: at least, at most."""

    applies: str = "period"
    """To the revenue of the exclusive `window`, or of the whole `period` that is compared."""

    cap: Money | None = None
    """The most that the bonus comes to."""

    evidence: str = ""
    source: str
    verified: bool
    """Whether somebody has seen the terms in writing."""

    place: Place

    @property
    def multiplier(self) -> Range:
        """The multiplier by outlook; the middle one is half way."""
        return Range(self.low, (self.low + self.high) / 2, self.high)


@attrs.frozen(kw_only=True)
class Outlook:
    """What is expected of one platform."""

    views: Range
    """In the days that are compared, in the spread plan."""

    per_thousand: Range
    """Revenue per 1,000 views, in minor units."""

    gain: Range = ZERO
    """How many more views exclusivity brings, as a part of `views`."""

    in_window: Range | None = None
    """The part of the views that fall into the exclusive window; None: not assumed."""

    loss: Range = ZERO
    """The part of the views that are lost because it opens later."""


@attrs.frozen(kw_only=True)
class Assumptions:
    """Under which a programme is compared with the spread plan."""

    series: str
    programme: str
    currency: str
    """ISO 4217, of all amounts."""

    days: int
    platforms: Mapping[str, Outlook]
    facts: Mapping[str, str] = attrs.field(factory=dict)
    """`originality` and `account_type`, which no file tells."""

    place: Place
