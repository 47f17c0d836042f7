"""What the media-asset API's error codes mean; its envelope is that of all v2 calls.

Few codes are documented. One that is not known is final and shown as it came: the platform heard
the request and did not act.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syndicator.channel import Answer, Retry
from syndicator_tiktok import envelope
from syndicator_tiktok.errors import CODES as POSTING
from syndicator_tiktok.errors import Meaning

ALBUM_NOT_FOUND = "22001"
"""Also right after `album/create`, which is eventually consistent
(developers.tiktok.com/doc/media-asset-management)."""

SOON_S = 30.0

ADMISSION = (
    "this app may not use the media-asset API: it needs the short-drama qualification, a bound "
    "BytePlus account and a place in the pilot; see Media Asset Management in the developer portal"
)

CODES: dict[str, Meaning] = {
    "access_token_invalid": Meaning(
        "sign-in",
        "TikTok does not accept the app's token; check the mini-app's client_key and secret",
    ),
    "scope_not_authorized": Meaning("sign-in", ADMISSION),
    "scope_permission_missed": Meaning("sign-in", ADMISSION),
    **{
        code: POSTING[code]
        for code in (
            "invalid_params", "invalid_param", "invalid_file_upload", "rate_limit_exceeded",
            "internal_error",
        )
    },
    ALBUM_NOT_FOUND: Meaning("again", "TikTok does not know the album, or not yet"),
}  # fmt: skip


class AlbumNotFound(Retry):
    """There is no such album, or not yet."""


def read(answer: Answer, http: Any, *, safe: bool) -> Mapping[str, Any]:
    """Return what an answer carries.

    Args:
        answer: any answer.
        http: the channel's client.
        safe: whether the request may be repeated at no harm.

    Raises:
        ChannelError: it was not done, or cannot be read.
    """
    if _code(answer) == ALBUM_NOT_FOUND:
        raise AlbumNotFound(f"{CODES[ALBUM_NOT_FOUND].text} ({answer})", after=SOON_S)
    return envelope.read(answer, http, safe=safe, codes=CODES)


def _code(answer: Answer) -> str:
    body = answer.json()
    error = body.get("error") if isinstance(body, Mapping) else None
    return str(error.get("code")) if isinstance(error, Mapping) else ""
