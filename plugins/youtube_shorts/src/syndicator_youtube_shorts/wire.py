"""Calls of the Data API and of Content ID: what they cost, and for whom they are made."""

from __future__ import annotations

import json
import secrets
from typing import Any

import syndicator.channel as sc
from syndicator_youtube_shorts.errors import read
from syndicator_youtube_shorts.oauth import PARTNER
from syndicator_youtube_shorts.options import Options

DATA = "/youtube/v3"
UPLOAD = "/upload/youtube/v3"
LIST, WRITE, CAPTIONS_LIST, CAPTIONS_INSERT, CAPTIONS_UPDATE = 1, 50, 50, 400, 450
"""Units (developers.google.com/youtube/v3/determine_quota_cost)."""

PAGE = 50


class Wire:
    """The platform, asked for one channel."""

    def __init__(self, channel: sc.Channel, options: Options) -> None:
        self.http = channel.http
        self.options = options
        self._address = channel.address

    @property
    def owner(self) -> dict[str, str]:
        """The parameter of calls that are made for a content owner."""
        return {"onBehalfOfContentOwner": self.options.owner} if self.options.owner else {}

    def get(self, resource: str, *, units: int = LIST, **params: Any) -> dict[str, Any]:
        """Ask for a resource."""
        answer = self.http.exchange(
            "GET", f"{DATA}/{resource}", params={**params, **self.owner}, costs=_units(units)
        )
        return read(answer, self.http, safe=True)

    def write(
        self, method: str, resource: str, body: Any, *, part: str, safe: bool
    ) -> dict[str, Any]:
        """Write a resource.

        Args:
            method: POST or PUT.
            resource: as in the path.
            body: of the request.
            part: the parts that are written, and answered.
            safe: whether the same again has no second effect.
        """
        answer = self.http.exchange(
            method, f"{DATA}/{resource}", json=body, params={"part": part, **self.owner},
            repeatable=safe, costs=_units(WRITE),
        )  # fmt: skip
        return read(answer, self.http, safe=safe)

    def delete(self, resource: str, id_: str) -> None:
        """Delete a resource; that it is gone is said by Missing."""
        answer = self.http.exchange(
            "DELETE", f"{DATA}/{resource}", params={"id": id_, **self.owner},
            repeatable=True, costs=_units(WRITE),
        )  # fmt: skip
        read(answer, self.http, safe=True)

    def image(self, video: str, content: bytes, kind: str) -> None:
        """Set a video's thumbnail."""
        answer = self.http.exchange(
            "POST", f"{UPLOAD}/thumbnails/set",
            params={"videoId": video, "uploadType": "media", **self.owner},
            content=content, headers={"Content-Type": kind}, repeatable=True, costs=_units(WRITE),
        )  # fmt: skip
        read(answer, self.http, safe=True)

    def captions(self, method: str, body: Any, content: bytes, *, part: str) -> dict[str, Any]:
        """Insert (POST) or change (PUT) a caption track."""
        boundary = secrets.token_hex(16)
        head = f"--{boundary}\r\nContent-Type: application/json\r\n\r\n{json.dumps(body)}\r\n"
        media = f"--{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n"
        whole = (head + media).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        units = CAPTIONS_INSERT if method == "POST" else CAPTIONS_UPDATE
        answer = self.http.exchange(
            method, f"{UPLOAD}/captions",
            params={"part": part, "uploadType": "multipart", **self.owner}, content=whole,
            headers={"Content-Type": f'multipart/related; boundary="{boundary}"'},
            # A track has a natural key, so the same again is refused and has no second effect.
            repeatable=True, costs=_units(units),
        )  # fmt: skip
        return read(answer, self.http, safe=True)

    def partner(self, method: str, path: str, body: Any = None, **params: str) -> dict[str, Any]:
        """Make a call of Content ID, for the content owner."""
        answer = self.http.exchange(
            method, self._address(f"{PARTNER}/{path}"), json=body,
            params={**params, **self.owner}, repeatable=method != "POST",
        )  # fmt: skip
        return read(answer, self.http, safe=method != "POST")


def _units(number: int) -> dict[str, int]:
    return {"units": number}
