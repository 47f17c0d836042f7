"""Caption tracks and the thumbnail: beside the video, before it is seen.

developers.google.com/youtube/v3/docs/captions, /docs/thumbnails/set
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import syndicator.channel as sc
from syndicator.model.work import Companion
from syndicator_youtube_shorts.review import suffix_of
from syndicator_youtube_shorts.wire import CAPTIONS_LIST, Wire

NAME = ""
"""Of a track; video, language and name together are its key."""

KINDS = {"png": "image/png"}


def language_of(release: sc.Release, captions: Companion) -> str:
    """Return the language of captions."""
    return captions.language or release.series.original_language


def bring(wire: Wire, release: sc.Release, progress: sc.Progress, video: str) -> None:
    """Insert a track for each language; one that is there is adopted."""
    for each in release.cut.captions:
        language = language_of(release, each)
        make = partial(_insert, wire, video, language, release.path(each.file))
        progress.remember(_mark(each, language), make)


def replace(wire: Wire, release: sc.Release, progress: sc.Progress, video: str) -> None:
    """Let each track be what its file is now."""
    there: dict[str, str] | None = None
    for each in release.cut.captions:
        language = language_of(release, each)
        mark = _mark(each, language)
        if mark in progress.saved:
            continue
        there = _tracks(wire, video) if there is None else there
        path = release.path(each.file)
        if language in there:
            wire.captions("PUT", {"id": there[language]}, path.read_bytes(), part="id")
            progress.save(**{mark: there[language]})
        else:
            progress.save(**{mark: _insert(wire, video, language, path)})


def _mark(each: Companion, language: str) -> str:
    return f"captions-{language}-{each.file.sha256[:16]}"


def _insert(wire: Wire, video: str, language: str, path: Path) -> str:
    body = {"snippet": {"videoId": video, "language": language, "name": NAME}}
    try:
        return str(wire.captions("POST", body, path.read_bytes(), part="snippet")["id"])
    except sc.Refused as refused:
        if refused.field != "captions":
            raise
        found = _tracks(wire, video).get(language)
        if found is None:
            raise
        return found


def _tracks(wire: Wire, video: str) -> dict[str, str]:
    """Return the id of our track in each language."""
    listed = wire.get("captions", units=CAPTIONS_LIST, part="snippet", videoId=video)
    return {
        str(x["snippet"]["language"]): str(x["id"])
        for x in listed.get("items") or ()
        if x["snippet"].get("name", NAME) == NAME
    }


def thumbnail(
    wire: Wire, release: sc.Release, progress: sc.Progress, video: str, poster: Companion
) -> None:
    """Set the thumbnail; that the account may not have one is no reason not to release."""

    def set_it() -> str:
        kind = KINDS.get(suffix_of(poster), "image/jpeg")
        try:
            wire.image(video, release.path(poster.file).read_bytes(), kind)
        except sc.Refused as refused:
            if refused.field != "account":
                raise
            return f"not set: {refused.reason}"
        return "set"

    progress.remember(f"thumbnail-{poster.file.sha256[:16]}", set_it)
