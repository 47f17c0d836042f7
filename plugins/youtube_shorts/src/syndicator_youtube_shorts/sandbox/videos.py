"""Videos: what is kept of one, what becomes of it in time, and list, update and delete."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_youtube_shorts.sandbox import rules
from syndicator_youtube_shorts.sandbox.answers import Refusal, listing, need, resource
from syndicator_youtube_shorts.sandbox.oauth import MANAGE, PARTNER, READ, SSL, channel_id
from syndicator_youtube_shorts.sandbox.quota import Calls

WRITE, LOOK = (MANAGE, SSL, PARTNER), (READ, MANAGE, SSL, PARTNER)
IDS_MAX = 50


class VideoRoutes(Calls):
    """`/youtube/v3/videos` without uploading."""

    @route("GET", "/youtube/v3/videos")
    def videos_list(self, request: Request) -> Reply:
        known = ("part", "id", "maxResults", "pageToken", "hl", "regionCode", "chart", "myRating")
        return self.call(request, "videos.list", lambda account: self._list(request, account),
                         scopes=LOOK, parameters=known)  # fmt: skip

    def _list(self, request: Request, account: str) -> Reply:
        parts = self.parts(request, rules.PARTS)
        need("id" in request.query, "badRequest", "one of id, chart, myRating", "id")
        ids = request.query["id"].split(",")
        need(len(ids) <= IDS_MAX, "badRequest", f"at most {IDS_MAX} ids", "id")
        found = [video for id_ in ids if (video := self.video(id_, listed=True))]
        items = [self.shown(video, parts, account) for video in found]
        return listing("video", items, most=IDS_MAX)

    @route("PUT", "/youtube/v3/videos")
    def videos_update(self, request: Request) -> Reply:
        return self.call(request, "videos.update", lambda account: self._update(request, account),
                         scopes=WRITE, parameters=("part",), units=50)  # fmt: skip

    def _update(self, request: Request, account: str) -> Reply:
        parts, body = self.parts(request, rules.PARTS), request.json()
        video = self.mine(str(body.get("id", "")) if isinstance(body, dict) else "", account)
        given = rules.written(body, parts)
        for part, fields in list(given.items()):
            # Each named part is replaced as a whole (docs/videos/update).
            if part == "status":
                given[part] = {**_defaults(), **fields}
                self._check_status(video, given[part])
        language = given.get("snippet", video["parts"]["snippet"]).get("defaultLanguage")
        rules.check(given, language)
        video["parts"].update(given)
        self._publish(video)
        self.store.put("videos", video["id"], video)
        return Reply(json=self.shown(video, parts, account))

    def _check_status(self, video: dict[str, Any], status: dict[str, Any]) -> None:
        if status.get("publishAt") and video.get("published_at"):
            raise Refusal("invalidPublishAt", "it has been published before")
        if status["privacyStatus"] != "private" and self.faults.take("locked_private"):
            status["privacyStatus"] = "private"

    @route("DELETE", "/youtube/v3/videos")
    def videos_delete(self, request: Request) -> Reply:
        return self.call(request, "videos.delete", lambda account: self._delete(request, account),
                         scopes=WRITE, parameters=("id",), units=50)  # fmt: skip

    def _delete(self, request: Request, account: str) -> Reply:
        video = self.mine(request.query.get("id", ""), account)
        self.store.put("videos", video["id"], {**video, "deleted": True})
        return Reply(204)

    # -- for the other routes --

    def video(self, id_: str, *, listed: bool = False) -> dict[str, Any] | None:
        """Return a video that was not deleted; of a listing, only once it shows there."""
        found = self.store.get("videos", id_)
        if found is None or found.get("deleted"):
            return None
        lag = timedelta(seconds=float(self.profile["listing_lag_seconds"]))
        if listed and _at(found["made_at"]) + lag > self.clock.now():
            return None
        return found

    def mine(self, id_: str, account: str) -> dict[str, Any]:
        """Return an account's video, or say that there is none."""
        found = self.video(id_)
        if found is None or found["account"] != account:
            raise Refusal("videoNotFound", f"The video {id_!r} cannot be found.", "id")
        return found

    def make_video(self, session: dict[str, Any]) -> dict[str, Any]:
        """Keep the video that a complete upload is."""
        id_ = secrets.token_urlsafe(9)[:11].ljust(11, "A")
        failed, slow = self.faults.take("fail"), self.faults.take("processing") or {}
        rejected = self.faults.take("reject")
        parts = rules.written(session["body"], session["parts"])
        parts["status"] = {**_defaults(), **parts.get("status", {})}
        video = {
            "id": id_, "account": session["account"], "parts": parts, "media": session["media"],
            "size": session["total"], "file": session["slug"], "owner": session["owner"],
            "made_at": self.clock.now().isoformat(),
            "processing": float(slow.get("seconds", self.profile["processing_seconds"])),
            "failure": failed["reason"] if failed else "",
            "rejection": rejected["reason"] if rejected else "",
            "published_at": "", "thumbnail": False, "duration": float(self.profile["seconds"]),
        }  # fmt: skip
        self._publish(video)
        self.store.put("videos", id_, video)
        return video

    def _publish(self, video: dict[str, Any]) -> None:
        if self.privacy(video) != "private" and not video["published_at"]:
            video["published_at"] = self.clock.now().isoformat()

    def upload_status(self, video: dict[str, Any]) -> str:
        """Return `status.uploadStatus` at this moment."""
        if not self.is_processed(video):
            return "uploaded"
        if video["rejection"]:
            return "rejected"
        return "failed" if video["failure"] else "processed"

    def is_processed(self, video: dict[str, Any]) -> bool:
        """Return whether processing has come to an end."""
        ends = _at(video["made_at"]) + timedelta(seconds=video["processing"])
        return self.clock.now() >= ends

    def privacy(self, video: dict[str, Any]) -> str:
        """Return who can see it, its schedule considered."""
        status = video["parts"]["status"]
        at = status.get("publishAt")
        if at and _at(at) <= self.clock.now():
            return "public"
        return str(status["privacyStatus"])

    def is_seen(self, video: dict[str, Any]) -> bool:
        """Return whether a viewer somewhere could watch it."""
        return (
            not video.get("deleted")
            and self.privacy(video) != "private"
            and self.upload_status(video) == "processed"
        )

    def regions(self, video: dict[str, Any]) -> dict[str, list[str]]:
        """Return `contentDetails.regionRestriction`; Content ID says."""
        raise NotImplementedError

    def shown(self, video: dict[str, Any], parts: list[str], account: str) -> dict[str, Any]:
        """Return parts of the resource, as an account sees them."""
        makers: dict[str, Callable[[], Any]] = {
            "snippet": lambda: self._snippet(video),
            "status": lambda: self._status(video),
            "localizations": lambda: video["parts"].get("localizations", {}),
            "paidProductPlacementDetails": lambda: video["parts"].get(
                "paidProductPlacementDetails", {"hasPaidProductPlacement": False}
            ),
            "recordingDetails": lambda: video["parts"].get("recordingDetails", {}),
            "contentDetails": lambda: self._content(video),
            "processingDetails": lambda: self._processing(video),
            "fileDetails": lambda: _file(video) if video["account"] == account else {},
            "statistics": lambda: {"viewCount": "0", "likeCount": "0", "commentCount": "0"},
        }
        return resource(
            "video",
            id=video["id"],
            **{part: makers[part]() for part in parts if part in makers},
        )

    def _snippet(self, video: dict[str, Any]) -> dict[str, Any]:
        words = video["parts"].get("snippet", {})
        title, text = words.get("title", ""), words.get("description", "")
        return {
            "publishedAt": video["published_at"] or video["made_at"],
            "channelId": channel_id(video["account"]), "channelTitle": video["account"],
            "thumbnails": {}, "liveBroadcastContent": "none", **words,
            "localized": {"title": title, "description": text},
        }  # fmt: skip

    def _status(self, video: dict[str, Any]) -> dict[str, Any]:
        status = {**video["parts"]["status"], "privacyStatus": self.privacy(video)}
        if status["privacyStatus"] != "private":
            status.pop("publishAt", None)
        status["uploadStatus"] = self.upload_status(video)
        status["madeForKids"] = bool(status.get("selfDeclaredMadeForKids"))
        if status["uploadStatus"] == "failed":
            status["failureReason"] = video["failure"]
        if status["uploadStatus"] == "rejected":
            status["rejectionReason"] = video["rejection"]
        return status

    def _content(self, video: dict[str, Any]) -> dict[str, Any]:
        restriction = self.regions(video)
        return {
            "duration": f"PT{video['duration']:.0f}S", "definition": "hd", "caption": "false",
            "hasCustomThumbnail": video["thumbnail"],
            **({"regionRestriction": restriction} if restriction else {}),
        }  # fmt: skip

    def _processing(self, video: dict[str, Any]) -> dict[str, Any]:
        if not self.is_processed(video):
            progress = {"partsTotal": "1000", "partsProcessed": "500", "timeLeftMs": "1000"}
            return {"processingStatus": "processing", "processingProgress": progress}
        if video["failure"]:
            return {"processingStatus": "failed", "processingFailureReason": "transcodeFailed"}
        return {"processingStatus": "succeeded"}


def _defaults() -> dict[str, Any]:
    return {
        "privacyStatus": "public", "license": "youtube", "embeddable": True,
        "publicStatsViewable": True, "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": False,
    }  # fmt: skip


def _file(video: dict[str, Any]) -> dict[str, Any]:
    return {
        "fileName": video["file"], "fileSize": str(video["size"]), "fileType": "video",
        "durationMs": str(int(video["duration"] * 1000)),
    }  # fmt: skip


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def spelled(document: dict[str, Any]) -> bytes:
    """Return a document as it goes over the wire."""
    return json.dumps(document, ensure_ascii=False).encode()
