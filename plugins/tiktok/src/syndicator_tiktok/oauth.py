"""How one signs in to TikTok, and where that departs from the standards.

developers.tiktok.com/doc/login-kit-desktop (the PKCE challenge is hex),
/doc/oauth-user-access-token-management, /doc/client-access-token-management.
"""

from __future__ import annotations

import hashlib

import syndicator.channel as sc

API = "https://open.tiktokapis.com"
TOKEN = f"{API}/v2/oauth/token/"
SCOPES = ("user.info.basic", "video.list", "video.upload", "video.publish")


def hex_challenge(verifier: str) -> str:
    """Return the PKCE challenge: the SHA-256 in lower-case hex, not in base64url."""
    return hashlib.sha256(verifier.encode("ascii")).hexdigest()


def is_expired(answer: sc.Answer) -> bool:
    """Return whether an answer means that the access token is not good any more.

    Status 401 also says that a scope is missing, which no new token cures.
    """
    found = answer.json()
    error = found.get("error") if isinstance(found, dict) else None
    return isinstance(error, dict) and error.get("code") == "access_token_invalid"


USER_SIGN_IN = sc.OAuth(
    authorize_url="https://www.tiktok.com/v2/auth/authorize/",
    token_url=TOKEN,
    scopes=SCOPES,
    client_id_name="client_key",
    scope_separator=",",
    challenge=hex_challenge,
    revoke_url=f"{API}/v2/oauth/revoke/",
    expired=is_expired,
)
"""For posting on a creator's profile."""

APP_SIGN_IN = sc.OAuth(
    authorize_url="",
    token_url=TOKEN,
    scopes=(),
    grant="client_credentials",
    client_id_name="client_key",
    expired=is_expired,
)
"""For what the app does by itself: the media assets of Minis."""
