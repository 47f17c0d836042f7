"""Values with places: what every reader of a format gives, so that one converter serves all."""

from __future__ import annotations

from typing import Any

import attrs

from syndicator.model.problem import Place


@attrs.define
class Node:
    """A value as it stands in a file.

    `value` is a scalar (str, int, float, bool, None, date, datetime), a `dict[str, Node]` in the
    order written, or a `list[Node]`.
    """

    value: Any
    place: Place
    key_places: dict[str, Place] = attrs.field(factory=dict)
    """Of a mapping: where each key stands."""

    def plain(self) -> Any:
        """Return the same value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return the node at a path of keys and indexes, or the deepest one that exists."""
        node = self
        for step in path:
            try:
                node = node.value[step]
            except (KeyError, IndexError, TypeError):
                return node
        return node
