"""A calendar document, whatever format it was read from, to Calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from syndicator.catalog.companions import language_of
from syndicator.catalog.config import is_zone, territories
from syndicator.catalog.dates import duration, in_reach, moment
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.gates import read_gates
from syndicator.catalog.numbers import parse_numbers
from syndicator.catalog.rhythm import rhythm
from syndicator.model.calendar import PER_TERRITORY, Calendar, Drop, Fallback, Selection, Wave
from syndicator.model.config import ChannelConfig
from syndicator.model.money import Money
from syndicator.model.placed import Node
from syndicator.model.terms import Terms
from syndicator.model.work import Cut


@attrs.frozen(kw_only=True)
class Known:
    """What a calendar may refer to."""

    cuts: Sequence[Cut]
    missing: frozenset[str]
    """Cuts that are written and have no media: said once, not again by every calendar."""

    channels: Mapping[str, ChannelConfig]
    original: str = "und"
    """The series' original language."""

    def episode_ids(self) -> dict[int, str]:
        """Return episode numbers with their cut ids."""
        return {each.number: each.id for each in self.cuts if each.number is not None}


def read_calendar(node: Node, known: Known, faults: Faults) -> Calendar:
    """Return the calendar; everything wrong goes into `faults`.

    `node` is of the shape of schemas/calendar.json.
    """
    data = node.value
    zone = _zone(data.get("time_zone"), faults)
    drops = [drop for each in data["drops"].value for drop in _drops(each, known, faults)]
    _overlaps(drops, faults)
    late = data.get("give_up_after")
    return Calendar(
        series=str(data["series"].value),
        time_zone=zone,
        drops=tuple(drops),
        channels=tuple(_selections(data.get("channels"), known, faults)),
        waves=tuple(_waves(data.get("waves"), faults)),
        give_up_after=duration(late, faults) if late else None,
        respect=str(data["respect"].value) if "respect" in data else "block",
        on_abort=str(data["on_abort"].value) if "on_abort" in data else "keep",
        place=node.place,
    )


def _zone(node: Node | None, faults: Faults) -> str:
    if node is None or node.value == PER_TERRITORY:
        return PER_TERRITORY
    if not is_zone(node.value):
        faults.add("unknown-zone", "no such time zone", node,
                   expected="`territory`, or an IANA zone like Asia/Jakarta")  # fmt: skip
        return "UTC"
    return str(node.value)


def _drops(node: Node, known: Known, faults: Faults) -> Iterator[Drop]:
    """Yield the drops that one line asks for: one, or a rhythm of them."""
    data = node.value
    if not data.keys() & {"cuts", "episodes"}:
        faults.add("missing-key", "this drop does not say what comes out", node.place,
                   expected="`episodes: 1-10` or `cuts: [trailer]`")  # fmt: skip
    cuts = _named_cuts(data, known, faults)
    if not cuts:
        return
    start = data.get("at") or data.get("from")
    if start is None:
        faults.add("missing-key", "this drop has no time", node.place,
                   expected="`at: 2026-12-01 20:00`, or `every:` with `from:`")  # fmt: skip
        return
    wall = _wall(start, faults)
    if wall is None:
        return
    for group, at in rhythm(cuts, wall, node, faults):
        yield Drop(cuts=tuple(group), at=at, place=node.place)


def _wall(node: Node, faults: Faults) -> datetime | None:
    value = moment(node.value) if isinstance(node.value, str) else node.value
    if not isinstance(value, datetime):
        faults.add("no-time", "a drop needs a date and a time", node,
                   expected="like 2026-12-01 20:00")  # fmt: skip
        return None
    if value.tzinfo is not None:
        faults.add("fixed-offset", "a drop is written in wall time, without an offset", node,
                   expected="like 2026-12-01 20:00",
                   hint="the zone is `time_zone:` of the calendar")  # fmt: skip
        return None
    return value if in_reach(value, node, faults) else None


def _named_cuts(data: Mapping[str, Node], known: Known, faults: Faults) -> list[str]:
    found = [
        name
        for each in (data["cuts"].value if "cuts" in data else ())
        for name in _cut_named(each, known, faults)
    ]
    if "episodes" in data:
        found += _numbered(data["episodes"], known, faults)
    return found


def _cut_named(node: Node, known: Known, faults: Faults) -> list[str]:
    ids = [each.id for each in known.cuts]
    name = str(node.value)
    if name in ids:
        return [name]
    if name not in known.missing:
        faults.add("unknown-cut", f"the series has no cut {name}", node,
                   expected=", ".join(_some(ids)), hint=near(name, ids))  # fmt: skip
    return []


def _some(ids: Sequence[str]) -> list[str]:
    most = 8
    return [*ids[:most], "…"] if len(ids) > most else list(ids)


def _numbered(node: Node, known: Known, faults: Faults) -> list[str]:
    try:
        numbers = parse_numbers(node.value)
    except ValueError as error:
        faults.add("bad-episodes", "these are no episodes", node, expected=str(error))
        return []
    ids = known.episode_ids()
    strange = [
        number for number in numbers if number not in ids and f"ep{number:03d}" not in known.missing
    ]
    if strange and ids:  # a series without any has a fault of its own
        words = ", ".join(map(str, strange[:8]))
        faults.add("unknown-episode", f"the series has no episode {words}", node,
                   expected=f"1 to {max(ids)}")  # fmt: skip
    return [ids[number] for number in numbers if number in ids]


def _overlaps(drops: Sequence[Drop], faults: Faults) -> None:
    seen: dict[str, Drop] = {}
    for drop in drops:
        twice = [cut for cut in drop.cuts if cut in seen]
        if twice:
            first = seen[twice[0]]
            faults.add("overlapping-drops", f"{', '.join(_some(twice))} is dropped twice",
                       drop.place, found=f"{drop.at:%Y-%m-%d %H:%M}",
                       expected=f"once; it is already at {first.place} "
                       f"({first.at:%Y-%m-%d %H:%M})")  # fmt: skip
        seen.update((cut, drop) for cut in drop.cuts if cut not in seen)


def _selections(node: Node | None, known: Known, faults: Faults) -> Iterator[Selection]:
    if node is None:
        for name, config in known.channels.items():
            yield Selection(channel=name, place=config.place)
        return
    for name, each in node.value.items():
        place = node.key_places.get(name, each.place)
        if name not in known.channels:
            faults.add("unknown-channel", f"no channel is named {name}", place, found=name,
                       expected=", ".join(known.channels) or "a channel of syndicator.toml",
                       hint=near(name, known.channels))  # fmt: skip
            continue
        yield _selection(name, each, known, faults)


def _selection(name: str, node: Node, known: Known, faults: Faults) -> Selection:
    data: Mapping[str, Node] = node.value or {}
    narrowed = "cuts" in data or "episodes" in data
    where = data.get("territories")
    waived = data.get("waive")
    return Selection(
        channel=name,
        terms=_terms(data.get("terms"), faults),
        cuts=tuple(_named_cuts(data, known, faults)) if narrowed else None,
        languages=_languages(data["languages"], known, faults) if "languages" in data else None,
        offset=duration(data["offset"], faults) if "offset" in data else timedelta(),
        territories=territories(where, faults) if where else None,
        waived=tuple((str(w["rule"]), str(w["reason"])) for w in waived.plain()) if waived else (),
        respect=str(data["respect"].value) if "respect" in data else None,
        fallback=_fallback(name, data["fallback"], known, faults) if "fallback" in data else None,
        place=node.place,
    )


def _languages(node: Node, known: Known, faults: Faults) -> tuple[str, ...]:
    found = tuple(language_of(each, faults) for each in node.value)
    heard = {tag for cut in known.cuts for tag in cut.languages(known.original)}
    for each, tag in zip(node.value, found, strict=True):
        if known.cuts and tag not in heard:
            faults.warn("unknown-language", f"nothing of the series is in {tag}", each,
                        expected=", ".join(sorted(heard)),
                        hint=near(tag, sorted(heard)))  # fmt: skip
    return found


def _fallback(name: str, node: Node, known: Known, faults: Faults) -> Fallback:
    data = node.value
    others = []
    for each in data["channels"].value:
        other = str(each.value)
        if other == name:
            faults.add("own-fallback", f"{name} cannot take the place of itself", each,
                       expected="another channel")  # fmt: skip
        elif other not in known.channels:
            faults.add("unknown-channel", f"no channel is named {other}", each, found=other,
                       expected=", ".join(known.channels),
                       hint=near(other, known.channels))  # fmt: skip
        else:
            others.append(other)
    after = duration(data["after"], faults) if "after" in data else timedelta(hours=1)
    return_ = str(data["return"].value) if "return" in data else "stay"
    return Fallback(channels=tuple(others), after=after, return_=return_)


def _terms(node: Node | None, faults: Faults) -> Terms:
    if node is None:
        return Terms()
    data = node.value
    price, free = data.get("unlock_price"), data.get("free_episodes")
    return Terms(
        model=str(data["model"].value),
        free_episodes=free.value if free else None,
        unlock_price=_price(price, faults) if price else None,
        discount=data["discount"].value if "discount" in data else None,
        disclosure=tuple(data["disclosure"].plain()) if "disclosure" in data else (),
    )


def _price(node: Node, faults: Faults) -> Money | None:
    amount, currency = (str(node.value[key].value) for key in ("amount", "currency"))
    try:
        money = Money.parse(amount, currency.upper())
    except ValueError as error:
        faults.add("bad-money", "this is no price", node.place, found=f"{amount} {currency}",
                   expected=str(error))  # fmt: skip
        return None
    if money.minor < 0:
        faults.add("bad-money", "a price is not below zero", node.place, found=money,
                   expected="like 0.99")  # fmt: skip
    return money


def _waves(node: Node | None, faults: Faults) -> Iterator[Wave]:
    items = node.value if node else ()
    names = [str(each.value["name"].value) for each in items]
    for number, each in enumerate(items):
        if names[number] in names[:number]:
            faults.add("duplicate-wave", f"two waves are named {names[number]}", each.value["name"],
                       expected="each name once")  # fmt: skip
            continue
        yield _wave(each, names, faults)
    _cycles(items, faults)


def _wave(node: Node, names: Sequence[str], faults: Faults) -> Wave:
    data = node.value
    after = data["after"].value if "after" in data else {}
    follows = after.get("wave")
    if follows and str(follows.value) not in names:
        faults.add("unknown-wave", f"no wave is named {follows.value}", follows,
                   expected=", ".join(names), hint=near(follows.value, names))  # fmt: skip
    return Wave(
        name=str(data["name"].value),
        territories=territories(data["territories"], faults),
        after=str(follows.value) if follows else None,
        delay=duration(after["delay"], faults) if "delay" in after else timedelta(),
        gates=read_gates(data.get("gate"), faults),
        place=node.place,
    )


def _cycles(items: Sequence[Node], faults: Faults) -> None:
    follows = {
        str(each.value["name"].value): str(each.value["after"].value["wave"].value)
        for each in items
        if "after" in each.value and "wave" in each.value["after"].value
    }
    for each in items:
        name = str(each.value["name"].value)
        seen, current = [name], follows.get(name)
        while current is not None and current not in seen:
            seen.append(current)
            current = follows.get(current)
        if current == name:
            faults.add("wave-cycle", f"wave {name} waits for itself", each.value["after"].place,
                       found=" after ".join([*seen, name]),
                       expected="a wave that begins")  # fmt: skip


def check_rights(calendar: Calendar, starts: datetime | None, faults: Faults) -> None:
    """Note drops that lie before any right begins: the plan would block them all."""
    for drop in calendar.drops:
        if starts is not None and drop.at < starts.replace(tzinfo=None) - timedelta(hours=26):
            faults.warn("drop-before-rights", f"this drop is before any right begins "
                        f"({starts:%Y-%m-%d})", drop.place,
                        expected="a later date, or earlier rights; the plan blocks it")  # fmt: skip
