"""A network in between: passes requests on to any server, and lets chosen ones go wrong.

It stands between one client and one server and counts the exchanges; which of them goes wrong, and
how, is a script. What a platform answers about itself (an upload address, say) must be built from
the `Host` that it was asked by; otherwise the client goes past the proxy, and `strays` says so.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import attrs

from syndicator.channel.testing._kinds import ACTS, KILLS, WAITS, Kind, status_of

GARBAGE = b"<html><body>We'll be right back."
NO_LINGER = struct.pack("ii", 1, 0)
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""RFC 9110, 9.2.2."""

OF_THE_HOP = frozenset({"connection", "transfer-encoding", "keep-alive"})
GIVE_UP_S = 20.0
BODILESS = frozenset({204, 304})


@attrs.frozen
class Exchange:
    """One request that came by."""

    number: int
    phase: str
    method: str
    path: str
    status: int
    """0: it was not answered."""

    went_wrong: str = ""

    def __str__(self) -> str:
        return f"{self.number} {self.phase} {self.method} {self.path}"


class Cut(Exception):  # noqa: N818 - what happens to the connection
    """The connection ends here."""


class Proxy:
    """Listens on this machine and passes on to `upstream`."""

    def __init__(self, upstream: str = "", *, port: int = 0) -> None:
        """Listen, and answer nobody yet.

        Args:
            upstream: `http://host:port` of the server; may be changed at any time.
            port: 0 takes a free one.
        """
        self.upstream = upstream
        self.script: dict[int, Kind] = {}
        """Number of an exchange, from 0, to what goes wrong with it."""

        self.draw: Callable[[], Kind | None] = lambda: None
        """What goes wrong with an exchange of which the script says nothing."""

        self.exchanges: list[Exchange] = []
        self.phase: Callable[[], str] = lambda: ""
        """What the client is doing, as far as somebody knows."""

        self.kill: Callable[[], None] = lambda: None
        """Kills the client, and returns when it is dead."""

        self.second: Callable[[], None] = lambda: None
        """Gives the same work to another client, and returns when that is done."""

        self.patience: float = 1.0
        """Seconds after which the client gives up waiting."""

        self.hold: float | None = None
        """Seconds for which an answer is held back; None: a little longer than the patience."""

        self.released = threading.Event()
        self._lock = threading.Lock()
        self._count = 0
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="proxy", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def begin(self, script: Mapping[int, Kind] | None = None) -> None:
        """Count from 0 again, with another script."""
        with self._lock:
            self.script = dict(script or {})
            self.released.clear()
            self.exchanges = []
            self._count = 0

    def take(self) -> tuple[int, Kind | None, list[Exchange]]:
        """Return the number of the exchange that begins, what goes wrong, and where to note it."""
        with self._lock:
            number = self._count
            self._count += 1
            return number, self.script.pop(number, None) or self.draw(), self.exchanges


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], proxy: Proxy) -> None:
        super().__init__(address, _Connection)
        self.proxy = proxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away: most of them were killed."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def setup(self) -> None:
        super().setup()
        there = urlsplit(self.proxy.upstream)
        self.upstream = http.client.HTTPConnection(there.netloc, timeout=GIVE_UP_S)

    def finish(self) -> None:
        self.upstream.close()
        with contextlib.suppress(OSError):
            super().finish()

    @property
    def proxy(self) -> Proxy:
        found: Proxy = self.server.proxy  # type: ignore[attr-defined]
        return found

    def do(self) -> None:
        number, kind, noted = self.proxy.take()
        phase, self.passed = self.proxy.phase(), 0
        try:
            self._go_wrong(kind) if kind else self._answer(*self._pass_on(self._body()))
        except (Cut, OSError, http.client.HTTPException):
            self.close_connection = True
        said = Exchange(
            number, phase, self.command, urlsplit(self.path).path, self.passed, kind or ""
        )
        noted.append(said)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do  # noqa: N815 - the library's

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be quiet: `exchanges` has it."""

    def _go_wrong(self, kind: Kind) -> None:
        if kind is Kind.KILL_BEFORE:
            self.proxy.kill()
            raise Cut
        if kind is Kind.RESET:
            self._reset()
        body = self._body()
        answer = self._twice(kind, body) if kind in ACTS else None
        if kind in KILLS:
            self.proxy.kill()
        if kind in WAITS:
            self.proxy.released.wait(self.proxy.hold or self.proxy.patience * 1.5)
        if answer and kind in {Kind.TWICE, Kind.LATE}:
            self._answer(*answer)
            return
        status = status_of(kind)
        if not status:
            self.connection.shutdown(socket.SHUT_RDWR)
            raise Cut
        headers = {"Content-Type": "text/html"}
        if status == 429:  # noqa: PLR2004 - status codes are numbers
            headers["Retry-After"] = "2"
        self._answer(status, headers, GARBAGE)

    def _twice(self, kind: Kind, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        if kind is Kind.TWICE and self.command not in IDEMPOTENT:
            self.proxy.second()
        elif kind is Kind.TWICE:
            self._pass_on(body)
        return self._pass_on(body)

    def _reset(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0) // 2)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.connection.close()
        raise Cut

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def _pass_on(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Return what the server answers."""
        headers = {k: v for k, v in self.headers.items() if k.lower() not in OF_THE_HOP}
        if body or self.command in {"POST", "PUT", "PATCH"}:
            headers["Content-Length"] = str(len(body))
        self.upstream.request(self.command, self.path, body, headers)
        answer = self.upstream.getresponse()
        content = answer.read()
        self.passed = answer.status
        kept = {k: v for k, v in answer.getheaders() if k.lower() not in OF_THE_HOP}
        return answer.status, kept, content

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        if status not in BODILESS:
            length = headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()
