"""What YouTube would refuse, or would not show as a Short, said before it is due.

support.google.com/youtube/answer/15424877 (Shorts); developers.google.com/youtube/v3/docs/captions,
/docs/thumbnails/set
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import syndicator.channel as sc
from syndicator.model.work import Companion, Cut, Series
from syndicator_youtube_shorts.options import Options
from syndicator_youtube_shorts.words import language_of, said_in

SHORT_S = 180.0
"""Square or vertical and up to three minutes is a Short; no field asks for it or refuses it."""

VERIFIED_S = 15 * 60
SIZE_MAX = 274_877_906_944
CAPTIONS = frozenset({"srt", "vtt", "ttml", "sbv", "dfxp"})
IMAGES = frozenset({"jpg", "jpeg", "png"})
POSTER_MAX = 2_000_000
"""The old limit, 2 MB; the new one, 50 MB since September 2026, is not everywhere."""

NOT_THERE = sc.Territories.parse(["CN"])
"""Where YouTube is not to be had, so that no licence can be broken by it."""

WORLD = sc.Territories.parse(["WORLD"])


def review(release: sc.Release, options: Options) -> list[sc.Reason]:
    """Return every rule that a release breaks."""
    return [
        *_media(release, options),
        *_words(release, options),
        *_companions(release, options),
        *_where(release, options),
    ]


def _media(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    facts, size = release.cut.media.facts, release.cut.media.file.size
    if options.must_be_short:
        if facts.width > facts.height:
            text = f"{facts.width}x{facts.height} is landscape; a Short is vertical or square"
            yield sc.Reason("not-a-short", f'{text}; shorts = "any" uploads it all the same')
        if facts.seconds > SHORT_S:
            text = f"it runs {facts.seconds:.1f} s; a Short runs up to {SHORT_S:.0f} s"
            yield sc.Reason("not-a-short", f'{text}; shorts = "any" uploads it all the same')
    if size > SIZE_MAX:
        yield sc.Reason("file-too-large", f"{size} bytes; YouTube takes {SIZE_MAX}")


def _words(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    title, _ = said_in(release, options, language_of(release, options))
    if not title:
        yield sc.Reason("no-title", "YouTube takes no video without a title")


def _companions(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    cut = release.cut
    seen: set[str] = set()
    for each in cut.captions:
        language = each.language or release.series.original_language
        if suffix_of(each) not in CAPTIONS:
            text = f"{each.file.path}: YouTube takes captions as {', '.join(sorted(CAPTIONS))}"
            yield sc.Reason("caption-format", text)
        if language in seen:
            yield sc.Reason("captions-twice", f"{cut.id} has two caption files in {language}")
        seen.add(language)
    poster = poster_of(cut, release.series, language_of(release, options))
    if poster is None or not options.thumbnails:
        return
    if suffix_of(poster) not in IMAGES:
        yield sc.Reason("poster-format", f"{poster.file.path}: YouTube takes JPEG and PNG")
    if poster.file.size > POSTER_MAX:
        text = f"{poster.file.path} has {poster.file.size} bytes; YouTube takes {POSTER_MAX}"
        yield sc.Reason("poster-too-large", text)


def _where(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    missing = WORLD - NOT_THERE - release.territories
    if missing and not options.owner and options.territory_limit == "refuse":
        yield sc.Reason(
            "territory-limit",
            f"an ordinary channel is seen everywhere, and the release is for {release.territories} "
            "only; a content owner (content_owner) can keep to that, and territory_limit = "
            '"audience" says that the channel is followed there',
        )


def suffix_of(companion: Companion) -> str:
    """Return a file's suffix in lower case, without its dot."""
    return PurePosixPath(companion.file.path).suffix.removeprefix(".").lower()


def poster_of(cut: Cut, series: Series, language: str) -> Companion | None:
    """Return the picture of a cut: its own or the series', in a language or in none."""
    posters = cut.posters or series.posters
    ranked = sorted(posters, key=lambda x: (x.language != language, x.language is not None))
    return next(iter(ranked), None)
