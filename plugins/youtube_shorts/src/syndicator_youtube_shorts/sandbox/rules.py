"""What the metadata of a video must be.

developers.google.com/youtube/v3/docs/videos, /videos/insert, /videos/update
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import langcodes

from syndicator_youtube_shorts.sandbox.answers import Refusal, need

PARTS = frozenset(
    {
        "id", "snippet", "status", "localizations", "recordingDetails",
        "paidProductPlacementDetails", "contentDetails", "processingDetails", "fileDetails",
        "statistics", "suggestions", "player", "topicDetails", "brandPartner",
    }
)  # fmt: skip
WRITABLE: dict[str, frozenset[str]] = {
    "snippet": frozenset(
        {"title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"}
    ),
    "status": frozenset(
        {
            "privacyStatus", "publishAt", "license", "embeddable", "publicStatsViewable",
            "selfDeclaredMadeForKids", "containsSyntheticMedia",
        }
    ),
    "recordingDetails": frozenset({"recordingDate"}),
    "paidProductPlacementDetails": frozenset({"hasPaidProductPlacement"}),
}  # fmt: skip
CATEGORIES = frozenset(str(x) for x in (1, 2, 10, 15, 17, 19, 20, 22, 23, 24, 25, 26, 27, 28, 29))
TITLE_MAX, DESCRIPTION_MAX, TAGS_MAX = 100, 5000, 500


def written(body: Any, parts: list[str]) -> dict[str, Any]:
    """Return what of a body is applied: writable fields of the parts that are named."""
    need(isinstance(body, dict), "badRequest", "the body must be a video resource")
    found: dict[str, Any] = {}
    for part in parts:
        given = body.get(part)
        if part == "localizations":
            found[part] = given or {}
        elif part in WRITABLE:
            need(given is None or isinstance(given, dict), "badRequest", f"{part}: an object")
            found[part] = {k: v for k, v in (given or {}).items() if k in WRITABLE[part]}
    return found


def check(parts: dict[str, Any], language: str | None) -> None:
    """Refuse what breaks a rule.

    Args:
        parts: of the resource, as they would be written.
        language: `snippet.defaultLanguage`, here or as it was.
    """
    if "snippet" in parts:
        _check_snippet(parts["snippet"])
    if parts.get("localizations"):
        need(language, "defaultLanguageNotSet", "localizations need snippet.defaultLanguage")
        for tag, words in parts["localizations"].items():
            need(langcodes.tag_is_valid(tag), "invalidVideoMetadata", f"no language: {tag}")
            _check_words(words)
    if "status" in parts:
        _check_status(parts["status"])


def _check_snippet(snippet: dict[str, Any]) -> None:
    _check_words(snippet)
    need(snippet.get("categoryId") in CATEGORIES, "invalidCategoryId", "categoryId", "categoryId")
    tags = snippet.get("tags", [])
    cost = sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(0, len(tags) - 1)
    need(cost <= TAGS_MAX and all(tags), "invalidTags", f"tags count {cost}, at most {TAGS_MAX}")
    for name in ("defaultLanguage", "defaultAudioLanguage"):
        tag = snippet.get(name)
        ok = tag is None or langcodes.tag_is_valid(tag)
        need(ok, "invalidVideoMetadata", f"{name}: {tag} is no language")


def _check_words(words: dict[str, Any]) -> None:
    title, text = words.get("title", ""), words.get("description", "")
    ok = isinstance(title, str) and title.strip() and len(title) <= TITLE_MAX
    need(ok and not set(title) & set("<>"), "invalidTitle", "title: 1 to 100 characters, no < >")
    ok = isinstance(text, str) and len(text.encode()) <= DESCRIPTION_MAX
    need(ok and not set(text) & set("<>"), "invalidDescription", "description: 5000 bytes, no < >")


def _check_status(status: dict[str, Any]) -> None:
    # What is left out on insert is public (developers.google.com/youtube/v3/docs/videos/insert).
    privacy = status.get("privacyStatus", "public")
    ok = privacy in {"public", "unlisted", "private"}
    need(ok, "invalidVideoMetadata", f"privacyStatus: {privacy}")
    at = status.get("publishAt")
    if at is None:
        return
    need(privacy == "private", "invalidPublishAt", "publishAt needs privacyStatus private")
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise Refusal("invalidPublishAt", f"publishAt: {at}") from None
    need(moment.tzinfo, "invalidPublishAt", f"publishAt: {at} has no zone")
