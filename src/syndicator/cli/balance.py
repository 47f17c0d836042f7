"""`syndicate balance`: how reach and revenue spread over platforms, and what hangs on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.balance_lines import lines, lines_without, view_json
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.standing import platforms, sums, with_standing
from syndicator.ledger.ledger import Filter

if TYPE_CHECKING:
    from syndicator.insight.balance import Balance, Live
    from syndicator.insight.dependence import Loss
    from syndicator.insight.elsewhere import Way
    from syndicator.insight.tellings import Span, Subject, Told

MEASURES = ("releases", "views", "revenue")


@attrs.frozen(kw_only=True)
class Ceiling:
    """What `[balance]` allows one platform, and how it stands."""

    measure: str
    max_share: float
    on_breach: str
    currency: str | None = None
    over: Mapping[str, float] = attrs.field(factory=dict)
    """Platform to share, where it is above the ceiling."""

    def as_json(self) -> dict[str, Any]:
        """Return it as schemas/balance.json shows it."""
        return {**attrs.asdict(self), "over": dict(self.over)}


@attrs.frozen(kw_only=True)
class View:
    """Everything that the command shows."""

    measure: str
    balances: Sequence[Balance]
    by_territory: Mapping[str, Balance]
    over_time: Sequence[tuple[date, Balance]]
    step: str | None
    since: date | None
    territories: tuple[str, ...]
    ceiling: Ceiling | None
    only_on: Mapping[str, str]
    """Series that live on one platform only, with it."""

    losses: Sequence[Loss]
    ways: Mapping[str, Sequence[Way]] = attrs.field(factory=dict)
    """By series, where what it would lose could go."""

    unread: tuple[str, ...] = ()
    """Series whose files have faults, so that nothing can be said of where they could go."""


@click.command()
@click.option("--by", type=click.Choice(MEASURES), help="What is counted; else as [balance] says.")
@click.option("--series", multiple=True, metavar="ID", help="Only of a series.")
@click.option("--territory", multiple=True, metavar="CODE", help="Only in a territory.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="Only what was measured on this day or later.")  # fmt: skip
@click.option("--over", type=click.Choice(["week", "month"]), help="Show how it changed.")
@click.option("--without", metavar="PLATFORM", help="Show what would be lost without it, and where "
              "each title could go.")  # fmt: skip
@options.existing
@options.at
@options.as_json
@click.pass_obj
def balance(
    workspace: str,
    by: str | None,
    series: tuple[str, ...],
    territory: tuple[str, ...],
    since: datetime | None,
    over: str | None,
    without: str | None,
    at: datetime | None,
    json_: bool,
) -> int:
    """Show how releases, views or revenue spread over platforms, and what hangs on one.

    Channels of one platform count together. Leaves with 10 where the ceiling of [balance] is broken
    and on_breach is "block".
    """
    desk = Desk(workspace, at=at)
    desk.need_adapters()
    only = options.filter_of(series, (), territory)
    look = Look(desk, by or desk.config.balance.measure, only, since.date() if since else None)
    view = look.view(over, without)
    if json_:
        render.dump(view_json(view, desk.now()))
    else:
        for text in lines_without(view) if without else lines(view):
            click.echo(text)
    broken = view.ceiling is not None and view.ceiling.over and view.ceiling.on_breach == "block"
    return exits.REFUSED if broken else exits.DONE


class Look:
    """One look at the ledger, filtered as the options say."""

    def __init__(self, desk: Desk, measure: str, only: Filter, since: date | None) -> None:
        self.desk, self.measure, self.only, self.since = desk, measure, only, since
        self.platforms = platforms(desk)
        self._told: dict[str, Mapping[Subject, Told]] = {}

    @cached_property
    def live(self) -> list[Live]:
        """What is live of the chosen series, wherever it is seen."""
        from syndicator.insight.balance import Live

        rows = self.desk.ledger.rows(Filter(series=self.only.series, states=("live",)))
        return [
            Live(row.key.series, row.key.cut, row.key.channel, row.visible.codes)
            for row in rows
            if row.key.action == "publish"
        ]

    @cached_property
    def span(self) -> Span | None:
        """The days that are meant; None is all."""
        from syndicator.insight.tellings import Span

        return Span(self.since) if self.since else None

    def told(self, measure: str) -> Mapping[Subject, Told]:
        """Return the figures of a measure, of the chosen series."""
        from syndicator.insight.tellings import gather

        if measure not in self._told:
            only = Filter(series=self.only.series)
            figures = self.desk.ledger.figures(only, metrics=(measure,))
            self._told[measure] = gather(figures, measure)
        return self._told[measure]

    def view(self, step: str | None, without: str | None) -> View:
        """Return everything that is shown."""
        from syndicator.insight.balance import per_territory
        from syndicator.insight.dependence import only_on

        told = {} if self.measure == "releases" else self.told(self.measure)
        balances = self.balances(told)
        currency = (balances[0].currency or "") if balances else ""
        losses = self.losses(without)
        ways, unread = self.ways(losses[0]) if without else ({}, ())
        return View(
            measure=self.measure,
            balances=balances,
            by_territory={} if self.only.territories else per_territory(
                self.measure, self.live, told, self.platforms, currency=currency, span=self.span
            ),
            over_time=self.over_time(told, step, currency) if step else (),
            step=step, since=self.since, territories=self.only.territories,
            ceiling=self.ceiling(), only_on=only_on(self.live, self.platforms),
            losses=losses, ways=ways, unread=unread,
        )  # fmt: skip

    def balances(self, told: Mapping[Subject, Told]) -> list[Balance]:
        """Return the balance; of revenue one for each currency."""
        from syndicator.insight.balance import of_figures, of_releases

        if self.measure == "releases":
            return [of_releases(self.live, self.platforms, self.only.territories)]
        return of_figures(told, self.platforms, self.measure, span=self.span,
                          territories=self.only.territories)  # fmt: skip

    def over_time(
        self, told: Mapping[Subject, Told], step: str, currency: str
    ) -> list[tuple[date, Balance]]:
        """Return the balance of each week or month."""
        from syndicator.insight.balance import figures_over_time, releases_over_time

        where = self.only.territories
        if self.measure == "releases":
            meant = None
            if where:
                meant = {each[:3] for each in self.live if not each.territories.isdisjoint(where)}
            return releases_over_time(
                self.desk.ledger.events(), self.platforms, step, meant=meant,
                series=self.only.series, since=self.since, now=self.desk.now(),
            )  # fmt: skip
        return figures_over_time(told, self.platforms, self.measure, step, currency=currency,
                                 territories=where, since=self.since)  # fmt: skip

    def ceiling(self) -> Ceiling | None:
        """Return how the whole workspace stands to its ceiling, whatever the filters."""
        from syndicator.insight.balance import of_sums, over

        settings = self.desk.config.balance
        if settings.max_share is None:
            return None
        if settings.measure == "releases":
            whole = Look(self.desk, settings.measure, Filter(), None).balances({})[0]
        else:
            whole = of_sums(sums(self.desk, settings.measure), self.platforms, settings.measure)
        return Ceiling(
            measure=settings.measure, max_share=settings.max_share, on_breach=settings.on_breach,
            currency=whole.currency,
            over={each.platform: each.share for each in over(whole, settings.max_share)},
        )  # fmt: skip

    def losses(self, without: str | None) -> list[Loss]:
        """Return what would be lost with each platform, or with one."""
        from syndicator.insight.dependence import last_days, loss

        names = sorted({self.platforms.get(each.channel) or each.channel for each in self.live})
        if without is not None:
            names = [self._platform(without, names)]
        today = self.desk.now().date()
        figures = [
            each
            for measure in ("views", "revenue")
            for each in last_days(self.told(measure), self.platforms, measure, today)
        ]
        return [loss(name, self.live, self.platforms, figures) for name in names]

    def _platform(self, word: str, live: Sequence[str]) -> str:
        from difflib import get_close_matches

        known = sorted({*self.platforms.values(), *live})
        for name in known:
            if name.casefold() == word.casefold():
                return name
        channels = self.platforms.get(word)
        near = [channels] if channels else get_close_matches(word, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise Fault(f"no channel is on a platform {word!r}; there are: {', '.join(known)}{hint}")

    def ways(self, loss: Loss) -> tuple[dict[str, Sequence[Way]], tuple[str, ...]]:
        """Return where each title that a platform shows could go instead."""
        from syndicator.insight.elsewhere import ways
        from syndicator.planning.make import plan

        lost = {each.series: each for each in loss.titles}
        policies = self.desk.policies
        sight = with_standing(self.desk, self.desk.sight(), policies, None) if lost else None
        channels = [(name, platform) for name, platform in sorted(self.platforms.items())
                    if platform != loss.platform]  # fmt: skip
        found: dict[str, Sequence[Way]] = {}
        for title, _ in self.desk.workspace.titles(lost.keys()) if sight else ():
            if title is not None and sight is not None:
                series = title.series.id
                out = {(each.cut, each.channel) for each in self.live if each.series == series}
                found[series] = ways(
                    plan(title, sight, policies), sight, lost=lost[series].cuts, out=out,
                    channels=channels, now=self.desk.now(),
                )  # fmt: skip
        return found, tuple(sorted(lost.keys() - found.keys()))
