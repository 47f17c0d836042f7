"""Captions of any usual kind become WebVTT: one whole file, and pieces for HLS."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable
from contextlib import redirect_stdout
from typing import Any

import attrs

from syndicator.channel import Refused

SIZE_MAX = 8 * 1024 * 1024
PIECE_S = 30.0
TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
TIMING = re.compile(rf"\s*({TIME.pattern})\s+-->\s+({TIME.pattern})(.*)")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LATE_S = 1.0
"""How far the first caption may lie behind the end of the video before it is another video's."""


@attrs.frozen
class Cue:
    """One caption; times in seconds from the first picture."""

    start: float
    end: float
    settings: str
    """WebVTT's own: `line:10% align:start`, or empty."""

    text: str


@attrs.frozen(kw_only=True)
class Captions:
    """A track of captions."""

    cues: tuple[Cue, ...]
    head: tuple[str, ...] = ()
    """STYLE and REGION blocks, which every piece repeats."""

    notes: tuple[str, ...] = ()
    """What was mended, for people."""

    def text(self, cues: Iterable[Cue] | None = None, *, stamp: str = "") -> str:
        """Return WebVTT of these cues, by default all; `stamp` is a line of the header."""
        chosen = self.cues if cues is None else cues
        blocks = [f"WEBVTT\n{stamp}".rstrip("\n"), *self.head, *(_cue_text(cue) for cue in chosen)]
        return "\n\n".join(blocks) + "\n"

    def pieces(self, duration_s: float) -> tuple[tuple[float, str], ...]:
        """Return (seconds, WebVTT) of the pieces that make up an HLS subtitle track.

        A caption on a boundary is in both pieces, as RFC 8216 (3.5) asks.
        """
        made: list[tuple[float, str]] = []
        start = 0.0
        while start < duration_s or not made:
            end = min(start + PIECE_S, max(duration_s, start + 0.001))
            inside = [cue for cue in self.cues if cue.start < end and cue.end > start]
            stamp = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000"
            made.append((end - start, self.text(inside, stamp=stamp)))
            start = end
        return tuple(made)


def read_captions(name: str, data: bytes, duration_s: float | None = None) -> Captions:
    """Return the captions of a file: WebVTT, SubRip or TTML, in any usual encoding.

    Args:
        name: the file's name, for messages and for its suffix.
        data: the whole file.
        duration_s: how long the video is; None leaves the times unchecked.

    Raises:
        Refused: not captions; the message says what was expected.
    """
    if len(data) > SIZE_MAX:
        raise Refused("captions", f"{name} is larger than {SIZE_MAX >> 20} MiB: no captions file")
    text, notes = _decode(name, data)
    found = _parse(name, text)
    cues, mended = _in_order(found.cues)
    captions = attrs.evolve(found, cues=cues, notes=(*notes, *mended))
    _refuse_useless(name, captions, duration_s)
    return captions


def _decode(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strictly(name, data[len(bom) :], encoding), ()
    if b"\0" in data[:200]:
        little = data[1:2] == b"\0"
        return _strictly(name, data, "utf-16-le" if little else "utf-16-be"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        note = f"{name} is not UTF-8; read as Windows-1252: check its accents"
        return _strictly(name, data, "cp1252"), (note,)


def _strictly(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(
            "captions", f"{name} is no text ({encoding}, byte {error.start}); save it as UTF-8"
        ) from None


def _parse(name: str, text: str) -> Captions:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    start = plain.lstrip()
    if start.startswith("WEBVTT"):
        return _from_vtt(name, start)
    if name.lower().endswith(".vtt"):
        raise Refused("captions", f"{name} does not begin with WEBVTT, as every WebVTT file does")
    if start.startswith("<"):
        return _from_ttml(name, start)
    if "-->" in start:
        return _from_srt(name, plain)
    raise Refused("captions", f"{name} holds no captions; expected WebVTT, SubRip or TTML")


def _from_vtt(name: str, text: str) -> Captions:
    head, cues = [], []
    for block in re.split(r"\n[ \t]*\n+", text.strip("\n"))[1:]:
        if "-->" in block:
            cues.append(_read_cue(name, block.strip("\n")))
        elif block.lstrip().startswith(("STYLE", "REGION")):
            head.append(block.strip("\n"))
    return Captions(cues=tuple(cues), head=tuple(head))


def _read_cue(name: str, block: str) -> Cue:
    lines = block.split("\n")
    at = 0 if "-->" in lines[0] else 1
    timing = TIMING.fullmatch(lines[at]) if at < len(lines) else None
    if timing is None:
        raise Refused(
            "captions", f"{name}: {lines[min(at, len(lines) - 1)][:60]!r} is no time of a caption"
        )
    start, end, settings = timing[1], timing[6], timing[11]
    return Cue(_seconds(start), _seconds(end), settings.strip(), "\n".join(lines[at + 1 :]))


def _from_srt(name: str, text: str) -> Captions:
    import pysubs2

    try:
        document = pysubs2.SSAFile.from_string(text, format_="srt")
    except pysubs2.exceptions.Pysubs2Error as error:
        raise Refused("captions", f"{name} cannot be read as SubRip: {error}") from None
    return _from_vtt(name, document.to_string("vtt"))


def _from_ttml(name: str, text: str) -> Captions:
    import xml.etree.ElementTree as ET

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refused("captions", f"{name} declares entities, which TTML has no use for")
    complaints = io.StringIO()
    try:
        # without its declaration, which may name an encoding that was already decoded
        tree = ET.ElementTree(ET.fromstring(re.sub(r"^<\?xml.*?\?>", "", text)))  # noqa: S314
        with redirect_stdout(complaints):
            written = _ttml_as_vtt(tree)
    except Exception as error:  # noqa: BLE001 - the library raises what it meets
        said = str(error) or type(error).__name__
        raise Refused("captions", f"{name} cannot be read as TTML: {said}") from None
    return _from_vtt(name, written)


def _ttml_as_vtt(tree: Any) -> str:
    import ttconv.imsc.reader
    import ttconv.vtt.writer

    document = ttconv.imsc.reader.to_model(tree)
    if document is None:
        raise ValueError("its root is no <tt>")
    return str(ttconv.vtt.writer.from_model(document))


def _in_order(cues: Iterable[Cue]) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    everything = list(cues)
    lasting = [cue for cue in everything if cue.end > cue.start and cue.text.strip()]
    dropped = len(everything) - len(lasting)
    note = (f"left out {dropped} captions that are empty or end before they begin",)
    ordered = tuple(sorted(lasting, key=lambda cue: (cue.start, cue.end)))
    return ordered, note if dropped else ()


def _refuse_useless(name: str, captions: Captions, duration_s: float | None) -> None:
    if not captions.cues:
        raise Refused("captions", f"{name} holds no caption with a time and a text")
    first = captions.cues[0].start
    if duration_s is not None and first > duration_s + LATE_S:
        raise Refused(
            "captions",
            f"{name} begins at {first:.0f} s, after the end of the video ({duration_s:.0f} s); "
            "it belongs to another cut, or its times do not start at 0",
        )


def _seconds(text: str) -> float:
    hours, minutes, seconds, millis = TIME.fullmatch(text).groups()  # type: ignore[union-attr]
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(millis) / 1000


def _stamp(seconds: float) -> str:
    millis = round(seconds * 1000)
    hours, rest = divmod(millis, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _cue_text(cue: Cue) -> str:
    timing = f"{_stamp(cue.start)} --> {_stamp(cue.end)} {cue.settings}".rstrip()
    return f"{timing}\n{cue.text}"
