"""The other side of a trial: a sandbox behind a proxy, or a folder that is delivered into."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import attrs

from syndicator.channel.sandbox import Post, Sandbox
from syndicator.channel.testing._trial import Trial

KEPT_FOR_US = frozenset(
    {
        "syndicator.db", "syndicator.db-wal", "syndicator.db-shm", "workers", "phase", "said.txt",
        "syndicator.toml", "catalog", "calendars", "credentials", ".syndicator",
    }
)  # fmt: skip
"""What of a workspace is not delivered by the channel."""


@attrs.frozen
class Shown:
    """A post, as far as two runs of the same release have to agree."""

    title: str
    text: str
    media: str
    """SHA-256."""


class Platform(Protocol):
    """What the kit needs of the other side."""

    url: str
    """Of a server; empty where there is none."""

    def posts(self) -> Sequence[Post]:
        """Return all there is, seen or unseen."""

    def advance(self, seconds: float) -> None:
        """Let time pass."""

    def snapshot(self) -> Any:
        """Return all there is, to come back to."""

    def restore(self, snapshot: Any) -> None:
        """Make everything as it was."""

    def close(self) -> None:
        """Let go of it."""


class Server:
    """A sandbox on this machine."""

    def __init__(self, kind: type[Sandbox], folder: Path, profile: Mapping[str, Any]) -> None:
        self.sandbox = kind(folder, profile=profile)
        self.sandbox.start()
        self.url = self.sandbox.url

    def posts(self) -> Sequence[Post]:
        self._quiet()
        with self.sandbox.lock:
            return self.sandbox.posts()

    def advance(self, seconds: float) -> None:
        self._quiet()
        with self.sandbox.lock:
            self.sandbox.clock.advance(seconds)

    def snapshot(self) -> Any:
        self._quiet()
        with self.sandbox.lock:
            files = {each.name: each.read_bytes() for each in self._files()}
            return self.sandbox.store.snapshot(), files

    def restore(self, snapshot: Any) -> None:
        self._quiet()
        documents, files = snapshot
        with self.sandbox.lock:
            self.sandbox.faults.clear()
            self.sandbox.log.clear()
            self.sandbox.store.restore(documents)
            for each in self._files():
                if each.name not in files:
                    each.unlink()
            for name, content in files.items():
                (self.sandbox.media / name).write_bytes(content)

    def close(self) -> None:
        self._quiet()
        self.sandbox.stop()

    def _files(self) -> list[Path]:
        return [each for each in self.sandbox.media.iterdir() if each.is_file()]

    def _quiet(self) -> None:
        """Wait for what the sandbox fetches by itself: until then it is in the middle of a step."""
        for thread in threading.enumerate():
            if thread.name == f"{self.sandbox.name}-fetch":
                thread.join(10)


class Folder:
    """The workspace of a channel without a network: what it writes there is the platform."""

    url = ""

    def __init__(self, workspace: Path, trial: Trial) -> None:
        self._workspace = workspace
        self._posts = trial.posts or (lambda _: [])

    def posts(self) -> Sequence[Post]:
        return self._posts(self._workspace)

    def advance(self, seconds: float) -> None:
        """A folder has no clock."""

    def snapshot(self) -> Any:
        """Nothing beside the files of the workspace."""

    def restore(self, snapshot: Any) -> None:
        """Nothing beside the files of the workspace."""

    def close(self) -> None:
        """Nothing to let go of."""


class Delivered:
    """What a channel writes in the workspace: what it delivers, and what it keeps for itself."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace

    def snapshot(self) -> Any:
        """Return all there is, to come back to."""
        return {
            each.relative_to(self._workspace): (each.read_bytes(), each.stat().st_mode)
            for top in self._tops()
            for each in ([top] if top.is_file() else top.rglob("*"))
            if each.is_file()
        }

    def restore(self, snapshot: Any) -> None:
        """Make everything as it was."""
        for top in self._tops():
            if top.is_dir():
                shutil.rmtree(top)
            else:
                top.unlink()
        for name, (content, mode) in snapshot.items():
            path = self._workspace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)

    def _tops(self) -> list[Path]:
        kept = KEPT_FOR_US - {".syndicator"}
        return [each for each in self._workspace.iterdir() if each.name not in kept]


def shown(post: Post) -> Shown:
    """Return what has to be the same however it came about."""
    media = ""
    if post.media is not None:
        with contextlib.suppress(OSError):
            media = hashlib.sha256(post.media.read_bytes()).hexdigest()
    return Shown(post.title, post.text, media)
