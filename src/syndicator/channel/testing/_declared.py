"""Checks of what a channel declares: options, quotas, what a person has to do, and its claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from syndicator.channel import Capabilities, Channel, Reconcile, TerritoryControl
from syndicator.channel.testing import _words
from syndicator.channel.testing._check import CHECKS, Found, Waived, check
from syndicator.channel.testing._claims import CLAIMS, TO_THE_CORE, declared_by
from syndicator.channel.testing._sweep import CALLS, Sweep
from syndicator.channel.testing._workspace import Asked
from syndicator.model.state import State


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
