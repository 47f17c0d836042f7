"""A small web server for the app's folder: for looking at it on one's own machine.

It does what a static host does: byte ranges, entity tags, content types, cache headers. It gives
out nothing that begins with a dot and nothing outside the folder.
"""

from __future__ import annotations

import json
import re
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from syndicator_standalone_app.store import caching_of, type_of

CHUNK = 1 << 16
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Server(ThreadingHTTPServer):
    """Serves one folder; `url` is where."""

    daemon_threads = True

    def __init__(self, folder: Path, host: str, port: int, territory: str | None) -> None:
        super().__init__((host, port), Handler)
        self.folder = folder.resolve()
        self.territory = territory

    @property
    def url(self) -> str:
        """The address to open."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Say nothing of viewers that went away in the middle of an answer."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            print(f"serve: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201


def make_server(
    folder: Path, host: str = "127.0.0.1", port: int = 0, *, territory: str | None = None
) -> Server:
    """Return a server of a folder, bound and not yet running.

    Args:
        folder: the channel's target.
        host: address to listen on; loopback unless said otherwise.
        port: 0 takes a free one.
        territory: where the viewer is to believe it is (`where.json`).
    """
    return Server(folder, host, port, territory)


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be quiet: a page is a hundred requests."""

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if path == "where.json" and self.server.territory:
            data = json.dumps({"territory": self.server.territory}).encode()
            headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
            self._head(HTTPStatus.OK, {**headers, "Content-Length": str(len(data))})
            if body:
                self.wfile.write(data)
            return
        file = self._file(path)
        if file is None:
            self._nothing(HTTPStatus.NOT_FOUND)
        else:
            self._send(file, body=body)

    def _file(self, path: str) -> Path | None:
        """Return the file a path names; None for what is not there or not to be seen."""
        parts = [part for part in path.split("/") if part]
        if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
            return None
        try:
            found = self.server.folder.joinpath(*parts).resolve()
            if found.is_dir():
                found /= "index.html"
            inside = found.is_relative_to(self.server.folder)
            return found if inside and found.is_file() else None
        except (OSError, ValueError):
            return None

    def _send(self, file: Path, *, body: bool) -> None:
        stat = file.stat()
        tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        name = file.relative_to(self.server.folder).as_posix()
        headers = {"ETag": tag, "Cache-Control": caching_of(name), "Accept-Ranges": "bytes",
                   "Content-Type": type_of(name)}  # fmt: skip
        known = [each.strip() for each in self.headers.get("If-None-Match", "").split(",")]
        if tag in known or "*" in known:
            self._head(HTTPStatus.NOT_MODIFIED, headers)
            return
        asked = self.headers.get("Range")
        span = _span(asked, stat.st_size) if asked else (0, stat.st_size)
        if span is None:
            headers["Content-Range"] = f"bytes */{stat.st_size}"
            self._nothing(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
            return
        first, end = span
        status = HTTPStatus.OK
        if asked and RANGE.fullmatch(asked):
            status = HTTPStatus.PARTIAL_CONTENT
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{stat.st_size}"
        self._head(status, {**headers, "Content-Length": str(end - first)})
        if body:
            self._copy(file, first, end)

    def _copy(self, file: Path, first: int, end: int) -> None:
        with file.open("rb") as source:
            source.seek(first)
            left = end - first
            while left > 0 and (piece := source.read(min(CHUNK, left))):
                self.wfile.write(piece)
                left -= len(piece)

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def _nothing(self, status: HTTPStatus, headers: dict[str, str] | None = None) -> None:
        self._head(status, {**(headers or {}), "Content-Length": "0"})


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """Return (first, end) of a range; the whole for ranges we do not read; None beyond the end."""
    match = RANGE.fullmatch(asked)
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        last = int(match[2])
        return (max(0, size - last), size) if last else None
    first = int(match[1])
    end = min(size, int(match[2]) + 1) if match[2] else size
    return (first, end) if first < min(end, size) else None
