"""One connection: requests in, answers out, and the faults in between."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from syndicator.channel.sandbox._messages import BadBody, Reply, Request
from syndicator.channel.sandbox._routes import Route

if TYPE_CHECKING:
    from syndicator.channel.sandbox._server import Sandbox

NO_LINGER = struct.pack("ii", 1, 0)
NO_CONTENT = 204
GARBAGE = b"<html><body>We'll be right back."
HIDDEN = frozenset({"authorization", "cookie"})


class Cut(Exception):  # noqa: N818 - what happens to the connection
    """The connection ends here, without an answer."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__()
        self.reset = reset


class Connection(BaseHTTPRequestHandler):
    """Answers requests of one client."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    rbufsize = 1 << 16
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    @property
    def sandbox(self) -> Sandbox:
        """The platform."""
        found: Sandbox = self.server.sandbox  # type: ignore[attr-defined]
        return found

    def do(self) -> None:
        """Answer one request."""
        request = self._request()
        self.connection.settimeout(self.sandbox.body_timeout)
        try:
            reply = self.sandbox.control(request) or self._faulty(request)
            self._send(request, reply)
        except Cut as cut:
            self._cut(reset=cut.reset)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        else:
            self.connection.settimeout(None)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do  # noqa: N815 - the library's

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be quiet: the sandbox has a log of its own."""

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=headers,
            base=f"http://{headers.get('host', '')}",
            reader=self.rfile,
        )
        request.left = request.length or 0
        return request

    def _faulty(self, request: Request) -> Reply:
        """Return the answer, unless something goes wrong on the way to it."""
        fault = self.sandbox.faults.take_generic(request.method, request.path)
        kind = fault["kind"] if fault else ""
        if fault:
            self._before(kind, fault, request)
            if kind in {"status", "garbage"}:
                return self._noted(request, _failure(kind, fault))
        reply = self._noted(request, self._handled(request))
        if kind in {"lost_after", "partial"}:
            raise Cut
        if fault and kind in {"status_after", "garbage_after"}:
            return _failure(kind, fault)
        return reply

    def _before(self, kind: str, fault: dict[str, Any], request: Request) -> None:
        if kind == "lost_before":
            self._noted(request, Reply(0))
            raise Cut
        if kind == "slow":
            time.sleep(float(fault.get("seconds", 1)))  # noqa: TID251 - a slow platform
        if kind == "reset_in_body":
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no file of ours
                request.copy_to(nowhere, int(fault.get("bytes", request.left // 2)))
            self._noted(request, Reply(0))
            raise Cut(reset=True)
        if kind == "partial":
            # The rest never came, as far as the handler can tell.
            request.left = min(request.left, int(fault.get("bytes", request.left // 2)))

    def _handled(self, request: Request) -> Reply:
        found = self.sandbox.find(request.method, request.path)
        if isinstance(found, int):
            return self.sandbox.missing(found, request)
        route, handler, values = found
        try:
            return self._call(route, handler, values, request)
        except BadBody as bad:
            self.close_connection = True
            return Reply(400, json={"error": str(bad)})
        except (ConnectionError, TimeoutError):
            raise
        except Exception:  # noqa: BLE001 - a fault of the sandbox is an answer too, and is shown
            return Reply(500, body=traceback.format_exc().encode())

    def _call(
        self, route: Route, handler: Callable[..., Any], values: dict[str, str], request: Request
    ) -> Reply:
        if route.stream:
            reply: Reply = handler(request, **values)
            return reply
        request.body()
        with self.sandbox.lock:
            answered: Reply = handler(request, **values)
        return answered

    def _noted(self, request: Request, reply: Reply) -> Reply:
        headers = {k: v for k, v in request.headers.items() if k not in HIDDEN}
        self.sandbox.note(
            {"method": request.method, "path": request.path, "query": dict(request.query),
             "headers": headers, "signed": bool(request.headers.get("authorization")),
             "status": reply.status, **request.seen}
        )  # fmt: skip
        return reply

    def _send(self, request: Request, reply: Reply) -> None:
        if not request.drain():
            self.close_connection = True
        content, kind = reply.content()
        headers = {"Content-Type": kind, **reply.headers}
        size = reply.file.stat().st_size if reply.file else len(content)
        self.send_response(reply.status, reply.reason)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers and reply.status != NO_CONTENT:
            self.send_header("Content-Length", str(size))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and reply.file:
            with reply.file.open("rb") as file:
                shutil.copyfileobj(file, self.wfile, 1 << 20)
        elif self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()

    def _cut(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.connection.close()
            return
        self.connection.shutdown(socket.SHUT_RDWR)


def _failure(kind: str, fault: dict[str, Any]) -> Reply:
    if kind.startswith("garbage"):
        return Reply(200, body=GARBAGE, headers={"Content-Type": "text/html"})
    headers = {"Retry-After": str(fault["retry_after"])} if "retry_after" in fault else {}
    body = fault.get("body")
    if isinstance(body, dict | list):
        return Reply(int(fault.get("status", 503)), json=body, headers=headers)
    return Reply(int(fault.get("status", 503)), body=str(body or "").encode(), headers=headers)
