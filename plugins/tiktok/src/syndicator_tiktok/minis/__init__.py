"""A series as an album of TikTok Minis: the media-asset API."""

from __future__ import annotations

from syndicator.channel import Channel, hookimpl


@hookimpl
def register_adapters() -> list[type[Channel]]:
    """Return the adapter; its libraries come in when it is used."""
    from syndicator_tiktok.minis.channel import Minis

    return [Minis]
