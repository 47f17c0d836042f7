"""What figures of a file cannot be, and what is odd about them: each with row and column.

What is impossible is an error: more than anybody could count, more completions than views. What is
only odd is a warning, told once for a file and place of the same kind: figures of what was never
out, money finer than it can be paid, more likes than views, and a file that does not say when it
was told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

import attrs

from syndicator.catalog.faults import Faults
from syndicator.catalog.figure_rows import Row
from syndicator.model.figure import Measured
from syndicator.model.money import CURRENCIES, MOST, digits_of
from syndicator.model.problem import Place
from syndicator.model.territory import NOWHERE, Territories

Out = Mapping[tuple[str, str], Territories]
"""Where a cut was ever to be seen on a channel, by cut and channel."""

MOST_OF = {"minutes_watched": 10**14, "average_percentage": 10**5}
MOST_COUNTED = 10**12
"""More than this nobody has counted of one video: a hundred views by everybody on Earth."""

FAULTS_MAX = 100
"""So many faults are told; a file with more is another kind of file."""

SOME = 8
"""So many of several names are told."""


@attrs.frozen
class _Seen:
    """One figure, and the row that tells it."""

    each: Measured
    row: Row

    def place(self) -> Place:
        metric = self.each.figure.metric
        return self.row.place(metric if metric in self.row.head.metrics else "value")


class Doubts:
    """Collects the figures of a file, each kind once, with what is odd about them."""

    def __init__(self, faults: Faults, out: Callable[[str], Out] | None) -> None:
        self._faults = faults
        self._out = out
        self._kept: dict[tuple[object, ...], _Seen] = {}
        self._rounded: dict[str, list[tuple[Place, Decimal]]] = {}
        self._undated: list[Place] = []

    @property
    def figures(self) -> list[Measured]:
        """What is left to be kept."""
        return [seen.each for seen in self._kept.values()]

    # -- while it is read --

    def too_much(self, metric: str, value: Decimal, place: Place) -> bool:
        """Return whether nobody can have counted so many; that is a fault."""
        most = MOST_OF.get(metric, MOST_COUNTED)
        if metric == "revenue" or value < most:
            return False
        self._faults.add("bad-number", f"nobody has counted so many {metric}", place, found=value,
                         expected=f"less than {most:,}")  # fmt: skip
        return True

    def minor(self, value: Decimal, currency: str, place: Place, where: Place) -> float | None:
        """Return an amount in whole minor units; None where it is no money: that is a fault.

        Args:
            value: in the currency's own unit.
            currency: as the row names it.
            place: of the amount.
            where: of the currency.
        """
        if currency not in CURRENCIES:
            text = "this is no currency" if currency else "revenue needs its currency"
            alike = sorted(each for each in CURRENCIES if each[:2] == currency[:2])
            self._faults.add("bad-money", text, where, found=currency or None,
                             expected="three letters of ISO 4217, like USD",
                             hint=f"did you mean {' or '.join(alike)}?" if alike else None,
                             )  # fmt: skip
            return None
        if abs(value.scaleb(digits_of(currency))) >= MOST:
            self._faults.add("bad-money", "nobody earns that much", place, found=value,
                             expected="an amount like 12.34")  # fmt: skip
            return None
        exact = value.scaleb(digits_of(currency))
        whole = exact.to_integral_value()
        if whole != exact:
            self._rounded.setdefault(currency, []).append((place, value))
        return float(whole)

    def undated(self, place: Place) -> None:
        """Note a row that does not say when it was told."""
        self._undated.append(place)

    def keep(self, each: Measured, row: Row) -> None:
        """Keep a figure; one that the file tells twice, differently and as of one instant, not."""
        figure = each.figure
        key = (*_spot(each), figure.metric, figure.currency)
        seen = _Seen(each, row)
        was = self._kept.setdefault(key, seen)
        if was.each.figure.value != figure.value:
            self._faults.add(
                "told-twice", f"{figure.metric} is told differently in line {was.row.line}",
                seen.place(), found=f"{figure.value:g}",
                expected=f"{was.each.figure.value:g}, or one of the two",
            )  # fmt: skip

    # -- when all is read --

    def say(self, file_time: datetime | None) -> None:
        """Add what shows only when the whole file was read.

        Args:
            file_time: when the file was written, if that counts where no row says otherwise.
        """
        self._say_undated(file_time)
        self._say_rounded()
        self._say_more_than_views()
        self._say_never_out()

    def _say_undated(self, file_time: datetime | None) -> None:
        if not self._undated or file_time is None:
            return
        number = len(self._undated)
        said = "this row does not say when it was told"
        said = said if number == 1 else f"{number:,} rows do not say when they were told"
        when = f"{file_time:%Y-%m-%d %H:%M} UTC"
        self._faults.warn(
            "no-as-of", f"{said}: as of the file's time, {when}", self._undated[0],
            expected="a column `as_of`, or --as-of",
            hint="a copied or edited file looks younger than what it tells",
        )  # fmt: skip

    def _say_rounded(self) -> None:
        for currency, some in self._rounded.items():
            place, value = some[0]
            text = f"{currency} is not paid so finely; rounded to whole minor units"
            text += f", {len(some):,} times" if len(some) > 1 else ""
            digits = digits_of(currency)
            expected = f"at most {digits} digits after the point" if digits else "a whole amount"
            self._faults.warn("rounded-money", text, place, found=str(value), expected=expected)

    def _say_more_than_views(self) -> None:
        views = {_spot(seen.each): seen.each.figure.value for seen in self._kept.values()
                 if seen.each.figure.metric == "views"}  # fmt: skip
        odd: list[_Seen] = []
        for seen in self._kept.values():
            figure, most = seen.each.figure, views.get(_spot(seen.each))
            if most is None or figure.value <= most:
                continue
            if figure.metric == "completions" and len(self._faults.found) < FAULTS_MAX:
                self._faults.add(
                    "more-than-views", "nobody sees it to the end without seeing it",
                    seen.place(), found=f"{figure.value:,.0f}",
                    expected=f"at most its {most:,.0f} views",
                )  # fmt: skip
            elif figure.metric == "likes":
                odd.append(seen)
        if odd:
            text = "more likes than views"
            text += f", {len(odd):,} times" if len(odd) > 1 else ""
            self._faults.warn("more-than-views", text, odd[0].place(),
                              found=f"{odd[0].each.figure.value:,.0f}")  # fmt: skip

    def _say_never_out(self) -> None:
        if self._out is None:
            return
        series = {seen.each.series for seen in self._kept.values()}
        out = {name: self._out(name) for name in series}
        cuts: dict[tuple[str, str], dict[str, Place]] = {}
        places: dict[tuple[str, str], dict[str, Place]] = {}
        for seen in self._kept.values():
            each = seen.each
            where = out[each.series].get((each.cut, each.channel), NOWHERE)
            code = each.figure.territory
            if not where:
                column = "cut" if seen.row.text("cut") else "episode"
                mine = cuts.setdefault((each.series, each.channel), {})
                mine.setdefault(each.cut, seen.row.place(column))
            elif code is not None and code not in where.codes:
                mine = places.setdefault((each.series, each.channel), {})
                mine.setdefault(code, seen.row.place("territory"))
        for (name, channel), found in cuts.items():
            text = f"was never out on {channel}, as far as the ledger knows"
            self._never_out(f"of {name}, {_names(found)} {text}", found)
        for (name, channel), found in places.items():
            text = f"nothing of these rows of {name} on {channel} was ever opened in"
            self._never_out(f"{text} {_names(found)}", found)

    def _never_out(self, text: str, found: Mapping[str, Place]) -> None:
        name, place = next(iter(found.items()))
        self._faults.warn("never-out", text, place, found=name, hint="kept, but no gate counts it")


def _spot(each: Measured) -> tuple[object, ...]:
    """Return of what, where and when a figure tells."""
    figure = each.figure
    return (each.series, each.cut, each.channel, figure.territory, figure.day, figure.as_of)


def _names(found: Mapping[str, Place]) -> str:
    shown = sorted(found)[:SOME]
    return ", ".join(shown) + (f" and {len(found) - SOME:,} more" if len(found) > SOME else "")
