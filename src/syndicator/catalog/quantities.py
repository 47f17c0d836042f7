"""Numbers as exports write them: `1,234`, `1.234,5`, `12 %`."""

from __future__ import annotations

import re
from decimal import Decimal

_SPACES = re.compile(r"[\s'\u2019\u00a0\u202f_]")
_SHAPE = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)")
LONGEST = 40
_THOUSAND = 3


class Ambiguous(ValueError):  # noqa: N818 - what it is, as `Impossible`
    """A number that can be read in two ways; the message shows both."""


def quantity(text: str, *, whole: bool, share: bool, decimal: str | None = None) -> Decimal:
    """Return the number that a cell spells.

    Args:
        text: the cell.
        whole: it counts something, so a single separator with three digits after it groups them.
        share: it is a percentage, so such a separator is the decimal sign; `%` may follow.
        decimal: the file's decimal sign, `.` or `,`; None: each number tells.

    Raises:
        Ambiguous: `1.234` of what may have a fraction.
        ValueError: it is no number, or no whole one.
    """
    bare = _SPACES.sub("", text[: LONGEST * 2])
    bare = bare.removesuffix("%") if share else bare
    if len(bare) > LONGEST or not bare.isascii() or not _SHAPE.fullmatch(bare):
        raise ValueError("like 1234" if whole else "like 1234.5")
    sign = _decimal_sign(bare, whole=whole, share=share) if decimal is None else decimal
    return _read(bare, sign, whole=whole)


def _decimal_sign(bare: str, *, whole: bool, share: bool) -> str:
    marks = [each for each in bare if each in ".,"]
    if not marks:
        return "."
    if len(set(marks)) > 1:
        return marks[-1]
    mark, other = marks[0], "," if marks[0] == "." else "."
    if len(marks) > 1:
        return other
    head, _, tail = bare.lstrip("+-").partition(mark)
    groups = len(tail) == _THOUSAND and 0 < len(head) <= _THOUSAND and not head.startswith("0")
    if not groups or share:
        return mark
    if whole:
        return other
    raise Ambiguous(f"{head}{tail} or {head}.{tail}")


def _read(bare: str, sign: str, *, whole: bool) -> Decimal:
    other = "," if sign == "." else "."
    shape = rf"[+-]?(?:\d*|\d{{1,3}}(?:{re.escape(other)}\d{{3}})+)(?:{re.escape(sign)}\d*)?"
    if not re.fullmatch(shape, bare):
        raise ValueError("digits in groups of three, like 1,234,567")
    found = Decimal(bare.replace(other, "").replace(sign, "."))
    if whole and found != found.to_integral_value():
        raise ValueError("a whole number")
    return found
