"""YouTube Shorts as a channel: the Data API, Analytics and Content ID."""

from __future__ import annotations

from syndicator.channel import Channel, hookimpl


@hookimpl
def register_adapters() -> list[type[Channel]]:
    """Return the adapter; its libraries come in when it is used."""
    from syndicator_youtube_shorts.channel import YouTubeShorts

    return [YouTubeShorts]
