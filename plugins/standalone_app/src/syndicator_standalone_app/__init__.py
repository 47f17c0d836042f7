"""The producer's own app as a channel."""

from __future__ import annotations

from syndicator.channel import Channel, hookimpl


@hookimpl
def register_adapters() -> list[type[Channel]]:
    """Return the adapter; its libraries come in when it is used."""
    from syndicator_standalone_app.channel import StandaloneApp

    return [StandaloneApp]
