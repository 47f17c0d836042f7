"""The tables, as numbered migrations: a fresh ledger and a migrated one have the same schema.

Each migration is applied in one transaction together with the record of it (sqlite-utils). A
released migration is never changed; `VERSION` is how many there are, and stands in
`PRAGMA user_version`, so that opening an up-to-date ledger reads one number and imports nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from syndicator.model.state import WAITED_FOR, State

VERSION = 3


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


TABLES = f"""
CREATE TABLE content (
  digest TEXT PRIMARY KEY,
  text TEXT NOT NULL CHECK (json_valid(text))
) STRICT, WITHOUT ROWID;

CREATE TABLE release (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  series TEXT NOT NULL,
  cut TEXT NOT NULL,
  channel TEXT NOT NULL,
  wave TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('publish', 'extend', 'update', 'withdraw')),
  part TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ({_words(State)})),
  at_ms INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  next_ms INTEGER,
  since_ms INTEGER NOT NULL,
  give_up_ms INTEGER,
  closes_ms INTEGER,
  territories TEXT NOT NULL,
  visible TEXT NOT NULL DEFAULT '',
  terms TEXT NOT NULL,
  content TEXT NOT NULL REFERENCES content (digest),
  ord INTEGER NOT NULL,
  size INTEGER NOT NULL,
  line TEXT NOT NULL,
  reasons TEXT NOT NULL DEFAULT '[]',
  waived_hold TEXT NOT NULL DEFAULT '',
  begun INTEGER NOT NULL DEFAULT 0,
  attempt INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  token INTEGER NOT NULL DEFAULT 0,
  worker TEXT,
  lease_ms INTEGER,
  saved TEXT,
  asked TEXT,
  receipt TEXT,
  -- what cannot be true at once
  CHECK ((worker IS NULL) = (lease_ms IS NULL)),
  CHECK (worker IS NULL OR state IN ('staging', 'publishing', 'processing', 'withdrawing')),
  CHECK (state <> 'live' OR receipt IS NOT NULL),
  CHECK (state <> 'live' OR error = ''),
  CHECK (state NOT IN ('blocked', 'held') OR reasons <> '[]'),
  -- nothing hangs silently: who waits for nobody has a time when it goes on
  CHECK ((next_ms IS NULL) =
         (state IN ('live', 'withdrawn', 'blocked', 'held', 'failed', 'missed', 'unknown')))
) STRICT;

-- in the order of claims: one walks it until it has enough, however much is due
CREATE INDEX release_due ON release (next_ms, ord) WHERE next_ms IS NOT NULL;
CREATE INDEX release_chain ON release (series, channel, wave, ord)
  WHERE ord > 0 AND action IN ('publish', 'extend') AND state IN ({_words(WAITED_FOR)});
CREATE INDEX release_aside ON release (state, at_ms)
  WHERE state IN ('held', 'blocked', 'unknown') AND reasons NOT LIKE '%"not-in-calendar"%';

CREATE TABLE event (
  number INTEGER PRIMARY KEY,
  release INTEGER NOT NULL REFERENCES release (id),
  at_ms INTEGER NOT NULL,
  happened TEXT NOT NULL,
  state TEXT NOT NULL,
  actor TEXT NOT NULL,
  cause TEXT NOT NULL,
  data TEXT
) STRICT;
CREATE INDEX event_release ON event (release);
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
  BEGIN SELECT RAISE (ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
  BEGIN SELECT RAISE (ABORT, 'events are never removed'); END;

CREATE TABLE source (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  series TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
  channel TEXT PRIMARY KEY,
  until_ms INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE spent (
  account TEXT NOT NULL,
  quota TEXT NOT NULL,
  span_ms INTEGER NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (account, quota, span_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  host TEXT PRIMARY KEY,
  began_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  outcome TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- for people with a database browser: instants one can read
CREATE VIEW releases AS
  SELECT key, state, strftime('%Y-%m-%dT%H:%M:%SZ', at_ms / 1000, 'unixepoch') AS at,
         strftime('%Y-%m-%dT%H:%M:%SZ', next_ms / 1000, 'unixepoch') AS next_at,
         territories, visible, reasons, error, attempt, worker, receipt, line
  FROM release;
"""

TASKS = """
ALTER TABLE release ADD COLUMN task TEXT CHECK (task IS NULL OR json_valid(task));
-- what waits for a person is few among many
CREATE INDEX release_task ON release (at_ms) WHERE task IS NOT NULL;
"""


STEERING = """
-- what stands behind it: why it was moved, what a person waived
ALTER TABLE release ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';

-- one figure of each kind: a later telling replaces an earlier one
CREATE TABLE figure (
  series TEXT NOT NULL,
  cut TEXT NOT NULL,
  channel TEXT NOT NULL,
  metric TEXT NOT NULL,
  territory TEXT NOT NULL,
  day TEXT NOT NULL,
  currency TEXT NOT NULL,
  value REAL NOT NULL,
  source TEXT NOT NULL,
  as_of_ms INTEGER NOT NULL,
  kept_ms INTEGER NOT NULL,
  PRIMARY KEY (series, cut, channel, metric, territory, day, currency)
) STRICT, WITHOUT ROWID;

-- how the waves of a series stand
CREATE TABLE rollout (
  series TEXT NOT NULL,
  wave TEXT NOT NULL,
  place INTEGER NOT NULL,
  rung TEXT NOT NULL CHECK (json_valid(rung)),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'paused', 'failed', 'aborted')),
  before TEXT CHECK (before IN ('waiting', 'open', 'failed')),
  opened_ms INTEGER,
  fails INTEGER NOT NULL DEFAULT 0,
  misses INTEGER NOT NULL DEFAULT 0,
  looked_ms INTEGER,
  next_ms INTEGER,
  looks TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(looks)),
  version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (series, wave),
  CHECK ((before IS NOT NULL) = (state = 'paused')),
  -- looked at is what waits; what is out of an aborted one is taken off
  CHECK (next_ms IS NULL OR state IN ('waiting', 'aborted'))
) STRICT, WITHOUT ROWID;
CREATE INDEX rollout_next ON rollout (next_ms) WHERE next_ms IS NOT NULL;

CREATE TABLE decision (
  number INTEGER PRIMARY KEY,
  series TEXT NOT NULL,
  wave TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  verb TEXT NOT NULL,
  actor TEXT NOT NULL CHECK (actor <> ''),
  reason TEXT NOT NULL CHECK (reason <> ''),
  data TEXT
) STRICT;
CREATE INDEX decision_series ON decision (series, wave);
CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
  BEGIN SELECT RAISE (ABORT, 'decisions are never changed'); END;
CREATE TRIGGER decision_is_never_removed BEFORE DELETE ON decision
  BEGIN SELECT RAISE (ABORT, 'decisions are never removed'); END;

-- what is down: an account (`channel:NAME`) or all of a platform (`platform:NAME`)
CREATE TABLE circuit (
  scope TEXT PRIMARY KEY,
  platform TEXT NOT NULL,
  failures INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  opened_ms INTEGER,
  until_ms INTEGER,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- what is worked on is few among many
CREATE INDEX release_held ON release (channel) WHERE worker IS NOT NULL;
"""


def migrate(path: str) -> None:
    """Bring the ledger at `path` to this version's schema; costs nothing where it is."""
    import sqlite_utils
    from sqlite_utils import Migrations

    migrations = Migrations("syndicator")

    @migrations()  # type: ignore[untyped-decorator, unused-ignore]
    def m0001_tables(database: Any) -> None:
        for statement in _statements(TABLES):
            database.execute(statement)

    @migrations()  # type: ignore[untyped-decorator, unused-ignore]
    def m0002_tasks(database: Any) -> None:
        for statement in _statements(TASKS):
            database.execute(statement)

    @migrations()  # type: ignore[untyped-decorator, unused-ignore]
    def m0003_steering(database: Any) -> None:
        for statement in _statements(STEERING):
            database.execute(statement)

    database = sqlite_utils.Database(path)
    try:
        database.conn.execute("PRAGMA journal_mode = WAL")
        migrations.apply(database)
        database.conn.execute(f"PRAGMA user_version = {VERSION}")
    finally:
        database.close()


def _statements(script: str) -> list[str]:
    """Split a script into statements, keeping the semicolons inside a trigger together."""
    import sqlite3

    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
