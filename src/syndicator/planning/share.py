"""The ceiling on one platform's share: which releases of a plan go over it."""

from __future__ import annotations

from collections.abc import Sequence

from syndicator.model.balance import Standing, Unit, shares
from syndicator.model.config import Config
from syndicator.model.plan import Plan, Sight
from syndicator.model.release import Action, Reason, Release
from syndicator.model.seam import Policy

TOLERANCE = 1e-9
"""Shares are quotients of sums; a ceiling of 0.6 is kept by six of ten."""

WORDS = {"releases": "releases", "views": "expected views", "revenue": "expected revenue"}


def policies() -> list[Policy]:
    """Return the rule `balance`, told by `[balance]` of syndicator.toml."""
    about = "Does too much hang on one platform?"
    return [Policy(id="balance", severity=severity, judge=judge, about=about)]


def severity(config: Config) -> str:
    """Return what the rule does: nothing without a ceiling, else what `on_breach` says."""
    return config.balance.on_breach if config.balance.max_share is not None else "off"


def judge(plan: Plan, sight: Sight) -> list[tuple[Release, Reason]]:
    """Return the releases that would lift a platform's share above the ceiling, or hold it there.

    From the latest back, as many as have to go so that the rest keeps the ceiling. What has begun
    is never among them. A release that adds nothing that is known is not, either.
    """
    ceiling, standing = sight.config.balance.max_share, sight.standing
    if ceiling is None or standing is None:
        return []
    series = plan.title.series.id
    begun = standing.begun.get(series, frozenset())
    asked = [
        each for each in plan.releases if each.key.action == Action.PUBLISH and not each.blocked
    ]
    units = begun | {_unit(each) for each in asked}
    totals = standing.totals(series, units)
    adds = standing.expected(series)
    ahead: dict[str, list[Release]] = {}
    for each in asked:
        platform = standing.platform(each.key.channel)
        settled = _unit(each) in begun or _unit(each) in standing.measured.get(series, ())
        if not settled and adds.get(platform):
            ahead.setdefault(platform, []).append(each)
    said = {name: _say(name, totals, ceiling, standing) for name in ahead}
    named = _over(dict(totals), {name: list(each) for name, each in ahead.items()}, adds, ceiling)
    return [(each, said[standing.platform(each.key.channel)]) for each in named]


def _unit(release: Release) -> Unit:
    return release.key.cut, release.key.channel


def _over(
    totals: dict[str, float],
    ahead: dict[str, list[Release]],
    adds: dict[str, float],
    ceiling: float,
) -> Sequence[Release]:
    """Take away the latest release of the platform that is furthest over, until none is.

    A platform that keeps the ceiling with all that is asked for loses nothing, though its share
    grows by what is taken away from another.
    """
    found: list[Release] = []
    at_first = {name for name, share in shares(totals).items() if share > ceiling + TOLERANCE}
    while True:
        over = [
            name
            for name, share in shares(totals).items()
            if name in at_first and ahead.get(name) and share > ceiling + TOLERANCE
        ]
        if not over:
            return found[::-1]
        name = over[0]
        found.append(ahead[name].pop())
        totals[name] -= adds[name]


def _say(platform: str, totals: dict[str, float], ceiling: float, standing: Standing) -> Reason:
    part = shares(totals).get(platform, 0.0)
    what = WORDS[standing.measure] + (f" in {standing.currency}" if standing.currency else "")
    text = (
        f"with all that is asked for, {platform} would have {part:.1%} of the {what}; "
        f"the ceiling is {ceiling:.1%}"
    )
    return Reason("balance", text)
