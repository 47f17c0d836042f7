"""Fetch figures: ask each channel that can what its live releases came to, and keep the answers.

Asking changes nothing on a platform. A channel that is left alone is left alone here too, and what
goes wrong with one channel ends nothing else; it does not pause the channel for publishing either,
because what may be asked and what may be posted are limited apart.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from math import isfinite
from pathlib import Path

import attrs

from syndicator import channel as sc
from syndicator.dispatch.channels import Channels
from syndicator.dispatch.resolve import resolve
from syndicator.ledger.figures import Kept
from syndicator.ledger.ledger import Filter, Ledger, LedgerError, Row
from syndicator.model.figure import Figure, Measured
from syndicator.model.release import Action
from syndicator.model.state import State
from syndicator.model.territory import CODES

METRICS = frozenset(
    {"views", "likes", "comments", "shares", "completions", "minutes_watched",
     "average_percentage", "revenue"}
)  # fmt: skip

ENDS = (sc.RateLimited, sc.QuotaSpent, sc.SignInAgain, sc.ChannelDown)
"""Verdicts of a channel, not of one release: nothing more is asked of it in this run."""


@attrs.define(kw_only=True)
class Fetched:
    """What came of one channel."""

    channel: str
    source: str = ""
    asked: int = 0
    """Releases."""

    figures: int = 0
    counts: Counter[str] = attrs.field(factory=Counter)
    """`new`, `corrected`, `same`, `older`."""

    silent: int = 0
    """Releases of which the channel told nothing."""

    left: int = 0
    """Releases whose figures were not fetched: the channel had enough, or the run was stopped."""

    why: str = ""
    """Why it was not asked, or not to the end."""

    verdict: str = ""
    """The code of what ended it."""

    said: list[tuple[str, str, str]] = attrs.field(factory=list)
    """(release, verdict, sentence) of what went wrong with single releases."""


@attrs.frozen(kw_only=True)
class Settings:
    """What is fetched."""

    workspace: Path
    only: Filter
    since: datetime | None = None
    """Only releases that were seen live then or later."""

    jobs: int = 4
    """So many channels at once; one channel is asked for one release after the other."""


def fetch(
    ledger: Ledger,
    channels: Channels,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    told: Callable[[Row], None],
    stop: threading.Event,
) -> Sequence[Fetched]:
    """Fetch the figures of live releases; return what came of each channel, in order of names.

    Args:
        ledger: where releases stand and figures are kept, release by release.
        channels: those that can be used.
        settings: what is meant.
        now: the clock.
        told: called, by any thread, after each release that was asked for.
        stop: ask nothing more once it is set.
    """
    only = settings.only
    names = sorted(name for name in channels.names if not only.channels or name in only.channels)
    rest = ledger.paused(now())
    work = _Work(ledger, channels, settings, now=now, told=told, stop=stop)

    def one(name: str) -> Fetched:
        made = Fetched(channel=name, source=channels.adapter(name).name)
        if not channels.adapter(name).can("metrics"):
            made.why = "its adapter has no figures; import them: syndicate metrics import"
        elif name in rest:
            until, why = rest[name]
            made.why = f"it is left alone until {until:%Y-%m-%d %H:%M} UTC: {why}"
            made.verdict = "SY-LEFT-ALONE"
        else:
            work.channel(made)
        return made

    with ThreadPoolExecutor(settings.jobs, thread_name_prefix="metrics") as pool:
        return list(pool.map(one, names))


def meant(ledger: Ledger, channel: str, settings: Settings) -> list[Row]:
    """Return the live publishes of a channel that are asked for; they stand for extensions too."""
    only = attrs.evolve(settings.only, channels=(channel,), states=(str(State.LIVE),))
    only = attrs.evolve(only, territories=())
    return [
        row
        for row in ledger.rows(only)
        if row.key.action == Action.PUBLISH and _is_meant(row, settings)
    ]


def _is_meant(row: Row, settings: Settings) -> bool:
    codes = settings.only.territories
    seen = (row.receipt.seen_at if row.receipt else None) or row.at
    here = not codes or any(code in row.visible for code in codes)
    return here and (settings.since is None or seen >= settings.since)


class _Work:
    def __init__(
        self,
        ledger: Ledger,
        channels: Channels,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        told: Callable[[Row], None],
        stop: threading.Event,
    ) -> None:
        self._ledger = ledger
        self._channels = channels
        self._settings = settings
        self._now = now
        self._told = told
        self._stop = stop

    def channel(self, made: Fetched) -> None:
        """Ask one channel for each of its releases; stop where it says that it has had enough."""
        rows = meant(self._ledger, made.channel, self._settings)
        for number, row in enumerate(rows):
            if self._stop.is_set() or not self._release(made, row):
                made.left = len(rows) - number
                return
            self._told(row)

    def _release(self, made: Fetched, row: Row) -> bool:
        """Ask for one release; return whether to go on with its channel."""
        try:
            channel = self._channels.ready(made.channel)
            spender = self._channels.spender(made.channel, self._ledger)
            spender.spend_operation("metrics")
            figures = channel.metrics(resolve(self._ledger, row, None, self._settings.workspace))
            self._keep(made, row, figures)
        except LedgerError:
            raise
        except sc.ChannelError as error:
            return self._judge(made, row, error)
        except Exception as error:  # noqa: BLE001 - an adapter may raise anything at all
            text = f"{made.source} failed: {type(error).__name__}: {error}"
            made.why, made.verdict = self._channels.redact(text), "SY-BUG"
            return False
        return True

    def _judge(self, made: Fetched, row: Row, error: sc.ChannelError) -> bool:
        said = self._channels.redact(error.reason)
        if isinstance(error, ENDS):
            made.why, made.verdict = said, error.code
            return False
        made.asked += 1
        made.said.append((str(row.key), error.code, said))
        return True

    def _keep(self, made: Fetched, row: Row, figures: Iterable[Figure]) -> None:
        every = list(figures)
        faults = [_fault(each, self._now()) for each in every]
        told = [each for each, fault in zip(every, faults, strict=True) if not fault]
        for fault in dict.fromkeys(filter(None, faults)):
            made.said.append((str(row.key), "SY-FIGURE", f"a figure was left aside: {fault}"))
        made.asked += 1
        made.silent += not told
        made.figures += len(told)
        key = row.key
        measured = [
            Measured(series=key.series, cut=key.cut, channel=key.channel, source=made.source,
                     figure=each)
            for each in told
        ]  # fmt: skip
        if measured:
            made.counts.update(counted(self._ledger.keep_figures(measured, now=self._now())))


def counted(kept: Kept) -> dict[str, int]:
    """Return what became of figures as words and numbers."""
    return attrs.asdict(kept)


def _fault(figure: Figure, now: datetime) -> str:
    """Return what an adapter must not say of a figure, or nothing."""
    if figure.metric not in METRICS:
        return f"{figure.metric!r} is no metric"
    if isinstance(figure.value, bool) or not isinstance(figure.value, int | float):
        return f"{figure.metric} is no number"
    if not isfinite(figure.value) or (figure.value < 0 and figure.metric != "revenue"):
        return f"{figure.metric} cannot be {figure.value}"
    if figure.territory is not None and figure.territory not in CODES:
        return f"{figure.territory!r} is no territory"
    if figure.as_of.tzinfo is None or (figure.as_of - now).total_seconds() > 300:  # noqa: PLR2004
        return "as_of is no instant that is past"
    return "" if (figure.currency is not None) == (figure.metric == "revenue") else "no currency"
