"""From the envelope of an answer to a verdict: first of all, whether anything may have happened.

`error.code` is `ok` exactly where it was done, whatever the status
(developers.tiktok.com/doc/tiktok-api-v2-error-handling). An envelope with another code is a
platform that heard us and did not act; an answer without one may hide an effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from syndicator.channel import (
    Answer,
    AnswerLost,
    ChannelError,
    RateLimited,
    Refused,
    Retry,
    SignInAgain,
)

ALBUM_NOT_FOUND = "22001"
"""Also right after `album/create`, which is eventually consistent
(developers.tiktok.com/doc/media-asset-management)."""

TOKEN = frozenset({"access_token_invalid"})
NOT_ADMITTED = frozenset({"scope_not_authorized", "scope_permission_missed"})
TOO_OFTEN = frozenset({"rate_limit_exceeded"})
THEIR_FAULT = frozenset({"internal_error"})
SHAPE = frozenset({"invalid_param", "invalid_params", "invalid_file_upload"})

HELP_ADMISSION = (
    "the app may not use the media-asset API: it needs the short-drama qualification, a bound "
    "BytePlus account and a place in the pilot; see Media Asset Management in the developer portal"
)


class AlbumNotFound(Retry):
    """There is no such album, or not yet."""


class NotTaken(Refused):
    """The platform answered with a code of its own: it heard the request and did not act."""

    def __init__(self, field: str, reason: str, code: str) -> None:
        super().__init__(field, reason)
        self.platform_code = code


def read(answer: Answer, *, safe: bool, until: datetime | None = None) -> Mapping[str, Any]:
    """Return what an answer carries.

    Args:
        answer: any answer.
        safe: whether the request may be repeated at no harm.
        until: when the platform wants to be asked again, if it says.

    Raises:
        ChannelError: it was not done, or cannot be read.
    """
    body = answer.json()
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(error, Mapping):
        raise _unreadable(answer, safe=safe)
    code = str(error.get("code") or "")
    if code in {"ok", ""} and answer.is_success:
        data = body.get("data")
        return data if isinstance(data, Mapping) else {}
    raise _verdict(answer, code, _said(answer, code, error), safe=safe, until=until)


def _said(answer: Answer, code: str, error: Mapping[str, Any]) -> str:
    log_id = error.get("log_id") or error.get("logid") or answer.header("x-tt-logid") or ""
    message = str(error.get("message") or "no reason given")
    traced = f", log id {log_id}" if log_id else ""
    return f"{answer.path}: {message} ({code or answer.status}{traced})"


def _verdict(
    answer: Answer, code: str, said: str, *, safe: bool, until: datetime | None
) -> ChannelError:
    if code in THEIR_FAULT | {"ok", ""} or answer.status >= 500:  # noqa: PLR2004 - broken
        # Their own fault may have come after the effect.
        return Retry(said) if safe else AnswerLost(said)
    if code in TOKEN:
        return SignInAgain(f"the app's token is not accepted: {said}")
    if code in NOT_ADMITTED:
        return SignInAgain(f"{HELP_ADMISSION}: {said}")
    if code in TOO_OFTEN or answer.status == 429:  # noqa: PLR2004 - Too Many Requests
        return RateLimited(said, until=until)
    if code == ALBUM_NOT_FOUND:
        return AlbumNotFound(said, after=30)
    field = "request" if code in SHAPE else "album"
    return NotTaken(field, said, code)


def _unreadable(answer: Answer, *, safe: bool) -> ChannelError:
    said = f"{answer} with nothing that can be read"
    if answer.status == 401:  # noqa: PLR2004 - Unauthorized
        return SignInAgain(said)
    if answer.status == 429:  # noqa: PLR2004 - Too Many Requests
        return RateLimited(said)
    if not answer.is_success and answer.status < 500:  # noqa: PLR2004 - refused, not broken
        return NotTaken("request", said, str(answer.status))
    return Retry(said) if safe else AnswerLost(said)
