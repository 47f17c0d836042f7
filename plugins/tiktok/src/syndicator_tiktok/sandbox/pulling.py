"""PULL_FROM_URL: fetch the file as TikTok would; any redirect fails.

developers.tiktok.com/doc/content-posting-api-media-transfer-guide
"""

from __future__ import annotations

import threading
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from syndicator.channel.sandbox import Sandbox

BLOCK = 1 << 20
PATIENCE_S = 10.0


def pull(sandbox: Sandbox, task: str, url: str) -> None:
    """Begin to fetch the file of a task; the answer does not wait for it."""
    thread = threading.Thread(target=_pull, args=(sandbox, task, url), daemon=True)
    thread.start()


def _pull(sandbox: Sandbox, id_: str, url: str) -> None:
    found = sandbox.store.get("tasks", id_) or {}
    try:
        size = _fetch(url, sandbox.media / found["media"])
    except (OSError, HTTPException, ValueError):
        size = None
    with sandbox.lock:
        task: dict[str, Any] = sandbox.store.get("tasks", id_) or {}
        if task.get("failed"):
            return
        now = sandbox.clock.now().isoformat()
        done = {"failed": "video_pull_failed"} if size is None else {
            "complete_at": now, "stored": size, "size": size,
        }  # fmt: skip
        sandbox.store.put("tasks", id_, {**task, **done})


def _fetch(url: str, path: Any) -> int:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        size = 0
        with path.open("wb") as file:
            while block := answer.read(BLOCK):
                file.write(block)
                size += len(block)
        return size
    finally:
        connection.close()
