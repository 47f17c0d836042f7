"""The files of one series' folder: which there are, and what is known of each."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import attrs

from syndicator.catalog.facts_cache import FactsCache, Learned

MEDIA = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".ts", ".mxf", ".avi", ".mpg")
THREADS = 4

Progress = Callable[[str, int], None]
"""Told (file, bytes) for every file that had to be read."""


class SeriesFolder:
    """What lies beside a series.yaml."""

    def __init__(
        self, workspace: Path, path: str, cache: FactsCache, progress: Progress | None = None
    ) -> None:
        self.workspace = workspace
        self.path = path
        self._cache = cache
        self._progress = progress
        self._known = cache.under(path)
        self.files = _list(workspace / path)
        """Name to (size, mtime_ns), of every file in the folder itself."""

    def has(self, name: str) -> bool:
        """Return whether a file is there; `name` may go down or up into other folders."""
        if name in self.files:
            return True
        stamp = _stamp(self.workspace / f"{self.path}/{name}")
        return stamp is not None

    def learn(self, names: Iterable[str]) -> dict[str, Learned]:
        """Return what is known of files that are there, reading those that are new or changed."""
        found, new = {}, []
        for name in dict.fromkeys(names):
            path = f"{self.path}/{name}"
            stamp = self.files.get(name) or _stamp(self.workspace / path)
            known = self._known.get(path)
            if known is not None and stamp == (known.size, known.mtime_ns):
                found[name] = known
            else:
                new.append(name)
        if new:
            with ThreadPoolExecutor(THREADS) as pool:
                read = list(pool.map(self._read, new))
            self._cache.learn(each for each in read if each.why is None or each.sha256)
            found |= dict(zip(new, read, strict=True))
        return found

    def _read(self, name: str) -> Learned:
        from syndicator.catalog.media import Unreadable, probe, sha256

        path = f"{self.path}/{name}"
        where = self.workspace / path
        learned = Learned(path=path, size=0, mtime_ns=0, sha256="")
        try:
            at = where.stat()
            learned = Learned(path=path, size=at.st_size, mtime_ns=at.st_mtime_ns,
                              sha256=sha256(where))  # fmt: skip
            if self._progress:
                self._progress(path, at.st_size)
            is_media = where.suffix.lower() in MEDIA
            return attrs.evolve(learned, facts=probe(where)) if is_media else learned
        except Unreadable as error:
            return attrs.evolve(learned, why=str(error))
        except OSError as error:
            why = error.strerror or "it cannot be read"
            return Learned(path=path, size=0, mtime_ns=0, sha256="", why=why)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return size and time of a file; None where there is none, or no such name can be."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _list(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    try:
        with os.scandir(folder) as entries:
            for each in entries:
                with suppress(OSError):  # a link that leads nowhere, or round in a circle
                    if not each.name.startswith(".") and each.is_file():
                        at = each.stat()
                        found[each.name] = (at.st_size, at.st_mtime_ns)
    except OSError:
        return {}
    return found
