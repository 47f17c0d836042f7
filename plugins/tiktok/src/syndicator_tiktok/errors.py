"""Every documented error code: what it means for a release, and what the user reads.

developers.tiktok.com/doc/tiktok-api-v2-error-handling; the reference pages of direct-post,
upload-video, query-creator-info and get-video-status; for the upload host
/doc/content-posting-api-media-transfer-guide.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

import syndicator.channel as sc

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@attrs.frozen
class Meaning:
    """What a code comes to."""

    verdict: str
    """`again`, `rate`, `quota`, `sign-in`, `unknown`; else the field of a refusal."""

    text: str


SIGN_IN = "sign in again: syndicate channels auth"

CODES: dict[str, Meaning] = {
    "access_token_invalid": Meaning("sign-in", f"TikTok does not accept the token; {SIGN_IN}"),
    "scope_not_authorized": Meaning(
        "sign-in", f"the creator did not grant the scope that this needs; {SIGN_IN}, and grant all"
    ),
    "scope_permission_missed": Meaning(
        "sign-in", "the app has no permission for this scope; add it in TikTok's developer portal"
    ),
    "invalid_params": Meaning("request", "TikTok does not accept the request"),
    "invalid_param": Meaning("request", "TikTok does not accept the request"),
    "invalid_file_upload": Meaning("media", "TikTok does not accept the file"),
    "rate_limit_exceeded": Meaning("rate", "TikTok is asked too often for this account"),
    "internal_error": Meaning("again", "TikTok has a fault of its own"),
    "spam_risk_too_many_posts": Meaning(
        "quota",
        "the creator's daily cap of posts through the API is reached; all apps share it, and it "
        "opens again within 24 hours",
    ),
    "spam_risk_user_banned_from_posting": Meaning(
        "account", "TikTok has banned this creator from posting; settle it in the TikTok app"
    ),
    "spam_risk_too_many_pending_share": Meaning(
        "quota",
        "5 drafts wait in the creator's inbox, which is the most within 24 hours; finish or "
        "discard some in the TikTok app",
    ),
    "reached_active_user_cap": Meaning(
        "quota",
        "so many creators have posted through this app today as TikTok allows (5 until the app "
        "has passed the audit); this account is well, and goes on within 24 hours",
    ),
    "unaudited_client_can_only_post_to_private_accounts": Meaning(
        "account",
        "TikTok has not audited this app: switch the account itself to private in the TikTok app "
        '(SELF_ONLY alone does not do), or use mode = "inbox", or have the app audited',
    ),
    "url_ownership_unverified": Meaning(
        "media",
        "the address of the file is not verified; verify its domain or prefix under URL "
        'properties in TikTok\'s developer portal, or use source = "upload"',
    ),
    "privacy_level_option_mismatch": Meaning(
        "privacy_level",
        "the creator's account does not offer this privacy level now; correct privacy_level in "
        "syndicator.toml, or the account's setting in the TikTok app",
    ),
    "invalid_publish_id": Meaning(
        "unknown", "TikTok does not know this upload any more; is the post on the profile?"
    ),
    "token_not_authorized_for_specified_publish_id": Meaning(
        "unknown",
        "this upload belongs to another account or app than the channel is signed in to now; is "
        "the post on the profile of the account that it was begun with?",
    ),
    "publish_not_cancellable": Meaning("request", "it can no longer be cancelled"),
    "app_version_check_failed": Meaning(
        "account", "the creator's TikTok app is too old for drafts; update it to 31.8 or newer"
    ),
}

FAILURES: dict[str, Meaning] = {
    "file_format_check_failed": Meaning("media", "TikTok cannot read the file's format"),
    "duration_check_failed": Meaning("media", "TikTok does not take this running time"),
    "frame_rate_check_failed": Meaning("media", "TikTok takes 23 to 60 frames a second"),
    "picture_size_check_failed": Meaning("media", "TikTok takes sides of 360 to 4096 pixels"),
    "video_size_check_failed": Meaning("media", "TikTok does not take a file of this size"),
    "internal": Meaning("again", "TikTok had a fault of its own, and nothing was posted"),
    "video_pull_failed": Meaning(
        "again", "TikTok could not fetch the file: check its address, certificate and redirects"
    ),
    "photo_pull_failed": Meaning(
        "again", "TikTok could not fetch the picture: check its address, certificate and redirects"
    ),
    "publish_cancelled": Meaning("request", "the post was cancelled before it was made"),
    "auth_removed": Meaning(
        "sign-in", f"the creator took the permission back while it was posted; {SIGN_IN}"
    ),
    "spam_risk_too_many_posts": CODES["spam_risk_too_many_posts"],
    "spam_risk_user_banned_from_posting": CODES["spam_risk_user_banned_from_posting"],
    "spam_risk_text": Meaning("title", "TikTok takes the caption for spam; a person must edit it"),
    "spam_risk": Meaning("content", "TikTok takes the post for spam; a person must look at it"),
}

UPLOAD: dict[int, Meaning] = {
    400: Meaning("media", "TikTok's upload host does not accept the chunk"),
    403: Meaning("again", "the address of the upload has expired"),
    404: Meaning("again", "TikTok does not know this upload any more"),
    416: Meaning("again", "the chunk does not continue what TikTok has stored"),
}
"""Statuses of the upload host, which has no error codes."""


def verdict(
    meaning: Meaning, said: str, now: datetime, *, until: datetime | None = None
) -> sc.ChannelError:
    """Return the verdict that a code comes to.

    Args:
        meaning: of the code.
        said: what TikTok said, for support: its message and its log id.
        now: the clock.
        until: when TikTok wants to be asked again, where it says.
    """
    text = f"{meaning.text} ({said})" if said else meaning.text
    makers: dict[str, Callable[[], sc.ChannelError]] = {
        "again": lambda: sc.Retry(text),
        "rate": lambda: sc.RateLimited(text, until=until or now + MINUTE),
        "quota": lambda: sc.QuotaSpent(text, until=until or now + DAY),
        "sign-in": lambda: sc.SignInAgain(text),
        "unknown": lambda: sc.Unknown(text),
    }
    make = makers.get(meaning.verdict)
    return make() if make else sc.Refused(meaning.verdict, text)


def meaning_of(code: str, table: dict[str, Meaning] | None = None) -> Meaning:
    """Return what a code means; one that nobody documented is final, and a person looks."""
    found = (CODES if table is None else table).get(code)
    return found or Meaning("request", f"TikTok said {code!r}, which it has not documented")
