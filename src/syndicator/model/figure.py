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
