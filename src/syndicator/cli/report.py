"""`syndicate report`: everything on one page, with pictures."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path

import click

from syndicator.cli import exits, options
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault

INSTALL = "pip install 'syndicator[report]'"


@click.command()
@click.option("--html", required=True, type=click.Path(), metavar="FILE",
              help="Where to write the page.")  # fmt: skip
@click.option("--series", multiple=True, metavar="ID", help="Only of a series.")
@options.existing
@options.at
@click.pass_obj
def report(workspace: str, html: str, series: tuple[str, ...], at: datetime | None) -> int:
    """Write one page with pictures: calendar, status, waves, rights and concentration.

    It opens from disk, in any browser, and asks no network. It shows what the ledger has, and what
    the files ask for meanwhile. Nothing is changed.
    """
    path = Path(html)
    writable(path)
    desk = Desk(workspace, at=at)
    _need_library()
    from syndicator.cli.reporting import gather
    from syndicator.insight.report.page import page

    made = gather(desk, series)
    write(path, page(made))
    click.echo(f"Written to {html} ({path.stat().st_size / 1e6:.1f} MB)")
    return exits.DONE


def writable(path: Path) -> None:
    """End the command before any work where the page could not be written."""
    if not path.parent.is_dir():
        raise Fault(f"the folder {path.parent} does not exist; make it, or name another FILE")
    if path.is_dir():
        raise Fault(f"{path} is a folder; name a file in it, as {path / 'report.html'}")


def _need_library() -> None:
    from importlib.util import find_spec

    if find_spec("plotly") is None:
        raise Fault(f"the pictures are drawn by plotly, which is not installed: {INSTALL}")


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all: who has the old one open goes on seeing the old one."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    found = os.umask(0o077)
    os.umask(found)
    return found
