"""Plan series of many episodes with their rights, beside planning the same without.

python benchmarks/planning.py                 200 series, 80 episodes, 12 channels, 160 territories
python benchmarks/planning.py --series 20     smaller
python benchmarks/planning.py --json          for programs

Half of the channels open territories one by one, half show everywhere at once. Each series has 20
rows of rights: licences for mixed territories and channels, ends, exclusive windows, rows of some
episodes, a language held back. Everything is made in memory; what is timed is `plan` alone. The
two kinds of runs take turns, series by series; times are those of the processor, and the ratio is
the median over the rounds, because other programs use the machine too.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import attrs

from syndicator.model.calendar import Calendar, Drop, Selection, Wave
from syndicator.model.capabilities import Capabilities, TerritoryControl
from syndicator.model.config import ChannelConfig, Config
from syndicator.model.plan import Sight, Title
from syndicator.model.problem import Place
from syndicator.model.rights import Avail
from syndicator.model.terms import Terms
from syndicator.model.territory import CODES, Territories
from syndicator.model.window import Window
from syndicator.model.work import (
    Companion,
    Cut,
    CutKind,
    File,
    Localization,
    MediaFacts,
    Series,
    Variant,
)
from syndicator.planning.make import plan

SIZES = (50, 100, 200)
TERRITORIES = sorted(CODES)[:160]
HERE = Place("made in memory", 1)
FACTS = MediaFacts(
    seconds=90.0, width=1080, height=1920, video_codec="h264", pixel_format="yuv420p",
    frame_rate=30.0, audio_codec="aac",
)  # fmt: skip
NATIVE = Capabilities(
    platform="one by one", territory_control=TerritoryControl.NATIVE, stages=True, withdraws=True
)
PLAIN = Capabilities(platform="at once", withdraws=True)
CHANNELS = {
    **{f"native-{number}": NATIVE for number in range(6)},
    **{f"plain-{number}": PLAIN for number in range(6)},
}
FIRST_DAY = datetime.fromisoformat("2030-12-01 20:00")


def some(begin: int, end: int) -> Territories:
    """Return a run of the territories, by their place in the alphabet."""
    return Territories(frozenset(TERRITORIES[begin:end]))


def sight() -> Sight:
    """Return twelve channels that are all seen in 160 territories."""
    configs = {
        name: ChannelConfig(name=name, adapter="none", territories=some(0, 160), place=HERE)
        for name in CHANNELS
    }
    return Sight(config=Config(channels=configs), capabilities=CHANNELS)


def window(opens: str | None, closes: str | None) -> Window:
    bounds = [datetime.fromisoformat(each).replace(tzinfo=UTC) if each else None
              for each in (opens, closes)]  # fmt: skip
    return Window(*bounds)


def row(number: int, where: Territories, opens: str | None, closes: str | None,
        *channels: str, **more: Any) -> Avail:  # fmt: skip
    return Avail(id=f"row {number}", territories=where, window=window(opens, closes),
                 channels=channels or ("*",), place=HERE, **more)  # fmt: skip


def avails(number: int) -> list[Avail]:
    """Return the twenty rows of a series: no two series have the same dates."""
    day = f"{1 + number % 28:02}"
    year = 2032 + number % 3
    later = [f"{year}-0{1 + n}-{day}" for n in range(4)]
    licences = [
        row(1, some(0, 120), "2030-01-01", None, "native-*"),
        row(2, some(100, 160), "2030-01-01", later[0], "native-*"),
        row(3, some(0, 160), "2030-01-01", None, "plain-0", "plain-1"),
        row(4, some(0, 160), f"2030-11-{day}", later[1], "plain-2", "plain-3"),
        row(5, some(0, 90), "2030-01-01", None, "plain-4", "plain-5"),
        row(6, some(80, 160), "2030-01-01", later[2], "plain-4",
            business_models=frozenset({"free"})),
        row(7, some(80, 160), "2030-01-01", later[2], "plain-5",
            business_models=frozenset({"unlock"})),
        row(8, some(120, 140), "2031-06-01", later[3], "native-0", "native-1"),
        row(9, some(150, 160), "2029-01-01", "2030-01-01"),
        row(10, some(0, 40), "2030-01-01", None, held_back=frozenset({"de"})),
    ]  # fmt: skip
    exclusive = [
        row(11 + n, some(20 * n, 20 * n + 8), "2030-12-01", f"2030-12-{8 + n:02}", f"native-{n}",
            exclusive=True)
        for n in range(5)
    ]  # fmt: skip
    episodes = [
        row(16, some(0, 160), "2030-01-01", None, "plain-3", episodes=frozenset(range(1, 11))),
        row(17, some(140, 160), "2030-01-01", None, "native-2", episodes=frozenset(range(1, 21))),
        row(18, some(0, 160), "2030-01-01", None, "plain-5", episodes=frozenset(range(1, 6))),
        row(19, some(10, 14), "2030-12-01", "2030-12-20", "native-3",
            episodes=frozenset(range(1, 4)), exclusive=True),
        row(20, some(0, 160), "2030-01-01", None, "partner-*"),
    ]  # fmt: skip
    return licences + exclusive + episodes


def title(number: int, episodes: int) -> Title:
    """Return one series with a drop a day, four waves and all channels."""
    name = f"series-{number:04}"
    cuts = [cut(name, episode) for episode in range(1, episodes + 1)]
    drops = [
        Drop(cuts=(f"ep{episode:03}",), at=FIRST_DAY + timedelta(days=episode // 5),
             place=Place(f"calendars/{name}.yaml", 10 + episode))
        for episode in range(1, episodes + 1)
    ]  # fmt: skip
    waves = tuple(
        Wave(name=f"w{n}", territories=some(40 * n, 40 * n + 40), after=f"w{n - 1}" if n else None,
             delay=timedelta(days=7 if n else 0), place=HERE)
        for n in range(4)
    )  # fmt: skip
    channels = tuple(Selection(channel=each, terms=Terms(), place=HERE) for each in CHANNELS)
    calendar = Calendar(series=name, time_zone="UTC", drops=tuple(drops), channels=channels,
                        waves=waves, respect="move", place=HERE)  # fmt: skip
    words = tuple(Localization(each, f"{name} {each}") for each in ("zh-Hans", "en", "pt-BR"))
    series = Series(id=name, original_language="zh-Hans", localizations=words,
                    episode_count=episodes)  # fmt: skip
    return Title(series=series, cuts=cuts, avails=avails(number), calendars=[calendar])


def cut(name: str, episode: int) -> Cut:
    path = f"catalog/{name}/ep{episode:03}"
    media = File(path=f"{path}.mp4", size=20_000_000, sha256=f"{episode:064x}")
    words = File(path=f"{path}.en.vtt", size=2_000, sha256=f"{episode + 1000:064x}")
    return Cut(id=f"ep{episode:03}", kind=CutKind.EPISODE, episodes=(episode,),
               variants=(Variant(file=media, facts=FACTS),),
               captions=(Companion(file=words, language="en"),))  # fmt: skip


@attrs.define
class Measured:
    """Seconds and releases of planning the same series in each way."""

    with_rights: float = 0.0
    without: float = 0.0
    releases: int = 0
    releases_without: int = 0

    @property
    def ratio(self) -> float:
        return self.with_rights / self.without

    @property
    def ratio_per_release(self) -> float:
        """With rights there is more to plan: takedowns, and parts that open at other times."""
        return self.ratio * self.releases_without / self.releases


def once(series: int, episodes: int, seen: Sight) -> Measured:
    """Plan each series with its rights and without, in turns; add up the times."""
    found = Measured()
    gc.collect()
    for number in range(series):
        each = title(number, episodes)
        free = attrs.evolve(each, avails=None)
        began = time.process_time()
        made = plan(each, seen)
        between = time.process_time()
        bare = plan(free, seen)
        found.without += time.process_time() - between
        found.with_rights += between - began
        found.releases += len(made.releases)
        found.releases_without += len(bare.releases)
    return found


def measure(series: int, episodes: int, rounds: int) -> list[dict[str, object]]:
    """Return a row for each size, the sizes in turns."""
    sizes = [*(each for each in SIZES if each < series), series]
    seen = sight()
    once(1, episodes, seen)
    found: dict[int, list[Measured]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            found[size].append(once(size, episodes, seen))
    return [_row(size, found[size]) for size in sizes]


def _row(size: int, runs: Sequence[Measured]) -> dict[str, object]:
    seconds = median(each.with_rights for each in runs)
    return {
        "what": f"plan with 20 rows of rights, {size} series",
        "seconds": round(seconds, 3),
        "ms_per_series": round(seconds / size * 1000, 2),
        "releases": runs[0].releases,
        "baseline": "the same without rights",
        "baseline_s": round(median(each.without for each in runs), 3),
        "baseline_releases": runs[0].releases_without,
        "ratio": round(median(each.ratio for each in runs), 2),
        "ratio_per_release": round(median(each.ratio_per_release for each in runs), 2),
    }


def show(rows: Sequence[dict[str, object]]) -> None:
    """Print a table."""
    columns = {"what": 42, "seconds": 8, "ms_per_series": 14, "releases": 9, "baseline_s": 11,
               "baseline_releases": 18, "ratio": 6, "ratio_per_release": 18}  # fmt: skip
    print(*(f"{name:>{width}}" for name, width in columns.items()))
    for each in rows:
        print(*(f"{each[name]:>{width}}" for name, width in columns.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=200)
    parser.add_argument("--episodes", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = measure(given.series, given.episodes, given.rounds)
    if given.json:
        print(json.dumps(rows, indent=2))
    else:
        show(rows)


if __name__ == "__main__":
    main()
