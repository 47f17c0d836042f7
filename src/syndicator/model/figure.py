"""A measured figure: how often something was seen, liked, paid for."""

from __future__ import annotations

from datetime import date, datetime

import attrs


@attrs.frozen(kw_only=True)
class Figure:
    """One number a platform gave for a live release."""

    metric: str
    """`views`, `likes`, `comments`, `shares`, `minutes_watched`, `average_percentage`, `revenue`;
    revenue is in minor units of `currency`."""

    value: float
    territory: str | None = None
    """ISO 3166-1 alpha-2; None: the platform does not tell territories apart."""

    day: date | None = None
    """The platform's day; None: all days until `as_of`."""

    as_of: datetime
    """When the platform said so, aware UTC."""

    currency: str | None = None
    """ISO 4217, of revenue only."""


@attrs.frozen(kw_only=True)
class Measured:
    """A figure of one cut on one channel, with where it comes from.

    Of the same cut, channel, metric, territory, day and currency there is one: a later `as_of`
    replaces an earlier one, and is never added to it. Figures by day and figures of all days are
    two tellings of the same, and so are figures by territory and those of all: never add them up.
    """

    series: str
    cut: str
    channel: str
    source: str
    """Who says so: the adapter's name, or the file that it was read from."""

    figure: Figure
