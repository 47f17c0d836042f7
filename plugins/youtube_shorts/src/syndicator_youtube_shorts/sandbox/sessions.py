"""Resumable uploads.

developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from syndicator.channel.sandbox import BadBody, Reply, Request, route
from syndicator_youtube_shorts.sandbox import rules
from syndicator_youtube_shorts.sandbox.answers import Refusal, need
from syndicator_youtube_shorts.sandbox.oauth import MANAGE, PARTNER, SSL, UPLOAD, channel_id
from syndicator_youtube_shorts.sandbox.videos import VideoRoutes, spelled

UNIT = 262_144
SIZE_MAX = 274_877_906_944
PUT_PATH = "/upload/youtube/v3/videos"
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
PARAMETERS = ("part", "notifySubscribers", "autoLevels", "stabilize")
NAME = re.compile(r"[^\x00-\x1f/\\]{1,255}")
INCOMPLETE = "Resume Incomplete"


class SessionRoutes(VideoRoutes):
    """`/upload/youtube/v3/videos`."""

    @route("POST", "/upload/youtube/v3/videos")
    def videos_insert(self, request: Request) -> Reply:
        return self.call(request, "videos.insert", lambda account: self._start(request, account),
                         scopes=(UPLOAD, MANAGE, SSL, PARTNER), parameters=PARAMETERS,
                         uploads=1)  # fmt: skip

    def _start(self, request: Request, account: str) -> Reply:
        resumable = request.query.get("uploadType") == "resumable"
        need(resumable, "wrongUrlForUpload", "this sandbox takes uploadType=resumable only")
        parts = self.parts(request, rules.PARTS)
        body, total = self._metadata(request, parts), self._total(request)
        account = self._uploader(request, account)
        self._check_cap(account)
        slug = request.headers.get("slug", "")
        need(not slug or NAME.fullmatch(slug), "invalidFilename", f"Slug: {slug!r}")
        id_, now = secrets.token_urlsafe(32), self.clock.now()
        self.store.put("sessions", id_, {
            "id": id_, "account": account, "owner": self.owner_of(request), "parts": parts,
            "body": body, "total": total, "stored": 0, "slug": slug, "reply": "", "gone": 0,
            "media": f"{secrets.token_hex(8)}.mp4", "made_at": now.isoformat(),
            "kind": request.headers.get("x-upload-content-type", ""),
        })  # fmt: skip
        query = urlencode({"uploadType": "resumable", "upload_id": id_, "part": ",".join(parts)})
        headers = {
            "Location": f"{request.base}{PUT_PATH}?{query}",
            "X-GUploader-UploadID": id_[:16],
        }
        return Reply(200, headers=headers)

    def _metadata(self, request: Request, parts: list[str]) -> Any:
        kind = request.headers.get("content-type", "")
        need(kind.startswith("application/json"), "badContent", "the metadata must be JSON")
        try:
            body = request.json()
        except BadBody as bad:
            raise Refusal("badRequest", str(bad)) from None
        given = rules.written(body, parts)
        need("snippet" in given, "invalidTitle", "snippet is required")
        rules.check({"status": {}, **given}, given["snippet"].get("defaultLanguage"))
        return body

    def _total(self, request: Request) -> int:
        length = request.headers.get("x-upload-content-length", "")
        need(length.isdigit() and int(length) > 0, "mediaBodyRequired", "X-Upload-Content-Length")
        need(int(length) <= SIZE_MAX, "badContent", "larger than 256 GiB")
        kind = request.headers.get("x-upload-content-type", "")
        ok = kind.startswith("video/") or kind == "application/octet-stream"
        need(ok, "badContent", f"media type {kind!r} is not among those accepted")
        return int(length)

    def _uploader(self, request: Request, account: str) -> str:
        """Return the account whose channel gets the video: an owner's upload names it."""
        named = request.query.get("onBehalfOfContentOwnerChannel")
        if not named:
            need(not self.owner_of(request), "badRequest", "onBehalfOfContentOwnerChannel")
            return account
        need(self.owner_of(request), "badRequest", "onBehalfOfContentOwner")
        need(named == channel_id(account), "forbidden", f"{named} is no channel of the owner")
        return account

    def _check_cap(self, account: str) -> None:
        since = self.clock.now() - timedelta(days=1)
        recent = [
            x for x in self.store.all("videos")
            if x["account"] == account and datetime.fromisoformat(x["made_at"]) > since
        ]  # fmt: skip
        if len(recent) >= int(self.profile["channel_uploads_per_day"]):
            raise Refusal("uploadLimitExceeded", "The user has exceeded the number of videos")

    @route("DELETE", "/upload/youtube/v3/videos")
    def cancel(self, request: Request) -> Reply:
        session = self._session(request)
        if isinstance(session, Reply):
            return session
        self.store.put("sessions", session["id"], {**session, "gone": 499})
        return Reply(499, reason="Client Closed Request")

    @route("PUT", "/upload/youtube/v3/videos", stream=True)
    def put(self, request: Request) -> Reply:
        with self.lock:
            session = self._session(request)
            if isinstance(session, Reply):
                return session
            if session["reply"]:
                return _answered(session)
            wrong = self._wrong(request, session)
            if wrong is not None:
                return wrong
            path = self.media / session["media"]
        return self._take_in(request, session, path)

    def _session(self, request: Request) -> dict[str, Any] | Reply:
        if request.bearer:
            try:
                self.bearer(request, UPLOAD, MANAGE, SSL, PARTNER)
            except Refusal as refusal:
                return refusal.reply()
        session = self.store.get("sessions", request.query.get("upload_id", ""))
        if session is None:
            return Reply(404, body=b"Not Found")
        gone = self.faults.take("session_gone")
        if gone:
            session = {**session, "gone": int(gone.get("status", 404))}
            self.store.put("sessions", session["id"], session)
        lives = timedelta(seconds=float(self.profile["session_seconds"]))
        over = datetime.fromisoformat(session["made_at"]) + lives <= self.clock.now()
        if session["gone"] or over:
            return Reply(session["gone"] or 404, body=b"Not Found")
        return session

    def _wrong(self, request: Request, session: dict[str, Any]) -> Reply | None:
        """Return the answer to what is no good piece, or is only a question."""
        header = request.headers.get("content-range")
        if request.length is None:
            return Reply(411, body=b"Content-Length is required")
        if header is None:
            whole = request.length == session["total"] and session["stored"] == 0
            return None if whole else Reply(400, body=b"Content-Range is required")
        found = RANGE.fullmatch(header)
        if found is None:
            return Reply(400, body=b"Invalid Content-Range")
        first, last, total = found.groups()
        if total != "*" and int(total) != session["total"]:
            return Reply(400, body=b"The total size is not that of the session")
        if first is None:
            question = request.length == 0
            return _incomplete(session) if question else Reply(400, body=b"no body belongs here")
        return _faulty_piece(session, int(first), int(last), request.length)

    def _take_in(self, request: Request, session: dict[str, Any], path: Path) -> Reply:
        limit = self.faults.take("stores_part")
        wanted = int(limit["bytes"]) if limit else None
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(session["stored"])
            stored = request.copy_to(file, wanted)
        with self.lock:
            now = self.store.get("sessions", session["id"]) or session
            if now["stored"] != session["stored"] or now["reply"]:
                return _answered(now) if now["reply"] else _incomplete(now)
            whole = now["stored"] + stored == now["total"]
            # What came before a cut is kept as far as whole units go.
            kept = stored if whole else stored // UNIT * UNIT
            now = {**now, "stored": now["stored"] + kept}
            if whole:
                video = self.make_video(now)
                shown = self.shown(video, now["parts"], now["account"])
                now["reply"] = spelled(shown).decode()
            self.store.put("sessions", now["id"], now)
            return _answered(now) if whole else _incomplete(now)


def _answered(session: dict[str, Any]) -> Reply:
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    return Reply(201, body=session["reply"].encode(), headers=headers)


def _incomplete(session: dict[str, Any]) -> Reply:
    headers = {"X-GUploader-UploadID": session["id"][:16]}
    if session["stored"]:
        headers["Range"] = f"bytes=0-{session['stored'] - 1}"
    return Reply(308, headers=headers, reason=INCOMPLETE)


def _faulty_piece(session: dict[str, Any], first: int, last: int, length: int) -> Reply | None:
    total = session["total"]
    if last < first or last >= total or length != last - first + 1:
        return Reply(400, body=b"Content-Length does not match Content-Range")
    if last + 1 != total and length % UNIT:
        return Reply(400, body=b"A piece must be a multiple of 262144 bytes")
    return None if first == session["stored"] else _incomplete(session)
