"""Call the channel for one claimed release, and turn what it answers into a settlement.

The only place that catches a channel's verdicts. The first question of each is whether anything
may have happened: after `NotDone` the release is put back, after `Unheard` it stays where it is,
because the next attempt asks before it repeats.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from syndicator import channel as sc
from syndicator.channel._base import refuse_missing
from syndicator.dispatch.backoff import ATTEMPTS_MAX, wait_before
from syndicator.dispatch.channels import Channels
from syndicator.dispatch.resolve import resolve
from syndicator.ledger.ledger import Claim, Ledger, LedgerError, LostLease, Row, Settlement
from syndicator.model.state import Happened, State

SIGN_IN_AGAIN_AFTER = timedelta(minutes=5)
"""How long a channel whose credentials are refused is left alone."""

RATE_LIMIT_WITHOUT_WORD = timedelta(minutes=1)

ASK_A_PERSON_AGAIN_S = 86_400.0
"""What a person has to do stays with the release until it is confirmed; nothing else ends it."""


@attrs.frozen(kw_only=True)
class Acted:
    """What came of one claim."""

    settlement: Settlement
    pause_until: datetime | None = None
    """The whole channel is to be left alone until then."""

    verdict: str = ""
    """The verdict's code; empty where the channel did as asked."""


class Checkpoint:
    """Progress of one claim, kept in the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        claim: Claim,
        *,
        sent: Callable[[Claim, int], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._ledger = ledger
        self._claim = claim
        self._sent = sent
        self._stopping = stopping

    def write(self, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        try:
            self._ledger.checkpoint(self._claim, saved, asked)
        except LostLease:
            raise sc.ClaimLost(str(self._claim.row.key)) from None

    def count(self, number: int) -> None:
        self._sent(self._claim, number)

    def should_stop(self) -> bool:
        return self._stopping()


class Actor:
    """Carries out claims; one for a run."""

    def __init__(
        self,
        ledger: Ledger,
        channels: Channels,
        *,
        workspace: Path,
        now: Callable[[], datetime],
        sent: Callable[[Claim, int], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._ledger = ledger
        self._channels = channels
        self._workspace = workspace
        self._now = now
        self._sent = sent
        self._stopping = stopping

    def act(self, claim: Claim) -> Acted:
        """Do what is claimed and return what came of it.

        Raises:
            ClaimLost: another worker holds the release; nothing may be said about it.
        """
        row = claim.row
        checkpoint = Checkpoint(self._ledger, claim, sent=self._sent, stopping=self._stopping)
        try:
            progress = sc.Progress(
                str(row.key), checkpoint, attempt=max(1, row.attempt), saved=row.saved,
                asked=row.asked, seal=self._channels.seal,
            )  # fmt: skip
        except sc.ChannelError as error:
            unread = sc.Progress(str(row.key), checkpoint, asked=row.asked)
            return self._judge(claim, unread, error)
        try:
            return Acted(settlement=self._call(claim, progress))
        except sc.Stopped:
            ended = Happened.POLLED if claim.phase == "poll" else Happened.ANSWER_LOST
            return Acted(settlement=_again(ended, self._now(), "the run was ended"))
        except LedgerError:
            raise  # it says nothing of the release, which is asked for when its lease has run out
        except sc.ChannelError as error:
            return self._judge(claim, progress, error)
        except Exception as error:
            return self._bug(claim, progress, error)

    def _call(self, claim: Claim, progress: sc.Progress) -> Settlement:
        row = claim.row
        if claim.phase == "take_down" and (claim.subject is None or not claim.subject.receipt):
            return Settlement(happened=Happened.SEEN_GONE, cause="it never was live")
        channel = self._channels.ready(row.key.channel)
        channel.http.may_have_acted = False
        release = resolve(
            self._ledger, row, claim.subject, self._workspace,
            siblings=self._channels.seal if channel.capabilities.needs_siblings else None,
        )  # fmt: skip
        if claim.phase == "open" and claim.resumes and _is_over(row, self._now()):
            return self._only_look(channel, release, progress, claim)
        by_hand = self._by_hand(channel, release)
        if by_hand is not None:
            return self._waits_for_person(by_hand, claim)
        if claim.phase != "poll":
            self._spend(row, claim.phase)
        return self._ask(channel, release, progress, claim)

    def _ask(
        self, channel: sc.Channel, release: sc.Release, progress: sc.Progress, claim: Claim
    ) -> Settlement:
        """Call the operation that is claimed."""
        if claim.phase == "stage":
            self._files_as_planned(release)
            return self._staged(channel.stage(release, progress), claim)
        if claim.phase == "take_down":
            return self._taken_down(channel.withdraw(release, progress), claim)
        if claim.phase == "poll":
            return self._opened(channel.poll(release, progress), claim)
        action = claim.row.key.action
        if action == sc.Action.PUBLISH:
            self._files_as_planned(release)
        operation = getattr(channel, str(action))
        return self._opened(operation(release, progress), claim)

    def _only_look(
        self, channel: sc.Channel, release: sc.Release, progress: sc.Progress, claim: Claim
    ) -> Settlement:
        """Find out what became of an opening whose rights ended meanwhile; never open it again."""
        found = channel.find(release, progress) if channel.can("find") else None
        if found is not None:
            return self._opened(found, claim)
        text = "its rights ended before it was known whether it is out, so it is not tried again"
        return Settlement(happened=Happened.DOUBTED, cause=text, error=text)

    def _by_hand(self, channel: sc.Channel, release: sc.Release) -> sc.Task | None:
        """Return what a person has to do, where the adapter lacks the operation."""
        operation = str(release.action)
        if operation == sc.Action.PUBLISH or channel.can(operation):
            return None
        task = channel.by_hand(operation, release)
        if task is None and operation == sc.Action.WITHDRAW:
            task = _take_off(channel.name, release)
        if task is None:
            raise refuse_missing(operation, channel.name)
        return task

    def _waits_for_person(self, task: sc.Task, claim: Claim) -> Settlement:
        deadline = next((each.text for each in claim.row.notes if each.code == "deadline"), None)
        task = attrs.evolve(task, deadline=task.deadline or deadline)
        waiting = sc.Pending(after=ASK_A_PERSON_AGAIN_S, note=f"a person: {task.text}", task=task)
        if claim.phase == "take_down":
            return self._taken_down(waiting, claim)
        return self._pending(waiting, claim, self._now())

    def _staged(self, answer: sc.Pending | None, claim: Claim) -> Settlement:
        if answer is None:
            return Settlement(happened=Happened.STAGE_DONE, next_at=claim.row.at)
        later = self._now() + timedelta(seconds=max(1.0, answer.after))
        return Settlement(
            happened=Happened.WAITED, cause=answer.note, next_at=later, task=answer.task
        )

    def _spend(self, row: Row, phase: str) -> None:
        operation = "stage" if phase == "stage" else str(row.key.action)
        self._channels.spender(row.key.channel, self._ledger).spend_operation(operation)

    def _files_as_planned(self, release: sc.Release) -> None:
        """Refuse to send bytes that are not the ones that were planned."""
        for variant in release.cut.variants:
            path = release.path(variant.file)
            try:
                found = path.stat()
            except OSError:
                raise Stale(f"{variant.file.path} cannot be read any more") from None
            touched = variant.file.mtime_ns not in {0, found.st_mtime_ns}
            same = found.st_size == variant.file.size
            if not same or (touched and _digest_of(path) != variant.file.sha256):
                raise Stale(f"{variant.file.path} has changed since it was planned")

    def _opened(self, answer: sc.Receipt | sc.Pending, claim: Claim) -> Settlement:
        now = self._now()
        if isinstance(answer, sc.Pending):
            return self._pending(answer, claim, now)
        receipt = answer if answer.seen_at else attrs.evolve(answer, seen_at=now)
        shown = receipt.territories
        data: dict[str, Any] = {"receipt": receipt.as_json()}
        if claim.row.key.action != sc.Action.UPDATE:  # a correction has no instant to be late for
            data["lateness_s"] = round((now - claim.row.at).total_seconds(), 3)
        return Settlement(
            happened=Happened.SEEN_LIVE,
            receipt=receipt,
            territories=shown if shown is not None else claim.row.territories,
            data=data,
        )

    def _pending(self, answer: sc.Pending, claim: Claim, now: datetime) -> Settlement:
        polled = claim.row.state is State.PROCESSING
        longest = self._channels.declared(claim.row.key.channel).pending_max
        if polled and answer.task is None and now - claim.row.since > longest:
            text = f"the channel has worked on it since {claim.row.since:%Y-%m-%d %H:%M} UTC"
            return Settlement(happened=Happened.DOUBTED, cause=text, error=text)
        return Settlement(
            happened=Happened.POLLED if polled else Happened.ACCEPTED,
            cause=answer.note,
            next_at=now + timedelta(seconds=max(1.0, answer.after)),
            task=answer.task,
        )

    def _taken_down(self, answer: sc.Gone | sc.Pending, claim: Claim) -> Settlement:
        now = self._now()
        if isinstance(answer, sc.Pending):
            later = now + timedelta(seconds=max(1.0, answer.after))
            return Settlement(
                happened=Happened.WAITED, cause=answer.note, next_at=later, task=answer.task
            )
        where = answer.territories if answer.territories is not None else claim.row.territories
        return Settlement(
            happened=Happened.SEEN_GONE, territories=where, data={"territories": str(where)}
        )

    def _judge(self, claim: Claim, progress: sc.Progress, error: sc.ChannelError) -> Acted:
        now = self._now()
        said = self._channels.redact(error.reason)
        settlement, pause = _verdict(error, claim, said, now)
        if isinstance(error, sc.NotDone) and self._is_unsure(claim, progress, error):
            settlement = _unanswered(settlement, max(1, claim.row.attempt), now)
        if claim.phase == "poll" and settlement.happened in {
            Happened.PUT_BACK,
            Happened.ANSWER_LOST,
        }:
            settlement = attrs.evolve(settlement, happened=Happened.POLLED)
        return Acted(settlement=settlement, pause_until=pause, verdict=error.code)

    def _is_unsure(self, claim: Claim, progress: sc.Progress, error: sc.NotDone) -> bool:
        """Return whether something may have happened although the last answer was a no.

        A step was asked for earlier and never heard of, or, where something is to be seen or gone
        at the end, an attempt was left unfinished or has already changed something there.
        """
        if progress.is_asking:
            return True
        if claim.phase not in {"open", "take_down"} or isinstance(error, sc.Refused):
            return False
        return claim.resumes or self._channels.open(claim.row.key.channel).http.may_have_acted

    def _bug(self, claim: Claim, progress: sc.Progress, error: Exception) -> Acted:
        """Settle what an adapter raised that is no verdict: a fault of the adapter, said once."""
        adapter = self._channels.adapter(claim.row.key.channel)
        text = self._channels.redact(f"{adapter.name} failed: {type(error).__name__}: {error}")
        asks = self._channels.declared(claim.row.key.channel).reconcile is not sc.Reconcile.NONE
        certain = claim.phase == "stage" or (asks and not progress.is_asking)
        happened = Happened.REFUSED if certain and claim.phase != "poll" else Happened.DOUBTED
        trace = self._channels.redact("".join(traceback.format_exception(error)))
        settlement = Settlement(
            happened=happened, cause=text, error=text, data={"traceback": trace[-8000:]}
        )
        return Acted(settlement=settlement, verdict="SY-BUG")


def _digest_of(path: Path) -> str:
    """Return the SHA-256 of a file: one that was copied or touched is the same content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_over(row: Row, now: datetime) -> bool:
    return row.closes_at is not None and row.closes_at <= now


def _take_off(adapter: str, release: sc.Release) -> sc.Task:
    """Return what a person has to do where nothing but a person can take it off."""
    receipt = release.receipt
    name = f" (there: {receipt.remote_id})" if receipt else ""
    text = f"{adapter} cannot take it off by itself: take {release.title!r}{name} off by hand"
    return sc.Task(text=text, url=receipt.url if receipt else None)


class Stale(sc.Retry):
    """A file is not the one that was planned."""

    code = "SY-STALE"


def _verdict(
    error: sc.ChannelError, claim: Claim, said: str, now: datetime
) -> tuple[Settlement, datetime | None]:
    """Return what a verdict means for the release, and until when for its whole channel."""
    attempt = max(1, claim.row.attempt)
    later = now + wait_before(attempt)
    tired = attempt >= ATTEMPTS_MAX
    pause: datetime | None = None
    match error:
        case sc.Refused():
            settled = _final(Happened.REFUSED, said, {"field": error.field})
        case sc.Unknown():
            settled = _final(Happened.DOUBTED, said)
        case sc.Unheard():
            settled = _final(Happened.DOUBTED, said) if tired else _lost(later, said)
        case sc.RateLimited() | sc.QuotaSpent() | sc.SignInAgain() | sc.ChannelDown():
            pause = _left_alone_until(error, now, later)
            settled = _again(Happened.PUT_BACK, pause, said)
        case _ if tired:
            settled = _final(Happened.REFUSED, f"gave up after {attempt} attempts: {said}")
        case sc.Retry() if error.after is not None:
            soon = now + timedelta(seconds=max(1.0, error.after))
            settled = _again(Happened.PUT_BACK, soon, said)
        case _:
            settled = _again(Happened.PUT_BACK, later, said)
    return settled, pause


def _left_alone_until(error: sc.ChannelError, now: datetime, later: datetime) -> datetime:
    until = later
    if isinstance(error, sc.RateLimited):
        until = error.until or now + RATE_LIMIT_WITHOUT_WORD
    elif isinstance(error, sc.QuotaSpent):
        until = error.until or later
    elif isinstance(error, sc.SignInAgain):
        until = now + SIGN_IN_AGAIN_AFTER
    # A clock that is off, theirs or ours, must not make us hammer.
    return max(until, now + timedelta(seconds=1))


def _final(happened: Happened, said: str, data: Any = None) -> Settlement:
    return Settlement(happened=happened, cause=said, error=said, data=data)


def _unanswered(settled: Settlement, attempt: int, now: datetime) -> Settlement:
    """Return the same, as what leaves open what became of an earlier step."""
    if settled.next_at is None and attempt >= ATTEMPTS_MAX:
        return attrs.evolve(settled, happened=Happened.DOUBTED)
    again = settled.next_at or now + wait_before(attempt)
    return attrs.evolve(settled, happened=Happened.ANSWER_LOST, next_at=again)


def _lost(at: datetime, said: str) -> Settlement:
    return _again(Happened.ANSWER_LOST, at, said)


def _again(happened: Happened, at: datetime | None, said: str) -> Settlement:
    return Settlement(happened=happened, cause=said, error=said, next_at=at)
