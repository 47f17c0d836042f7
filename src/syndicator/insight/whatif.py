"""An exclusive launch with a multiplier beside the spread plan: arithmetic on what is assumed.

Exact fractions; each line is rounded to minor units (half to even), and sums are sums of lines, so
that what is shown adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

from syndicator.model.balance import concentration, shares
from syndicator.model.money import Money, digits_of
from syndicator.model.programme import OUTLOOKS, Assumptions, Outlook, Programme

ONE = Fraction(1)
TIMES = "\N{MULTIPLICATION SIGN}"


@attrs.frozen(kw_only=True)
class PlanUnder:
    """One plan under one outlook."""

    platforms: Mapping[str, int]
    """Revenue by platform, in minor units."""

    views: int
    lines: tuple[str, ...]
    """The arithmetic."""

    @property
    def revenue(self) -> int:
        """In minor units."""
        return sum(self.platforms.values())

    @property
    def hhi(self) -> float | None:
        """Concentration of revenue."""
        return concentration(self.platforms)

    @property
    def largest(self) -> tuple[str, float]:
        """The platform with most revenue, and its share."""
        return next(iter(shares(self.platforms).items()), ("", 0.0))

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/whatif.json shows it."""
        return {
            "revenue": self.revenue,
            "platforms": dict(self.platforms),
            "hhi": self.hhi,
            "largest_share": self.largest[1],
            "views": self.views,
            "lines": list(self.lines),
        }


@attrs.frozen(kw_only=True)
class Compared:
    """Both plans under one outlook."""

    multiplier: Fraction
    spread: PlanUnder
    exclusive: PlanUnder
    capped: bool
    """Whether the cap cut the bonus."""

    break_even: Fraction | None
    """The multiplier at which both bring the same; None: none does."""

    why: str
    """What that means, in words; may be empty."""

    @property
    def difference(self) -> int:
        """Exclusive less spread, in minor units."""
        return self.exclusive.revenue - self.spread.revenue

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/whatif.json shows it."""
        return {
            "multiplier": float(self.multiplier),
            "spread": self.spread.as_json(),
            "exclusive": self.exclusive.as_json(),
            "difference": self.difference,
            "capped": self.capped,
            "break_even": None if self.break_even is None else float(self.break_even),
            "why": self.why,
        }


def compare(assumed: Assumptions, programme: Programme) -> dict[str, Compared]:
    """Return both plans under each outlook: low, mid, high."""
    return {
        name: _Outlook(assumed, programme, number).compared()
        for number, name in enumerate(OUTLOOKS)
    }


class _Outlook:
    """One outlook of assumptions and programme."""

    def __init__(self, assumed: Assumptions, programme: Programme, number: int) -> None:
        self.assumed, self.programme, self.number = assumed, programme, number
        self.currency = assumed.currency
        self.multiplier = programme.multiplier[number]
        mine = assumed.platforms[programme.platform]
        self.views = mine.views[number] * (1 + mine.gain[number])
        within = mine.in_window[number] if mine.in_window and programme.applies == "window" else ONE
        self.base = _round(self._earned(self.views, mine))
        self.within = within

    def compared(self) -> Compared:
        spread, others = self._spread(), self._others()
        exclusive, capped = self._exclusive(others)
        break_even, why = self._break_even(spread.revenue, sum(others.platforms.values()))
        return Compared(multiplier=self.multiplier, spread=spread, exclusive=exclusive,
                        capped=capped, break_even=break_even, why=why)  # fmt: skip

    def _earned(self, views: Fraction, outlook: Outlook) -> Fraction:
        return views / 1000 * outlook.per_thousand[self.number]

    def _spread(self) -> PlanUnder:
        amounts, lines, total = {}, [], Fraction(0)
        for name, each in self.assumed.platforms.items():
            views = each.views[self.number]
            total += views
            amounts[name] = _round(self._earned(views, each))
            lines.append(f"{name}: {self._per_thousand(_count(views), each)} = "
                         f"{self._money(amounts[name])}")  # fmt: skip
        return PlanUnder(platforms=amounts, views=_round(total), lines=tuple(lines))

    def _others(self) -> PlanUnder:
        """Return what the other platforms bring when they open later."""
        amounts, lines, total = {}, [], Fraction(0)
        for name, each in self.assumed.platforms.items():
            if name == self.programme.platform:
                continue
            views, loss = each.views[self.number], each.loss[self.number]
            total += views * (1 - loss)
            amounts[name] = _round(self._earned(views * (1 - loss), each))
            less = f"{_count(views)} {TIMES} (1 - {_number(loss)})" if loss else _count(views)
            lines.append(f"{name}: {self._per_thousand(less, each)} = "
                         f"{self._money(amounts[name])}")  # fmt: skip
        return PlanUnder(platforms=amounts, views=_round(total), lines=tuple(lines))

    def _exclusive(self, others: PlanUnder) -> tuple[PlanUnder, bool]:
        name, mine = self.programme.platform, self.assumed.platforms[self.programme.platform]
        gain, cap = mine.gain[self.number], self.programme.cap
        bonus = _round(self.base * self.within * (self.multiplier - 1))
        more = f"{_count(mine.views[self.number])} {TIMES} (1 + {_number(gain)})"
        seen = more if gain else _count(mine.views[self.number])
        part = f" {TIMES} {_number(self.within)} in the window" if self.within != 1 else ""
        factor = f"{TIMES} ({_number(self.multiplier)} - 1)"
        lines = [
            f"{name}: {self._per_thousand(seen, mine)} = {self._money(self.base)}",
            f"{name}, bonus: {self._money(self.base)}{part} {factor} = {self._money(bonus)}",
        ]
        capped = cap is not None and bonus > cap.minor
        if cap is not None and capped:
            bonus = cap.minor
            lines.append(f"{name}, bonus: capped at {self._money(bonus)}")
        found = PlanUnder(
            platforms={name: self.base + bonus, **others.platforms},
            views=_round(self.views) + others.views,
            lines=(*lines, *others.lines),
        )
        return found, capped

    def _break_even(self, spread: int, others: int) -> tuple[Fraction | None, str]:
        """Return the multiplier at which the exclusive plan brings what the spread one does."""
        short = spread - others - self.base
        if short <= 0:
            more = self._money(-short)
            return ONE, f"without any multiplier the exclusive plan brings {more} more"
        multiplied = self.base * self.within
        if not multiplied:
            return None, "nothing is multiplied, and the others' loss is never made up for"
        cap = self.programme.cap
        if cap is not None and short > cap.minor:
            return None, f"the bonus would have to be {self._money(short)}; the cap is {cap}"
        return 1 + short / multiplied, ""

    def _per_thousand(self, views: str, outlook: Outlook) -> str:
        rate = outlook.per_thousand[self.number] / 10 ** digits_of(self.currency)
        return f"{views} views {TIMES} {_number(rate)} {self.currency} per 1,000"

    def _money(self, minor: int) -> str:
        return str(Money(minor, self.currency))


def _round(value: Fraction) -> int:
    return round(value)


def _count(value: Fraction) -> str:
    return f"{round(value):,}" if value.denominator == 1 else _number(value)


def _number(value: Fraction) -> str:
    """Return a fraction as a decimal, cut to six digits where it has no end."""
    spelled = f"{Decimal(value.numerator) / Decimal(value.denominator):.6f}"
    return spelled.rstrip("0").rstrip(".")
