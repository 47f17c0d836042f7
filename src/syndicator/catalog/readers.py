"""The formats a calendar may have, each as a Reader."""

from __future__ import annotations

from pathlib import Path

from syndicator.model.placed import Node
from syndicator.model.problem import Problem
from syndicator.model.seam import Reader


def builtin_readers() -> list[Reader]:
    """Return readers of YAML, CSV, XLSX and iCalendar."""
    return [
        Reader(name="yaml", suffixes=(".yaml", ".yml"), read=_yaml),
        Reader(name="sheet", suffixes=(".csv", ".xlsx"), read=_sheet),
        Reader(name="icalendar", suffixes=(".ics",), read=_ics),
    ]


def _yaml(path: Path, shown: str) -> tuple[list[Node], list[Problem]]:
    from syndicator.catalog.yaml import read_yaml

    node, problems = read_yaml(path, shown)
    return ([node] if node else []), problems


def _sheet(path: Path, shown: str) -> tuple[list[Node], list[Problem]]:
    from syndicator.catalog.sheet import read_sheet

    return read_sheet(path, shown)


def _ics(path: Path, shown: str) -> tuple[list[Node], list[Problem]]:
    from syndicator.catalog.ics import read_ics

    return read_ics(path, shown)
