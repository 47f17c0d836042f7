"""The requests of OAuth 2.0 and what their answers mean; `oauthlib` writes and reads the standard.

Where a platform departs from it, its declaration says how, and the words are put in place here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from syndicator.channel import Answer, Secret, SignInAgain
from syndicator.channel._http import Http
from syndicator.channel._oauth import OAuth
from syndicator.signin.app import App

if TYPE_CHECKING:
    import httpx

VERIFIER = 64
"""Characters of a code verifier: 43 to 128 (RFC 7636, 4.1)."""


class Client:
    """Talks to one platform's sign-in as one registered client."""

    def __init__(
        self,
        oauth: OAuth,
        app: App,
        *,
        now: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
        longest: float | None = None,
    ) -> None:
        self.oauth = oauth
        self.app = app
        self._now = now
        self._transport = transport
        self._longest = longest

    def until(self, answer: Answer) -> datetime | None:
        """Return when the platform wants to be asked again, if it says."""
        return Http(now=self._now).retry_after(answer)

    def verifier(self) -> str:
        """Return a fresh code verifier."""
        return str(_standard(self.app.id).create_code_verifier(VERIFIER))

    def consent_url(self, redirect_uri: str, state: str, verifier: str) -> str:
        """Return where the person says yes."""
        where = self.oauth.authorize_url
        must_be_private(where)
        proof = {}
        if self.oauth.pkce:
            challenge = self.oauth.challenge(verifier)
            proof = {"code_challenge": challenge, "code_challenge_method": "S256"}
        # oauthlib refuses http; that this is https, or does not leave the machine, was just seen.
        url = _standard(self.app.id).prepare_request_uri(
            urlunsplit(urlsplit(where)._replace(scheme="https")),
            redirect_uri=redirect_uri, scope=self._scope(), state=state, **proof,
            **self.oauth.extra,
        )  # fmt: skip
        parts = urlsplit(str(url))
        names = {"client_id": self.oauth.client_id_name, "scope": self.oauth.scope_name}
        return urlunsplit(
            parts._replace(scheme=urlsplit(where).scheme, query=_renamed(parts.query, names))
        )

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> Answer:
        """Ask for the tokens of an authorization code; it is good for one request only."""
        return self._ask(
            _standard(self.app.id).prepare_request_body(
                code=code, redirect_uri=redirect_uri,
                code_verifier=verifier if self.oauth.pkce else None,
                client_secret=self.app.secret.reveal(),
            )
        )  # fmt: skip

    def refresh(self, token: Secret) -> Answer:
        """Ask for new tokens; it may make the old ones worthless."""
        return self._ask(
            _standard(self.app.id).prepare_refresh_body(
                refresh_token=token.reveal(),
                client_id=self.app.id,
                client_secret=self.app.secret.reveal(),
            )
        )

    def for_itself(self) -> Answer:
        """Ask for a token of the client's own (RFC 6749, 4.4)."""
        from oauthlib.oauth2 import BackendApplicationClient

        body = BackendApplicationClient(self.app.id).prepare_request_body(
            include_client_id=True, scope=self._scope(), client_secret=self.app.secret.reveal()
        )
        return self._ask(body)

    def revoke(self, token: Secret) -> Answer:
        """Ask that a token, and what hangs on it, be worth nothing (RFC 7009, 2.1)."""
        assert self.oauth.revoke_url is not None  # noqa: S101 - asked before
        form = {
            "client_id": self.app.id,
            "client_secret": self.app.secret.reveal(),
            "token": token.reveal(),
        }
        return self._ask(urlencode(form), self.oauth.revoke_url)

    def _scope(self) -> str | None:
        return self.oauth.scope_separator.join(self.oauth.scopes) or None

    def _ask(self, body: str, url: str = "") -> Answer:
        url = url or self.oauth.token_url
        must_be_private(url)
        http = Http(now=self._now, transport=self._transport, longest=self._longest)
        try:
            return http.exchange(
                "POST", url,
                content=_renamed(body, {"client_id": self.oauth.client_id_name}).encode(),
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                    "Cache-Control": "no-cache",
                },
                signed=False,
            )  # fmt: skip
        finally:
            http.close()


def must_be_private(url: str) -> None:
    """Let secrets go only to https, or to this machine.

    Raises:
        SignInAgain: it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or "")):
        return
    raise SignInAgain(
        f"{parts.scheme}://{parts.hostname} would show secrets to the network; expected https, or "
        "http on this machine as a sandbox has it: correct `api_base` in syndicator.toml"
    )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _standard(client_id: str) -> Any:
    from oauthlib.oauth2 import WebApplicationClient

    return WebApplicationClient(client_id)


def _renamed(form: str, names: Mapping[str, str]) -> str:
    return urlencode([(names.get(name, name), value) for name, value in parse_qsl(form)])
