"""The Content Posting API: creator info, init, status, cancel.

developers.tiktok.com/doc/content-posting-api-reference-query-creator-info, -direct-post,
-upload-video, -get-video-status; limits from /doc/tiktok-api-v2-rate-limit and
/doc/content-sharing-guidelines.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_tiktok.sandbox import rules, tasks
from syndicator_tiktok.sandbox.answers import WITH_200, Refusal, envelope, refused
from syndicator_tiktok.sandbox.oauth import OAuthRoutes
from syndicator_tiktok.sandbox.pulling import pull

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
UPLOAD_LIVES = timedelta(hours=1)
UNAUDITED_USERS = 5
PENDING_MAX = 5
PRIVATE = ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
OPEN = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


class PostingRoutes(OAuthRoutes):
    """The endpoints under /v2/post/publish."""

    def enveloped(self, answer: Callable[[], dict[str, Any]], call: str) -> Reply:
        """Return what a call answers in the v2 envelope, or the error that was asked for."""
        log = self.log_id()
        try:
            self._fail_on_demand(call)
            return envelope(answer(), log)
        except Refusal as refusal:
            if call == "creator_info" and refusal.code in WITH_200:
                refusal.status = 200
            return refused(refusal, log)

    def _fail_on_demand(self, call: str) -> None:
        fault = self.faults.take("error", call=call)
        if fault:
            raise Refusal(fault["code"], "on demand", fault.get("status"))

    def limit(self, account: str, call: str, most: int) -> None:
        """Refuse where a token has asked too often: a sliding minute.

        developers.tiktok.com/doc/tiktok-api-v2-rate-limit
        """
        if not self.profile["rate_limits"]:
            return
        calls: dict[tuple[str, str], deque[datetime]] = self.__dict__.setdefault("_calls", {})
        times, now = calls.setdefault((account, call), deque()), self.clock.now()
        while times and now - times[0] >= MINUTE:
            times.popleft()
        if len(times) >= most:
            raise Refusal("rate_limit_exceeded", f"{call}: {most} per minute and user token")
        times.append(now)

    @route("POST", "/v2/post/publish/creator_info/query/")
    def creator_info(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._creator_info(request), "creator_info")

    def _creator_info(self, request: Request) -> dict[str, Any]:
        account = self.bearer(request, "video.publish")
        self.limit(account, "creator_info", 20)
        self._may_post(account)
        closed = self.profile["privacy"] == "private"
        return {
            "creator_avatar_url": f"{request.base}/_sandbox/avatar?{account}",
            "creator_username": account,
            "creator_nickname": account.replace("-", " ").title(),
            "privacy_level_options": self.options(),
            "comment_disabled": bool(self.profile["comment_disabled"]),
            "duet_disabled": closed or bool(self.profile["duet_disabled"]),
            "stitch_disabled": closed or bool(self.profile["stitch_disabled"]),
            "max_video_post_duration_sec": int(self.profile["max_seconds"]),
        }

    def options(self) -> list[str]:
        """Return the privacy levels that the creator can choose."""
        return PRIVATE if self.profile["privacy"] == "private" else OPEN

    def _may_post(self, account: str) -> None:
        since = self.clock.now() - DAY
        recent = [task for task in self.store.all("tasks") if _made(task) > since]
        mine = [x for x in recent if x["account"] == account and x["kind"] == "direct"]
        if len([x for x in mine if x["complete_at"]]) >= int(self.profile["posts_per_day"]):
            raise Refusal("spam_risk_too_many_posts", "the daily post cap of the user is reached")
        users = {x["account"] for x in recent}
        cap = UNAUDITED_USERS if self.profile["unaudited"] else int(self.profile["users_per_day"])
        if account not in users and len(users) >= cap:
            raise Refusal("reached_active_user_cap", "the daily quota for active users is reached")

    @route("POST", "/v2/post/publish/video/init/")
    def init(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._init(request, "direct"), "init")

    @route("POST", "/v2/post/publish/inbox/video/init/")
    def inbox_init(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._init(request, "inbox"), "init")

    @route("POST", "/v2/post/publish/content/init/")
    def photo_init(self, request: Request) -> Reply:  # noqa: ARG002 - it is not here
        text = "photos are not in this sandbox"
        return self.enveloped(lambda: _refuse(Refusal("invalid_params", text)), "init")

    def _init(self, request: Request, kind: str) -> dict[str, Any]:
        account = self.bearer(request, "video.publish" if kind == "direct" else "video.upload")
        self.limit(account, "init", 6)
        body = request.json()
        info: dict[str, Any] = {}
        if kind == "direct":
            info = rules.table(body, "post_info")
            self._check_direct(account, info)
        else:
            self._check_pending(account)
        source = rules.table(body, "source_info")
        way = source.get("source")
        rules.need(way in {"FILE_UPLOAD", "PULL_FROM_URL"}, "source: FILE_UPLOAD or PULL_FROM_URL")
        if way == "FILE_UPLOAD":
            rules.check_file(source)
        else:
            self._check_url(source.get("video_url"))
        return self._begin(request, account, kind, info, source)

    def _check_direct(self, account: str, info: dict[str, Any]) -> None:
        self._may_post(account)
        rules.check_post_info(info, self.options())
        closed = self.profile["privacy"] == "private"
        if self.profile["unaudited"] and not (closed and info["privacy_level"] == "SELF_ONLY"):
            raise Refusal(
                "unaudited_client_can_only_post_to_private_accounts",
                "until it is audited a client posts only to private accounts, as SELF_ONLY",
            )

    def _check_pending(self, account: str) -> None:
        since, now = self.clock.now() - DAY, self.clock.now()
        pending = [
            task for task in self.store.all("tasks")
            if task["account"] == account and task["kind"] == "inbox" and _made(task) > since
            and tasks.status_of(task, now) != "FAILED" and not task.get("finished_at")
        ]  # fmt: skip
        if len(pending) >= PENDING_MAX:
            raise Refusal("spam_risk_too_many_pending_share", "at most 5 pending shares in 24 h")

    def _check_url(self, url: Any) -> None:
        rules.need(isinstance(url, str), "video_url is required")
        local = url.startswith("http://127.0.0.1:")
        rules.need(url.startswith("https://") or local, "video_url must be https")
        if not any(url.startswith(prefix) for prefix in self.profile["verified_prefixes"]):
            raise Refusal("url_ownership_unverified", "verify the domain or the prefix first")

    def _begin(
        self,
        request: Request,
        account: str,
        kind: str,
        info: dict[str, Any],
        source: dict[str, Any],
    ) -> dict[str, Any]:
        pulled = source["source"] == "PULL_FROM_URL"
        number = self.store.next("task")
        way = ("inbox" if kind == "inbox" else "pub") + ("_url" if pulled else "_file")
        id_ = f"v_{way}~v2-1.{7_500_000_000_000_000_000 + number}"
        now = self.clock.now()
        upload, token = secrets.token_hex(8), secrets.token_urlsafe(16)
        rejected = self.faults.take("reject")
        slow = self.faults.take("moderation") or {}
        self.store.put("tasks", id_, {
            "id": id_, "account": account, "kind": kind, "source": source["source"],
            "privacy": info.get("privacy_level", ""), "info": info,
            "size": source.get("video_size", 0), "chunk": source.get("chunk_size", 0),
            "count": source.get("total_chunk_count", 1), "stored": 0, "complete_at": None,
            "upload": upload, "upload_token": token, "made_at": now.isoformat(),
            "until": (now + UPLOAD_LIVES).isoformat(), "media": f"{upload}.mp4",
            "post_id": str(7_600_000_000_000_000_000 + number * 7),
            "processing": float(slow.get("processing", self.profile["processing_seconds"])),
            "moderation": float(slow.get("seconds", self.profile["moderation_seconds"])),
            "reject": rejected["reason"] if rejected else "",
        })  # fmt: skip
        if pulled:
            pull(self, id_, str(source["video_url"]))
            return {"publish_id": id_}
        query = urlencode({"upload_id": upload, "upload_token": token})
        return {"publish_id": id_, "upload_url": f"{request.base}/upload/{upload}?{query}"}

    @route("POST", "/v2/post/publish/status/fetch/")
    def status(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._status(request), "status")

    def _status(self, request: Request) -> dict[str, Any]:
        account = self.bearer(request, "video.publish|video.upload")
        self.limit(account, "status", 30)
        return tasks.status_body(self._task(account, request), self.clock.now())

    def _task(self, account: str, request: Request) -> dict[str, Any]:
        body = request.json()
        id_ = body.get("publish_id") if isinstance(body, dict) else None
        found = self.store.get("tasks", str(id_))
        if found is None:
            raise Refusal("invalid_publish_id", "no such publish_id")
        if found["account"] != account:
            raise Refusal("token_not_authorized_for_specified_publish_id", "of another user")
        return found

    @route("POST", "/v2/post/publish/cancel/")
    def cancel(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._cancel(request), "cancel")

    def _cancel(self, request: Request) -> dict[str, Any]:
        task = self._task(self.bearer(request, "video.publish|video.upload"), request)
        if task["complete_at"] is not None or task["source"] != "PULL_FROM_URL":
            raise Refusal("publish_not_cancellable", "only a download can be cancelled")
        self.store.put("tasks", task["id"], {**task, "failed": "publish_cancelled"})
        return {}


def _made(task: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(task["made_at"])


def _refuse(refusal: Refusal) -> dict[str, Any]:
    raise refusal
