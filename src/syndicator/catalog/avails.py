"""`avails:` of a series.yaml, to Avails."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache

from syndicator.catalog.companions import language_of
from syndicator.catalog.config import territories
from syndicator.catalog.dates import FIRST, LAST, dated
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.numbers import parse_numbers
from syndicator.model.moment import instant, zone_of
from syndicator.model.placed import Node
from syndicator.model.rights import Avail
from syndicator.model.territory import Territories
from syndicator.model.window import Window

EVER, NEVER = date.max, date.min
"""What years out of reach mean: 9999-12-31 is the trade's word for "for ever"."""


def read_avails(
    node: Node | None,
    channels: Sequence[str],
    zones: Mapping[str, str],
    faults: Faults,
    episodes: Collection[int] = (),
) -> list[Avail] | None:
    """Return the rows of rights; None where nothing is written about rights at all.

    Args:
        node: `avails:`.
        channels: names of those that are configured.
        zones: time zones by territory, where they are not the usual ones.
        faults: where problems go.
        episodes: numbers of those that the series has; empty: not known.
    """
    if node is None:
        return None
    for each in node.value:
        _look_for(each, episodes, faults)
    return [_avail(each, channels, zones, faults) for each in node.value]


def _look_for(row: Node, episodes: Collection[int], faults: Faults) -> None:
    """Note episodes that the series does not have: rights to them let nothing out."""
    listed = row.value.get("episodes")
    if listed is None or not episodes:
        return
    try:
        strange = sorted(set(parse_numbers(listed.value)) - set(episodes))
    except ValueError:  # told where it is read
        return
    if strange:
        only = len(strange) == len(parse_numbers(listed.value))
        faults.warn("strange-episodes",
                    "these rights are for episodes that the series does not have" if only else
                    "some of these rights are for episodes that the series does not have",
                    listed, expected=f"{min(episodes)} to {max(episodes)}")  # fmt: skip


def _avail(node: Node, channels: Sequence[str], zones: Mapping[str, str], faults: Faults) -> Avail:
    data = node.value
    where = territories(data["territories"], faults)
    named = data.get("channels")
    patterns = tuple(str(each.value) for each in named.value) if named else ("*",)
    for each in named.value if named else ():
        pattern = str(each.value)
        if "*" not in pattern and pattern not in channels:
            faults.add("unknown-channel", f"no channel is named {pattern}", each,
                       expected=", ".join(channels) or "a channel of syndicator.toml",
                       hint=near(pattern, channels))  # fmt: skip
    models = data.get("business_model")
    only = data.get("episodes")
    start, end = _bound(data.get("start"), faults), _bound(data.get("end"), faults)
    window, by_territory = windows(start, end, where, tuple(sorted(zones.items())))
    if not window or not all(by_territory.values()) or start == EVER or end == NEVER:
        faults.add("empty-window", "the rights end before they begin", data.get("end", node),
                   expected="an end after the start")  # fmt: skip
    return Avail(
        id=f"avails row at {node.place}",
        territories=where,
        channels=patterns,
        business_models=frozenset(str(each.value) for each in models.value)
        if models
        else frozenset(),
        episodes=_episodes(only, faults) if only else None,
        languages=_languages(data.get("languages"), faults),
        held_back=_languages(data.get("held_back"), faults),
        window=window,
        window_by_territory=by_territory,
        exclusive=bool(data["exclusive"].value) if "exclusive" in data else False,
        place=node.place,
    )


def _episodes(node: Node, faults: Faults) -> frozenset[int]:
    try:
        return frozenset(parse_numbers(node.value))
    except ValueError as error:
        faults.add("bad-episodes", "these are no episodes", node, expected=str(error))
        return frozenset()


def _languages(node: Node | None, faults: Faults) -> frozenset[str]:
    return frozenset(language_of(each, faults) for each in node.value) if node else frozenset()


def _bound(node: Node | None, faults: Faults) -> date | None:
    """Return a date of rights; None where the row has none.

    A date that cannot be read is a fault and never an open end: it must not widen the licence.
    """
    if node is None or node.value is None:
        return None
    value = dated(node, faults)
    if value is None:
        return None
    if value.year > LAST:
        return EVER
    return NEVER if value.year < FIRST else value


@lru_cache(maxsize=1024)
def windows(
    start: object, end: object, where: Territories, zones: tuple[tuple[str, str], ...]
) -> tuple[Window, dict[str, Window]]:
    """Return the window as a whole, and by territory where a date means midnight there.

    A date alone is midnight at its beginning in the territory's zone: for an end the stricter of
    the two readings, since a licence broken by a day is broken.
    """
    start, end = (None if start == NEVER else start), (None if end == EVER else end)
    if not any(value is not None and not _is_instant(value) for value in (start, end)):
        return Window(_moment(start, "UTC"), _moment(end, "UTC")), {}
    by_zone: dict[str, Window] = {}
    by_territory = {}
    for code in where:
        zone = zone_of(code, dict(zones))
        if zone not in by_zone:
            by_zone[zone] = Window(_moment(start, zone), _moment(end, zone))
        by_territory[code] = by_zone[zone]
    opens = [each.opens for each in by_zone.values() if each.opens]
    closes = [each.closes for each in by_zone.values() if each.closes]
    whole = Window(min(opens, default=None), max(closes, default=None))
    return (whole, {}) if len(set(by_zone.values())) == 1 else (whole, by_territory)


def _is_instant(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _moment(value: object, zone: str) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else instant(value, zone)
    return instant(datetime.combine(value, time()), zone) if isinstance(value, date) else None
