"""What a `tiktok_minis` channel is told in syndicator.toml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

EVERY_SERIES = "*"
URGENT, NORMAL = 1, 2
REVIEW: Mapping[str, tuple[int, timedelta]] = MappingProxyType(
    {
        "normal": (NORMAL, timedelta(days=21)),
        "urgent": (URGENT, timedelta(days=5)),
    }
)
"""`priority_score`, and how long before its date an episode has to go there: TikTok reviews within
two weeks, urgent ones within three working days (developers.tiktok.com/doc/media-asset-management);
the rest is for the upload and for one rejection."""

BEANS_PER_UNIT: Mapping[str, float] = MappingProxyType({"USD": 100})
"""About 100 Beans are one dollar net to the partner, and about 1.50 paid by the viewer
(developers.tiktok.com/doc/tiktok-beans-pricing-tiers); UNVERIFIED, so it can be set."""


def _by_series(title: str, of: Mapping[str, Any], help_: str) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "description": help_,
        "additionalProperties": of,
    }


def _word(title: str, help_: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "title": title, "description": help_, **more}


OPTIONS: Mapping[str, Any] = {
    "type": "object",
    "title": "Options of a tiktok_minis channel",
    "required": ["space_name", "byteplus_account_id", "byteplus_region"],
    "properties": {
        "public_url": _word(
            "Where TikTok fetches the files",
            "Prefix of the workspace's files on the web, without a login; TikTok pulls covers, "
            "videos and subtitles from there.",
            pattern="^https?://[^?#]+$",
            examples=["https://media.example.com/catalogue/"],
        ),
        "vids": _word(
            "Videos that are in BytePlus already",
            'A JSON file, relative to the workspace: {"thirsty-30/ep001": "v0…"}. What stands in '
            "it is registered by its id; everything else is pulled from `public_url`.",
        ),
        "space_name": _word("BytePlus VOD space", "One drama's files all lie in one space."),
        "byteplus_account_id": _word("BytePlus account", "The one bound in the developer portal."),
        "byteplus_region": _word("BytePlus region", "", examples=["ap-southeast-1"]),
        "language": _word(
            "Language of the album's words",
            "BCP-47; by default the series' original language.",
            examples=["en"],
        ),
        "tags": _by_series(
            "Tags of a series",
            {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
            "TikTok's tag numbers by series; `*` is for every other one.",
        ),
        "drama_types": _by_series(
            "Kind of drama",
            {"type": "integer", "minimum": 1, "maximum": 4},
            "1 AI-made, 2 comic drama, 3 dubbed live action, 4 localized live action, by series; "
            "by default from the series' `production`.",
        ),
        "album_status": {
            "type": "integer",
            "title": "TikTok's word for how far a drama is",
            "description": "3 is believed to mean that it is finished (UNVERIFIED).",
        },
        "caption_formats": {
            "type": "array",
            "items": {"enum": ["vtt", "srt", "ass", "ttml"]},
            "minItems": 1,
            "uniqueItems": True,
            "title": "Formats of captions",
            "description": "vtt and srt by default; ass and ttml are on one page of TikTok's and "
            "not on another.",
        },
        "priority": _word(
            "How the review queues",
            "`urgent` takes 1 to 3 working days, and 35 dramas a day and organization.",
            enum=["normal", "urgent"],
        ),
        "organization": _word(
            "Organization in the developer portal",
            "Channels with the same one share the urgent reviews of a day.",
        ),
        "authorize": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "uniqueItems": True,
            "title": "Other mini-apps that may play it",
            "description": "Their client keys.",
        },
        "album_ids": _by_series(
            "Albums that exist already",
            {"type": "string", "pattern": "^[0-9]+$"},
            "Album id by series; without it the first drop makes an album.",
        ),
        "price_list": _word(
            "Where the price list is written",
            "A JSON file, relative to the workspace, for the mini-app's server: which episode is "
            "free and what the others cost in Beans.",
        ),
        "beans_per_unit": _by_series(
            "Beans for one unit of a currency",
            {"type": "number", "exclusiveMinimum": 0},
            "By currency; by default 100 for one USD.",
        ),
        "api_base": _word("A sandbox in the place of TikTok", ""),
        "workspace": {"type": "string"},
    },
    "additionalProperties": False,
}


@attrs.frozen(kw_only=True)
class Settings:
    """The options, read; what was left out has its default."""

    workspace: Path
    account: str
    public_url: str | None
    vids: Path | None
    space_name: str
    byteplus_account_id: str
    byteplus_region: str
    language: str | None
    tags: Mapping[str, Any]
    drama_types: Mapping[str, int]
    album_status: int
    caption_formats: tuple[str, ...]
    priority: str
    authorize: tuple[str, ...]
    album_ids: Mapping[str, str]
    price_list: Path | None
    beans_per_unit: Mapping[str, float]

    @classmethod
    def read(cls, options: Mapping[str, Any], account: str) -> Settings:
        """Return what the options of a channel say; they are valid by `OPTIONS`."""
        workspace = Path(options.get("workspace", "."))

        def path(name: str) -> Path | None:
            return workspace / Path(options[name]).expanduser() if options.get(name) else None

        return cls(
            workspace=workspace,
            account=account or "tiktok_minis",
            public_url=options.get("public_url"),
            vids=path("vids"),
            space_name=str(options.get("space_name", "")),
            byteplus_account_id=str(options.get("byteplus_account_id", "")),
            byteplus_region=str(options.get("byteplus_region", "")),
            language=options.get("language"),
            tags=options.get("tags", {}),
            drama_types=options.get("drama_types", {}),
            album_status=int(options.get("album_status", 3)),
            caption_formats=tuple(options.get("caption_formats", ("vtt", "srt"))),
            priority=str(options.get("priority", "normal")),
            authorize=tuple(options.get("authorize", ())),
            album_ids=options.get("album_ids", {}),
            price_list=path("price_list"),
            beans_per_unit=options.get("beans_per_unit", BEANS_PER_UNIT),
        )

    def tags_of(self, series: str) -> list[int]:
        """Return a series' tags; none where nobody said."""
        return list(self.tags.get(series, self.tags.get(EVERY_SERIES, ())))

    @property
    def priority_score(self) -> int:
        """TikTok's number for the priority."""
        return REVIEW[self.priority][0]
