"""Titles for planning tests: small ones by hand, random ones by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import strategies as st

from syndicator.model.calendar import Calendar, Drop, Gate, Selection, Wave
from syndicator.model.capabilities import Capabilities, TerritoryControl
from syndicator.model.config import ChannelConfig, Config
from syndicator.model.plan import Sight, Title
from syndicator.model.problem import Place
from syndicator.model.rights import Avail
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories
from syndicator.model.window import Window
from syndicator.model.work import Cut, CutKind, File, Localization, MediaFacts, Series, Variant

HERE = Place("calendars/s.yaml", 1)
FACTS = MediaFacts(
    seconds=60.0, width=1080, height=1920, video_codec="h264", pixel_format="yuv420p",
    frame_rate=30.0, audio_codec="aac",
)  # fmt: skip
NATIVE = Capabilities(
    platform="native", territory_control=TerritoryControl.NATIVE, stages=True, withdraws=True,
    updates=True, title_max=20,
)  # fmt: skip
PLAIN = Capabilities(platform="plain", withdraws=True, title_max=20)
CODES = ("BR", "DE", "ID", "US", "AU", "IN")


def territories(*codes: str) -> Territories:
    return Territories.parse(codes)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cut(number: int, version: str = "a") -> Cut:
    file = File(path=f"catalog/s/ep{number:03}.mp4", size=1000, sha256=f"{version}{number}")
    return Cut(id=f"ep{number:03}", kind=CutKind.EPISODE, episodes=(number,),
               variants=(Variant(file=file, facts=FACTS),))  # fmt: skip


def drop(numbers: range | list[int], when: str, line: int = 1) -> Drop:
    return Drop(cuts=tuple(f"ep{n:03}" for n in numbers), at=at(when), place=Place("c.yaml", line))


def wave(name: str, *codes: str, after: str | None = None, days: int = 0,
         gate: Gate | None = None) -> Wave:  # fmt: skip
    return Wave(name=name, territories=territories(*codes), after=after,
                delay=timedelta(days=days), gates=(gate,) if gate else (), place=HERE)  # fmt: skip


def avail(*codes: str, opens: str | None = None, closes: str | None = None,
          channels: tuple[str, ...] = ("*",), exclusive: bool = False, id: str = "row 1") -> Avail:  # noqa: A002  # fmt: skip
    window = Window(utc(opens) if opens else None, utc(closes) if closes else None)
    return Avail(id=id, territories=territories(*codes), channels=channels, window=window,
                 exclusive=exclusive, place=HERE)  # fmt: skip


def title(
    *drops: Drop,
    episodes: int = 3,
    waves: tuple[Wave, ...] = (),
    channels: tuple[str, ...] = ("app",),
    avails: list[Avail] | None = None,
    zone: str = "UTC",
    name: str = "A Series",
    version: str = "a",
    **more: object,
) -> Title:
    series = Series(id="s", original_language="en", localizations=(Localization("en", name),),
                    episode_count=episodes)  # fmt: skip
    calendar = Calendar(
        series="s", time_zone=zone, drops=drops, waves=waves, place=HERE,
        channels=tuple(Selection(channel=each, terms=Terms(), place=HERE) for each in channels),
        **more,
    )  # fmt: skip
    cuts = [cut(number, version) for number in range(1, episodes + 1)]
    return Title(series=series, cuts=cuts, avails=avails, calendars=[calendar])


def sight(where: dict[str, tuple[str, ...]] | None = None, **can: Capabilities) -> Sight:
    """Return channels `app` (native) and `tube` (plain), everywhere unless said otherwise."""
    abilities = {"app": NATIVE, "tube": PLAIN} | can
    configs = {
        name: ChannelConfig(
            name=name, adapter="toy", place=HERE,
            territories=territories(*(where or {}).get(name, CODES)),
        )
        for name in abilities
    }  # fmt: skip
    return Sight(config=Config(channels=configs), capabilities=abilities)


walls = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
codes = st.lists(st.sampled_from(CODES), min_size=1, unique=True).map(tuple)
zones = st.sampled_from(("territory", "UTC", "America/New_York", "Australia/Sydney"))


@st.composite
def some_waves(draw: st.DrawFn) -> tuple[Wave, ...]:
    count = draw(st.integers(0, 3))
    found: list[Wave] = []
    for number in range(count):
        after = found[-1].name if found and draw(st.booleans()) else None
        days = draw(st.integers(0, 9)) if after else 0
        found.append(wave(f"w{number}", *draw(codes), after=after, days=days))
    return tuple(found)


@st.composite
def some_avails(draw: st.DrawFn) -> list[Avail] | None:
    if draw(st.integers(0, 3)) == 0:
        return None
    rows = []
    for number in range(draw(st.integers(1, 4))):
        opens = draw(st.none() | walls)
        length = timedelta(days=draw(st.integers(1, 500)))
        closes = draw(st.none() | st.just((opens or datetime(2026, 6, 1)) + length))
        rows.append(
            avail(
                *draw(codes),
                opens=opens.isoformat() if opens else None,
                closes=closes.isoformat() if closes else None,
                channels=draw(st.sampled_from((("*",), ("app",), ("tube",)))),
                exclusive=draw(st.booleans()),
                id=f"row {number}",
            )
        )
    return rows


@st.composite
def some_titles(draw: st.DrawFn) -> Title:
    episodes = draw(st.integers(1, 6))
    whens = draw(st.lists(walls, min_size=episodes, max_size=episodes))
    drops = [drop([number], whens[number - 1].isoformat(), line=number)
             for number in range(1, episodes + 1)]  # fmt: skip
    return title(
        *drops,
        episodes=episodes,
        waves=draw(some_waves()),
        channels=draw(st.sampled_from((("app",), ("tube",), ("app", "tube")))),
        avails=draw(some_avails()),
        zone=draw(zones),
    )


DENSE = [datetime(2026, 3, day, hour) for day in (2, 6, 8, 9, 14) for hour in (2, 20)]
"""Few instants, so that drops, waves and rights meet; in one of these nights US clocks skip."""

edges = st.sampled_from([None, *DENSE])
few_codes = st.lists(st.sampled_from(("BR", "US", "DE")), min_size=1, unique=True).map(tuple)


@attrs.frozen
class Sketch:
    """A title in few words, so that a failing story can be read."""

    walls: tuple[datetime | None, ...]
    """Of each episode; None where its line was taken out."""

    waves: tuple[tuple[str, tuple[str, ...], str | None, int, bool], ...]
    """(name, territories, after, days, whether it waits for a gate)."""

    channels: tuple[str, ...]
    avails: tuple[tuple[tuple[str, ...], datetime | None, datetime | None, str, bool], ...] | None
    """(territories, opens, closes, channel, exclusive)."""

    zone: str
    name: str
    version: str

    def title(self) -> Title:
        """Return it written out."""
        drops = [
            drop([number], wall.isoformat(), line=number)
            for number, wall in enumerate(self.walls, 1)
            if wall
        ]
        gate = Gate(metric="completion", at_least=0.3)
        waves = [
            wave(name, *codes, after=after, days=days, gate=gate if waits else None)
            for name, codes, after, days, waits in self.waves
        ]
        return title(*drops, waves=tuple(waves), channels=self.channels, avails=self._rows(),
                     zone=self.zone, name=self.name, version=self.version)  # fmt: skip

    def _rows(self) -> list[Avail] | None:
        if self.avails is None:
            return None
        return [
            avail(
                *codes,
                opens=opens.isoformat() if opens else None,
                closes=closes.isoformat() if closes else None,
                channels=(channel,),
                exclusive=exclusive,
                id=f"row {number}",
            )
            for number, (codes, opens, closes, channel, exclusive) in enumerate(self.avails)
        ]


@st.composite
def dense_waves(draw: st.DrawFn) -> tuple[tuple[str, tuple[str, ...], str | None, int, bool], ...]:
    found: list[tuple[str, tuple[str, ...], str | None, int, bool]] = []
    for name in draw(st.lists(st.sampled_from("abc"), max_size=3, unique=True)):
        after = found[-1][0] if found and draw(st.booleans()) else None
        waits = bool(after) and draw(st.booleans())
        found.append((name, draw(few_codes), after, draw(st.integers(0, 3)) if after else 0, waits))
    return tuple(found)


rights = st.tuples(few_codes, edges, edges, st.sampled_from(("*", "*", "app", "tube")),
                   st.sampled_from((False, False, True))).filter(
    lambda row: row[1] is None or row[2] is None or row[1] < row[2]
)  # fmt: skip
walls_of_three = st.tuples(*[st.none() | st.sampled_from(DENSE) for _ in range(3)])
in_order = walls_of_three.map(
    lambda walls: tuple(sorted((w for w in walls if w), key=lambda w: w)) if all(walls) else walls
)
sketches = st.builds(
    Sketch,
    walls=in_order | in_order | walls_of_three,
    waves=dense_waves(),
    channels=st.sampled_from((("app",), ("app",), ("tube",), ("app", "tube"))),
    avails=st.none() | st.lists(rights, max_size=3).map(tuple),
    zone=st.sampled_from(("territory", "UTC")),
    name=st.sampled_from(("A", "B", "A title that no channel takes")),
    version=st.sampled_from("ab"),
)
"""Titles so alike that any two of them are an edit apart."""
