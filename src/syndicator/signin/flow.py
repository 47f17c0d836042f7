"""A person signs in: from the address that the browser opens to tokens in hand."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from syndicator.channel import AnswerLost, ChannelDown, NotDone, SignInAgain
from syndicator.channel._secret import Concealed
from syndicator.signin.answers import (
    DEAD,
    SaidNoError,
    UnreadableError,
    read_tokens,
    verdict,
)
from syndicator.signin.client import Client
from syndicator.signin.loopback import CameBack, Loopback
from syndicator.signin.tokens import Tokens

STATE = 32
"""Bytes of chance in a state: not to be guessed (RFC 6749, 10.10)."""


def authorize(
    client: Client,
    *,
    credentials: str,
    show: Callable[[str], None],
    now: Callable[[], datetime],
    port: int = 0,
    timeout: float = 300.0,
) -> Tokens:
    """Return the tokens that a person granted in the browser; nothing is kept yet.

    Args:
        client: who asks.
        credentials: where that client's id and secret are, for messages.
        show: told the address to open; returns at once.
        now: the clock.
        port: of the address on this machine to which the browser comes back; 0 is any.
        timeout: seconds for the person to decide.

    Raises:
        SignInAgain: the person or the platform said no, or nobody came.
        ChannelDown, Retry, RateLimited: the platform did not give tokens for the code.
        OSError: the port is taken.
    """
    state, verifier = secrets.token_urlsafe(STATE), client.verifier()
    with Loopback(client.oauth.redirect_path, state, port) as loopback:
        show(client.consent_url(loopback.url, state, verifier))
        came = loopback.wait(timeout)
        if came is None:
            raise SignInAgain(_nobody(timeout, loopback.strays))
        if came.error:
            raise _no(came, credentials)
        redirect_uri = loopback.url
    return _exchanged(client, came, redirect_uri, verifier, credentials=credentials, now=now)


def _exchanged(
    client: Client,
    came: CameBack,
    redirect_uri: str,
    verifier: str,
    *,
    credentials: str,
    now: Callable[[], datetime],
) -> Tokens:
    asked_at = now()
    try:
        answer = client.exchange(came.code, redirect_uri, verifier)
    except AnswerLost as lost:
        raise ChannelDown(
            f"{lost.reason}; the code from the browser is used: begin again"
        ) from None
    try:
        return read_tokens(client.oauth, answer.body, asked_at)
    except (SaidNoError, UnreadableError) as problem:
        hidden = Concealed()
        for secret in (client.app.secret, came.code, verifier):
            hidden.add(secret)
        if isinstance(problem, SaidNoError) and problem.code == DEAD:
            said = problem.said(hidden.redact)
            raise SignInAgain(f"the code from the browser was not accepted ({said})") from None
        found = verdict(problem, answer, client.until(answer), credentials, hidden.redact)
        raise found from None


def _no(came: CameBack, credentials: str) -> NotDone:
    said = SaidNoError(came.error, came.description).said(str)
    if came.error == "access_denied":
        return SignInAgain(f"consent was refused in the browser ({said})")
    return SignInAgain(
        f"the platform did not ask for consent ({said}); see the credentials {credentials}, and "
        "what the platform's console says of redirect address and scopes"
    )


def _nobody(timeout: float, strays: int) -> str:
    said = f"the browser did not come back within {timeout:g} s"
    if strays:
        said += f"; {strays} came with the answer to another sign-in and were sent away"
    return said
