"""`syndicate rehearse`: a whole season in an afternoon, on platforms that are not real."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from syndicator.cli import desk as desks
from syndicator.cli import exits, options
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault

if TYPE_CHECKING:
    from syndicator.model.config import ChannelConfig

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("moment", type=options.Instant(), metavar="INSTANT")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_obj
def rehearse(workspace: str, moment: datetime, command: tuple[str, ...]) -> int:
    """Carry out a command as if it were another instant: `rehearse 2027-01-10T20:05Z release`.

    Only in a workspace whose syndicator.toml says `rehearsal = true`, and whose channels are
    sandboxes or folders on this machine: what a rehearsal publishes is nowhere to be seen.
    """
    if command[0] == "rehearse":
        raise Fault("a rehearsal is not rehearsed; write the command after the instant")
    desk = Desk(workspace)
    if not desk.config.rehearsal:
        raise Fault(
            "this workspace is not for rehearsals: its ledger would believe what never was; copy "
            "it, and write `rehearsal = true` at the top of the copy's syndicator.toml"
        )
    for name, config in desk.config.channels.items():
        if real := _real(desk, config):
            raise Fault(f"channel {name} is real ({real}); give it the `api_base` of a sandbox")
    from syndicator.cli import cli

    desks.shift(timedelta())
    desks.shift(moment - desk.now())
    code: Any = cli.main(
        args=["-C", workspace, *command], prog_name="syndicate", standalone_mode=False
    )
    return code if isinstance(code, int) else exits.DONE


def _real(desk: Desk, config: ChannelConfig) -> str:
    """Return what of a channel reaches beyond this machine, or nothing."""
    adapter = desk.plugins.adapters.get(config.adapter)
    base = config.options.get("api_base") or (adapter.base_url if adapter else "")
    for each in (base, *config.options.values()):
        if isinstance(each, str) and "://" in each and urlsplit(each).hostname not in LOCAL:
            return each
    return ""
