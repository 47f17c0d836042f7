"""Ranges of episodes as managers write them: `1-10, 12`."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d+)(?:\s*[-\u2013]\s*(\d+))?")
MOST = 2000


def parse_numbers(text: object) -> tuple[int, ...]:
    """Return the episode numbers that `7`, `1-10` or `1-10, 12` spell, in order.

    Raises:
        ValueError: it is no range, runs backwards, or names more episodes than any series has.
    """
    found: set[int] = set()
    for part in str(text).split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise ValueError("write it like 7, 1-10 or 1-10, 12")
        first, last = int(match[1]), int(match[2] or match[1])
        if first < 1 or last < first or last > MOST:
            raise ValueError(f"{part.strip()} runs from {first} to {last}")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def spell_numbers(numbers: tuple[int, ...]) -> str:
    """Return the shortest text that `parse_numbers` reads back."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
