"""`syndicate whatif`: an exclusive launch with a multiplier beside the spread plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syndicator.cli import bars, exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.model.money import Money
from syndicator.model.programme import OUTLOOKS, Assumptions, Programme

if TYPE_CHECKING:
    from syndicator.insight.eligibility import Condition
    from syndicator.insight.whatif import Compared, PlanUnder
    from syndicator.model.plan import Plan

SIGNS = {"met": ("✓", "green"), "failed": ("✕", "red"), "unknown": ("?", "yellow")}


@click.command()
@click.argument("assumptions", type=click.Path(dir_okay=False))
@click.option("--programmes", multiple=True, type=click.Path(dir_okay=False),
              help="Where the programmes are; else in programmes/ of the workspace.")  # fmt: skip
@options.as_json
@click.pass_obj
def whatif(workspace: str, assumptions: str, programmes: tuple[str, ...], json_: bool) -> int:
    """Compare an exclusive launch with the spread plan, on the ASSUMPTIONS of a file.

    Shows what each brings under a poor, a middle and a good outlook, line by line, how concentrated
    it is, and the multiplier at which both bring the same. It is arithmetic, no forecast.
    """
    from syndicator.cli.standing import platforms
    from syndicator.insight.eligibility import conditions
    from syndicator.insight.whatif import compare

    desk = Desk(workspace)
    desk.need_adapters()
    places = platforms(desk)
    assumed, programme = read(desk, assumptions, programmes, sorted(set(places.values())))
    plan = plan_of(desk, assumed.series)
    checked = conditions(programme, plan, places, assumed.facts)
    compared = compare(assumed, programme)
    if json_:
        render.dump(as_json(desk, assumed, programme, compared, checked))
    else:
        for text in lines(assumed, programme, compared, checked, desk.config.balance.max_share):
            click.echo(text)
    return exits.DONE


def read(
    desk: Desk, path: str, named: Sequence[str], platforms: Sequence[str]
) -> tuple[Assumptions, Programme]:
    """Return what is assumed and the programme it is about; faults in the files end the command."""
    from syndicator.catalog.programmes import FOLDER, read_assumptions, read_programmes

    folder = desk.folder / FOLDER
    files = [(Path(each), each) for each in named] or [
        (each, f"{FOLDER}/{each.name}") for each in sorted(folder.glob("*.yaml"))
    ]
    if not files:
        raise Fault(f"no programmes in {folder}; write one there, or name a file: --programmes")
    programmes, problems = read_programmes(files)
    assumed, more = read_assumptions(Path(path), path, programmes, platforms)
    said = render.problem_lines([*problems, *more])
    if assumed is None or any(each.severity == "error" for each in problems):
        raise Fault("\n".join(["what is to be compared has faults:", *said]))
    for text in said:
        click.echo(text, err=True)
    return assumed, next(each for each in programmes if each.id == assumed.programme)


def plan_of(desk: Desk, series: str) -> Plan:
    """Return the plan of a series, as its files ask now."""
    from difflib import get_close_matches

    from syndicator.planning.make import plan

    known = desk.workspace.series_ids
    if series not in known:
        near = get_close_matches(series, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise Fault(f"no series is named {series}{hint}")
    ((title, problems),) = desk.workspace.titles({series})
    if title is None:
        raise Fault("\n".join([f"{series} has faults:", *render.problem_lines(problems)]))
    return plan(title, desk.sight())


def as_json(
    desk: Desk,
    assumed: Assumptions,
    programme: Programme,
    compared: Mapping[str, Compared],
    checked: Sequence[Condition],
) -> dict[str, Any]:
    """Return everything as schemas/whatif.json shows it."""
    return {
        "series": assumed.series,
        "programme": {
            "id": programme.id,
            "platform": programme.platform,
            "verified": programme.verified,
            "source": programme.source,
            "exclusivity_hours": programme.exclusivity_hours,
            "multiplier": {"low": float(programme.low), "high": float(programme.high)},
        },
        "currency": assumed.currency,
        "days": assumed.days,
        "max_share": desk.config.balance.max_share,
        "outlooks": {name: each.as_json() for name, each in compared.items()},
        "eligibility": [each.as_json() for each in checked],
    }


def lines(
    assumed: Assumptions,
    programme: Programme,
    compared: Mapping[str, Compared],
    checked: Sequence[Condition],
    ceiling: float | None,
) -> Iterator[str]:
    """Yield the comparison as people read it."""
    span = f"{programme.exclusivity_hours:g} h on {programme.platform} alone"
    yield click.style(
        f"{assumed.series}: {programme.id} ({span}, {float(programme.low):g}x to "
        f"{float(programme.high):g}x) beside the spread plan, {assumed.days} days", bold=True
    )  # fmt: skip
    if not programme.verified:
        yield click.style(f"UNVERIFIED terms: {programme.source}", fg="yellow")
    yield ""
    yield from _table(assumed, compared)
    if ceiling is not None:
        yield from _ceiling(compared, ceiling)
    for name in OUTLOOKS:
        yield ""
        yield from _arithmetic(name, compared[name], assumed.currency)
    yield ""
    yield click.style("May it take part?", bold=True)
    for each in checked:
        sign, colour = SIGNS[each.verdict]
        yield f"  {click.style(sign, fg=colour)} {each.name}: {each.text}"
    if not checked:
        yield "  the programme sets no condition"
    if programme.evidence:
        yield f"Keep as evidence: {programme.evidence}"


def _table(assumed: Assumptions, compared: Mapping[str, Compared]) -> Iterator[str]:
    def money(minor: int) -> str:
        return str(Money(minor, assumed.currency))

    def held(under: PlanUnder) -> str:
        name, part = under.largest
        return f"{name} {part:.1%}" if name else "-"

    def even(each: Compared) -> str:
        return f"{float(each.break_even):.2f}x" if each.break_even is not None else "none"

    every = [compared[name] for name in OUTLOOKS]
    yield from bars.aligned(
        [
            ["", *OUTLOOKS],
            ["multiplier", *(f"{float(each.multiplier):g}x" for each in every)],
            ["revenue, spread", *(money(each.spread.revenue) for each in every)],
            ["revenue, exclusive", *(money(each.exclusive.revenue) for each in every)],
            ["difference", *(money(each.difference) for each in every)],
            ["break-even multiplier", *(even(each) for each in every)],
            ["HHI, spread", *(_index(each.spread) for each in every)],
            ["HHI, exclusive", *(_index(each.exclusive) for each in every)],
            ["largest, spread", *(held(each.spread) for each in every)],
            ["largest, exclusive", *(held(each.exclusive) for each in every)],
        ]
    )


def _index(under: PlanUnder) -> str:
    return "-" if under.hhi is None else f"{under.hhi:.3f}"


def _ceiling(compared: Mapping[str, Compared], ceiling: float) -> Iterator[str]:
    over = [name for name in OUTLOOKS if compared[name].exclusive.largest[1] > ceiling]
    if over:
        text = f"Above the ceiling of {ceiling:.1%} with the exclusive plan: {', '.join(over)}"
        yield click.style(text, fg="red")


def _arithmetic(name: str, compared: Compared, currency: str) -> Iterator[str]:
    yield click.style(f"{name}, spread", bold=True)
    for text in compared.spread.lines:
        yield f"  {text}"
    yield f"  sum: {Money(compared.spread.revenue, currency)}"
    yield click.style(f"{name}, exclusive", bold=True)
    for text in compared.exclusive.lines:
        yield f"  {text}"
    yield f"  sum: {Money(compared.exclusive.revenue, currency)}"
    if compared.why:
        yield f"  break-even: {compared.why}"
