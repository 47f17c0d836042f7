"""Webhooks: heard, checked by the channel, and turned into a look sooner than planned.

What a platform tells is a hint. The release that is meant becomes due, and the next run asks what
became of it; a message that is lost, forged, twice or late changes nothing but the time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from syndicator.channel import Channel, ChannelError, Forged, Heard
from syndicator.dispatch.channels import Channels
from syndicator.ledger.ledger import Ledger

PREFIX = "/hooks/"
BODY_MAX = 1 << 20
PATIENCE_S = 10
SIGN_IN_AGAIN_AFTER = timedelta(minutes=5)

Said = Callable[[str, Sequence[Heard], int], None]
"""Told the channel's name, what was heard, and how many releases became due."""


class Listener:
    """Answers platforms that call us: one address for each channel, `/hooks/NAME`."""

    def __init__(
        self, ledger: Ledger, channels: Channels, *, now: Callable[[], datetime], said: Said
    ) -> None:
        self._ledger = ledger
        self._channels = channels
        self._now = now
        self._said = said
        self._lock = threading.Lock()

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Take a message in and return the HTTP status that it deserves.

        Args:
            path: of the request.
            headers: names in lower case.
            body: as it came.
        """
        name = path.removeprefix(PREFIX).rstrip("/")
        channel = self._channel(name) if path.startswith(PREFIX) else None
        if channel is None:
            return 404
        try:
            heard = channel.hear(headers, body)
        except Forged:
            return 401
        except ChannelError:
            return 503  # we have no secret to check it with: the platform may send it again
        with self._lock:
            self._said(name, heard, sum(self._act(name, each) for each in heard))
        return 200

    def _channel(self, name: str) -> Channel | None:
        if name not in self._channels.names or not self._channels.adapter(name).can("hear"):
            return None
        return self._channels.open(name)

    def _act(self, name: str, heard: Heard) -> int:
        now = self._now()
        if heard.sign_in_again:
            until = now + SIGN_IN_AGAIN_AFTER
            reason = self._channels.redact(heard.text)
            self._ledger.pause(name, until=until, reason=reason, now=now)
        return self._ledger.nudge(name, heard.match, now=now) if heard.match else 0


class Handler(BaseHTTPRequestHandler):
    """One request of a platform."""

    listener: ClassVar[Listener]
    protocol_version = "HTTP/1.1"
    server_version = "syndicator"
    sys_version = ""
    timeout = PATIENCE_S

    def do_POST(self) -> None:
        """Take a message in."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            self._say(411)
        elif int(length) > BODY_MAX:
            self._say(413)
        else:
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._say(self._answer(headers, body))

    def do_GET(self) -> None:
        """Say that somebody is here."""
        self._say(200 if self.path == "/healthz" else 405)

    def _answer(self, headers: dict[str, str], body: bytes) -> int:
        try:
            return self.listener.answer(self.path.partition("?")[0], headers, body)
        except Exception:  # noqa: BLE001 - a platform is told to try again, and nothing of ours
            return 500

    def _say(self, status: int) -> None:
        self.close_connection = self.close_connection or status in {411, 413}
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Be quiet: what was heard is said by the command."""


def server(listener: Listener, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that is bound and answers once it is told to.

    Raises:
        OSError: the port is taken.
    """
    handler = type("Bound", (Handler,), {"listener": listener})
    found = ThreadingHTTPServer((host, port), handler)
    found.daemon_threads = True
    return found
