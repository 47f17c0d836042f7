"""How a wave ladder looks: each gate with verdict, value, threshold, sample and age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from syndicator.cli import render
from syndicator.insight.ladder import Viewed
from syndicator.model.rollout import Decision, Look, Stand, Standing, Verdict
from syndicator.planning.gates import spell, spell_age

COLOURS = {
    Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.INCONCLUSIVE: "yellow",
    Stand.OPEN: "green", Stand.WAITING: "yellow", Stand.PAUSED: "yellow", Stand.FAILED: "red",
    Stand.ABORTED: "red",
}  # fmt: skip

SHOWN = 3
"""So many of the last decisions of a wave are shown."""


def show_ladder(
    series: str,
    waves: Sequence[Viewed],
    decisions: Sequence[Decision],
    *,
    json_: bool,
) -> None:
    """Print the waves of a series, in the order in which they open."""
    if json_:
        for each in waves:
            mine = [one.as_json() for one in decisions if one.wave == each.standing.wave]
            render.line({**each.as_json(), "decisions": mine})
        return
    click.echo(click.style(series, bold=True))
    for each in waves:
        for text in _lines(each, [one for one in decisions if one.wave == each.standing.wave]):
            click.echo(text)
    if not waves:
        click.echo("  no waves: everything opens with its drop")


def _lines(each: Viewed, decisions: Sequence[Decision]) -> Iterator[str]:
    of = each.standing
    after = f"after {of.rung.after}" if of.rung.after else "first"
    counts = f"{each.live:,} live, {each.held:,} held"
    state = click.style(f"{of.state:<8}", fg=COLOURS[of.state])
    yield f"  {of.place + 1}  {of.wave:<12}  {state}  {after}; {counts}"
    for found in each.looks:
        yield f"       {_gate(found)}"
        yield click.style(f"         {found.why}", dim=True)
    yield from _budgets(of, held=each.held)
    for decision in decisions[-SHOWN:]:
        yield (
            f"       {decision.at:%Y-%m-%d %H:%M} UTC  {decision.verb} by {decision.actor}: "
            f"{render.said(decision.reason)}"
        )


def _gate(found: Look) -> str:
    verdict = click.style(f"{found.verdict:<12}", fg=COLOURS[found.verdict])
    sample = f"{found.sample:,.0f} views of {found.min_views:,}"
    age = f"{spell_age(found.age)} old" if found.age is not None else "no data"
    value = spell(found.value, found.at_least)
    return (
        f"{verdict}  {found.metric} {value}, at least {found.at_least:g}  "
        f"({sample}, {age}, at most {spell_age(found.max_age)})"
    )


def _budgets(of: Standing, *, held: int) -> Iterator[str]:
    if not of.rung.gates:
        return
    parts = [f"too low {of.fails} of {of.fails_most} times",
             f"not measured {of.misses} of {of.misses_most} times in a row"]  # fmt: skip
    if of.state is Stand.WAITING:
        idle = "nothing waits for its gates" if held else "nothing waits"
        parts.insert(0, f"next look {of.next_at:%Y-%m-%d %H:%M} UTC" if of.next_at else idle)
    yield f"       {'; '.join(parts)}"
    if of.asks:
        text = f"a person has to decide: syndicate rollout advance|abort {of.series} {of.wave} …"
        yield "       " + click.style(text, fg="red")
