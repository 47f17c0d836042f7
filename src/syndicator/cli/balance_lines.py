"""What `syndicate balance` prints, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from syndicator.cli import bars, render

if TYPE_CHECKING:
    from datetime import datetime

    from syndicator.cli.balance import Ceiling, View
    from syndicator.insight.balance import Balance
    from syndicator.insight.dependence import Loss, LostTitle
    from syndicator.insight.elsewhere import Way

MOST = 12
"""So many lines of a kind are shown; the rest is counted."""


def lines(view: View) -> Iterator[str]:
    """Yield the balance, its course, its territories, its ceiling, and what hangs on what."""
    if not any(each.shares for each in view.balances):
        yield _nothing(view)
    for each in view.balances:
        if each.shares:
            yield from _balance(each, view)
        yield from _untold(each, view)
    yield from _course(view)
    yield from _territories(view)
    if view.ceiling:
        yield from _ceiling(view.ceiling)
    yield from _hangs(view)


def lines_without(view: View) -> Iterator[str]:
    """Yield what would be lost without one platform, and where each title could go."""
    loss = view.losses[0]
    head = f"Without {loss.platform}: {render.count(len(loss.titles), 'title')} lose"
    head += f"{'s' if len(loss.titles) == 1 else ''} {render.count(loss.releases, 'release')}; "
    yield click.style(head + f"{len(loss.gone)} would be nowhere any more.", bold=True)
    if loss.territories:
        yield f"Nothing at all would be seen in {render.places(loss.territories, 12)}."
    for each in loss.figures:
        lost, part = each.amounts.get(loss.platform, 0.0), each.shares.get(loss.platform, 0.0)
        yield f"Of the last 30 days: {amount(lost, each)} {each.measure} ({part:.1%})."
        for channel, rest in each.untold.items():
            yield (f"  {channel}: {amount(rest, each)} {each.measure} are not told by day, and may "
                   "be more of it")  # fmt: skip
    for title in loss.titles:
        yield ""
        yield from _title(title)
        ways = view.ways.get(title.series)
        if ways is None:
            yield "  its files have faults, so nothing can be said: syndicate check"
        elif not ways:
            yield "  nowhere: no channel of another platform is configured"
        for way in ways or ():
            yield from _way(way)
        if left := _left(title, ways or ()):
            yield click.style(f"  no place for {render.count(len(left), 'cut')}", fg="red")


def amount(value: float, balance: Balance) -> str:
    """Return an amount as people read it: money of its currency, or a whole number."""
    if balance.currency:
        from syndicator.model.money import Money

        return str(Money(round(value), balance.currency))
    return f"{value:,.0f}"


def _nothing(view: View) -> str:
    if view.measure == "releases":
        return "Nothing is live that is meant by that."
    return f"No {view.measure} that are meant by that have been measured."


def _balance(balance: Balance, view: View) -> Iterator[str]:
    what = balance.measure.capitalize() + (f" in {balance.currency}" if balance.currency else "")
    where = f", in {' '.join(view.territories)}" if view.territories else ""
    since = f", since {view.since}" if view.since and view.measure != "releases" else ""
    yield click.style(f"{what} by platform{where}{since}", bold=True)
    rows = []
    for name, part in balance.shares.items():
        cells = [name, f"{part:.1%}", amount(balance.amounts[name], balance)]
        rows.append([*cells[:1], bars.bar(part), *cells[1:]] if bars.shown() else cells)
    yield from bars.aligned(rows)
    hhi = balance.hhi or 1.0
    yield f"HHI {hhi:.3f} ({hhi * 10_000:,.0f} of 10,000): as if {1 / hhi:.1f} platforms shared"


def _untold(balance: Balance, view: View) -> Iterator[str]:
    apart = " and ".join(
        word for word, asked in (("day", view.since), ("territory", view.territories)) if asked
    )
    for channel, rest in balance.untold.items():
        yield (
            f"  not in this: {amount(rest, balance)} {balance.measure} of {channel}, which are not "
            f"told by {apart}"
        )


def _course(view: View) -> Iterator[str]:
    if view.step is None:
        return
    yield ""
    if not view.over_time:
        yield f"Over time: no {view.measure} are told by day."
        return
    sums: dict[str, float] = {}
    for _, each in view.over_time:
        for name, value in each.amounts.items():
            sums[name] = sums.get(name, 0.0) + value
    order = sorted(sums, key=lambda name: (-sums[name], name))
    counted = "live at the end of each" if view.measure == "releases" else "within each"
    yield click.style(f"Over time, {counted} {view.step} (by its first day)", bold=True)
    rows = []
    for begin, each in view.over_time:
        hhi = f"HHI {each.hhi:.3f}" if each.hhi is not None else "-"
        parts = each.shares
        said = [f"{name} {parts.get(name, 0.0):.0%}" for name in order]
        chart = [bars.stacked(parts, order)] if bars.shown() else said
        rows.append([begin.isoformat(), *chart, amount(each.total, each), hhi])
    yield from bars.aligned(rows)
    if bars.shown():
        yield f"  {bars.legend(order)}"


def _territories(view: View) -> Iterator[str]:
    if not view.by_territory:
        return
    yield ""
    yield click.style("By territory", bold=True)
    rows = []
    for code, each in list(view.by_territory.items())[:MOST]:
        if each.shares:
            name, part = next(iter(each.shares.items()))
            rows.append([code, amount(each.total, each), f"{name} {part:.1%}",
                         f"HHI {each.hhi or 1.0:.3f}"])  # fmt: skip
    if rows:
        yield from bars.aligned(rows)
    if len(view.by_territory) > MOST:
        yield f"  … and {len(view.by_territory) - MOST} more: --json"
    if view.measure != "releases":
        rest = _without_territory(view)
        if rest:
            yield f"  not in this: {rest} that no channel told by territory"


def _without_territory(view: View) -> str:
    first = view.balances[0]
    rest = first.total - sum(each.total for each in view.by_territory.values())
    return f"{amount(rest, first)} {view.measure}" if rest >= 1 else ""


def _ceiling(ceiling: Ceiling) -> Iterator[str]:
    yield ""
    money = f" in {ceiling.currency}" if ceiling.currency else ""
    said = f"Ceiling: {ceiling.max_share:.1%} of all {ceiling.measure}{money} on one platform"
    if not ceiling.over:
        yield click.style(f"{said}; it is kept.", fg="green")
    for name, part in ceiling.over.items():
        does = (
            "releases that add to it are blocked" if ceiling.on_breach == "block" else "a warning"
        )
        yield click.style(f"{said}; {name} has {part:.1%} ({does}).", fg="red")


def _hangs(view: View) -> Iterator[str]:
    if not view.losses:
        return
    yield ""
    yield click.style("If it went dark tomorrow", bold=True)
    rows = [
        [each.platform, render.count(len(each.titles), "title"),
         render.count(each.releases, "release"), f"{len(each.gone)} on it alone",
         *(f"{amount(x.amounts.get(each.platform, 0.0), x)} {x.measure} in 30 days"
           for x in each.figures)]
        for each in view.losses
    ]  # fmt: skip
    yield from bars.aligned(rows)
    alone: dict[str, list[str]] = {}
    for series, platform in view.only_on.items():
        alone.setdefault(platform, []).append(series)
    for platform, titles in sorted(alone.items()):
        more = f" … and {len(titles) - MOST} more" if len(titles) > MOST else ""
        yield f"  only on {platform}: {', '.join(titles[:MOST])}{more}"
    worst = max(view.losses, key=lambda each: (len(each.gone), each.releases))
    yield f"Where they could go: syndicate balance --without {_quoted(worst.platform)}"


def _quoted(word: str) -> str:
    from shlex import quote

    return quote(word)


def _left(title: LostTitle, ways: Sequence[Way]) -> list[str]:
    """Return the cuts that no other channel shows, is asked to show, or may show."""
    found = {cut for way in ways for cut in (*way.there, *way.asked, *way.held, *way.free)}
    return [cut for cut in title.cuts if ways and cut not in found]


def _title(title: LostTitle) -> Iterator[str]:
    text = f"{title.series}: {render.count(len(title.cuts), 'cut')}"
    if title.only_there:
        text += f", {len(title.only_there)} of them live nowhere else"
    yield click.style(text, bold=True)
    if title.territories:
        yield f"  would not be seen in {render.places(title.territories, 12)}"


def _way(way: Way) -> Iterator[str]:
    said: list[str] = []
    said += _some(way.there, "there already")
    said += _some(way.asked, f"asked for from {way.first_at:%Y-%m-%d %H:%M} UTC"
                  if way.first_at else "asked for")  # fmt: skip
    said += _some(way.held, "asked for and held")
    where = f"may go in {render.places(way.territories, 8)}; no calendar asks for it"
    said += _some(way.free, where)
    for each in way.refused:
        said += _some(each.cuts, f"may not ({each.reason.code}): {each.reason.text}")
    name = f"  {way.channel} ({way.platform})"
    for number, text in enumerate(said):
        yield f"{name if number == 0 else ' ' * len(name)}  {text}"


def _some(cuts: Sequence[str], text: str) -> list[str]:
    return [f"{render.count(len(cuts), 'cut')} {text}"] if cuts else []


def view_json(view: View, now: datetime) -> dict[str, Any]:
    """Return everything as schemas/balance.json shows it."""
    from syndicator.model.moment import iso

    return {
        "at": iso(now),
        "measure": view.measure,
        "since": view.since.isoformat() if view.since else None,
        "territories": list(view.territories),
        "balances": [each.as_json() for each in view.balances],
        "by_territory": {code: each.as_json() for code, each in view.by_territory.items()},
        "over": view.step,
        "over_time": [
            {"from": begin.isoformat(), **each.as_json()} for begin, each in view.over_time
        ],
        "ceiling": view.ceiling.as_json() if view.ceiling else None,
        "only_on": dict(view.only_on),
        "losses": [_loss_json(each, view) for each in view.losses],
    }


def _loss_json(loss: Loss, view: View) -> dict[str, Any]:
    return {**loss.as_json(), "series": list(_titles_json(loss, view))}


def _titles_json(loss: Loss, view: View) -> Iterator[dict[str, Any]]:
    for each in loss.titles:
        ways = view.ways.get(each.series)
        yield {
            "series": each.series,
            "cuts": list(each.cuts),
            "only_there": list(each.only_there),
            "territories": list(each.territories),
            "ways": None if ways is None else [way.as_json() for way in ways],
        }
