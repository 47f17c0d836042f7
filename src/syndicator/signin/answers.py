"""What a token endpoint answered: tokens, a no in OAuth's words, or neither."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from syndicator.channel import Answer, ChannelDown, NotDone, RateLimited, Retry, Secret, SignInAgain
from syndicator.channel._oauth import OAuth
from syndicator.model.moment import LONGEST
from syndicator.signin.tokens import Tokens

REFRESH_LIVES = ("refresh_expires_in", "refresh_token_expires_in")
"""Names for the life of a refresh token, which RFC 6749 does not tell."""

DEAD = "invalid_grant"
"""The code or refresh token is used, expired or revoked (RFC 6749, 5.2)."""

LATER = frozenset({"server_error", "temporarily_unavailable"})
"""It may be tried again (RFC 6749, 4.1.2.1); some platforms say so at the token endpoint too."""

LONGEST_SAID = 300


class SaidNoError(Exception):
    """The platform answered with an error of OAuth's (RFC 6749, 4.1.2.1 and 5.2)."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code)
        self.code = code
        self._description = description

    def said(self, redact: Callable[[str], str]) -> str:
        """Return it for people: one line, and no secret that came back in it."""
        text = f"{self.code}: {self._description}" if self._description else self.code
        return redact(" ".join(text.split()))[:LONGEST_SAID]


class UnreadableError(Exception):
    """The platform's answer is none of OAuth's."""


def read_tokens(oauth: OAuth, body: bytes, asked_at: datetime) -> Tokens:
    """Return what an answer brought.

    Args:
        oauth: how the platform departs from the standard.
        body: as it came.
        asked_at: when it was asked for; lives are counted from there, so that they end early.

    Raises:
        SaidNoError: it brought an error.
        UnreadableError: it is neither.
    """
    raw = _object(body)
    found = _by_the_standard(raw)
    if str(found.get("token_type") or "bearer").lower() != "bearer":
        # A token of an unknown type must not be used (RFC 6749, 7.1).
        raise UnreadableError("its token is of a type that is not known")
    scopes = " ".join(found.get("scope") or []).split(oauth.scope_separator)
    life = _life(raw.get("expires_in"))
    refresh_life = next((_life(raw[each]) for each in REFRESH_LIVES if raw.get(each)), None)
    return Tokens(
        access=Secret(found["access_token"]),
        refresh=Secret(found["refresh_token"]) if found.get("refresh_token") else None,
        issued_at=asked_at,
        expires_at=None if life is None else asked_at + life,
        refresh_expires_at=None if refresh_life is None else asked_at + refresh_life,
        scopes=tuple(each.strip() for each in scopes if each.strip()),
    )


def error_in(body: bytes) -> SaidNoError | None:
    """Return the error in an answer that need not bring anything else."""
    try:
        raw = _object(body)
    except UnreadableError:
        return None
    code = raw.get("error")
    return SaidNoError(code, _text(raw)) if isinstance(code, str) and code else None


def verdict(
    problem: SaidNoError | UnreadableError,
    answer: Answer,
    until: datetime | None,
    credentials: str,
    redact: Callable[[str], str],
) -> NotDone:
    """Return what follows from an answer without tokens, by its error first, then its status.

    Args:
        problem: what was read in it.
        answer: the answer.
        until: when the platform wants to be asked again, if it said.
        credentials: where the client is that it may have been about.
        redact: cuts out secrets.
    """
    said = str(answer) if isinstance(problem, UnreadableError) else problem.said(redact)
    if isinstance(problem, SaidNoError) and problem.code in LATER:
        return Retry(f"the platform cannot sign in now ({said})")
    if answer.status == 429:
        return RateLimited(f"the platform was asked for tokens too often ({said})", until=until)
    if answer.status >= 500 or answer.status == 408:
        return Retry(f"the platform cannot sign in now ({said})")
    if isinstance(problem, SaidNoError):
        return SignInAgain(
            f"the platform does not accept our client ({said}); correct the credentials "
            f"{credentials}, or what the platform's console says of them"
        )
    if answer.is_success:
        return Retry(f"{said}, but {problem}")
    return ChannelDown(f"{said}, which is no answer of OAuth's; is the address right?")


def _by_the_standard(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    from oauthlib.oauth2 import WebApplicationClient
    from oauthlib.oauth2.rfc6749.errors import MissingTokenError, OAuth2Error

    if not isinstance(raw.get("error"), str | None):
        raise UnreadableError("its error is no word")
    try:
        found = WebApplicationClient("").parse_request_body_response(json.dumps(raw))
    except MissingTokenError:
        raise UnreadableError("there is no access token in it") from None
    except OAuth2Error as error:
        raise SaidNoError(str(error.error), _text(raw)) from None
    except (ValueError, TypeError, AttributeError):
        raise UnreadableError("its fields are not as the standard has them") from None
    for name in ("access_token", "refresh_token"):
        if not isinstance(found.get(name), str | None):
            raise UnreadableError(f"its {name} is no text")
    if not found["access_token"]:
        raise UnreadableError("there is no access token in it")
    return {**found}


def _object(body: bytes) -> dict[str, Any]:
    """Return the JSON; a form, which oauthlib would take too, looks whole where it is torn."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UnreadableError("it is no JSON object")
    return {key: value for key, value in found.items() if key != "error" or value}


def _text(raw: Mapping[str, Any]) -> str:
    description = raw.get("error_description")
    return description if isinstance(description, str) else ""


def _life(seconds: Any) -> timedelta | None:
    try:
        return min(timedelta(seconds=max(0, int(seconds))), LONGEST)
    except OverflowError:
        return LONGEST
    except (ValueError, TypeError):
        return None
