"""What the portal would refuse, said before a package is built.

The help centre of tiktokdramacenter.com (upload guide of August 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import syndicator.channel as sc
from syndicator.model.work import Companion, Cut, CutKind, Series
from syndicator_tiktok.drama_center.options import PROOFS_MAX, Options

MB = 10**6
SIZE = (5 * MB, 4_000 * MB)
SECONDS = (15.0, 1200.0)
EPISODES_MAX = 120
SHORTEST_SIDE = 720
"""Below it a series is penalised; 1080 is recommended."""

RATIO, RATIO_OFF = 9 / 16, 0.01
DESCRIPTION_MAX = 1500
COVER_MAX, PROOF_MAX = 10 * MB, 10 * MB
COVERS, PROOFS = ("jpg", "jpeg", "png"), ("pdf", "jpg", "jpeg", "png")
SCHEDULE = (timedelta(hours=2), timedelta(days=60))
CORE_MIN, SUPPORTING_MIN = 1, 2


def review(release: sc.Release, options: Options) -> list[sc.Reason]:
    """Return every rule that a release breaks."""
    if release.cut.kind is not CutKind.EPISODE:
        text = f"{release.cut.id} is a {release.cut.kind}; the portal takes episodes only"
        return [sc.Reason("cut-kind", text)]
    return [
        *_media(release),
        *_words(release),
        *_cover(release),
        *_rights(release, options),
        *_form(release, options),
        *_where(release, options),
    ]


def _media(release: sc.Release) -> Iterator[sc.Reason]:
    variant = release.cut.media
    facts, size, path = variant.facts, variant.file.size, variant.file.path
    if not SIZE[0] <= size <= SIZE[1]:
        yield sc.Reason("file-size", f"{path} has {size} bytes; the portal takes 5 MB to 4 GB")
    if not SECONDS[0] <= facts.seconds <= SECONDS[1]:
        text = f"it runs {facts.seconds:.1f} s; the portal takes 15 s to 20 min"
        yield sc.Reason("running-time", text)
    if abs(facts.width / facts.height - RATIO) > RATIO_OFF:
        yield sc.Reason("aspect", f"{facts.width}x{facts.height} is not 9:16")
    if min(facts.width, facts.height) < SHORTEST_SIDE:
        text = f"{facts.width}x{facts.height}; below 720p the portal penalises a series"
        yield sc.Reason("resolution", text)
    if not path.lower().endswith(".mp4"):
        yield sc.Reason("container", f"{path}: deliver MP4")
    language = variant.language
    if language is not None and language != release.series.original_language:
        text = f"it speaks {language}: deliver the original version, and TikTok translates it"
        yield sc.Reason("not-original", text)


def _words(release: sc.Release) -> Iterator[sc.Reason]:
    words = release.series.localization(release.series.original_language)
    if len(words.synopsis) > DESCRIPTION_MAX:
        text = f"the synopsis has {len(words.synopsis)} characters; the portal takes 1500"
        yield sc.Reason("synopsis-too-long", text)
    if not words.synopsis:
        yield sc.Reason("no-synopsis", "the portal wants a description")


def _cover(release: sc.Release) -> Iterator[sc.Reason]:
    cover = cover_of(release.cut, release.series)
    if cover is None:
        yield sc.Reason("no-poster", "the portal wants a cover, 3:4")
    elif cover.file.size > COVER_MAX:
        yield sc.Reason("poster-too-large", f"{cover.file.path}: covers have up to 10 MB")
    elif not cover.file.path.lower().endswith(COVERS):
        yield sc.Reason("poster-format", f"{cover.file.path}: covers are JPEG or PNG")


def _rights(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    series = release.series.id
    core, supporting = options.proofs(series)
    if len(core) < CORE_MIN and len(supporting) < SUPPORTING_MIN:
        yield sc.Reason(
            "no-proof-of-rights",
            f"the portal wants one core document or two supporting ones: rights = {{{series} = "
            '{core = ["…"]}}',
        )
    if len(core) + len(supporting) > PROOFS_MAX:
        yield sc.Reason("proofs-of-rights", f"{len(core) + len(supporting)} documents; 20 at most")
    for name in (*core, *supporting):
        path = options.workspace / name
        if not path.is_file():
            yield sc.Reason("proof-of-rights", f"{name} is not there")
        elif not name.lower().endswith(PROOFS):
            yield sc.Reason("proof-of-rights", f"{name}: documents are PDF, JPEG or PNG")
        elif path.stat().st_size > PROOF_MAX:
            yield sc.Reason("proof-of-rights", f"{name}: documents have up to 10 MB")


def _form(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    series = release.series.id
    if not options.themes.get(series):
        yield sc.Reason("no-themes", f"the portal wants 1 to 3 themes: themes = {{{series} = …}}")
    terms = release.terms
    if terms.model == "unlock":
        if not terms.free_episodes:
            yield sc.Reason("no-preview", "the portal wants at least one free episode")
        if terms.unlock_price is None or terms.unlock_price.currency != "USD":
            yield sc.Reason("no-price", "the portal wants a price in USD: unlock_price")
    if release.series.episode_count > EPISODES_MAX:
        text = f"{release.series.episode_count} episodes; the portal takes {EPISODES_MAX}"
        yield sc.Reason("too-many-episodes", text)


def _where(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    missing = sc.Territories(frozenset(options.regions)) - release.territories
    if missing.codes:
        yield sc.Reason(
            "territory-limit",
            f"the accounts publish in {missing} too, where the release may not be shown; take them "
            "out of `accounts` and `regions`",
        )


def cover_of(cut: Cut, series: Series) -> Companion | None:
    """Return the cover of the series."""
    return next(iter(series.posters or cut.posters), None)


def can_schedule(at: datetime, now: datetime) -> bool:
    """Return whether the portal takes a date: two hours to sixty days ahead."""
    return SCHEDULE[0] <= at - now <= SCHEDULE[1]
