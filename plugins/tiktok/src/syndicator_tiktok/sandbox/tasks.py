"""What becomes of a publish task as time goes by: pure, from what is stored and the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

PUBLIC = "PUBLIC_TO_EVERYONE"


def status_of(task: dict[str, Any], now: datetime) -> str:
    """Return the documented status of a task at an instant."""
    if task.get("failed"):
        return "FAILED"
    if task.get("complete_at") is None:
        return "PROCESSING_DOWNLOAD" if task["source"] == "PULL_FROM_URL" else "PROCESSING_UPLOAD"
    if now < _after(task["complete_at"], task["processing"]):
        return "PROCESSING_DOWNLOAD" if task["source"] == "PULL_FROM_URL" else "PROCESSING_UPLOAD"
    if task.get("reject"):
        return "FAILED"
    if task["kind"] == "inbox" and not task.get("finished_at"):
        return "SEND_TO_USER_INBOX"
    return "PUBLISH_COMPLETE"


def published_at(task: dict[str, Any], now: datetime) -> datetime | None:
    """Return since when the post is on the profile; None: it is not."""
    if status_of(task, now) != "PUBLISH_COMPLETE":
        return None
    if task["kind"] == "inbox":
        return datetime.fromisoformat(task["finished_at"])
    return _after(task["complete_at"], task["processing"])


def public_at(task: dict[str, Any], now: datetime) -> datetime | None:
    """Return since when everybody can see it; None: private, or still in moderation."""
    begun = published_at(task, now)
    if begun is None or task["privacy"] != PUBLIC or task.get("taken_down"):
        return None
    seen = begun + timedelta(seconds=task["moderation"])
    return seen if seen <= now else None


def fail_reason(task: dict[str, Any]) -> str:
    """Return why a task failed."""
    return str(task.get("failed") or task.get("reject") or "")


def status_body(task: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the `data` of status/fetch.

    developers.tiktok.com/doc/content-posting-api-reference-get-video-status; the name of the list
    of post ids is spelled as there.
    """
    status = status_of(task, now)
    data: dict[str, Any] = {"status": status}
    if status == "FAILED":
        data["fail_reason"] = fail_reason(task)
    counter = "downloaded_bytes" if task["source"] == "PULL_FROM_URL" else "uploaded_bytes"
    data[counter] = task["stored"]
    if public_at(task, now):
        data["publicaly_available_post_id"] = [int(task["post_id"])]
    return data


def _after(moment: str, seconds: float) -> datetime:
    return datetime.fromisoformat(moment) + timedelta(seconds=seconds)
