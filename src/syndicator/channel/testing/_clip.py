"""The media of a trial: a moving picture with a tone, a poster and captions, made on the spot."""

from __future__ import annotations

import functools
import struct
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from syndicator.channel.testing._trial import Clip

RATE = 24
SAMPLES = 48_000
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\nA trial\n"


@functools.cache
def drawn(clip: Clip) -> Mapping[str, bytes]:
    """Return the files of an episode, by name; drawn once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        video, poster = Path(folder, "ep001.mp4"), Path(folder, "poster.png")
        make_clip(video, clip)
        make_poster(poster, clip)
        return {path.name: path.read_bytes() for path in (video, poster)}


def make_clip(path: Path, clip: Clip) -> None:
    """Write an MP4 with H.264 and AAC."""
    import av

    with av.open(str(path), "w") as container:
        video = container.add_stream(
            "libx264", rate=RATE, options={"preset": "ultrafast", "g": "24"}
        )
        video.width, video.height, video.pix_fmt = clip.width, clip.height, "yuv420p"
        video.codec_context.thread_count = 1  # the same bytes each time
        sound = container.add_stream("aac", rate=SAMPLES, layout="mono")
        for number in range(clip.seconds * RATE):
            container.mux(video.encode(_picture(clip, number)))
        container.mux(video.encode())
        for place in range(0, clip.seconds * SAMPLES, 1024):
            container.mux(sound.encode(_tone(place)))
        container.mux(sound.encode())
    missing = clip.at_least - path.stat().st_size
    if missing > 0:
        with path.open("ab") as file:
            # A box that players skip (ISO/IEC 14496-12, 8.1.2).
            file.write(struct.pack(">I4s", missing + 8, b"free") + bytes(missing))


def make_poster(path: Path, clip: Clip) -> None:
    """Write a still in the format of the path's ending."""
    import av

    with av.open(str(path), "w", format="image2") as container:
        still = container.add_stream("png", rate=1)
        still.width, still.height = clip.poster
        still.pix_fmt = "rgb24"
        picture = _picture(clip, 7).reformat(*clip.poster, format="rgb24")
        container.mux(still.encode(picture))
        container.mux(still.encode())


def _picture(clip: Clip, number: int) -> Any:
    import av

    frame = av.VideoFrame(clip.width, clip.height, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([40 + number * 5 % 160]) * plane.buffer_size)
    frame.pts, frame.time_base = number, Fraction(1, RATE)
    return frame


def _tone(place: int) -> Any:
    import av

    frame = av.AudioFrame(format="s16", layout="mono", samples=1024)
    frame.planes[0].update(bytes(frame.planes[0].buffer_size))
    frame.sample_rate, frame.time_base, frame.pts = SAMPLES, Fraction(1, SAMPLES), place
    return frame
