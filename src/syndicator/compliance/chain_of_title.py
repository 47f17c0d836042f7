"""Documents of the chain of title: there, as they were signed, in force, and of the kinds needed.

Files are read where the series is read (`catalog`); here it is only judged what was found.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from syndicator.compliance.days import Days, day_after
from syndicator.compliance.where import (
    SAYS,
    Against,
    either,
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
from syndicator.model.proof import DOCUMENT_KINDS, Document
from syndicator.model.release import Reason, Release
from syndicator.model.seam import Policy, Verdict
from syndicator.model.territory import Territories

ID = "chain-of-title"
KINDS: Mapping[str, Any] = {
    "type": "string",
    "enum": list(DOCUMENT_KINDS),
    "description": "A kind of document.",
}


def judge(plan: Plan, sight: Sight) -> Sequence[Verdict]:
    """Return where a document is missing, not the one that was signed, or not in force."""
    told = options(sight, ID)
    documents = plan.title.series.documents
    required = {key: each for key, each in told.get("required", {}).items() if each}
    spoilt = [each for each in documents if each.fault]
    if not required and not spoilt:
        return ()
    pack = Pack(documents, sight.config.time_zones)

    def against(release: Release) -> list[Against]:
        found: list[Against] = [
            (Reason(ID, each.fault), "")
            for each in spoilt
            if each.territories & release.territories
        ]
        for key, kinds in required.items():
            met = where(key).meets(release.key.channel, release.territories)
            own = severity_at(told, key)
            for kind in kinds if met else ():
                found += [(Reason(ID, text), own) for text in pack.lacks(kind, release, met)]
        return found

    return list(judged(plan.releases, pack.alike, against))


class Pack:
    """The documents of a series that are as they were signed."""

    def __init__(self, documents: Iterable[Document], zones: Mapping[str, str]) -> None:
        self._sound = [each for each in documents if not each.fault]
        bounds = [
            day
            for each in self._sound
            for day in (each.valid_from, day_after(each.valid_until))
            if day is not None
        ]
        self._days = Days(bounds, zones)

    def alike(self, release: Release) -> Hashable:
        """Return what releases share for which the same documents are in force."""
        key = release.key
        return key.channel, release.territories.codes, self._days.alike(release.at)

    def lacks(self, kind: str, release: Release, where_: Territories) -> Iterator[str]:
        """Yield the sentence that no document of a kind is in force in some territories."""
        of_kind = [each for each in self._sound if each.kind == kind]
        bare = Territories(
            frozenset(
                code
                for code in where_
                if not any(self._in_force(each, release, code) for each in of_kind)
            )
        )
        if bare:
            why = (
                either([self._why(each, release, bare) for each in of_kind], "and")
                or f"the series lists none of kind {kind}"
            )
            yield f"{bare} needs a document of kind {kind}: {why}"

    def _in_force(self, document: Document, release: Release, code: str) -> bool:
        after = day_after(document.valid_until)
        return (
            code in document.territories
            and self._days.has_begun(document.valid_from, release.at, code)
            and not (after and self._days.has_begun(after, release.at, code))
        )

    def _why(self, document: Document, release: Release, bare: Territories) -> str:
        code = next(iter(bare))
        after = day_after(document.valid_until)
        if code not in document.territories:
            return f"{document.file} is for {document.territories}"
        if after and self._days.has_begun(after, release.at, code):
            return f"{document.file} held until {document.valid_until}"
        return f"{document.file} holds from {document.valid_from}"


def check(told: Node, config: Config) -> list[Problem]:
    """Return what is wrong with the options."""
    table = told.value.get("required")
    found = list(unknown_places(table, config)) if table else []
    return [*found, *unknown_keys(told, ("required",), ())]


POLICY = Policy(
    id=ID,
    severity="block",
    about="Are the documents there that prove the rights, as they were signed and in force?",
    judge=judge,
    check=check,
    options_schema={
        "type": "object",
        "properties": {
            "required": table_of(
                "Kinds of documents that are needed.", KINDS, {"US": ["insurance"]}
            ),
            **SAYS,
        },
        "additionalProperties": False,
    },
)
