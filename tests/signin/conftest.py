"""A strict OAuth server over real sockets, in two dialects, and accounts that sign in to it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

import syndicator.channel as sc
from syndicator.channel._oauth import OAuth
from syndicator.signin.flow import authorize
from syndicator.signin.session import Session
from syndicator.signin.store import store_of
from syndicator.signin.tokens import Tokens

CLIENT = {"id": "the-client", "secret": "s3cr3t-of-the-client"}
DAY = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Clock:
    """The time, for client and server alike."""

    def __init__(self) -> None:
        self.at = DAY

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


def hex_challenge(verifier: str) -> str:
    return hashlib.sha256(verifier.encode()).hexdigest()


def standard_challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Bad(Exception):  # noqa: N818 - a word of the server, not a fault
    """What the server says instead of tokens."""

    def __init__(self, code: str, text: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.text, self.status = code, text, status


class Provider:
    """RFC 6749, 7636 and 7009 to the letter; `odd` departs in names, separators and statuses."""

    def __init__(self, clock: Clock, *, odd: bool) -> None:
        self.clock, self.odd = clock, odd
        self.id_name = "client_key" if odd else "client_id"
        self.separator = "," if odd else " "
        self.rotates = odd
        self.by_word = odd  # an error is told by its word, whatever the status
        self.life, self.refresh_life = 7200, 15_552_000
        self.consent = "yes"
        self.grants: list[str] = []  # of every request for tokens that arrived
        self.revoked: list[str] = []
        self.next: list[Any] = []  # what goes wrong next
        self.slow = 0.0
        self._codes: dict[str, dict[str, Any]] = {}
        self._access: dict[str, datetime] = {}
        self._refresh: dict[str, str] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def oauth(self, **changes: Any) -> OAuth:
        odd: dict[str, Any] = {
            "client_id_name": "client_key",
            "scope_separator": ",",
            "challenge": hex_challenge,
        }
        declared: dict[str, Any] = {
            "authorize_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
            "revoke_url": f"{self.url}/revoke",
            "scopes": ("post", "read"),
            **(odd if self.odd else {"extra": {"access_type": "offline"}}),
        }
        return OAuth(**{**declared, **changes})

    def end_access(self) -> None:
        self._access.clear()

    def end_refresh(self) -> None:
        self._refresh.clear()

    # -- what it answers --

    def authorize(self, query: list[tuple[str, str]]) -> str:
        said = once(query)
        allowed = {self.id_name, "scope", "state", "redirect_uri", "response_type",
                   "code_challenge", "code_challenge_method", "access_type"}  # fmt: skip
        if set(said) - allowed or said.get("response_type") != "code":
            raise Bad("invalid_request", f"unknown: {set(said) - allowed}")
        if said[self.id_name] != CLIENT["id"] or len(said["state"]) < 16:
            raise Bad("invalid_request", "client or state")
        if said["code_challenge_method"] != "S256" or ("access_type" in said) == self.odd:
            raise Bad("invalid_request", "challenge or access_type")
        if said["scope"].split(self.separator) != ["post", "read"]:
            raise Bad("invalid_scope", said["scope"])
        back, state = said["redirect_uri"], said["state"]
        if not back.startswith("http://127.0.0.1:") or not back.endswith("/callback/"):
            raise Bad("invalid_request", "redirect_uri")
        if self.consent == "no":
            answer = {"error": "access_denied", "error_description": "The user said no"}
        else:
            code = f"co*de!{secrets.token_urlsafe(12)}"  # letters that must be escaped
            self._codes[code] = {**said, "granted": self._granted(said["scope"])}
            answer = {"code": code}
        if self.consent == "forge":
            state = "somebody-elses-state"
        return f"{back}?{urlencode({**answer, 'state': state})}"

    def _granted(self, scope: str) -> str:
        return "read" if self.consent == "some" else scope

    def token(self, form: list[tuple[str, str]]) -> dict[str, Any]:
        said = once(form)
        grant = said.pop("grant_type", "")
        self.grants.append(grant)
        self._know(said)
        if self.next and isinstance(self.next[0], Bad):
            raise self.next.pop(0)
        threading.Event().wait(self.slow)
        if grant == "authorization_code":
            return self._by_code(said)
        if grant == "refresh_token":
            return self._by_refresh(said)
        if grant == "client_credentials":
            return self._by_client(said)
        raise Bad("unsupported_grant_type")

    def _know(self, said: dict[str, str]) -> None:
        given = said.pop(self.id_name, None), said.pop("client_secret", None)
        if given != (CLIENT["id"], CLIENT["secret"]):
            raise Bad("invalid_client", "no such client", 401)

    def _by_code(self, said: dict[str, str]) -> dict[str, Any]:
        if set(said) != {"code", "redirect_uri", "code_verifier"}:
            raise Bad("invalid_request", f"{set(said)}")
        found = self._codes.pop(said["code"], None)
        challenge = (hex_challenge if self.odd else standard_challenge)(said["code_verifier"])
        if found is None or found["redirect_uri"] != said["redirect_uri"]:
            raise Bad("invalid_grant", "code")
        if found["code_challenge"] != challenge or not 43 <= len(said["code_verifier"]) <= 128:
            raise Bad("invalid_grant", "verifier")
        return self._give(found["granted"], refresh=True)

    def _by_refresh(self, said: dict[str, str]) -> dict[str, Any]:
        if set(said) != {"refresh_token"}:
            raise Bad("invalid_request", f"{set(said)}")
        with self._lock:
            scope = self._refresh.get(said["refresh_token"])
            if scope is None:
                raise Bad("invalid_grant", f"Token {said['refresh_token']} expired or revoked.")
            if self.rotates:
                del self._refresh[said["refresh_token"]]
                self._access.clear()
            return self._give(scope, refresh=self.rotates)

    def _by_client(self, said: dict[str, str]) -> dict[str, Any]:
        if said:
            raise Bad("invalid_request", f"{set(said)}")
        return self._give("", refresh=False)

    def _give(self, scope: str, *, refresh: bool) -> dict[str, Any]:
        access = f"act.{secrets.token_urlsafe(24)}"
        self._access[access] = self.clock.now() + timedelta(seconds=self.life)
        given: dict[str, Any] = {
            "access_token": access,
            "expires_in": self.life,
            "token_type": "Bearer",
        }
        if scope:
            given["scope"] = scope
        if refresh:
            given["refresh_token"] = f"rft.{secrets.token_urlsafe(24)}"
            self._refresh[given["refresh_token"]] = scope
            if self.odd:
                given |= {"refresh_expires_in": self.refresh_life, "open_id": "o-1"}
        return given

    def revoke(self, form: list[tuple[str, str]]) -> None:
        said = once(form)
        self._know(said)
        if set(said) != {"token"} or said["token"] not in self._access:
            raise Bad("invalid_request", "token")
        self.revoked.append(said["token"])
        self._access.clear()
        self._refresh.clear()

    def accepts(self, token: str) -> bool:
        return self._access.get(token, DAY) > self.clock.now()


def once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    if len(dict(pairs)) != len(pairs):
        raise Bad("invalid_request", "a parameter twice")
    return dict(pairs)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one server
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                try:
                    self._answer(302, b"", {"Location": provider.authorize(parse_qsl(parts.query))})
                except Bad as bad:
                    self._say(bad)
            elif provider.accepts(self.headers.get("Authorization", "").removeprefix("Bearer ")):
                self._answer(200, json.dumps({"name": "The Studio"}).encode())
            else:
                self._answer(401, b"{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
            try:
                if self.headers["Content-Type"] != "application/x-www-form-urlencoded":
                    self._answer(415, b"")
                elif self.path == "/revoke":
                    provider.revoke(form)
                    self._answer(200, b"")
                else:
                    self._give(provider.token(form))
            except Bad as bad:
                self._say(bad)

        def _give(self, given: dict[str, Any]) -> None:
            wrong = provider.next.pop(0) if provider.next else json.dumps(given).encode()
            if wrong == "lost":
                self.close_connection = True
            else:
                self._answer(200, wrong)

        def _say(self, bad: Bad) -> None:
            status = 200 if provider.by_word else bad.status
            said = {"error": bad.code, "error_description": bad.text}
            headers = {"Retry-After": "40"} if status == 429 else {}
            self._answer(status, json.dumps(said).encode() if bad.code else b"<html>", headers)

        def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    return Handler


class Account:
    """A channel of a workspace that signs in to a provider."""

    def __init__(self, provider: Provider, folder: Path, clock: Clock) -> None:
        self.provider, self.folder, self.clock = provider, folder, clock
        self.path = folder / ".syndicator" / "tokens" / "studio.json"
        self.revealed: list[sc.Secret] = []
        self.changes: dict[str, Any] = {}
        self.write_client()

    def write_client(self, **changes: str) -> None:
        client = {**CLIENT, **changes}
        data = {self.provider.id_name: client["id"], "client_secret": client["secret"]}
        data = data if self.provider.odd else {"installed": data}
        (self.folder / "client.json").write_text(json.dumps(data))

    def session(self, **changes: Any) -> Session:
        """Return a session as another process would have it: with nothing remembered."""
        arguments: dict[str, Any] = {
            "channel": "studio",
            "folder": self.folder,
            "environ": {},
            "now": self.clock.now,
            "reveal": self.revealed.append,
            **changes,
        }
        store = arguments.pop("store", None) or store_of(None, "studio", self.folder)
        oauth = self.provider.oauth(**self.changes)
        return Session(oauth, "file:client.json", store, **arguments)

    def granted(self, browse: Callable[[str], None] | None = None, **changes: Any) -> Tokens:
        """Return what signing in with a browser gives."""
        arguments: dict[str, Any] = {"timeout": 5, "now": self.clock.now, **changes}
        return authorize(
            self.session().client(), credentials="file:client.json", show=browse or go, **arguments
        )

    def sign_in(self) -> Session:
        session = self.session()
        session.keep(self.granted())
        self.provider.grants.clear()
        return session

    def works(self, token: sc.Secret) -> bool:
        headers = {"Authorization": f"Bearer {token.reveal()}"}
        return httpx.get(f"{self.provider.url}/me", headers=headers).status_code == 200

    @property
    def kept(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text()))

    @property
    def note(self) -> Path:
        return self.path.with_name("studio.json.refreshing")


PAGES: list[httpx.Response] = []
"""What the browser saw last."""

BROWSED = threading.Event()


def go(url: str) -> None:
    """A browser: follows the platform back to where it was sent, beside the one who waits."""

    def browse() -> None:
        PAGES[:] = [httpx.get(url, follow_redirects=True, timeout=5)]
        BROWSED.set()

    PAGES.clear()
    BROWSED.clear()
    threading.Thread(target=browse, daemon=True).start()


def page() -> httpx.Response:
    BROWSED.wait(5)
    return PAGES[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["standard", "odd"])
def provider(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Provider]:
    with Provider(clock, odd=request.param == "odd") as found:
        yield found


@pytest.fixture
def odd(clock: Clock) -> Iterator[Provider]:
    with Provider(clock, odd=True) as found:
        yield found


@pytest.fixture
def account(provider: Provider, clock: Clock, tmp_path: Path) -> Account:
    return Account(provider, tmp_path, clock)


@pytest.fixture
def studio(odd: Provider, clock: Clock, tmp_path: Path) -> Account:
    """On a platform that replaces the refresh token at each renewal."""
    return Account(odd, tmp_path, clock)


@pytest.fixture
def bad() -> type[Bad]:
    return Bad


@pytest.fixture
def browser() -> Callable[[str], None]:
    return go


@pytest.fixture
def last_page() -> Callable[[], httpx.Response]:
    return page


@pytest.fixture(autouse=True)
def everything_is_private_from_the_start() -> Iterator[None]:
    """Files are closed to others by us, and not by an umask that happens to be strict."""
    before = os.umask(0)
    yield
    os.umask(before)
