"""What must be told where a machine made the pictures or the voices: dated rules of law.

The built-in rules state what was known in November 2026, from trade press and law firms' notes;
they are reminders, not advice. Platforms' own labels are no business of this rule: each adapter
derives them from `production`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any

import attrs

from syndicator.compliance.days import Days
from syndicator.compliance.where import Against, either, few, judged, near, options, unknown_place
from syndicator.model.config import Config
from syndicator.model.placed import Node
from syndicator.model.plan import Plan, Sight
from syndicator.model.problem import Problem
from syndicator.model.proof import DISCLOSURE_KINDS
from syndicator.model.release import Reason, Release
from syndicator.model.seam import Policy, Verdict
from syndicator.model.territory import EVERYWHERE, NOWHERE, Territories
from syndicator.model.work import Series

ID = "ai-disclosure"
COMPONENTS = ("picture", "voice", "music", "art", "script")
DEGREES = ("none", "assisted", "generated")
EUROPEAN_UNION = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
"""The member states, as of 2026."""


@attrs.frozen(kw_only=True)
class Rule:
    """From a day on, a place asks for a disclosure of what a machine made."""

    name: str
    title: str
    """What asks, for the sentence."""

    territories: Territories
    channels: tuple[str, ...] = ("*",)
    since: date | None = None
    until: date | None = None
    """The first day on which it does not hold any more."""

    components: tuple[str, ...] = ("picture", "voice")
    degrees: tuple[str, ...] = ("generated",)
    any_of: tuple[str, ...] = ()
    """One of these disclosures is enough."""

    all_of: tuple[str, ...] = ()
    """Each of these is needed."""


RULES = (
    Rule(
        name="eu-ai-act",
        title="the EU's AI Act, article 50,",
        territories=Territories.parse(EUROPEAN_UNION),
        since=date(2026, 8, 2),
        any_of=("on_screen", "credits"),
    ),
    Rule(
        name="cn-labelling",
        title="China's labelling measures",
        territories=Territories.parse(("CN",)),
        since=date(2025, 9, 1),
        components=("picture", "voice", "music", "art"),
        all_of=("on_screen", "metadata"),
    ),
    Rule(
        name="cn-filing",
        title="China's filing of AI micro-dramas",
        territories=Territories.parse(("CN",)),
        since=date(2026, 7, 1),
        all_of=("filing",),
    ),
)
"""Regulation (EU) 2024/1689, article 50, applies from 2026-08-02, and asks less of what is plainly
fiction: a line in the credits will do. China: the measures with GB 45438-2025, from 2025-09-01, ask
for a visible label and a mark in the file; tiers with a number from 2026-07-01."""


def made_by_machine(series: Series) -> dict[str, str]:
    """Return what a machine had a part in, by component; what is not said follows `production`."""
    by_default = "generated" if series.production == "ai_generated" else "none"
    assumed = {"picture": by_default, "voice": by_default}
    return {**assumed, **dict(series.ai)}


def judge(plan: Plan, sight: Sight) -> Sequence[Verdict]:
    """Return where a disclosure is asked for and there is none."""
    series = plan.title.series
    made = made_by_machine(series)
    concerned = [
        (rule, [part for part in rule.components if made.get(part) in rule.degrees])
        for rule in rules(options(sight, ID))
    ]
    asked = [(rule, parts) for rule, parts in concerned if parts]
    if not asked:
        return ()
    edges = [day for rule, _ in asked for day in (rule.since, rule.until) if day is not None]
    days = Days(edges, sight.config.time_zones)

    def alike(release: Release) -> Hashable:
        return release.key.channel, release.territories.codes, days.alike(release.at)

    def against(release: Release) -> list[Against]:
        return [
            (Reason(ID, text), "")
            for rule, parts in asked
            for text in _missing(rule, parts, series, _asks(rule, release, days))
        ]

    return list(judged(plan.releases, alike, against))


def _asks(rule: Rule, release: Release, days: Days) -> Territories:
    """Return where a rule asks something of a release, on its day there."""
    if not any(fnmatchcase(release.key.channel, each) for each in rule.channels):
        return NOWHERE
    return Territories(
        frozenset(
            code
            for code in (rule.territories & release.territories).codes
            if days.has_begun(rule.since, release.at, code)
            and not (rule.until and days.has_begun(rule.until, release.at, code))
        )
    )


def _missing(rule: Rule, parts: list[str], series: Series, where: Territories) -> Iterator[str]:
    if not where:
        return
    covered = {
        kind: _covered(series, kind) & where for kind in (*rule.any_of, *rule.all_of)
    }  # fmt: skip
    whole = {kind for kind, places in covered.items() if places == where}
    some = NOWHERE
    for kind in rule.any_of:
        some |= covered[kind]
    lacking = [kind for kind in rule.all_of if kind not in whole]
    if rule.any_of and some != where:
        lacking.append(either(rule.any_of))
    if lacking:
        made = either(parts, "and")
        verb = "are" if len(parts) > 1 else "is"
        yield (
            f"{rule.title} asks in {where} for a disclosure, since {made} {verb} made by a "
            f"machine; missing: {', '.join(lacking)}"
        )


def _covered(series: Series, kind: str) -> Territories:
    found = NOWHERE
    for each in series.disclosures:
        if each.kind == kind:
            found |= each.territories
    return found


# -- options --


def rules(told: Mapping[str, Any]) -> list[Rule]:
    """Return the rules in force: the built-in ones, without some, and those of syndicator.toml."""
    left = set(told.get("without", ()))
    found = {each.name: each for each in RULES if each.name not in left}
    for name, each in told.get("rules", {}).items():
        found[name] = Rule(
            name=name,
            title=each.get("title", name),
            territories=Territories.parse(each["territories"])
            if "territories" in each
            else EVERYWHERE,
            channels=tuple(each.get("channels", ("*",))),
            since=_day(each.get("since")),
            until=_day(each.get("until")),
            components=tuple(each.get("components", ("picture", "voice"))),
            degrees=tuple(each.get("degrees", ("generated",))),
            any_of=tuple(each.get("any_of", ())),
            all_of=tuple(each.get("all_of", ())),
        )
    return list(found.values())


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def check(told: Node, config: Config) -> list[Problem]:
    """Return what is wrong with the options."""
    names = [each.name for each in RULES]
    listed = told.value["without"].value if "without" in told.value else []
    found = [
        Problem("wrong-value", "no built-in rule has this name", each.place, str(each.value),
                few(names), near(str(each.value), names))
        for each in listed if each.value not in names
    ]  # fmt: skip
    table = told.value["rules"].value if "rules" in told.value else {}
    for rule in table.values():
        found += _wrong(rule, config)
    return found


def _wrong(rule: Node, config: Config) -> Iterator[Problem]:
    for key in ("territories", "channels"):
        for each in rule.value[key].value if key in rule.value else ():
            yield from unknown_place(str(each.value), each.place, config)
    for key in ("since", "until"):
        if key in rule.value and not _is_day(rule.value[key].value):
            yield Problem("bad-date", "this is no date", rule.value[key].place,
                          str(rule.value[key].value), "like 2026-08-02")  # fmt: skip
    if not rule.value.keys() & {"any_of", "all_of"}:
        yield Problem("missing-key", "this rule asks for nothing", rule.place,
                      expected='any_of = ["on_screen", "credits"], or all_of')  # fmt: skip


def _is_day(value: Any) -> bool:
    try:
        return not isinstance(_day(value), datetime)
    except ValueError:
        return False


def _words(known: Sequence[str], about: str, example: list[str]) -> dict[str, Any]:
    items = {"type": "string", "enum": list(known), "description": "One of them."}
    return {"type": "array", "items": items, "minItems": 1, "description": about,
            "examples": [example]}  # fmt: skip


def _text(about: str, example: Any) -> dict[str, Any]:
    return {"type": "string", "description": about, "examples": [example]}


RULE: Mapping[str, Any] = {
    "type": "object",
    "description": "A rule of your own, or one that stands for a built-in one of the same name.",
    "properties": {
        "title": _text("What asks, for the sentence.", "the broadcaster's charter"),
        "territories": {
            "type": "array",
            "items": _text("A territory.", "KR"),
            "description": "Where it holds; left out, everywhere.",
            "examples": [["KR"]],
        },
        "channels": {
            "type": "array",
            "items": _text("A channel, or a pattern.", "tube-*"),
            "description": "On which channels; left out, on all.",
            "examples": [["tube-*"]],
        },
        "since": _text("The first day of it, there.", "2026-01-22"),
        "until": _text("The first day without it, there.", "2028-01-01"),
        "components": _words(COMPONENTS, "What a machine must have had a part in.", ["picture"]),
        "degrees": _words(DEGREES[1:], "How much of it.", ["assisted", "generated"]),
        "any_of": _words(DISCLOSURE_KINDS, "One of these is enough.", ["on_screen", "credits"]),
        "all_of": _words(DISCLOSURE_KINDS, "Each of these is needed.", ["metadata"]),
    },
    "additionalProperties": False,
}

POLICY = Policy(
    id=ID,
    severity="warn",
    about="Is it told, where law asks for it, that a machine made the pictures or the voices?",
    judge=judge,
    check=check,
    options_schema={
        "type": "object",
        "properties": {
            "without": {
                "type": "array",
                "items": _text("A rule's name.", "cn-filing"),
                "description": "Built-in rules that do not count: "
                f"{either([each.name for each in RULES])}.",
                "examples": [["cn-filing"]],
            },
            "rules": {
                "type": "object",
                "description": "Further rules, by name.",
                "additionalProperties": RULE,
                "examples": [{"kr-ai": {"territories": ["KR"], "any_of": ["on_screen"]}}],
            },
        },
        "additionalProperties": False,
    },
)
