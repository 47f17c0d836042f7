"""The caption: from a release's words, as long as TikTok takes, nothing broken in the middle.

The limit counts UTF-16 code units
(developers.tiktok.com/doc/content-posting-api-reference-direct-post).
Hashtags and words are kept whole; where a single word is too long, graphemes are (UAX #29).
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

import syndicator.channel as sc
from syndicator.channel import in_utf16 as units
from syndicator.channel import shorten

LONGEST = 2200
TEMPLATE = "{title} {number}\n\n{synopsis}\n\n{hashtags}"
NOT_IN_TAGS = regex.compile(r"[^\p{L}\p{M}\p{N}_]+")
CONTROL = regex.compile(r"[\p{Cc}--[\n\t]]", regex.V1)


def caption(release: sc.Release, language: str | None, template: str = TEMPLATE) -> str:
    """Return the caption of a release in a language."""
    words = release.localization(language)
    titles = dict(release.cut.titles)
    number = release.cut.number
    fields = {
        "series": words.title,
        "title": titles.get(words.language, words.title),
        "number": "" if number is None else str(number),
        "episodes": str(release.series.episode_count or ""),
    }
    tags = [tag for each in words.keywords if (tag := hashtag(each))]
    return fit(template, fields, words.synopsis, tags)


def hashtag(keyword: str) -> str:
    """Return a keyword as a hashtag: letters, marks, digits and underscores only."""
    tag = NOT_IN_TAGS.sub("", keyword)
    return f"#{tag}" if tag else ""


def fit(
    template: str, fields: dict[str, str], synopsis: str, tags: Iterable[str], most: int = LONGEST
) -> str:
    """Return a filled template that is not too long.

    First the synopsis is shortened, then hashtags are left out from the last, then the end is cut.
    """
    kept = list(tags)
    while True:
        bare = _fill(template, fields, "", kept)
        room = most - units(bare) - 4  # the blank line that comes with a synopsis
        text = _fill(template, fields, shorten(synopsis, room, units), kept)
        if units(text) <= most:
            return text
        if not kept:
            return shorten(text, most, units)
        kept.pop()


def _fill(template: str, fields: dict[str, str], synopsis: str, tags: list[str]) -> str:
    values = {**fields, "synopsis": synopsis, "hashtags": " ".join(tags)}
    text = template
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    text = CONTROL.sub(" ", text)
    text = regex.sub(r"[ \t]+\n", "\n", text)
    return str(regex.sub(r"\n{3,}", "\n\n", text)).strip()
