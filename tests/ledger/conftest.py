"""Every ledger keeps the same promises: whatever asks for `ledger` runs over each that there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syndicator.ledger import open_ledger
from syndicator.ledger.ledger import Charge, Claim, Filter, Ledger, Row, Settlement
from syndicator.model.plan import Change, Changes, Kind, Known
from syndicator.model.problem import Place
from syndicator.model.release import Action, Reason, Receipt, Release, ReleaseKey
from syndicator.model.state import Happened, State
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
BR, US = Territories.parse(["BR"]), Territories.parse(["US"])
LEDGERS = {"sqlite": "sqlite:///ledger.db"}
"""PostgreSQL joins here: the suite stays as it is."""


@pytest.fixture(params=LEDGERS)
def url(request: pytest.FixtureRequest) -> str:
    return LEDGERS[request.param]


@pytest.fixture
def ledger(url: str, tmp_path: Path) -> Iterator[Ledger]:
    found = open_ledger(url, tmp_path)
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
    terms: Terms | None = None,
) -> Release:
    """Return a release that has been due for some minutes."""
    at = NOW - timedelta(minutes=late)
    order = number if action in {Action.PUBLISH, Action.EXTEND} else 0
    key = ReleaseKey("s", f"ep{number:03}", channel, wave, action, part)
    return Release(
        key, at, where, terms or Terms(), content, order, 1000, at,
        Place("calendars/s.yaml", number), blocked, held, give_up_at,
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


def change(
    ledger: Ledger,
    kind: Kind,
    wanted: Release | None,
    *,
    key: str = "s/ep001/app/a/publish",
    known: Known | None = None,
    now: datetime = NOW,
) -> int:
    """Record one change of a known release; return how many had to wait."""
    known = known or ledger.known("s")[ReleaseKey.parse(key)]
    items = [Change(kind, wanted, known, "a note")]
    contents = {wanted.content: "{}"} if wanted else {}
    return ledger.record(
        Changes(series="s", items=items, contents=contents, same=0), now=now, actor="me"
    )


def settle(ledger: Ledger, taken: Claim, happened: Happened, now: datetime = NOW) -> None:
    """Settle a claim with what the event needs beside its name."""
    goes_on = {Happened.ACCEPTED, Happened.POLLED, Happened.ANSWER_LOST, Happened.PUT_BACK,
               Happened.STAGE_DONE, Happened.WAITED}  # fmt: skip
    if happened is Happened.SEEN_LIVE:
        live(ledger, taken, now)
        return
    error = "no" if happened in {Happened.REFUSED, Happened.DOUBTED} else ""
    next_at = now if happened in goes_on else None
    ledger.settle(taken, Settlement(happened=happened, next_at=next_at, error=error), now=now)


def charge(cost: int, amount: int = 100, span: datetime = NOW, **more: Any) -> Charge:
    about = {"account": "acme", "quota": "posts", "span": span, "since": span, **more}
    return Charge(cost=cost, amount=amount, **about)


def row(ledger: Ledger, key: str = "s/ep001/app/a/publish") -> Row:
    (found,) = ledger.rows(Filter(keys=(key,)))
    return found


def state(ledger: Ledger, key: str = "s/ep001/app/a/publish") -> State:
    return row(ledger, key).state
