"""Print what became of each sheet of the avails in a folder, as the table of how-to/avails.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from syndicator.catalog.mddf.grant import Terms
from syndicator.catalog.mddf.reading import SUFFIXES, read_avails_file
from syndicator.catalog.mddf.summary import Summary, summaries

HEAD = ("file", "sheet", "version", "rows", "rights", "no rights", "refused", "why")


def lines(folder: Path) -> Iterator[str]:
    """Yield the table's lines."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{' --- |' * len(HEAD)}"
    for path in sorted(each for each in folder.iterdir() if each.suffix in SUFFIXES):
        for found in summaries(read_avails_file(path, path.name), Terms.of({}, {}, {})):
            yield f"| {' | '.join(_cells(found))} |"


def _cells(found: Summary) -> Iterator[str]:
    yield found.file
    yield found.sheet or "(XML)"
    yield found.version or "-"
    counts = (found.rows, found.granting, sum(found.idle.values()), found.refused)
    yield from ("-" if found.skipped else str(each) for each in counts)
    yield "; ".join(_why(found)) or "-"


def _why(found: Summary) -> Iterator[str]:
    if found.skipped:
        yield f"left aside: {found.skipped}"
    yield from (f"{number}: {why}" for why, number in sorted(found.idle.items()))
    yield from (f"{number}: `{code}`" for code, number in sorted(found.errors().items()))
    doubts = [f"{number}: `{code}`" for code, number in sorted(found.warnings().items())]
    if doubts:
        yield f"doubtful: {', '.join(doubts)}"


if __name__ == "__main__":
    print("\n".join(lines(Path(sys.argv[1]))))
