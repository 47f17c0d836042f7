"""Acme on this machine: strict to its protocol, and as slow and forgetful as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from syndicator.channel.sandbox import Post, Reply, Request, Sandbox, route

TOKEN = "acme-sandbox-token"  # noqa: S105 - of a sandbox
TITLE_MAX = 80
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


class AcmeSandbox(Sandbox):
    """Uploads in pieces, posts, and a listing that lags."""

    name = "acme"
    defaults: ClassVar[Mapping[str, Any]] = {
        "processing_seconds": 5,
        "listing_lag_seconds": 0,
    }

    @route("GET", "/v1/me")
    def me(self, request: Request) -> Reply:  # noqa: ARG002
        return Reply(json={"name": "Acme Studio"})

    @route("POST", "/v1/uploads")
    def open_upload(self, request: Request) -> Reply:
        size = request.json().get("size")
        if not isinstance(size, int) or size < 1:
            return _no(422, "size: a number of bytes")
        id_ = f"u{self.store.next('uploads')}"
        self.store.put("uploads", id_, {"size": size, "stored": 0})
        return Reply(201, json={"id": id_})

    @route("PUT", "/v1/uploads/{id}")
    def send(self, request: Request, id: str) -> Reply:  # noqa: A002 - as in the path
        upload = self.store.get("uploads", id)
        found = RANGE.fullmatch(request.headers.get("content-range", ""))
        if upload is None or found is None or int(found[3]) != upload["size"]:
            return _no(404 if upload is None else 416, "no such upload, or no such range")
        if found[1] is not None:
            if int(found[1]) > upload["stored"]:
                return _no(416, f"the next byte is {upload['stored']}")
            with (self.media / id).open("r+b" if upload["stored"] else "wb") as file:
                file.seek(int(found[1]))
                file.write(request.body())
                upload["stored"] = max(upload["stored"], file.tell())
            self.store.put("uploads", id, upload)
        if upload["stored"] == upload["size"]:
            return Reply(201, json={"id": id})
        there = {"Range": f"bytes=0-{upload['stored'] - 1}"} if upload["stored"] else {}
        return Reply(308, headers=there)

    @route("POST", "/v1/posts")
    def post(self, request: Request) -> Reply:
        wish = request.json()
        upload = self.store.get("uploads", str(wish.get("upload")))
        if upload is None or upload["stored"] < upload["size"]:
            return _no(409, "the upload is not whole")
        if not 0 < len(wish.get("title", "")) <= TITLE_MAX:
            return _no(422, f"title: 1 to {TITLE_MAX} characters")
        id_ = f"p{self.store.next('posts')}"
        now = self.clock.now().isoformat()
        self.store.put("posts", id_, {**wish, "id": id_, "made_at": now})
        return Reply(201, json={"id": id_})

    @route("GET", "/v1/posts")
    def listing(self, request: Request) -> Reply:
        lag = timedelta(seconds=self.profile["listing_lag_seconds"])
        found = [
            {"id": post["id"]}
            for post in self.store.all("posts")
            if post["reference"] == request.query.get("reference") and self._age(post) >= lag
        ]
        return Reply(json={"posts": found})

    @route("GET", "/v1/posts/{id}")
    def one(self, request: Request, id: str) -> Reply:  # noqa: A002
        post = self.store.get("posts", id)
        if post is None:
            return _no(404, "no such post")
        return Reply(json={"id": id, "status": self._status(post), "url": f"{request.base}/p/{id}"})

    @route("PATCH", "/v1/posts/{id}")
    def change(self, request: Request, id: str) -> Reply:  # noqa: A002
        post = self.store.get("posts", id)
        if post is None:
            return _no(404, "no such post")
        self.store.put("posts", id, {**post, **request.json()})
        return Reply(json={"id": id})

    @route("DELETE", "/v1/posts/{id}")
    def take_off(self, request: Request, id: str) -> Reply:  # noqa: A002, ARG002
        return Reply(204) if self.store.delete("posts", id) else _no(404, "no such post")

    @route("GET", "/v1/posts/{id}/figures")
    def figures(self, request: Request, id: str) -> Reply:  # noqa: A002, ARG002
        return Reply(json={"views": {"BR": 7}})

    def posts(self) -> list[Post]:
        return [
            Post(
                id=post["id"], title=post["title"], text=post["text"], status=self._status(post),
                visible=self._status(post) == "public", media=self.media / post["upload"],
            )
            for post in self.store.all("posts")
        ]  # fmt: skip

    def _status(self, post: Mapping[str, Any]) -> str:
        done = self._age(post) >= timedelta(seconds=self.profile["processing_seconds"])
        return "public" if done else "processing"

    def _age(self, post: Mapping[str, Any]) -> timedelta:
        from datetime import datetime

        return self.clock.now() - datetime.fromisoformat(post["made_at"])

    def control(self, request: Request) -> Reply | None:
        """Nobody is heard without the token."""
        about_itself = super().control(request)
        if about_itself or request.bearer == TOKEN:
            return about_itself
        return _no(401, "sign in")


def _no(status: int, text: str) -> Reply:
    return Reply(status, json={"error": text})
