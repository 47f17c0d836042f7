"""HLS playlists as text; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import attrs

NL = "\n"


@attrs.frozen(kw_only=True)
class Segment:
    """One entry of a media playlist."""

    seconds: float
    name: str


@attrs.frozen(kw_only=True)
class Rendition:
    """What the master playlist says of the pictures and the sound."""

    width: int
    height: int
    codecs: tuple[str, ...]
    """RFC 6381: `avc1.64001f`, `mp4a.40.2`."""

    frame_rate: float | None
    bandwidth: int
    """Bits a second of the heaviest segment."""

    average_bandwidth: int


@attrs.frozen(kw_only=True)
class Subtitles:
    """One language of captions in the master playlist."""

    language: str
    label: str
    uri: str


def read_segments(playlist: str) -> tuple[Segment, ...]:
    """Return the segments of a media playlist."""
    lines = playlist.splitlines()
    return tuple(
        Segment(seconds=float(line.removeprefix("#EXTINF:").split(",")[0]), name=name)
        for line, name in pairwise(lines)
        if line.startswith("#EXTINF:")
    )


def bandwidths(segments: Sequence[Segment], sizes: Sequence[int]) -> tuple[int, int]:
    """Return the peak and the average of a stream, in bits a second."""
    peak = max(
        (
            8 * size / segment.seconds
            for segment, size in zip(segments, sizes, strict=True)
            if segment.seconds
        ),
        default=0,
    )
    total = sum(segment.seconds for segment in segments)
    average = 8 * sum(sizes) / total if total else 0
    return math.ceil(peak), math.ceil(average)


def master(rendition: Rendition, subtitles: Iterable[Subtitles]) -> str:
    """Return the master playlist: the one rendition, and the captions in every language."""
    media = [_subtitles_line(each, is_default=n == 0) for n, each in enumerate(subtitles)]
    stream = [
        f"BANDWIDTH={rendition.bandwidth}",
        f"AVERAGE-BANDWIDTH={rendition.average_bandwidth}",
        f'CODECS="{",".join(rendition.codecs)}"',
        f"RESOLUTION={rendition.width}x{rendition.height}",
    ]
    if rendition.frame_rate:
        stream.append(f"FRAME-RATE={rendition.frame_rate:.3f}")
    if media:
        stream.append('SUBTITLES="captions"')
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS", *media]
    lines += [f"#EXT-X-STREAM-INF:{','.join(stream)}", "video.m3u8", ""]
    return NL.join(lines)


def _subtitles_line(each: Subtitles, *, is_default: bool) -> str:
    label = each.label.replace('"', "'")
    return (
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{label}",'
        f'LANGUAGE="{each.language}",DEFAULT={"YES" if is_default else "NO"},AUTOSELECT=YES,'
        f'FORCED=NO,URI="{each.uri}"'
    )


def media(segments: Sequence[Segment]) -> str:
    """Return a media playlist without an initialization section, as WebVTT needs it."""
    target = math.ceil(max((segment.seconds for segment in segments), default=1))
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{target}"]
    lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for segment in segments:
        lines += [f"#EXTINF:{segment.seconds:.3f},", segment.name]
    return NL.join([*lines, "#EXT-X-ENDLIST", ""])
