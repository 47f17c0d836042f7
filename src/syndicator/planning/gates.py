"""Gates: what a figure of an earlier wave is, and whether it is enough. Pure; no clock, no files.

What each metric of a gate is made of, over all cuts and channels of the wave that is followed:

- `views`: the sum of `views`.
- `completion_rate`: the part of a view that was seen to its end, 0 to 1, weighted by views. From
  `completions` by `views`, or from `average_percentage`, the part of the cut that an average view
  shows: per cut and channel the younger of the two. A view counts at most once: what is watched
  again and again gives no more than 1. `minutes_watched` is not used: it says nothing without the
  running time of what each viewer was shown.
- `likes_per_view`: the sum of `likes` by the sum of `views`.
- `revenue_per_view`: the sum of `revenue` by the sum of `views`, in minor units of one currency.

How tellings combine, so that nothing counts twice and nothing is divided by other people's views:

- A rate is made of cells: cut, channel, territory and day for which both of its metrics are told.
- Figures by day and those of all days tell the same. Of a cut, channel and territory the younger
  telling counts, of equally old ones that of all days.
- Figures by territory and those without tell the same. Of a cut and channel the younger telling
  counts, of equally old ones that by territory. Only territories that the wave opened count, and
  figures without territory only where that wave opened all that is to be seen of the cut there.
- Of a figure that is told twice, the later telling counts.
- A figure of a day is as old as the end of that day, were it told ever so late. One that is told
  from the future does not count.
- Only what is at most `max_age` old counts, for the value and for the sample: a young figure of one
  episode does not make an old one of another any younger. Of figures by day, those of the last days
  are left then. How many views are too old is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import fsum, isfinite

import attrs

from syndicator.model.calendar import Gate
from syndicator.model.figure import Figure, Measured
from syndicator.model.rollout import Look, Verdict
from syndicator.model.territory import Territories

MADE_OF = {
    "views": ("views",),
    "completion_rate": ("completions", "average_percentage"),
    "likes_per_view": ("likes",),
    "revenue_per_view": ("revenue",),
}
"""From which stored metrics a gate's is made, beside views; of several, the younger telling."""

STORED = ("views", "completions", "average_percentage", "likes", "revenue")
"""What a caller has to read of the ledger."""

AHEAD = timedelta(minutes=5)
"""So far two clocks may differ; what is told from later on does not count."""

LAST_MIDNIGHT = timedelta(days=1, hours=12)
"""From the beginning of a day in UTC until it has ended everywhere on Earth."""

Unit = tuple[str, str]
"""Cut and channel."""


@attrs.frozen
class Watched:
    """What the wave that is followed opened of one cut on one channel."""

    territories: Territories
    whole: bool
    """Whether nothing else of the cut is to be seen on that channel."""


@attrs.frozen
class Cell:
    """One cut, channel, territory and day for which all is told that a metric needs."""

    views: float
    part: float
    """What is summed: likes, minor units, views seen to the end; views themselves."""

    told_at: datetime
    currency: str | None = None


@attrs.frozen(kw_only=True)
class Basis:
    """What a gate judges, and on what it rests."""

    value: float | None
    sample: float
    """The views that count: those of figures that are young enough."""

    of: float
    """Those of all figures."""

    age: timedelta | None
    """How old the youngest of all figures is; None: there are none."""

    young: bool
    """Whether any figure is young enough."""

    currencies: Sequence[str]


Spot = tuple[str | None, date | None]
Told = Mapping[Spot, Sequence[Figure]]


def look(
    gate: Gate,
    watched: Mapping[Unit, Watched],
    figures: Iterable[Measured],
    now: datetime,
) -> Look:
    """Return what a gate finds.

    Args:
        gate: what is asked.
        watched: what is out of the wave that is followed.
        figures: of the series; what does not belong to `watched` is left aside.
        now: aware UTC.
    """
    told = _index(figures, watched, now)
    every = [cell for unit, where in watched.items()
             for cell in _cells(gate.metric, told.get(unit, {}), where)]  # fmt: skip
    cells = [cell for cell in every if now - cell.told_at <= gate.max_age]
    sample = fsum(cell.views for cell in cells)
    currencies = {cell.currency for cell in cells}
    value = _value(gate.metric, cells, sample) if len(currencies) <= 1 else None
    basis = Basis(
        value=value, sample=sample, of=fsum(cell.views for cell in every),
        age=max(now - _youngest(every), timedelta()) if every else None, young=bool(cells),
        currencies=tuple(sorted(filter(None, currencies))),
    )  # fmt: skip
    verdict, why = _judge(gate, basis)
    return Look(
        metric=gate.metric, at_least=gate.at_least, verdict=verdict, value=value, sample=sample,
        min_views=gate.min_views, age=basis.age, max_age=gate.max_age, at=now, why=why,
    )  # fmt: skip


def together(looks: Sequence[Look]) -> Verdict:
    """Return the verdict of all gates of a wave: one that is too low is enough to keep it shut."""
    found = {each.verdict for each in looks}
    if Verdict.FAIL in found:
        return Verdict.FAIL
    return Verdict.PASS if found == {Verdict.PASS} else Verdict.INCONCLUSIVE


def _index(
    figures: Iterable[Measured], watched: Mapping[Unit, Watched], now: datetime
) -> dict[Unit, dict[str, dict[Spot, list[Figure]]]]:
    latest: dict[tuple[Unit, str, Spot, str | None], Figure] = {}
    for each in figures:
        figure, unit = each.figure, (each.cut, each.channel)
        if unit not in watched or not _is_sound(figure, now):
            continue
        key = (unit, figure.metric, (figure.territory, figure.day), figure.currency)
        was = latest.get(key)
        if was is None or (was.as_of, -was.value) < (figure.as_of, -figure.value):
            latest[key] = figure
    found: dict[Unit, dict[str, dict[Spot, list[Figure]]]] = {}
    for (unit, metric, spot, _), figure in latest.items():
        found.setdefault(unit, {}).setdefault(metric, {}).setdefault(spot, []).append(figure)
    return found


def _is_sound(figure: Figure, now: datetime) -> bool:
    if not isfinite(figure.value) or figure.as_of > now + AHEAD:
        return False
    is_money = figure.metric == "revenue"  # which may be taken back
    return (figure.value >= 0 or is_money) and is_money == (figure.currency is not None)


def _cells(metric: str, told: Mapping[str, Told], where: Watched) -> list[Cell]:
    """Return the cells of one cut and channel, each part of the world and each day once."""
    found: list[Cell] = []
    for name in MADE_OF[metric]:
        every = list(_paired(name, told.get(name, {}), told.get("views", {})))
        by_territory = [
            cell
            for code in {spot[0] for spot, _ in every if spot[0] in where.territories}
            for cell in _one_telling(code, every)
        ]
        in_all = _one_telling(None, every) if where.whole else []
        chosen = in_all if _youngest(in_all) > _youngest(by_territory) else by_territory
        found = chosen if _youngest(chosen) > _youngest(found) else found
    return found


def _one_telling(code: str | None, every: Sequence[tuple[Spot, Cell]]) -> list[Cell]:
    mine = [(day, cell) for (territory, day), cell in every if territory == code]
    all_days = [cell for day, cell in mine if day is None]
    by_day = [cell for day, cell in mine if day is not None]
    return by_day if _youngest(by_day) > _youngest(all_days) else all_days


def _youngest(cells: Sequence[Cell]) -> datetime:
    return max((cell.told_at for cell in cells), default=datetime.min.replace(tzinfo=UTC))


def _paired(name: str, parts: Told, views: Told) -> Iterator[tuple[Spot, Cell]]:
    for spot in parts.keys() & views.keys():
        (seen,) = views[spot]
        youngest_first = sorted(parts[spot], key=lambda part: part.as_of, reverse=True)
        for number, part in enumerate(youngest_first):
            views_once = 0.0 if number else seen.value  # told again in another currency
            told_at = min(part.as_of, seen.as_of)
            if spot[1] is not None:
                told_at = min(told_at, _end_of(spot[1]))
            yield spot, Cell(views_once, _summand(name, part.value, seen.value), told_at,
                             part.currency)  # fmt: skip


def _end_of(day: date) -> datetime:
    if day >= date.max - timedelta(days=2):
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day, time(), UTC) + LAST_MIDNIGHT


def _summand(name: str, part: float, views: float) -> float:
    if name == "completions":
        return min(part, views)
    if name == "average_percentage":
        return min(part / 100, 1.0) * views
    return part


def _value(metric: str, cells: Sequence[Cell], sample: float) -> float | None:
    if not cells or (metric != "views" and not sample):
        return None
    total = fsum(cell.part for cell in cells)
    return total if metric == "views" else total / sample


def _judge(gate: Gate, on: Basis) -> tuple[Verdict, str]:
    name, value = gate.metric, on.value
    if on.age is None:
        return Verdict.INCONCLUSIVE, f"{name} was not measured: no figures to make it of"
    young = f"{on.sample:,.0f} of {on.of:,.0f} views are young enough"
    if not on.young:
        text = (
            f"{name} is not known of late ({young}; the youngest figure is "
            f"{spell_age(on.age)} old): too old, at most {spell_age(gate.max_age)} is asked for"
        )
        return Verdict.INCONCLUSIVE, text  # fmt: skip
    basis = f"{on.sample:,.0f} views, {spell_age(on.age)} old"
    basis += f"; {young}" if on.sample < on.of else ""
    if len(on.currencies) > 1:
        some = " and ".join(on.currencies)
        return Verdict.INCONCLUSIVE, f"{name} is told in {some}, which do not add up ({basis})"
    said = f"{name} is {spell(value, gate.at_least)}{_money(name, on.currencies)} ({basis})"
    doubt = ""
    if value is None:
        doubt = f"{name} cannot be said: nobody has seen it yet ({basis})"
    elif on.sample < gate.min_views:
        doubt = f"{said}: too few views, {gate.min_views:,} are asked for"
    if value is None or doubt:
        return Verdict.INCONCLUSIVE, doubt
    if value >= gate.at_least:
        return Verdict.PASS, f"{said}: at least {gate.at_least:g} was asked for"
    return Verdict.FAIL, f"{said}: too low, at least {gate.at_least:g} is asked for"


def spell(value: float | None, beside: float) -> str:
    """Return a value with so many digits that it does not look like the threshold and is not."""
    if value is None:
        return "unknown"
    if value >= 10_000:  # noqa: PLR2004 - a count, not a rate
        return f"{value:,.12g}"
    short = f"{value:.4g}"
    return short if value == beside or float(short) != float(f"{beside:.4g}") else f"{value:.12g}"


def _money(metric: str, currencies: Sequence[str]) -> str:
    return f" minor units of {currencies[0]}" if metric == "revenue_per_view" and currencies else ""


def spell_age(age: timedelta) -> str:
    """Return an age as people say it: `40 min`, `3 h`, `2 d`."""
    seconds = int(age.total_seconds())
    for size, unit, most in ((60, "min", 5400), (3600, "h", 172_800)):
        if seconds <= most:
            return f"{seconds // size} {unit}"
    return f"{seconds // 86_400} d"
