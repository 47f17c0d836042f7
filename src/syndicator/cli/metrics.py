"""`syndicate metrics`: fetch figures from channels, import them from files, show them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.figure_file import read_file
from syndicator.ledger.figures import Kept
from syndicator.ledger.ledger import Row
from syndicator.model.figure import Measured
from syndicator.model.moment import iso
from syndicator.model.money import Money

if TYPE_CHECKING:
    from syndicator.dispatch.measure import Fetched

FAILED = frozenset({"SY-REFUSED", "SY-BUG", "SY-UNKNOWN"})
"""What does not end by itself."""


@click.group()
def metrics() -> None:
    """Fetch, import and show what was measured."""


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters that figures know: they have no state."""
    command = options.existing(command)
    for option in (
        click.option("--territory", multiple=True, metavar="CODE", help="Only for a territory."),
        click.option("--channel", multiple=True, metavar="NAME", help="Only on a channel."),
        click.option("--series", multiple=True, metavar="ID", help="Only of a series."),
    ):
        command = option(command)
    return command


# -- from channels --


@metrics.command()
@_filters
@click.option("--since", type=options.Instant(), metavar="INSTANT",
              help="Only of releases that came out then or later.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True,
              help="How many channels at once.")  # fmt: skip
@options.as_json
@click.pass_obj
def pull(
    workspace: str, /, since: datetime | None, jobs: int, json_: bool, **filters: tuple[str, ...]
) -> int:
    """Ask channels for the figures of what is live, and keep them.

    Of each kind the ledger keeps one figure: a later telling replaces an earlier one, and nothing
    is added up. What goes wrong with one channel ends nothing else.
    """
    from syndicator.cli.release import stopping
    from syndicator.dispatch.measure import Settings, fetch, meant

    desk = Desk(workspace)
    only = options.filter_of(**filters)
    desk.need_adapters()
    settings = Settings(workspace=desk.folder, only=only, since=since, jobs=jobs)
    names = [each for each in desk.channels.names if not only.channels or each in only.channels]
    total = sum(len(meant(desk.ledger, name, settings)) for name in names
                if desk.channels.adapter(name).can("metrics"))  # fmt: skip
    with stopping() as stop, _progress(total) as told:
        found = fetch(desk.ledger, desk.channels, settings, now=desk.now, told=told, stop=stop)
        stopped = stop.is_set()
    for each in found:
        if json_:
            render.line(_fetched_json(each))
        else:
            _say_fetched(each)
    if not found and not json_:
        click.echo("No channel is meant by that.")
    return max([exits.TROUBLE if stopped else exits.DONE, *(_code(each) for each in found)])


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Row], None]]:
    """Yield what counts releases that were asked for: a bar on a terminal, silence in a pipe."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    with click.progressbar(length=total, label="releases", file=sys.stderr) as bar:
        lock = threading.Lock()

        def told(_: Row) -> None:
            with lock:
                bar.update(1)

        yield told


def _say_fetched(made: Fetched) -> None:
    text = f"{made.channel}: "
    if made.asked:
        text += f"{render.count(made.asked, 'release')}, {_counts(made.counts)}"
        text += f", {made.silent:,} without figures" if made.silent else ""
    elif not made.why:
        text += "nothing live to ask for"
    if made.why:
        text += f"{'; then ' if made.asked else ''}{render.said(made.why)}"
    if made.left:
        text += f" ({render.count(made.left, 'release')} left)"
    click.echo(text, err=bool(made.verdict))
    for key, code, said in made.said[:20]:
        click.echo(f"  {key}: {render.said(said)} ({code})", err=True)
    if len(made.said) > 20:
        click.echo(f"  … and {len(made.said) - 20} more", err=True)


def _counts(counts: Any) -> str:
    words = ("new", "corrected", "same", "older")
    some = [f"{counts[word]:,} {word}" for word in words if counts[word]]
    return f"figures: {', '.join(some)}" if some else "no figures"


def _fetched_json(made: Fetched) -> dict[str, Any]:
    return {
        "channel": made.channel,
        "source": made.source,
        "releases": made.asked,
        "figures": made.figures,
        **{word: made.counts[word] for word in ("new", "corrected", "same", "older")},
        "without_figures": made.silent,
        "left": made.left,
        "verdict": made.verdict or None,
        "why": made.why or None,
        "said": [{"release": key, "verdict": code, "said": said} for key, code, said in made.said],
    }


def _code(made: Fetched) -> int:
    codes = [made.verdict, *(code for _, code, _ in made.said)]
    if "SY-SIGN-IN" in codes:
        return exits.CREDENTIALS
    if FAILED & set(codes):
        return exits.FAILED
    return exits.TROUBLE if any(codes) else exits.DONE


# -- from files --


@metrics.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--source", help="Who says so; by default the file's name.")
@click.option("--as-of", type=options.Instant(), metavar="INSTANT",
              help="When it was told, where rows do not say; else when the file was written.",
              )  # fmt: skip
@click.option("--series", default="", metavar="ID", help="Of which series, where rows do not say.")
@click.option("--channel", default="", metavar="NAME", help="Of which channel, likewise.")
@click.option("--decimal", type=click.Choice([".", ","]), help="The file's decimal sign.")
@click.option("--dry-run", is_flag=True, help="Read and check it; keep nothing.")
@options.as_json
@click.pass_obj
def import_(
    workspace: str,
    file: str,
    source: str | None,
    as_of: datetime | None,
    series: str,
    channel: str,
    decimal: str | None,
    dry_run: bool,
    json_: bool,
) -> int:
    """Import figures from a CSV file, all or none: for channels that cannot be asked.

    Columns by name, in any order: series, episode (or cut), channel, territory, day, then metric
    and value, or a column for each metric (views, likes, revenue with currency …), and as_of.
    """
    desk = Desk(workspace)
    path = Path(file)
    found = read_file(desk, path, source=source, as_of=as_of, series=series, channel=channel,
                      decimal=decimal)  # fmt: skip
    for text in render.problem_lines(found.problems):
        click.echo(text, err=True)
    kept = Kept()
    if not dry_run:
        kept = desk.ledger.keep_figures(found.figures, now=desk.now())
    counts = attrs.asdict(kept)
    if json_:
        render.line({"source": source or path.name, "rows": found.rows,
                     "figures": len(found.figures), "as_of": iso(found.as_of), **counts,
                     "dry_run": dry_run})  # fmt: skip
        return exits.DONE
    said = f"{render.count(found.rows, 'row')}, {render.count(len(found.figures), 'figure')}"
    when = f"as of {found.as_of:%Y-%m-%d %H:%M} UTC where a row does not say"
    click.echo(f"{said}, {when}. Nothing was kept." if dry_run
               else f"{said}; {_counts(counts)} ({when}).")  # fmt: skip
    return exits.DONE


# -- what there is --


@metrics.command("show")
@_filters
@click.option("--metric", multiple=True, metavar="NAME", help="Only views, likes, revenue …")
@click.option("--since", type=options.Instant(), metavar="INSTANT",
              help="Only what was told then or later.")  # fmt: skip
@options.as_json
@click.pass_obj
def show_(
    workspace: str,
    /,
    metric: tuple[str, ...],
    since: datetime | None,
    json_: bool,
    **filters: tuple[str, ...],
) -> int:
    """Show figures per release, territory and day, each with who told it and when.

    Figures by day and those of all days tell the same, and so do those by territory and those of
    all: do not add them up.
    """
    desk = Desk(workspace)
    told = desk.ledger.figures(options.filter_of(**filters), metrics=metric)
    meant = (each for each in told if since is None or each.figure.as_of >= since)
    shown = 0
    for unit, group in groupby(meant, key=lambda each: (each.series, each.cut, each.channel)):
        some = list(group)
        shown += len(some)
        if json_:
            for each in some:
                render.line(figure_json(each))
            continue
        click.echo(click.style(f"{'/'.join(unit)}", bold=True))
        rows = [_cells(each) for each in some]
        for text in render.table(rows, ("metric", "value", "where", "day", "as of", "source")):
            click.echo(f"  {text}")
    if not shown and not json_:
        click.echo("No figures. Next: syndicate metrics pull, or syndicate metrics import FILE.csv")
    return exits.DONE


def _cells(each: Measured) -> Sequence[str]:
    figure = each.figure
    return (
        figure.metric,
        _value(each),
        figure.territory or "all",
        figure.day.isoformat() if figure.day else "all days",
        f"{figure.as_of:%Y-%m-%d %H:%M} UTC",
        render.said(each.source),
    )


def _value(each: Measured) -> str:
    figure = each.figure
    if figure.currency:
        return str(Money(round(figure.value), figure.currency))
    return f"{figure.value:,.12g}"


def figure_json(each: Measured) -> dict[str, Any]:
    """Return a figure as schemas/figure.json shows it."""
    figure = each.figure
    value = int(figure.value) if figure.value.is_integer() else figure.value
    return {
        "series": each.series,
        "cut": each.cut,
        "channel": each.channel,
        "metric": figure.metric,
        "value": value,
        "currency": figure.currency,
        "territory": figure.territory,
        "day": figure.day.isoformat() if figure.day else None,
        "as_of": iso(figure.as_of),
        "source": each.source,
    }
