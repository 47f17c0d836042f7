"""What `[channels.NAME]` may say for `adapter = "youtube_shorts"`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

UPLOADS_PER_DAY, UNITS_PER_DAY = 100, 10_000
"""Of a project (developers.google.com/youtube/v3/determine_quota_cost, since June 2026)."""

ENTERTAINMENT = "24"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "privacy": {
            "enum": ["public", "unlisted"],
            "description": "What a release becomes at its date; public if absent.",
        },
        "language": {
            "type": "string",
            "description": "BCP-47 language of title and description; the series' original if "
            "absent. The other languages become localizations.",
        },
        "title": {
            "type": "string",
            "description": "Template: {series} {title} {number} {episodes}.",
        },
        "description": {
            "type": "string",
            "description": "Template: the same words and {synopsis} {hashtags}.",
        },
        "category": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "YouTube's number of the category; 24 (Entertainment) if absent.",
        },
        "notify": {
            "type": "boolean",
            "description": "Whether subscribers are told; true if absent.",
        },
        "shorts": {
            "enum": ["require", "any"],
            "description": "`require` refuses what YouTube would not show as a Short (the "
            "default); `any` uploads it as an ordinary video.",
        },
        "thumbnails": {
            "type": "boolean",
            "description": "Whether posters are set as thumbnails; true if absent.",
        },
        "playlist": {
            "enum": ["series", "none"],
            "description": "`series` keeps a playlist for each series (the default).",
        },
        "playlists": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Ids of playlists that exist already, by series.",
        },
        "playlist_privacy": {"enum": ["public", "unlisted", "private"]},
        "withdraw": {
            "enum": ["private", "delete"],
            "description": "How a video is taken off: made private (the default), or deleted.",
        },
        "territory_limit": {
            "enum": ["refuse", "audience"],
            "description": "What to do with rights in some territories only, where there is no "
            "content owner to keep to them: `refuse` (the default), or `audience`: the channel is "
            "followed there.",
        },
        "content_owner": {
            "type": "string",
            "description": "Id of the content owner (Content ID), whose claims keep a video to its "
            "territories.",
        },
        "content_owner_channel": {
            "type": "string",
            "pattern": "^UC.{22}$",
            "description": "Id of the owner's YouTube channel that uploads go to.",
        },
        "claim": {
            "enum": ["track", "monetize"],
            "description": "What the claim does where the video is shown; track if absent.",
        },
        "revenue": {
            "type": "boolean",
            "description": "Whether figures have money among them, which needs a permission more.",
        },
        "project": {
            "type": "string",
            "description": "Name of the Google Cloud project; channels of one project share its "
            "quota.",
        },
        "uploads_per_day": {"type": "integer", "minimum": 1},
        "units_per_day": {"type": "integer", "minimum": 1},
        "api_base": {"type": "string", "description": "A sandbox in the place of YouTube."},
        "workspace": {"type": "string"},
    },
    "dependentRequired": {"content_owner": ["content_owner_channel"]},
    "additionalProperties": False,
}


@attrs.frozen(kw_only=True)
class Options:
    """The options, with what holds where they are silent."""

    privacy: str
    language: str | None
    title: str
    description: str
    category: str
    notify: bool
    must_be_short: bool
    thumbnails: bool
    has_playlist: bool
    playlists: Mapping[str, str]
    playlist_privacy: str
    deletes: bool
    territory_limit: str
    owner: str | None
    owner_channel: str | None
    claim: str
    revenue: bool

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Options:
        return cls(
            privacy=options.get("privacy", "public"),
            language=options.get("language"),
            title=options.get("title", "{title} {number}"),
            description=options.get("description", "{synopsis}\n\n{hashtags}"),
            category=options.get("category", ENTERTAINMENT),
            notify=options.get("notify", True),
            must_be_short=options.get("shorts", "require") == "require",
            thumbnails=options.get("thumbnails", True),
            has_playlist=options.get("playlist", "series") == "series",
            playlists=options.get("playlists", {}),
            playlist_privacy=options.get("playlist_privacy", "public"),
            deletes=options.get("withdraw") == "delete",
            territory_limit=options.get("territory_limit", "refuse"),
            owner=options.get("content_owner"),
            owner_channel=options.get("content_owner_channel"),
            claim=options.get("claim", "track"),
            revenue=options.get("revenue", False),
        )
