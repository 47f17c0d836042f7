"""PULL_FROM_URL: fetch the file as TikTok would; any redirect fails.

developers.tiktok.com/doc/content-posting-api-media-transfer-guide
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from syndicator.channel.sandbox import Sandbox

BLOCK = 1 << 20
PATIENCE_S = 10.0


def pull(sandbox: Sandbox, id_: str, url: str) -> None:
    """Begin to fetch the file of a task; the answer does not wait for it."""
    media = (sandbox.store.get("tasks", id_) or {})["media"]

    def came(ok: bool) -> None:
        with sandbox.lock:
            task: dict[str, Any] = sandbox.store.get("tasks", id_) or {}
            if task.get("failed"):
                return
            done: dict[str, Any] = {"failed": "video_pull_failed"}
            if ok:
                size = (sandbox.media / media).stat().st_size
                now = sandbox.clock.now().isoformat()
                done = {"complete_at": now, "stored": size, "size": size}
            sandbox.store.put("tasks", id_, {**task, **done})

    fetch_in_background(sandbox, url, sandbox.media / media, came)


def fetch_in_background(
    sandbox: Sandbox, url: str, path: Path, came: Callable[[bool], None]
) -> None:
    """Fetch a file and tell whether it came; a sandbox that was stopped is told nothing."""

    def run() -> None:
        try:
            _fetch(url, path)
            ok = True
        except (OSError, HTTPException, ValueError):
            ok = False
        with contextlib.suppress(sqlite3.ProgrammingError):
            came(ok)

    name = f"{sandbox.name}-fetch"
    threading.Thread(target=run, daemon=True, name=name).start()


def _fetch(url: str, path: Any) -> None:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        with path.open("wb") as file:
            shutil.copyfileobj(answer, file, BLOCK)
    finally:
        connection.close()
