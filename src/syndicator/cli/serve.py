"""`syndicate serve`: host the own app's folder on this machine."""

from __future__ import annotations

import contextlib

import click

from syndicator.channel import ChannelError
from syndicator.cli import exits
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault


@click.command()
@click.argument("channel", required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port; 0 takes a free one.")
@click.option("--territory", metavar="CODE", help="Where the viewer believes it is.")
@click.pass_obj
def serve(workspace: str, channel: str | None, host: str, port: int, territory: str | None) -> int:
    """Host the own app's folder on this machine, to see what viewers will see.

    CHANNEL is a channel of syndicator.toml whose adapter can be hosted; by default the only one.
    """
    desk = Desk(workspace)
    name = _choose(desk, channel)
    try:
        server = desk.channels.open(name).serve(host, port, territory=territory)  # type: ignore[attr-defined]
    except ChannelError as error:
        raise Fault(error.reason) from None
    except OSError as error:
        raise Fault(f"cannot listen on {host}:{port}: {error.strerror}; try --port 0") from None
    click.echo(f"{name}: {server.url}   (Ctrl-C ends)")
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()
    return exits.DONE


def _choose(desk: Desk, channel: str | None) -> str:
    can = [name for name in desk.channels.names if hasattr(desk.channels.adapter(name), "serve")]
    if channel in can:
        return str(channel)
    if channel is None and len(can) == 1:
        return can[0]
    choices = ", ".join(can) or "none is configured"
    raise Fault(f"name the channel to host; those that can be: {choices}")
