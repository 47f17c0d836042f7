"""Captions and thumbnails.

developers.google.com/youtube/v3/docs/captions, /docs/thumbnails/set; the body of a multipart upload
is RFC 2387, and clients are known that end its lines with LF.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

import langcodes

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_youtube_shorts.sandbox.answers import Refusal, listing, need, resource
from syndicator_youtube_shorts.sandbox.oauth import MANAGE, PARTNER, SSL, UPLOAD
from syndicator_youtube_shorts.sandbox.sessions import SessionRoutes

CAPTION_PARTS = frozenset({"id", "snippet"})
CAPTION_MAX, NAME_MAX = 104_857_600, 150
THUMBNAIL_MAX = 52_428_800
IMAGES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
BOUNDARY = re.compile(r'multipart/related;.*boundary="?([^";]+)"?')


class CompanionRoutes(SessionRoutes):
    """`/youtube/v3/captions` and `/upload/youtube/v3/thumbnails/set`."""

    @route("GET", "/youtube/v3/captions")
    def captions_list(self, request: Request) -> Reply:
        return self.call(request, "captions.list", lambda account: self._tracks(request, account),
                         scopes=(SSL, PARTNER), parameters=("part", "videoId", "id"),
                         units=50)  # fmt: skip

    def _tracks(self, request: Request, account: str) -> Reply:
        self.parts(request, CAPTION_PARTS)
        need(request.query.get("videoId"), "required", "videoId", "videoId")
        video = self.mine(request.query["videoId"], account)
        return listing("caption", [_track(x) for x in self._tracks_of(video["id"])], most=500)

    def _tracks_of(self, video: str) -> list[dict[str, Any]]:
        return [x for x in self.store.all("captions") if x["video"] == video]

    @route("POST", "/upload/youtube/v3/captions")
    def captions_insert(self, request: Request) -> Reply:
        return self.call(request, "captions.insert", lambda account: self._insert(request, account),
                         scopes=(SSL, PARTNER), parameters=("part", "sync"), units=400)  # fmt: skip

    def _insert(self, request: Request, account: str) -> Reply:
        self.parts(request, CAPTION_PARTS)
        body, media = _related(request)
        snippet = body.get("snippet") or {}
        video = self.mine(str(snippet.get("videoId", "")), account)
        language, name = str(snippet.get("language", "")), snippet.get("name")
        need(langcodes.tag_is_valid(language), "invalidMetadata", f"language {language!r}")
        need(isinstance(name, str), "invalidMetadata", "snippet.name is required")
        need(len(str(name)) <= NAME_MAX, "nameTooLong", f"at most {NAME_MAX} characters")
        for each in self._tracks_of(video["id"]):
            if (each["language"], each["name"]) == (language, name):
                raise Refusal("captionExists", "the video has such a track")
        id_ = secrets.token_urlsafe(18)
        track = {"id": id_, "video": video["id"], "language": language, "name": name,
                 "text": media.decode("utf-8", "replace"),
                 "draft": bool(snippet.get("isDraft", False))}  # fmt: skip
        self.store.put("captions", id_, track)
        return Reply(json=_track(track))

    @route("PUT", "/upload/youtube/v3/captions")
    def captions_update(self, request: Request) -> Reply:
        return self.call(request, "captions.update", lambda account: self._change(request, account),
                         scopes=(SSL, PARTNER), parameters=("part", "sync"), units=450)  # fmt: skip

    def _change(self, request: Request, account: str) -> Reply:
        self.parts(request, CAPTION_PARTS)
        body, media = _related(request)
        track = self._my_track(str(body.get("id", "")), account)
        track["text"] = media.decode("utf-8", "replace")
        self.store.put("captions", track["id"], track)
        return Reply(json=_track(track))

    @route("DELETE", "/youtube/v3/captions")
    def captions_delete(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            self.store.delete(
                "captions", self._my_track(request.query.get("id", ""), account)["id"]
            )
            return Reply(204)

        return self.call(request, "captions.delete", do, scopes=(SSL, PARTNER), parameters=("id",),
                         units=50)  # fmt: skip

    def _my_track(self, id_: str, account: str) -> dict[str, Any]:
        track = self.store.get("captions", id_)
        if track is None:
            raise Refusal("captionNotFound", f"no caption track {id_!r}")
        self.mine(track["video"], account)
        return track

    @route("POST", "/upload/youtube/v3/thumbnails/set")
    def thumbnails_set(self, request: Request) -> Reply:
        return self.call(request, "thumbnails.set", lambda account: self._set(request, account),
                         scopes=(UPLOAD, MANAGE, SSL, PARTNER), parameters=("videoId",),
                         units=50)  # fmt: skip

    def _set(self, request: Request, account: str) -> Reply:
        image = request.body()
        need(image, "mediaBodyRequired", "an image is required")
        need(len(image) <= THUMBNAIL_MAX, "invalidImage", "larger than 50 MB")
        need(any(image.startswith(x) for x in IMAGES), "invalidImage", "neither JPEG nor PNG")
        video = self.mine(request.query.get("videoId", ""), account)
        # Of a Short only once its processing has finished, since 2026-11-03.
        is_ready = self.profile["thumbnails"] and self.is_processed(video)
        need(is_ready, "forbidden", "The thumbnail can't be set for the specified video.")
        self.store.put("videos", video["id"], {**video, "thumbnail": True})
        url = f"{request.base}/_sandbox/thumbnail/{video['id']}"
        return Reply(json=resource("thumbnailSetResponse", items=[{"default": {"url": url}}]))


def _track(track: dict[str, Any]) -> dict[str, Any]:
    return resource(
        "caption",
        id=track["id"],
        snippet={
            "videoId": track["video"], "language": track["language"], "name": track["name"],
            "trackKind": "standard", "isDraft": track["draft"], "status": "serving",
        },
    )  # fmt: skip


def _related(request: Request) -> tuple[dict[str, Any], bytes]:
    """Return the metadata and the media of a multipart upload."""
    multipart = request.query.get("uploadType") == "multipart"
    need(multipart, "wrongUrlForUpload", "this sandbox takes uploadType=multipart here")
    found = BOUNDARY.match(request.headers.get("content-type", ""))
    if found is None:
        raise Refusal("badContent", "Content-Type must be multipart/related with a boundary")
    marker = b"--" + found[1].encode()
    pieces = re.split(rb"(?:^|\r?\n)" + re.escape(marker) + rb"(?:--)?[ \t]*(?:\r?\n|$)",
                      request.body())  # fmt: skip
    parts = [piece for piece in pieces if piece.strip()]
    need(len(parts) == 2, "contentRequired", "metadata and media are required")
    heads = [re.split(rb"\r?\n\r?\n", part, maxsplit=1) for part in parts]
    need(all(len(x) == 2 for x in heads), "badContent", "a part without headers")
    need(b"application/json" in heads[0][0].lower(), "badContent", "the first part must be JSON")
    need(len(heads[1][1]) <= CAPTION_MAX, "badContent", "larger than 100 MiB")
    try:
        body: Any = json.loads(heads[0][1])
    except ValueError:
        raise Refusal("badRequest", "the metadata cannot be read") from None
    need(isinstance(body, dict), "badRequest", "the metadata must be an object")
    return body, heads[1][1]
