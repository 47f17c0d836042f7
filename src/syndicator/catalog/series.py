"""`series.yaml` and the files beside it, to Series and Cuts."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import attrs

from syndicator.catalog.facts_cache import Learned
from syndicator.catalog.faults import Faults
from syndicator.catalog.folder import SeriesFolder
from syndicator.catalog.languages import UnknownLanguage, canonical
from syndicator.catalog.numbers import parse_numbers
from syndicator.model.placed import Node
from syndicator.model.problem import Place
from syndicator.model.work import (
    Companion,
    Cut,
    CutKind,
    File,
    Localization,
    Rating,
    Series,
    Variant,
)

CAPTIONS = (".vtt", ".srt", ".ttml")
POSTERS = (".jpg", ".jpeg", ".png", ".webp")
VERTICAL = 0.8
"""Width over height above which an episode is not vertical any more (4:5)."""


@attrs.frozen(kw_only=True)
class Wanted:
    """A cut as it is written, before its files are read."""

    id: str
    kind: CutKind
    episodes: tuple[int, ...]
    media: tuple[tuple[str | None, str], ...]
    """(language, file name)."""

    titles: tuple[tuple[str, str], ...] = ()
    node: Node


def read_series(node: Node, folder: SeriesFolder, faults: Faults) -> tuple[Series, list[Cut]]:
    """Return the series and its cuts; everything wrong goes into `faults`.

    `node` is of the shape of schemas/series.json.
    """
    data = node.value
    original = _language(data["original_language"], faults)
    wanted = [*_episodes(data["episodes"], folder, faults), *_cuts(data.get("cuts"), faults)]
    _unique(wanted, faults)
    companions = _companions(folder, faults)
    names = [name for each in wanted for _, name in each.media if folder.has(name)]
    known = folder.learn([*names, *(name for found in companions.values() for _, name in found)])
    cuts = [cut for each in wanted if (cut := _cut(each, folder, known, companions, faults))]
    episodes = [each for each in cuts if each.kind is CutKind.EPISODE]
    series = Series(
        id=str(data["id"].value),
        original_language=original,
        year=_plain(data.get("year")),
        production=_plain(data.get("production")),
        localizations=_localizations(data.get("localizations"), original, faults),
        ratings=_ratings(data.get("ratings")),
        posters=_attached(("poster", POSTERS), known, companions),
        rights_holder=_plain(data.get("rights_holder")),
        episode_count=len(episodes),
    )
    return series, sorted(cuts, key=_shown_order)


def _shown_order(cut: Cut) -> tuple[int, int, str]:
    return list(CutKind).index(cut.kind), cut.number or 0, cut.id


def _plain(node: Node | None) -> Any:
    return None if node is None else node.plain()


def _language(node: Node, faults: Faults, word: str | None = None) -> str:
    text = str(node.value) if word is None else word
    try:
        return canonical(text)
    except UnknownLanguage as error:
        faults.add("unknown-language", "no such language", node.place, found=text, hint=error.hint,
                   expected="a BCP-47 tag, like pt-BR, en or zh-Hans")  # fmt: skip
        return "und"


def _localizations(node: Node | None, original: str, faults: Faults) -> tuple[Localization, ...]:
    found = []
    for word, each in (node.value if node else {}).items():
        place = Node(word, node.key_places.get(word, each.place) if node else each.place)
        texts = each.plain()
        found.append(
            Localization(
                _language(place, faults),
                str(texts["title"]),
                str(texts.get("synopsis") or ""),
                tuple(map(str, texts.get("keywords") or ())),
            )
        )
    if node and original not in {each.language for each in found}:
        faults.warn("no-original-words", f"there are no words in the original language {original}",
                    node, expected=f"a title under `{original}:`")  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.language))


def _ratings(node: Node | None) -> tuple[Rating, ...]:
    return tuple(Rating(str(each["system"]), str(each["value"])) for each in (_plain(node) or ()))


def _episodes(node: Node, folder: SeriesFolder, faults: Faults) -> Iterator[Wanted]:
    if isinstance(node.value, list):
        yield from _listed(node, faults)
        return
    count = node.value["count"].value
    pattern = str(_plain(node.value.get("media")) or "ep{number:03d}.mp4")
    variants = _plain(node.value.get("variants"))
    others = _variant_files(str(variants), folder) if variants else {}
    for number in range(1, count + 1):
        name = _filled(pattern, node, faults, number=number)
        if name is None:
            return
        media = ((None, name), *others.get(number, ()))
        yield Wanted(id=f"ep{number:03d}", kind=CutKind.EPISODE, episodes=(number,), media=media,
                     node=node)  # fmt: skip


def _filled(pattern: str, node: Node, faults: Faults, **fields: Any) -> str | None:
    try:
        return string.Formatter().vformat(pattern, (), fields)
    except (KeyError, IndexError, ValueError, AttributeError):
        where = node.value.get("media", node) if isinstance(node.value, dict) else node
        faults.add("bad-pattern", "the file names cannot be made from this", where, found=pattern,
                   expected="ep{number:03d}.mp4")  # fmt: skip
        return None


def _variant_files(pattern: str, folder: SeriesFolder) -> dict[int, list[tuple[str, str]]]:
    """Return the files that a pattern with {number} and {language} matches, by episode."""
    parts = re.split(r"(\{number[^}]*\}|\{language\})", pattern)
    expression = "".join(
        r"(?P<number>\d+)" if part.startswith("{number")
        else r"(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)" if part == "{language}"
        else re.escape(part)
        for part in parts
    )  # fmt: skip
    found: dict[int, list[tuple[str, str]]] = {}
    try:
        matcher = re.compile(expression)
    except re.error:
        return {}
    for name in sorted(folder.files):
        match = matcher.fullmatch(name)
        if match and "number" in match.groupdict() and "language" in match.groupdict():
            found.setdefault(int(match["number"]), []).append((match["language"], name))
    return found


def _listed(node: Node, faults: Faults) -> Iterator[Wanted]:
    seen: dict[int, Node] = {}
    for each in node.value:
        number = each.value["number"].value
        if number in seen:
            faults.add("duplicate-episode", f"episode {number} is listed twice",
                       each.value["number"], expected="each number once")  # fmt: skip
            continue
        seen[number] = each
        title = each.value.get("title")
        yield Wanted(
            id=f"ep{number:03d}",
            kind=CutKind.EPISODE,
            episodes=(number,),
            media=((None, str(each.value["media"].value)),),
            titles=tuple(sorted((k, str(v)) for k, v in title.plain().items())) if title else (),
            node=each.value["media"],
        )
    missing = sorted(set(range(1, max(seen, default=0) + 1)) - seen.keys())
    if missing:
        words = ", ".join(map(str, missing[:10]))
        faults.add("episode-gap", f"episodes are missing: {words}", node, found=words,
                   expected=f"every number from 1 to {max(seen)}")  # fmt: skip


def _cuts(node: Node | None, faults: Faults) -> Iterator[Wanted]:
    for each in node.value if node else ():
        data = each.value
        listed = data.get("episodes")
        episodes: tuple[int, ...] = ()
        if listed is not None:
            try:
                episodes = parse_numbers(listed.value)
            except ValueError as error:
                faults.add("bad-episodes", "these are no episodes", listed, expected=str(error))
        yield Wanted(
            id=str(data["id"].value),
            kind=CutKind(data["kind"].value),
            episodes=episodes,
            media=((None, str(data["media"].value)),),
            node=data["media"],
        )


def _unique(wanted: Sequence[Wanted], faults: Faults) -> None:
    seen: set[str] = set()
    for each in wanted:
        if each.id in seen:
            faults.add("duplicate-cut", f"there are two cuts with the id {each.id}", each.node,
                       found=each.id, expected="each id once")  # fmt: skip
        seen.add(each.id)


Named = dict[tuple[str, tuple[str, ...]], list[tuple[str | None, str]]]
"""(stem, suffixes) to (language, file name)."""


def _companions(folder: SeriesFolder, faults: Faults) -> Named:
    """Return captions and posters by the stem they belong to."""
    found: Named = {}
    for name in sorted(folder.files):
        path = PurePosixPath(name)
        suffix = path.suffix.lower()
        group = CAPTIONS if suffix in CAPTIONS else POSTERS if suffix in POSTERS else None
        if group is None:
            continue
        stem, _, word = path.stem.partition(".")
        language = None
        if word:
            language = _language(Node(word, Place(f"{folder.path}/{name}")), faults)
        found.setdefault((stem, group), []).append((language, name))
    return found


def _attached(
    which: tuple[str, tuple[str, ...]], known: Mapping[str, Learned], companions: Named
) -> tuple[Companion, ...]:
    return tuple(
        Companion(file=_file(known[name]), language=language)
        for language, name in companions.get(which, ())
        if name in known and known[name].sha256
    )


def _file(learned: Learned) -> File:
    return File(path=learned.path, size=learned.size, sha256=learned.sha256,
                mtime_ns=learned.mtime_ns)  # fmt: skip


def _cut(
    wanted: Wanted,
    folder: SeriesFolder,
    known: Mapping[str, Learned],
    companions: Named,
    faults: Faults,
) -> Cut | None:
    variants = [
        variant
        for language, name in wanted.media
        if (
            variant := _variant(
                wanted, language, name, where=folder.path, known=known, faults=faults
            )
        )
    ]
    if not variants or variants[0].language is not None:
        return None
    stem = PurePosixPath(wanted.media[0][1]).name.partition(".")[0]
    return Cut(
        id=wanted.id,
        kind=wanted.kind,
        episodes=wanted.episodes,
        variants=tuple(variants),
        captions=_attached((stem, CAPTIONS), known, companions),
        posters=_attached((stem, POSTERS), known, companions),
        titles=wanted.titles,
    )


def _variant(
    wanted: Wanted,
    language: str | None,
    name: str,
    *,
    where: str,
    known: Mapping[str, Learned],
    faults: Faults,
) -> Variant | None:
    learned = known.get(name)
    if learned is None:
        faults.add("no-media", f"{wanted.id} has no media", wanted.node, found=name,
                   expected=f"the file {where}/{name}")  # fmt: skip
        return None
    if learned.facts is None:
        why = learned.why or "it is no media file by its name"
        faults.add("unreadable-media", f"{learned.path} cannot be used: {why}", wanted.node,
                   found=name, expected="a video file, like .mp4 or .mov")  # fmt: skip
        return None
    facts = learned.facts
    if wanted.kind is CutKind.EPISODE and facts.width > facts.height * VERTICAL:
        faults.warn("wrong-aspect", f"{learned.path} is not vertical", wanted.node,
                    found=f"{facts.width}x{facts.height}",
                    expected="9:16, like 1080x1920")  # fmt: skip
    return Variant(
        file=_file(learned),
        facts=facts,
        language=_language(wanted.node, faults, language) if language else None,
    )
