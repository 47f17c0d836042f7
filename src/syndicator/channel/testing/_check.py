"""What a check is, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from syndicator.channel.testing._sweep import Sweep

Found = Iterator[str]


class Waived(Exception):  # noqa: N818 - not a fault
    """The check has nothing to look at, and says why."""


@attrs.frozen
class Check:
    """One check of the kit."""

    name: str
    sentence: str
    look: Callable[[Sweep], Found]


CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Callable[[Sweep], Found]], Callable[[Sweep], Found]]:
    """Declare a check; its docstring is the sentence that the matrix prints."""

    def declare(look: Callable[[Sweep], Found]) -> Callable[[Sweep], Found]:
        CHECKS[name] = Check(name, (look.__doc__ or "").split("\n", maxsplit=1)[0], look)
        return look

    return declare
