"""Figures of a CSV file, for the commands that take one: read whole, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from syndicator.cli import render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.model.figure import Measured

if TYPE_CHECKING:
    from syndicator.model.problem import Problem
    from syndicator.model.territory import Territories


@attrs.frozen(kw_only=True)
class FromFile:
    """What a file tells."""

    figures: list[Measured]
    problems: list[Problem]
    rows: int
    as_of: datetime


def read_file(desk: Desk, path: Path, *, source: str | None, as_of: datetime | None,
              series: str = "", channel: str = "", decimal: str | None = None,
              ) -> FromFile:  # fmt: skip
    """Read the figures of a file; faults in it end the command, with nothing kept.

    Raises:
        Fault: the file has faults; all of them are in its message.
    """
    from syndicator.catalog.figure_doubts import FAULTS_MAX
    from syndicator.catalog.figures import Telling, read_figures

    now = desk.now()
    told_at = min(as_of or _changed(path), now)
    telling = Telling(source=source or path.name, as_of=told_at, now=now, series=series,
                      channel=channel, decimal=decimal, is_file_time=as_of is None)  # fmt: skip
    figures, faults, rows = read_figures(path, str(path), _known(desk), telling)
    if faults.serious:
        text = render.problem_lines(faults.found)
        more = " and perhaps more" if len(faults.found) >= FAULTS_MAX else ""
        count = render.count(sum(each.severity == "error" for each in faults.found), "fault")
        raise Fault("\n".join([f"{path} has {count}{more}; nothing was kept:", *text]))
    return FromFile(figures=figures, problems=faults.found, rows=rows, as_of=told_at)


def _changed(path: Path) -> datetime:
    """Return when a file was written last: what it tells is not younger."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _known(desk: Desk) -> Any:
    from syndicator.catalog.figures import Known

    units, numbers = set(), {}
    for series, cut, channel, number in desk.ledger.units():
        units.add((series, cut, channel))
        if number:
            numbers[series, number] = cut
    return Known(units=frozenset(units), cut_by_number=numbers, out=lambda each: _out(desk, each))


def _out(desk: Desk, series: str) -> dict[tuple[str, str], Territories]:
    """Return where each cut of a series was ever to be seen, by cut and channel."""
    from syndicator.ledger.ledger import Filter
    from syndicator.model.territory import NOWHERE

    found: dict[tuple[str, str], Territories] = {}
    for row in desk.ledger.rows(Filter(series=(series,))):
        if row.key.action in {"publish", "extend"} and row.receipt is not None:
            unit = (row.key.cut, row.key.channel)
            found[unit] = found.get(unit, NOWHERE) | row.territories | row.visible
    return found
