"""The kit as tests: one for each way in which an operation goes wrong, and one for each check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from syndicator.channel import Channel
from syndicator.channel.testing import _checks
from syndicator.channel.testing._kinds import OF_FOLDERS, OF_NETWORKS, Kind
from syndicator.channel.testing._lab import Lab
from syndicator.channel.testing._matrix import Report
from syndicator.channel.testing._sweep import CALLS, Result, Sweep, changes_of
from syndicator.channel.testing._trial import Trial

PROPERTY = "conformance"
"""Under this name a test's report carries how many cells it tried."""

_LABS: dict[tuple[type[Channel], int], Sweep] = {}
SHARES = 4
"""The pairs are split over so many tests, so that workers can share them."""


def test_of(adapter: type[Channel], trial: Trial | None, pairs: int) -> Callable[..., Any]:
    """Return the test function of a channel."""
    known = trial or adapter.trial()
    if known is None:
        raise ValueError(f"{adapter.name} says nothing of how it is tried: Channel.trial")
    shares = [f"pairs/{number}" for number in range(SHARES)] if pairs else []
    is_network = known.platform is not None or (adapter.sandbox() and not known.posts)
    kinds = OF_NETWORKS if is_network else OF_FOLDERS
    operations = ["publish", *changes_of(adapter, known)]
    swept = [f"{operation}/*/{kind}" for operation in operations for kind in kinds]
    calls = [name for name in CALLS if name == "check" or adapter.can(name)]

    parts = [*swept, *(f"{n}/*" for n in calls), *shares, *_checks.CHECKS]

    @pytest.mark.parametrize("part", parts)
    def test_conformance(part: str, record_property: Any) -> None:
        sweep = _sweep_of(adapter, trial)
        results = [*_results(sweep, part, pairs)]
        record_property(PROPERTY, [adapter.name, len(results)])
        bad = [each for each in results if each.verdict == "failed"]
        if bad:
            report = Report(adapter.name, sweep.kinds, cells=bad)
            pytest.fail("\n".join(report.lines()), pytrace=False)
        if results and all(each.verdict == "waived" for each in results):
            pytest.skip(results[0].why[0])

    found: Callable[..., Any] = test_conformance
    return found


def _results(sweep: Sweep, part: str, pairs: int) -> list[Result]:
    if part in _checks.CHECKS:
        return [_checks.run(part, sweep)]
    operation, _, rest = part.partition("/")
    if operation == "pairs":
        return [sweep.run(cell) for cell in sweep.pairs(pairs)[int(rest) :: SHARES]]
    kind = None if rest == "*" else Kind(rest.removeprefix("*/"))
    return [sweep.run(cell) for cell in sweep.cells(operation, kind)]


def _sweep_of(adapter: type[Channel], trial: Trial | None) -> Sweep:
    """Return the laboratory of a channel; all tests of a process share it."""
    key = adapter, id(trial)
    if key not in _LABS:
        _LABS[key] = Sweep(Lab(adapter, trial))
    return _LABS[key]


def close_all() -> None:
    """Let go of every laboratory; the plugin calls it at the end."""
    while _LABS:
        _LABS.popitem()[1].lab.close()
