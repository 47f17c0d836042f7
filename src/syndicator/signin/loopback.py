"""Where the browser comes back to: one address on this machine, for as long as one sign-in takes.

The address is the loopback interface's and the port is any that is free (RFC 8252, 7.3).
"""

from __future__ import annotations

import hmac
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

import attrs

HOST = "127.0.0.1"

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto">
<h1>{title}</h1><p>{text}</p></body></html>
"""


@attrs.frozen
class CameBack:
    """What the browser brought."""

    code: str = attrs.field(repr=False)
    """Empty where the platform says no."""

    error: str = ""
    description: str = ""


class Loopback:
    """Listens while the context is open."""

    def __init__(self, path: str, state: str, port: int = 0) -> None:
        """Take the port.

        Args:
            path: of the address that the browser is sent back to.
            state: what the answer to our request, and no other, brings along.
            port: 0 is any that is free.

        Raises:
            OSError: the port is taken.
        """
        self._path = path
        self._state = state.encode()
        self._came = threading.Event()
        self._found: CameBack | None = None
        self.strays = 0
        """How many came with another state than ours; each was sent away."""

        handler = type("Handler", (_Handler,), {"loopback": self})
        self._server = _Server((HOST, port), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """The address that the browser is sent back to."""
        return f"http://{HOST}:{self._server.server_address[1]}{self._path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, seconds: float) -> CameBack | None:
        """Return what the browser brought; None if it did not come in time."""
        self._came.wait(seconds)
        return self._found

    def answered(self) -> None:
        """Note that a page was shown; only then the one who waits goes on, and may end us."""
        if self._found is not None:
            self._came.set()

    def answer(self, target: str) -> tuple[int, str, str]:
        """Return status, title and text for a request of the browser's."""
        parts = urlsplit(target)
        if parts.path != self._path:
            return 404, "Nothing here", "This address is there for one sign-in only."
        # An answer that says a thing twice says nothing (RFC 6749, 3.1).
        pairs = parse_qsl(parts.query)
        said = dict(pairs)
        if not hmac.compare_digest(said.get("state", "").encode(), self._state):
            self.strays += 1
            return 400, "Another sign-in", (
                "This is not the answer to the sign-in that is under way; open the address that "
                "the terminal shows now."
            )  # fmt: skip
        if len(said) != len(pairs) or bool(said.get("code")) == bool(said.get("error")):
            return 400, "No answer", "The platform sent neither a yes nor a no."
        came = CameBack(
            said.get("code", ""), said.get("error", ""), said.get("error_description", "")
        )
        if self._found is None:
            self._found = came
        if came.error:
            return 200, "Not signed in", "Nothing was changed. You can close this window."
        return 200, "Thank you", "The terminal shows how it went. You can close this window."


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that went away is no news, and the terminal is the person's."""


class _Handler(BaseHTTPRequestHandler):
    """Answers a browser; an idle connection, which browsers open in advance, is let go."""

    loopback: ClassVar[Loopback]
    timeout = 10
    server_version = "syndicator"
    sys_version = ""

    def do_GET(self) -> None:
        try:
            self._show(*self.loopback.answer(self.path))
        finally:
            self.loopback.answered()

    def _show(self, status: int, title: str, text: str) -> None:
        page = PAGE.format(title=escape(title), text=escape(text)).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: the request's line holds the code."""
