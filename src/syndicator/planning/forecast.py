"""Which releases the daily allowances will not carry in time, and when they will: pure.

The model is the dispatcher's: releases are begun in the order in which they may begin, each spends
what it costs on one day, and where a day has not enough left, it waits for the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from syndicator.model.allowance import span
from syndicator.model.capabilities import Quota
from syndicator.model.release import ReleaseKey


@attrs.frozen
class Purse:
    """One allowance: of an account, or of all channels that share it."""

    account: str
    quota: Quota


@attrs.frozen(kw_only=True)
class Cost:
    """What one release will spend."""

    key: ReleaseKey
    at: datetime
    begin_at: datetime
    """When it may begin: staged ahead of its date, or at its date."""

    units: Mapping[Purse, int]


@attrs.frozen(kw_only=True)
class Late:
    """A release that an allowance does not carry in time."""

    key: ReleaseKey
    at: datetime
    ready_at: datetime | None
    """When the allowance will; None: never, because it costs more than a whole day's."""

    purse: Purse

    def as_json(self) -> dict[str, object]:
        """Return it as `plan --json` shows it."""
        return {
            "late": str(self.key),
            "due": self.at.isoformat(),
            "ready": self.ready_at.isoformat() if self.ready_at else None,
            "quota": self.purse.quota.name,
            "account": self.purse.account,
        }


def forecast(
    costs: Iterable[Cost], spent: Mapping[tuple[Purse, datetime], int], now: datetime
) -> list[Late]:
    """Return the releases that come late, in the order of their dates.

    Args:
        costs: what every release that is still to go out will spend of daily allowances.
        spent: what was spent already, by allowance and beginning of its span.
        now: aware UTC.
    """
    used = dict(spent)
    late = []
    for each in sorted(costs, key=lambda cost: (max(cost.begin_at, now), cost.at, cost.key)):
        found = _place(each, used, now)
        if found is not None:
            late.append(found)
    return sorted(late, key=lambda item: (item.at, item.key))


def _place(cost: Cost, used: dict[tuple[Purse, datetime], int], now: datetime) -> Late | None:
    """Spend a release's costs on the first day that has enough of each; return it if it is late."""
    for purse, units in cost.units.items():
        if units > purse.quota.amount:
            return Late(key=cost.key, at=cost.at, ready_at=None, purse=purse)
    moment = max(cost.begin_at, now)
    short: Purse | None = None
    while True:
        missing = next(
            (purse for purse, units in cost.units.items() if not _fits(purse, units, moment, used)),
            None,
        )
        if missing is None:
            break
        short, moment = missing, span(missing.quota, moment)[1]
    for purse, units in cost.units.items():
        slot = (purse, span(purse.quota, moment)[0])
        used[slot] = used.get(slot, 0) + units
    due = max(cost.at, now)
    if short is None or moment <= due:
        return None
    return Late(key=cost.key, at=cost.at, ready_at=moment, purse=short)


def _fits(
    purse: Purse, units: int, moment: datetime, used: Mapping[tuple[Purse, datetime], int]
) -> bool:
    began = span(purse.quota, moment)[0]
    return used.get((purse, began), 0) + units <= purse.quota.amount
