"""The bodies of requests: pure, from a release, the options and what creator_info answered.

developers.tiktok.com/doc/content-posting-api-reference-direct-post
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import attrs

import syndicator.channel as sc
from syndicator_tiktok.posting.caption import TEMPLATE, caption
from syndicator_tiktok.posting.chunks import plan
from syndicator_tiktok.posting.options import Options


@attrs.frozen(kw_only=True)
class Creator:
    """What creator_info says of the account at this moment."""

    username: str = ""
    nickname: str = ""
    levels: tuple[str, ...] = ()
    disabled: frozenset[str] = frozenset()
    """Of comment, duet and stitch."""

    seconds_max: int | None = None

    @classmethod
    def of(cls, data: dict[str, Any]) -> Creator:
        return cls(
            username=str(data.get("creator_username", "")),
            nickname=str(data.get("creator_nickname", "")),
            levels=tuple(data.get("privacy_level_options") or ()),
            disabled=frozenset(
                name for name in ("comment", "duet", "stitch") if data.get(f"{name}_disabled")
            ),
            seconds_max=data.get("max_video_post_duration_sec"),
        )


def text_of(release: sc.Release, options: Options) -> str:
    """Return the caption of a release."""
    return caption(release, options.language, options.caption or TEMPLATE)


def check_creator(release: sc.Release, options: Options, creator: Creator) -> None:
    """Refuse what the creator's account does not take now; nothing is changed silently.

    Raises:
        Refused: the privacy level is not offered, or the video is too long for the account.
    """
    if options.privacy_level not in creator.levels:
        offered = ", ".join(creator.levels) or "none"
        raise sc.Refused(
            "privacy_level",
            f"the account offers {offered}; syndicator.toml asks for {options.privacy_level}",
        )
    seconds = release.cut.media.facts.seconds
    if creator.seconds_max is not None and seconds > creator.seconds_max:
        raise sc.Refused(
            "media",
            f"it runs {seconds:.1f} s; TikTok takes up to {creator.seconds_max} s of this creator",
        )


def post_info(release: sc.Release, options: Options, creator: Creator) -> dict[str, Any]:
    """Return `post_info` of a direct post; both brand toggles are always sent."""
    allowed = options.allow - creator.disabled
    told = release.terms.disclosure
    made = release.series.production == "ai_generated"
    info: dict[str, Any] = {
        "privacy_level": options.privacy_level,
        "title": text_of(release, options),
        **{f"disable_{name}": name not in allowed for name in ("comment", "duet", "stitch")},
        "brand_content_toggle": "branded_content" in told or "paid_placement" in told,
        "brand_organic_toggle": "own_brand" in told,
        "is_aigc": made if options.is_aigc is None else options.is_aigc,
    }
    if options.cover_ms is not None:
        info["video_cover_timestamp_ms"] = options.cover_ms
    return info


def source_info(release: sc.Release, options: Options) -> dict[str, Any]:
    """Return `source_info`: the chunk plan, or the address."""
    file = release.cut.media.file
    if options.pulls:
        return {"source": "PULL_FROM_URL", "video_url": options.public_url + quote(file.path)}
    chunks = plan(file.size)
    return {
        "source": "FILE_UPLOAD",
        "video_size": chunks.size,
        "chunk_size": chunks.chunk,
        "total_chunk_count": chunks.count,
    }
