"""Run policies over a tape and count what came of each release."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Final

import attrs

from benchmarks.policies.simulated import Platform
from benchmarks.policies.tape import Tape

DROP: Final = 10
"""Releases that come out together, on one platform, in their order."""


class Said(Enum):
    """What a policy's own record says of a release in the end."""

    LIVE = auto()
    FAILED = auto()
    UNKNOWN = auto()
    """Flagged: a person has to look."""


Policy = Callable[[Sequence[int], Platform], Mapping[int, Said]]
"""Carries out a drop to its end and returns what its record says."""


@attrs.frozen
class Outcome:
    """What is true of a release in the end, and what is said of it."""

    release: int
    visible: int
    """Posts of it on the platform."""

    said: Said

    @property
    def is_duplicate(self) -> bool:
        """Whether it is visible more than once."""
        return self.visible > 1

    @property
    def is_miss(self) -> bool:
        """Whether it is not visible, and nobody was told to look."""
        return self.visible == 0 and self.said is not Said.UNKNOWN

    @property
    def is_unknown(self) -> bool:
        """Whether a person was told to look."""
        return self.said is Said.UNKNOWN

    @property
    def is_wrong(self) -> bool:
        """Whether the record says live and it is not, or failed and it is live."""
        return self.said is (Said.FAILED if self.visible else Said.LIVE)


def run(policy: Policy, tape: Tape, releases: int) -> list[Outcome]:
    """Return what becomes of each release under a policy."""
    outcomes = []
    for first in range(0, releases, DROP):
        drop = range(first, min(first + DROP, releases))
        platform = Platform(tape, drop)
        said = policy(drop, platform)
        outcomes += [Outcome(each, platform.visible(each), said[each]) for each in drop]
    return outcomes


COLUMNS: Final = ("duplicates", "misses", "unknowns", "wrong reports")


def row(name: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return the figures of a policy, for each 1,000 releases."""
    counts = (
        sum(each.is_duplicate for each in outcomes),
        sum(each.is_miss for each in outcomes),
        sum(each.is_unknown for each in outcomes),
        sum(each.is_wrong for each in outcomes),
    )
    share = [round(1000 * count / len(outcomes), 2) for count in counts]
    return {"what": name, **dict(zip(COLUMNS, share, strict=True))}


def table(rows: Sequence[Mapping[str, object]], tape: Tape, releases: int) -> str:
    """Return the figures as text."""
    lines = [
        (
            f"for each 1,000 releases; {releases:,} releases a policy, "
            f"{tape.rate:.1%} of exchanges go wrong, seed {tape.seed}"
        ),
        "",
        f"{'model of a policy':<22}" + "".join(f"{name:>15}" for name in COLUMNS),
    ]
    lines += [
        f"{each['what']!s:<22}" + "".join(f"{each[name]:>15.2f}" for name in COLUMNS)
        for each in rows
    ]
    return "\n".join(lines)
