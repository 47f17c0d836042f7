"""Languages that a channel or a territory needs, and the nearest one where that will do.

Distances are those of CLDR's language matching, as `langcodes.tag_distance` computes them: 0 means
the same, 5 another variety (pt-PT for pt-BR), 10 that readers of one are known to read the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs

from syndicator.compliance.where import (
    SAYS,
    Against,
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
from syndicator.model.work import Cut, Series

ID = "missing-localization"
NEAREST = "nearest-language"
"""The code of the note that another language stands in."""

PARTS = ("words", "captions", "audio")
"""What can be localized: title and synopsis; what is read or heard; what is heard."""


@lru_cache(maxsize=4096)
def distance(wanted: str, there: str) -> int:
    """Return how far a language is from the one that is wanted; 0 is the same."""
    import langcodes

    return int(langcodes.tag_distance(wanted, there))


def nearest(wanted: str, there: Iterable[str]) -> tuple[int, str] | None:
    """Return (distance, language) of the best match; None where there is none at all."""
    return min(((distance(wanted, each), each) for each in there), default=None)


@attrs.frozen(kw_only=True)
class Needs:
    """The options of this rule."""

    required: Mapping[str, Sequence[str]]
    parts: Sequence[str] = ("words",)
    max_distance: int = 0


def judge(plan: Plan, sight: Sight) -> Sequence[Verdict]:
    """Return the languages that are missing where they are needed, or what stands in for them."""
    told = options(sight, ID)
    needs = Needs(
        required={key: each for key, each in told.get("required", {}).items() if each},
        parts=told.get("parts", ("words",)),
        max_distance=told.get("max_distance", 0),
    )
    if not needs.required:
        return ()
    there = There(plan)

    def against(release: Release) -> list[Against]:
        found: list[Against] = []
        for key, languages in needs.required.items():
            met = where(key).meets(release.key.channel, release.territories)
            if met:
                who = str(met) if where(key).territories is not None else release.key.channel
                own = severity_at(told, key)
                for part in needs.parts:
                    has = there.languages(part, release)
                    for language in languages:
                        found += _lacking(f"{who} needs {part} in {language}", language, has,
                                          most=needs.max_distance, own=own)  # fmt: skip
        return found

    return list(judged(plan.releases, there.alike, against))


def _lacking(
    need: str, wanted: str, has: frozenset[str], *, most: int, own: str
) -> Iterator[Against]:
    best = nearest(wanted, has)
    if best is None or best[0] > most:
        nearby = f"; nearest is {best[1]}, at a distance of {best[0]}" if best else ""
        yield Reason(ID, f"{need}, and there are none{nearby}"), own
    elif best[0]:
        yield Reason(NEAREST, f"{need}; {best[1]} stands in, at a distance of {best[0]}"), "warn"


class There:
    """The languages that there are, by part and cut, of what each channel is given."""

    def __init__(self, plan: Plan) -> None:
        self.series: Series = plan.title.series
        self._cuts: dict[str, Cut] = {each.id: each for each in plan.title.cuts}
        self._spoken = {each.id: (self._heard(each), self._read(each)) for each in plan.title.cuts}
        self._only = {
            selection.channel: frozenset(selection.languages)
            for calendar in plan.title.calendars
            for selection in calendar.channels
            if selection.languages is not None
        }

    def alike(self, release: Release) -> Hashable:
        """Return what releases share that have the same languages in the same place."""
        key = release.key
        return key.channel, release.territories.codes, self._spoken.get(key.cut)

    def languages(self, part: str, release: Release) -> frozenset[str]:
        """Return the languages in which a release has its words, its captions or its audio."""
        heard, read = self._spoken.get(release.key.cut, (frozenset(), frozenset()))
        words = frozenset(each.language for each in self.series.localizations)
        found = {"words": words, "captions": heard | read, "audio": heard}[part]
        only = self._only.get(release.key.channel)
        return found if only is None else found & only

    def _heard(self, cut: Cut) -> frozenset[str]:
        return frozenset(each.language or self.series.original_language for each in cut.variants)

    def _read(self, cut: Cut) -> frozenset[str]:
        return frozenset(each.language or self.series.original_language for each in cut.captions)


def check(told: Node, config: Config) -> list[Problem]:
    """Return what is wrong with the options."""
    import langcodes

    table = told.value.get("required")
    found = list(unknown_places(table, config)) if table else []
    for listed in table.value.values() if table else ():
        for each in listed.value:
            standard = langcodes.standardize_tag(each.value) if _is_tag(each.value) else ""
            if not _is_tag(each.value):
                found.append(Problem("unknown-language", "no such language", each.place,
                                     str(each.value), "a BCP-47 tag, like pt-BR"))  # fmt: skip
            elif standard != each.value:
                found.append(Problem("unknown-language", "a language is written in one way only",
                                     each.place, str(each.value), standard))  # fmt: skip
    return [*found, *unknown_keys(told, ("required",), ())]


def _is_tag(word: str) -> bool:
    import langcodes

    try:
        return bool(langcodes.tag_is_valid(word))
    except ValueError:
        return False


LANGUAGE: Mapping[str, Any] = {
    "type": "string",
    "description": "A BCP-47 language.",
    "examples": ["pt-BR"],
}

POLICY = Policy(
    id=ID,
    severity="block",
    about="Are there words, captions or audio in the languages that are needed?",
    judge=judge,
    check=check,
    codes=(ID, NEAREST),
    options_schema={
        "type": "object",
        "properties": {
            "required": table_of("Languages that are needed.", LANGUAGE, {"BR": ["pt-BR"]}),
            "parts": {
                "type": "array",
                "items": {"type": "string", "enum": list(PARTS), "description": "A part."},
                "minItems": 1,
                "description": "What must be there in them: words (title and synopsis), captions "
                "(or audio, which needs none), audio.",
                "default": ["words"],
                "examples": [["words", "captions"]],
            },
            "max_distance": {
                "type": "integer",
                "minimum": 0,
                "maximum": 134,
                "description": "How far another language may be and still stand in: 0 is the same, "
                "5 another variety, 10 one that its readers are known to read.",
                "default": 0,
                "examples": [5],
            },
            **SAYS,
        },
        "additionalProperties": False,
    },
)
