"""`gate:` of a wave, to Gates."""

from __future__ import annotations

from typing import Any

from syndicator.catalog.dates import duration
from syndicator.catalog.faults import Faults
from syndicator.model.calendar import Gate
from syndicator.model.placed import Node

SPANS = ("max_age", "every")
NUMBERS = ("min_views", "fails", "misses")


def read_gates(node: Node | None, faults: Faults) -> tuple[Gate, ...]:
    """Return the gates of a wave: one, or a list of them."""
    if node is None:
        return ()
    items = node.value if isinstance(node.value, list) else [node]
    return tuple(_gate(each, faults) for each in items)


def _gate(node: Node, faults: Faults) -> Gate:
    data = node.value
    given: dict[str, Any] = {key: duration(data[key], faults) for key in SPANS if key in data}
    given |= {key: int(data[key].value) for key in NUMBERS if key in data}
    if "then" in data:
        given["then"] = str(data["then"].value)
    return Gate(metric=str(data["metric"].value), at_least=float(data["at_least"].value), **given)
