"""Whether a series may take part in a programme: each condition met, failed, or not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import attrs

from syndicator.model.plan import Plan
from syndicator.model.programme import Programme
from syndicator.model.release import Action, Release
from syndicator.model.territory import NOWHERE
from syndicator.model.work import CutKind

MET, FAILED, UNKNOWN = "met", "failed", "unknown"
MOST = 5


@attrs.frozen(kw_only=True)
class Condition:
    """One condition of a programme."""

    name: str
    """Its key in the programme."""

    verdict: str
    """`met`, `failed`, or `unknown`: no file tells."""

    text: str
    """What was found, and what is asked for."""

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/whatif.json shows it."""
        return {"condition": self.name, "verdict": self.verdict, "text": self.text}


def conditions(
    programme: Programme, plan: Plan, platforms: Mapping[str, str], facts: Mapping[str, str]
) -> list[Condition]:
    """Return every condition that a programme sets, in the order in which they are written.

    Args:
        programme: the rule.
        plan: of the series, as its calendars ask now.
        platforms: channel to platform.
        facts: what no file tells, by condition.
    """
    found = _Found(programme, plan, platforms)
    return [*found.dates(), *found.work(), *found.where(), *_facts(programme, facts),
            *found.exclusivity()]  # fmt: skip


def _condition(name: str, is_met: bool, text: str) -> Condition:
    return Condition(name=name, verdict=MET if is_met else FAILED, text=text)


class _Found:
    """What files say of a series, for one programme."""

    def __init__(self, programme: Programme, plan: Plan, platforms: Mapping[str, str]) -> None:
        self.programme, self.plan = programme, plan
        asked = [each for each in plan.releases if each.key.action == Action.PUBLISH]
        self.asked = [each for each in asked if not each.blocked]
        self.there = [x for x in self.asked if platforms.get(x.key.channel) == programme.platform]
        self.others = [x for x in self.asked if platforms.get(x.key.channel) != programme.platform]

    def dates(self) -> Iterator[Condition]:
        """Yield whether the first release there is within the programme's dates."""
        rule = self.programme
        if rule.valid_from is None and rule.valid_until is None:
            return
        first = min((each.at.date() for each in self.there), default=None)
        span = " ".join(
            f"{word} {day}" for word, day in (("from", rule.valid_from), ("until",
            rule.valid_until)) if day
        )  # fmt: skip
        if first is None:
            yield Condition(name="valid", verdict=UNKNOWN, text=f"no calendar asks for a release "
                            f"on {rule.platform}; the programme holds {span}")  # fmt: skip
            return
        after = rule.valid_from is None or rule.valid_from <= first
        before = rule.valid_until is None or first < rule.valid_until
        text = f"the first release there is on {first}; the programme holds {span}"
        yield _condition("valid", after and before, text)

    def work(self) -> Iterator[Condition]:
        """Yield whether the work is as it must be."""
        rule, series = self.programme.eligibility, self.plan.title.series
        cuts = [each for each in self.plan.title.cuts if each.kind is CutKind.EPISODE]
        if rule.min_episodes is not None:
            yield _condition("min_episodes", len(cuts) >= rule.min_episodes,
                             f"{len(cuts)} episodes; at least {rule.min_episodes}")  # fmt: skip
        seconds = {each.id: each.media.facts.seconds for each in cuts}
        for name, bound, word, wrong in (
            ("min_seconds", rule.min_seconds, "at least",
             [x for x, s in seconds.items() if rule.min_seconds and s < rule.min_seconds]),
            ("max_seconds", rule.max_seconds, "at most",
             [x for x, s in seconds.items() if rule.max_seconds and s > rule.max_seconds]),
        ):  # fmt: skip
            if bound is not None:
                what = _named(wrong, seconds) if wrong else f"all {len(cuts)} episodes keep it"
                yield _condition(name, not wrong, f"{what}; {word} {bound:g} s")
        if rule.production:
            wanted = " or ".join(rule.production)
            if series.production is None:
                yield Condition(name="production", verdict=UNKNOWN,
                                text=f"series.yaml does not say; {wanted}")  # fmt: skip
            else:
                yield _condition("production", series.production in rule.production,
                                 f"{series.production}; {wanted}")  # fmt: skip

    def where(self) -> Iterator[Condition]:
        """Yield whether it is shown in a territory of the programme."""
        wanted = self.programme.eligibility.territories
        if wanted is None:
            return
        shown = NOWHERE
        for each in self.there:
            shown = shown | each.territories
        common = shown & wanted
        seen = f"in {common or shown}" if shown else f"nowhere on {self.programme.platform}"
        yield _condition("territories", bool(common), f"shown {seen}; in one of {wanted}")

    def exclusivity(self) -> Iterator[Condition]:
        """Yield whether the calendars let anybody else show an episode within the window."""
        hours = self.programme.exclusivity_hours
        if not hours:
            return
        span = timedelta(hours=hours)
        first: dict[str, Release] = {}
        for each in sorted(self.there, key=lambda each: each.at):
            first.setdefault(each.key.cut, each)
        early = [
            each
            for each in self.others
            if each.key.cut in first and each.at < first[each.key.cut].at + span
        ]
        if not first:
            yield Condition(name="exclusivity_hours", verdict=UNKNOWN, text="no calendar asks for "
                            f"a release on {self.programme.platform}")  # fmt: skip
            return
        named = ", ".join(f"{each.key.cut} on {each.key.channel} {each.at:%Y-%m-%d %H:%M} UTC"
                          for each in early[:MOST])  # fmt: skip
        more = f" and {len(early) - MOST} more" if len(early) > MOST else ""
        text = f"too early: {named}{more}" if early else "no calendar breaks it"
        yield _condition("exclusivity_hours", not early, f"{text}; {hours:g} h alone")


def _named(wrong: list[str], seconds: Mapping[str, float]) -> str:
    said = ", ".join(f"{cut} has {seconds[cut]:.1f} s" for cut in wrong[:MOST])
    return said + (f" and {len(wrong) - MOST} more" if len(wrong) > MOST else "")


def _facts(programme: Programme, facts: Mapping[str, str]) -> Iterator[Condition]:
    for name in ("originality", "account_type"):
        wanted: tuple[str, ...] = getattr(programme.eligibility, name)
        if not wanted:
            continue
        said, text = facts.get(name), " or ".join(wanted)
        if said is None:
            yield Condition(name=name, verdict=UNKNOWN,
                            text=f"no file tells; say it under `facts`: {text}")  # fmt: skip
        else:
            yield _condition(name, said in wanted, f"{said}; {text}")
