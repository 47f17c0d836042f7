"""Reading back: video list and query, user info.

developers.tiktok.com/doc/tiktok-api-v2-video-list, -video-query, -video-object, -get-user-info
"""

from __future__ import annotations

from typing import Any

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_tiktok.sandbox import rules, tasks
from syndicator_tiktok.sandbox.oauth import open_id
from syndicator_tiktok.sandbox.upload import UploadRoutes

FIELDS = frozenset(
    {
        "id", "create_time", "cover_image_url", "share_url", "video_description", "duration",
        "height", "width", "title", "embed_html", "embed_link", "like_count", "comment_count",
        "share_count", "view_count",
    }
)  # fmt: skip
USER = {
    "open_id": "user.info.basic", "union_id": "user.info.basic", "avatar_url": "user.info.basic",
    "display_name": "user.info.basic", "username": "user.info.profile",
    "follower_count": "user.info.stats", "video_count": "user.info.stats",
}  # fmt: skip
MOST = 20
PER_MINUTE = 600


class DisplayRoutes(UploadRoutes):
    """The endpoints under /v2/video and /v2/user."""

    @route("POST", "/v2/video/list/")
    def video_list(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._list(request), "video_list")

    def _list(self, request: Request) -> dict[str, Any]:
        account, fields = self._reader(request), _fields(request, FIELDS)
        body = request.json() if request.length else {}
        most, cursor = body.get("max_count", 10), body.get("cursor")
        rules.need(isinstance(most, int) and 1 <= most <= MOST, "max_count: 1 to 20")
        videos = [x for x in self.videos(account) if cursor is None or x["_ms"] < cursor]
        page = videos[:most]
        return {
            "videos": [_only(each, fields) for each in page],
            "cursor": page[-1]["_ms"] if page else cursor or 0,
            "has_more": len(videos) > most,
        }

    @route("POST", "/v2/video/query/")
    def video_query(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._query(request), "video_query")

    def _query(self, request: Request) -> dict[str, Any]:
        account, fields = self._reader(request), _fields(request, FIELDS)
        ids = rules.table(request.json(), "filters").get("video_ids")
        good = isinstance(ids, list) and 0 < len(ids) <= MOST
        rules.need(
            good and all(isinstance(x, str) for x in ids or ()), "video_ids: 1 to 20 strings"
        )
        found = [each for each in self.videos(account) if each["id"] in (ids or ())]
        return {"videos": [_only(each, fields) for each in found]}

    def _reader(self, request: Request) -> str:
        account = self.bearer(request, "video.list")
        self.limit(account, "video", PER_MINUTE)
        return account

    def videos(self, account: str) -> list[dict[str, Any]]:
        """Return an account's public videos, newest first."""
        now = self.clock.now()
        found = []
        for task in self.store.all("tasks"):
            begun = tasks.published_at(task, now)
            if task["account"] != account or begun is None or not tasks.public_at(task, now):
                continue
            title = task["info"].get("title", "")[:150]
            figures = self.store.get("figures", task["post_id"]) or {}
            found.append({
                "id": task["post_id"], "create_time": int(begun.timestamp()), "title": title,
                "video_description": title, "duration": 60, "height": 1280, "width": 720,
                "cover_image_url": "", "embed_html": "", "embed_link": "",
                "share_url": f"https://www.tiktok.com/@{account}/video/{task['post_id']}",
                "like_count": 0, "comment_count": 0, "share_count": 0, "view_count": 0,
                **figures, "_ms": int(begun.timestamp() * 1000),
            })  # fmt: skip
        return sorted(found, key=lambda each: -each["_ms"])

    @route("GET", "/v2/user/info/")
    def user_info(self, request: Request) -> Reply:
        return self.enveloped(lambda: self._user(request), "user_info")

    def _user(self, request: Request) -> dict[str, Any]:
        fields = _fields(request, frozenset(USER))
        account = ""
        for field in fields:
            account = self.bearer(request, USER[field])
        user = {
            "open_id": open_id(account), "union_id": open_id(account)[::-1], "avatar_url": "",
            "display_name": account.replace("-", " ").title(), "username": account,
            "follower_count": 1200, "video_count": len(self.videos(account)),
        }  # fmt: skip
        return {"user": {name: user[name] for name in fields}}

    @route("POST", "/_sandbox/figures")
    def figures(self, request: Request) -> Reply:
        """Set the figures of a post: `{"id": post id, "view_count": 1000 …}`."""
        wish = request.json()
        self.store.put("figures", str(wish.pop("id")), wish)
        return Reply(json={})


def _fields(request: Request, known: frozenset[str]) -> list[str]:
    fields = [each for each in request.query.get("fields", "").split(",") if each]
    rules.need(bool(fields) and set(fields) <= known, "fields: a query parameter, of known names")
    return fields


def _only(video: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    return {name: video[name] for name in fields}
