"""Faults on demand: what goes wrong next, at which request, and how often."""

from __future__ import annotations

import re
import threading
from typing import Any

GENERIC = frozenset(
    {
        "lost_before", "lost_after", "reset_in_body", "partial", "status", "status_after", "slow",
        "garbage", "garbage_after",
    }
)  # fmt: skip
"""Kinds that the server itself brings about; every other kind is the platform's."""


class Faults:
    """A list of faults that wait for their request."""

    def __init__(self) -> None:
        self._waiting: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, kind: str, **more: Any) -> None:
        """Let something go wrong.

        Args:
            kind: one of `GENERIC`, or a word of the platform's sandbox.
            more: `method`, `path` (a regular expression that is searched for), `after` (so many
                matches are let through first), `times` (1 unless said otherwise), and what the kind
                needs: `status`, `retry_after`, `body`, `seconds`, `bytes`, `reason` …
        """
        if "path" in more:
            re.compile(more["path"])
        with self._lock:
            self._waiting.append({"after": 0, "times": 1, **more, "kind": kind})

    def take(self, kind: str, **about: str) -> dict[str, Any] | None:
        """Return the fault of that kind that is due, and count it down.

        Args:
            kind: the word.
            about: values that must equal those of the fault where it names them.
        """
        with self._lock:
            return self._take(lambda fault: fault["kind"] == kind and _is_about(fault, about))

    def take_generic(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the fault that the server is to bring about at this request."""
        with self._lock:
            return self._take(
                lambda fault: (
                    fault["kind"] in GENERIC
                    and fault.get("method", method) == method
                    and re.search(fault.get("path", ""), path) is not None
                )
            )

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """Return the faults that have not happened yet."""
        with self._lock:
            return [dict(fault) for fault in self._waiting]

    def _take(self, is_meant: Any) -> dict[str, Any] | None:
        for fault in list(self._waiting):
            if not is_meant(fault):
                continue
            if fault["after"] > 0:
                fault["after"] -= 1
                continue
            fault["times"] -= 1
            if fault["times"] <= 0:
                self._waiting.remove(fault)
            return dict(fault)
        return None


def _is_about(fault: dict[str, Any], about: dict[str, str]) -> bool:
    return all(str(fault[name]) == value for name, value in about.items() if name in fault)
