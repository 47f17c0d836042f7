"""The spans of a quota, and whose quota it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.model.capabilities import Quota

DAY = timedelta(days=1)


def is_daily(quota: Quota) -> bool:
    """Return whether the spans of a quota are whole days."""
    return quota.per % DAY == timedelta()


def span(quota: Quota, now: datetime) -> tuple[datetime, datetime]:
    """Return the span of a quota that an instant lies in: (from, until), aware UTC.

    Spans of whole days begin at midnight of the quota's zone, so that they are 23 or 25 hours long
    where its clocks change; others are counted from 1970.
    """
    if not is_daily(quota):
        return counted(quota.per, now)
    local = now.astimezone(ZoneInfo(quota.zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    later = (midnight + quota.per).replace(hour=0)
    return midnight.astimezone(UTC), later.astimezone(UTC)


def counted(length: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Return the span of a length, counted from 1970, that an instant lies in."""
    seconds = length.total_seconds()
    began = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
    return began, began + length


def account_of(channel: str, quota: Quota, platform: str, options: Mapping[str, Any]) -> str:
    """Return whose allowance it is: the channel's, or that of all channels with the same option."""
    shared = options.get(quota.shared_by) if quota.shared_by else None
    return channel if shared is None else f"{platform}/{shared}"
