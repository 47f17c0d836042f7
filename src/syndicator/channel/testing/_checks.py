"""What is checked beside the sweep: every claim that a channel makes, against how it behaves."""

from __future__ import annotations

import time

from syndicator.channel import Channel, Reconcile
from syndicator.channel.testing import _declared, _judge, _words
from syndicator.channel.testing._check import CHECKS, Found, Waived, check
from syndicator.channel.testing._kinds import ACTS, Kind
from syndicator.channel.testing._platform import Folder
from syndicator.channel.testing._played import Played
from syndicator.channel.testing._proxy import Exchange
from syndicator.channel.testing._sweep import Cell, Result, Sweep, changes_of
from syndicator.channel.testing._workspace import Asked
from syndicator.model.state import State

__all__ = ["CHECKS", "run"]

FURTHER = _declared.__name__
"""Importing it adds the checks of what is declared."""

DEADLINE_S = 3.0
"""A run whose client is impatient and whose platform is silent ends within this."""


def run(name: str, sweep: Sweep) -> Result:
    """Make one check."""
    known = CHECKS[name]
    waived = sweep.lab.trial.waived.get(name)
    if waived:
        return Result(name, "waived", (waived,), known.sentence)
    try:
        found = tuple(dict.fromkeys(known.look(sweep)))
    except Waived as reason:
        return Result(name, "waived", (str(reason),), known.sentence)
    except Exception as error:  # noqa: BLE001 - an adapter may raise anything at all
        found = (f"it ended with {type(error).__name__}: {error}",)
    return Result(name, "failed" if found else "passed", found, known.sentence)


@check("well")
def well(sweep: Sweep) -> Found:
    """With nothing going wrong it is released, seen as asked, and planned for good."""
    played = sweep.well("publish")
    yield from _judge.faults(sweep.lab, played, played)
    yield from _judge.as_asked(sweep.lab, played, sweep.beginning("publish").asked)
    for operation in changes_of(sweep.lab.adapter, sweep.lab.trial):
        after = sweep.well(operation)
        yield from (f"{operation}: {each}" for each in after.faults)
        asked = sweep.beginning(operation).asked
        yield from _judge.as_asked(sweep.lab, after, asked)
        if not after.exchanges:
            yield f"{operation} asks nothing of the platform"
    sweep.lab.play(sweep.beginning("publish"))
    yield from _judge.second_plan(sweep.lab)


@check("stage")
def stage(sweep: Sweep) -> Found:
    """What is staged lies there unseen until its date."""
    can = sweep.lab.adapter.can("stage")
    if can is not sweep.lab.capabilities.stages:
        yield "it declares staging otherwise than its code shows"
    if not can:
        raise Waived("it does not stage")
    played = sweep.well("publish")
    yield from (each for each in played.faults if "before its date" in each)
    if isinstance(sweep.lab.platform, Folder):
        return
    if not any(each.phase == "stage" for each in played.exchanges):
        yield "it declares that it stages, and nothing is asked of the platform before the date"


@check("review")
def review(sweep: Sweep) -> Found:
    """What the platform would refuse is refused before its date, without asking the platform."""
    lab = sweep.lab
    if not lab.trial.refusals:
        if lab.adapter.review is not Channel.review:
            yield "it reviews, and `refusals` of its Trial names nothing that it would refuse"
            return
        raise Waived("the trial names nothing that the platform would refuse")
    for name, case in lab.trial.refusals.items():
        asked = Asked(
            series=case.series, options=case.options, calendar=case.calendar, files=case.files
        )
        if not _is_refused(sweep, asked):
            yield f"{name}: neither planning nor review says anything"


def _is_refused(sweep: Sweep, asked: Asked) -> bool:
    lab = sweep.lab
    lab.clear()
    lab.workspace.write(asked)
    lab.begin({})
    told = lab.ask("record")
    if told.get("blocked") or told.get("problems"):
        return True
    reasons = lab.ask("call", operation="review").get("answer")
    return bool(reasons) and not lab.proxy.exchanges


@check("limits")
def limits(sweep: Sweep) -> Found:
    """A text one shorter than the limit, at it and one longer is released, or refused before."""
    lab = sweep.lab
    every = [*lab.trial.limits]
    for name, most in (("title", lab.capabilities.title_max),
                       ("synopsis", lab.capabilities.synopsis_max)):  # fmt: skip
        if most is not None:
            every.append(_words.characters(name, most))
    if not every:
        raise Waived("no limit of a text is declared")
    for limit in every:
        for length in (limit.most - 1, limit.most, limit.most + 1):
            asked = Asked(series=_words.series_with(lab.trial, limit, length))
            played = lab.play(lab.beginning(asked))
            state = played.rows[0].state
            if length > limit.most and (state is State.BLOCKED or not _has_asked(played)):
                continue
            if state not in {State.LIVE, State.PROCESSING}:
                said = played.rows[0].error or [each.text for each in played.rows[0].reasons]
                yield (
                    f"{limit.field} of {length} {limit.unit}, "
                    f"{_words.text_of(length, limit.unit)[:4]!r}…: it ended {state}: {said}"
                )


def _has_asked(played: Played) -> bool:
    """Return whether anything was asked of the platform that may change something."""
    return any(each.method not in {"GET", "HEAD"} for each in played.exchanges)


@check("reads")
def reads(sweep: Sweep) -> Found:
    """Looking changes nothing there: find, review, check, metrics and cost make no writes."""
    lab = sweep.lab
    names = ["review", "cost", "check", *(n for n in ("find", "metrics") if lab.adapter.can(n))]
    for start in (lab.planned, lab.live):
        for name in names:
            if name == "metrics" and start is lab.planned:
                continue
            lab.restore(start)
            lab.begin({})
            before = [each.as_json() for each in lab.platform.posts()]
            told = lab.ask("call", operation=name)
            if told.get("error"):
                yield f"{name} ended with {told['error']}"
            if [each.as_json() for each in lab.platform.posts()] != before:
                yield f"{name} changed what is on the platform"


@check("reconcile")
def reconcile(sweep: Sweep) -> Found:
    """After a lost answer it finds out in the way that it declares, and is never at a loss."""
    declared = sweep.lab.capabilities.reconcile
    if isinstance(sweep.lab.platform, Folder):
        raise Waived("nothing is lost on the way to a folder")
    if declared in _judge.MAY_STAY_UNKNOWN:
        raise Waived(f"it declares {declared}: there may be nobody to ask")
    for exchange in _acting(sweep):
        result = sweep.run(Cell("publish", ((exchange.number, Kind.LOST_AFTER),)))
        if result.verdict != "passed":
            yield f"{exchange}: {result.verdict}, though it declares {declared}"


def _acting(sweep: Sweep) -> list[Exchange]:
    """Return the exchanges of publishing that may change something, by their method."""
    return [each for each in sweep.exchanges("publish") if each.method not in {"GET", "HEAD"}]


@check("lag")
def lag(sweep: Sweep) -> Found:
    """A listing that lags is no proof: nothing is sent again because a list is silent."""
    lab = sweep.lab
    if not lab.trial.lagging:
        if lab.capabilities.reconcile is Reconcile.MARKER or lab.capabilities.settles:
            yield "listings lag, it declares, and the trial does not say how to make them"
            return
        raise Waived("it declares no lag")
    with lab.another(profile={**lab.trial.profile, **lab.trial.lagging}) as late:
        slow = Sweep(late)
        for exchange in _acting(slow):
            for kind in sorted(ACTS & {Kind.KILL_AFTER, Kind.LOST_AFTER}):
                played = late.play(late.planned, {exchange.number: kind})
                visible = [post for post in played.posts if post.visible]
                if len(visible) > 1:
                    yield f"{exchange}, {kind}: {len(visible)} posts to be seen of one release"


@check("identity")
def identity(sweep: Sweep) -> Found:
    """Two episodes are two posts, also where an answer is lost: neither is taken for the other."""
    lab = sweep.lab
    with lab.another(episodes=2) as pair:
        both = Sweep(pair)
        well = both.well("publish")
        yield from _judge.faults(pair, well, well)
        if lab.trial.ends == "live" and len(well.shown) != 2:  # noqa: PLR2004 - two episodes
            yield f"{len(well.shown)} posts to be seen of two episodes"
        for exchange in _acting(both):
            if isinstance(pair.platform, Folder):
                return
            played = pair.play(pair.planned, {exchange.number: Kind.LOST_AFTER})
            found = _judge.faults(pair, played, well)
            yield from (f"{exchange}, its answer lost: {each}" for each in found)


@check("find")
def find(sweep: Sweep) -> Found:
    """What is not there any more is not found."""
    lab = sweep.lab
    if not lab.adapter.can("find"):
        raise Waived("it cannot find")
    if isinstance(lab.platform, Folder):
        raise Waived("a folder is looked at as it is")
    lab.restore(lab.live)
    lab.platform.restore(lab.planned.platform)
    lab.begin({})
    told = lab.ask("call", operation="find")
    if told.get("error"):
        yield f"it ended with {told['error']}"
    elif told.get("answer"):
        yield f"it finds what is not there: {told['answer']}"


@check("deadline")
def deadline(sweep: Sweep) -> Found:
    """A platform that is silent holds nobody for longer than the client is patient."""
    lab = sweep.lab
    if isinstance(lab.platform, Folder):
        raise Waived("a folder is never silent")
    every = sweep.exchanges("publish")
    last = {(each.phase, each.method, each.path): each for each in every}
    first = {(each.phase, each.method, each.path): each for each in reversed(every)}
    for exchange in {each.number: each for each in (*first.values(), *last.values())}.values():
        lab.restore(lab.planned)
        lab.begin({exchange.number: Kind.STALL})
        lab.proxy.hold = DEADLINE_S * 2
        began = time.monotonic()
        try:
            lab.play_on(lambda: not lab.proxy.script)
        finally:
            lab.proxy.hold = None
            lab.proxy.released.set()
        if time.monotonic() - began > DEADLINE_S:
            yield f"{exchange}: it waited for longer than {DEADLINE_S:.0f} s"
        lab.drop_worker()


@check("accounts")
def accounts(sweep: Sweep) -> Found:
    """Two accounts share nothing: no class and no module of the adapter remembers anything."""
    found = sweep.lab.ask_for_memory()
    yield from (f"{name} holds something after a release that it did not hold before"
                for name in found)  # fmt: skip


@check("closed")
def closed(sweep: Sweep) -> Found:
    """A channel that was closed works, or says so with a verdict."""
    lab = sweep.lab
    lab.restore(lab.live)
    lab.begin({})
    for name in ("check", *(n for n in ("find", "metrics") if lab.adapter.can(n))):
        told = lab.ask("call", operation=name, closed=True)
        if told.get("error"):
            yield f"{name} after close ended with {told['error']}"
