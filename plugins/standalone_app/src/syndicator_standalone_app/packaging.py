"""A media file becomes HLS with fMP4 segments in a local folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from syndicator.channel import Refused
from syndicator_standalone_app import playlist
from syndicator_standalone_app.source import LOCAL, Source, read_source, readable
from syndicator_standalone_app.tracks import (
    SEGMENT_S,
    Copied,
    Encoded,
    Paced,
    Resampled,
    Track,
    Uncopyable,
)

VERSION = 1
"""Of what is made of a file. It is part of every path: raise it when the output changes."""

MISSING_S = 1.0
"""How much of the declared duration may be missing: containers round it, encoders pad it."""

MISSING_SHARE = 0.05


@attrs.frozen(kw_only=True)
class Packed:
    """What was made."""

    duration_s: float
    rendition: playlist.Rendition


def pack(path: Path, folder: Path, going_on: Callable[[], None] = lambda: None) -> Packed:
    """Write `video.m3u8` and its segments into `folder`.

    The same file gives the same bytes. Pictures and sound are copied where browsers can play
    them, else encoded again; only a few pictures are in memory at a time.

    Args:
        path: the media file.
        folder: exists, and is empty.
        going_on: called for every packet; may raise to stop.

    Raises:
        Refused: the file cannot be played, or is cut short.
        Retry: the disk is full.
    """
    source = read_source(path)
    with readable(path), _plainly_named(folder) as alias:
        ended_s = _convert_somehow(path, alias, source, going_on)
    _refuse_cut_short(path, source, ended_s)
    return describe(folder, ended_s)


@contextmanager
def _plainly_named(folder: Path) -> Iterator[Path]:
    """Give a folder under a name without `%`, which libav takes for a place to put a number."""
    if "%" not in str(folder):
        yield folder
        return
    with TemporaryDirectory(prefix="syndicator-") as elsewhere:
        alias = Path(elsewhere) / "out"
        alias.symlink_to(folder.resolve(), target_is_directory=True)
        yield alias


def _convert_somehow(
    path: Path, folder: Path, source: Source, going_on: Callable[[], None]
) -> float:
    try:
        return _convert(path, folder, source, going_on)
    except Uncopyable:
        for left in folder.iterdir():
            left.unlink()
        encoded = attrs.evolve(source, copies_video=False, copies_audio=False)
        return _convert(path, folder, encoded, going_on)


def _convert(path: Path, folder: Path, source: Source, going_on: Callable[[], None]) -> float:
    import av

    ended_s = 0.0
    with av.open(str(path), options=LOCAL) as container, _output(folder) as output:
        tracks = _tracks(container, output, source)
        for packet in container.demux([container.streams[index] for index in tracks]):
            going_on()
            _refuse_damaged(path, packet)
            if packet.stream.index == source.video:
                ended_s = max(ended_s, _end_of(packet, source))
            is_end = packet.dts is None and packet.size == 0
            if is_end:
                continue
            for made in tracks[packet.stream.index].feed(packet):
                output.mux(made)
        for track in tracks.values():
            for made in track.feed(None):
                output.mux(made)
    return ended_s


def _tracks(container: Any, output: Any, source: Source) -> dict[int, Track]:
    video = container.streams[source.video]
    tracks: dict[int, Track] = {
        source.video: Copied(video, output, source.start)
        if source.copies_video
        else Encoded(video, output, source)
    }
    if source.audio is not None:
        audio = container.streams[source.audio]
        kind = Copied if source.copies_audio else Resampled
        tracks[source.audio] = kind(audio, output, source.start)
    return {index: Paced(track) for index, track in tracks.items()}


def _output(folder: Path) -> Any:
    import av

    options = {
        "hls_time": str(SEGMENT_S),
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": str(folder / "segment-%05d.m4s"),
        "hls_flags": "independent_segments",
        # with an index in each segment, libav moves its first picture to where the index says
        "hls_segment_options": "movflags=+skip_sidx",
    }
    return av.open(str(folder / "video.m3u8"), "w", format="hls", options=options)


def _end_of(packet: Any, source: Source) -> float:
    if packet.pts is None:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * packet.time_base - source.start)


def _refuse_damaged(path: Path, packet: Any) -> None:
    if packet.is_corrupt:
        raise Refused("media", f"{path.name} is damaged or cut short; export it again")


def _refuse_cut_short(path: Path, source: Source, ended_s: float) -> None:
    declared = source.duration_s or 0.0
    missing = declared - ended_s - float(source.start)  # Matroska counts from 0, not from its start
    if missing > MISSING_S and missing > MISSING_SHARE * declared:
        raise Refused(
            "media",
            f"{path.name} says it lasts {declared:.1f} s but holds {ended_s:.1f} s: "
            "it was cut short; copy or export it again",
        )


def describe(folder: Path, ended_s: float) -> Packed:
    """Return what a packaged folder holds, read back from it.

    Raises:
        Refused: nothing playable came out.
    """
    import av

    segments = playlist.read_segments((folder / "video.m3u8").read_text("utf-8"))
    sizes = [(folder / each.name).stat().st_size for each in segments]
    peak, average = playlist.bandwidths(segments, sizes)
    with readable(folder / "video.m3u8"), av.open(str(folder / "init.mp4")) as init:
        video = init.streams.video[0]
        sound = [_sound_codec(each) for each in init.streams.audio]
        rendition = playlist.Rendition(
            width=video.codec_context.width,
            height=video.codec_context.height,
            codecs=(_picture_codec(video), *sound),
            frame_rate=_frame_rate(folder),
            bandwidth=peak,
            average_bandwidth=average,
        )
    return Packed(duration_s=round(ended_s, 3), rendition=rendition)


def _picture_codec(video: Any) -> str:
    """Return `avc1.` with profile, constraints and level: bytes 1 to 3 of the avcC box."""
    return f"avc1.{bytes(video.codec_context.extradata)[1:4].hex()}"


def _sound_codec(audio: Any) -> str:
    """Return `mp4a.40.` with the object type: the first five bits of AudioSpecificConfig."""
    return f"mp4a.40.{bytes(audio.codec_context.extradata)[0] >> 3}"


def _frame_rate(folder: Path) -> float | None:
    import av

    with av.open(str(folder / "video.m3u8")) as made:
        rate = made.streams.video[0].average_rate or made.streams.video[0].guessed_rate
    return float(rate) if rate else None
