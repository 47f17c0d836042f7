"""What TikTok would refuse, said before it is due: offline and pure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from syndicator.channel import Reason, Release
from syndicator.model.work import CutKind
from syndicator_tiktok.minis import subtitles, terms
from syndicator_tiktok.minis.media import cover_of
from syndicator_tiktok.minis.options import Settings

VIDEO_FORMATS = frozenset(
    {
        "mp4", "flv", "asf", "wmv", "rm", "rmvb", "mpeg", "mpg", "mov", "avi", "ts", "mts", "m4s",
        "m3u8", "mkv",
    }
)  # fmt: skip
"""developers.tiktok.com/doc/media-asset-management"""

SIZE_MAX = 20 * 10**9
"""Bytes of a file: 20 GB, read as decimal to be on the safe side (same page)."""


def review(release: Release, settings: Settings) -> Iterator[Reason]:
    """Yield what speaks against a release."""
    cut = release.cut
    if cut.kind is not CutKind.EPISODE:
        yield Reason("cut-kind", f"{cut.id} is a {cut.kind}; an album holds episodes only")
        return
    yield from _media(release, settings)
    yield from subtitles.objections(cut, release.series, settings.caption_formats)
    yield from _words(release, settings)
    yield from terms.objections(release, settings)


def _media(release: Release, settings: Settings) -> Iterator[Reason]:
    cut = release.cut
    suffix = PurePosixPath(cut.media.file.path).suffix.removeprefix(".").lower()
    if suffix not in VIDEO_FORMATS:
        yield Reason("container", f"{cut.media.file.path}: TikTok Minis takes no .{suffix}")
    if not settings.public_url:
        # Covers and subtitles have no other way; a video may be in BytePlus already.
        yield Reason(
            "no-public-url",
            "TikTok fetches covers, videos and subtitles from the web: set `public_url` to "
            "the address under which the workspace's files are found",
        )
    if cover_of(cut, release.series, settings.language or "") is None:
        yield Reason("no-poster", f"{cut.id} has no poster, and its series has none")


def _words(release: Release, settings: Settings) -> Iterator[Reason]:
    series = release.series
    language = settings.language or series.original_language
    words = series.localization(language)
    if not words.synopsis:
        yield Reason("no-synopsis", f"{series.id} has no synopsis in {language}; an album needs it")
    if not settings.tags_of(series.id):
        yield Reason(
            "no-tags",
            f"an album has 1 to 3 tags: set `tags = {{{series.id} = [number]}}` of the channel",
        )
