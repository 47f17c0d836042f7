"""What `[channels.NAME]` may say for `adapter = "tiktok_drama_center"`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

REGIONS = ("BR", "CA", "EG", "ID", "JP", "MX", "SA", "TH", "US", "VN")
"""Where a series can be published (the help centre of tiktokdramacenter.com)."""

THEMES_MAX, ACTORS_MAX, PROOFS_MAX = 3, 5, 20


def _by_series(of: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": of, "description": text}


FILES = {"type": "array", "items": {"type": "string"}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "folder": {
            "type": "string",
            "description": "Where packages are built, relative to the workspace; "
            "deliveries/tiktok-drama-center if absent.",
        },
        "accounts": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "The main accounts that publish, one for each region; they cannot be "
            "changed later.",
        },
        "regions": {
            "type": "array",
            "items": {"enum": list(REGIONS)},
            "minItems": 1,
            "uniqueItems": True,
            "description": "Regions of the accounts; all ten if absent.",
        },
        "audience": {"type": "string", "description": "The portal's target audience."},
        "themes": _by_series(
            {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": THEMES_MAX},
            "Up to three of the portal's themes, by series.",
        ),
        "actors": _by_series(
            {"type": "array", "items": {"type": "string"}, "maxItems": ACTORS_MAX},
            "Up to five names, by series.",
        ),
        "rights": _by_series(
            {
                "type": "object",
                "properties": {
                    "core": FILES,
                    "supporting": FILES,
                    "original": {"type": "boolean"},
                    "adaptation": {"type": "boolean"},
                },
                "additionalProperties": False,
            },
            "Proof of rights, by series: one core document or two supporting ones.",
        ),
        "managed": {"type": "boolean", "description": "The managed-hosting switch."},
        "previews_on_profile": {
            "type": "integer",
            "minimum": 1,
            "description": "How many episodes the profile shows; 10 if absent.",
        },
        "publish": {
            "enum": ["after_review", "scheduled"],
            "description": "`scheduled` (the default) asks for the release's date.",
        },
        "workspace": {"type": "string"},
    },
    "required": ["accounts", "audience"],
    "additionalProperties": False,
}


@attrs.frozen(kw_only=True)
class Options:
    """The options, with what holds where they are silent."""

    workspace: Path
    folder: Path
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    audience: str
    themes: Mapping[str, Any]
    actors: Mapping[str, Any]
    rights: Mapping[str, Any]
    managed: bool
    previews_on_profile: int
    is_scheduled: bool

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Options:
        workspace = Path(options.get("workspace", "."))
        return cls(
            workspace=workspace,
            folder=workspace / options.get("folder", "deliveries/tiktok-drama-center"),
            accounts=tuple(options.get("accounts", ())),
            regions=tuple(options.get("regions", REGIONS)),
            audience=options.get("audience", ""),
            themes=options.get("themes", {}),
            actors=options.get("actors", {}),
            rights=options.get("rights", {}),
            managed=options.get("managed", False),
            previews_on_profile=options.get("previews_on_profile", 10),
            is_scheduled=options.get("publish", "scheduled") == "scheduled",
        )

    def proofs(self, series: str) -> tuple[list[str], list[str]]:
        """Return the core and the supporting documents of a series."""
        found = self.rights.get(series, {})
        return list(found.get("core", ())), list(found.get("supporting", ()))
