"""Everything the kit tries of a channel, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from syndicator.channel import Channel
from syndicator.channel.testing import _checks
from syndicator.channel.testing._lab import Lab
from syndicator.channel.testing._matrix import Report
from syndicator.channel.testing._sweep import Cell, Result, Sweep
from syndicator.channel.testing._trial import Trial

Tell = Callable[[Result, int, int], None]
"""Told each result, how many there are, and how many there will be."""


def try_all(
    adapter: type[Channel],
    *,
    trial: Trial | None = None,
    called: str = "",
    only: Sequence[str] = (),
    pairs: int | None = 0,
    tell: Tell = lambda _result, _done, _all: None,
) -> Report:
    """Run every cell and every check, or those that are named.

    Args:
        adapter: the channel.
        trial: how it is run; None: as it says itself.
        called: what it is called in the report; by default its name.
        only: names of cells, checks and operations; empty means all.
        pairs: how many pairs of faults; None means all.
        tell: told each result as it comes.

    Raises:
        ValueError: the channel says nothing of how it is tried, or a name means nothing.
        RuntimeError: it is not released even with nothing going wrong.
    """
    with Lab(adapter, trial) as lab:
        sweep = Sweep(lab)
        cells, checks = _wanted(sweep, only, pairs)
        report = Report(called or adapter.name, sweep.kinds)
        for operation in dict.fromkeys(cell.operation for cell in cells):
            report.exchanges[operation] = sweep.exchanges(operation)
        number = len(cells) + len(checks)
        if not number:
            raise ValueError(f"{', '.join(only)}: nothing is asked of the platform there")
        for cell in cells:
            report.cells.append(sweep.run(cell))
            tell(report.cells[-1], len(report.cells), number)
        for name in checks:
            report.checks.append(_checks.run(name, sweep))
            tell(report.checks[-1], len(report.cells) + len(report.checks), number)
        return report


def _wanted(sweep: Sweep, only: Sequence[str], pairs: int | None) -> tuple[list[Cell], list[str]]:
    if not only:
        cells = [cell for operation in sweep.operations for cell in sweep.cells(operation)]
        more = sweep.pairs(pairs) if pairs != 0 else []
        return cells + more, list(_checks.CHECKS)
    cells, checks = [], []
    for name in only:
        if name in _checks.CHECKS:
            checks.append(name)
        elif name in sweep.operations:
            cells += sweep.cells(name)
        elif "/" in name:
            cells.append(Cell.parse(name))
        else:
            known = ", ".join([*sweep.operations, *_checks.CHECKS])
            raise ValueError(f"{name!r} is no cell, operation or check; there are {known}")
    return cells, checks
