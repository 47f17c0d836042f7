"""What TikTok would refuse, said before it is due.

developers.tiktok.com/doc/content-posting-api-media-transfer-guide, /doc/content-sharing-guidelines
"""

from __future__ import annotations

from collections.abc import Iterator

import syndicator.channel as sc
from syndicator.channel import Territories
from syndicator.channel import in_utf16 as units
from syndicator_tiktok.posting.bodies import text_of
from syndicator_tiktok.posting.caption import LONGEST
from syndicator_tiktok.posting.options import Options

FRAME_RATES = (23.0, 60.0)
SIDES = (360, 4096)
SIZE_MAX = 4_000_000_000
"""The smaller reading of 4 GB."""

SECONDS_MAX = 600
CONTAINERS = frozenset({"mp4", "mov", "webm"})
CODECS = ("h264", "hevc", "vp8", "vp9")
NOT_THERE = Territories.parse(["CN"])
"""Where TikTok is not to be had, so that no licence can be broken by it."""

WORLD = Territories.parse(["WORLD"])


def review(release: sc.Release, options: Options) -> list[sc.Reason]:
    """Return every rule that a release breaks."""
    return [
        *_media(release),
        *_words(release, options),
        *_account(options),
        *_where(release, options),
    ]


def _media(release: sc.Release) -> Iterator[sc.Reason]:
    facts, size = release.cut.media.facts, release.cut.media.file.size
    least, most = FRAME_RATES
    if not least <= facts.frame_rate <= most:
        text = f"{facts.frame_rate:.2f} frames a second; TikTok takes {least:g} to {most:g}"
        yield sc.Reason("frame-rate", text)
    low, high = SIDES
    if not all(low <= side <= high for side in (facts.width, facts.height)):
        text = f"{facts.width}x{facts.height}; TikTok takes sides of {low} to {high} pixels"
        yield sc.Reason("picture-size", text)
    if size > SIZE_MAX:
        yield sc.Reason("file-too-large", f"{size} bytes; TikTok takes {SIZE_MAX}")
    if facts.seconds > SECONDS_MAX:
        text = f"it runs {facts.seconds:.1f} s; TikTok's API takes up to {SECONDS_MAX} s"
        yield sc.Reason("running-time", text)
    suffix = release.cut.media.file.path.rpartition(".")[2].lower()
    if suffix not in CONTAINERS:
        yield sc.Reason("container", f".{suffix}; TikTok takes MP4, MOV and WebM")


def _words(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    text = text_of(release, options)
    if units(text) > LONGEST:
        yield sc.Reason("caption-too-long", f"{units(text)} UTF-16 units; TikTok takes {LONGEST}")
    branded = {"branded_content", "paid_placement"} & set(release.terms.disclosure)
    if branded and options.privacy_level == "SELF_ONLY":
        yield sc.Reason("branded-private", "TikTok takes no branded content as SELF_ONLY")
    if release.terms.disclosure and options.is_inbox:
        text = "a draft carries no disclosure: the person who posts it must set it in the app"
        yield sc.Reason("inbox-disclosure", text)


def _account(options: Options) -> Iterator[sc.Reason]:
    if not options.is_inbox and not options.audited and options.privacy_level != "SELF_ONLY":
        yield sc.Reason(
            "not-audited",
            "until TikTok has audited the app it posts as SELF_ONLY to private accounts only; set "
            'audited = true once it has, or mode = "inbox"',
        )


def _where(release: sc.Release, options: Options) -> Iterator[sc.Reason]:
    missing = WORLD - NOT_THERE - release.territories
    if missing and options.territory_limit == "refuse":
        yield sc.Reason(
            "territory-limit",
            f"a post is seen everywhere, and the release is for {release.territories} only; "
            'territory_limit = "audience" says that the account is followed there',
        )
