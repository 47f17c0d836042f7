"""The work itself: a series, its cuts and the files that show them.

Everything here is what the producer wrote or what was read from the producer's files. Each class
spells itself as plain JSON (`as_json`) and reads that back (`from_json`), because the ledger keeps
exactly what was asked for: a release is carried out from the ledger, not from files that may have
changed since it was planned.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import attrs

from syndicator.model.proof import Disclosure, Document

Json = Any


class CutKind(StrEnum):
    """What a cut is; the order is the order in which a series shows them."""

    TRAILER = "trailer"
    HOOK = "hook"
    EPISODE = "episode"
    CHAPTER = "chapter"
    VOLUME = "volume"
    MOVIE = "movie"


@attrs.frozen
class Localization:
    """The words of a work in one language."""

    language: str
    """Canonical BCP-47 tag."""

    title: str
    synopsis: str = ""
    keywords: tuple[str, ...] = ()

    def as_json(self) -> Json:
        return {
            "language": self.language,
            "title": self.title,
            "synopsis": self.synopsis,
            "keywords": list(self.keywords),
        }

    @classmethod
    def from_json(cls, data: Json) -> Localization:
        return cls(data["language"], data["title"], data["synopsis"], tuple(data["keywords"]))


@attrs.frozen
class Rating:
    """An age rating: `Rating("ClassInd", "14")`."""

    system: str
    value: str

    def as_json(self) -> Json:
        return {"system": self.system, "value": self.value}


@attrs.frozen(kw_only=True)
class MediaFacts:
    """What was read from a media file itself."""

    seconds: float
    """Duration of the longest stream."""

    width: int
    """As shown: rotation and pixel aspect applied."""

    height: int
    video_codec: str
    """FFmpeg's name, e.g. `h264`."""

    pixel_format: str
    frame_rate: float
    audio_codec: str | None
    """None where there is no sound."""

    audio_channels: int = 0
    audio_rate: int = 0
    container: str = ""

    def as_json(self) -> Json:
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class File:
    """A file of the workspace and the proof of which content is meant."""

    path: str
    """Relative to the workspace, with `/`."""

    size: int
    """Bytes."""

    sha256: str
    """Hex."""

    mtime_ns: int = attrs.field(default=0, eq=False)
    """When it was last written, as read; a change says that `sha256` must be read again."""

    def as_json(self) -> Json:
        return {
            "path": self.path,
            "size": self.size,
            "sha256": self.sha256,
            "mtime_ns": self.mtime_ns,
        }

    def content_json(self) -> Json:
        """Return what makes it this content: a file moved or touched is the same content."""
        return self.sha256


@attrs.frozen(kw_only=True)
class Variant:
    """One media file of a cut."""

    file: File
    facts: MediaFacts
    language: str | None = None
    """BCP-47 language of the audio; None means the original's."""

    def as_json(self) -> Json:
        return {
            "file": self.file.as_json(),
            "facts": self.facts.as_json(),
            "language": self.language,
        }

    @classmethod
    def from_json(cls, data: Json) -> Variant:
        return cls(
            file=File(**data["file"]),
            facts=MediaFacts(**data["facts"]),
            language=data["language"],
        )


@attrs.frozen(kw_only=True)
class Companion:
    """A file beside the media: captions, or a poster; `language` None means any language."""

    file: File
    language: str | None = None

    def as_json(self) -> Json:
        return {"file": self.file.as_json(), "language": self.language}

    @classmethod
    def from_json(cls, data: Json) -> Companion:
        return cls(file=File(**data["file"]), language=data["language"])


@attrs.frozen(kw_only=True)
class Cut:
    """What is actually shown: an episode, a volume, a trailer."""

    id: str
    """Unique in the series: `ep001`, `trailer`."""

    kind: CutKind
    episodes: tuple[int, ...] = ()
    """The numbers of the episodes it contains; one for an episode, none for a trailer."""

    variants: tuple[Variant, ...]
    captions: tuple[Companion, ...] = ()
    posters: tuple[Companion, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    """(BCP-47 language, title) where the cut has a title of its own."""

    @property
    def number(self) -> int | None:
        """The episode's number; None for every other kind of cut."""
        return self.episodes[0] if self.kind is CutKind.EPISODE else None

    @property
    def media(self) -> Variant:
        """The variant shown where no language asks for another: the first."""
        return self.variants[0]

    def languages(self, original: str) -> frozenset[str]:
        """Return the BCP-47 languages in which it is heard or read, given the original's."""
        heard = {each.language or original for each in self.variants}
        return frozenset(heard | {each.language or original for each in self.captions})

    def only(self, languages: frozenset[str], original: str) -> Cut:
        """Return the cut with what is of these languages, or of none in particular."""

        def kept(each: Variant | Companion) -> bool:
            return each.language is None or each.language in languages

        return attrs.evolve(
            self,
            variants=tuple(x for x in self.variants if (x.language or original) in languages),
            captions=tuple(x for x in self.captions if (x.language or original) in languages),
            posters=tuple(each for each in self.posters if kept(each)),
            titles=tuple(each for each in self.titles if each[0] in languages),
        )

    @property
    def size(self) -> int:
        """Bytes of everything a channel would be given."""
        companions = (*self.captions, *self.posters)
        return sum(x.file.size for x in self.variants) + sum(x.file.size for x in companions)

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "kind": str(self.kind),
            "episodes": list(self.episodes),
            "variants": [variant.as_json() for variant in self.variants],
            "captions": [caption.as_json() for caption in self.captions],
            "posters": [poster.as_json() for poster in self.posters],
            "titles": [list(pair) for pair in self.titles],
        }

    @classmethod
    def from_json(cls, data: Json) -> Cut:
        return cls(
            id=data["id"],
            kind=CutKind(data["kind"]),
            episodes=tuple(data["episodes"]),
            variants=tuple(Variant.from_json(each) for each in data["variants"]),
            captions=tuple(Companion.from_json(each) for each in data["captions"]),
            posters=tuple(Companion.from_json(each) for each in data["posters"]),
            titles=tuple((language, title) for language, title in data["titles"]),
        )


@attrs.frozen(kw_only=True)
class Series:
    """A vertical series as its `series.yaml` tells it, without its cuts."""

    id: str
    original_language: str
    year: int | None = None
    production: str | None = None
    """`live_action`, `animation` or `ai_generated`."""

    localizations: tuple[Localization, ...] = ()
    ratings: tuple[Rating, ...] = ()
    posters: tuple[Companion, ...] = ()
    rights_holder: str | None = None
    episode_count: int = 0
    made_for_kids: bool = False
    """Whether it is directed at children, which some platforms must be told (COPPA, 16 CFR 312)."""

    ai: tuple[tuple[str, str], ...] = ()
    """(component, `none`, `assisted` or `generated`): what a machine had a part in. Components are
    `picture`, `voice`, `music`, `art` and `script`; what is left out is not known."""

    tags: tuple[str, ...] = attrs.field(default=(), eq=False)
    """What is in it that somebody may refuse: `alcohol`. Not shown, not in the ledger."""

    documents: tuple[Document, ...] = attrs.field(default=(), eq=False)
    """The chain of title. Not shown, not in the ledger."""

    disclosures: tuple[Disclosure, ...] = attrs.field(default=(), eq=False)
    """What is told of machines' part in it. Not in the ledger."""

    external_ids: tuple[str, ...] = attrs.field(default=(), eq=False)
    """What others call it, as sheets of rights name it: their ids and house titles. Not shown, so
    that a new one is no new content."""

    def only(self, languages: frozenset[str]) -> Series:
        """Return the series with its words and posters in these languages."""
        kept = tuple(each for each in self.localizations if each.language in languages)
        posters = tuple(x for x in self.posters if x.language is None or x.language in languages)
        return attrs.evolve(self, localizations=kept, posters=posters)

    def localization(self, language: str) -> Localization:
        """Return the words for a language: that tag, else its base language, else the original's.

        Nearest matches beyond the base language (es-MX to es-419) are the adapter's business.
        """
        by_language = {each.language: each for each in self.localizations}
        base = language.split("-", maxsplit=1)[0]
        near = [each for tag, each in by_language.items() if tag.split("-")[0] == base]
        original = by_language.get(self.original_language)
        fallback = original or (self.localizations[0] if self.localizations else None)
        found = by_language.get(language) or (near[0] if near else fallback)
        return found or Localization(self.original_language, self.id)

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "original_language": self.original_language,
            "year": self.year,
            "production": self.production,
            "localizations": [each.as_json() for each in self.localizations],
            "ratings": [each.as_json() for each in self.ratings],
            "posters": [each.as_json() for each in self.posters],
            "rights_holder": self.rights_holder,
            "episode_count": self.episode_count,
            "made_for_kids": self.made_for_kids,
            **({"ai": dict(self.ai)} if self.ai else {}),
            **({"external_ids": list(self.external_ids)} if self.external_ids else {}),
        }

    @classmethod
    def from_json(cls, data: Json) -> Series:
        return cls(
            id=data["id"],
            original_language=data["original_language"],
            year=data["year"],
            production=data["production"],
            localizations=tuple(Localization.from_json(each) for each in data["localizations"]),
            ratings=tuple(Rating(**each) for each in data["ratings"]),
            posters=tuple(Companion.from_json(each) for each in data["posters"]),
            rights_holder=data["rights_holder"],
            episode_count=data["episode_count"],
            made_for_kids=data.get("made_for_kids", False),
            ai=tuple(sorted(data.get("ai", {}).items())),
            external_ids=tuple(data.get("external_ids", ())),
        )
