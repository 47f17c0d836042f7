"""What a media file holds, and whether a browser can play it as it is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from syndicator.channel import ChannelError, Refused, Retry

PLAYABLE_PIXELS = frozenset({"yuv420p", "yuvj420p"})
PLAYABLE_PROFILES = frozenset({"Constrained Baseline", "Baseline", "Main", "High"})
OUR_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE})
"""Errors that libav passes on from our side of the work, not from the file's."""

LOCAL = {"protocol_whitelist": "file"}
"""A file may name others (playlists do); none of them is fetched from elsewhere."""


@attrs.frozen(kw_only=True)
class Source:
    """A media file's first picture and its streams."""

    video: int
    """Index of the stream that is shown."""

    audio: int | None
    """Index of the stream that is heard; None where there is no sound."""

    start: Fraction
    """Presentation time of the first picture, in seconds; what is published starts at 0."""

    duration_s: float | None
    """As the container declares it."""

    rotation: int
    """Degrees counter-clockwise by which the picture has to be turned to be upright."""

    pixel_aspect: Fraction
    copies_video: bool
    """Whether the pictures can be taken over without encoding them again."""

    copies_audio: bool


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn libav's errors into verdicts that name the file.

    Raises:
        Refused: the file is not what it should be.
        Retry: the disk is full, or too many files are open.
    """
    import av

    try:
        yield
    except av.error.FFmpegError as error:
        raise _verdict(path, error) from None


def _verdict(path: Path, error: Any) -> ChannelError:
    said = error.strerror or str(error)
    if error.errno in OUR_DISK:
        return Retry(f"{path.name}: packaging stopped: {said}")
    return Refused(
        "media",
        f"{path.name} cannot be read as video ({said}); it may be cut short or damaged: "
        "export it again",
    )


def read_source(path: Path) -> Source:
    """Return what a media file holds; decodes its first picture.

    Raises:
        Refused: no video in it, or not readable.
    """
    import av

    with readable(path), av.open(str(path), options=LOCAL) as container:
        video = container.streams.best("video")
        if video is None:
            raise Refused("media", f"{path.name} has no picture in it; expected a video file")
        audio = container.streams.best("audio")
        frame = next(container.decode(video), None)
        if frame is None:
            raise Refused("media", f"{path.name} has a video stream without a single picture")
        rotation = round(frame.rotation) % 360
        return Source(
            video=video.index,
            audio=audio.index if audio else None,
            start=_start(video, frame),
            duration_s=_declared(container, video),
            rotation=rotation,
            pixel_aspect=_pixel_aspect(video),
            copies_video=rotation == 0 and _plays_picture(video),
            copies_audio=audio is not None and _plays_sound(audio),
        )


def _start(video: Any, frame: Any) -> Fraction:
    pts = video.start_time if video.start_time is not None else (frame.pts or 0)
    return Fraction(pts) * Fraction(video.time_base)


def _declared(container: Any, video: Any) -> float | None:
    if video.duration is not None:
        return float(video.duration * video.time_base)
    return container.duration / 1_000_000 if container.duration else None


def _pixel_aspect(video: Any) -> Fraction:
    return Fraction(video.sample_aspect_ratio or 1) or Fraction(1)


def _plays_picture(video: Any) -> bool:
    """H.264, 8 bit, 4:2:0, square pixels: what every browser decodes, and nothing else."""
    context = video.codec_context
    return (
        context.name in {"h264", "libopenh264"}
        and context.pix_fmt in PLAYABLE_PIXELS
        and context.profile in PLAYABLE_PROFILES
        and _pixel_aspect(video) == 1
    )


def _plays_sound(audio: Any) -> bool:
    """AAC-LC with its configuration in the header; ADTS (as in MPEG-TS) has none."""
    context = audio.codec_context
    return bool(
        context.name == "aac"
        and context.profile == "LC"
        and context.extradata
        and context.channels <= 2  # noqa: PLR2004 - stereo
    )
