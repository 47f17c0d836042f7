"""What is in a series and is refused somewhere: the `tags` of series.yaml against a table."""

from __future__ import annotations

from collections.abc import Sequence

from syndicator.compliance.where import (
    SAYS,
    Against,
    channel_and_places,
    judged,
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
from syndicator.model.problem import Problem
from syndicator.model.release import Reason, Release
from syndicator.model.seam import Policy, Verdict

ID = "content-tags"
TAG = {
    "type": "string",
    "pattern": "^[a-z0-9][a-z0-9_-]*$",
    "description": "A tag in small letters.",
    "examples": ["alcohol"],
}


def judge(plan: Plan, sight: Sight) -> Sequence[Verdict]:
    """Return what is refused where it is to be seen."""
    told = options(sight, ID)
    tags = plan.title.series.tags
    refused = {
        key: [tag for tag in tags if tag in listed]
        for key, listed in told.get("refused", {}).items()
    }

    def against(release: Release) -> list[Against]:
        found: list[Against] = []
        for key, listed in refused.items():
            met = where(key).meets(release.key.channel, release.territories) if listed else None
            if met:
                who = str(met) if where(key).territories is not None else release.key.channel
                words = ", ".join(listed)
                verb = "are" if len(listed) > 1 else "is"
                text = f"{words} {verb} refused by {who}, and the series is tagged so"
                found.append((Reason(ID, text), severity_at(told, key)))
        return found

    return list(judged(plan.releases, channel_and_places, against)) if any(refused.values()) else ()


def check(told: Node, config: Config) -> list[Problem]:
    """Return what is wrong with the options."""
    table = told.value.get("refused")
    found = list(unknown_places(table, config)) if table else []
    return [*found, *unknown_keys(told, ("refused",), ())]


POLICY = Policy(
    id=ID,
    severity="block",
    about="Is a series kept from where something in it is refused?",
    judge=judge,
    check=check,
    options_schema={
        "type": "object",
        "properties": {
            "refused": table_of("Tags that are refused.", TAG, {"SA AE": ["alcohol", "kissing"]}),
            **SAYS,
        },
        "additionalProperties": False,
    },
)
