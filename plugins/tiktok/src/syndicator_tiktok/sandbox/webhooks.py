"""Webhooks as TikTok sends them: content encoded twice, signed, at least once, in no order.

developers.tiktok.com/doc/webhooks-overview, -events, -verification
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from syndicator_tiktok.sandbox import tasks
from syndicator_tiktok.sandbox.oauth import open_id

if TYPE_CHECKING:
    from syndicator_tiktok.sandbox.server import TikTok

EVERY_S = 0.1
ATTEMPTS = 3


class Messenger:
    """Looks at the tasks, and tells the app what became of them."""

    def __init__(self, sandbox: TikTok) -> None:
        self._sandbox = sandbox
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Tell from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Tell nothing more."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ends.wait(EVERY_S):
            for task, event, content in self._news():
                message = self._message(task, event, content)
                times = 2 if self._sandbox.faults.take("webhook_twice") else 1
                for _ in range(times):
                    self._send(message)

    def _news(self) -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
        found = []
        with self._sandbox.lock:
            now = self._sandbox.clock.now()
            for task in self._sandbox.store.all("tasks"):
                told = list(task.get("told", []))
                new = [pair for pair in events_of(task, now) if pair[0] not in told]
                if new:
                    done = {**task, "told": [*told, *(event for event, _ in new)]}
                    self._sandbox.store.put("tasks", task["id"], done)
                found += [(task, event, content) for event, content in new]
        return found

    def _message(self, task: dict[str, Any], event: str, content: dict[str, Any]) -> bytes:
        return json.dumps({
            "client_key": self._sandbox.profile["client_key"], "event": event,
            "create_time": int(self._sandbox.clock.now().timestamp()),
            "user_openid": open_id(task["account"]), "content": json.dumps(content),
        }).encode()  # fmt: skip

    def _send(self, message: bytes) -> None:
        signed = signature(
            message, self._sandbox.profile["client_secret"], self._sandbox.clock.now()
        )
        headers = {"Content-Type": "application/json", "TikTok-Signature": signed}
        url = self._sandbox.profile["webhook_url"]
        for _ in range(ATTEMPTS):
            request = urllib.request.Request(url, message, headers)  # noqa: S310 - ours
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5):  # noqa: S310
                return


def signature(message: bytes, secret: str, now: datetime) -> str:
    """Return the value of `TikTok-Signature`."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + message, hashlib.sha256)
    return f"t={stamp},s={digest.hexdigest()}"


def events_of(task: dict[str, Any], now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what there is to tell of a task by now."""
    kind = "INBOX_SHARE" if task["kind"] == "inbox" else "DIRECT_PUBLISH"
    about = {"publish_id": task["id"], "publish_type": kind}
    status = tasks.status_of(task, now)
    if status == "FAILED":
        yield "post.publish.failed", {**about, "reason": tasks.fail_reason(task)}
    if status == "SEND_TO_USER_INBOX":
        yield "post.publish.inbox_delivered", about
    if status == "PUBLISH_COMPLETE":
        yield "post.publish.complete", about
    if tasks.public_at(task, now):
        yield "post.publish.publicly_available", {**about, "post_id": task["post_id"]}
