"""Webhooks: checked against the client's secret, read, and turned into what is heard.

developers.tiktok.com/doc/webhooks-overview, -events, -verification. Polling stays the truth.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import syndicator.channel as sc

HEADER = "tiktok-signature"
PUBLISH = "post.publish."
REMOVED = {
    0: "for a reason that TikTok does not give", 1: "the user disconnected it",
    2: "the account was deleted", 3: "the account's age changed", 4: "the account was banned",
    5: "the developer revoked it",
}  # fmt: skip


def hear(
    headers: Mapping[str, str], body: bytes, secret: sc.Secret, now: datetime, tolerance: timedelta
) -> list[sc.Heard]:
    """Return what a webhook tells.

    Raises:
        Forged: its signature is missing, wrong or too old, or it cannot be read.
    """
    _check(headers.get(HEADER, ""), body, secret, now, tolerance)
    try:
        message = json.loads(body)
        event = str(message["event"])
        # The content is JSON inside JSON.
        content: Any = json.loads(message.get("content") or "{}")
    except (ValueError, KeyError, TypeError):
        raise sc.Forged("a webhook that is signed and cannot be read") from None
    if not isinstance(content, dict):
        content = {}
    return _read(event, content)


def _read(event: str, content: dict[str, Any]) -> list[sc.Heard]:
    if event == "authorization.removed":
        reason = REMOVED.get(content.get("reason", 0), REMOVED[0])
        return [sc.Heard(name=event, text=f"TikTok took the permission away: {reason}",
                         sign_in_again=True)]  # fmt: skip
    if event.startswith(PUBLISH) and content.get("publish_id"):
        why = f": {content['reason']}" if content.get("reason") else ""
        text = f"{event.removeprefix(PUBLISH).replace('_', ' ')}{why}"
        return [sc.Heard(name=event, match={"publish_id": str(content["publish_id"])}, text=text)]
    return []


def _check(
    header: str, body: bytes, secret: sc.Secret, now: datetime, tolerance: timedelta
) -> None:
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    stamp, signed = parts.get("t", ""), parts.get("s", "")
    if not stamp.isdigit() or not signed:
        raise sc.Forged("no TikTok-Signature")
    wanted = hmac.new(secret.reveal().encode(), stamp.encode() + b"." + body, hashlib.sha256)
    if not hmac.compare_digest(wanted.hexdigest(), signed):
        raise sc.Forged("the signature is not TikTok's")
    try:
        sent = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise sc.Forged("the signature's time is none") from None
    if abs(now - sent) > tolerance:
        raise sc.Forged(f"the signature is of {sent:%Y-%m-%d %H:%M:%S} UTC, too far from now")
