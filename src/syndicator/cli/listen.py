"""`syndicate listen`: webhooks of platforms make releases due sooner."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault

if TYPE_CHECKING:
    from syndicator.channel import Heard


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8700, show_default=True, help="Port; 0 takes a free one.")
@options.as_json
@click.pass_obj
def listen(workspace: str, host: str, port: int, json_: bool) -> int:
    """Listen for what platforms tell by themselves.

    A message is checked by its signature and makes the release that it is about due at once; the
    next `release` asks what became of it. Polling goes on in any case, so nothing is lost where
    nobody listens. Put a proxy with TLS in front of it.
    """
    from syndicator.dispatch.listen import PREFIX, Listener, server

    desk = Desk(workspace)
    desk.need_adapters()
    hearing = [name for name in desk.channels.names if desk.channels.adapter(name).can("hear")]
    if not hearing:
        raise Fault("no channel of syndicator.toml has an adapter that hears webhooks")

    def said(name: str, heard: Sequence[Heard], due: int) -> None:
        for each in heard:
            text = desk.channels.redact(each.text)
            if json_:
                line = {"channel": name, "heard": each.name, "text": text, "due": due}
                render.line(line)
            else:
                click.echo(f"{name}: {each.name}: {render.said(text)} ({due} due)")

    listener = Listener(desk.ledger, desk.channels, now=desk.now, said=said)
    try:
        bound = server(listener, host, port)
    except OSError as error:
        raise Fault(f"cannot listen on {host}:{port}: {error.strerror}; try --port 0") from None
    for name in hearing:
        click.echo(f"{name}: http://{host}:{bound.server_address[1]}{PREFIX}{name}", err=json_)
    with contextlib.suppress(KeyboardInterrupt):
        bound.serve_forever()
    bound.server_close()
    return exits.DONE
