"""The server: one thread a connection, one handler at a time, faults at the socket."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from syndicator.channel.sandbox import _control, _page
from syndicator.channel.sandbox._clock import Clock
from syndicator.channel.sandbox._connection import Connection
from syndicator.channel.sandbox._faults import Faults
from syndicator.channel.sandbox._messages import Post, Reply, Request
from syndicator.channel.sandbox._routes import Route, routes_of
from syndicator.channel.sandbox._store import Store

Found = tuple[Route, Callable[..., Any], dict[str, str]]
REMEMBERED = 20_000
"""So many requests the log holds."""


class Sandbox:
    """A platform on this machine. Subclasses add routes and say what was posted."""

    name: ClassVar[str] = "sandbox"
    body_timeout: ClassVar[float] = 5.0
    """Seconds without a byte of a body that was announced, after which the connection is closed."""

    defaults: ClassVar[Mapping[str, Any]] = {}
    """What can be set with `profile`, and how it is unless it is."""

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        profile: Mapping[str, Any] | None = None,
    ) -> None:
        """Listen, and answer nobody yet.

        Args:
            folder: where its state is kept; the same folder continues where it was.
            host: address to listen on.
            port: 0 takes a free one.
            profile: how this platform behaves; names as in `defaults`.

        Raises:
            ValueError: `profile` has a name that is not in `defaults`.
            OSError: the port is taken.
        """
        unknown = set(profile or {}) - self.defaults.keys()
        if unknown:
            known = ", ".join(sorted(self.defaults)) or "nothing"
            raise ValueError(f"{', '.join(sorted(unknown))}: this sandbox can set {known}")
        self.profile = {**self.defaults, **(profile or {})}
        self.media = folder / "media"
        self.media.mkdir(parents=True, exist_ok=True)
        self.store = Store(folder / "state.db")
        self.clock = Clock(self.store)
        self.faults = Faults()
        self.lock = threading.RLock()
        """Held by every handler that does not stream: what it reads and writes is one step."""

        self.log: list[dict[str, Any]] = []
        self._routes: list[tuple[Route, Callable[..., Any]]] = [*routes_of(self)]
        self._server = _Server((host, port), self)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def posts(self) -> list[Post]:
        """Return everything that was posted, visible or not: what tests count."""
        return []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.stop()

    def start(self) -> None:
        """Answer from a thread of its own."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name=f"sandbox-{self.name}"
        )
        self._thread.start()

    def stop(self) -> None:
        """Close everything at once, also what is being answered."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.hang_up()
        self._server.server_close()
        self.store.close()

    def serve_forever(self) -> None:
        """Answer until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._server.hang_up()
            self._server.server_close()
            self.store.close()

    def find(self, method: str, path: str) -> Found | int:
        """Return the handler of a request, or the status of its refusal."""
        others = False
        for each, handler in self._routes:
            values = each.match(path)
            if values is None:
                continue
            if each.method == method:
                return each, handler, values
            others = True
        return 405 if others else 404

    def missing(self, status: int, request: Request) -> Reply:
        """Return the answer to what has no route; platforms have their own."""
        return Reply(status, json={"error": f"no {request.method} {request.path} here"})

    def control(self, request: Request) -> Reply | None:
        """Answer requests that are about the sandbox itself; None: it is one of the platform."""
        if request.path in {"/_sandbox", "/_sandbox/"}:
            return _page.page(self)
        own = request.path.startswith("/_sandbox/")
        if own and isinstance(self.find(request.method, request.path), int):
            return _control.answer(self, request)
        return None

    def note(self, line: dict[str, Any]) -> None:
        """Keep a request in the log."""
        self.log.append(line)
        del self.log[:-REMEMBERED]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sandbox: Sandbox) -> None:
        super().__init__(address, Connection)
        self.sandbox = sandbox
        self._open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close every connection, as a machine that goes down does."""
        for request in list(self._open):
            with contextlib.suppress(OSError):
                request.shutdown(2)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away; a fault of a handler was answered with 500."""
