"""Subtitles: what an episode must have, and binding them to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syndicator.channel import Reason
from syndicator.model.work import Cut, Series
from syndicator_tiktok.minis.media import Assets, format_of

REQUIRED = "en"
"""An English track must be included (developers.tiktok.com/doc/media-asset-management)."""


def objections(cut: Cut, series: Series, formats: Sequence[str]) -> Iterator[Reason]:
    """Yield what speaks against an episode's captions."""
    languages = [each.language or series.original_language for each in cut.captions]
    if not any(tag.split("-")[0].lower() == REQUIRED for tag in languages):
        has = ", ".join(languages) or "none"
        yield Reason(
            "no-english-captions",
            f"{cut.id} has captions in: {has}; TikTok Minis wants an English track as well",
        )
    for each in cut.captions:
        if format_of(each.file) not in formats:
            yield Reason(
                "caption-format",
                f"{each.file.path}: TikTok Minis takes captions as {' or '.join(formats)}",
            )


def bind(assets: Assets, cut: Cut, album_id: str, episode_id: str) -> None:
    """Bind an episode's subtitles to it; the same again has no second effect."""
    ids = assets.subtitles(cut)
    if not ids:
        return
    assets.progress.remember(
        f"bound-{cut.id}-{'-'.join(ids)[-48:]}",
        lambda: bool(
            assets.wire.call(
                "subtitle_bind", album_id=album_id, episode_id=episode_id, subtitle_id_list=ids
            )
            is not None
        ),
    )
