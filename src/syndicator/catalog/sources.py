"""Which files a plan is made of, told by looking at names, sizes and times only.

Imported on the path that cron runs every minute: it reads no file and imports nothing heavy.
"""

from __future__ import annotations

import os
from pathlib import Path

from syndicator.model.source import Source

CONFIG = "syndicator.toml"
CALENDARS = "calendars"
CATALOG = "catalog"
AVAILS = "avails"
SERIES = "series.yaml"


def sources(folder: Path) -> list[Source]:
    """Return syndicator.toml, calendars, avails, every series file and every series folder.

    A file of avails may be about any series, so it is of none: when it changes, all are planned.

    A folder's time changes when a file in it comes, goes or is renamed, so a new caption or episode
    is seen without looking at each.
    """
    calendars = [(f"{CALENDARS}/{name}", None) for name in _names(folder / CALENDARS)]
    avails = [(f"{AVAILS}/{name}", None) for name in _names(folder / AVAILS)]
    series = [
        (path, name)
        for name in _names(folder / CATALOG)
        for path in (f"{CATALOG}/{name}/{SERIES}", f"{CATALOG}/{name}")
    ]
    every = [(CONFIG, None), *calendars, *avails, *series]
    return [found for path, name in every if (found := _source(folder, path, name))]


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(each.name for each in entries if not each.name.startswith((".", "~$")))
    except OSError:
        return []


def _source(folder: Path, path: str, series: str | None) -> Source | None:
    try:
        stat = (folder / path).stat()
    except OSError:
        return None
    return Source(path=path, size=stat.st_size, mtime_ns=stat.st_mtime_ns, series=series)
