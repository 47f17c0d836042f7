"""Which identifier of an avails sheet is which series here, and how its words are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from syndicator.catalog.faults import Faults, near
from syndicator.catalog.mddf.grant import Terms
from syndicator.catalog.sources import CATALOG, CONFIG, SERIES
from syndicator.model.config import Config
from syndicator.model.placed import Node
from syndicator.model.problem import Place

MODELS = ("free", "unlock", "ad_supported", "subscription")


def terms_of(config: Config, faults: Faults) -> Terms:
    """Return how rows are read in a workspace; settings that cannot be meant are faults."""
    for name, patterns in config.licensees.items():
        for pattern in patterns:
            if "*" not in pattern and pattern not in config.channels:
                faults.add("unknown-channel", f"no channel is named {pattern}",
                           Place(CONFIG, path=f"avails.licensees.{name}"), found=pattern,
                           expected=", ".join(config.channels) or "a channel",
                           hint=near(pattern, config.channels))  # fmt: skip
    for name, models in config.licence_types.items():
        for model in models:
            if model not in MODELS:
                faults.add("wrong-value", f"the licence type {name} cannot be that",
                           Place(CONFIG, path=f"avails.licence_types.{name}"), found=model,
                           expected=", ".join(MODELS), hint=near(model, MODELS))  # fmt: skip
    return Terms.of(config.licence_types, config.licensees, config.time_zones)


def owners_of(folder: Path, series: Iterable[str], faults: Faults) -> dict[str, str]:
    """Return identifiers in small letters with their series; one of two series is a fault."""
    ids = {name: external_ids(folder, name) for name in series}
    owners = {name.casefold(): name for name in ids}
    for name, nodes in ids.items():
        for node in nodes:
            word = str(node.value).strip().casefold()
            other = owners.setdefault(word, name)
            if other != name:
                faults.add("two-owners", f"{other} has this identifier too", node,
                           expected="an identifier of one series only")  # fmt: skip
    return owners


def external_ids(folder: Path, series: str) -> Sequence[Node]:
    """Return what a series is called elsewhere; only a file that speaks of it is read."""
    from syndicator.catalog.yaml import read_yaml

    shown = f"{CATALOG}/{series}/{SERIES}"
    try:
        if b"external_ids" not in (folder / shown).read_bytes():
            return ()
    except OSError:
        return ()  # the reader of series says what is wrong with it
    node, _ = read_yaml(folder / shown, shown)
    listed = node.value.get("external_ids") if node and isinstance(node.value, Mapping) else None
    return tuple(listed.value) if listed and isinstance(listed.value, list) else ()
