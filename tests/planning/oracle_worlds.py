"""Worlds for the oracle: what was written about a series, in words, and the same as a title."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import attrs
from hypothesis import strategies as st

from syndicator.catalog.avails import read_avails
from syndicator.catalog.faults import Faults
from syndicator.model.calendar import Calendar, Drop, Selection
from syndicator.model.config import ChannelConfig, Config
from syndicator.model.placed import Node
from syndicator.model.plan import Sight, Title
from syndicator.model.rights import Avail
from syndicator.model.terms import Terms
from syndicator.model.work import Companion, Cut, CutKind, File, Localization, Series, Variant

from .oracle import ZONES, Oracle, Row, Shown
from .titles import FACTS, HERE, NATIVE, PLAIN, territories, wave

CAN = {
    "app": NATIVE,
    "tube": PLAIN,
    "stay": attrs.evolve(NATIVE, withdraws=False),
    "wall": attrs.evolve(PLAIN, withdraws=False),
}
"""Two that open territories one by one, two that show everywhere; `stay` and `wall` for ever."""

ONE_BY_ONE = ("app", "stay")
CODES = tuple(ZONES)
ORIGINAL = "en"


class Chosen(NamedTuple):
    """What one channel gets."""

    channel: str
    seen: tuple[str, ...]
    """Where the channel is seen."""

    model: str = "free"
    hours: int = 0
    """Its offset."""

    languages: tuple[str, ...] | None = None
    respect: str | None = None


Wave = tuple[str, tuple[str, ...], str | None, int]
"""(name, territories, after, days)."""


@attrs.frozen
class World:
    """Everything that was written about a series."""

    drops: tuple[tuple[tuple[str, ...], datetime], ...]
    dubbed: tuple[tuple[str, ...], ...]
    """Of each episode: the languages of its captions."""

    rows: tuple[Row, ...] | None
    channels: tuple[Chosen, ...]
    waves: tuple[Wave, ...] = ()
    zone: str = "UTC"
    zones: tuple[tuple[str, str], ...] = ()
    respect: str = "block"
    days: int | None = None
    """`give_up_after`."""

    def title(self) -> Title:
        """Return it as planning gets it; the rows are read as those of a series.yaml are."""
        drops = [Drop(cuts=cuts, at=at, place=HERE) for cuts, at in self.drops]
        waves = tuple(wave(name, *codes, after=after, days=days)
                      for name, codes, after, days in self.waves)  # fmt: skip
        calendar = Calendar(
            series="s", time_zone=self.zone, drops=tuple(drops), waves=waves, place=HERE,
            channels=tuple(_selection(each) for each in self.channels), respect=self.respect,
            give_up_after=timedelta(days=self.days) if self.days else None,
        )  # fmt: skip
        series = Series(
            id="s", original_language=ORIGINAL, localizations=(Localization(ORIGINAL, "A"),),
            episode_count=len(self.dubbed),
        )  # fmt: skip
        return Title(series=series, cuts=self.cuts(), avails=self.avails(), calendars=[calendar])

    def cuts(self) -> list[Cut]:
        """Return a trailer, the episodes, and a volume with the first two."""
        numbers = range(1, len(self.dubbed) + 1)
        episodes = [_cut(f"ep{n:03}", CutKind.EPISODE, (n,), self.dubbed[n - 1]) for n in numbers]
        return [_cut("trailer", CutKind.TRAILER, (), ()), *episodes,
                _cut("volume", CutKind.VOLUME, (1, 2), ())]  # fmt: skip

    def avails(self) -> list[Avail] | None:
        """Return the rows as the reader of series.yaml makes them."""
        if self.rows is None:
            return None
        written = node([as_written(row) for row in self.rows])
        return read_avails(written, [*CAN, "other"], dict(self.zones), Faults())

    def sight(self) -> Sight:
        configs = {
            each.channel: ChannelConfig(
                name=each.channel, adapter="toy", territories=territories(*each.seen), place=HERE
            )
            for each in self.channels
        }
        config = Config(channels=configs, time_zones=dict(self.zones))
        return Sight(config=config, capabilities=CAN)

    def oracle(self) -> Oracle:
        return Oracle(self.rows, self.zones)

    def chosen(self, channel: str) -> Chosen:
        return next(each for each in self.channels if each.channel == channel)

    def shown(self, cut: str, channel: str) -> Shown:
        """Return what a cut is on a channel, as the oracle asks."""
        chosen = self.chosen(channel)
        episodes: tuple[int, ...] = {"trailer": (), "volume": (1, 2)}.get(cut) or (
            () if cut == "trailer" else (int(cut[2:]),)
        )
        spoken = [ORIGINAL]
        if cut.startswith("ep"):
            spoken += self.dubbed[episodes[0] - 1]
        if chosen.languages is not None:
            spoken = [each for each in spoken if each in chosen.languages]
        return Shown(episodes, tuple(spoken), channel, chosen.model)


def _selection(chosen: Chosen) -> Selection:
    return Selection(
        channel=chosen.channel, terms=Terms(model=chosen.model), languages=chosen.languages,
        offset=timedelta(hours=chosen.hours), respect=chosen.respect, place=HERE,
    )  # fmt: skip


def _cut(name: str, kind: CutKind, episodes: tuple[int, ...], dubbed: tuple[str, ...]) -> Cut:
    media = Variant(file=File(path=f"{name}.mp4", size=1000, sha256=name), facts=FACTS)
    captions = tuple(
        Companion(file=File(path=f"{name}.{each}.vtt", size=10, sha256=f"{name}{each}"),
                  language=each)
        for each in dubbed
    )  # fmt: skip
    return Cut(id=name, kind=kind, episodes=episodes, variants=(media,), captions=captions)


def as_written(row: Row) -> dict[str, Any]:
    """Return a row as an item of `avails:`."""
    found: dict[str, Any] = {
        "territories": list(row.territories), "channels": list(row.channels),
        "start": row.start, "end": row.end, "exclusive": row.exclusive,
        "business_model": list(row.models), "languages": list(row.languages),
        "held_back": list(row.held_back),
    }  # fmt: skip
    if row.episodes is not None:
        found["episodes"] = ", ".join(map(str, row.episodes))
    return {key: value for key, value in found.items() if value not in (None, [])}


def node(value: Any) -> Node:
    """Return a value as a reader of files gives it."""
    if isinstance(value, dict):
        return Node({key: node(each) for key, each in value.items()}, HERE)
    return (
        Node([node(each) for each in value], HERE) if isinstance(value, list) else Node(value, HERE)
    )


# -- at random --

DAYS = [date(2026, 3, day) for day in (1, 6, 8, 9, 15, 29)] + [date(2026, 4, 5), date(2026, 4, 12)]
"""Few, so that drops, waves and rights meet; on 8 March, 29 March and 5 April clocks change."""

TIMES = ["", "", "", " 02:30", " 20:00Z", " 02:30:00.001Z"]
moments = st.builds(lambda day, time: f"{day}{time}", st.sampled_from(DAYS), st.sampled_from(TIMES))
walls = st.builds(
    lambda day, hour: datetime(day.year, day.month, day.day, *divmod(hour, 60)),
    st.sampled_from(DAYS), st.sampled_from((0, 150, 1200)),
)  # fmt: skip
some_codes = st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True).map(tuple)
where = (
    st.sampled_from(
        [("WORLD",), ("WORLD",), ("WORLD",), ("WORLD", "-CN"), ("-US",), ("WORLD", "-BR", "-DE")]
    )
    | some_codes
)
who = st.sampled_from(
    [("*",), ("*",), ("*",), ("app",), ("tube",), ("t*", "w*"), ("other",), ("app", "stay")]
)
others = st.sampled_from([("other",), ("other",), ("app",), ("tube",), ("s*",)])
some_episodes = st.none() | st.none() | st.sampled_from([(1,), (1, 2), (2, 3), (1, 2, 3, 4)])


def _in_order(row: Row) -> bool:
    return row.start is None or row.end is None or row.start[:10] < row.end[:10]


licences = st.builds(
    Row, territories=where, channels=who,
    models=st.sampled_from([(), (), (), ("free",), ("free", "unlock"), ("subscription",)]),
    start=st.none() | moments, end=st.none() | st.none() | moments,
    exclusive=st.sampled_from([False] * 7 + [True]), episodes=some_episodes,
    languages=st.sampled_from([(), (), (), ("en",), ("en", "de", "pt")]),
    held_back=st.sampled_from([(), (), (), ("de",), ("pt",), ("pt-BR",)]),
).filter(_in_order)  # fmt: skip
given_away = st.builds(
    Row, territories=where, channels=others, models=st.just(()), start=st.none() | moments,
    end=st.none() | moments | moments | moments, exclusive=st.just(True), episodes=some_episodes,
    languages=st.just(()), held_back=st.just(()),
).filter(_in_order)  # fmt: skip
EVERYTHING = Row(("WORLD",), ("*",))
some_rows = st.builds(
    lambda base, more, away: (*base, *more, *away),
    st.sampled_from([(), (EVERYTHING,)]),
    st.lists(licences, max_size=4), st.lists(given_away, max_size=3),
).flatmap(st.permutations).map(tuple)  # fmt: skip


@st.composite
def some_waves(draw: st.DrawFn) -> tuple[Wave, ...]:
    found: list[Wave] = []
    for name in draw(st.sampled_from(["", "", "a", "ab", "abc"])):
        after = found[-1][0] if found and draw(st.booleans()) else None
        days = draw(st.integers(1, 7)) if after else 0
        codes = ("WORLD",) if draw(st.booleans()) else draw(some_codes)
        found.append((name, codes, after, days))
    return tuple(found)


@st.composite
def some_channels(draw: st.DrawFn) -> tuple[Chosen, ...]:
    names = draw(st.lists(st.sampled_from([*CAN, "app", "tube"]), min_size=1, max_size=3))
    return tuple(
        Chosen(
            name,
            draw(st.just(CODES) | some_codes),
            draw(st.sampled_from(["free", "free", "unlock"])),
            draw(st.sampled_from([0, 0, 0, 2, -3])),
            draw(st.sampled_from([None, None, ("en",), ("en", "de")])),
            draw(st.sampled_from([None, None, "move", "block"])),
        )
        for name in dict.fromkeys(names)
    )


@st.composite
def some_drops(draw: st.DrawFn, episodes: int) -> tuple[tuple[tuple[str, ...], datetime], ...]:
    """Draw when each cut comes out: most times episodes in order."""
    found = draw(st.lists(walls, min_size=episodes, max_size=episodes))
    if draw(st.integers(0, 9)):
        found = sorted(found)
    drops = [((f"ep{number:03}",), at) for number, at in enumerate(found, 1)]
    if draw(st.booleans()):
        drops += [(("trailer", "volume"), draw(walls))]
    return tuple(drops)


@st.composite
def some_worlds(draw: st.DrawFn) -> World:
    dubbed = draw(st.lists(st.sampled_from([(), (), ("de",), ("pt-BR",), ("de", "pt-BR")]),
                           min_size=2, max_size=4))  # fmt: skip
    return World(
        drops=draw(some_drops(len(dubbed))),
        dubbed=tuple(dubbed),
        rows=draw(some_rows),
        channels=draw(some_channels()),
        waves=draw(some_waves()),
        zone=draw(st.sampled_from(["territory", "territory", "UTC", "America/New_York"])),
        zones=draw(st.sampled_from([(), (), (("US", "America/Los_Angeles"),)])),
        respect=draw(st.sampled_from(["move", "move", "block"])),
        days=draw(st.sampled_from([None, None, 2])),
    )
