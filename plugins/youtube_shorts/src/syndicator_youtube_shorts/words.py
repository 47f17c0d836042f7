"""What a video says: title, description, tags, translations and declarations; pure.

developers.google.com/youtube/v3/docs/videos
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import syndicator.channel as sc
from syndicator.channel import in_bytes, shorten
from syndicator_youtube_shorts.options import Options

TITLE_MAX = 100
"""Characters."""

DESCRIPTION_MAX = 5000
"""Bytes of UTF-8."""

TAGS_MAX = 500
NO_ANGLES = str.maketrans({"<": "\u2039", ">": "\u203a"})
"""YouTube takes neither < nor >; what looks alike takes their place."""

NOT_IN_HASHTAGS = re.compile(r"[\W]+")

WRITABLE: Mapping[str, frozenset[str]] = {
    "snippet": frozenset(
        {"title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"}
    ),
    "status": frozenset(
        {
            "privacyStatus", "publishAt", "license", "embeddable", "publicStatsViewable",
            "selfDeclaredMadeForKids", "containsSyntheticMedia",
        }
    ),
    "paidProductPlacementDetails": frozenset({"hasPaidProductPlacement"}),
}  # fmt: skip
PARTS = ("snippet", "status", "localizations", "paidProductPlacementDetails")


def wanted(release: sc.Release, options: Options, privacy: str) -> dict[str, Any]:
    """Return the parts of the video that a release is to be."""
    language = language_of(release, options)
    title, text = said_in(release, options, language)
    series, cut = release.series, release.cut
    return {
        "snippet": {
            "title": title,
            "description": text,
            "tags": tags(release.localization(language).keywords),
            "categoryId": options.category,
            "defaultLanguage": language,
            "defaultAudioLanguage": cut.media.language or series.original_language,
        },
        "status": {
            "privacyStatus": privacy,
            "selfDeclaredMadeForKids": series.made_for_kids,
            # Realistic altered or generated content must be declared.
            "containsSyntheticMedia": series.production == "ai_generated",
        },
        "localizations": {
            each.language: dict(
                zip(("title", "description"), said_in(release, options, each.language), strict=True)
            )
            for each in series.localizations
            if each.language != language
        },
        "paidProductPlacementDetails": {"hasPaidProductPlacement": is_paid(release)},
    }


def language_of(release: sc.Release, options: Options) -> str:
    """Return the language of title and description."""
    wish = options.language or release.series.original_language
    return release.series.localization(wish).language


def is_paid(release: sc.Release) -> bool:
    """Return whether somebody paid to be seen in it."""
    return bool({"paid_placement", "branded_content"} & set(release.terms.disclosure))


def said_in(release: sc.Release, options: Options, language: str) -> tuple[str, str]:
    """Return title and description in a language, as long as YouTube takes them."""
    words = release.series.localization(language)
    titles = dict(release.cut.titles)
    number = release.cut.number
    fields = {
        "series": words.title,
        "title": titles.get(words.language, words.title),
        "number": "" if number is None else str(number),
        "episodes": str(release.series.episode_count or ""),
        "synopsis": words.synopsis,
        "hashtags": " ".join(tag for each in words.keywords if (tag := hashtag(each))),
    }
    title = _title(options.title, fields)
    return title, shorten(_fill(options.description, fields), DESCRIPTION_MAX, in_bytes)


def _title(template: str, fields: dict[str, str]) -> str:
    """Return the title; what has to give way is the name, never the episode's number."""
    whole = _fill(template, fields)
    if len(whole) <= TITLE_MAX:
        return whole
    room = len(fields["title"]) - (len(whole) - TITLE_MAX)
    return shorten(_fill(template, {**fields, "title": shorten(fields["title"], room)}), TITLE_MAX)


def _fill(template: str, fields: dict[str, str]) -> str:
    text = template
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", value)
    return re.sub(r"\n{3,}", "\n\n", text).strip().translate(NO_ANGLES)


def hashtag(keyword: str) -> str:
    """Return a keyword as a hashtag: letters, digits and underscores only."""
    tag = NOT_IN_HASHTAGS.sub("", keyword)
    return f"#{tag}" if tag else ""


def tags(keywords: Iterable[str]) -> list[str]:
    """Return as many keywords as fit: commas count, and the quotes that a space implies."""
    found: list[str] = []
    total = 0
    for each in keywords:
        word = each.translate(NO_ANGLES).replace(",", " ").strip()
        cost = len(word) + (2 if " " in word else 0) + (1 if found else 0)
        if word and total + cost <= TAGS_MAX:
            found.append(word)
            total += cost
    return found


def merged(now: Mapping[str, Any], wish: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts to be written so that a wish comes true and nothing else changes.

    An update replaces each part that it names as a whole (developers.google.com/youtube/v3/docs/
    videos/update), so each is made of what is there and what is wished. Empty: nothing to do.

    Args:
        now: the video as it was read, with the parts of the wish.
        wish: parts with the fields that are to be so.
    """
    found: dict[str, Any] = {}
    for part, fields in wish.items():
        there = written(part, now.get(part) or {})
        whole = {**there, **fields}
        if part == "status" and whole.get("privacyStatus") != "private":
            whole.pop("publishAt", None)
        if whole != there:
            found[part] = whole
    return found


def written(part: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a part that can be written."""
    known = WRITABLE.get(part)
    if known is None:
        return dict(fields)
    return {name: value for name, value in fields.items() if name in known}


def differing(now: Mapping[str, Any], wish: Mapping[str, Any]) -> list[str]:
    """Return the fields of a wish that did not come true: `status.privacyStatus`."""
    return [
        f"{part}.{name}"
        for part, fields in wish.items()
        for name, value in fields.items()
        if (now.get(part) or {}).get(name, _empty(value)) != value
    ]


def _empty(value: Any) -> Any:
    """Return what is meant where a field is absent: YouTube leaves out what is empty or false."""
    return type(value)() if isinstance(value, (list, bool, str)) else None
