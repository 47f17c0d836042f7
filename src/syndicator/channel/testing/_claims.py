"""What a channel claims, which check holds each claim against behaviour, and what it remembers."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from syndicator.channel import Capabilities, Channel
from syndicator.channel.testing import _words


def declared_by(adapter: type[Channel], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an adapter declares, as plain JSON."""
    can = adapter.declared(options)
    found = {name: _words.plain(getattr(can, name)) for name in attrs.fields_dict(Capabilities)}
    operations = [word for word in _words.OPERATIONS if adapter.can(word)]
    return {"operations": operations, **found}


CLAIMS: Mapping[str, str] = {
    "platform": "well",
    "territory_control": "by-hand",
    "reconcile": "reconcile",
    "settles": "lag",
    "quotas": "quotas",
    "title_max": "limits",
    "synopsis_max": "limits",
    "stages": "stage",
    "withdraws": "by-hand",
    "updates": "by-hand",
}
"""Field of the capabilities to the check that holds it against behaviour."""

TO_THE_CORE = frozenset(
    {
        "seconds", "aspect_ratios", "video_codecs", "size_max", "kinds", "business_models",
        "pending_max", "lead", "needs_siblings",
    }
)  # fmt: skip
"""Instructions to planning, which keeps them; the author answers for what they say."""


def memory_of(adapter: type[Channel]) -> dict[str, str]:
    """Return what the containers in an adapter's classes and modules hold."""
    package = adapter.__module__.partition(".")[0]
    importlib.import_module(adapter.__module__)
    held: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        if name != adapter.__module__ and not name.startswith(f"{package}."):
            continue
        for owner, space in _spaces(name, module):
            for word, value in space.items():
                if type(value) in {dict, list, set} and not word.startswith("__"):
                    held[f"{owner}.{word}"] = repr(value)
    return held


def _spaces(name: str, module: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield name, dict(vars(module))
    for word, value in list(vars(module).items()):
        if isinstance(value, type) and value.__module__ == name:
            yield f"{name}.{word}", dict(vars(value))
