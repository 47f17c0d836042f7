"""Territories: a set algebra over ISO 3166-1, written the way licences are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import attrs

from syndicator.model.zones import ZONE_BY_TERRITORY

WORLD = "WORLD"
CODES = frozenset(ZONE_BY_TERRITORY)


class UnknownTerritory(ValueError):
    """A code that ISO 3166-1 does not assign; `code` is what was found."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is no territory of ISO 3166-1")
        self.code = code


@attrs.frozen
class Territories:
    """A set of ISO 3166-1 alpha-2 codes; immutable and hashable."""

    codes: frozenset[str]

    @classmethod
    def parse(cls, words: Iterable[str]) -> Territories:
        """Return the set that `WORLD`, `BR` and `-CN` spell, whatever their order.

        Exclusions are taken off after everything else was added; exclusions alone mean
        "the world except".

        Raises:
            UnknownTerritory: a word is neither `WORLD` nor an assigned code.
        """
        return _parse(tuple(words))

    def __str__(self) -> str:
        """Return the shortest spelling that `parse` reads back, e.g. `WORLD -CN`."""
        return _spell(self.codes)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.codes))

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def __and__(self, other: Territories) -> Territories:
        return Territories(self.codes & other.codes)

    def __or__(self, other: Territories) -> Territories:
        return Territories(self.codes | other.codes)

    def __sub__(self, other: Territories) -> Territories:
        return Territories(self.codes - other.codes)

    def __le__(self, other: Territories) -> bool:
        return self.codes <= other.codes


NOWHERE = Territories(frozenset())
EVERYWHERE = Territories(CODES)


@lru_cache(maxsize=4096)
def _parse(words: tuple[str, ...]) -> Territories:
    included: set[str] = set()
    excluded: set[str] = set()
    for word in words:
        code = word.removeprefix("-")
        target = excluded if word.startswith("-") else included
        if code == WORLD:
            target |= CODES
        elif code in CODES:
            target.add(code)
        else:
            raise UnknownTerritory(word)
    if excluded and not included:
        included = set(CODES)
    return Territories(frozenset(included - excluded))


@lru_cache(maxsize=4096)
def _spell(codes: frozenset[str]) -> str:
    missing = CODES - codes
    if len(missing) < len(codes):
        return " ".join([WORLD, *(f"-{code}" for code in sorted(missing))])
    return " ".join(sorted(codes))
