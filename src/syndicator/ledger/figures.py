"""Figures: of each kind one, and a later telling replaces an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

import attrs

from syndicator.model.moment import from_milliseconds, milliseconds

if TYPE_CHECKING:
    from syndicator.ledger.database import Database
    from syndicator.ledger.ledger import Filter
    from syndicator.model.figure import Measured


@attrs.frozen(kw_only=True)
class Kept:
    """What became of figures that were told."""

    new: int = 0
    corrected: int = 0
    """Replaced an earlier telling with another value."""

    same: int = 0
    """Told again, with the same value."""

    older: int = 0
    """Told before what is known already, so left alone."""


class Figures(Protocol):
    """What platforms told of live releases."""

    def keep_figures(self, figures: Iterable[Measured], *, now: datetime) -> Kept:
        """Keep figures, all or none; of each kind the one with the latest `as_of`."""

    def units(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield what can have figures: series, cut, channel and the episode's number, or 0."""

    def figures(self, only: Filter, *, metrics: Collection[str] = ()) -> Iterator[Measured]:
        """Yield figures in order of series, cut, channel, metric, territory, day, currency.

        Args:
            only: series and channels that are meant; territories leave out figures of others, and
                keep those that tell no territory. The rest of a filter does not apply.
            metrics: which; empty means all.
        """

    def sums(self, metric: str) -> Iterator[tuple[str, str, str, str, float]]:
        """Yield (series, cut, channel, currency, whole) of a metric, over all time.

        The whole is the largest of its tellings: of all days or by day, of all territories or by
        territory. They are never added up. `` is the currency of what has none.
        """


KNOWN = """
SELECT value, as_of_ms FROM figure WHERE series = ? AND cut = ? AND channel = ? AND metric = ?
  AND territory = ? AND day = ? AND currency = ?
"""

KEEP = """
INSERT INTO figure (series, cut, channel, metric, territory, day, currency, value, source,
  as_of_ms, kept_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (series, cut, channel, metric, territory, day, currency) DO UPDATE SET
  value = excluded.value, source = excluded.source, as_of_ms = excluded.as_of_ms,
  kept_ms = excluded.kept_ms
"""

UNITS = "SELECT DISTINCT series, cut, channel, ord FROM release WHERE action = 'publish'"

ORDER = "ORDER BY series, cut, channel, metric, territory, day, currency"

SUMS = """
WITH daily AS (
  SELECT series, cut, channel, currency, day,
    sum(CASE WHEN territory = '' THEN value END) AS whole,
    sum(CASE WHEN territory <> '' THEN value END) AS parts
  FROM figure WHERE metric = :metric GROUP BY series, cut, channel, currency, day
)
SELECT series, cut, channel, currency, max(
  coalesce(sum(CASE WHEN day = '' THEN whole END), 0),
  coalesce(sum(CASE WHEN day = '' THEN parts END), 0),
  coalesce(sum(CASE WHEN day <> '' THEN max(coalesce(whole, parts), coalesce(parts, whole)) END), 0)
) FROM daily GROUP BY series, cut, channel, currency
"""


def sums(database: Database, metric: str) -> Iterator[tuple[str, str, str, str, float]]:
    """Yield what each cut came to on each channel."""
    for row in database.pages(SUMS, {"metric": metric}):
        yield row[0], row[1], row[2], row[3], row[4]


def keep(database: Database, figures: Iterable[Measured], now: datetime) -> Kept:
    """Keep figures in one transaction."""
    counts = dict.fromkeys(("new", "corrected", "same", "older"), 0)
    with database.transaction() as connection:
        for each in figures:
            key, as_of = _key(each), milliseconds(each.figure.as_of)
            was = connection.execute(KNOWN, key).fetchone()
            if was is not None and was["as_of_ms"] > as_of:
                counts["older"] += 1
                continue
            value = float(each.figure.value)
            word = "new" if was is None else "same" if was["value"] == value else "corrected"
            counts[word] += 1
            connection.execute(KEEP, (*key, value, each.source, as_of, milliseconds(now)))
    return Kept(**counts)


def _key(measured: Measured) -> tuple[str, ...]:
    figure = measured.figure
    day = figure.day.isoformat() if figure.day else ""
    return (measured.series, measured.cut, measured.channel, figure.metric,
            figure.territory or "", day, figure.currency or "")  # fmt: skip


def units(database: Database) -> Iterator[tuple[str, str, str, int]]:
    """Yield what was ever planned to be published."""
    for row in database.all(UNITS):
        yield row["series"], row["cut"], row["channel"], row["ord"]


def read(database: Database, only: Filter, metrics: Collection[str]) -> Iterator[Measured]:
    """Yield the figures that are meant."""
    from syndicator.model.figure import Figure, Measured

    parts, values = [], dict[str, str]()
    wanted = (("series", only.series), ("channel", only.channels), ("metric", metrics),
              ("territory", ("", *only.territories) if only.territories else ()))  # fmt: skip
    for column, words in wanted:
        if words:
            names = {f"{column}{number}": each for number, each in enumerate(words)}
            values |= names
            parts.append(f"{column} IN ({', '.join(f':{name}' for name in names)})")
    where = f"WHERE {' AND '.join(parts)}" if parts else ""
    for row in database.all(f"SELECT * FROM figure {where} {ORDER}", values):
        yield Measured(
            series=row["series"], cut=row["cut"], channel=row["channel"], source=row["source"],
            figure=Figure(
                metric=row["metric"], value=row["value"], territory=row["territory"] or None,
                day=date.fromisoformat(row["day"]) if row["day"] else None,
                as_of=from_milliseconds(row["as_of_ms"]), currency=row["currency"] or None,
            ),
        )  # fmt: skip
