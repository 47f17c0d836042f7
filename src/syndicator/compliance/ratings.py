"""Age ratings that territories or channels ask for, and values that the systems really have.

The systems and their values are those of the MovieLabs Common Metadata Ratings 2.5.1 (2024-08-21),
carried in `rating_systems.json` under the MIT licence beside it; scripts/ratings_table.py derives
it. Systems that it does not know are taken as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import attrs

from syndicator.compliance.where import (
    SAYS,
    Against,
    channel_and_places,
    either,
    few,
    judged,
    near,
    options,
    severity_at,
    table_of,
    unknown_keys,
    unknown_places,
    where,
)
from syndicator.model.config import Config
from syndicator.model.placed import Node
from syndicator.model.plan import Plan, Sight
from syndicator.model.problem import Problem, Severity
from syndicator.model.release import Reason, Release
from syndicator.model.seam import Policy, Verdict
from syndicator.model.territory import Territories
from syndicator.model.work import Rating

ID = "ratings"
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType({"KR": ("KMRB", "KCC"), "VN": ("MCST",)})
"""Korea: a large shop refuses what is not rated (its partner help, 2026).
Vietnam: the class is shown throughout, for drama on the web too (trade press, 2026)."""

OTHER_NAMES: Mapping[str, str] = MappingProxyType({"classind": "djctq"})
"""Names in use that the table does not have: Brazil's system is known as ClassInd today."""


@attrs.frozen(kw_only=True)
class System:
    """A rating system, or several of one name in different territories."""

    name: str
    territories: Territories
    values: frozenset[str]
    former: frozenset[str]


@lru_cache(maxsize=1)
def systems() -> Mapping[str, System]:
    """Return the systems that are known, by name in small letters."""
    from importlib.resources import files

    text = files("syndicator.compliance").joinpath("rating_systems.json").read_text("utf-8")
    found: dict[str, System] = {}
    for each in json.loads(text):
        name = each["system"]
        before = found.get(name.lower())
        values = frozenset(each.get("values", ()))
        former = frozenset(each.get("former", ()))
        places = Territories(frozenset(each.get("territories", ())))
        found[name.lower()] = System(
            name=name,
            territories=places | before.territories if before else places,
            values=values | before.values if before else values,
            former=former | before.former if before else former,
        )
    return found


def known_as(name: str) -> str:
    """Return the name under which a system is compared."""
    folded = name.strip().lower()
    return OTHER_NAMES.get(folded, folded)


def trouble(rating: Rating) -> str:
    """Return what is wrong with a rating's value; empty where nothing is, or nobody knows."""
    system = systems().get(known_as(rating.system))
    if system is None:
        return ""
    folded = {each.casefold() for each in system.values}
    if rating.value.casefold() in folded:
        return ""
    values = few(sorted(system.values))
    if rating.value.casefold() in {each.casefold() for each in system.former}:
        return f"{rating.value} is a former value of {rating.system}; it has {values}"
    hint = near(rating.value, system.values)
    more = f"; {hint}" if hint else ""
    return f"{rating.system} has no value {rating.value}; it has {values}{more}"


def judge(plan: Plan, sight: Sight) -> Sequence[Verdict]:
    """Return where a rating is missing, or says what its system does not have."""
    told = options(sight, ID)
    required = {**REQUIRED, **told.get("required", {})}
    ratings = plan.title.series.ratings
    sound = {known_as(each.system) for each in ratings if not trouble(each)}
    missing = {
        key: accepted
        for key, accepted in required.items()
        if accepted and not sound & {known_as(each) for each in accepted}
    }
    wrong = [each for each in ratings if trouble(each)]

    def against(release: Release) -> list[Against]:
        found: list[Against] = []
        for key, accepted in missing.items():
            met = where(key).meets(release.key.channel, release.territories)
            if met:
                who = str(met) if where(key).territories is not None else release.key.channel
                text = f"{who} asks for a rating of {either(accepted)}; {_has(ratings, accepted)}"
                found.append((Reason(ID, text), severity_at(told, key)))
        found += [
            (Reason(ID, trouble(each)), "")
            for each in wrong
            if _where_it_holds(each) & release.territories
        ]
        return found

    return list(judged(plan.releases, channel_and_places, against)) if missing or wrong else ()


def _where_it_holds(rating: Rating) -> Territories:
    return systems()[known_as(rating.system)].territories


def _has(ratings: Sequence[Rating], accepted: Sequence[str]) -> str:
    if not ratings:
        return "the series has none"
    text = f"the series has {', '.join(f'{each.system} {each.value}' for each in ratings)}"
    unknown = [each.system for each in ratings if known_as(each.system) not in systems()]
    hints = [hint for each in unknown if (hint := near(each, accepted))]
    return f"{text}; {hints[0]}" if hints else text


def check(told: Node, config: Config) -> list[Problem]:
    """Return what is wrong with the options."""
    table = told.value.get("required")
    found = list(unknown_places(table, config)) if table else []
    found += _unknown_systems(table) if table else ()
    return [*found, *unknown_keys(told, ("required",), REQUIRED)]


def _unknown_systems(table: Node) -> Iterator[Problem]:
    known = {each.name for each in systems().values()}
    for listed in table.value.values():
        for each in listed.value:
            if known_as(each.value) not in systems():
                yield Problem("unknown-rating-system", f"nobody knows the system {each.value}",
                              each.place, str(each.value), few(sorted(known)),
                              near(each.value, known), Severity.WARNING)  # fmt: skip


SYSTEM: Mapping[str, Any] = {
    "type": "string",
    "description": "A rating system, by its name in the MovieLabs ratings or its own.",
    "examples": ["KMRB"],
}

POLICY = Policy(
    id=ID,
    severity="warn",
    about="Has a series the age ratings that are asked for, with values that exist?",
    judge=judge,
    check=check,
    options_schema={
        "type": "object",
        "properties": {
            "required": {
                **table_of("Systems of which one must have rated it; an empty list asks for none.",
                           SYSTEM, {"BR": ["DJCTQ"], "VN": []}),
                "default": {key: list(each) for key, each in REQUIRED.items()},
            },
            **SAYS,
        },
        "additionalProperties": False,
    },
)  # fmt: skip
