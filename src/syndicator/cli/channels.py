"""`syndicate channels` and `syndicate plugin`; signing in is in `sign_in`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import click

from syndicator.channel import Account, Capabilities, Channel, ChannelError, SignInAgain
from syndicator.channel._base import OPTIONAL
from syndicator.cli import exits, options, render
from syndicator.cli.conformance import check, new
from syndicator.cli.desk import Desk, load_plugins
from syndicator.cli.sign_in import auth, forget
from syndicator.model.moment import iso, spell_duration


@click.group(invoke_without_command=True)
@click.option("--check", is_flag=True, help="Ask each channel whether its account works.")
@options.as_json
@click.pass_context
def channels(ctx: click.Context, check: bool, json_: bool) -> int:
    """Show the channels, what they can do and whether they work.

    With a command: sign in to one of them, or forget it.
    """
    if ctx.invoked_subcommand is None:
        return _show(Desk(ctx.obj), check=check, json_=json_)
    if check or json_:
        raise click.UsageError("--check and --json show the channels; they go with no command")
    return exits.DONE


channels.add_command(auth)
channels.add_command(forget)


def _show(desk: Desk, *, check: bool, json_: bool) -> int:
    paused = desk.ledger.paused(desk.now())
    down = {each.channel: each.since for each in desk.ledger.circuits() if each.opened_at}
    rows, code = [], exits.DONE
    for name, config in desk.config.channels.items():
        adapter = desk.plugins.adapters.get(config.adapter)
        row: dict[str, Any] = {
            "channel": name,
            "adapter": config.adapter,
            "territories": str(config.territories),
            "can": [each for each in OPTIONAL if adapter and adapter.can(each)],
            "paused_until": iso(paused[name][0]) if name in paused else None,
            "down_since": iso(down[name]) if name in down else None,
            "state": "no adapter" if adapter is None else _state(desk, name, paused.get(name)),
        }
        if name in down:
            row["state"] = f"down since {down[name]:%Y-%m-%d %H:%M} UTC, {row['state']}"
        if check and adapter is not None:
            row["state"], found = _ask(desk, name)
            code = max(code, found)
        if adapter is None:
            code = max(code, exits.USAGE)
        rows.append(row)
    _print(rows, json_=json_)
    for broken in desk.plugins.broken:
        click.echo(str(broken), err=True)
    return code


def _state(desk: Desk, name: str, paused: tuple[datetime, str] | None) -> str:
    if paused is not None:
        return f"left alone until {paused[0]:%Y-%m-%d %H:%M} UTC: {paused[1]}"
    session = desk.channels.session(name)
    if session is not None and session.oauth.grant == "authorization_code":
        try:
            if session.kept() is None:
                return f"not signed in: syndicate channels auth {name}"
        except SignInAgain as error:
            return f"sign in: {error.reason}"
    return "configured"


def _ask(desk: Desk, name: str) -> tuple[str, int]:
    try:
        account = ask_account(desk, name)
    except SignInAgain as error:
        return f"sign in: {desk.channels.redact(error.reason)}", exits.CREDENTIALS
    except ChannelError as error:
        return desk.channels.redact(error.reason), exits.TROUBLE
    session = desk.channels.session(name)
    said = [*account.notes, *(session.troubles() if session else ())]
    notes = f" ({'; '.join(said)})" if said else ""
    return f"works: {account.name}{notes}", exits.DONE


def ask_account(desk: Desk, name: str) -> Account:
    """Return a channel's account, as its platform knows it.

    Raises:
        ChannelError: what the platform said; or that the adapter failed, which is said too.
    """
    try:
        return desk.channels.ready(name).check()
    except ChannelError:
        raise
    except Exception as error:
        adapter = desk.channels.adapter(name).name
        raise ChannelError(f"{adapter} failed: {type(error).__name__}: {error}") from error


def _print(rows: list[dict[str, Any]], *, json_: bool) -> None:
    if json_:
        render.dump(rows)
        return
    if not rows:
        click.echo("No channels are configured; add a [channels.NAME] to syndicator.toml.")
        return
    cells = [
        [row["channel"], row["adapter"], row["territories"], " ".join(row["can"]), row["state"]]
        for row in rows
    ]
    for text in render.table(
        [[render.said(cell) for cell in row] for row in cells],
        ("channel", "adapter", "territories", "can", "state"),
    ):
        click.echo(text)


@click.group()
def plugin() -> None:
    """Show the installed plugins, put one through the conformance kit, or begin a new one."""


plugin.add_command(check)
plugin.add_command(new)


@plugin.command("list")
@options.as_json
def list_(json_: bool) -> int:
    """Show every plugin: package, version, what it brings, and why it cannot be used."""
    plugins = load_plugins(None)
    if json_:
        render.dump([attrs.asdict(each) for each in plugins.found])
    else:
        cells = [
            [
                each.name,
                each.package,
                " ".join(each.adapters),
                " ".join(each.hooks),
                str(each.broken) if each.broken else "works",
            ]
            for each in plugins.found
        ]
        for text in render.table(cells, ("plugin", "package", "adapters", "hooks", "state")):
            click.echo(text)
    return exits.USAGE if plugins.broken else exits.DONE


@plugin.command("show")
@click.argument("name")
@options.as_json
def show(name: str, json_: bool) -> int:
    """Show what an adapter's platform can take, and its options."""
    plugins = load_plugins([name])
    adapter = plugins.adapters.get(name)
    if adapter is None:
        for broken in plugins.broken:
            click.echo(str(broken), err=True)
        raise click.UsageError(f"no plugin brings an adapter {name}; see: syndicate plugin list")
    if json_:
        render.dump({"adapter": name, "options": adapter.options_schema, **_facts(adapter)})
        return exits.DONE
    for text in render.table([[key, _text(value)] for key, value in _facts(adapter).items()]):
        click.echo(text)
    for option, schema in adapter.options_schema.get("properties", {}).items():
        click.echo(f"option {option}: {schema.get('description', '')}")
    return exits.DONE


def _facts(adapter: type[Channel]) -> dict[str, Any]:
    declared: Capabilities = adapter.declared()
    facts = attrs.asdict(declared, recurse=False)
    facts["quotas"] = [
        f"{quota.amount} {quota.name} per {spell_duration(quota.per)}" for quota in declared.quotas
    ]
    facts["settles"] = spell_duration(declared.settles)
    facts["pending_max"] = spell_duration(declared.pending_max)
    facts["can"] = [each for each in OPTIONAL if adapter.can(each)]
    return facts


def _text(value: Any) -> str:
    if value is None or value in ((), []):
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
