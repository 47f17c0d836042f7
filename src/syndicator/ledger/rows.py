"""Between table rows and values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from syndicator.ledger.ledger import Row
from syndicator.model.event import Event
from syndicator.model.moment import from_milliseconds, milliseconds
from syndicator.model.plan import Known
from syndicator.model.release import Reason, Receipt, ReleaseKey, Task
from syndicator.model.state import Happened, State
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories

VISIBLE_ONCE = frozenset(
    {"publishing", "processing", "live", "withdrawing", "withdrawn", "unknown"}
)


def dump(data: Any) -> str:
    """Return plain JSON in its one spelling."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@lru_cache(maxsize=1024)
def terms_of(text: str) -> Terms:
    """Return terms from their column."""
    return Terms.from_json(json.loads(text))


@lru_cache(maxsize=1024)
def terms_text(terms: Terms) -> str:
    """Return terms as their column."""
    return dump(terms.as_json())


@lru_cache(maxsize=4096)
def territories_of(text: str) -> Territories:
    """Return territories from their column."""
    return Territories.parse(text.split())


@lru_cache(maxsize=4096)
def reasons_of(text: str) -> tuple[Reason, ...]:
    """Return reasons from their column."""
    return tuple(Reason(each["code"], each["text"]) for each in json.loads(text))


def reasons_text(reasons: Sequence[Reason]) -> str:
    """Return reasons as their column."""
    return dump([reason.as_json() for reason in reasons]) if reasons else "[]"


def moment_of(value: int | None) -> datetime | None:
    """Return an instant from its column."""
    return None if value is None else from_milliseconds(value)


def stamp(moment: datetime | None) -> int | None:
    """Return an instant as its column."""
    return None if moment is None else milliseconds(moment)


def known_of(row: sqlite3.Row) -> Known:
    """Return what a comparison needs of a release."""
    return Known(
        id=row["id"],
        key=ReleaseKey(*row["key"].split("/")),
        state=State(row["state"]),
        at=from_milliseconds(row["at_ms"]),
        territories=row["territories"],
        content=row["content"],
        terms=terms_of(row["terms"]),
        reasons=reasons_of(row["reasons"]),
        waived_hold=row["waived_hold"],
        begun=bool(row["begun"]),
        visible=row["visible"],
        give_up_at=moment_of(row["give_up_ms"]),
        closes_at=moment_of(row["closes_ms"]),
        notes=reasons_of(row["notes"]),
    )


def receipt_of(text: str | None) -> Receipt | None:
    """Return a receipt from its column."""
    if text is None:
        return None
    data = json.loads(text)
    seen, where = data.get("seen_at"), data.get("territories")
    return Receipt(
        remote_id=data["remote_id"],
        url=data.get("url"),
        seen_at=datetime.fromisoformat(seen) if seen else None,
        territories=Territories.parse(where.split()) if where is not None else None,
    )


def row_of(row: sqlite3.Row) -> Row:
    """Return a release from its table row."""
    return Row(
        id=row["id"],
        key=ReleaseKey(*row["key"].split("/")),
        state=State(row["state"]),
        at=from_milliseconds(row["at_ms"]),
        begin_at=from_milliseconds(row["begin_ms"]),
        next_at=moment_of(row["next_ms"]),
        since=from_milliseconds(row["since_ms"]),
        territories=territories_of(row["territories"]),
        visible=territories_of(row["visible"]),
        terms=terms_of(row["terms"]),
        content=row["content"],
        order=row["ord"],
        size=row["size"],
        line=row["line"],
        reasons=reasons_of(row["reasons"]),
        attempt=row["attempt"],
        error=row["error"],
        worker=row["worker"] or "",
        token=row["token"],
        saved=json.loads(row["saved"] or "{}"),
        asked=tuple(json.loads(row["asked"] or "[]")),
        receipt=receipt_of(row["receipt"]),
        task=Task(**json.loads(row["task"])) if row["task"] else None,
        give_up_at=moment_of(row["give_up_ms"]),
        closes_at=moment_of(row["closes_ms"]),
        notes=reasons_of(row["notes"]),
    )


def event_of(row: sqlite3.Row) -> Event:
    """Return an event from its table row, joined with its release's key."""
    return Event(
        number=row["number"],
        key=ReleaseKey(*row["key"].split("/")),
        at=from_milliseconds(row["at_ms"]),
        happened=Happened(row["happened"]),
        state=State(row["state"]),
        actor=row["actor"],
        cause=row["cause"],
        data=json.loads(row["data"]) if row["data"] else None,
    )
