"""What is tried again while its wave is shut: a retry brings nothing past a gate.

Only a person who lets a release go on by itself (`resume`) takes it past a gate, and that stays so
when it is tried again. Of what a person held for another reason and let go, nothing follows for a
wave that is paused or was aborted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from syndicator.ledger.rows import row_of
from syndicator.ledger.turns import SHUT, because, last_look, standing_of, tell_of
from syndicator.model.moment import milliseconds
from syndicator.model.release import Action, Reason
from syndicator.model.rollout import GATE, Stand, Standing, keeper, waits_for
from syndicator.model.state import Happened, State

if TYPE_CHECKING:
    from syndicator.ledger.ledger import Row

LOOK_AGAIN = """
UPDATE rollout SET next_ms = :due, version = version + 1
WHERE series = :series AND wave = :wave AND state = 'waiting' AND next_ms IS NULL
"""


def shut_again(connection: sqlite3.Connection, ids: Sequence[int], now: datetime) -> list[int]:
    """Hold what a person wants to go out again while its wave is shut, in an open transaction.

    Returns:
        The numbers of the events.
    """
    numbers: list[int] = []
    ladders: dict[str, dict[str, Standing]] = {}
    for id_ in ids:
        found = connection.execute("SELECT * FROM release WHERE id = ?", (id_,)).fetchone()
        row = row_of(found)
        series = row.key.series
        if series not in ladders:
            each = connection.execute("SELECT * FROM rollout WHERE series = ?", (series,))
            ladders[series] = {one["wave"]: standing_of(one) for one in each.fetchall()}
        why = _shut(connection, row, found["waived_hold"], ladders[series])
        if why is None:
            continue
        reason, actor = why
        said = (Happened.HELD, actor, reason.text)
        numbers += tell_of(
            connection, row, said, milliseconds(now), found["waived_hold"], reason=reason
        )
        if reason.code == GATE:
            _look_again(connection, row, ladders[series], now)
    return numbers


def _shut(
    connection: sqlite3.Connection, row: Row, waived: str, ladder: Mapping[str, Standing]
) -> tuple[Reason, str] | None:
    """Return why a wave keeps a release back, and who does; None where it does not."""
    standing = ladder.get(row.key.wave)
    if standing is None or standing.state is Stand.OPEN or row.state is not State.PLANNED:
        return None
    if row.key.action not in {Action.PUBLISH, Action.EXTEND}:
        return None
    if standing.state in SHUT:
        text, who = because(connection, standing, GATE)
        return Reason("held-by-person", text), who
    text = _waits_for(row, ladder)
    return (Reason("gate", text), GATE) if text and waived != GATE else None


def _waits_for(row: Row, ladder: Mapping[str, Standing]) -> str:
    every = {wave: each.rung for wave, each in ladder.items()}
    kept_by = keeper(every, row.key.wave)
    if kept_by is None:
        return ""
    rung = every[kept_by]
    return waits_for(kept_by, rung.gates, rung.after or "before it") + last_look(ladder[kept_by])


def _look_again(
    connection: sqlite3.Connection, row: Row, ladder: Mapping[str, Standing], now: datetime
) -> None:
    """Let a wave that was looked at no more, as nothing waited for it, be due with this one."""
    kept_by = keeper({wave: each.rung for wave, each in ladder.items()}, row.key.wave)
    due = max(milliseconds(now), milliseconds(row.begin_at))
    connection.execute(LOOK_AGAIN, {"series": row.key.series, "wave": kept_by, "due": due})
