"""Every ledger keeps the same promises: the contract suite runs over each that there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syndicator.ledger import open_ledger
from syndicator.ledger.ledger import Claim, Filter, Ledger, Settlement
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.problem import Place
from syndicator.model.release import Action, Reason, Receipt, Release, ReleaseKey
from syndicator.model.state import Happened
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
BR, US = Territories.parse(["BR"]), Territories.parse(["US"])
LEDGERS = {"sqlite": "sqlite:///ledger.db"}
"""PostgreSQL joins here: the suite stays as it is."""


@pytest.fixture(params=LEDGERS)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    found = open_ledger(LEDGERS[request.param], tmp_path)
    yield found
    found.close()


def release(
    number: int = 1,
    *,
    action: Action = Action.PUBLISH,
    channel: str = "app",
    wave: str = "a",
    part: str = "",
    late: float = 1,
    where: Territories = BR,
    content: str = "c1",
    blocked: tuple[Reason, ...] = (),
    held: Reason | None = None,
    give_up_at: datetime | None = None,
) -> Release:
    """Return a release that has been due for some minutes."""
    at = NOW - timedelta(minutes=late)
    order = number if action in {Action.PUBLISH, Action.EXTEND} else 0
    return Release(
        ReleaseKey("s", f"ep{number:03}", channel, wave, action, part), at, where, Terms(), content,
        order, 1000, at, Place("calendars/s.yaml", number), blocked, held, give_up_at,
    )  # fmt: skip


def record(ledger: Ledger, *releases: Release) -> None:
    items = [Change(Kind.NEW, each) for each in releases]
    contents = {each.content: "{}" for each in releases}
    changes = Changes(series="s", items=items, contents=contents, same=0)
    assert ledger.record(changes, now=NOW, actor="me") == 0


def claim(
    ledger: Ledger,
    *,
    now: datetime = NOW,
    worker: str = "w",
    limit: int = 99,
    only: Filter | None = None,
    staging: tuple[str, ...] = (),
) -> list[Claim]:
    return list(
        ledger.claim(now=now, worker=worker, lease=LEASE, limit=limit, only=only or Filter(),
                     staging=staging)
    )  # fmt: skip


def live(ledger: Ledger, taken: Claim, now: datetime = NOW) -> None:
    receipt = Receipt(remote_id="r", url="https://example.org/r")
    where = taken.row.territories
    seen = Settlement(happened=Happened.SEEN_LIVE, receipt=receipt, territories=where)
    ledger.settle(taken, seen, now=now)


def keys(claims: list[Claim]) -> list[str]:
    return [str(each.row.key) for each in claims]
