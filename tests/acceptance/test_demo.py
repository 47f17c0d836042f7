"""`make demo`, as a newcomer runs it: every platform gets the series once, also the second time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from syndicator_tiktok.sandbox.server import TikTok
from syndicator_youtube_shorts.sandbox.server import YouTube

from syndicator.channel.sandbox import Post

DEMO = Path(__file__).resolve().parents[2] / "scripts" / "demo.py"


def run(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(DEMO), str(folder)], capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout


def visible(kind: Any, folder: Path) -> list[Post]:
    sandbox = kind(folder / ".syndicator" / "sandbox" / kind.name)
    try:
        return [post for post in sandbox.posts() if post.visible]
    finally:
        sandbox._server.server_close()
        sandbox.store.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newcomer") / "demo"
    said = run(folder)
    assert "Nothing needs a person." in said
    return folder


def test_every_platform_has_the_series_once_and_a_second_run_adds_nothing(demo: Path) -> None:
    again = run(demo)
    assert "Nothing due." in again
    posts, videos = visible(TikTok, demo), visible(YouTube, demo)
    profile = sorted(post.title.splitlines()[0] for post in posts if "publish_id" in post.facts)
    assert profile == ["Lantern Street", *(f"Lantern Street {n}" for n in range(1, 6))]
    album = sorted(post.facts["seq"] for post in posts if "seq" in post.facts)
    assert album == [1, 2, 3, 4, 5]
    assert sorted(post.title for post in videos) == profile
    places = {post.title: post.facts["playlists"][0][1] for post in videos}
    assert [title for title, _ in sorted(places.items(), key=lambda x: x[1])] == profile
    assert {tuple(post.facts["captions"]) for post in videos if post.title != "Lantern Street"} == {
        ("en", "pt-BR")
    }
    assert all(post.media and post.media.stat().st_size > 100_000 for post in (*posts, *videos))
