"""Calendar files, read and filed under the series they are for.

What cannot be filed is remembered too: a series whose calendar cannot be read has not lost its
releases, so it must not be planned as if it had no calendar.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

import attrs

from syndicator.catalog.faults import Faults, near
from syndicator.catalog.sources import CALENDARS, CATALOG
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem, Severity
from syndicator.model.seam import Reader

Shape = Callable[[Node, str], list[Problem]]
"""Where a document is not of the shape of a schema."""


@attrs.frozen(kw_only=True)
class Filed:
    """All calendar documents of a workspace."""

    documents: dict[str, list[Node]] = attrs.field(factory=dict)
    problems: dict[str, list[Problem]] = attrs.field(factory=dict)
    """By series."""

    loose: list[Problem] = attrs.field(factory=list)
    """Of files that are for no series, or for several."""

    owner: dict[str, str] = attrs.field(factory=dict)
    """File to its series, where it is for one alone."""

    doubtful: set[str] = attrs.field(factory=set)
    """Series of which a calendar, or a row of one, could not be read."""


def file_calendars(
    folder: Path, readers: Mapping[str, Reader], series_ids: Collection[str], shape: Shape
) -> Filed:
    """Return every document of the workspace's calendars, and what is wrong with the files."""
    filed = Filed()
    lost = False
    for path, problem in _entries(folder / CALENDARS, readers):
        if problem is not None:
            filed.loose.append(problem)
            lost = True
        elif path.suffix.lower() not in readers:
            filed.loose.append(_unknown_format(path, readers))
        else:
            lost |= _file(path, readers[path.suffix.lower()], filed, series_ids, shape)
    if lost:
        filed.doubtful.update(each for each in series_ids if each not in filed.documents)
    return filed


def _entries(folder: Path, readers: Collection[str]) -> Iterator[tuple[Path, Problem | None]]:
    """Yield what lies in the folder, in order of name, with what keeps it from being read."""
    try:
        every = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        text = f"cannot be read: {error.strerror}"
        yield folder, Problem("unreadable", text, Place(CALENDARS), expected="a folder")
        return
    for path in every:
        if path.name.startswith((".", "~$")):
            continue
        why = _why_no_file(path)
        if why is None:
            yield path, None
        elif path.suffix.lower() in readers or why != "it is a folder":
            place = Place(f"{CALENDARS}/{path.name}")
            yield path, Problem("unreadable", f"cannot be read: {why}", place, expected="a file")


def _why_no_file(path: Path) -> str | None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return error.strerror or "the system does not say why"
    if stat.S_ISDIR(mode):
        return "it is a folder"
    return None if stat.S_ISREG(mode) else "it is no file"


def _unknown_format(path: Path, readers: Collection[str]) -> Problem:
    place = Place(f"{CALENDARS}/{path.name}")
    known = ", ".join(sorted(readers))
    return Problem("unknown-format", "no reader takes this file", place, path.suffix, known)


def _file(
    path: Path, reader: Reader, filed: Filed, series_ids: Collection[str], shape: Shape
) -> bool:
    """File a calendar's documents; return whether one may be lost whose series nobody knows."""
    shown = f"{CALENDARS}/{path.name}"
    documents, problems = reader.read(path, shown)
    broken = any(each.severity is Severity.ERROR for each in problems)
    owners: list[str] = []
    strange: list[Problem] = []
    for document in documents:
        series = _series_of(document)
        if series in series_ids:
            owners.append(series)
            if not (broken and _is_bare(document)):
                filed.documents.setdefault(series, []).append(document)
        else:
            strange += _homeless(document, series, series_ids, shape)
    filed.loose.extend(strange)
    if len(set(owners)) == 1:
        filed.owner[shown] = owners[0]
        filed.problems.setdefault(owners[0], []).extend(problems)
    else:
        filed.loose.extend(problems)
    if broken:
        filed.doubtful.update(owners)
    if path.stem in series_ids and (broken or strange) and not owners:
        filed.doubtful.add(path.stem)
    return bool(strange) or (broken and not owners)


def _series_of(document: Node) -> str:
    found = document.value.get("series") if isinstance(document.value, dict) else None
    return "" if found is None else str(found.value)


def _is_bare(document: Node) -> bool:
    """Return whether nothing is left of a document's drops: what was wrong has been said."""
    drops = document.value.get("drops")
    return drops is not None and not drops.value


def _homeless(
    document: Node, series: str, series_ids: Collection[str], shape: Shape
) -> list[Problem]:
    """Return what is wrong with a document that is for no series of the catalog."""
    if not series:
        return shape(document, "calendar")
    faults = Faults()
    faults.add("unknown-series", f"the catalog has no series {series}", document.value["series"],
               expected=", ".join(sorted(series_ids)[:8]) or f"a folder in {CATALOG}/",
               hint=near(series, series_ids))  # fmt: skip
    return faults.found
