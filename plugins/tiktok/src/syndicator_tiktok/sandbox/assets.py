"""The media assets of short dramas: pictures, videos and subtitles.

developers.tiktok.com/doc/media-asset-management, /doc/media-asset-api-reference. Every request must
fit the description that the adapter's requests are checked by, and the client key must be in the
query and in the body.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_tiktok.sandbox.answers import Refusal
from syndicator_tiktok.sandbox.display import DisplayRoutes
from syndicator_tiktok.sandbox.pulling import fetch_in_background

ROOT = "/v2/sg/shortdrama"
NOT_FOUND, STALE, STATE, IN_USE = "22001", "22003", "22004", "22005"
"""Only the first is documented; which codes the others have is not known."""

ASYNC, DONE, PROCESSING, FAILED = 2, 2, 1, 3


@cache
def described() -> dict[str, Any]:
    """Return the description of the calls."""
    text = files("syndicator_tiktok").joinpath("minis/description_minis.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)["calls"]
    return found


class AssetRoutes(DisplayRoutes):
    """The endpoints under /v2/sg/shortdrama that are about no album."""

    def answered(self, request: Request, call: str, do: Callable[..., dict[str, Any]]) -> Reply:
        """Answer a call, once its token, its client key and its shape are right."""

        def answer() -> dict[str, Any]:
            self.bearer(request, client=True)
            if self.profile["minis_closed"]:
                raise Refusal("scope_permission_missed", "not in the pilot")
            body = request.json() if request.length else {}
            self._check(call, dict(request.query), body)
            return do(body) if request.length else do(dict(request.query))

        return self.enveloped(answer, call)

    def _check(self, call: str, query: dict[str, str], body: Any) -> None:
        about = described()[call]
        for schema, given in ((about.get("query"), query), (about.get("body"), body)):
            if schema is None:
                continue
            wrong = next(jsonschema.Draft202012Validator(schema).iter_errors(given), None)
            if wrong is not None:
                where = "/".join(map(str, wrong.absolute_path))
                raise Refusal("invalid_params", f"{call}: {where} {wrong.message}")
            if given.get("client_key") != self.profile["client_key"]:
                raise Refusal("invalid_params", f"{call}: client_key is not the token's")

    # -- assets --

    @route("POST", f"{ROOT}/image")
    def image(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            id_ = f"pic-{self.store.next('pic')}"
            self.store.put("pics", id_, {"url": body["image_url"]})
            return {"open_pic_id": id_}

        return self.answered(request, "image", do)

    @route("POST", f"{ROOT}/video")
    def video(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            if "vid" in body:
                return {"result_type": 1, "byteplus_vid": self._take(body["vid"], body)}
            vid, job = f"v0{secrets.token_hex(12)}", f"job-{self.store.next('job')}"
            self._take(vid, body)
            failed = self.faults.take("video_fails")
            self.store.put("jobs", job, {"vid": vid, "failed": failed["reason"] if failed else ""})
            fetch_in_background(
                self, body["url"], self.file_of(vid), lambda ok: self._came(job, ok)
            )
            return {"result_type": ASYNC, "job_id": job}

        return self.answered(request, "video", do)

    def file_of(self, vid: str) -> Any:
        return self.media / f"{vid}.mp4"

    def _take(self, vid: str, body: dict[str, Any]) -> str:
        self.store.put("vids", vid, {
            "id": vid, "title": body["title"], "space": body["space_name"],
            "account": body["byteplus_account_id"], "came_at": "",
        })  # fmt: skip
        return vid

    def _came(self, job: str, ok: bool) -> None:
        with self.lock:
            found = self.store.get("jobs", job) or {}
            if not ok:
                self.store.put("jobs", job, {**found, "failed": "the file could not be fetched"})
                return
            vid = self.store.get("vids", found["vid"]) or {}
            self.store.put("vids", vid["id"], {**vid, "came_at": self.clock.now().isoformat()})

    @route("GET", f"{ROOT}/video")
    def video_of_job(self, request: Request) -> Reply:
        return self.answered(request, "video_query", self._video_of_job)

    def _video_of_job(self, query: dict[str, Any]) -> dict[str, Any]:
        if "job_id" in query:
            job = self.store.get("jobs", query["job_id"])
            if job is None:
                raise Refusal("invalid_params", "no such job")
            if job["failed"]:
                return {"upload_status": FAILED, "fail_reason": job["failed"]}
            vid = self.store.get("vids", job["vid"]) or {}
        else:
            found = self.store.get("vids", query["vid"])
            if found is None:
                raise Refusal("invalid_params", "no such vid")
            return {"upload_status": DONE, "vid": found["id"], "title": found["title"]}
        taken = timedelta(seconds=float(self.profile["processing_seconds"]))
        if not vid["came_at"] or at(vid["came_at"]) + taken > self.clock.now():
            return {"upload_status": PROCESSING}
        return {"upload_status": DONE, "vid": vid["id"], "title": vid["title"]}

    @route("POST", f"{ROOT}/video/batch_delete/")
    def video_delete(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            used = {
                each["byteplus_vid"]: [album["id"], version["version"]]
                for album in self.store.all("albums")
                for version in album["versions"]
                for each in version["episodes"]
            }
            blocked = {vid: used[vid] for vid in body["vid_list"] if vid in used}
            if blocked:
                raise Refusal(IN_USE, f"related_album_versions: {json.dumps(blocked)}")
            for vid in body["vid_list"]:
                self.store.delete("vids", vid)
            return {}

        return self.answered(request, "video_delete", do)

    @route("POST", f"{ROOT}/subtitle/")
    def subtitle(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            id_ = f"sub-{self.store.next('subtitle')}"
            self.store.put("subtitles", id_, {"id": id_, "language": body["language"]})
            return {"subtitle_id": id_}

        return self.answered(request, "subtitle", do)

    @route("POST", f"{ROOT}/subtitle/bind/")
    def subtitle_bind(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            self.album(body["album_id"])
            tracks = [self.store.get("subtitles", x) for x in body["subtitle_id_list"]]
            if None in tracks:
                raise Refusal("invalid_params", "no such subtitle")
            languages = [x["language"] for x in tracks if x]
            self.store.put("bindings", body["episode_id"], {"languages": languages})
            return {}

        return self.answered(request, "subtitle_bind", do)

    def album(self, id_: str) -> dict[str, Any]:
        """Return an album, or say that there is none, or not yet."""
        found = self.store.get("albums", id_)
        lag = timedelta(seconds=float(self.profile["album_lag_seconds"]))
        if found is None or at(found["made_at"]) + lag > self.clock.now():
            raise Refusal(NOT_FOUND, "album not found")
        return found


def at(moment: str) -> datetime:
    """Return an instant as it was kept."""
    return datetime.fromisoformat(moment)
