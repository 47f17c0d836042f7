"""Which releases are meant, as SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from syndicator.ledger.ledger import Filter


def conditions(only: Filter) -> tuple[str, dict[str, Any]]:
    """Return a filter as SQL over the alias `r`, and its values."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for column, wanted in (
        ("series", only.series), ("channel", only.channels), ("state", only.states),
    ):  # fmt: skip
        if wanted:
            names = {f"{column}{number}": each for number, each in enumerate(wanted)}
            values |= names
            parts.append(f"r.{column} IN ({', '.join(f':{name}' for name in names)})")
    if only.territories:
        values["meets"] = " ".join(only.territories)
        parts.append("meets(r.territories, :meets)")
    if only.keys:
        parts.append(f"({' OR '.join(_key_conditions(only.keys, values))})")
    return " AND ".join(parts), values


def _key_conditions(keys: Sequence[str], values: dict[str, Any]) -> Iterator[str]:
    for number, key in enumerate(keys):
        values[f"key{number}"] = key
        if key.endswith("/"):
            values[f"end{number}"] = f"{key[:-1]}0"
            yield f"(r.key >= :key{number} AND r.key < :end{number})"
        else:
            yield f"r.key = :key{number}"
