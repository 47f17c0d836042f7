"""One run: claim what is due, act on it in parallel, settle, until nothing more can be done now."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import attrs

from syndicator import channel as sc
from syndicator.dispatch.act import Acted, Actor, Stale
from syndicator.dispatch.breaker import Breaker
from syndicator.dispatch.channels import Channels
from syndicator.dispatch.clock import Clock
from syndicator.dispatch.watch import Watch
from syndicator.ledger.ledger import Claim, Filter, Ledger, LostLease
from syndicator.model.event import Event
from syndicator.model.state import Happened


@attrs.define
class Outcome:
    """What a run did."""

    happened: Counter[Happened] = attrs.field(factory=Counter)
    verdicts: Counter[str] = attrs.field(factory=Counter)
    """Codes of what channels said where they did not do as asked."""

    said: list[tuple[str, str, str]] = attrs.field(factory=list)
    """(release, verdict, sentence), in the order in which it happened."""

    stale: set[str] = attrs.field(factory=set)
    """Series with files that changed since they were planned."""

    gone: set[str] = attrs.field(factory=set)
    """Series of which something was taken off."""

    stopped: bool = False

    @property
    def live(self) -> int:
        """How many releases were seen live."""
        return self.happened[Happened.SEEN_LIVE]


@attrs.frozen(kw_only=True)
class Settings:
    """How a run works."""

    worker: str
    """Who claims, for people: `host:pid`."""

    workspace: Path
    jobs: int = 4
    lease: timedelta = timedelta(minutes=5)
    only: Filter = attrs.field(factory=Filter)


def run(
    ledger: Ledger,
    channels: Channels,
    settings: Settings,
    *,
    clock: Clock,
    watch: Watch,
    stop: threading.Event,
    tell: Callable[[Event], None],
) -> Outcome:
    """Carry out what is due; return when nothing more can be done now, or when told to stop.

    Told to stop, it claims nothing more and lets each release under way finish or save.
    """
    return _Run(ledger, channels, settings, clock=clock, watch=watch, stop=stop, tell=tell).go()


class _Run:
    def __init__(
        self,
        ledger: Ledger,
        channels: Channels,
        settings: Settings,
        *,
        clock: Clock,
        watch: Watch,
        stop: threading.Event,
        tell: Callable[[Event], None],
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._clock = clock
        self._watch = watch
        self._stop = stop
        self._tell = tell
        self._staging = channels.staging
        self._only = _usable(settings.only, channels)
        self._actor = Actor(
            ledger, channels, workspace=settings.workspace, now=clock.now, sent=watch.sent,
            stopping=stop.is_set,
        )  # fmt: skip
        self._outcome = Outcome()
        self._breaker = Breaker(ledger, channels)

    def go(self) -> Outcome:
        under_way: dict[Future[Acted], Claim] = {}
        beat = self._settings.lease.total_seconds() / 3
        with ThreadPoolExecutor(self._settings.jobs, thread_name_prefix="release") as pool:
            while True:
                for claim in self._claim(self._settings.jobs - len(under_way)):
                    self._watch.began(claim)
                    under_way[pool.submit(self._actor.act, claim)] = claim
                if not under_way:
                    break
                for future in self._clock.wait(under_way, beat):
                    self._settle(under_way.pop(future), future)
                self._renew(under_way)
        self._outcome.stopped = self._stop.is_set()
        return self._outcome

    def _claim(self, free: int) -> list[Claim]:
        if free < 1 or self._stop.is_set() or not self._only.channels:
            return []
        return list(
            self._ledger.claim(
                now=self._clock.now(),
                worker=self._settings.worker,
                lease=self._settings.lease,
                limit=free,
                only=self._only,
                staging=self._staging,
            )
        )

    def _renew(self, under_way: Mapping[Future[Acted], Claim]) -> None:
        now, lease = self._clock.now(), self._settings.lease
        stale = [claim for claim in under_way.values() if claim.until - now < lease * 2 / 3]
        if stale:
            self._ledger.renew(stale, now=now, lease=lease)

    def _settle(self, claim: Claim, future: Future[Acted]) -> None:
        try:
            acted = future.result()
            event = self._ledger.settle(claim, acted.settlement, now=self._clock.now())
        except (sc.ClaimLost, LostLease):
            return  # another worker has it, and says what becomes of it
        self._outcome.happened[event.happened] += 1
        if acted.verdict:
            key = str(claim.row.key)
            self._outcome.verdicts[acted.verdict] += 1
            self._outcome.said.append((key, acted.verdict, acted.settlement.error))
        if event.happened is Happened.SEEN_GONE:
            self._outcome.gone.add(claim.row.key.series)
        if acted.verdict == Stale.code:
            self._outcome.stale.add(claim.row.key.series)
        until = self._breaker.heard(claim, acted, self._clock.now())
        if until is not None:
            self._ledger.pause(
                claim.row.key.channel,
                until=until,
                reason=acted.settlement.error,
                now=self._clock.now(),
            )
        self._watch.settled(claim, event)
        self._tell(event)


def _usable(only: Filter, channels: Channels) -> Filter:
    """Narrow a filter to channels whose adapter loaded: nothing is claimed for the others."""
    names = tuple(name for name in channels.names if not only.channels or name in only.channels)
    return attrs.evolve(only, channels=names)
