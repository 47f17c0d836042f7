"""What `[channels.NAME]` may say for `adapter = "tiktok"`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs

LEVELS = (
    "PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY",
)  # fmt: skip
INTERACTIONS = ("comment", "duet", "stitch")
POSTS_PER_DAY = 15

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "mode": {
            "enum": ["direct", "inbox"],
            "description": "`direct` posts; `inbox` puts a draft there that a person finishes in "
            "the app.",
        },
        "privacy_level": {
            "enum": list(LEVELS),
            "description": "Who sees a direct post. There is no default: TikTok wants it chosen.",
        },
        "audited": {
            "type": "boolean",
            "description": "Whether TikTok has audited your app. Until then it takes posts of "
            "private accounts only, as SELF_ONLY, of 5 creators a day.",
        },
        "source": {
            "enum": ["upload", "pull"],
            "description": "`upload` sends the bytes (the default); `pull` lets TikTok fetch them "
            "from public_url.",
        },
        "public_url": {
            "type": "string",
            "pattern": "^https?://.+/$",
            "description": "Where the workspace's files can be fetched, verified in TikTok's "
            "portal; ends with /.",
        },
        "language": {
            "type": "string",
            "description": "BCP-47 language of the caption; the series' original if absent.",
        },
        "caption": {
            "type": "string",
            "description": "Template: {title} {series} {number} {episodes} {synopsis} {hashtags}.",
        },
        "allow": {
            "type": "array",
            "items": {"enum": list(INTERACTIONS)},
            "description": "What viewers may do: comment, duet, stitch. Nothing if absent.",
        },
        "cover_ms": {
            "type": "integer",
            "minimum": 0,
            "description": "Which frame is the cover, in milliseconds from the beginning.",
        },
        "is_aigc": {
            "type": "boolean",
            "description": "Label posts as AI-generated; if absent, where series.yaml says so.",
        },
        "posts_per_day": {
            "type": "integer",
            "minimum": 1,
            "description": "The creator's daily cap of posts through the API; 15 if absent.",
        },
        "territory_limit": {
            "enum": ["refuse", "audience"],
            "description": "What to do with rights in some territories only, which no post keeps "
            "to: `refuse` (the default), or `audience`: the account is followed there.",
        },
        "moderation_hours": {
            "type": "number",
            "minimum": 1,
            "description": "How long a public post may be in moderation before it counts as live "
            "without an address; 24 if absent.",
        },
        "webhook_tolerance": {
            "type": "integer",
            "minimum": 1,
            "description": "Seconds that a webhook's signature may be old; 300 if absent.",
        },
        "api_base": {"type": "string", "description": "A sandbox in the place of TikTok."},
        "workspace": {"type": "string"},
    },
    "required": ["mode"],
    "allOf": [
        {
            "if": {"properties": {"mode": {"const": "direct"}}, "required": ["mode"]},
            "then": {"required": ["privacy_level"]},
        },
        {
            "if": {"properties": {"source": {"const": "pull"}}, "required": ["source"]},
            "then": {"required": ["public_url"]},
        },
    ],
    "additionalProperties": False,
}


@attrs.frozen(kw_only=True)
class Options:
    """The options, with what holds where they are silent."""

    mode: str
    privacy_level: str
    audited: bool
    pulls: bool
    public_url: str
    language: str | None
    caption: str | None
    allow: frozenset[str]
    cover_ms: int | None
    is_aigc: bool | None
    territory_limit: str
    moderation: timedelta
    webhook_tolerance: timedelta

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Options:
        return cls(
            mode=options.get("mode", ""),
            privacy_level=options.get("privacy_level", ""),
            audited=options.get("audited", False),
            pulls=options.get("source") == "pull",
            public_url=options.get("public_url", ""),
            language=options.get("language"),
            caption=options.get("caption"),
            allow=frozenset(options.get("allow", ())),
            cover_ms=options.get("cover_ms"),
            is_aigc=options.get("is_aigc"),
            territory_limit=options.get("territory_limit", "refuse"),
            moderation=timedelta(hours=options.get("moderation_hours", 24)),
            webhook_tolerance=timedelta(seconds=options.get("webhook_tolerance", 300)),
        )

    @property
    def is_inbox(self) -> bool:
        """Whether a person finishes each post."""
        return self.mode == "inbox"
