"""Allowances of an account: so many operations in a span, over all processes and runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

from syndicator.channel import Capabilities, Quota
from syndicator.ledger.ledger import Ledger

DAY = timedelta(days=1)


@attrs.frozen
class Spent:
    """A quota that does not suffice, and when it is renewed."""

    quota: Quota
    until: datetime


def span(quota: Quota, now: datetime) -> tuple[datetime, datetime]:
    """Return the span of a quota that an instant lies in: (from, until), aware UTC.

    Spans of whole days begin at midnight of the quota's zone, so that they are 23 or 25 hours long
    where its clocks change; others are counted from 1970.
    """
    if quota.per % DAY == timedelta():
        local = now.astimezone(ZoneInfo(quota.zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        later = (midnight + quota.per).replace(hour=0)
        return midnight.astimezone(UTC), later.astimezone(UTC)
    length = quota.per.total_seconds()
    began = datetime.fromtimestamp(now.timestamp() // length * length, UTC)
    return began, began + quota.per


def spend(
    ledger: Ledger, account: str, operation: str, can: Capabilities, now: datetime
) -> Spent | None:
    """Spend what an operation costs; return the quota that does not suffice, if one does not."""
    for quota in _of(can.quotas, operation):
        began, until = span(quota, now)
        if not ledger.spend(account, quota.name, span=began, cost=quota.cost, amount=quota.amount):
            return Spent(quota, until)
    return None


def _of(quotas: Iterable[Quota], operation: str) -> list[Quota]:
    return [quota for quota in quotas if operation in quota.operations]
