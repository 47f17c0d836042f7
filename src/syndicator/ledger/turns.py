"""Turns of a rollout: a wave's standing changes, with the decision, and what follows for releases.

A turn is one transaction: the standing (if it is still as it was seen), the decision, and the
events of the releases that it lets go, holds or cancels. What is recorded later of a wave follows
its standing in the transaction that records it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from syndicator.ledger.rows import dump, moment_of, reasons_text, row_of, stamp
from syndicator.model.moment import from_milliseconds, milliseconds
from syndicator.model.release import Reason
from syndicator.model.rollout import GATE, Decision, Look, Rung, Stand, Standing, Turn, keeper
from syndicator.model.state import Happened, State

if TYPE_CHECKING:
    from syndicator.ledger.database import Database
    from syndicator.ledger.ledger import Row

PERSON = "held-by-person"
SHUT = {Stand.PAUSED: "is paused", Stand.ABORTED: "was aborted"}
"""How a wave that keeps its releases back says so in their reason."""

LAST_LOOK = "; last look "
"""What follows it in the reason of a release that waits for a gate is what that look found."""

BELOW_LIVE = frozenset(
    {State.PLANNED, State.STAGING, State.STAGED, State.HELD, State.BLOCKED, State.FAILED,
     State.MISSED}
)  # fmt: skip
"""Nothing of it is to be seen: an aborted wave takes it back."""


class _Moved(Exception):  # noqa: N818 - a signal, no error
    """A standing is not as it was seen."""


COLUMNS = (
    "series", "wave", "place", "rung", "state", "before", "opened_ms", "fails", "misses",
    "looked_ms", "next_ms", "looks", "version",
)  # fmt: skip

ADD = f"""
INSERT INTO rollout ({", ".join(COLUMNS)}) VALUES ({", ".join(f":{name}" for name in COLUMNS)})
ON CONFLICT (series, wave) DO NOTHING
"""

CHANGE = f"""
UPDATE rollout SET {", ".join(f"{name} = :{name}" for name in COLUMNS[2:])}
WHERE series = :series AND wave = :wave AND version = :seen
"""

REMOVE = "DELETE FROM rollout WHERE series = :series AND wave = :wave AND version = :seen"

DECIDE = """
INSERT INTO decision (series, wave, at_ms, verb, actor, reason, data) VALUES (?, ?, ?, ?, ?, ?, ?)
"""

LAST_DECISION = """
SELECT actor, reason FROM decision WHERE series = ? AND wave = ? AND verb <> 'changed'
ORDER BY number DESC LIMIT 1
"""

OF_SERIES = f"""
SELECT * FROM release WHERE key >= :low AND key < :high AND action IN ('publish', 'extend')
  AND worker IS NULL AND state IN ({", ".join(f"'{state}'" for state in sorted(BELOW_LIVE))})
"""

HELD_BY_GATE = """
SELECT wave, min(begin_ms) AS begin_ms, min(at_ms) AS at_ms FROM release
WHERE key >= :low AND key < :high AND state = 'held'
  AND json_extract(reasons, '$[0].code') = 'gate' GROUP BY wave
"""

SAY = "UPDATE release SET reasons = ? WHERE id = ?"


def standings(database: Database, series: Collection[str]) -> list[Standing]:
    where = f"WHERE series IN ({', '.join('?' * len(series))})" if series else ""
    rows = database.all(f"SELECT * FROM rollout {where} ORDER BY series, place", tuple(series))
    return [standing_of(row) for row in rows]


def standing_of(row: sqlite3.Row) -> Standing:
    return Standing(
        series=row["series"],
        rung=Rung.from_json(json.loads(row["rung"])),
        place=row["place"],
        state=Stand(row["state"]),
        before=Stand(row["before"]) if row["before"] else None,
        opened_at=moment_of(row["opened_ms"]),
        fails=row["fails"],
        misses=row["misses"],
        looked_at=moment_of(row["looked_ms"]),
        next_at=moment_of(row["next_ms"]),
        looks=tuple(Look.from_json(each) for each in json.loads(row["looks"])),
        version=row["version"],
    )


def held_by_gate(database: Database, series: str) -> dict[str, tuple[datetime, datetime]]:
    found = database.all(HELD_BY_GATE, {"low": f"{series}/", "high": f"{series}0"})
    return {
        row["wave"]: (from_milliseconds(row["begin_ms"]), from_milliseconds(row["at_ms"]))
        for row in found
    }


def decisions(database: Database, series: Collection[str]) -> list[Decision]:
    where = f"WHERE series IN ({', '.join('?' * len(series))})" if series else ""
    rows = database.all(f"SELECT * FROM decision {where} ORDER BY number", tuple(series))
    return [
        Decision(
            series=row["series"], wave=row["wave"], at=from_milliseconds(row["at_ms"]),
            verb=row["verb"], actor=row["actor"], reason=row["reason"],
            looks=tuple(Look.from_json(each) for each in json.loads(row["data"] or "[]")),
        )
        for row in rows
    ]  # fmt: skip


def turn(database: Database, turns: Sequence[Turn], now: datetime) -> list[int] | None:
    """Return the numbers of the events that follow; None where a standing has moved."""
    at = milliseconds(now)
    try:
        with database.transaction() as connection:
            for each in turns:
                _write(connection, each)
            numbers = [
                number for each in turns if _gives_up(each) for number in _cancel(connection, each)
            ]
            for series in dict.fromkeys(_of(each).series for each in turns if each.before):
                numbers += follow(connection, series, at, GATE, is_turned=True)
            return numbers
    except _Moved:
        return None


def _of(turned: Turn) -> Standing:
    found = turned.after or turned.before
    assert found is not None  # noqa: S101 - a turn is of something
    return found


def _write(connection: sqlite3.Connection, turned: Turn) -> None:
    before, after = turned.before, turned.after
    if after is None:
        values: dict[str, Any] = {"series": _of(turned).series, "wave": _of(turned).wave}
        statement = REMOVE
    else:
        values, statement = _values(after), CHANGE if before else ADD
    if before is not None:
        values |= {"seen": before.version, "version": before.version + 1}
    if connection.execute(statement, values).rowcount != 1:
        raise _Moved
    decision = turned.decision
    if decision is not None:
        looks = dump([each.as_json() for each in decision.looks])
        connection.execute(DECIDE, (decision.series, decision.wave, milliseconds(decision.at),
                                    decision.verb, decision.actor, decision.reason,
                                    looks))  # fmt: skip


def _values(standing: Standing) -> dict[str, Any]:
    return {
        "series": standing.series,
        "wave": standing.wave,
        "place": standing.place,
        "rung": dump(standing.rung.as_json()),
        "state": standing.state,
        "before": standing.before,
        "opened_ms": stamp(standing.opened_at),
        "fails": standing.fails,
        "misses": standing.misses,
        "looked_ms": stamp(standing.looked_at),
        "next_ms": stamp(standing.next_at),
        "looks": dump([each.as_json() for each in standing.looks]),
        "version": standing.version,
    }


def _gives_up(turned: Turn) -> bool:
    is_new = turned.before is None or turned.before.state is not Stand.ABORTED
    return is_new and turned.after is not None and turned.after.state is Stand.ABORTED


def _cancel(connection: sqlite3.Connection, turned: Turn) -> Iterator[int]:
    standing, decision = _of(turned), turned.decision
    if decision is None:
        return
    for row, waived in _rows(connection, standing.series):
        if row.key.wave == standing.wave:
            cause = f"wave {standing.wave} {SHUT[Stand.ABORTED]}: {decision.reason}"
            said = (Happened.CANCELLED, decision.actor, cause)
            yield from tell_of(connection, row, said, milliseconds(decision.at), waived)


def follow(
    connection: sqlite3.Connection, series: str, at: int, actor: str, *, is_turned: bool = False
) -> list[int]:
    """Let the releases of a series follow how its waves stand, in a transaction that is open.

    Returns:
        The numbers of the events.
    """
    rows = connection.execute("SELECT * FROM rollout WHERE series = ?", (series,)).fetchall()
    if not rows:
        return []
    ladder = {row["wave"]: standing_of(row) for row in rows}
    if not is_turned and all(
        each.state is Stand.OPEN and each.opened_at is None for each in ladder.values()
    ):
        return []  # nothing but dates keeps anything, as with most series
    numbers: list[int] = []
    for row, waived in _rows(connection, series):
        standing = ladder.get(row.key.wave)
        if standing is None:
            continue
        happened = _follows(row, standing)
        if happened is Happened.HELD and waived == PERSON and not is_turned:
            continue  # a person let this one go on by itself
        if happened is not None:
            why, who = because(connection, standing, actor)
            lifted = happened is Happened.RESUMED and row.reasons[0].code == GATE
            keeps = GATE if lifted else waived
            numbers += tell_of(connection, row, (happened, who, why), at, keeps)
        elif row.state is State.HELD:
            _say_look(connection, row, ladder)
    return numbers


def _rows(connection: sqlite3.Connection, series: str) -> list[tuple[Row, str]]:
    """Return what is not out and nobody works on, with the hold that was waived of each."""
    found = connection.execute(OF_SERIES, {"low": f"{series}/", "high": f"{series}0"}).fetchall()
    return [(row_of(row), row["waived_hold"]) for row in found]


def _follows(row: Row, standing: Standing) -> Happened | None:
    """Return what the standing of its wave means for a release; None: nothing."""
    if standing.state in SHUT:
        waits = row.state in {State.PLANNED, State.STAGING, State.STAGED}
        return Happened.HELD if waits else None
    if row.state is not State.HELD:
        return None
    reason = row.reasons[0]
    shut = tuple(f"wave {row.key.wave} {words}: " for words in SHUT.values())
    if reason.code == PERSON and reason.text.startswith(shut):
        return Happened.RESUMED
    opens = standing.state is Stand.OPEN and standing.opened_at is not None
    return Happened.RESUMED if opens and reason.code == GATE else None


def because(connection: sqlite3.Connection, standing: Standing, actor: str) -> tuple[str, str]:
    row = connection.execute(LAST_DECISION, (standing.series, standing.wave)).fetchone()
    why, who = (row["reason"], row["actor"]) if row else ("nothing keeps it", actor)
    words = SHUT.get(standing.state)
    return (f"wave {standing.wave} {words}: {why}" if words else why), who


def tell_of(
    connection: sqlite3.Connection, row: Row, said: tuple[Happened, str, str], at: int,
    waived: str, *, reason: Reason | None = None,
) -> Iterator[int]:  # fmt: skip
    from syndicator.ledger import telling

    happened, actor, cause = said
    told = telling.Said(happened=happened, now=from_milliseconds(at), actor=actor, cause=cause,
                        reason=reason)  # fmt: skip
    number = telling.tell_one(connection, row, told, waived=waived, keeps=waived)
    if number is not None:
        yield number


def last_look(looked: Standing) -> str:
    if not looked.looks or looked.looked_at is None:
        return ""
    found = "; ".join(each.why for each in looked.looks)
    return f"{LAST_LOOK}{looked.looked_at:%Y-%m-%d %H:%M} UTC: {found}"


def _say_look(connection: sqlite3.Connection, row: Row, ladder: dict[str, Standing]) -> None:
    """Let the reason of a release that waits for a gate say what the last look found."""
    reason = row.reasons[0]
    kept_by = keeper({wave: each.rung for wave, each in ladder.items()}, row.key.wave)
    if reason.code != GATE or kept_by is None:
        return
    text = reason.text.partition(LAST_LOOK)[0] + last_look(ladder[kept_by])
    if text != reason.text:
        new = (attrs.evolve(reason, text=text), *row.reasons[1:])
        connection.execute(SAY, (reasons_text(new), row.id))
