"""What a channel's declared limits say of a cut: refusals known before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from syndicator.model.capabilities import Capabilities
from syndicator.model.release import Reason
from syndicator.model.terms import Terms
from syndicator.model.work import Cut, Series

ASPECT_TOLERANCE = 0.02
"""How far a picture may be off a ratio: one pixel of rounding in 540 is 0.2 %."""


def review(series: Series, cut: Cut, terms: Terms, can: Capabilities) -> tuple[Reason, ...]:
    """Return every declared limit of a channel that a cut breaks."""
    return (*_words(series, can), *_picture(cut, can), *_kind(cut, terms, can))


def _words(series: Series, can: Capabilities) -> Iterator[Reason]:
    for each in series.localizations:
        if can.title_max and len(each.title) > can.title_max:
            yield Reason(
                "title-too-long",
                f"the {each.language} title has {len(each.title)} characters, "
                f"{can.platform} takes {can.title_max}",
            )
        if can.synopsis_max and len(each.synopsis) > can.synopsis_max:
            yield Reason(
                "synopsis-too-long",
                f"the {each.language} synopsis has {len(each.synopsis)} characters, "
                f"{can.platform} takes {can.synopsis_max}",
            )


def _picture(cut: Cut, can: Capabilities) -> Iterator[Reason]:
    facts, size = cut.media.facts, cut.media.file.size
    if can.seconds and not can.seconds[0] <= facts.seconds <= can.seconds[1]:
        shortest, longest = can.seconds
        yield Reason(
            "running-time",
            f"it runs {facts.seconds:.1f} s, {can.platform} takes {shortest:g} to {longest:g} s",
        )
    if can.aspect_ratios and not any(
        _fits(facts.width, facts.height, r) for r in can.aspect_ratios
    ):
        yield Reason(
            "aspect",
            f"the picture is {facts.width}x{facts.height}, {can.platform} takes "
            f"{', '.join(can.aspect_ratios)}",
        )
    if can.video_codecs and facts.video_codec not in can.video_codecs:
        yield Reason(
            "codec",
            f"the video is {facts.video_codec}, {can.platform} takes {', '.join(can.video_codecs)}",
        )
    if can.size_max and size > can.size_max:
        yield Reason("file-too-large", f"{size} bytes; {can.platform} takes {can.size_max}")


def _kind(cut: Cut, terms: Terms, can: Capabilities) -> Iterator[Reason]:
    if can.kinds and cut.kind not in can.kinds:
        yield Reason(
            "kind", f"{can.platform} takes {', '.join(can.kinds)}; {cut.id} is of kind {cut.kind}"
        )
    if can.business_models and terms.model not in can.business_models:
        yield Reason(
            "business-model",
            f"{can.platform} keeps {', '.join(can.business_models)}; the terms are {terms.model}",
        )


def _fits(width: int, height: int, ratio: str) -> bool:
    wide, high = ratio.split(":")
    wanted = float(Fraction(int(wide), int(high)))
    return height > 0 and abs(width / height - wanted) <= wanted * ASPECT_TOLERANCE
