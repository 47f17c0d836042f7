"""The live view of a run: bytes, releases, rate, remaining; plain lines in a pipe; JSON lines."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from syndicator.cli import render
from syndicator.dispatch.watch import Watch
from syndicator.ledger.ledger import Claim, Due
from syndicator.model.event import Event
from syndicator.model.state import Happened


@contextmanager
def view(due: Due, stop: threading.Event, *, json_: bool) -> Iterator[Watch]:
    """Yield what shows a run: JSON lines, a live block on a terminal, or plain lines."""
    if json_:
        yield JsonLines()
    elif sys.stderr.isatty():
        with _live(due, stop) as live:
            yield live
    else:
        yield PlainLines()


@contextmanager
def _going_on() -> Iterator[None]:
    """Go on when nobody reads any more: what was begun on a platform is more than what is shown."""
    try:
        yield
    except BrokenPipeError:
        from syndicator.cli import silence

        silence()


class JsonLines:
    """One line of JSON for every event (schemas/event.json)."""

    def began(self, claim: Claim) -> None:
        """Say nothing: the beginning is an event too, and stands in the ledger."""

    def sent(self, claim: Claim, number: int) -> None:
        """Say nothing."""

    def settled(self, claim: Claim, event: Event) -> None:  # noqa: ARG002
        with _going_on():
            render.line(event.as_json())


class PlainLines:
    """One line of text for every event."""

    def began(self, claim: Claim) -> None:
        """Say nothing."""

    def sent(self, claim: Claim, number: int) -> None:
        """Say nothing."""

    def settled(self, claim: Claim, event: Event) -> None:
        with _going_on():
            click.echo(event_line(claim, event))


def event_line(claim: Claim, event: Event) -> str:
    """Return an event as a line: glyph, release, state, and the sentence or the address."""
    text = f"{render.glyph(event.state)} {event.key}  {render.words(event.state)}"
    late = (event.data or {}).get("lateness_s") if event.happened is Happened.SEEN_LIVE else None
    if late is not None and claim.row.at < event.at:
        text += f"  {render.lateness(late)}"
    return f"{text}: {render.said(event.cause)}" if event.cause else text


class _Live:
    """Feeds a rich progress block."""

    def __init__(self, progress: Any, task: Any) -> None:
        self._progress = progress
        self._task = task
        self._sent: dict[int, int] = {}
        self._bytes = 0
        self._done = 0
        self._lock = threading.Lock()

    def began(self, claim: Claim) -> None:
        self._progress.update(self._task, now=str(claim.row.key))

    def sent(self, claim: Claim, number: int) -> None:  # noqa: ARG002
        with self._lock:
            self._bytes += number
            self._progress.update(self._task, bytes=render.amount(self._bytes))

    def settled(self, claim: Claim, event: Event) -> None:
        from rich.text import Text

        with self._lock:
            ends = event.happened is not Happened.STAGE_DONE
            self._done += ends
            self._progress.update(self._task, completed=self._done)
        if ends:
            self._progress.console.print(Text.from_ansi(event_line(claim, event)))


@contextmanager
def _live(due: Due, stop: threading.Event) -> Iterator[_Live]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    del stop
    columns = (
        TextColumn("[bold]releases"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[bytes]} sent"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[now]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=due.releases, bytes="0 B", now="")
        yield _Live(progress, task)
