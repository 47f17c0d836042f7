"""A wave waits for figures that two platforms really told, by their own protocols."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from syndicator_tiktok.sandbox.server import TikTok
from syndicator_youtube_shorts.sandbox.server import YouTube

from syndicator.channel.sandbox import Sandbox
from syndicator.cli import exits, main

CATALOG = Path(__file__).resolve().parents[2] / "examples/two-series/catalog/lantern-street"
CONFIG = """
[channels.clips]
adapter = "tiktok"
mode = "direct"
privacy_level = "PUBLIC_TO_EVERYONE"
audited = true
credentials = "file:clips.json"
territories = ["BR"]
territory_limit = "audience"
api_base = "{clips}"

[channels.tube]
adapter = "youtube_shorts"
credentials = "file:tube.json"
territories = ["BR"]
territory_limit = "audience"
api_base = "{tube}"

[channels.tube-us]
adapter = "youtube_shorts"
credentials = "file:tube.json"
territories = ["US"]
territory_limit = "audience"
api_base = "{tube}"
"""
SERIES = """
id: s
original_language: en
localizations: {en: {title: A Series}}
episodes: {count: 1}
"""
CALENDAR = """
series: s
time_zone: UTC
drops: [{episodes: 1, at: 2026-01-01 20:00}]
channels: {clips: , tube: , tube-us: }
waves:
  - {name: pilot, territories: [BR]}
  - {name: main, territories: [US], after: {wave: pilot, delay: 7d},
     gate: [{metric: likes_per_view, at_least: 0.05, min_views: 1000},
            {metric: completion_rate, at_least: 0.4}]}
"""
CLIENTS = {
    "clips": {"client_key": "sandbox-key", "client_secret": "sandbox-secret"},
    "tube": {"client_id": "sandbox-client", "client_secret": "sandbox-secret"},
}
PROFILE = {"client_secret": "sandbox-secret", "auto_consent": True, "processing_seconds": 0}

Shell = Callable[..., tuple[int, str]]


@pytest.fixture
def platforms(tmp_path: Path) -> Iterator[dict[str, Sandbox]]:
    with (
        TikTok(tmp_path / "clips", profile={**PROFILE, "moderation_seconds": 0}) as clips,
        YouTube(tmp_path / "tube", profile=PROFILE) as tube,
    ):
        yield {"clips": clips, "tube": tube}


@pytest.fixture
def studio(
    platforms: dict[str, Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    folder = tmp_path / "studio"
    home = folder / "catalog" / "s"
    home.mkdir(parents=True)
    for name in ("ep001.mp4", "poster.jpg"):
        shutil.copy(CATALOG / name, home)
    (home / "series.yaml").write_text(SERIES)
    (folder / "calendars").mkdir()
    (folder / "calendars/s.yaml").write_text(CALENDAR)
    urls = {name: platform.url for name, platform in platforms.items()}
    (folder / "syndicator.toml").write_text(CONFIG.format(**urls))
    for name, client in CLIENTS.items():
        (folder / f"{name}.json").write_text(json.dumps(client))
        (folder / f"{name}.json").chmod(0o600)
    threads = []

    def consents(url: str, *_: object) -> bool:
        get = threading.Thread(target=httpx.get, args=(url,), kwargs={"follow_redirects": True})
        get.start()
        threads.append(get)
        return True

    monkeypatch.setattr(webbrowser, "open", consents)
    yield folder
    for thread in threads:
        thread.join()


@pytest.fixture
def shell(studio: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(["-C", str(studio), *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(str(left.value.code)), str(out + err)

    return run


def make_due(studio: Path) -> None:
    database = sqlite3.connect(studio / "syndicator.db")
    database.execute("UPDATE release SET next_ms = 0 WHERE next_ms IS NOT NULL")
    database.execute("UPDATE rollout SET next_ms = 0 WHERE state = 'waiting'")
    database.commit()
    database.close()


def live(shell: Shell) -> set[str]:
    lines = shell("show", "--json")[1].splitlines()
    return {
        each["release"].split("/")[2] for each in map(json.loads, lines) if each["state"] == "live"
    }


def until_live(shell: Shell, studio: Path, platforms: dict[str, Sandbox], wanted: set[str]) -> None:
    for _ in range(8):
        shell("release")
        if live(shell) >= wanted:
            return
        for each in platforms.values():
            each.clock.advance(60)
        make_due(studio)
    raise AssertionError(shell("status")[1])


def tell(platforms: dict[str, Sandbox], name: str, figures: dict[str, Any]) -> None:
    (post,) = [each for each in platforms[name].posts() if each.visible]
    id_ = post.facts.get("post_id", post.id)
    url = f"{platforms[name].url}/_sandbox/figures"
    httpx.post(url, json={"id": id_, **figures}).raise_for_status()


def test_figures_of_two_platforms_open_the_wave(
    platforms: dict[str, Sandbox], studio: Path, shell: Shell
) -> None:
    for name in ("clips", "tube", "tube-us"):
        assert "Signed in" in shell("channels", "auth", name)[1]
    until_live(shell, studio, platforms, {"clips", "tube"})
    assert live(shell) == {"clips", "tube"}

    code, said = shell("metrics", "pull")
    assert code == exits.DONE, said
    make_due(studio)
    code, said = shell("release")
    assert code == exits.ASIDE
    assert "likes_per_view cannot be said: nobody has seen it yet" in said

    tell(platforms, "clips", {"view_count": 900, "like_count": 10})
    row = {"country": "BR", "views": 600, "likes": 20, "averageViewPercentage": 55.5}
    tell(platforms, "tube", {"rows": [row, {"country": "US", "views": 9000, "likes": 9000}]})
    code, said = shell("metrics", "pull")
    assert code == exits.DONE, said
    make_due(studio)
    said = shell("release")[1]
    # 30 likes of 1,500 views: what the tube tells of the US is not of the pilot.
    assert "likes_per_view is 0.02 (1,500 views" in said
    assert live(shell) == {"clips", "tube"}

    tell(platforms, "clips", {"view_count": 1400, "like_count": 90})
    shell("metrics", "pull")
    make_due(studio)
    said = shell("release")[1]
    assert "wave main opens: likes_per_view is 0.055 (2,000 views" in said
    assert "completion_rate is 0.555 (600 views" in said
    until_live(shell, studio, platforms, {"tube-us"})
    assert len([post for post in platforms["tube"].posts() if post.visible]) == 2
