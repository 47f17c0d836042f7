"""What an init body must be: the written rules, and those that the live service was seen to keep.

developers.tiktok.com/doc/content-posting-api-reference-direct-post, -reference-upload-video,
-media-transfer-guide; live checks since August 2026 as users report them.
"""

from __future__ import annotations

from typing import Any

from syndicator_tiktok.sandbox.answers import Refusal

MB = 1_000_000
SMALLEST, LARGEST, LARGEST_LAST = 5 * MB, 64 * (1 << 20), 128 * (1 << 20)
"""Of a chunk. `MB` is not defined by the pages: the lenient reading of each bound is taken here."""

COUNT_MAX = 1000
SIZE_MAX = 4 * (1 << 30)
TITLE_MAX = 2200
PRIVACY = (
    "PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY",
)  # fmt: skip
BOOLEANS = (
    "disable_duet", "disable_stitch", "disable_comment", "brand_content_toggle",
    "brand_organic_toggle", "is_aigc",
)  # fmt: skip


def need(ok: bool, message: str, code: str = "invalid_params") -> None:
    """Refuse unless it is so."""
    if not ok:
        raise Refusal(code, message)


def table(body: Any, name: str) -> dict[str, Any]:
    """Return a part of a body that must be an object."""
    part: Any = body.get(name) if isinstance(body, dict) else None
    need(isinstance(part, dict), f"{name} is required")
    found: dict[str, Any] = part
    return found


def check_post_info(info: dict[str, Any], options: list[str]) -> None:
    """Refuse a `post_info` that breaks a rule."""
    level = info.get("privacy_level")
    need(level in PRIVACY, "privacy_level is required and must be one of the documented levels")
    if level not in options:
        text = f"{level} is not among the creator's options {', '.join(options)}"
        raise Refusal("privacy_level_option_mismatch", text)
    title = info.get("title", "")
    need(isinstance(title, str), "title must be a string")
    units = len(title.encode("utf-16-le")) // 2
    need(units <= TITLE_MAX, f"title has {units} UTF-16 code units, at most {TITLE_MAX}")
    for name in BOOLEANS:
        need(isinstance(info.get(name, False), bool), f"{name} must be a boolean")
    cover = info.get("video_cover_timestamp_ms", 0)
    need(isinstance(cover, int) and not isinstance(cover, bool), "video_cover_timestamp_ms: int32")
    branded = info.get("brand_content_toggle") and level == "SELF_ONLY"
    need(not branded, "branded content cannot be posted as SELF_ONLY")


def check_file(source: dict[str, Any]) -> None:
    """Refuse sizes, chunks and counts that break a rule."""
    value: Any
    for name in ("video_size", "chunk_size", "total_chunk_count"):
        value = source.get(name)
        whole = isinstance(value, int) and not isinstance(value, bool)
        need(whole and value > 0, f"{name} must be a positive integer")
    size, chunk, count = (source[x] for x in ("video_size", "chunk_size", "total_chunk_count"))
    need(size <= SIZE_MAX, "video_size is over 4 GB")
    need(chunk <= size, "the chunk size is invalid: larger than the video")
    need(1 <= count <= COUNT_MAX, f"the total chunk count is invalid: 1 to {COUNT_MAX}")
    need(count == size // chunk, "the total chunk count is invalid: floor(video_size / chunk_size)")
    if count == 1:
        need(chunk == size, "the chunk size is invalid: one chunk is the whole video")
        need(size <= LARGEST, "the chunk size is invalid: over 64 MB go in several chunks")
        return
    need(SMALLEST <= chunk <= LARGEST, "the chunk size is invalid: 5 MB to 64 MB")
    last = size - (count - 1) * chunk
    need(last <= LARGEST_LAST, "the last chunk is over 128 MB")
