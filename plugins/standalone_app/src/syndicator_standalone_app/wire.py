"""Entries become the documents that the viewer reads; pure.

The layout is a contract with the viewer: schemas/app-*.json. Documents that hold the same are the
same document, because their name is the digest of their content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

import attrs

from syndicator.model.terms import Terms
from syndicator.model.work import CutKind
from syndicator_standalone_app.entry import Entry, Opening, Package, Poster, access

FORMAT = 1
KINDS = {kind: place for place, kind in enumerate(CutKind)}
Shown = tuple[Entry, Opening]
T = TypeVar("T")


@attrs.frozen
class Document:
    """A file of the catalogue, named by its content."""

    path: str
    data: bytes


@attrs.frozen(kw_only=True)
class Edition:
    """A series as some territories see it, in one language."""

    item: Mapping[str, Any]
    """Its line in the territory document."""

    document: Document


def document(content: Any) -> Document:
    """Return a document, spelled so that equal contents have equal names."""
    data = spelled(content)
    return Document(f"catalog/{hashlib.sha256(data).hexdigest()[:32]}.json", data)


def spelled(content: Any) -> bytes:
    """Return JSON as bytes; the same content always gives the same bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def languages_of(entries: Iterable[Entry]) -> set[str]:
    """Return the languages that some words are written in."""
    return {
        language
        for entry in entries
        for language in (
            [words.language for words in entry.series.localizations]
            or [entry.series.original_language]
        )
    }


def editions(entries: Sequence[Entry], languages: Iterable[str]) -> dict[str, dict[str, Edition]]:
    """Return each territory's edition of one series in each language.

    Territories that see the same share their editions.
    """
    wanted = sorted(languages)
    made: dict[tuple[tuple[str, int], ...], dict[str, Edition]] = {}
    found = {}
    for territory in sorted({code for entry in entries for code in entry.territories}):
        shown = _shown_in(entries, territory)
        same = tuple((entry.cut.id, entry.openings.index(opening)) for entry, opening in shown)
        if same not in made:
            made[same] = {language: edition(shown, language) for language in wanted}
        found[territory] = made[same]
    return found


def _shown_in(entries: Sequence[Entry], territory: str) -> list[Shown]:
    pairs = ((entry, entry.opening_in(territory)) for entry in entries)
    shown = [(entry, opening) for entry, opening in pairs if opening is not None]
    return sorted(shown, key=_place)


def _place(shown: Shown) -> tuple[int, int, str]:
    cut = shown[0].cut
    return KINDS[cut.kind], min(cut.episodes, default=0), cut.id


def edition(shown: Sequence[Shown], language: str) -> Edition:
    """Return a series in one language; `shown` is in its order."""
    newest = max((entry for entry, _ in shown), key=lambda entry: (entry.written_at, entry.cut.id))
    series = newest.series
    by_language = {words.language: words for words in series.localizations}
    words = nearest(language, by_language, series.original_language) or series.localization(
        language
    )
    posters = poster_in(language, newest.series_posters, series.original_language)
    total = max(series.episode_count, sum(e.cut.number is not None for e, _ in shown))
    head = {
        "id": series.id,
        "title": words.title,
        "synopsis": words.synopsis,
        "posters": posters,
        "episodes_total": total,
    }
    made = document(
        {
            "format": FORMAT,
            **head,
            "language": words.language,
            "keywords": list(words.keywords),
            "year": series.year,
            "production": series.production,
            "ratings": [rating.as_json() for rating in series.ratings],
            "original_language": series.original_language,
            "cuts": [_cut(entry, opening, language) for entry, opening in shown],
        }
    )
    number = sum(entry.cut.number is not None for entry, _ in shown)
    return Edition(item={**head, "episodes_open": number, "document": made.path}, document=made)


def _cut(entry: Entry, opening: Opening, language: str) -> dict[str, Any]:
    cut, original = entry.cut, entry.series.original_language
    terms = access(cut, opening.terms)
    by_language = {package.language: package for package in entry.packages}
    package = None if terms == "locked" else nearest(language, by_language, original)
    return {
        "id": cut.id,
        "kind": str(cut.kind),
        "number": cut.number,
        "title": nearest(language, dict(cut.titles), original),
        "duration_s": entry.duration_s,
        "width": entry.width,
        "height": entry.height,
        "posters": poster_in(language, entry.posters, original),
        "hls": f"{package.path}/master.m3u8" if package else None,
        "captions": _captions(package),
        "access": terms,
        "terms": _terms(opening.terms),
        "opens_at": spelled_time(opening.opens_at),
        "closes_at": spelled_time(opening.closes_at) if opening.closes_at else None,
    }


def _captions(package: Package | None) -> list[dict[str, str]]:
    return [
        {"language": language, "label": label(language), "src": path}
        for language, path in (package.captions if package else ())
    ]


def poster_in(language: str, posters: Sequence[Poster], original: str) -> dict[str, str]:
    """Return the sizes of the poster that fits a language best; one without words fits all."""
    by_language = {each.language or "": each for each in posters}
    exact = by_language.get(language)
    found = exact or by_language.get("") or nearest(language, by_language, original)
    return {str(width): path for width, path in found.sizes} if found else {}


def territory(language: str, items: Iterable[Mapping[str, Any]]) -> Document:
    """Return a territory's document in one language."""
    ordered = sorted(items, key=lambda item: (item["title"].casefold(), item["id"]))
    return document({"format": FORMAT, "language": language, "series": ordered})


def nearest(language: str, by_language: Mapping[str, T], original: str) -> T | None:
    """Return what is in this language, else in its nearest relative, else in the original's."""
    if language in by_language:
        return by_language[language]
    base = language.split("-", maxsplit=1)[0]
    kin = [tag for tag in by_language if tag.split("-", maxsplit=1)[0] == base]
    if kin:
        return by_language[min(kin, key=lambda tag: (_distance(language, tag), tag))]
    return by_language.get(original) or next(iter(by_language.values()), None)


@lru_cache(maxsize=4096)
def _distance(wanted: str, offered: str) -> int:
    import langcodes

    return langcodes.tag_distance(wanted, offered)


@lru_cache(maxsize=512)
def label(language: str) -> str:
    """Return a language's name in that language, as Unicode's CLDR has it."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name or language


def spelled_time(moment: datetime) -> str:
    """Return an instant as documents spell it: `2026-12-01T23:00:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _terms(terms: Terms) -> dict[str, Any]:
    """Return what viewers are told of the terms."""
    said = terms.as_json()
    return {name: said[name] for name in ("model", "free_episodes", "unlock_price")}
