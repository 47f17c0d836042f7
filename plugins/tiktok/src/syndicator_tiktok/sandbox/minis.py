"""Albums of short dramas: versions, their review, and what is online.

developers.tiktok.com/doc/media-asset-management, /doc/media-asset-api-reference
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from syndicator.channel.sandbox import Post, Reply, Request, route
from syndicator_tiktok.sandbox.answers import Refusal
from syndicator_tiktok.sandbox.assets import ROOT, STALE, STATE, AssetRoutes, at

NOT_SUBMITTED, REVIEWING, APPROVED, REJECTED, WITHDRAWN, APPEALING, APPEALED, TURNED_DOWN = range(8)
PLAYABLE = {APPROVED, APPEALED}
LISTED, DELISTED = 1, 2
URGENT, URGENT_PER_DAY = 1, 35
ENGLISH = "en"


class MinisRoutes(AssetRoutes):
    """The endpoints under /v2/sg/shortdrama/album."""

    @route("POST", f"{ROOT}/album/create/")
    def album_create(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            id_ = str(7_700_000_000_000_000_000 + self.store.next("album"))
            self.store.put("albums", id_, {
                "id": id_, "info": body.get("album_info", {}), "versions": [], "online": 0,
                "listed": False, "authorized": [], "made_at": self.clock.now().isoformat(),
            })  # fmt: skip
            return {"album_id": id_}

        return self.answered(request, "album_create", do)

    @route("POST", f"{ROOT}/album/update/")
    def album_update(self, request: Request) -> Reply:
        return self.answered(request, "album_update", self._update)

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        album = self.album(body["album_id"])
        newest = len(album["versions"])
        if body.get("version", 0) != newest:
            raise Refusal(STALE, f"the version is stale: the newest is {newest}")
        episodes = [self._episode(album, each) for each in body.get("episode_info_list", ())]
        numbers = [each["seq"] for each in episodes]
        if not numbers or len(set(numbers)) != len(numbers):
            raise Refusal("invalid_params", "episode_info_list: each seq once")
        spaces = {(self.store.get("vids", x["byteplus_vid"]) or {})["space"] for x in episodes}
        if len(spaces) > 1:
            raise Refusal("invalid_params", "all files of a drama must come from one space")
        version = {"version": newest + 1, "status": NOT_SUBMITTED, "episodes": episodes,
                   "submitted_at": "", "reasons": {}}  # fmt: skip
        album = {**album, "info": body.get("album_info", album["info"]),
                 "versions": [*album["versions"], version]}  # fmt: skip
        self.store.put("albums", album["id"], album)
        ids = {f"seq_{each['seq']}": each["episode_id"] for each in episodes}
        return {"version": newest + 1, "episode_id_map": ids}

    def _episode(self, album: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        known = {x["episode_id"] for v in album["versions"] for x in v["episodes"]}
        id_ = given.get("episode_id")
        if id_ is not None and id_ not in known:
            raise Refusal("invalid_params", f"the album has no episode {id_}")
        if self.store.get("vids", given["byteplus_vid"]) is None:
            raise Refusal("invalid_params", f"no such vid: {given['byteplus_vid']}")
        if any(self.store.get("pics", pic) is None for pic in given["cover_list"]):
            raise Refusal("invalid_params", "no such picture")
        new = str(7_710_000_000_000_000_000 + self.store.next("episode")) if id_ is None else id_
        return {**given, "episode_id": new}

    @route("GET", f"{ROOT}/album/query/")
    def album_query(self, request: Request) -> Reply:
        def do(query: dict[str, Any]) -> dict[str, Any]:
            album = self.album(query["album_id"])
            wanted = int(query["version"]) if "version" in query else 0
            return {
                "album_id": album["id"], "current_version": len(album["versions"]),
                "online_version": album["online"],
                "publish_status": LISTED if album["listed"] else DELISTED,
                "album_version_list": [
                    self._shown(version) for version in album["versions"]
                    if wanted in {0, version["version"]}
                ],
            }  # fmt: skip

        return self.answered(request, "album_query", do)

    def _shown(self, version: dict[str, Any]) -> dict[str, Any]:
        status, reasons = self._reviewed(version)
        return {
            "version": version["version"], "review_status": status,
            "review_fail_reasons": sorted(set(reasons.values())),
            "episode_info_list": [
                {"episode_id": each["episode_id"], "seq": each["seq"], "exception_reason": "",
                 "review_result": _result(status, reasons.get(str(each["seq"])))}
                for each in version["episodes"]
            ],
        }  # fmt: skip

    # -- review --

    @route("POST", f"{ROOT}/album/review/submit/")
    def review_submit(self, request: Request) -> Reply:
        return self.answered(request, "review_submit", self._submit)

    def _submit(self, body: dict[str, Any]) -> dict[str, Any]:
        album, version = self._version(body)
        status, _ = self._reviewed(version)
        if status not in {NOT_SUBMITTED, WITHDRAWN}:
            raise Refusal(STATE, "the version has been submitted")
        urgent = body["priority_score"] == URGENT
        if urgent:
            self._check_urgent()
        taken = "urgent_review_seconds" if urgent else "review_seconds"
        fault = self.faults.take("review_reject")
        reasons = {str(fault["seq"]): fault["reason"]} if fault else self._without_english(version)
        self._change(album, version, status=REVIEWING, reasons=reasons, urgent=urgent,
                     submitted_at=self.clock.now().isoformat(),
                     takes=float(self.profile[taken]))  # fmt: skip
        return {"review_id": f"rev-{self.store.next('review')}"}

    def _check_urgent(self) -> None:
        since = self.clock.now() - timedelta(days=1)
        urgent = [
            version for album in self.store.all("albums") for version in album["versions"]
            if version.get("urgent") and at(version["submitted_at"]) > since
        ]  # fmt: skip
        if len(urgent) >= URGENT_PER_DAY:
            raise Refusal("rate_limit_exceeded", f"{URGENT_PER_DAY} urgent reviews a day")

    def _without_english(self, version: dict[str, Any]) -> dict[str, str]:
        return {
            str(each["seq"]): "an English subtitle must be included"
            for each in version["episodes"]
            if not any(
                tag.split("-")[0] == ENGLISH
                for tag in (self.store.get("bindings", each["episode_id"]) or {"languages": []})[
                    "languages"
                ]
            )
        }

    def _reviewed(self, version: dict[str, Any]) -> tuple[int, dict[str, str]]:
        """Return a version's status at this moment, and why episodes were rejected."""
        status = version["status"]
        if status not in {REVIEWING, APPEALING}:
            return status, version["reasons"] if status in {REJECTED, TURNED_DOWN} else {}
        ends = at(version["submitted_at"]) + timedelta(seconds=version["takes"])
        if self.clock.now() < ends:
            return status, {}
        if status == APPEALING:
            return APPEALED, {}
        return (REJECTED, version["reasons"]) if version["reasons"] else (APPROVED, {})

    def _version(self, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        album = self.album(body["album_id"])
        for version in album["versions"]:
            if version["version"] == body["version"]:
                return album, version
        raise Refusal("invalid_params", f"the album has no version {body['version']}")

    def _change(self, album: dict[str, Any], version: dict[str, Any], **more: Any) -> None:
        number = version["version"]
        versions = [{**x, **more} if x["version"] == number else x for x in album["versions"]]
        self.store.put("albums", album["id"], {**album, "versions": versions})

    @route("POST", f"{ROOT}/album/review/withdraw")
    def review_withdraw(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            album, version = self._version(body)
            self._change(album, version, status=WITHDRAWN)
            return {}

        return self.answered(request, "review_withdraw", do)

    @route("POST", f"{ROOT}/album/review/appeal")
    def review_appeal(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            album, version = self._version(body)
            if self._reviewed(version)[0] != REJECTED:
                raise Refusal(STATE, "only what was rejected can be appealed")
            now = self.clock.now().isoformat()
            self._change(album, version, status=APPEALING, submitted_at=now)
            return {}

        return self.answered(request, "review_appeal", do)

    # -- online --

    @route("POST", f"{ROOT}/album/online_version/")
    def online_version(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            album, version = self._version(body)
            if self._reviewed(version)[0] not in PLAYABLE:
                raise Refusal(STATE, "the version has not passed the review")
            self.store.put("albums", album["id"], {**album, "online": version["version"]})
            return {}

        return self.answered(request, "online_version", do)

    @route("POST", f"{ROOT}/album/status/")
    def album_status(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            album = self.album(body["album_id"])
            if body["status"] == LISTED and not album["online"]:
                raise Refusal(STATE, "no version is online")
            self.store.put("albums", album["id"], {**album, "listed": body["status"] == LISTED})
            return {}

        return self.answered(request, "album_status", do)

    @route("POST", f"{ROOT}/album/authorize/")
    def album_authorize(self, request: Request) -> Reply:
        def do(body: dict[str, Any]) -> dict[str, Any]:
            album = self.album(body["album_id"])
            refused = self.profile["unknown_client_keys"]
            targets = body["target_client_key_list"]
            good = [x for x in targets if x not in refused]
            kept = set(album["authorized"])
            kept = kept | set(good) if body["operate_type"] == 1 else kept - set(good)
            self.store.put("albums", album["id"], {**album, "authorized": sorted(kept)})
            return {"client_key_result_list": [
                {"client_key": x, "auth_status": 1, "error_code": 0, "error_message": ""}
                if x in good else
                {"client_key": x, "auth_status": 2, "error_code": 1, "error_message": "unknown"}
                for x in targets
            ]}  # fmt: skip

        return self.answered(request, "album_authorize", do)

    @route("GET", f"{ROOT}/play_token/")
    def play_token(self, request: Request) -> Reply:
        def do(query: dict[str, Any]) -> dict[str, Any]:
            if not any(x.id.endswith(query["episode_id"]) for x in self.episodes() if x.visible):
                raise Refusal("invalid_params", "no such episode is online")
            return {"play_auth_token": secrets.token_urlsafe(32)}

        return self.answered(request, "play_token", do)

    def episodes(self) -> list[Post]:
        """Return every episode of every album, as a viewer of the mini-app would find it."""
        return [
            self._as_post(album, version, each)
            for album in self.store.all("albums")
            for version in album["versions"]
            if version["version"] == (album["online"] or len(album["versions"]))
            for each in version["episodes"]
        ]

    def _as_post(
        self, album: dict[str, Any], version: dict[str, Any], each: dict[str, Any]
    ) -> Post:
        status, _ = self._reviewed(version)
        online = album["listed"] and album["online"] == version["version"]
        bound = self.store.get("bindings", each["episode_id"]) or {"languages": []}
        file = self.file_of(each["byteplus_vid"])
        return Post(
            id=f"{album['id']}/{each['episode_id']}",
            title=each["title"],
            text=album["info"].get("desp", ""),
            status=f"version {version['version']}, review {status}",
            visible=online and status in PLAYABLE,
            account=str(album["info"].get("title", "")),
            media=file if file.exists() else None,
            facts={"seq": each["seq"], "album": album["id"], "version": version["version"],
                   "vid": each["byteplus_vid"], "info": album["info"],
                   "subtitles": sorted(bound["languages"]),
                   "authorized": album["authorized"]},
        )  # fmt: skip


def _result(status: int, reason: str | None) -> dict[str, Any]:
    if status != REJECTED:
        return {"overall_review_status": status}
    said = {"overall_review_status": REJECTED if reason else APPROVED}
    return {**said, "reason": reason} if reason else said
