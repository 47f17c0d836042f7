"""What is to be done: leases with fencing tokens, checkpoints, and what became of it.

The lock is the row: a claim sets `worker`, `lease_ms` and a token that only grows, in the same
transaction that makes the *began* event durable. `next_ms` becomes the end of the lease, so that
a release whose worker died is simply due again then, and one index answers both "what is due" and
"what was left behind". Every write of a worker names its token and changes nothing if that is not
the current one: a worker that slept past its lease learns it before it asks the channel.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from syndicator.ledger.circuits import half_open
from syndicator.ledger.database import Database
from syndicator.ledger.filters import conditions
from syndicator.ledger.ledger import Claim, Filter, LostLease, Row, Settlement
from syndicator.ledger.rows import dump, row_of, stamp
from syndicator.ledger.shut import shut_again
from syndicator.ledger.subjects import Effect, follow, subject_of
from syndicator.model.moment import from_milliseconds, milliseconds
from syndicator.model.release import Action
from syndicator.model.state import BEGUN, WAITED_FOR, Happened, State, advance

_UNIT = "r.series || '/' || r.cut || '/' || r.channel"
_SAME_UNIT = f"p.key > {_UNIT} || '/' AND p.key < {_UNIT} || '0'"
"""What there is of the same cut on the same channel, by the index of keys: `0` follows `/`."""

_LIVE = f"SELECT 1 FROM release p WHERE {_SAME_UNIT} AND p.action = 'publish' AND p.state = 'live'"
_WAITED = ", ".join(f"'{state}'" for state in sorted(WAITED_FOR))
_OUT = ", ".join(f"'{state}'" for state in sorted(BEGUN | {State.STAGED, State.LIVE}))
_ONLY_ONE = f"""NOT EXISTS (SELECT 1 FROM release p WHERE {_SAME_UNIT} AND p.id <> r.id
          AND p.action = 'publish' AND p.state IN ({_OUT}))"""
"""Nothing else of the cut has begun on the channel, under a wave that has another name now."""

_ORDERED = f"""NOT EXISTS (SELECT 1 FROM release p WHERE {_SAME_UNIT} AND p.action = 'withdraw'
          AND p.part >= 'ordered' AND p.part < 'orderee' AND p.state = 'planned')"""
"""Nobody has ordered it off: such an order goes first, and calls off what has not gone out."""

DUE = f"""
SELECT r.id FROM release r
WHERE r.next_ms IS NOT NULL AND r.next_ms <= :now
  AND NOT EXISTS (SELECT 1 FROM pause WHERE pause.channel = r.channel AND until_ms > :now)
  AND (r.action <> 'publish' OR r.state NOT IN ('planned', 'staged') OR {_ONLY_ONE})
  AND (
    -- bytes may lie there unseen: nothing to wait for
    (r.action = 'publish' AND r.state IN ('planned', 'staging') AND r.channel IN ({{staging}})
     AND {_ORDERED})
    OR r.state = 'processing'
    -- a takedown waits until it is known what there is to take down
    OR (r.action = 'withdraw' AND NOT EXISTS (
          SELECT 1 FROM release p WHERE {_SAME_UNIT} AND p.id <> r.id
            AND (p.worker IS NOT NULL OR p.state IN ('publishing', 'processing')
              OR (p.action = 'publish' AND p.state = 'unknown'))))
    OR (r.action <> 'withdraw'
        AND (r.action = 'publish' OR EXISTS ({_LIVE}))
        -- an episode waits for the earlier ones of its series on this channel; what may have
        -- happened already waits for nothing, because it has to be asked for
        AND (r.action = 'update' OR r.state = 'publishing' OR NOT EXISTS (
          SELECT 1 FROM release p WHERE r.ord > 0 AND p.series = r.series
            AND p.channel = r.channel AND p.wave = r.wave AND p.ord > 0 AND p.ord < r.ord
            AND p.action IN ('publish', 'extend') AND p.state IN ({_WAITED})
            AND p.at_ms <= r.at_ms))
        AND NOT EXISTS (
          SELECT 1 FROM release p WHERE {_SAME_UNIT} AND p.state = 'withdrawing')
        AND (r.state = 'publishing' OR {_ORDERED}))
  )
  {{only}}
"""

FIRST = "ORDER BY r.next_ms, r.ord, r.id LIMIT :limit"

TAKE = """
UPDATE release SET state = :state, token = token + 1, worker = :worker, lease_ms = :until,
  next_ms = :until, begun = 1, attempt = attempt + :attempt, error = '',
  since_ms = CASE WHEN state = :state THEN since_ms ELSE :now END
WHERE id = :id
"""

EVENT = """
INSERT INTO event (release, at_ms, happened, state, actor, cause, data)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""

SETTLE = """
UPDATE release SET state = :state, worker = NULL, lease_ms = NULL, next_ms = :next,
  since_ms = CASE WHEN state = :state THEN since_ms ELSE :now END, error = :error,
  task = :task, receipt = coalesce(:receipt, receipt), visible = coalesce(:visible, visible),
  attempt = CASE WHEN :progressed THEN 0 ELSE attempt END
WHERE id = :id AND token = :token AND worker = :worker
"""


def claim(
    database: Database,
    *,
    now: datetime,
    worker: str,
    lease: timedelta,
    limit: int,
    only: Filter,
    staging: Collection[str],
) -> Sequence[Claim]:
    """Return leases on releases that are due."""
    where, values = conditions(only)
    marks = ", ".join(f":s{number}" for number in range(len(staging))) or "''"
    values |= {f"s{number}": channel for number, channel in enumerate(sorted(staging))}
    at = milliseconds(now)
    statement = DUE.format(staging=marks, only=f"AND {where}" if where else "")
    values |= {"now": at}
    if not database.one(f"{statement} LIMIT 1", values):  # to look waits for no other writer
        return []
    with database.transaction() as connection:
        claims: list[Claim] = []
        probed = half_open(connection, at)
        # Again as long as there is room: what was missed or was not to be taken leaves some.
        while len(claims) < limit:
            room = {**values, "limit": limit - len(claims)}
            found = connection.execute(f"{statement}{_but(probed, room)} {FIRST}", room)
            rows = [_fresh(connection, row["id"]) for row in found.fetchall()]
            if not rows:
                break
            taken = [
                _take(connection, row, staging, now=at, worker=worker, lease=lease)
                for row in _without_disturbing(rows, probed)
            ]
            claims += [each for each in taken if each]
    return claims


def _but(probed: dict[str, bool], values: dict[str, Any]) -> str:
    """Return the condition that leaves out channels that something tries again already."""
    names = {f"p{number}": name for number, name in enumerate(sorted(probed)) if probed[name]}
    values |= names
    return f" AND r.channel NOT IN ({', '.join(f':{name}' for name in names)})" if names else ""


def _without_disturbing(rows: Iterable[Row], probed: dict[str, bool]) -> Iterable[Row]:
    """Return those that can begin together: on a cut and channel one publish, or a takedown.

    Of a channel that was down, one release finds out whether it still is.
    """
    begun: list[Row] = []
    for row in rows:
        channel = row.key.channel
        if probed.get(channel) or any(_disturb_each_other(row, other) for other in begun):
            continue
        begun.append(row)
        if channel in probed:
            probed[channel] = True
    return begun


def _disturb_each_other(one: Row, other: Row) -> bool:
    actions = {one.key.action, other.key.action}
    return one.key[:3] == other.key[:3] and (
        Action.WITHDRAW in actions or actions == {Action.PUBLISH}
    )


def _take(
    connection: sqlite3.Connection,
    row: Row,
    staging: Collection[str],
    *,
    now: int,
    worker: str,
    lease: timedelta,
) -> Claim | None:
    if row.state in {State.PLANNED, State.STAGED} and _is_too_late(connection, row, now):
        _miss(connection, row, now, worker)
        return None
    if row.state is State.STAGING and row.key.channel not in staging:
        row = _unstage(connection, row, now, worker)
    happened, phase = _begin(row, staging)
    state = advance(row.state, happened)
    until = now + int(lease.total_seconds() * 1000)
    values = {"state": state, "worker": worker, "until": until, "now": now, "id": row.id}
    connection.execute(TAKE, {**values, "attempt": phase != "poll"})
    if phase != "poll":
        cause = "" if row.state != state else f"taken over from {row.worker or 'a lost answer'}"
        data = dump({"attempt": row.attempt + 1, "token": row.token + 1})
        connection.execute(EVENT, (row.id, now, happened, state, worker, cause, data))
    return Claim(
        row=_fresh(connection, row.id),
        token=row.token + 1,
        worker=worker,
        until=from_milliseconds(until),
        phase=phase,
        subject=None if row.key.action == Action.PUBLISH else subject_of(connection, row),
        resumes=row.state == state,
    )


def _is_too_late(connection: sqlite3.Connection, row: Row, now: int) -> bool:
    if row.give_up_at is None or milliseconds(row.give_up_at) > now:
        return False
    if row.closes_at is not None and milliseconds(row.closes_at) <= now:
        return True
    # Somebody who wants it tried again after that knows how late it is.
    wanted = "SELECT 1 FROM event WHERE release = ? AND happened = 'retried' AND at_ms >= ?"
    return connection.execute(wanted, (row.id, milliseconds(row.give_up_at))).fetchone() is None


def _unstage(connection: sqlite3.Connection, row: Row, now: int, worker: str) -> Row:
    """Put back what was being staged on a channel that hides no bytes any more."""
    cause = "its channel stages no more, and nothing of it is visible"
    said = (row.id, now, Happened.PUT_BACK, State.PLANNED, worker, cause, None)
    connection.execute(EVENT, said)
    return attrs.evolve(row, state=State.PLANNED)


def _begin(row: Row, staging: Collection[str]) -> tuple[Happened, str]:
    """Return what begins with this claim, and what is to be done."""
    if row.state is State.PROCESSING:
        return Happened.POLLED, "poll"
    if row.key.action == Action.WITHDRAW:
        return Happened.TAKEDOWN_BEGAN, "take_down"
    may_stage = row.key.action == Action.PUBLISH and row.key.channel in staging
    if may_stage and row.state in {State.PLANNED, State.STAGING}:
        return Happened.STAGE_BEGAN, "stage"
    return Happened.OPEN_BEGAN, "open"


def _miss(connection: sqlite3.Connection, row: Row, now: int, worker: str) -> None:
    connection.execute(
        "UPDATE release SET state = 'missed', next_ms = NULL, since_ms = ? WHERE id = ?",
        (now, row.id),
    )
    cause = "what was planned meanwhile does not want it as it was"
    if row.give_up_at and milliseconds(row.give_up_at):
        cause = f"it was wanted until {row.give_up_at:%Y-%m-%d %H:%M} UTC"
    connection.execute(EVENT, (row.id, now, Happened.MISSED, State.MISSED, worker, cause, None))


def _fresh(connection: sqlite3.Connection, id_: int) -> Row:
    return row_of(connection.execute("SELECT * FROM release WHERE id = ?", (id_,)).fetchone())


def renew(
    database: Database, claims: Iterable[Claim], *, now: datetime, lease: timedelta
) -> Sequence[int]:
    """Extend leases; return the ids of releases that are not ours any more."""
    until = milliseconds(now + lease)
    lost = []
    with database.transaction() as connection:
        for each in claims:
            touched = connection.execute(
                "UPDATE release SET lease_ms = ?, next_ms = ? "
                "WHERE id = ? AND token = ? AND worker = ?",
                (until, until, each.row.id, each.token, each.worker),
            )
            if touched.rowcount != 1:
                lost.append(each.row.id)
    return lost


def checkpoint(
    database: Database, claim: Claim, saved: Mapping[str, Any], asked: Collection[str]
) -> None:
    """Make an adapter's progress durable, if the claim still holds."""
    with database.transaction() as connection:
        touched = connection.execute(
            "UPDATE release SET saved = ?, asked = ? WHERE id = ? AND token = ? AND worker = ?",
            (dump(saved), dump(sorted(asked)), claim.row.id, claim.token, claim.worker),
        )
        if touched.rowcount != 1:
            raise LostLease(str(claim.row.key))


def settle(database: Database, claim: Claim, settlement: Settlement, *, now: datetime) -> int:
    """Record what became of a claimed release; return the event's number."""
    at = milliseconds(now)
    state = advance(claim.row.state, settlement.happened)
    with database.transaction() as connection:
        touched = connection.execute(SETTLE, _outcome(claim, settlement, state, at))
        if touched.rowcount != 1:
            raise LostLease(str(claim.row.key))
        data = dump(settlement.data) if settlement.data is not None else None
        said = (claim.row.id, at, settlement.happened, state, claim.worker, settlement.cause, data)
        cursor = connection.execute(EVENT, said)
        if claim.row.key.action != Action.PUBLISH:
            effect = Effect(claim.row, state, settlement.territories, at, claim.worker)
            follow(connection, effect, claim.subject)
        if settlement.happened is Happened.PUT_BACK:
            shut_again(connection, [claim.row.id], now)  # its wave may have been paused meanwhile
        return int(cursor.lastrowid or 0)


def _outcome(claim: Claim, settlement: Settlement, state: State, now: int) -> dict[str, object]:
    shown = None
    if state is State.LIVE:
        seen = settlement.territories
        shown = seen if seen is not None else claim.row.territories
    receipt = settlement.receipt
    return {
        "state": state,
        "next": stamp(settlement.next_at),
        "now": now,
        "error": settlement.error,
        "task": dump(settlement.task.as_json()) if settlement.task else None,
        "receipt": dump(receipt.as_json()) if receipt else None,
        "visible": str(shown) if shown is not None else None,
        "progressed": state not in {State.PLANNED, claim.row.state}
        or settlement.happened is Happened.WAITED,
        "id": claim.row.id,
        "token": claim.token,
        "worker": claim.worker,
    }
