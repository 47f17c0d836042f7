"""What comes in and what goes out."""

from __future__ import annotations

import json as json_
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qsl

import attrs

LONGEST = 16 << 20
"""A body that is not streamed is not longer than this."""

BLOCK = 1 << 20


class BadBody(Exception):  # noqa: N818 - what the request is
    """The body is not what its headers say, or cannot be parsed."""


class Reader(Protocol):
    """Where a body is read from."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Read what there is."""


@attrs.define
class Request:
    """One request, its body not yet read."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""

    base: str
    """`http://127.0.0.1:8801`, as the client addressed it."""

    reader: Reader = attrs.field(repr=False)
    left: int = 0
    """Bytes of the body that were not read yet."""

    raw: bytes | None = None
    """The body, once it was read whole."""

    seen: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """What the log keeps of it."""

    @property
    def length(self) -> int | None:
        """What Content-Length says; None where there is none."""
        value = self.headers.get("content-length", "")
        return int(value) if value.isdigit() else None

    @property
    def bearer(self) -> str:
        """The access token, or nothing."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token if kind.lower() == "bearer" else ""

    def body(self) -> bytes:
        """Return the whole body.

        Raises:
            BadBody: it is longer than 16 MiB, or it ended before its length.
        """
        if self.raw is None:
            if self.left > LONGEST:
                raise BadBody(f"the body is longer than {LONGEST} bytes")
            buffer = bytearray(self.left)
            if self._fill(memoryview(buffer)) < len(buffer):
                raise BadBody("the body ended before its length")
            self.raw = bytes(buffer)
        return self.raw

    def json(self) -> Any:
        """Return the body as JSON; raises BadBody."""
        try:
            found = json_.loads(self.body())
        except ValueError:
            raise BadBody("the body is no JSON") from None
        self.seen["json"] = found
        return found

    def form(self) -> dict[str, str]:
        """Return the body as a form; raises BadBody."""
        try:
            return dict(parse_qsl(self.body().decode(), keep_blank_values=True))
        except ValueError:
            raise BadBody("the body is no form") from None

    def copy_to(self, file: BinaryIO, limit: int | None = None) -> int:
        """Copy the body into a file and return how many bytes came; fewer if the client left."""
        wanted = self.left if limit is None else min(limit, self.left)
        buffer = memoryview(bytearray(min(BLOCK, max(1, wanted))))
        copied = 0
        while copied < wanted:
            number = self._read(buffer[: wanted - copied])
            if not number:
                break
            file.write(buffer[:number])
            copied += number
        return copied

    def drain(self, limit: int = 64 * BLOCK) -> bool:
        """Read what is left and forget it; return whether the connection can be used again."""
        buffer = memoryview(bytearray(BLOCK))
        while self.left and limit > 0:
            number = self._read(buffer)
            if not number:
                return False
            limit -= number
        return not self.left

    def _fill(self, buffer: memoryview) -> int:
        filled = 0
        while filled < len(buffer):
            number = self._read(buffer[filled:])
            if not number:
                break
            filled += number
        return filled

    def _read(self, buffer: memoryview) -> int:
        try:
            number = self.reader.readinto(buffer[: self.left]) or 0
        except (TimeoutError, OSError):
            return 0
        self.left -= number
        return number


@attrs.define(kw_only=True)
class Reply:
    """One answer."""

    status: int = attrs.field(default=200, kw_only=False)
    json: Any = None
    body: bytes | None = None
    file: Path | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    reason: str | None = None

    def content(self) -> tuple[bytes, str]:
        """Return the body and its type; a file's is read by the server."""
        if self.json is not None:
            return json_.dumps(self.json, ensure_ascii=False).encode(), "application/json"
        return self.body or b"", "text/plain; charset=utf-8"


@attrs.frozen(kw_only=True)
class Post:
    """Something a viewer could see, or will: what the platform has of one release."""

    id: str
    title: str
    status: str
    """The platform's own word."""

    visible: bool
    """Whether a viewer could see it now."""

    text: str = ""
    account: str = ""
    media: Path | None = None
    facts: Mapping[str, Any] = attrs.field(factory=dict)

    def as_json(self) -> dict[str, Any]:
        data = attrs.asdict(self, recurse=False)
        return {**data, "media": self.media.name if self.media else None, "facts": {**self.facts}}
