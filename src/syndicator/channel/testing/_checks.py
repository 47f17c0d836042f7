"""What is checked beside the sweep: every claim that a channel makes, against how it behaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from syndicator.channel import Capabilities, Channel, Reconcile, TerritoryControl
from syndicator.channel.testing import _judge, _words
from syndicator.channel.testing._claims import CLAIMS, TO_THE_CORE, declared_by
from syndicator.channel.testing._kinds import ACTS, Kind
from syndicator.channel.testing._platform import Folder
from syndicator.channel.testing._proxy import Exchange
from syndicator.channel.testing._sweep import CALLS, Cell, Result, Sweep
from syndicator.channel.testing._workspace import Asked
from syndicator.model.state import State

DEADLINE_S = 3.0
"""A run whose client is impatient and whose platform is silent ends within this."""

Found = Iterator[str]


class Waived(Exception):  # noqa: N818 - not a fault
    """The check has nothing to look at, and says why."""


@attrs.frozen
class Check:
    """One check of the kit."""

    name: str
    sentence: str
    look: Callable[[Sweep], Found]


CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Callable[[Sweep], Found]], Callable[[Sweep], Found]]:
    """Declare a check; its docstring is the sentence that the matrix prints."""

    def declare(look: Callable[[Sweep], Found]) -> Callable[[Sweep], Found]:
        CHECKS[name] = Check(name, (look.__doc__ or "").split("\n", maxsplit=1)[0], look)
        return look

    return declare


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


@check("options")
def options(sweep: Sweep) -> Found:
    """The schema of the options refuses those that are wrong."""
    from jsonschema import Draft202012Validator

    schema, lab = sweep.lab.adapter.options_schema, sweep.lab
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    good = {k: v for k, v in lab.workspace.options(Asked()).items()
            if k in schema.get("properties", {})}  # fmt: skip
    for error in validator.iter_errors(good):
        yield f"it refuses the options of the trial: {error.message}"
    for name in lab.trial.options:
        if name not in schema.get("properties", {}):
            yield f"the option {name} is not in the schema"
    for name, about in schema.get("properties", {}).items():
        if validator.is_valid({**good, name: _wrong(about)}):
            yield f"any {name} is taken: {_wrong(about)!r}"
    for bad in lab.trial.bad_options:
        if validator.is_valid({**good, **bad}):
            yield f"bad options are taken: {bad}"


def _wrong(about: Mapping[str, Any]) -> Any:
    """Return a value of none of the types that a property may have."""
    return [[["wrong"]]] if about.get("type") != "array" else {"wrong": [[]]}


@check("review")
def review(sweep: Sweep) -> Found:
    """What the platform would refuse is refused before its date, without asking the platform."""
    lab = sweep.lab
    if not lab.trial.refusals:
        if lab.adapter.review is not Channel.review:
            yield "it reviews, and the trial names nothing that it would refuse"
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
            if state is State.BLOCKED and length > limit.most:
                continue
            if state not in {State.LIVE, State.PROCESSING}:
                said = played.rows[0].error or [each.text for each in played.rows[0].reasons]
                yield f"{limit.field} of {length} {limit.unit}: it ended {state}: {said}"


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


@check("hear")
def hear(sweep: Sweep) -> Found:
    """A webhook without a signature is refused as forged."""
    lab = sweep.lab
    if not lab.adapter.can("hear"):
        raise Waived("it hears no webhooks")
    lab.restore(lab.planned)
    told = lab.ask("call", operation="hear")
    if not str(told.get("error", "")).startswith("Forged"):
        yield f"a message without a signature is taken: {told}"


@check("quotas")
def quotas(sweep: Sweep) -> Found:
    """With a quota spent nothing is shown until it is renewed, and then it goes on by itself."""
    lab = sweep.lab
    if not lab.capabilities.quotas:
        raise Waived("it declares no quota")
    spent = _spent(sweep)
    for quota in lab.capabilities.quotas:
        if quota.name not in spent:
            yield f"{quota.name}: it is declared, and nothing spends it"
        lab.restore(lab.planned)
        lab.begin({})
        lab.ask("spend", quota=quota.name)
        played = lab.play_on(lambda: False)
        if played.rows[0].state not in {State.LIVE, State.PROCESSING}:
            yield f"{quota.name}: once it is spent, the release ends {played.rows[0].state}"
        visible = [post for post in played.posts if post.visible]
        if len(visible) > 1:
            yield f"{quota.name}: {len(visible)} posts to be seen of one release"


def _spent(sweep: Sweep) -> set[str]:
    """Return the quotas that one life of a release and one look at its figures spend."""
    lab, found = sweep.lab, set()
    for operation in (word for word in sweep.operations if word not in CALLS):
        lab.play(sweep.beginning(operation))
        for name in ("check", *(n for n in ("find", "metrics") if lab.adapter.can(n))):
            lab.ask("call", operation=name)
        found |= set(lab.spent_quotas())
    return found


@check("by-hand")
def by_hand(sweep: Sweep) -> Found:
    """What it cannot do it declares, or it tells a person what to do."""
    lab = sweep.lab
    lacks = [word for word in ("update", "withdraw") if not lab.adapter.can(word)]
    if lab.capabilities.territory_control is TerritoryControl.NATIVE and not lab.adapter.can(
        "extend"
    ):
        yield "it opens territories one by one, it declares, and cannot extend"
    if not lacks:
        raise Waived("it can do everything")
    if lab.adapter.by_hand is Channel.by_hand:
        raise Waived(f"it declares that it cannot {' or '.join(lacks)}")
    lab.restore(lab.live)
    for word in lacks:
        told = lab.ask("call", operation="by_hand", word=word)
        if told.get("error"):
            yield f"by_hand({word!r}) ended with {told['error']}"
        elif told.get("answer") and not told["answer"].get("text"):
            yield f"by_hand({word!r}) tells a person nothing"


@check("declaration")
def declaration(sweep: Sweep) -> Found:
    """It declares no less than the last release of the plugin."""
    before = sweep.lab.trial.declared
    if not before:
        raise Waived("the trial names no earlier declaration")
    now = declared_by(sweep.lab.adapter, sweep.lab.workspace.options(Asked()))
    yield from (f"narrower than the last release: {each}" for each in _words.narrower(before, now))


@check("claims")
def claims(sweep: Sweep) -> Found:
    """No claim is made for which the kit has no check."""
    for name in attrs.fields_dict(Capabilities):
        if name not in CLAIMS and name not in TO_THE_CORE:
            yield f"nothing checks {name}"
    for name, reason in sweep.lab.trial.waived.items():
        if name not in CHECKS:
            yield f"there is no check {name!r} to waive"
        if len(reason.split()) < 3:  # noqa: PLR2004 - a sentence has at least three words
            yield f"{name} is waived without a reason"
    can = sweep.lab.adapter.can
    if can("find") and sweep.lab.capabilities.reconcile is Reconcile.NONE:
        yield "it can find, and declares that nobody can be asked"
