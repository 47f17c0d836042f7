"""What a report is made of, gathered from the files and the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from syndicator.cli.comparing import Compared, compare, stale
from syndicator.cli.desk import Desk
from syndicator.cli.standing import platforms, sums
from syndicator.cli.stranded import stranded
from syndicator.insight.care import is_due
from syndicator.insight.overview import WORST
from syndicator.insight.report.concentration import POINTS, Course, figures_by
from syndicator.insight.report.foreseen import foreseen
from syndicator.insight.report.material import Material, Need
from syndicator.insight.report.needs import needs, suspects
from syndicator.insight.report.rights import Held, held
from syndicator.insight.report.waves import Step, steps
from syndicator.ledger.ledger import Filter
from syndicator.model.release import Action
from syndicator.model.state import State

if TYPE_CHECKING:
    from datetime import date

    from syndicator.insight.balance import Balance
    from syndicator.ledger.bunching import Bunch
    from syndicator.ledger.ledger import Row
    from syndicator.model.balance import Unit
    from syndicator.model.plan import Title
    from syndicator.model.rollout import Standing

READ = 200
"""So many things that need a person are read whole."""


def gather(desk: Desk, only: tuple[str, ...]) -> Material:
    """Return what a report shows.

    Args:
        desk: the workspace.
        only: series that are meant; empty means all.
    """
    desk.need_adapters()
    now = desk.now()
    plans = _Plans(desk, only)
    bunches = [each for each in desk.ledger.bunches(Filter(series=only), now=now)
               if each.series not in plans.changed]  # fmt: skip
    for found in plans.changed.values():
        bunches += found
    by_series: dict[str, list[Bunch]] = {}
    for each in bunches:
        by_series.setdefault(each.series, []).append(each)
    standings = desk.ledger.standings(only)
    return Material(
        name=desk.config.name or desk.folder.resolve().name or "syndicator",
        ledger=shown_url(desk.config.ledger_url),
        now=now, zones=dict(desk.config.time_zones), only=only, bunches=bunches,
        steps=list(_steps(desk, standings, by_series, only)),
        titles=list(_titles(desk, plans, by_series, only)),
        course=_course(desk, bunches if not only else None, plans.asked),
        needs=_needs(desk, bunches, standings, only),
        lease=desk.config.lease, runs=desk.ledger.runs(), rests=desk.ledger.paused(now),
        unread=sorted(plans.unread), unrecorded=plans.unrecorded,
    )  # fmt: skip


def shown_url(url: str) -> str:
    """Return a ledger's address without its password."""
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":…@") if parts.password else url


class _Plans:
    """What the files ask for, of the series whose files changed since they were recorded."""

    def __init__(self, desk: Desk, only: tuple[str, ...]) -> None:
        self.desk = desk
        self.changed: dict[str, list[Bunch]] = {}
        """By series: its releases as they will be."""

        self.titles: dict[str, Title] = {}
        self.asked: dict[str, set[Unit]] = {}
        self.unread: set[str] = set()
        self.unrecorded = 0
        wanted = _changed(desk, only)
        for compared in compare(desk, wanted) if wanted is None or wanted else ():
            self._add(compared)

    def _add(self, compared: Compared) -> None:
        if compared.changes is None:
            self.unread.add(compared.series)
            return
        items = compared.changes.items
        if compared.plan is not None:
            self.titles[compared.series] = compared.plan.title
            self.asked[compared.series] = {
                (each.key.cut, each.key.channel)
                for each in compared.plan.releases
                if each.key.action == Action.PUBLISH and not each.blocked
            }
        if items:
            rows = self.desk.ledger.rows(Filter(series=(compared.series,)))
            self.changed[compared.series] = list(foreseen(rows, items))
            self.unrecorded += len(items)


def _changed(desk: Desk, only: tuple[str, ...]) -> set[str] | None:
    """Return the series whose files changed, of those that are meant; None means all."""
    found = stale(desk).series
    if not only:
        return None if found is None else set(found)
    return set(only) if found is None else set(only) & found


def _steps(
    desk: Desk,
    standings: Sequence[Standing],
    by_series: Mapping[str, Sequence[Bunch]],
    only: tuple[str, ...],
) -> Iterator[Step]:
    from syndicator.insight.ladder import figures_of

    ladders: dict[str, list[Standing]] = {}
    for each in standings:
        ladders.setdefault(each.series, []).append(each)
    decisions = desk.ledger.decisions(only)
    for series, ladder in ladders.items():
        gated = any(each.rung.gates for each in ladder)
        yield from steps(
            ladder, by_series.get(series, ()), figures_of(desk.ledger, series) if gated else (),
            [each for each in decisions if each.series == series], desk.now(),
        )  # fmt: skip


def _titles(
    desk: Desk,
    plans: _Plans,
    by_series: Mapping[str, Sequence[Bunch]],
    only: tuple[str, ...],
) -> Iterator[Held]:
    where = {name: each.territories for name, each in desk.config.channels.items()}
    every = [each for each in desk.workspace.series_ids if not only or each in only]
    rest = [each for each in every if each not in plans.titles]
    found = dict(plans.titles)
    for name, (title, _) in zip(rest, desk.workspace.titles(set(rest)), strict=True):
        if title is None:
            plans.unread.add(name)
        else:
            found[name] = title
    for name in every:
        if name in found:
            yield held(found[name], by_series.get(name, ()), where, desk.now())


def _needs(
    desk: Desk, bunches: Sequence[Bunch], standings: Sequence[Standing], only: tuple[str, ...]
) -> list[Need]:
    now = desk.now()
    due = {each.channel for each in bunches if each.recorded and is_due(each, now)}
    unusable = desk.unusable(due)
    alone = {row.key: url for row, url in stranded(desk, Filter(series=only))}
    order = sorted(
        suspects(bunches, now, alone), key=lambda each: (WORST.index(each.state), each.at)
    )
    first = {each.key(): each for each in order[:READ]}
    found: list[tuple[Bunch, Row]] = []
    names = tuple(map(str, first))
    for begin in range(0, len(names), 50):
        rows = desk.ledger.rows(Filter(keys=names[begin : begin + 50]))
        found += [(first[row.key], row) for row in rows if row.key in first]
    states = (State.PUBLISHING, State.PROCESSING, State.WITHDRAWING)
    under_way = desk.ledger.rows(Filter(series=only, states=tuple(map(str, states))))
    tasks = [row for row in under_way if row.task is not None]
    return needs(found, tasks, standings, now, unusable=unusable, stranded=alone)


# -- concentration --


def _course(
    desk: Desk, bunches: Sequence[Bunch] | None, asked: Mapping[str, Collection[Unit]]
) -> Course | None:
    """Return how the whole workspace spreads; the ceiling knows no single series."""
    from syndicator.insight.balance import Balance, of_sums
    from syndicator.insight.standing import standing

    settings, on = desk.config.balance, platforms(desk)
    measure, instead = settings.measure, ""
    so_far = sums(desk, measure)
    if measure != "releases" and not so_far:
        instead = f"No {measure} have been measured yet, so this is by releases"
        instead += ", and no ceiling is judged." if settings.max_share is not None else "."
        measure = "releases"
    stands = standing(measure, desk.ledger.publishes(), asked, so_far, on)
    now = of_sums(so_far, on, measure) if measure != "releases" else _live(desk, bunches, on)
    planned = Balance(measure=measure, currency=now.currency, amounts=stands.totals("", ()))
    step, points = _over_time(desk, measure, on, now.currency or "")
    if not (planned.shares or now.shares or points):
        return None
    return Course(
        measure=measure, currency=now.currency, step=step, points=points, now=now,
        planned=planned, ceiling=None if instead else settings.max_share,
        on_breach=settings.on_breach, instead=instead,
    )  # fmt: skip


def _live(desk: Desk, bunches: Sequence[Bunch] | None, on: Mapping[str, str]) -> Balance:
    from syndicator.insight.balance import Balance

    if bunches is None:
        only = Filter(states=(str(State.LIVE),))
        bunches = list(desk.ledger.bunches(only, now=desk.now()))
    amounts: dict[str, float] = {}
    for each in bunches:
        if each.action == Action.PUBLISH and each.state is State.LIVE:
            name = on.get(each.channel) or each.channel
            amounts[name] = amounts.get(name, 0.0) + len(each)
    return Balance(measure="releases", amounts=amounts)


def _over_time(
    desk: Desk, measure: str, on: Mapping[str, str], currency: str
) -> tuple[str, list[tuple[date, Balance]]]:  # fmt: skip
    """Return what was measured, or was live, by week; by month where that would be too many."""
    from syndicator.insight.balance import releases_over_time
    from syndicator.insight.tellings import gather as gathered

    if measure == "releases":
        events = list(desk.ledger.appearances())
        found = releases_over_time(events, on, "week", now=desk.now())
        if len(found) > POINTS:
            return "month", releases_over_time(events, on, "month", now=desk.now())
        return "week", found
    told = gathered(desk.ledger.figures(Filter(), metrics=(measure,)), measure)
    mine = {subject: each for subject, each in told.items() if subject.currency == currency}
    found = figures_by(mine, on, measure, "week")
    if len(found) > POINTS:
        return "month", figures_by(mine, on, measure, "month")
    return "week", found
