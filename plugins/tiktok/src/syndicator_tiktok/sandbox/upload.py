"""The upload host: chunks in order, exactly as long as they say, and no token of the account.

developers.tiktok.com/doc/content-posting-api-media-transfer-guide
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_tiktok.sandbox.posting import PostingRoutes

TYPES = ("video/mp4", "video/quicktime", "video/webm")
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class UploadRoutes(PostingRoutes):
    """PUT of chunks; on the real platform these are on hosts of their own."""

    @route("PUT", "/upload/{upload}", stream=True)
    def put_chunk(self, request: Request, upload: str) -> Reply:
        refused = self._refused(request)
        if refused:
            return refused
        with self.lock:
            task = self._of_upload(upload, request.query.get("upload_token", ""))
            if task is None:
                return Reply(404)
            if task["until"] <= self.clock.now().isoformat() or self.faults.take("url_expired"):
                return Reply(403)
            wrong = _wrong(request, task)
            if wrong:
                return _progress(wrong, task)
            path = self.media / task["media"]
        first = task["stored"]
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(first)
            stored = request.copy_to(file)
        return self._stored(request, task, stored)

    def _refused(self, request: Request) -> Reply | None:
        if request.headers.get("authorization"):
            # The real hosts are not told to refuse it; a client that sends it gives its token away.
            return Reply(400, body=b"no Authorization belongs here")
        if request.headers.get("content-type") not in TYPES:
            return Reply(400, body=b"Content-Type")
        if request.length is None:
            return Reply(400, body=b"Content-Length")
        return None

    def _of_upload(self, upload: str, token: str) -> dict[str, Any] | None:
        for task in self.store.all("tasks"):
            if task["upload"] == upload and task["upload_token"] == token:
                return task
        return None

    def _stored(self, request: Request, seen: dict[str, Any], stored: int) -> Reply:
        with self.lock:
            task = self.store.get("tasks", seen["id"]) or seen
            if task["stored"] != seen["stored"]:
                return _progress(416, task)  # another request was faster
            if stored != request.length:
                return Reply(400, body=b"the body is shorter than its range")
            task = {**task, "stored": task["stored"] + stored}
            whole = task["stored"] == task["size"]
            if whole:
                task["complete_at"] = self.clock.now().isoformat()
            self.store.put("tasks", task["id"], task)
            return _progress(201 if whole else 206, task)

    @route("POST", "/_sandbox/finish")
    def finish(self, request: Request) -> Reply:
        """Post a draft from the inbox, as the creator does in the app."""
        wish = request.json()
        task = self.store.get("tasks", wish["publish_id"])
        if task is None or task["kind"] != "inbox":
            return Reply(404, json={"error": "no such draft"})
        now: datetime = self.clock.now()
        done = {
            "finished_at": now.isoformat(),
            "privacy": wish.get("privacy", "PUBLIC_TO_EVERYONE"),
        }
        info = {"title": wish.get("title", "")}
        self.store.put("tasks", task["id"], {**task, **done, "info": info})
        return Reply(json={})


def _wrong(request: Request, task: dict[str, Any]) -> int | None:
    """Return the status that a chunk's headers deserve, if it is no good one."""
    found = RANGE.fullmatch(request.headers.get("content-range", ""))
    if found is None:
        return 400
    first, last, total = map(int, found.groups())
    if total != task["size"] or last < first or last >= total:
        return 400
    if request.length != last - first + 1:
        return 400
    if first != task["stored"]:
        return 416
    number = first // task["chunk"]
    is_last = number >= task["count"] - 1
    wanted = task["size"] - first if is_last else task["chunk"]
    return None if last - first + 1 == wanted else 400


def _progress(status: int, task: dict[str, Any]) -> Reply:
    headers = {"Content-Range": f"bytes 0-{max(0, task['stored'] - 1)}/{task['size']}"}
    return Reply(status, headers=headers)
