"""What is wanted: compare with what is known, and record the difference."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from syndicator.ledger.database import Database
from syndicator.ledger.ledger import LedgerMoved
from syndicator.ledger.rows import dump, known_of, reasons_text, stamp, terms_text
from syndicator.ledger.turns import follow
from syndicator.model.moment import milliseconds
from syndicator.model.plan import Change, Changes, Kind, Known
from syndicator.model.release import Release, ReleaseKey
from syndicator.model.state import UNDER_WAY, Happened, State, advance

KNOWN = """
SELECT id, key, state, at_ms, territories, content, terms, reasons, waived_hold, begun,
  visible, give_up_ms, closes_ms, notes
FROM release WHERE key >= :low AND key < :high
"""

INSERT = """
INSERT INTO release (key, series, cut, channel, wave, action, part, state, at_ms, begin_ms, next_ms,
  since_ms, give_up_ms, closes_ms, territories, terms, content, ord, size, line, reasons,
  notes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

FIRST_EVENTS = """
INSERT INTO event (release, at_ms, happened, state, actor, cause)
SELECT id, :now, state, state, :actor, 'asked for by ' || line FROM release WHERE id > :after
"""
"""A release's first event has the name of the state it leads to: planned, blocked or held."""

REPLAN = """
UPDATE release SET state = :state, at_ms = :at, begin_ms = :begin, next_ms = :next,
  since_ms = CASE WHEN state = :state THEN since_ms ELSE :now END, give_up_ms = :give_up,
  closes_ms = :closes, territories = :territories, terms = :terms, ord = :ord, size = :size,
  line = :line, reasons = :reasons, notes = :notes, error = '', task = NULL, attempt = 0,
  saved = CASE WHEN content = :content THEN saved END,
  asked = CASE WHEN content = :content THEN asked END,
  content = :content, token = token + (worker IS NOT NULL), worker = NULL, lease_ms = NULL
WHERE id = :id AND state = :was AND (worker IS NULL OR lease_ms <= :now)
"""
"""Only what nobody works on; who has slept past its lease loses it here, and learns so."""

BOUND = """
UPDATE release SET give_up_ms = :give_up, closes_ms = :closes WHERE id = :id AND state = :was
"""

FORGET = """
UPDATE release SET state = 'blocked', next_ms = NULL, since_ms = :now, reasons = :reasons,
  token = token + (worker IS NOT NULL), worker = NULL, lease_ms = NULL
WHERE id = :id AND state = :was AND (worker IS NULL OR lease_ms <= :now)
"""

EVENT = """
INSERT INTO event (release, at_ms, happened, state, actor, cause, data)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""

CONTENT = """
INSERT INTO content (digest, text) VALUES (?, ?)
ON CONFLICT (digest) DO UPDATE SET text = excluded.text WHERE text <> excluded.text
"""


def known(database: Database, series: str) -> Mapping[ReleaseKey, Known]:
    low, high = f"{series}/", f"{series}0"  # "0" follows "/" in every collation we use
    rows = database.all(KNOWN, {"low": low, "high": high})
    return {each.key: each for each in map(known_of, rows)}


def record(database: Database, changes: Changes, *, now: datetime, actor: str) -> int:
    """Record a series' changes in one transaction; return how many had to wait."""
    at = milliseconds(now)
    with database.transaction() as connection:
        connection.executemany(CONTENT, changes.contents.items())
        new = [
            change.release for change in changes.items if change.known is None and change.release
        ]
        insert(connection, new, at, actor)
        waiting = sum(
            _apply(connection, change, change.known, at, actor)
            for change in changes.items
            if change.known is not None and not change.needs_person
        )
        follow(connection, changes.series, at, actor)
        return waiting


def insert(
    connection: sqlite3.Connection, releases: Sequence[Release], now: int, actor: str
) -> None:
    """Insert releases with their first events.

    Raises:
        LedgerMoved: one of them is there already.
    """
    if not releases:
        return
    after = connection.execute("SELECT coalesce(max(id), 0) FROM release").fetchone()[0]
    try:
        connection.executemany(INSERT, _tuples(releases, now))
    except sqlite3.IntegrityError as error:
        if "release.key" not in str(error):
            raise
        raise LedgerMoved(_first_taken(connection, releases, after)) from None
    connection.execute(FIRST_EVENTS, {"now": now, "actor": actor, "after": after})


def _tuples(releases: Iterable[Release], now: int) -> Iterable[tuple[object, ...]]:
    spell: dict[int, str] = {}
    for each in releases:
        key = each.key
        began = milliseconds(each.begin_at)
        state = first_state(each)
        territories = spell.get(id(each.territories))
        if territories is None:
            territories = spell[id(each.territories)] = str(each.territories)
        yield (
            str(key), key.series, key.cut, key.channel, key.wave, key.action, key.part,
            state, milliseconds(each.at), began, began if state == "planned" else None, now,
            stamp(each.give_up_at), stamp(each.closes_at), territories, terms_text(each.terms),
            each.content, each.order, each.size, str(each.line),
            reasons_text(each.blocked or ((each.held,) if each.held else ())),
            reasons_text(each.notes),
        )  # fmt: skip


def first_state(release: Release) -> str:
    """Return the state a release has when it is first recorded."""
    if release.blocked:
        return "blocked"
    return "held" if release.held else "planned"


def _first_taken(connection: sqlite3.Connection, releases: Sequence[Release], after: int) -> str:
    for each in releases:
        taken = "SELECT 1 FROM release WHERE key = ? AND id <= ?"
        if connection.execute(taken, (str(each.key), after)).fetchone():
            return str(each.key)
    return str(releases[0].key)


def _apply(
    connection: sqlite3.Connection, change: Change, was: Known, now: int, actor: str
) -> bool:
    """Apply one change to a known release; return whether it has to wait."""
    if change.kind is Kind.BOUNDED:
        return _bound(connection, change, was, now, actor)
    if was.state in UNDER_WAY and was.state is not State.STAGING:
        return True  # what is staged lies there unseen and may still be changed
    happened = happened_by(change, was)
    state = advance(was.state, happened)
    if change.release is None:
        values: dict[str, object] = {"reasons": _GONE}
        touched = connection.execute(FORGET, {**values, "id": was.id, "was": was.state, "now": now})
    else:
        values = _columns(change.release, state, was)
        touched = connection.execute(REPLAN, {**values, "id": was.id, "was": was.state, "now": now})
    if touched.rowcount != 1:
        if _is_under_way(connection, was.id):
            _hold_back(connection, was, now, actor)
            return True
        raise LedgerMoved(str(was.key))
    connection.execute(EVENT, (was.id, now, happened, state, actor, change.note, None))
    return False


def _bound(
    connection: sqlite3.Connection, change: Change, was: Known, now: int, actor: str
) -> bool:
    """Note until when something on its way is wanted; who works on it is not disturbed."""
    release = change.release
    values = {
        "give_up": stamp(release.give_up_at) if release else 0,
        "closes": stamp(release.closes_at) if release else 0,
        "id": was.id,
        "was": was.state,
    }
    if connection.execute(BOUND, values).rowcount != 1:
        raise LedgerMoved(str(was.key))
    happened = Happened.BOUNDED
    connection.execute(EVENT, (was.id, now, happened, was.state, actor, change.note, None))
    return False


def _hold_back(connection: sqlite3.Connection, was: Known, now: int, actor: str) -> None:
    """See to it that what is being staged as it was planned before is not opened as that."""
    values = {"give_up": 0, "closes": 0, "id": was.id, "was": State.STAGING}
    is_said = was.give_up_at is not None and not milliseconds(was.give_up_at)
    if not is_said and connection.execute(BOUND, values).rowcount == 1:
        note = "not to be opened before it is planned anew"
        said = (was.id, now, Happened.BOUNDED, State.STAGING, actor, note, None)
        connection.execute(EVENT, said)


_GONE = dump([{"code": "not-in-calendar", "text": "no calendar asks for it any more"}])


def _columns(release: Release, state: State, was: Known) -> dict[str, object]:
    waits = state is State.PLANNED
    begin = milliseconds(release.begin_at)
    reasons = release.blocked or ((release.held,) if release.held else ())
    if state is State.HELD and not reasons:
        reasons = was.reasons  # a person's hold outlives a moved date
    return {
        "state": state,
        "at": milliseconds(release.at),
        "begin": begin,
        "next": begin if waits else None,
        "give_up": stamp(release.give_up_at),
        "closes": stamp(release.closes_at),
        "territories": str(release.territories),
        "terms": terms_text(release.terms),
        "content": release.content,
        "ord": release.order,
        "size": release.size,
        "line": str(release.line),
        "reasons": reasons_text(reasons),
        "notes": reasons_text(release.notes),
    }


def _is_under_way(connection: sqlite3.Connection, id_: int) -> bool:
    row = connection.execute("SELECT state, worker FROM release WHERE id = ?", (id_,)).fetchone()
    return bool(row) and (row["worker"] is not None or row["state"] in UNDER_WAY)


def happened_by(change: Change, was: Known) -> Happened:
    """Return what a change means for a release in the state it was in."""
    by_kind: dict[Kind, Callable[[], Happened]] = {
        Kind.GONE: lambda: Happened.BLOCKED,
        Kind.BLOCKED: lambda: Happened.BLOCKED,
        Kind.HELD: lambda: Happened.HELD if was.state is not State.HELD else Happened.REPLANNED,
        Kind.FREED: lambda: Happened.RESUMED if was.state is State.HELD else Happened.PLANNED,
    }
    return by_kind.get(change.kind, lambda: Happened.REPLANNED)()
