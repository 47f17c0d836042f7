"""Text that must fit: nothing is broken in the middle."""

from __future__ import annotations

from collections.abc import Callable

ELLIPSIS = "…"


def in_utf16(text: str) -> int:
    """Return the length in UTF-16 code units, as platforms count that were written in Java."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_bytes(text: str) -> int:
    """Return the length in bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def shorten(text: str, most: int, units: Callable[[str], int] = len) -> str:
    """Return the longest beginning in whole words, with an ellipsis where something is missing.

    A single word that is too long is cut between graphemes (UAX #29), a hashtag never.

    Args:
        text: any text.
        most: how long it may be, the ellipsis included.
        units: how the platform counts: `len` (code points), `in_utf16`, `in_bytes`.
    """
    import regex

    text = text.strip()
    if units(text) <= most:
        return text
    room = most - units(ELLIPSIS)
    if room <= 0:
        return ""
    end = 0
    for word in regex.finditer(r"\S+", text):
        if units(text[: word.end()]) > room:
            break
        end = word.end()
    return (text[:end] if end else _graphemes(text, room, units)).rstrip() + ELLIPSIS


def _graphemes(text: str, room: int, units: Callable[[str], int]) -> str:
    import regex

    if text.startswith("#"):
        return ""
    end = 0
    for each in regex.finditer(r"\X", text):
        if units(text[: each.end()]) > room:
            break
        end = each.end()
    return text[:end]
