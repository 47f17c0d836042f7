"""Where a rule holds: in some territories, or on some channels; written as the key of a table.

A key in capitals is territories: `KR`, `SA AE KW`, `WORLD -CN`. Any other is a channel's name or a
pattern: `tube-br`, `tube-*`. Channels are named in small letters, so that no key is both.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import attrs

from syndicator.model.config import Config
from syndicator.model.placed import Node
from syndicator.model.plan import Sight
from syndicator.model.problem import Place, Problem
from syndicator.model.release import Action, Reason, Release
from syndicator.model.seam import Verdict
from syndicator.model.territory import CODES, NOWHERE, WORLD, Territories, UnknownTerritory

FEW = 6
"""So many words of a list are spelled out in an `expected`."""

SAYS = {
    key: {
        "type": "array",
        "items": {"type": "string", "description": "A key of the table."},
        "description": f"Where it does {word}, whatever its severity: keys of the table.",
        "examples": [["KR"]],
    }
    for key, word in (("block", "block"), ("warn", "no more than warn"))
}
"""Options of every rule with a table of places: severities that depart from the rule's own."""


@attrs.frozen
class Where:
    """What a key means."""

    key: str
    territories: Territories | None
    """None where it means channels."""

    def meets(self, channel: str, territories: Territories) -> Territories:
        """Return where a release on a channel meets it; nowhere is falsy."""
        if self.territories is not None:
            return self.territories & territories
        return territories if fnmatchcase(channel, self.key) else NOWHERE


@lru_cache(maxsize=1024)
def where(key: str) -> Where:
    """Return what a key means.

    Raises:
        UnknownTerritory: it is in capitals, and a word of it is no territory.
    """
    capitals = any(each.isalpha() for each in key) and key == key.upper()
    return Where(key, Territories.parse(key.split()) if capitals else None)


def options(sight: Sight, policy: str) -> Mapping[str, Any]:
    """Return what syndicator.toml tells a policy."""
    return sight.config.policies.get(policy, {})


def severity_at(told: Mapping[str, Any], key: str) -> str:
    """Return the severity that holds at a key; empty: the rule's own."""
    return next((word for word in ("block", "warn") if key in told.get(word, ())), "")


Against = tuple[Reason, str]
"""What is said against each release of a group, and how severely; empty: as the rule is."""


def judged(
    releases: Iterable[Release],
    same: Callable[[Release], Hashable],
    judge: Callable[[Release], Sequence[Against]],
) -> Iterator[Verdict]:
    """Yield verdicts on everything that is to be seen, asking once for releases that are alike."""
    known: dict[Hashable, Sequence[Against]] = {}
    for each in releases:
        if each.key.action not in {Action.PUBLISH, Action.EXTEND}:
            continue
        group = same(each)
        found = known.get(group)
        if found is None:
            found = known[group] = judge(each)
        for reason, own in found:
            yield (each, reason, own) if own else (each, reason)


def channel_and_places(release: Release) -> Hashable:
    """Return what releases share that are on one channel, in the same territories."""
    return release.key.channel, release.territories.codes


def unknown_places(table: Node, config: Config) -> Iterator[Problem]:
    """Yield a problem for each key of a table that means no territory and no channel."""
    for key, each in table.value.items():
        place = table.key_places.get(key, each.place)
        yield from unknown_place(key, place, config)


def unknown_place(key: str, place: Place, config: Config) -> Iterator[Problem]:
    """Yield a problem where a key means no territory and no channel."""
    try:
        meant = where(key)
    except UnknownTerritory as error:
        yield Problem("unknown-territory", "no such territory", place, error.code,
                      "codes of ISO 3166-1 like KR or SA AE, WORLD, or a channel's name",
                      near(error.code.lstrip("-"), [WORLD, *CODES]))  # fmt: skip
        return
    if meant.territories is None and not any(fnmatchcase(name, key) for name in config.channels):
        known = few(config.channels)
        yield Problem("unknown-channel", f"no channel is named {key}", place, key,
                      known or "a channel of syndicator.toml",
                      near(key, [*config.channels, *CODES]))  # fmt: skip


def unknown_keys(options_: Node, tables: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each key in `block` or `warn` that no table has, nor the defaults."""
    keys = list(known)
    for name in tables:
        keys += options_.value[name].value if name in options_.value else ()
    for word in ("block", "warn"):
        listed = options_.value[word].value if word in options_.value else []
        for each in listed:
            if each.value not in keys:
                yield Problem("wrong-value", f"`{word}` names a place that the rule does not have",
                              each.place, str(each.value), few(keys) or "a key of the table",
                              near(str(each.value), keys))  # fmt: skip


def near(word: str, known: Iterable[str]) -> str | None:
    """Return `did you mean …?` where one of the known words is close."""
    from difflib import get_close_matches

    by_fold = {each.casefold(): each for each in known}
    close = get_close_matches(word.casefold(), list(by_fold), 1, 0.6)
    return f"did you mean {by_fold[close[0]]}?" if close else None


def few(words: Iterable[str]) -> str:
    """Return some of many words."""
    every = list(words)
    return ", ".join([*every[:FEW], "…"] if len(every) > FEW else every)


def either(words: Sequence[str], last: str = "or") -> str:
    """Return words as a sentence lists them: `KMRB or KCC`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def table_of(description: str, items: Mapping[str, Any], example: Any) -> dict[str, Any]:
    """Return the schema of a table of lists by place."""
    return {
        "type": "object",
        "description": f"{description} By territories (`KR`, `SA AE`) or channels (`tube-*`).",
        "additionalProperties": {"type": "array", "items": items, "description": "A list."},
        "examples": [example],
    }
