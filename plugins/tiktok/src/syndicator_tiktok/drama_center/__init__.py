"""A delivery package for TikTok's Drama Center, which has no API."""

from __future__ import annotations

from syndicator.channel import Channel, hookimpl


@hookimpl
def register_adapters() -> list[type[Channel]]:
    """Return the adapter; its libraries come in when it is used."""
    from syndicator_tiktok.drama_center.channel import DramaCenter

    return [DramaCenter]
