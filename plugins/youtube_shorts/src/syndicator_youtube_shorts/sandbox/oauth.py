"""Signing in, and the check of every bearer token.

developers.google.com/identity/protocols/oauth2/native-app and /oauth2; scopes from
developers.google.com/youtube/v3/guides/auth/installed-apps.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from syndicator.channel.sandbox import (
    Reply,
    Request,
    Sandbox,
    consent_page,
    is_loopback,
    route,
    send_back,
)
from syndicator_youtube_shorts.sandbox.answers import Refusal

PREFIX = "https://www.googleapis.com/auth/"
UPLOAD, READ, MANAGE, SSL, PARTNER = (
    "youtube.upload", "youtube.readonly", "youtube", "youtube.force-ssl", "youtubepartner",
)  # fmt: skip
ANALYTICS, MONETARY = "yt-analytics.readonly", "yt-analytics-monetary.readonly"
SCOPES = (UPLOAD, READ, MANAGE, SSL, PARTNER, ANALYTICS, MONETARY)
VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")
CODE_LIVES = timedelta(minutes=10)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def channel_id(account: str) -> str:
    """Return the id of an account's channel: `UC` and 22 characters."""
    digest = hashlib.sha256(account.encode()).digest()
    return "UC" + base64.urlsafe_b64encode(digest).decode()[:22]


class GrantError(Exception):
    """An OAuth error: a code and what it says."""

    def __init__(self, code: str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.status = status

    def reply(self) -> Reply:
        """Return the flat body of OAuth errors."""
        body = {"error": self.code, "error_description": str(self)}
        return Reply(self.status, json=body)


class OAuthRoutes(Sandbox):
    """Consent, tokens, and which account and project a request speaks for."""

    @route("GET", "/o/oauth2/v2/auth")
    def authorize(self, request: Request) -> Reply:
        query = request.query
        fault = _faulty_consent(query, self.profile["client_id"])
        if fault:
            return Reply(400, json={"error": "invalid_request", "error_description": fault})
        answer = query.get("answer", "yes" if self.profile["auto_consent"] else "")
        if not answer:
            return consent_page("Sandbox Google", query)
        if answer != "yes":
            return send_back(query, error="access_denied")
        granted = [PREFIX + x for x in self.profile["grants"]] or query["scope"].split()
        code = f"4/{secrets.token_urlsafe(32)}"
        self.store.put("codes", code, {
            "account": self.profile["account"], "scopes": granted, "used": False,
            "redirect_uri": query["redirect_uri"], "challenge": query["code_challenge"],
            "offline": query.get("access_type") == "offline",
            "until": (self.clock.now() + CODE_LIVES).isoformat(),
        })  # fmt: skip
        return send_back(query, code=code, scope=" ".join(granted))

    @route("POST", "/token")
    def token(self, request: Request) -> Reply:
        form = request.form()
        fault = self.faults.take("oauth_error")
        if fault:
            return GrantError(fault["error"], "on demand", int(fault.get("status", 400))).reply()
        try:
            return Reply(
                json=self._token(_client(request, form)), headers={"Cache-Control": "no-store"}
            )
        except GrantError as error:
            return error.reply()

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        known = (self.profile["client_id"], self.profile["client_secret"])
        if (form.get("client_id"), form.get("client_secret")) != known:
            raise GrantError("invalid_client", "The OAuth client was not found.", 401)
        grant = form.get("grant_type")
        if grant == "authorization_code":
            return self._by_code(form)
        if grant == "refresh_token":
            return self._by_refresh(form)
        raise GrantError("unsupported_grant_type", f"Invalid grant_type: {grant}")

    def _by_code(self, form: dict[str, str]) -> dict[str, Any]:
        found = self.store.get("codes", form.get("code", ""))
        if found is None or found["used"] or _over(found["until"], self.clock.now()):
            raise GrantError("invalid_grant", "Malformed auth code.")
        self.store.put("codes", form["code"], {**found, "used": True})
        if form.get("redirect_uri") != found["redirect_uri"]:
            raise GrantError("redirect_uri_mismatch", "Bad Request")
        verifier = form.get("code_verifier", "")
        if not VERIFIER.fullmatch(verifier) or challenge_of(verifier) != found["challenge"]:
            raise GrantError("invalid_grant", "Invalid code verifier.")
        return self.issue(found["account"], found["scopes"], offline=found["offline"])

    def _by_refresh(self, form: dict[str, str]) -> dict[str, Any]:
        found = self.store.get("refreshes", form.get("refresh_token", ""))
        if found is None or _over(found["until"], self.clock.now()):
            raise GrantError("invalid_grant", "Token has been expired or revoked.")
        return self.issue(found["account"], found["scopes"], offline=False)

    def grant(self, scopes: Any = SCOPES, account: str | None = None) -> dict[str, Any]:
        """Return tokens without a browser: what the token endpoint would answer."""
        with self.lock:
            full = [x if x.startswith(PREFIX) else PREFIX + x for x in scopes]
            return self.issue(account or self.profile["account"], full, offline=True)

    def issue(self, account: str, scopes: list[str], *, offline: bool) -> dict[str, Any]:
        """Return a new access token; with a refresh token where one was asked for."""
        now, lives = self.clock.now(), int(self.profile["token_seconds"])
        access = f"ya29.{secrets.token_urlsafe(48)}"
        until = (now + timedelta(seconds=lives)).isoformat()
        self.store.put("tokens", access, {"account": account, "scopes": scopes, "until": until})
        body: dict[str, Any] = {
            "access_token": access, "expires_in": lives - 1, "scope": " ".join(scopes),
            "token_type": "Bearer",
        }  # fmt: skip
        if offline:
            refresh = f"1//{secrets.token_urlsafe(48)}"
            ends = now + timedelta(seconds=int(self.profile["refresh_seconds"]))
            self.store.put("refreshes", refresh, {"account": account, "scopes": scopes,
                                                  "until": ends.isoformat()})  # fmt: skip
            body["refresh_token"] = refresh
        return body

    @route("POST", "/revoke")
    def revoke(self, request: Request) -> Reply:
        token = request.query.get("token") or request.form().get("token", "")
        found = self.store.get("tokens", token) or self.store.get("refreshes", token)
        if found is None:
            return GrantError("invalid_token", "Token expired or revoked").reply()
        self.revoke_account(found["account"])
        return Reply(json={})

    def revoke_account(self, account: str) -> None:
        """Let every token of an account be dead, as when its user takes the permission back."""
        past = (self.clock.now() - timedelta(days=1)).isoformat()
        for kind in ("tokens", "refreshes"):
            for id_, found in self.store.items(kind):
                if found["account"] == account:
                    self.store.put(kind, id_, {**found, "until": past})

    def bearer(self, request: Request, *scopes: str) -> str:
        """Return the account that a request speaks for.

        Args:
            request: with its token in `Authorization`.
            scopes: any of which will do.

        Raises:
            Refusal: the token is missing, unknown or dead, or has none of the scopes.
        """
        if not request.bearer:
            raise Refusal("authorizationRequired", "The request lacks authorization.")
        found = self.store.get("tokens", request.bearer)
        if found and self.faults.take("revoked", account=found["account"]):
            self.revoke_account(found["account"])
            found = self.store.get("tokens", request.bearer)
        if found is None or _over(found["until"], self.clock.now()):
            raise Refusal("authError", "Invalid Credentials", "Authorization")
        if scopes and not {PREFIX + x for x in scopes} & set(found["scopes"]):
            raise Refusal("insufficientPermissions", "Insufficient Permission")
        return str(found["account"])


def _client(request: Request, form: dict[str, str]) -> dict[str, str]:
    """Return the form with the client that HTTP Basic names (RFC 6749, 2.3.1), if that is used."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return form
    name, _, secret = base64.b64decode(given).decode().partition(":")
    return {**form, "client_id": unquote(name), "client_secret": unquote(secret)}


def _over(until: str, now: datetime) -> bool:
    return datetime.fromisoformat(until) <= now


def _faulty_consent(query: Mapping[str, str], client_id: str) -> str:
    if query.get("client_id") != client_id:
        return "client_id is wrong"
    if query.get("response_type") != "code":
        return "response_type must be code"
    scopes = set(query.get("scope", "").split())
    if not scopes or not scopes <= {PREFIX + x for x in SCOPES}:
        return "scope: separated by spaces, of those of YouTube"
    if not query.get("state"):
        return "state is required"
    return _faulty_proof(query)


def _faulty_proof(query: Mapping[str, str]) -> str:
    if not is_loopback(query.get("redirect_uri", "")):
        return "redirect_uri of a desktop client: 127.0.0.1 with a port"
    challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method")
    if method != "S256" or not CHALLENGE.fullmatch(challenge):
        return "code_challenge: base64url of the verifier's SHA-256, method S256"
    return ""
