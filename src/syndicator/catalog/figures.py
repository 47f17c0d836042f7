"""Figures from a CSV file, for channels that have no interface to ask: a row is one day's telling.

Columns are found by name, in any order, in the first row that names any figure. Either each row
names its `metric` and `value`, or each metric has a column of its own:

    series   episode   channel   territory   day   views   likes   revenue   currency   as_of

Nothing here raises for what stands in a file: all faults are collected with row and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import attrs

from syndicator.catalog.dates import FIRST, LAST, moment
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.figure_doubts import FAULTS_MAX, Doubts, Out
from syndicator.catalog.figure_rows import METRICS, Head, Row, find_head, read_rows
from syndicator.catalog.quantities import Ambiguous, quantity
from syndicator.model.figure import Figure, Measured
from syndicator.model.problem import Place
from syndicator.model.territory import CODES

WHOLE = frozenset({"views", "likes", "comments", "shares", "completions"})
EVERYWHERE = ("", "world", "all", "total")
NOTHING = ("", "-", "\N{EN DASH}", "\N{EM DASH}", "n/a")
"""Cells that say that nothing was measured."""


@attrs.frozen(kw_only=True)
class Known:
    """What can be meant: what was ever planned."""

    units: frozenset[tuple[str, str, str]]
    """Series, cut and channel."""

    cut_by_number: Mapping[tuple[str, int], str]
    """Series and episode number to cut."""

    out: Callable[[str], Out] | None = None
    """What was ever out of a series, read where figures of it are told; None: nobody knows."""


@attrs.frozen(kw_only=True)
class Telling:
    """What holds for a whole file where its rows do not say otherwise."""

    source: str
    as_of: datetime
    now: datetime
    series: str = ""
    channel: str = ""
    is_file_time: bool = False
    """Whether `as_of` is only when the file was written: that is said where it counts."""

    decimal: str | None = None
    """The decimal sign, `.` or `,`; None: told by each number."""


def read_figures(
    path: Path, shown: str, known: Known, telling: Telling
) -> tuple[list[Measured], Faults, int]:
    """Return the figures of a file, what is wrong with it, and how many rows it has."""
    faults = Faults()
    rows = list(read_rows(path, shown, faults))
    if faults.serious:
        return [], faults, 0
    head = find_head(rows, shown, faults)
    if head is None:
        return [], faults, 0
    doubts = Doubts(faults, known.out)
    reader = _Reader(head, known, telling, doubts, faults)
    number = 0
    for line, cells in rows[head.at + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        row = Row(line, cells, head)
        for each in reader.figures(row):
            doubts.keep(each, row)
        if sum(each.severity == "error" for each in faults.found) >= FAULTS_MAX:
            break
    doubts.say(telling.as_of if telling.is_file_time else None)
    return doubts.figures, faults, number


class _Reader:
    """Turns rows into figures."""

    def __init__(
        self, head: Head, known: Known, telling: Telling, doubts: Doubts, faults: Faults
    ) -> None:
        self._doubts = doubts
        self._head = head
        self._known = known
        self._telling = telling
        self._faults = faults
        self._series = {series for series, _, _ in known.units}
        self._channels = {channel for _, _, channel in known.units}

    def figures(self, row: Row) -> Iterator[Measured]:
        """Yield the figures of a row; none where a part of it cannot be understood."""
        before = len(self._faults.found)
        unit, territory = self._unit(row), self._territory(row)
        day, as_of = self._day(row), self._as_of(row)
        told = list(self._told(row))
        if len(self._faults.found) > before or unit is None or as_of is None:
            return
        series, cut, channel = unit
        for metric, value, currency in told:
            yield Measured(
                series=series, cut=cut, channel=channel, source=self._telling.source,
                figure=Figure(metric=metric, value=value, territory=territory, day=day,
                              as_of=as_of, currency=currency),
            )  # fmt: skip

    def _unit(self, row: Row) -> tuple[str, str, str] | None:
        series = self._one_of(row, "series", self._telling.series, self._series)
        channel = self._one_of(row, "channel", self._telling.channel, self._channels)
        if series is None or channel is None:
            return None
        cut = self._cut(row, series)
        if cut is None:
            return None
        if (series, cut, channel) not in self._known.units:
            where = sorted(c for s, k, c in self._known.units if (s, k) == (series, cut))
            self._faults.add("not-released", f"{cut} of {series} was never planned on {channel}",
                             row.place("channel"), found=channel,
                             expected=", ".join(where[:8]))  # fmt: skip
            return None
        return series, cut, channel

    def _one_of(self, row: Row, name: str, default: str, known: set[str]) -> str | None:
        text = row.text(name) or default
        if text in known:
            return text
        if not text:
            self._faults.add("missing-key", f"this row names no {name}", row.place(name),
                             expected=f"a column `{name}`, or --{name} for the file")  # fmt: skip
        elif name == "series":
            self._faults.add("unknown-series", "no such series was ever planned", row.place(name),
                             found=text, expected=_some(known), hint=near(text, known))  # fmt: skip
        else:
            self._faults.add("unknown-channel", "nothing was ever planned on such a channel",
                             row.place(name), found=text, expected=_some(known),
                             hint=near(text, known))  # fmt: skip
        return None

    def _cut(self, row: Row, series: str) -> str | None:
        cuts = {cut for known, cut, _ in self._known.units if known == series}
        text = row.text("cut")
        if text:
            if text in cuts:
                return text
            self._faults.add("unknown-cut", f"{series} has no such cut", row.place("cut"),
                             found=text, expected=_some(cuts), hint=near(text, cuts))  # fmt: skip
            return None
        number = row.text("episode")
        if number in cuts:
            return number
        if number.isascii() and number.isdigit() and len(number) < 6:  # noqa: PLR2004 - a number
            found = self._known.cut_by_number.get((series, int(number)))
            if found:
                return found
        if number:
            self._faults.add("unknown-episode", f"{series} has no such episode planned",
                             row.place("episode"), found=number, expected=_some(cuts),
                             hint=near(number, cuts))  # fmt: skip
        else:
            self._faults.add("missing-key", "this row names no cut and no episode",
                             row.place("cut"), expected="a column `cut` or `episode`")  # fmt: skip
        return None

    def _territory(self, row: Row) -> str | None:
        text = row.text("territory")
        if text.lower() in EVERYWHERE:
            return None
        code = text.upper()
        if code not in CODES:
            self._faults.add("unknown-territory", "this is no territory of ISO 3166-1",
                             row.place("territory"), found=text,
                             expected="two letters, like BR; WORLD, or nothing, for all together",
                             hint="did you mean GB?" if code == "UK" else None)  # fmt: skip
        return code

    def _day(self, row: Row) -> date | None:
        text = row.text("day")
        if text.lower() in EVERYWHERE:
            return None
        found = moment(text)
        if isinstance(found, datetime):
            found = found.date()
        if not isinstance(found, date) or not FIRST <= found.year <= LAST:
            can = re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", text)
            self._faults.add("ambiguous-date" if can else "bad-date",
                             "this date can be read in two ways" if can else "this is no date",
                             row.place("day"), found=text, expected="2026-12-01")  # fmt: skip
            return None
        if found > (self._telling.now + timedelta(hours=14)).date():
            self._faults.add("bad-date", "this day has not come yet", row.place("day"), found=text,
                             expected="a day that was measured")  # fmt: skip
        return found

    def _as_of(self, row: Row) -> datetime | None:
        text = row.text("as_of")
        if not text:
            self._doubts.undated(row.place("as_of"))
            return self._telling.as_of
        found = moment(text)
        if not isinstance(found, date) or not FIRST <= found.year <= LAST:
            self._faults.add("bad-date", "this is no instant", row.place("as_of"), found=text,
                             expected="2026-12-01T20:00Z")  # fmt: skip
            return None
        if not isinstance(found, datetime):
            found = datetime(found.year, found.month, found.day, tzinfo=UTC)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if found > self._telling.now:
            self._faults.add("bad-date", "nobody can have told it then: that is yet to come",
                             row.place("as_of"), found=text, expected="an instant that is past, "
                             "in UTC unless it names a zone")  # fmt: skip
            return None
        return found

    def _told(self, row: Row) -> Iterator[tuple[str, float, str | None]]:
        if "metric" in self._head.columns and "value" in self._head.columns:
            metric = _metric(row.text("metric"))
            if metric is None:
                self._faults.add("unknown-metric", "this is no metric", row.place("metric"),
                                 found=row.text("metric"), expected=", ".join(METRICS),
                                 hint=near(row.text("metric").lower(), METRICS))  # fmt: skip
            else:
                yield from self._value(row, metric, "value")
        for metric in self._head.metrics:
            yield from self._value(row, metric, metric)

    def _value(self, row: Row, metric: str, column: str) -> Iterator[tuple[str, float, str | None]]:
        text = row.text(column)
        if text.lower() in NOTHING:
            return
        place = row.place(column)
        try:
            found = quantity(text, whole=metric in WHOLE, share=metric == "average_percentage",
                             decimal=self._telling.decimal)  # fmt: skip
        except Ambiguous as error:
            self._faults.add("bad-number", "this number can be read in two ways", place, found=text,
                             expected=str(error), hint="say which: --decimal , or --decimal .",
                             )  # fmt: skip
            return
        except ValueError as error:
            self._faults.add("bad-number", f"this is no number of {metric}", place, found=text,
                             expected=str(error))  # fmt: skip
            return
        if self._doubts.too_much(metric, found, place):
            return
        if metric != "revenue":
            if found < 0:
                self._faults.add("bad-number", f"{metric} cannot be less than nothing", place,
                                 found=text, expected="0 or more")  # fmt: skip
                return
            yield metric, float(found), None
            return
        yield from self._revenue(row, found, place)

    def _revenue(
        self, row: Row, found: Decimal, place: Place
    ) -> Iterator[tuple[str, float, str | None]]:
        currency = (row.text("currency") or self._head.currency).upper()
        minor = self._doubts.minor(found, currency, place, row.place("currency"))
        if minor is not None:
            yield "revenue", minor, currency


def _metric(text: str) -> str | None:
    word = " ".join(text.lower().split())
    return next((name for name, known in METRICS.items() if word in known), None)


def _some(words: set[str]) -> str:
    shown = sorted(words)[:8]
    return ", ".join(shown) + (" …" if len(words) > len(shown) else "") or "nothing was planned yet"
