"""Acme, an invented platform, as a syndicator channel."""

from syndicator.channel import Channel, hookimpl


@hookimpl
def register_adapters() -> list[type[Channel]]:
    """Return what this plugin brings."""
    from syndicator.channel.testing.acme.channel import Acme

    return [Acme]
