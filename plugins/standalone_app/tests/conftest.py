"""Media made on the spot, a workspace of it, and both kinds of target."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from syndicator.channel import Action, Progress, Release, ReleaseKey, Territories
from syndicator.model.terms import Terms
from syndicator.model.work import (
    Companion,
    Cut,
    CutKind,
    File,
    Localization,
    MediaFacts,
    Rating,
    Series,
    Variant,
)

SRT = "1\n00:00:00,000 --> 00:00:01,000\nOlá, {n}\n\n2\n00:00:01,000 --> 00:00:02,000\nTchau\n"


@attrs.frozen(kw_only=True)
class Clip:
    """What to generate."""

    codec: str = "libx264"
    pixels: str = "yuv420p"
    sound: str | None = "aac"
    rate: int = 30
    frames: int = 75
    width: int = 270
    height: int = 480
    samples: int = 48_000
    start_s: int = 0
    options: Any = attrs.field(factory=lambda: {"g": "30", "preset": "ultrafast"})
    times: tuple[int, ...] = ()
    """Of the pictures, in 1/rate; all of them in step where empty."""


def make_clip(path: Path, clip: Clip) -> Path:
    """Write a small moving picture with a tone."""
    import av

    with av.open(str(path), "w") as container:
        video = container.add_stream(clip.codec, rate=clip.rate, options=dict(clip.options))
        video.width, video.height, video.pix_fmt = clip.width, clip.height, clip.pixels
        sound = None
        if clip.sound:
            sound = container.add_stream(clip.sound, rate=clip.samples, layout="mono")
        for packet in _pictures(video, clip):
            container.mux(packet)
        if sound is not None:
            for packet in _sound(sound, clip):
                container.mux(packet)
    return path


def _pictures(video: Any, clip: Clip) -> Iterator[Any]:
    import av

    for number in range(clip.frames):
        frame = av.VideoFrame(clip.width, clip.height, "rgb24")
        plane = frame.planes[0]
        plane.update(bytes([number * 5 % 256]) * plane.buffer_size)
        place = clip.times[number] if clip.times else number
        frame.pts, frame.time_base = place + clip.start_s * clip.rate, Fraction(1, clip.rate)
        yield from video.encode(frame)
    yield from video.encode()


def _sound(stream: Any, clip: Clip) -> Iterator[Any]:
    import av

    last = (clip.times[-1] + 1) if clip.times else clip.frames
    end = clip.samples * last // clip.rate
    for place in range(0, end, 1024):
        frame = av.AudioFrame(format="s16", layout="mono", samples=min(1024, end - place))
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate, frame.time_base = clip.samples, Fraction(1, clip.samples)
        frame.pts = place + clip.start_s * clip.samples
        yield from stream.encode(frame)
    yield from stream.encode()


@pytest.fixture(scope="session")
def make() -> Any:
    """Give `make(path, Clip())`."""
    return make_clip


@pytest.fixture(scope="session")
def clip_type() -> type[Clip]:
    return Clip


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("media") / "ep001.mp4", Clip())


class Memory:
    """A checkpoint in memory; `stops_after` counts the questions until the run ends."""

    def __init__(self) -> None:
        self.counted = 0
        self.stops_after: int | None = None

    def write(self, saved: Any, asked: Any) -> None:
        """Keep nothing: this adapter saves nothing."""

    def count(self, number: int) -> None:
        self.counted += number

    def should_stop(self) -> bool:
        if self.stops_after is None:
            return False
        self.stops_after -= 1
        return self.stops_after < 0


@attrs.frozen(kw_only=True)
class Desk:
    """A workspace folder and the releases one can ask for in it."""

    folder: Path
    clip: Path

    def file(self, path: str, data: bytes | None = None) -> File:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        content = self.clip.read_bytes() if data is None else data
        if not place.exists() or data is not None:
            place.write_bytes(content)
        facts = place.stat()
        digest = hashlib.sha256(place.read_bytes()).hexdigest()
        return File(path=path, size=facts.st_size, sha256=digest, mtime_ns=facts.st_mtime_ns)

    def poster(self, path: str, color: str = "red", size: tuple[int, int] = (400, 600)) -> File:
        import io

        from PIL import Image

        out = io.BytesIO()
        Image.new("RGB", size, color).save(out, "PNG")
        return self.file(path, out.getvalue())

    def series(self, series_id: str = "lantern", **changes: Any) -> Series:
        words = (
            Localization("en", f"The {series_id}", "A tale.", ("romance",)),
            Localization("pt-BR", f"O {series_id}", "Um conto."),
        )
        poster = Companion(file=self.poster(f"catalog/{series_id}/poster.png"))
        series = Series(
            id=series_id,
            original_language="zh-CN",
            year=2026,
            production="live_action",
            localizations=words,
            ratings=(Rating("ClassInd", "14"),),
            posters=(poster,),
            rights_holder="A Producer",
            episode_count=10,
        )
        return attrs.evolve(series, **changes)

    def cut(self, number: int = 1, series_id: str = "lantern", **changes: Any) -> Cut:
        name = f"catalog/{series_id}/ep{number:03}"
        facts = MediaFacts(
            seconds=2.5,
            width=270,
            height=480,
            video_codec="h264",
            pixel_format="yuv420p",
            frame_rate=30.0,
            audio_codec="aac",
        )
        captions = self.file(f"{name}.pt-BR.srt", SRT.replace("{n}", str(number)).encode())
        cut = Cut(
            id=f"ep{number:03}",
            kind=CutKind.EPISODE,
            episodes=(number,),
            variants=(Variant(file=self.file(f"{name}.mp4"), facts=facts),),
            captions=(Companion(file=captions, language="pt-BR"),),
        )
        return attrs.evolve(cut, **changes)

    def release(
        self, number: int = 1, territories: str = "BR ID", action: str = "publish", **changes: Any
    ) -> Release:
        series_id = changes.pop("series_id", "lantern")
        series = changes.pop("series", None) or self.series(series_id)
        cut = changes.pop("cut", None) or self.cut(number, series_id)
        release = Release(
            key=ReleaseKey(series.id, cut.id, "app", "pilot", action),
            action=Action(action),
            at=datetime(2026, 12, 1, 23, tzinfo=UTC),
            territories=Territories.parse(territories.split()),
            terms=Terms(),
            series=series,
            cut=cut,
            workspace=self.folder,
        )
        return attrs.evolve(release, **changes)

    def progress(self, checkpoint: Memory | None = None) -> Progress:
        return Progress("key", checkpoint or Memory())


@pytest.fixture
def desk(tmp_path: Path, clip: Path) -> Desk:
    return Desk(folder=tmp_path / "workspace", clip=clip)


@pytest.fixture(scope="session")
def memory_type() -> type[Memory]:
    return Memory


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Give the address of an object store on this machine."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    server = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    keys = {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(keys)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def bucket(s3: str) -> str:
    """Give the name of a new bucket."""
    from uuid import uuid4

    import httpx

    name = f"b{uuid4().hex[:12]}"
    httpx.put(f"{s3}/{name}").raise_for_status()
    return name


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Give the options of a channel, for each kind of target."""
    if request.param == "folder":
        return {"target": "app", "workspace": tmp_path}
    address, name = request.getfixturevalue("s3"), request.getfixturevalue("bucket")
    return {"target": f"s3://{name}/drama", "endpoint": address, "workspace": tmp_path}
