"""How one signs in to YouTube.

developers.google.com/identity/protocols/oauth2/native-app; scopes from
developers.google.com/youtube/v3/guides/auth/installed-apps.
"""

from __future__ import annotations

import attrs

import syndicator.channel as sc

API = "https://youtube.googleapis.com"
ANALYTICS = "https://youtubeanalytics.googleapis.com/v2/reports"
PARTNER = "https://www.googleapis.com/youtube/partner/v1"
SCOPES = "https://www.googleapis.com/auth/"

SIGN_IN = sc.OAuth(
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    # force-ssl covers uploads, changes, playlists and captions; reading figures is of its own.
    scopes=(f"{SCOPES}youtube.force-ssl", f"{SCOPES}yt-analytics.readonly"),
    # Without these Google gives no refresh token the second time.
    extra={"access_type": "offline", "prompt": "consent"},
    revoke_url="https://oauth2.googleapis.com/revoke",
)


def signing_in(*, owner: bool, revenue: bool) -> sc.OAuth:
    """Return how a channel signs in.

    Args:
        owner: whether it acts for a content owner (Content ID).
        revenue: whether its figures are to have money among them.
    """
    more = [f"{SCOPES}youtubepartner"] if owner else []
    if revenue:
        more.append(f"{SCOPES}yt-analytics-monetary.readonly")
    return attrs.evolve(SIGN_IN, scopes=(*SIGN_IN.scopes, *more))
