"""Episodes as posts on an ordinary profile: TikTok's Content Posting API."""

from __future__ import annotations

from syndicator.channel import Channel, hookimpl


@hookimpl
def register_adapters() -> list[type[Channel]]:
    """Return the adapter; its libraries come in when it is used."""
    from syndicator_tiktok.posting.channel import Posting

    return [Posting]
