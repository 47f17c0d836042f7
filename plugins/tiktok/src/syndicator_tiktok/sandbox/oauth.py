"""Signing in: consent page, codes, tokens that rotate, tokens of the client itself.

developers.tiktok.com/doc/login-kit-desktop, /doc/oauth-get-a-user-access-token,
/doc/oauth-refresh-a-user-access-token, /doc/client-access-token-management.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from syndicator.channel.sandbox import (
    Reply,
    Request,
    Sandbox,
    consent_page,
    is_loopback,
    route,
    send_back,
)
from syndicator_tiktok.sandbox.answers import Refusal, oauth_error

SCOPES = (
    "user.info.basic", "user.info.profile", "user.info.stats", "video.list", "video.upload",
    "video.publish",
)  # fmt: skip
VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
CODE_LIVES = timedelta(minutes=10)


class OAuthRoutes(Sandbox):
    """The endpoints under /v2/auth and /v2/oauth, and the check of every bearer token."""

    @route("GET", "/v2/auth/authorize/")
    def authorize(self, request: Request) -> Reply:
        query = request.query
        fault = _faulty_consent(query, self.profile["client_key"])
        if fault:
            return Reply(400, json={"error": "invalid_request", "error_description": fault})
        answer = query.get("answer", "yes" if self._consents(query) else "")
        if not answer:
            return consent_page("Sandbox TikTok", query)
        if answer != "yes":
            return send_back(query, error="access_denied", error_description="the user said no")
        granted = self.profile["grants"] or query["scope"].split(",")
        code = f"{secrets.token_urlsafe(24)}*1!{self.store.next('code')}"
        self.store.put("codes", code, {
            "account": query.get("account") or self.profile["account"], "scopes": granted,
            "redirect_uri": query["redirect_uri"], "challenge": query.get("code_challenge"),
            "until": (self.clock.now() + CODE_LIVES).isoformat(), "used": False,
        })  # fmt: skip
        return send_back(query, code=code, scopes=",".join(granted))

    def _consents(self, query: Any) -> bool:
        return bool(self.profile["auto_consent"] or query.get("auto") == "1")

    @route("POST", "/v2/oauth/token/")
    def token(self, request: Request) -> Reply:
        form, log = request.form(), self.log_id()
        lost = self.faults.take("oauth_error")
        if lost:
            return oauth_error(lost["error"], "on demand", log, int(lost.get("status", 400)))
        if not request.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            return oauth_error("invalid_request", "the body must be a form", log)
        known = (self.profile["client_key"], self.profile["client_secret"])
        if (form.get("client_key"), form.get("client_secret")) != known:
            return oauth_error("invalid_client", "client_key or client_secret is wrong", log, 401)
        grants = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "client_credentials": self._by_client,
        }
        by = grants.get(form.get("grant_type", ""))
        if by is None:
            return oauth_error("unsupported_grant_type", "no such grant type", log)
        try:
            return Reply(json=by(form), headers={"Cache-Control": "no-store"})
        except Refusal as refusal:
            return oauth_error(refusal.code, str(refusal), log)

    def _by_code(self, form: dict[str, str]) -> dict[str, Any]:
        found = self.store.get("codes", form.get("code", ""))
        if found is None or found["used"] or _over(found["until"], self.clock.now()):
            raise Refusal("invalid_grant", "the code is used, expired or unknown")
        self.store.put("codes", form["code"], {**found, "used": True})
        if form.get("redirect_uri") != found["redirect_uri"]:
            raise Refusal("invalid_request", "redirect_uri is not that of the authorization")
        if found["challenge"]:
            verifier = form.get("code_verifier", "")
            if not VERIFIER.fullmatch(verifier):
                raise Refusal("invalid_request", "code_verifier: 43 to 128 unreserved characters")
            # Lower-case hex, not base64url: /doc/login-kit-desktop departs from RFC 7636.
            if hashlib.sha256(verifier.encode()).hexdigest() != found["challenge"]:
                raise Refusal("invalid_grant", "the code verifier does not match the challenge")
        return self.issue(found["account"], found["scopes"])

    def _by_refresh(self, form: dict[str, str]) -> dict[str, Any]:
        old = form.get("refresh_token", "")
        found, now = self.store.get("refreshes", old), self.clock.now()
        if found is None or _over(found["until"], now):
            raise Refusal("invalid_grant", "the refresh token is expired or revoked")
        if found.get("replaced") and _over(found["replaced"], now - self._grace()):
            raise Refusal("invalid_grant", "the refresh token was replaced by a newer one")
        fresh = self.issue(found["account"], found["scopes"])
        self.store.put("refreshes", old, {**found, "replaced": now.isoformat()})
        return fresh

    def _grace(self) -> timedelta:
        return timedelta(seconds=float(self.profile["refresh_grace"]))

    def _by_client(self, form: dict[str, str]) -> dict[str, Any]:  # noqa: ARG002 - as the others
        token = f"clt.{secrets.token_urlsafe(32)}"
        lives = int(self.profile["client_token_seconds"])
        until = self.clock.now() + timedelta(seconds=lives)
        self.store.put("tokens", token, {"account": "", "scopes": [], "client": True,
                                         "until": until.isoformat()})  # fmt: skip
        return {"access_token": token, "expires_in": lives, "token_type": "Bearer"}

    def client_token(self) -> str:
        """Return a token of the client itself."""
        with self.lock:
            return str(self._by_client({})["access_token"])

    def grant(self, scopes: Any = SCOPES, account: str | None = None) -> dict[str, Any]:
        """Return tokens without a browser: what the token endpoint would answer."""
        with self.lock:
            return self.issue(account or self.profile["account"], list(scopes))

    def issue(self, account: str, scopes: list[str]) -> dict[str, Any]:
        """Return a new pair of tokens for an account."""
        now = self.clock.now()
        lives = int(self.profile["token_seconds"])
        refresh_lives = int(self.profile["refresh_seconds"])
        access, refresh = (f"{kind}.{secrets.token_urlsafe(32)}" for kind in ("act", "rft"))
        self.store.put("tokens", access, {
            "account": account, "scopes": scopes, "client": False,
            "until": (now + timedelta(seconds=lives)).isoformat(),
        })  # fmt: skip
        self.store.put("refreshes", refresh, {
            "account": account, "scopes": scopes,
            "until": (now + timedelta(seconds=refresh_lives)).isoformat(),
        })  # fmt: skip
        return {
            "access_token": access, "expires_in": lives, "open_id": open_id(account),
            "refresh_token": refresh, "refresh_expires_in": refresh_lives,
            "scope": ",".join(scopes), "token_type": "Bearer",
        }  # fmt: skip

    @route("POST", "/v2/oauth/revoke/")
    def revoke(self, request: Request) -> Reply:
        form = request.form()
        if form.get("client_key") != self.profile["client_key"]:
            return oauth_error("invalid_client", "client_key is wrong", self.log_id(), 401)
        found = self.store.get("tokens", form.get("token", ""))
        if found is None:
            return oauth_error("invalid_request", "no such token", self.log_id())
        self.revoke_account(found["account"])
        return Reply(body=b"")

    def revoke_account(self, account: str) -> None:
        """Let every token of an account be dead, as when its user says no in the app."""
        past = (self.clock.now() - timedelta(days=1)).isoformat()
        for kind in ("tokens", "refreshes"):
            for id_, found in self._of(kind, account):
                self.store.put(kind, id_, {**found, "until": past})

    def _of(self, kind: str, account: str) -> list[tuple[str, dict[str, Any]]]:
        return [pair for pair in self.store.items(kind) if pair[1]["account"] == account]

    def bearer(self, request: Request, scope: str = "", *, client: bool = False) -> str:
        """Return the account that a request speaks for.

        Raises:
            Refusal: the token is unknown, dead, or without the scope.
        """
        found = self.store.get("tokens", request.bearer)
        if found and self.faults.take("revoked", account=found["account"]):
            self.revoke_account(found["account"])
            found = self.store.get("tokens", request.bearer)
        if found is None or _over(found["until"], self.clock.now()) or found["client"] != client:
            raise Refusal("access_token_invalid", "the access token is invalid or not found")
        if scope and not set(scope.split("|")) & set(found["scopes"]):
            raise Refusal("scope_not_authorized", f"the user did not authorize {scope}")
        return str(found["account"])

    def log_id(self) -> str:
        """Return the id under which support would find the request."""
        return f"{self.clock.now():%Y%m%d%H%M%S}{self.store.next('log'):012d}"


def open_id(account: str) -> str:
    """Return how an app knows an account."""
    return f"-000{hashlib.sha256(account.encode()).hexdigest()[:32]}"


def _over(until: str, now: datetime) -> bool:
    return datetime.fromisoformat(until) <= now


def _faulty_consent(query: Any, client_key: str) -> str:
    if query.get("client_key") != client_key:
        return "client_key is wrong"
    if query.get("response_type") != "code":
        return "response_type must be code"
    scopes = query.get("scope", "").split(",")
    if not set(scopes) <= set(SCOPES):
        return f"scope: comma-separated, of {', '.join(SCOPES)}"
    if not query.get("state"):
        return "state is required"
    return _faulty_redirect(query)


def _faulty_redirect(query: Any) -> str:
    if not is_loopback(query.get("redirect_uri", "")):
        return "redirect_uri of a desktop app: localhost or 127.0.0.1 with a port, and no query"
    challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method")
    if method != "S256" or not re.fullmatch(r"[0-9a-f]{64}", challenge):
        return "code_challenge: the SHA-256 of the verifier in lower-case hex, method S256"
    return ""
