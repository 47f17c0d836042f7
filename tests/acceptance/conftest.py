"""Real processes against a platform on which posting twice shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

TOY = Path(__file__).resolve().parents[1] / "toy"

CONFIG = """
[channels.app]
adapter = "toy_native"
folder = "native"
territories = ["BR", "ID", "US"]
slow = {slow}

[channels.tube]
adapter = "toy"
folder = "tube"
territories = ["BR", "ID"]
slow = {slow}

[release]
lease = "10s"
"""

SERIES = """
id: {id}
original_language: en
localizations: {{en: {{title: A Series}}}}
episodes: {{count: {count}}}
"""

CALENDAR = """
series: {id}
time_zone: UTC
drops:
  - {{episodes: 1-{count}, every: day, count: 4, from: 2026-01-01 20:00}}
channels: {{app: , tube: }}
waves:
  - {{name: pilot, territories: [BR, ID]}}
  - {{name: main, territories: [US], after: {{wave: pilot, delay: 7d}}}}
"""


class Studio:
    """A workspace with series on two toy channels, and the command to run in it."""

    def __init__(self, folder: Path, clip: Path) -> None:
        self.folder = folder
        self._clip = clip

    def write(self, *, series: int = 1, episodes: int = 6, slow: float = 0.0) -> None:
        (self.folder / "calendars").mkdir(parents=True)
        (self.folder / "syndicator.toml").write_text(CONFIG.format(slow=slow))
        for number in range(series):
            name = f"s{number}"
            home = self.folder / "catalog" / name
            home.mkdir(parents=True)
            (home / "series.yaml").write_text(SERIES.format(id=name, count=episodes))
            calendar = CALENDAR.format(id=name, count=episodes)
            (self.folder / "calendars" / f"{name}.yaml").write_text(calendar)
            for episode in range(1, episodes + 1):
                (home / f"ep{episode:03d}.mp4").write_bytes(self._clip.read_bytes())

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "syndicator", "-C", str(self.folder), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(TOY)},
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def answer(self, folder: str, word: str, *answers: str) -> None:
        """Tell the platform what to answer next."""
        (self.folder / folder).mkdir(exist_ok=True)
        (self.folder / folder / f"{word}.next").write_text("\n".join(answers))

    def lines(self, folder: str, file: str) -> list[dict[str, Any]]:
        path = self.folder / folder / file
        return [json.loads(text) for text in path.read_text().splitlines()] if path.exists() else []

    def posts(self, folder: str = "tube") -> Counter[str]:
        return Counter(line["key"] for line in self.lines(folder, "posts.jsonl"))

    def states(self) -> Counter[str]:
        found = self.run("show", "--json")
        return Counter(json.loads(text)["state"] for text in found.stdout.splitlines())


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of vertical video."""
    import av

    path = tmp_path_factory.mktemp("media") / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 144, 256, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame(144, 256, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([number * 20]) * plane.buffer_size)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture
def studio(tmp_path: Path, clip: Path) -> Studio:
    return Studio(tmp_path / "studio", clip)
