"""Texts of exact lengths, and declarations as plain JSON that can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import attrs

from syndicator.channel.testing._trial import Limit, Trial

OPERATIONS = ("stage", "poll", "find", "update", "extend", "withdraw", "metrics", "hear")


def characters(field: str, most: int) -> Limit:
    """Return a limit in characters."""
    return Limit(field=field, most=most, unit="characters")


def text_of(length: int, unit: str) -> str:
    """Return a text of so many units, whose length is another one in every other unit."""
    if unit == "bytes":
        return "é" * (length // 2) + "x" * (length % 2)
    if unit == "utf-16":
        return "🎬" * (length // 2) + "x" * (length % 2)
    return "🎬é" * (length // 2) + "x" * (length % 2)


def series_with(trial: Trial, limit: Limit, length: int) -> dict[str, Any]:
    """Return what series.yaml says so that a field has a length."""
    words = {"title": "A Trial", "synopsis": "Short.", limit.field: text_of(length, limit.unit)}
    others = {k: v for k, v in trial.series.get("localizations", {}).items() if k != "en"}
    return {"localizations": {"en": words, **others}}


def plain(value: Any) -> Any:
    """Return a declared value as JSON."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if attrs.has(type(value)):
        return {name: plain(getattr(value, name)) for name in attrs.fields_dict(type(value))}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def narrower(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield where a declaration allows less than an earlier one."""
    for name, old in before.items():
        new = now.get(name)
        if old == new:
            continue
        if name == "operations":
            yield from (f"it cannot {word} any more" for word in set(old) - set(new or ()))
        elif name == "seconds":
            yield from _range(name, old, new)
        elif name.endswith("_max"):
            yield from _most(name, old, new)
        elif name in {"stages", "withdraws", "updates"} and old and not new:
            yield f"{name}: no more"
        elif name in {"territory_control", "reconcile"} and new == "none":
            yield f"{name}: {old}, and now none"
        elif isinstance(old, list) and name != "quotas":
            yield from _choices(name, old, new)


def _most(name: str, old: Any, new: Any) -> Iterator[str]:
    if new is not None and (old is None or new < old):
        yield f"{name}: {old}, and now {new}"


def _range(name: str, old: Any, new: Any) -> Iterator[str]:
    if new and (not old or new[0] > old[0] or new[1] < old[1]):
        yield f"{name}: {old}, and now {new}"


def _choices(name: str, old: Sequence[Any], new: Any) -> Iterator[str]:
    """An empty list means any."""
    if new and (not old or set(map(str, old)) - set(map(str, new))):
        yield f"{name}: {list(old)}, and now {list(new)}"
