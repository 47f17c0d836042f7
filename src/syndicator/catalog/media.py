"""Facts from media files themselves, by PyAV."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Any

from syndicator.model.work import MediaFacts

CHUNK = 1 << 20


class Unreadable(Exception):  # noqa: N818 - it says what was found
    """A media file from which nothing can be learned; the message says why, in words."""


def sha256(path: Path) -> str:
    """Return a file's SHA-256, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def probe(path: Path) -> MediaFacts:
    """Return what a media file says of itself.

    Raises:
        Unreadable: it is no media, is cut off, or has no picture.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    try:
        with av.open(str(path)) as container:
            return _facts(container)
    except (av.error.FFmpegError, ValueError, EOFError) as error:
        raise Unreadable(_why(error)) from None


def _facts(container: Any) -> MediaFacts:
    if not container.streams.video:
        raise Unreadable("it has no picture")
    video = container.streams.video[0]
    audio = container.streams.audio[0] if container.streams.audio else None
    frame = next(container.decode(video), None)
    if frame is None:
        raise Unreadable("no picture in it can be decoded; it may be cut off")
    width, height = _shown_size(video, frame)
    seconds = _seconds(container, video)
    if seconds <= 0:
        raise Unreadable("it has no running time; it may be cut off")
    return MediaFacts(
        seconds=round(seconds, 3),
        width=width,
        height=height,
        video_codec=video.codec_context.name,
        pixel_format=video.codec_context.pix_fmt or "",
        frame_rate=round(float(video.average_rate or video.guessed_rate or 0), 3),
        audio_codec=audio.codec_context.name if audio else None,
        audio_channels=audio.codec_context.channels if audio else 0,
        audio_rate=audio.codec_context.sample_rate if audio else 0,
        container=container.format.name,
    )


def _shown_size(video: Any, frame: Any) -> tuple[int, int]:
    """Return width and height as a viewer sees them: pixel shape and rotation applied."""
    aspect = video.sample_aspect_ratio or Fraction(1)
    width, height = round(frame.width * aspect), frame.height
    return (height, width) if abs(int(frame.rotation)) % 180 == 90 else (width, height)  # noqa: PLR2004


def _seconds(container: Any, video: Any) -> float:
    if container.duration:
        return float(container.duration) / 1_000_000
    if video.duration and video.time_base:
        return float(video.duration * video.time_base)
    return 0.0


def _why(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error)
    if "Invalid data" in said:
        return "it is no media file, or it is cut off"
    return said or type(error).__name__
