"""Where the app lies: a folder here, a bucket in `bucket`; both behind one small interface.

Paths are relative to the target, with `/`. A reader never sees half of anything: every write is
complete and durable, or it did not happen. `change` is the only way to write what two processes
may write at once.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol
from uuid import uuid4
from zlib import crc32

import attrs

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
PRIVATE = "private, no-store"
BY_HASH = ("catalog/", "media/", "posters/")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
}
UNFINISHED = ".unfinished-"
LOCKS = 64
"""Paths share this many lock files; sharing one costs a wait, never a deadlock: none are nested."""


@attrs.frozen
class Stored:
    """One file of a store."""

    path: str
    size: int
    modified_at: datetime
    """Aware UTC."""


Change = Callable[[bytes | None], bytes | None]
"""From what a file holds (None: it is not there) to what it shall hold (None: not be there)."""


class Store(Protocol):
    """A place that a web server, or a content network, gives out as it is."""

    def read(self, path: str) -> bytes | None:
        """Return a file's content; None where there is none."""

    def read_all(self, paths: Sequence[str]) -> Sequence[bytes | None]:
        """Return the content of many files, in their order."""

    def has(self, path: str) -> bool:
        """Return whether there is such a file."""

    def write(self, path: str, data: bytes) -> None:
        """Put a file, durably; for content that only one process writes, or that never differs."""

    def copy(self, path: str, source: Path) -> None:
        """Put a file from the local disk, durably, without reading all of it into memory."""

    def change(self, path: str, change: Change) -> None:
        """Replace a file by what `change` makes of it, atomically among all processes.

        `change` may be called several times, and must do nothing that cannot be done again.
        What it returns unchanged is not written.
        """

    def files(self, prefix: str) -> Iterable[Stored]:
        """Return the files whose path begins with `prefix`, which ends with `/`."""

    def remove(self, paths: Iterable[str]) -> None:
        """Take files off; those that are not there are no fault."""

    def tidy(self, before: datetime) -> None:
        """Take off what killed processes left unfinished before an instant."""


def type_of(path: str) -> str:
    """Return the Content-Type that a file is given out with."""
    return TYPES.get(Path(path).suffix, "application/octet-stream")


def caching_of(path: str) -> str:
    """Return the Cache-Control that a file is given out with."""
    if path.startswith(BY_HASH):
        return IMMUTABLE
    return PRIVATE if path.startswith(".") else REVALIDATE


class Folder:
    """A folder of this machine, or of a network disk with working locks."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read_all(self, paths: Sequence[str]) -> Sequence[bytes | None]:
        return [self.read(path) for path in paths]

    def has(self, path: str) -> bool:
        return (self.root / path).is_file()

    def write(self, path: str, data: bytes) -> None:
        with self._unfinished(path) as unfinished:
            unfinished.write_bytes(data)

    def copy(self, path: str, source: Path) -> None:
        with self._unfinished(path) as unfinished:
            shutil.copyfile(source, unfinished)

    def change(self, path: str, change: Change) -> None:
        with self._locked(path):
            before = self.read(path)
            after = change(before)
            if after is None:
                self.remove([path])
            elif after != before:
                self.write(path, after)

    def files(self, prefix: str) -> Iterable[Stored]:
        for folder, folders, names in os.walk(self.root / prefix):
            folders.sort()
            for name in sorted(names):
                if not name.startswith(UNFINISHED):
                    yield from self._stored(Path(folder) / name)

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            target = self.root / path
            target.unlink(missing_ok=True)
            with suppress(OSError):  # not empty yet, or gone already
                for folder in target.relative_to(self.root).parents[:-1]:
                    (self.root / folder).rmdir()

    def tidy(self, before: datetime) -> None:
        for folder, _, names in os.walk(self.root):  # which passes over what goes meanwhile
            for name in filter(lambda name: name.startswith(UNFINISHED), names):
                unfinished = Path(folder) / name
                with suppress(FileNotFoundError):  # finished in this moment
                    if unfinished.stat().st_mtime < before.timestamp():
                        unfinished.unlink()

    def _stored(self, file: Path) -> Iterator[Stored]:
        with suppress(FileNotFoundError):  # taken off since it was listed
            facts = file.stat()
            modified_at = datetime.fromtimestamp(facts.st_mtime, UTC)
            yield Stored(file.relative_to(self.root).as_posix(), facts.st_size, modified_at)

    @contextmanager
    def _unfinished(self, path: str) -> Iterator[Path]:
        target = self.root / path
        unfinished = self._beside(target)
        try:
            yield unfinished
            _make_durable(unfinished)
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        with suppress(FileNotFoundError):  # somebody took it off again, and its folder with it
            _make_durable(target.parent)

    def _beside(self, target: Path) -> Path:
        """Return a name in the target's folder, which exists even if another process tidies up."""
        while True:
            _make_folder(target.parent)
            unfinished = target.parent / f"{UNFINISHED}{uuid4().hex}"
            with suppress(FileNotFoundError):
                unfinished.touch(exist_ok=False)
                return unfinished

    @contextmanager
    def _locked(self, path: str) -> Iterator[None]:
        """Hold the lock of a path; the system lets go of it when the process dies."""
        lock = self.root / ".entries" / ".locks" / f"{crc32(path.encode()) % LOCKS:02x}"
        with _opened(lock) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _make_folder(path: Path) -> None:
    """Make a folder and those it is in, also while another process takes empty ones away."""
    while True:
        with suppress(FileNotFoundError):  # one above it went in this moment
            try:
                path.mkdir(parents=True, exist_ok=True)
            except FileExistsError:  # it went just after it was found to be there, or is a file
                if any(each.exists() and not each.is_dir() for each in (path, *path.parents)):
                    raise
            else:
                return


def _opened(path: Path) -> IO[str]:
    while True:
        _make_folder(path.parent)
        with suppress(FileNotFoundError):
            return path.open("a")


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
