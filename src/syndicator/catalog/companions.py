"""Captions and posters: found by their names beside the media they belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

import attrs

from syndicator.catalog.facts_cache import Learned
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.folder import SeriesFolder
from syndicator.catalog.languages import UnknownLanguage, canonical
from syndicator.model.placed import Node
from syndicator.model.problem import Place
from syndicator.model.work import Companion, File

CAPTIONS = (".vtt", ".srt", ".ttml")
"""The earlier counts where one language has several."""

POSTERS = (".jpg", ".jpeg", ".png", ".webp")
POSTER = "poster"
"""The stem of the series' own posters."""


@attrs.frozen(kw_only=True)
class Named:
    """The companions of a series by the stem of the media they belong to."""

    captions: Mapping[str, list[tuple[str | None, str]]]
    """(language, file name)."""

    posters: Mapping[str, list[tuple[str | None, str]]]

    def names(self) -> Iterator[str]:
        """Yield all file names."""
        for group in (self.captions, self.posters):
            for listed in group.values():
                yield from (name for _, name in listed)


def stem_of(media: str) -> str:
    """Return what names of companions begin with: `ep001` of `media/ep001.mp4`."""
    return PurePosixPath(media).name.partition(".")[0]


def companions(folder: SeriesFolder, stems: Collection[str], faults: Faults) -> Named:
    """Return the captions and posters of media with these stems; other pictures are left alone."""
    captions: dict[str, list[tuple[str | None, str]]] = {}
    posters: dict[str, list[tuple[str | None, str]]] = {}
    endings = (*CAPTIONS, *POSTERS)
    beside = [name for name in folder.files if name.lower().endswith(endings)]
    for name in sorted(beside, key=_preference):
        path = PurePosixPath(name)
        suffix, (stem, _, word) = path.suffix.lower(), path.stem.partition(".")
        place = Place(f"{folder.path}/{name}")
        if suffix in CAPTIONS and stem in stems:
            listed = captions.setdefault(stem, [])
            language = language_of(Node(word, place), faults) if word else None
            if language in {known for known, _ in listed}:
                first = next(other for known, other in listed if known == language)
                faults.warn("double-caption", f"{first} is taken, in the same language", place,
                            found=name, expected="one file for each language")  # fmt: skip
            else:
                listed.append((language, name))
        elif suffix in CAPTIONS:
            faults.warn("stray-caption", "no media has the name this caption begins with", place,
                        found=stem, hint=near(stem, stems))  # fmt: skip
        elif suffix in POSTERS and (stem in stems or stem == POSTER):
            language = language_of(Node(word, place), faults) if word else None
            posters.setdefault(stem, []).append((language, name))
    return Named(captions=captions, posters=posters)


def _preference(name: str) -> tuple[str, int, str]:
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    return path.stem, CAPTIONS.index(suffix) if suffix in CAPTIONS else 0, name


def language_of(node: Node, faults: Faults) -> str:
    """Return a language tag in its one spelling; `und`, and a fault, where it is none."""
    try:
        return canonical(str(node.value))
    except UnknownLanguage as error:
        faults.add("unknown-language", "no such language", node, hint=error.hint,
                   expected="a BCP-47 tag, like pt-BR, en or zh-Hans")  # fmt: skip
        return "und"


def attached(
    listed: Collection[tuple[str | None, str]], known: Mapping[str, Learned], faults: Faults
) -> tuple[Companion, ...]:
    """Return companions with their files; one that cannot be read is a fault."""
    found = []
    for language, name in sorted(listed, key=lambda each: each[1]):
        learned = known[name]
        if learned.sha256:
            found.append(Companion(file=file_of(learned), language=language))
        else:
            faults.add("unreadable", f"cannot be read: {learned.why}", Place(learned.path))
    return tuple(found)


def file_of(learned: Learned) -> File:
    """Return a file as the model names it."""
    return File(path=learned.path, size=learned.size, sha256=learned.sha256,
                mtime_ns=learned.mtime_ns)  # fmt: skip
