"""What the policies say against a plan: each verdict with its severity and its waiver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

import attrs

from syndicator.model.calendar import Selection
from syndicator.model.plan import Plan, Sight, Title
from syndicator.model.problem import Place, Problem, Severity
from syndicator.model.release import Reason, Release
from syndicator.model.seam import Policy, Verdict
from syndicator.planning.begun import OPENS
from syndicator.planning.slots import NEVER_WAIVED

WAIVABLE = (
    "aspect", "business-model", "cannot-withdraw", "codec", "file-too-large", "kind", "no-wave",
    "out-of-order", "running-time", "synopsis-too-long", "title-too-long",
)  # fmt: skip
"""Reasons of planning itself that a person may answer for, beside those of policies."""

FEW = 3
"""So many channels are named in a warning."""


@attrs.frozen
class Judgement:
    """One thing that one policy says against one release."""

    policy: Policy
    release: Release
    reason: Reason
    severity: str
    """`warn` or `block`."""

    waiver: str | None = None
    """Why a person lets it pass; None: nobody does."""


def judgements(made: Plan, sight: Sight, policies: Sequence[Policy]) -> Iterator[Judgement]:
    """Yield what the policies that are not off say against a plan."""
    waivers = waivers_of(made.title)
    for policy in policies:
        severity = severity_of(policy, sight)
        if severity == "off":
            continue
        for release, reason, *own in _verdicts(policy, made, sight):
            why = waivers.get(release.key.channel, {}).get(reason.code)
            yield Judgement(policy, release, reason, str(own[0]) if own else severity, why)


def _verdicts(policy: Policy, made: Plan, sight: Sight) -> Iterable[Verdict]:
    """Return what a policy says; one that fails lets nothing pass, whatever its severity."""
    try:
        return list(policy.judge(made, sight))
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything at all
        text = f"the rule {policy.id} failed: {type(error).__name__}: {error}"
        reason = Reason("rule-failed", f"{text}; mend or remove the plugin that brings it")
        opens = (each for each in made.releases if each.key.action in OPENS)
        return [(release, reason, "block") for release in opens]


def severity_of(policy: Policy, sight: Sight) -> str:
    """Return what a policy does: `off`, `warn` or `block`."""
    default = policy.severity
    fallback = default if isinstance(default, str) else default(sight.config)
    return str(sight.config.policies.get(policy.id, {}).get("severity", fallback))


def waivers_of(title: Title) -> dict[str, dict[str, str]]:
    """Return the rules that a person waived, with the reason, by channel."""
    found: dict[str, dict[str, str]] = {}
    for selection in _selections(title):
        found.setdefault(selection.channel, {}).update(selection.waived)
    return found


def warnings(found: Iterable[Judgement]) -> list[Problem]:
    """Return one problem for all the releases of a series of which the same is said.

    It stands where the first of them does.
    """
    groups: dict[tuple[str, Reason], list[Release]] = {}
    for each in found:
        if each.waiver is None and each.severity == "warn":
            groups.setdefault((each.policy.id, each.reason), []).append(each.release)
    return [
        _warning(policy, f"{_named(releases)}: {reason.text}", reason.code, releases[0].line)
        for (policy, reason), releases in groups.items()
    ]


def _named(releases: Sequence[Release]) -> str:
    """Return which releases are meant: `ep001 and 59 more on tube-br and tube-pt`."""
    cuts = list(dict.fromkeys(each.key.cut for each in releases))
    channels = list(dict.fromkeys(each.key.channel for each in releases))
    return f"{_first(cuts, 1)} on {_first(channels, FEW)}"


def _first(names: Sequence[str], most: int) -> str:
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return ", ".join(names)


def _warning(policy: str, text: str, code: str, line: Place) -> Problem:
    hint = f"to let it pass: waive {code} in the calendar, or [policies.{policy}]"
    return Problem(code, text, line, hint=hint, severity=Severity.WARNING)


def idle_waivers(made: Plan, sight: Sight, policies: Sequence[Policy]) -> list[Problem]:
    """Return a warning for each waiver that waives nothing, or names no rule.

    `made` is the plan after everything was judged: what was waived is noted with its releases. A
    rule that is off waives nothing for the time being, and nothing is said of its waivers.
    """
    used = {
        (release.key.channel, note.code.removeprefix("waived:"))
        for release in (*made.releases, *made.takedowns)
        for note in release.notes
    }
    off = {
        code for each in policies if severity_of(each, sight) == "off" for code in each.rules
    }  # fmt: skip
    rules = {*WAIVABLE, *(code for each in policies for code in each.rules)}
    return [
        _idle(selection, code, rules)
        for selection in _selections(made.title)
        for code, _ in selection.waived
        if (selection.channel, code) not in used and code not in off
    ]


def _idle(selection: Selection, code: str, rules: set[str]) -> Problem:
    where = f"for {selection.channel}"
    if code in NEVER_WAIVED:
        return Problem("idle-waiver", f"nobody can waive {code} {where}", selection.place, code,
                       "a licence in avails, or earlier episodes that may go out",
                       severity=Severity.WARNING)  # fmt: skip
    if code in rules:
        return Problem("idle-waiver", f"{code} is waived {where}, and says nothing there",
                       selection.place, code, "a waiver of something that is said",
                       "take it out; it would hide what comes later",
                       severity=Severity.WARNING)  # fmt: skip
    close = get_close_matches(code, sorted(rules), 1, 0.6)
    return Problem("unknown-rule", f"no rule has the name {code}, which is waived {where}",
                   selection.place, code, "a rule of `syndicate policies`",
                   f"did you mean {close[0]}?" if close else None,
                   severity=Severity.WARNING)  # fmt: skip


def _selections(title: Title) -> Iterator[Selection]:
    for calendar in title.calendars:
        yield from calendar.channels
