"""A workspace in order, to be put out of order one file at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syndicator.catalog.readers import builtin_readers
from syndicator.catalog.workspace import Workspace, open_workspace
from syndicator.model.problem import Problem

CONFIG = """\
[channels.app]
adapter = "toy_native"
folder = "app"

[channels.acme-br]
adapter = "toy"
folder = "acme"
territories = ["BR"]
"""
SERIES = """\
id: s
original_language: en
localizations:
  en: {title: A Series}
episodes: {count: 3}
"""
CALENDAR = """\
series: s
time_zone: territory
drops:
  - {episodes: 1-3, at: 2026-12-01 20:00}
channels:
  app: {terms: {model: free}}
  acme-br:
"""


def make_clip(path: Path, *, width: int = 144, height: int = 256, picture: bool = True) -> None:
    import av

    with av.open(str(path), "w") as container:
        if picture:
            stream: Any = container.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            for number in range(5):
                frame = av.VideoFrame(width, height, "yuv420p")
                for plane in frame.planes:
                    plane.update(bytes([number * 20]) * plane.buffer_size)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        else:
            sound: Any = container.add_stream("aac", rate=44100, layout="mono")
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.sample_rate = 44100
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            for _ in range(8):
                container.mux(sound.encode(frame))
            container.mux(sound.encode())


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    make_clip(path)
    return path.read_bytes()


class Files:
    """A workspace's files, and what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, content: str | bytes) -> None:
        where = self.folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        where.write_bytes(content)

    def open(self) -> Workspace:
        return open_workspace(self.folder, readers=builtin_readers())

    def problems(self) -> list[Problem]:
        workspace = self.open()
        found = list(workspace.problems)
        for _, problems in workspace.titles():
            found += problems
        return found

    def only(self) -> Problem:
        (problem,) = self.problems()
        return problem


@pytest.fixture
def files(tmp_path: Path, clip: bytes) -> Files:
    found = Files(tmp_path)
    found.write("syndicator.toml", CONFIG)
    found.write("catalog/s/series.yaml", SERIES)
    for number in (1, 2, 3):
        found.write(f"catalog/s/ep00{number}.mp4", clip)
    found.write("calendars/s.yaml", CALENDAR)
    return found


Change = Callable[[Files], None]
