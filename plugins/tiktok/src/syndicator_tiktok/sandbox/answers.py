"""The three shapes in which TikTok answers, and the documented codes with their statuses.

developers.tiktok.com/doc/tiktok-api-v2-error-handling; the reference pages of each call;
developers.tiktok.com/doc/oauth-error-handling. Statuses of OAuth errors are not documented.
"""

from __future__ import annotations

from typing import Any

from syndicator.channel.sandbox import Reply

STATUSES = {
    "access_token_invalid": 401,
    "scope_not_authorized": 401,
    "scope_permission_missed": 400,
    "invalid_params": 400,
    "invalid_param": 400,
    "invalid_file_upload": 400,
    "rate_limit_exceeded": 429,
    "internal_error": 500,
    "spam_risk_too_many_posts": 403,
    "spam_risk_user_banned_from_posting": 403,
    "spam_risk_too_many_pending_share": 403,
    "reached_active_user_cap": 403,
    "unaudited_client_can_only_post_to_private_accounts": 403,
    "url_ownership_unverified": 403,
    "privacy_level_option_mismatch": 403,
    "invalid_publish_id": 400,
    "token_not_authorized_for_specified_publish_id": 400,
    "publish_not_cancellable": 400,
    "app_version_check_failed": 400,
}
WITH_200 = frozenset(
    {
        "spam_risk_too_many_posts",
        "spam_risk_user_banned_from_posting",
        "reached_active_user_cap",
    }
)
"""What creator_info answers with status 200 and a code, on purpose."""


class Refusal(Exception):  # noqa: N818 - what the platform says
    """TikTok says no, with a code."""

    def __init__(self, code: str, message: str = "", status: int | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.status = STATUSES.get(code, 400) if status is None else status


def envelope(data: dict[str, Any], log: str) -> Reply:
    """Return success in the v2 envelope."""
    return Reply(json={"data": data, "error": {"code": "ok", "message": "", "log_id": log}})


def refused(refusal: Refusal, log: str) -> Reply:
    """Return a refusal in the v2 envelope."""
    error = {"code": refusal.code, "message": str(refusal), "log_id": log}
    return Reply(refusal.status, json={"data": {}, "error": error})


def oauth_error(code: str, text: str, log: str, status: int = 400) -> Reply:
    """Return an OAuth error, which is flat."""
    return Reply(status, json={"error": code, "error_description": text, "log_id": log})
