"""One stream on its way from the source into the published file: copied, or encoded again.

Each track takes the source's packets in order and gives packets for the output. Times are moved so
that the first picture is at 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

from syndicator_standalone_app.source import Source

SEGMENT_S = 2
VIDEO_OPTIONS = {
    "preset": "veryfast",
    "crf": "21",
    "profile": "high",
    "forced-idr": "1",
    "g": "600",
    "threads": "1",  # more of them, and the bytes depend on how busy the machine is
}
SOUND_RATES = frozenset({44_100, 48_000})
SOUND_BIT_RATE = 128_000
SOUND_FRAME = 1024


class Uncopyable(Exception):  # noqa: N818 - not a fault: it is encoded again instead
    """The packets lack the order that a published file needs."""


class Track(Protocol):
    """What becomes of one stream."""

    def feed(self, packet: Any) -> Iterator[Any]:
        """Give the output's packets for one of the source's; `packet` None ends the stream."""


class Paced:
    """A track whose packets last until the next one begins.

    Segments are placed by the sum of what came before them, and what a file or an encoder says of
    a packet's duration is a guess where the frame rate varies or sound has gaps.
    """

    def __init__(self, track: Track) -> None:
        self._track = track
        self._held: Any = None

    def feed(self, packet: Any) -> Iterator[Any]:
        for made in self._track.feed(packet):
            held, self._held = self._held, made
            if held is not None:
                held.duration = max(1, made.dts - held.dts)
                yield held
        if packet is None and self._held is not None:
            yield self._held


class Copied:
    """The packets as they are, moved in time.

    Raises:
        Uncopyable: one has no decoding time (Matroska keeps none), or one that goes backwards.
    """

    def __init__(self, stream: Any, output: Any, start: Fraction) -> None:
        self._output = output.add_stream_from_template(stream)
        self._shift = round(start / Fraction(stream.time_base))
        self._is_sound = stream.type == "audio"
        self._last: int | None = None

    def feed(self, packet: Any) -> Iterator[Any]:
        if packet is None:
            return
        if packet.dts is None or (self._last is not None and packet.dts <= self._last):
            raise Uncopyable
        self._last = packet.dts
        packet.dts -= self._shift
        if packet.pts is not None:
            packet.pts -= self._shift
        if self._is_sound and _ends(packet) <= 0:
            return  # sound from before the first picture
        packet.stream = self._output
        yield packet


class Encoded:
    """The pictures decoded, made upright, square-pixelled and even-sized, and encoded as H.264."""

    def __init__(self, stream: Any, output: Any, source: Source) -> None:
        stream.thread_type = "AUTO"
        self._stream = stream
        self._start = source.start
        self._graph = _upright(stream, source)
        self._output = output.add_stream(
            "libx264", rate=stream.average_rate or 30, options=VIDEO_OPTIONS
        )
        self._set_up(stream, source)
        self._next_key = Fraction(0)

    def feed(self, packet: Any) -> Iterator[Any]:
        for frame in self._stream.decode(packet):
            self._graph.vpush(frame)
            yield from self._encode()
        if packet is None:
            self._graph.vpush(None)
            yield from self._encode()
            yield from self._output.encode(None)

    def _encode(self) -> Iterator[Any]:
        for frame in _pull(self._graph):
            frame.pts -= round(self._start / Fraction(frame.time_base))
            frame.pict_type = self._type_at(frame.pts * Fraction(frame.time_base))
            yield from self._output.encode(frame)

    def _set_up(self, stream: Any, source: Source) -> None:
        """Say what will come: the output's header may be written before the first picture."""
        width, height = int(stream.width * source.pixel_aspect), stream.height
        if source.rotation in {90, 270}:
            width, height = height, width
        context = self._output.codec_context
        context.width, context.height, context.pix_fmt = width // 2 * 2, height // 2 * 2, "yuv420p"
        context.time_base = stream.time_base  # a variable frame rate keeps its own times

    def _type_at(self, time: Fraction) -> Any:
        from av.video.frame import PictureType

        if time < self._next_key:
            return PictureType.NONE
        self._next_key = time + SEGMENT_S
        return PictureType.I


class Resampled:
    """The sound decoded and encoded as AAC-LC, mono or stereo."""

    def __init__(self, stream: Any, output: Any, start: Fraction) -> None:
        import av

        context = stream.codec_context
        rate = context.sample_rate if context.sample_rate in SOUND_RATES else 48_000
        layout = "mono" if context.channels == 1 else "stereo"
        self._stream = stream
        self._start = start
        self._output = output.add_stream("aac", rate=rate, layout=layout)
        self._output.bit_rate = SOUND_BIT_RATE
        self._resampler = av.AudioResampler(
            format="fltp", layout=layout, rate=rate, frame_size=SOUND_FRAME
        )

    def feed(self, packet: Any) -> Iterator[Any]:
        for frame in self._stream.decode(packet):
            if frame.pts is not None:
                frame.pts -= round(self._start / Fraction(frame.time_base))
                if _ends(frame) <= 0:
                    continue
            yield from self._encode(frame)
        if packet is None:
            yield from self._encode(None)
            yield from self._output.encode(None)

    def _encode(self, frame: Any) -> Iterator[Any]:
        for chunk in self._resampler.resample(frame):
            yield from self._output.encode(chunk)


def _ends(piece: Any) -> int:
    """Return when a packet or a frame of sound is over, in its own units."""
    samples = getattr(piece, "samples", None)
    if samples is None:
        return int(piece.pts if piece.pts is not None else piece.dts) + int(piece.duration or 1)
    return int(piece.pts + Fraction(samples, piece.sample_rate) / Fraction(piece.time_base))


def _upright(stream: Any, source: Source) -> Any:
    import av.filter

    graph = av.filter.Graph()
    steps = [graph.add_buffer(template=stream)]
    steps += [graph.add(name, arguments) for name, arguments in _filters(source)]
    steps.append(graph.add("buffersink"))
    for left, right in pairwise(steps):
        left.link_to(right)
    graph.configure()
    return graph


def _filters(source: Source) -> Iterator[tuple[str, str]]:
    """Give the filters that make any picture one that every browser shows as it was meant."""
    turns = {90: ("transpose", "cclock"), 180: ("rotate", "PI"), 270: ("transpose", "clock")}
    if source.pixel_aspect != 1:
        yield "scale", "w=trunc(iw*sar):h=ih"
    if source.rotation in turns:
        yield turns[source.rotation]
    yield "setsar", "1"
    yield "format", "yuv420p"
    yield "crop", "trunc(iw/2)*2:trunc(ih/2)*2:0:0"


def _pull(graph: Any) -> Iterator[Any]:
    from av.error import BlockingIOError as NotYet
    from av.error import EOFError as Ended

    while True:
        try:
            yield graph.vpull()
        except (NotYet, Ended):
            return
