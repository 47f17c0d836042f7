"""What a release shows, named by a digest: the same words and bytes are the same content."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import attrs

from syndicator.model.work import Companion, Cut, Series


@attrs.frozen(kw_only=True)
class Content:
    """A cut with the series it belongs to, as it was when the release was planned."""

    series: Series
    cut: Cut

    @classmethod
    def from_json(cls, series: Any, cut: Any) -> Content:
        """Return what `contents_of` wrote for a series and one of its cuts."""
        return cls(series=Series.from_json(series), cut=Cut.from_json(cut))


def series_digest(series: Series) -> str:
    """Return the digest of everything a series says beside its cuts."""
    facts = (
        series.id,
        series.original_language,
        series.year,
        series.production,
        [(x.language, x.title, x.synopsis, x.keywords) for x in series.localizations],
        [(x.system, x.value) for x in series.ratings],
        _companions(series.posters),
        series.rights_holder,
        series.episode_count,
    )
    # Later facts count only where they say something: what is in a ledger keeps its digest.
    more: tuple[object, ...] = ("made for kids",) if series.made_for_kids else ()
    if series.ai:
        more += (("ai", series.ai),)
    return _digest((*facts, *more))


def cut_digest(series: str, cut: Cut) -> str:
    """Return the digest of a cut within a series of that digest.

    Bytes count by their SHA-256: a file that was moved or touched is the same content.
    """
    facts = (
        series,
        cut.id,
        str(cut.kind),
        cut.episodes,
        [(x.language, x.file.sha256) for x in cut.variants],
        _companions(cut.captions),
        _companions(cut.posters),
        cut.titles,
    )
    return _digest(facts)


def contents_of(series: Series, cuts: Iterable[Cut]) -> tuple[dict[str, str], dict[str, str]]:
    """Return (cut id to digest, digest to JSON text) of a series.

    The series stands once under its own digest, and each cut refers to it: 60 episodes do not
    carry 60 copies of the synopsis.
    """
    base = series_digest(series)
    texts = {base: _dump(series.as_json())}
    digests = {}
    for cut in cuts:
        digest = cut_digest(base, cut)
        digests[cut.id] = digest
        texts[digest] = _dump({"series": base, "cut": cut.as_json()})
    return digests, texts


def _companions(companions: tuple[Companion, ...]) -> list[tuple[str | None, str]]:
    return [(each.language, each.file.sha256) for each in companions]


def _digest(facts: object) -> str:
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _dump(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
