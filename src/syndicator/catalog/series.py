"""`series.yaml` and the files beside it, to Series and Cuts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from syndicator.catalog.companions import (
    POSTER,
    Named,
    attached,
    companions,
    file_of,
    language_of,
    stem_of,
)
from syndicator.catalog.facts_cache import Learned
from syndicator.catalog.faults import Faults
from syndicator.catalog.folder import SeriesFolder
from syndicator.catalog.numbers import parse_numbers
from syndicator.catalog.patterns import LANGUAGE, NUMBER, filled, is_pattern, matcher
from syndicator.catalog.proof import read_ai, read_disclosures, read_documents
from syndicator.model.placed import Node
from syndicator.model.problem import Place
from syndicator.model.work import (
    Cut,
    CutKind,
    Localization,
    Rating,
    Series,
    Variant,
)

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
    original = language_of(data["original_language"], faults)
    wanted = [*_episodes(data["episodes"], folder, faults), *_cuts(data.get("cuts"), faults)]
    _unique(wanted, faults)
    _contents(wanted, data.get("cuts"), faults)
    named = companions(folder, {stem_of(each.media[0][1]) for each in wanted}, faults)
    names = [name for each in wanted for _, name in each.media if folder.has(name)]
    known = folder.learn([*names, *named.names()])
    cuts = [cut for each in wanted if (cut := _cut(each, folder, known, named, faults))]
    episodes = [each for each in cuts if each.kind is CutKind.EPISODE]
    series = Series(
        id=str(data["id"].value),
        original_language=original,
        year=_plain(data.get("year")),
        production=_plain(data.get("production")),
        localizations=_localizations(data.get("localizations"), original, faults),
        ratings=_ratings(data.get("ratings")),
        posters=attached(named.posters.get(POSTER, ()), known, faults),
        rights_holder=_plain(data.get("rights_holder")),
        episode_count=len(episodes),
        made_for_kids=bool(_plain(data.get("made_for_kids"))),
        external_ids=tuple(str(each) for each in _plain(data.get("external_ids")) or ()),
        ai=read_ai(data.get("ai"), _plain(data.get("production")), faults),
        tags=tuple(sorted(map(str, _plain(data.get("tags")) or ()))),
        documents=read_documents(data.get("documents"), folder, faults),
        disclosures=read_disclosures(data.get("disclosures"), faults),
    )
    return series, sorted(cuts, key=_shown_order)


def _shown_order(cut: Cut) -> tuple[int, int, str]:
    return list(CutKind).index(cut.kind), cut.number or 0, cut.id


def _plain(node: Node | None) -> Any:
    return None if node is None else node.plain()


def _localizations(node: Node | None, original: str, faults: Faults) -> tuple[Localization, ...]:
    found = []
    for word, each in (node.value if node else {}).items():
        place = Node(word, node.key_places.get(word, each.place) if node else each.place)
        texts = each.plain()
        found.append(
            Localization(
                language_of(place, faults),
                str(texts["title"]),
                str(texts.get("synopsis") or ""),
                tuple(map(str, texts.get("keywords") or ())),
            )
        )
    if node and original not in {each.language for each in found}:
        faults.warn("no-original-words", f"there are no words in the original language {original}",
                    node, expected=f"a title under `{original}:`")  # fmt: skip
    said = [each.language for each in found]
    for language in sorted({each for each in said if said.count(each) > 1} - {"und"}):
        faults.add("duplicate-language", f"the words in {language} stand here twice",
                   node or Place(""), found=language, expected="each language once")  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.language))


def _ratings(node: Node | None) -> tuple[Rating, ...]:
    return tuple(Rating(str(each["system"]), str(each["value"])) for each in (_plain(node) or ()))


def _episodes(node: Node, folder: SeriesFolder, faults: Faults) -> Iterator[Wanted]:
    if isinstance(node.value, list):
        yield from _listed(node, faults)
        return
    count, media, variants = (node.value.get(key) for key in ("count", "media", "variants"))
    if media and count.value > 1 and not is_pattern(media, [NUMBER], faults):
        return
    if variants and not is_pattern(variants, [NUMBER, LANGUAGE], faults):
        return
    pattern = str(media.value) if media else "ep{number:03d}.mp4"
    others = _variant_files(str(variants.value), folder) if variants else {}
    for number in range(1, count.value + 1):
        files = ((None, filled(pattern, number)), *others.get(number, ()))
        yield Wanted(id=f"ep{number:03d}", kind=CutKind.EPISODE, episodes=(number,), media=files,
                     node=node)  # fmt: skip


def _variant_files(pattern: str, folder: SeriesFolder) -> dict[int, list[tuple[str, str]]]:
    """Return the files that a pattern with {number} and {language} matches, by episode."""
    found: dict[int, list[tuple[str, str]]] = {}
    expression = matcher(pattern)
    for name in sorted(folder.files):
        if match := expression.fullmatch(name):
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


def _contents(wanted: Sequence[Wanted], node: Node | None, faults: Faults) -> None:
    """Note cuts that contain episodes which the series does not have."""
    numbers = {each.episodes[0] for each in wanted if each.kind is CutKind.EPISODE}
    written = {str(each.value["id"].value): each.value for each in (node.value if node else ())}
    for each in wanted:
        strange = [number for number in each.episodes if number not in numbers]
        if strange and numbers and each.kind is not CutKind.EPISODE:
            words = ", ".join(map(str, strange[:8]))
            faults.add("unknown-episode", f"the series has no episode {words}",
                       written[each.id]["episodes"], expected=f"1 to {max(numbers)}"
                       )  # fmt: skip


def _unique(wanted: Sequence[Wanted], faults: Faults) -> None:
    seen: set[str] = set()
    for each in wanted:
        if each.id in seen:
            faults.add("duplicate-cut", f"there are two cuts with the id {each.id}", each.node,
                       found=each.id, expected="each id once")  # fmt: skip
        seen.add(each.id)


def _cut(
    wanted: Wanted,
    folder: SeriesFolder,
    known: Mapping[str, Learned],
    named: Named,
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
    stem = stem_of(wanted.media[0][1])
    return Cut(
        id=wanted.id,
        kind=wanted.kind,
        episodes=wanted.episodes,
        variants=tuple(variants),
        captions=attached(named.captions.get(stem, ()), known, faults),
        posters=attached(named.posters.get(stem, ()), known, faults),
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
        file=file_of(learned),
        facts=facts,
        language=language_of(Node(language, wanted.node.place), faults) if language else None,
    )
