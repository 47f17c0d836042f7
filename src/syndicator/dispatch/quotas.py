"""Allowances of an account: so many operations in a span, over all processes and runs.

A quota whose spans are whole days is renewed at midnight of its zone. One that slides is counted in
twelfths of its length, and what fell into the last thirteen of them counts: so much never falls
into any window of that length, wherever it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from syndicator.channel import (
    Capabilities,
    ChannelError,
    Quota,
    QuotaSpent,
    RateLimited,
    Refused,
)
from syndicator.ledger.ledger import Charge, Ledger
from syndicator.model.allowance import account_of, counted, is_daily, span

PARTS = 12


def charge(quota: Quota, account: str, cost: int, now: datetime) -> Charge:
    """Return what spending from a quota at an instant means for the ledger."""
    began, since = span(quota, now)[0], span(quota, now)[0]
    if quota.sliding:
        part = quota.per / PARTS
        began = counted(part, now)[0]
        since = began - part * PARTS
    return Charge(
        account=account, quota=quota.name, span=began, since=since, cost=cost, amount=quota.amount
    )


class Spender:
    """Spends the quotas of one channel."""

    def __init__(
        self,
        ledger: Ledger,
        channel: str,
        can: Capabilities,
        options: Mapping[str, Any],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._channel = channel
        self._can = can
        self._options = options
        self._now = now

    def spend_operation(self, operation: str) -> None:
        """Spend what an operation costs; raises as `spend`."""
        self._spend(
            [(each, each.cost) for each in self._can.quotas if operation in each.operations]
        )

    def spend(self, costs: Mapping[str, int]) -> None:
        """Spend so many units of the quotas of these names, all or nothing.

        Raises:
            QuotaSpent: a day's allowance does not suffice; `until` is when it is renewed.
            RateLimited: the same of a shorter span.
            Refused: it is more than the whole allowance, so that it never suffices.
            ValueError: the channel declares no quota of that name.
        """
        known = {each.name: each for each in self._can.quotas}
        unknown = costs.keys() - known.keys()
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: no such quota is declared")
        self._spend([(known[name], units) for name, units in costs.items() if units])

    def _spend(self, wanted: Sequence[tuple[Quota, int]]) -> None:
        if not wanted:
            return
        now = self._now()
        charges = [charge(quota, self._account(quota), units, now) for quota, units in wanted]
        missing = self._ledger.spend(charges)
        if missing is not None:
            quota = next(each for each, _ in wanted if each.name == missing.quota)
            raise self._verdict(quota, missing, now)

    def _account(self, quota: Quota) -> str:
        return account_of(self._channel, quota, self._can.platform, self._options)

    def _verdict(self, quota: Quota, missing: Charge, now: datetime) -> ChannelError:
        if missing.cost > quota.amount:
            return Refused(
                "quota", f"it costs {missing.cost} {quota.name}, and {quota.amount} is all there is"
            )
        text = f"{quota.amount} {quota.name} of {missing.account} are used up"
        if is_daily(quota):
            return QuotaSpent(text, until=span(quota, now)[1])
        until = missing.span + quota.per / PARTS if quota.sliding else span(quota, now)[1]
        return RateLimited(text, until=until)
