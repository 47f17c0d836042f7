"""`syndicate sandbox`: a platform on this machine, to try everything on without an account."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from syndicator.cli import exits
from syndicator.cli.desk import load_plugins
from syndicator.cli.faults import Fault


@click.command()
@click.argument("adapter")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8801, show_default=True, help="Port; 0 takes a free one.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its state is kept; by default .syndicator/sandbox/ADAPTER in the workspace.",
)
@click.option(
    "--set", "wishes", multiple=True, metavar="NAME=VALUE", help="How the platform behaves."
)
@click.pass_obj
def sandbox(
    workspace: str, adapter: str, host: str, port: int, folder: Path | None, wishes: tuple[str, ...]
) -> int:
    """Run a strict local server that speaks a platform's protocol.

    ADAPTER is the word after `adapter =` in syndicator.toml. What is posted to it can be watched on
    its page; faults happen on demand (docs/how-to/sandboxes.md).
    """
    plugins = load_plugins([adapter])
    found = plugins.adapters.get(adapter)
    if found is None:
        raise Fault(
            "\n".join(map(str, plugins.broken))
            or f"no plugin brings an adapter {adapter}; see: syndicate plugin list"
        )
    kind = found.sandbox()
    if kind is None:
        raise Fault(f"the adapter {adapter} brings no sandbox")
    where = folder or Path(workspace) / ".syndicator" / "sandbox" / kind.name
    try:
        server = kind(where, host=host, port=port, profile=_profile(wishes))
    except ValueError as error:
        raise Fault(str(error)) from None
    except OSError as error:
        raise Fault(f"cannot listen on {host}:{port}: {error.strerror}; try --port 0") from None
    click.echo(f"sandbox {kind.name}: {server.url}/_sandbox/   (Ctrl-C ends)")
    click.echo(f'in syndicator.toml:  api_base = "{server.url}"')
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return exits.DONE


def _profile(wishes: Iterable[str]) -> dict[str, Any]:
    """Return NAME=VALUE pairs; a value is JSON where it can be read as such, else text."""
    profile: dict[str, Any] = {}
    for wish in wishes:
        name, separator, value = wish.partition("=")
        if not separator or not name:
            raise Fault(f"{wish!r} sets nothing; write --set NAME=VALUE")
        try:
            profile[name] = json.loads(value)
        except ValueError:
            profile[name] = value
    return profile
