"""Write a large workspace whose media facts are invented: 200 series of 80 episodes on 12 channels.

Episodes are sparse files, so that each has a size and a time, and the facts cache is primed with
what a reading of real files would have found.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from syndicator.catalog.facts_cache import FactsCache, Learned
from syndicator.model.work import MediaFacts

COUNTRIES = ("BR", "ID", "US", "GB", "DE", "MX", "JP", "PH", "TH", "FR")
FACTS = MediaFacts(
    seconds=90.0, width=1080, height=1920, video_codec="h264", pixel_format="yuv420p",
    frame_rate=30.0, audio_codec="aac", audio_channels=2, audio_rate=48000, container="mp4",
)  # fmt: skip
SIZE = 20_000_000


def write(folder: Path, *, series: int, episodes: int) -> None:
    """Write the workspace."""
    (folder / "calendars").mkdir(parents=True)
    (folder / "syndicator.toml").write_text(config())
    cache = FactsCache(folder)
    for number in range(series):
        name = f"series-{number:04d}"
        home = folder / "catalog" / name
        home.mkdir(parents=True)
        (home / "series.yaml").write_text(series_yaml(name, episodes))
        (folder / "calendars" / f"{name}.yaml").write_text(calendar_yaml(name, episodes))
        names = [f"catalog/{name}/ep{n:03d}.mp4" for n in range(1, episodes + 1)]
        cache.learn([learned(folder, each) for each in names])
    cache.close()


def config() -> str:
    channels = [("app", "toy_native", '["WORLD", "-CN"]'), ("tube", "toy", '["WORLD", "-CN"]')]
    channels += [(f"acme-{code.lower()}", "toy", f'["{code}"]') for code in COUNTRIES]
    return "\n".join(
        f'[channels.{name}]\nadapter = "{adapter}"\nfolder = "platform/{name}"\n'
        f"territories = {where}\n"
        for name, adapter, where in channels
    )


def series_yaml(name: str, episodes: int) -> str:
    return f"""id: {name}
original_language: zh-Hans
year: 2026
production: live_action
localizations:
  zh-Hans: {{title: "{name} zh", synopsis: "A synopsis of some length, as they are."}}
  en: {{title: "{name} en", synopsis: "A synopsis of some length, as they are."}}
  pt-BR: {{title: "{name} pt", synopsis: "A synopsis of some length, as they are."}}
episodes: {{count: {episodes}}}
avails:
  - {{territories: [WORLD, -CN], business_model: [free, unlock], start: 2026-01-01}}
"""


def calendar_yaml(name: str, episodes: int) -> str:
    return f"""series: {name}
time_zone: UTC
drops:
  - {{episodes: 1-10, at: 2030-12-01 20:00}}
  - {{episodes: 11-{episodes}, every: day, count: 5, from: 2030-12-02 20:00}}
"""


def learned(folder: Path, path: str) -> Learned:
    where = folder / path
    with where.open("wb") as file:
        file.truncate(SIZE)
    stat = where.stat()
    digest = hashlib.sha256(path.encode()).hexdigest()
    return Learned(path=path, size=SIZE, mtime_ns=stat.st_mtime_ns, sha256=digest, facts=FACTS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--series", type=int, default=200)
    parser.add_argument("--episodes", type=int, default=80)
    given = parser.parse_args()
    write(given.folder, series=given.series, episodes=given.episodes)
