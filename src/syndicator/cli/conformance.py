"""`syndicate plugin check`: put a channel through the conformance kit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syndicator.cli import exits, options
from syndicator.cli.desk import load_plugins
from syndicator.cli.faults import Fault

if TYPE_CHECKING:
    from syndicator.channel import Channel
    from syndicator.channel.testing._sweep import Result


@click.command("check")
@click.argument("name")
@click.option(
    "--only", multiple=True, metavar="CELL",
    help="Only this cell, operation or check: publish/3/lost-after, withdraw, limits.",
)  # fmt: skip
@click.option(
    "--pairs", default="0", show_default=True, metavar="N",
    help="Also N pairs of faults in publishing, evenly spread; `all` tries each.",
)  # fmt: skip
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write JUnit XML."
)
@click.option(
    "--declare", is_flag=True,
    help="Print what the channel declares, to keep with its release; try nothing.",
)  # fmt: skip
@options.as_json
def check(
    name: str, only: tuple[str, ...], pairs: str, junit: Path | None, declare: bool, json_: bool
) -> int:
    """Put a channel through the conformance kit, against its own sandbox.

    NAME is an adapter's, as in syndicator.toml, or MODULE:CLASS of one that is not installed.
    Every exchange of every operation goes wrong in every way, in a process of its own over a real
    network; then the sandbox and the ledger must agree: one post, or an honest question.
    """
    adapter = _adapter(name)
    trial = adapter.trial()
    if trial is None:
        raise Fault(
            f"{name} says nothing of how it is tried; write `trial`: docs/how-to/conform.md"
        )
    if declare:
        from syndicator.channel.testing._claims import declared_by

        click.echo(json.dumps(declared_by(adapter, trial.options), indent=1))
        return exits.DONE
    from syndicator.channel.testing._all import try_all

    number = None if pairs == "all" else _whole(pairs)
    with _told(json_) as tell:
        try:
            report = try_all(adapter, called=name, only=only, pairs=number, tell=tell)
        except (ValueError, RuntimeError) as error:
            raise Fault(f"{name} cannot be tried: {error}") from None
    if junit:
        junit.write_text(report.as_junit(), encoding="utf-8")
    if json_:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for line in report.lines():
            click.echo(line)
    return exits.DONE if report.is_green else exits.FAILED


@click.command("new")
@click.argument("name")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path),
    help="Where; by default ./syndicator-NAME.",
)  # fmt: skip
def new(name: str, folder: Path | None) -> int:
    """Write a new channel plugin that installs, and passes its tests and the kit, as it is.

    NAME is the word after `adapter =` in syndicator.toml. It speaks to an invented platform, with a
    sandbox of it, until you make both your own.
    """
    from syndicator.channel.testing._new import new_plugin

    where = folder or Path(f"syndicator-{name.replace('_', '-')}")
    try:
        written = new_plugin(name, where)
    except (ValueError, FileExistsError) as error:
        raise Fault(str(error)) from None
    except OSError as error:
        raise Fault(f"cannot write {where}: {error.strerror}") from None
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"\nNext:  cd {where} && pip install -e '.[test]' && pytest")
    return exits.DONE


class _told:  # noqa: N801 - used as a statement
    """Shows how far it is: a bar on a terminal, nothing in a pipe."""

    def __init__(self, quiet: bool) -> None:
        import sys

        self._quiet = quiet or not sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Any:
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _tell(self, result: Result, done: int, every: int) -> None:
        if self._quiet:
            return
        from rich.console import Console
        from rich.progress import Progress

        if self._bar is None:
            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("", total=every)
        self._bar.update(self._task, completed=done, description=result.name)


def _whole(text: str) -> int:
    if not text.isdigit():
        raise Fault(f"--pairs takes a number or `all`, not {text!r}")
    return int(text)


def _adapter(name: str) -> type[Channel]:
    if ":" in name:
        import sys

        from syndicator.channel.testing._worker import find_class

        sys.path.insert(0, "")
        try:
            found: type[Channel] = find_class(name)
        except (ImportError, AttributeError) as error:
            raise Fault(f"{name}: {error}") from None
        return found
    plugins = load_plugins([name])
    if name not in plugins.adapters:
        raise Fault(
            "\n".join(map(str, plugins.broken))
            or f"no plugin brings an adapter {name}; see: syndicate plugin list"
        )
    return plugins.adapters[name]
