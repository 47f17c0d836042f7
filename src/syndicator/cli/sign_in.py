"""`syndicate channels auth` and `syndicate channels forget`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from syndicator.channel import ChannelError, NotDone, SignInAgain
from syndicator.cli import exits, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault

if TYPE_CHECKING:
    from syndicator.signin.session import Session
    from syndicator.signin.tokens import Tokens


@click.command()
@click.argument("name")
@click.option("--no-browser", is_flag=True, help="Only print the address; open it yourself.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port of this machine that the browser comes back to; by default any that is free.",
)
@click.option(
    "--timeout",
    type=click.IntRange(1, 86400),
    default=300,
    show_default=True,
    help="Seconds to wait for the browser.",
)
@click.pass_obj
def auth(workspace: str, name: str, no_browser: bool, port: int, timeout: int) -> int:
    """Sign in to a channel: the browser asks you, and the tokens are kept.

    They are renewed by themselves from then on. Where the platform knows no persons but only your
    client, this fetches a token and shows that the platform accepts the client.
    """
    desk = Desk(workspace)
    session = _session(desk, name)
    try:
        if session.oauth.grant == "client_credentials":
            session.fetch()
        else:
            session.keep(_granted(desk, session, port, timeout, open_=not no_browser))
    except NotDone as error:
        code = exits.CREDENTIALS if isinstance(error, SignInAgain) else exits.TROUBLE
        raise Fault(
            f"not signed in to {name}: {desk.channels.redact(error.reason)}", code
        ) from None
    desk.ledger.pause(name, until=None, reason="signed in", now=desk.now())
    return _greet(desk, session, name)


@click.command()
@click.argument("name")
@click.pass_obj
def forget(workspace: str, name: str) -> int:
    """Give back what a channel was granted, and delete its tokens."""
    desk = Desk(workspace)
    session = _session(desk, name)
    try:
        refused = session.forget()
    except NotDone as error:
        said = desk.channels.redact(error.reason)
        raise Fault(
            f"{said}; nothing was deleted, try again, or delete the tokens yourself: "
            f"{session.store.place}",
            exits.TROUBLE,
        ) from None
    if refused:
        click.echo(f"Not revoked: {render.said(desk.channels.redact(refused))}")
        click.echo("If the account still lists us, take the permission back on the platform.")
    elif session.oauth.revoke_url:
        click.echo("Revoked: the platform accepts these tokens no more.")
    click.echo(f"Deleted: {session.store.place}")
    return exits.DONE


def _session(desk: Desk, name: str) -> Session:
    """Return how a channel is signed in, or say why it cannot be."""
    config = desk.config.channels.get(name)
    if config is None:
        known = ", ".join(desk.config.channels) or "none"
        raise Fault(f"no channel {name} in syndicator.toml; its channels: {known}")
    if name not in desk.channels.names:
        desk.need_adapters()
    oauth = desk.channels.adapter(name).signs_in(config.options)
    if oauth is None:
        raise Fault(
            f"the adapter {config.adapter} has no signing in: what `credentials` of {name} in "
            "syndicator.toml refers to is all that it needs"
        )
    session = desk.channels.session(name)
    if session is None:
        raise Fault(
            f'channel {name} has no credentials; put in syndicator.toml: credentials = "file:…", a '
            f'file with {{"{oauth.client_id_name}": "…", "client_secret": "…"}} from the '
            "platform's console",
            exits.CREDENTIALS,
        )
    return session


def _granted(desk: Desk, session: Session, port: int, timeout: int, *, open_: bool) -> Tokens:
    from syndicator.signin.flow import authorize

    def show(url: str) -> None:
        click.echo("Open this in a browser on this machine, and say yes:")
        click.echo(f"\n  {url}\n")
        if open_:
            _browse(url)
        click.echo(f"Waiting for the browser, {timeout} s at most; Ctrl-C ends it.")

    try:
        return authorize(
            session.client(), credentials=session.credentials, show=show, now=desk.now,
            port=port, timeout=timeout,
        )  # fmt: skip
    except OSError as error:
        raise Fault(
            f"cannot listen on port {port} of this machine: {error.strerror}; name another: --port"
        ) from None


def _browse(url: str) -> None:
    import webbrowser

    try:
        opened = webbrowser.open(url)
    except (webbrowser.Error, OSError):
        opened = False
    if not opened:
        click.echo("No browser can be opened from here.")


def _greet(desk: Desk, session: Session, name: str) -> int:
    """Show whom one signed in as, where the tokens are and what is missing."""
    from syndicator.cli.channels import ask_account

    kept = f"The tokens are kept: {session.store.place}"
    try:
        account = ask_account(desk, name)
    except ChannelError as error:
        refused = isinstance(error, SignInAgain)
        raise Fault(
            f"{kept}\nsyndicate: but {name} cannot be used: {desk.channels.redact(error.reason)}",
            exits.CREDENTIALS if refused else exits.TROUBLE,
        ) from None
    before = session.name(account.name)
    click.echo(f"Signed in to {name} as {render.said(account.name)}")
    click.echo(kept)
    if before and before != account.name:
        click.echo(
            f"It was {render.said(before)} before: what is live there stays, and is not found from "
            "here any more."
        )
    for each in (*session.troubles(), *account.notes):
        click.echo(f"Note: {render.said(each)}")
    return exits.DONE
