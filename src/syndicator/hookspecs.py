"""The seams. A hook says who is there, or tells everybody; a class or function does the work.

A plugin is an entry point: in the group `syndicator` under the name of the adapter it brings, and
loaded when a channel uses that adapter; or in the group `syndicator.extensions`, and loaded always.

Rules of this page: a hook comes only together with a plugin that needs it; arguments are only ever
added (an implementation takes those it wants); one that goes away warns first. Every hook has a
heading with this signature in docs/reference/hooks.md, and a test says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    import click

    from syndicator.channel import Channel
    from syndicator.model.event import Event
    from syndicator.model.seam import Policy, Reader

hookspec = HookspecMarker("syndicator")
hookimpl = HookimplMarker("syndicator")

# -- who is there: asked once at load; each answer is classes or functions, never instances --


@hookspec
def register_adapters() -> Iterable[type[Channel]]:
    """Return adapter classes; `name` is the word after `adapter =` in syndicator.toml."""
    raise NotImplementedError


@hookspec
def register_readers() -> Iterable[Reader]:
    """Return readers of calendar files: suffixes, and read(path, shown) -> documents, problems."""
    raise NotImplementedError


@hookspec
def register_policies() -> Iterable[Policy]:
    """Return pure rules that name the releases of a plan which must not happen, and why.

    Each brings an id, a severity that `[policies.ID]` may change, a schema of its options, and what
    checks them; a calendar waives it with a reason. docs/how-to/own-rule.md shows one whole.
    """
    raise NotImplementedError


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add commands to `syndicate`."""
    raise NotImplementedError


# -- told to everybody: after the fact, in no order to rely on --


@hookspec
def ledger_event(event: Event) -> None:
    """Hear that an event is durable. You cannot change or stop it; what you raise is only logged.

    Not a queue: an exporter that must miss nothing reads the ledger's history from its own mark.
    """
    raise NotImplementedError
