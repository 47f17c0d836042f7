"""The sandbox: every surface of YouTube that the adapter uses, at one address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from syndicator.channel.sandbox import Post, Reply, Request
from syndicator_youtube_shorts.sandbox.analytics import AnalyticsRoutes
from syndicator_youtube_shorts.sandbox.answers import Refusal


class YouTube(AnalyticsRoutes):
    """Accounts exist as soon as somebody consents for them; `profile` says how all behave."""

    name = "youtube_shorts"
    defaults: ClassVar[Mapping[str, Any]] = {
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "account": "sandbox-studio",
        "auto_consent": False,
        "grants": [],
        "token_seconds": 3600,
        "refresh_seconds": 15_552_000,
        "quota_model": "buckets",
        "uploads_per_day": 100,
        "units_per_day": 10_000,
        "channel_uploads_per_day": 100,
        "session_seconds": 604_800,
        "processing_seconds": 5,
        "listing_lag_seconds": 0,
        "thumbnails": True,
        "content_owner": "",
        "seconds": 60.0,
    }

    def missing(self, status: int, request: Request) -> Reply:
        reply = Refusal("notFound", f"no {request.method} {request.path}").reply()
        return Reply(status, json=reply.json)

    def posts(self) -> list[Post]:
        return [self._post(video) for video in self.store.all("videos") if not video.get("deleted")]

    def _post(self, video: dict[str, Any]) -> Post:
        words = video["parts"].get("snippet", {})
        lists = [x for x in self.store.all("items") if x["video"] == video["id"]]
        return Post(
            id=video["id"],
            title=words.get("title", ""),
            text=words.get("description", ""),
            status=f"{self.upload_status(video)}, {self.privacy(video)}",
            visible=self.is_seen(video),
            account=video["account"],
            media=self.media / video["media"],
            facts={
                "size": video["size"],
                "file": video["file"],
                "regions": self.regions(video),
                "thumbnail": video["thumbnail"],
                "captions": sorted(x["language"] for x in self._tracks_of(video["id"])),
                "playlists": [[x["playlist"], x["position"]] for x in lists],
                **{k: v for k, v in video["parts"].items() if k != "snippet"},
                "snippet": words,
            },
        )
