"""`syndicate policies`: the rules of the house, what they say now, and what was waived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk

if TYPE_CHECKING:
    from syndicator.model.calendar import Selection
    from syndicator.model.plan import Plan, Sight
    from syndicator.model.problem import Problem
    from syndicator.model.seam import Policy


@click.command()
@click.option("--series", multiple=True, metavar="ID", help="Count only what is said of a series.")
@options.existing
@options.as_json
@click.pass_obj
def policies(workspace: str, series: tuple[str, ...], json_: bool) -> int:
    """Show the rules of the house: what each asks, what it says now, and what is waived.

    Reads files and ledger as `plan` does, and changes nothing. Severities and options are set in
    syndicator.toml under [policies.ID]; a calendar waives a rule for a channel, with a reason.
    """
    desk = Desk(workspace)
    desk.need_adapters()
    rules = desk.policies
    tally = _tally(desk, rules, series)
    rows = [_row(desk, each, tally) for each in rules]
    if json_:
        for line in (*rows, *tally.waivers):
            render.line(line)
    else:
        _print(rows, tally.waivers)
    for text in render.problem_lines(tally.problems):
        click.echo(text, err=True)
    return exits.USAGE if tally.problems else exits.DONE


@attrs.define
class Tally:
    """What the rules say of a workspace."""

    said: dict[str, Counter[str]] = attrs.field(factory=dict)
    """By policy: how many releases it has `blocked`, `warned` of, and let pass as `waived`."""

    waivers: list[dict[str, Any]] = attrs.field(factory=list)
    problems: list[Problem] = attrs.field(factory=list)
    """Errors in files: what is wrong there is not counted."""


def _tally(desk: Desk, rules: Sequence[Policy], series: Sequence[str]) -> Tally:
    from syndicator.cli.feeding import note, with_feed
    from syndicator.cli.standing import with_standing
    from syndicator.planning.fallback import with_fallbacks
    from syndicator.planning.make import plan

    only = series or None
    sight = with_feed(desk, with_standing(desk, desk.sight(), rules, only), rules)
    tally = Tally(problems=[each for each in desk.workspace.problems if each.severity == "error"])
    for title, problems in desk.workspace.titles(only):
        tally.problems += [each for each in problems if each.severity == "error"]
        if title is None:
            continue
        known = desk.ledger.known(title.series.id)
        made = with_fallbacks(plan(title, sight), known, sight)
        _count(tally, made, sight, rules)
        note(sight, made)
    return tally


def _count(tally: Tally, made: Plan, sight: Sight, rules: Sequence[Policy]) -> None:
    from syndicator.planning.judging import judgements

    silenced: Counter[tuple[str, str]] = Counter(
        (release.key.channel, each.code.removeprefix("waived:"))
        for release in made.releases
        for each in release.notes
        if each.code.startswith("waived:")
    )
    heard: set[tuple[str, str, object]] = set()
    for each in judgements(made, sight, rules):
        word = {"block": "blocked", "warn": "warned"}[each.severity]
        if each.waiver is not None:
            word = "waived"
            silenced[each.release.key.channel, each.reason.code] += 1
        if (each.policy.id, word, each.release.key) not in heard:
            heard.add((each.policy.id, word, each.release.key))
            tally.said.setdefault(each.policy.id, Counter())[word] += 1
    for calendar in made.title.calendars:
        for selection in calendar.channels:
            tally.waivers += _waivers(made.title.series.id, selection, silenced)


def _waivers(
    series: str, selection: Selection, silenced: Mapping[tuple[str, str], int]
) -> list[dict[str, Any]]:
    return [
        {
            "waiver": rule,
            "series": series,
            "channel": selection.channel,
            "reason": reason,
            "place": str(selection.place),
            "releases": silenced.get((selection.channel, rule), 0),
        }
        for rule, reason in selection.waived
    ]


def _row(desk: Desk, policy: Policy, tally: Tally) -> dict[str, Any]:
    from syndicator.planning.judging import severity_of

    node = desk.config.policy_nodes.get(policy.id)
    told = node.plain() if node else {}
    set_at = str(node.value["severity"].place) if node and "severity" in told else None
    said = tally.said.get(policy.id, Counter())
    return {
        "policy": policy.id,
        "asks": policy.about,
        "severity": severity_of(policy, desk.sight()),
        "set_at": set_at,
        "options": _spelled(_options(policy, told)),
        "codes": list(policy.rules),
        "blocked": said["blocked"],
        "warned": said["warned"],
        "waived": said["waived"],
    }


def _options(policy: Policy, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options in force: what is written, else the default where there is one."""
    known = (policy.options_schema or {}).get("properties", {})
    defaults = {key: each["default"] for key, each in known.items() if "default" in each}
    written = {key: each for key, each in told.items() if key != "severity"}
    merged = {
        key: {**defaults[key], **each} if isinstance(defaults.get(key), dict) else each
        for key, each in written.items()
    }
    return {**defaults, **merged}


def _spelled(value: Any) -> Any:
    """Return options as JSON has them: dates as text."""
    if isinstance(value, Mapping):
        return {str(key): _spelled(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(each) for each in value]
    return value if isinstance(value, str | int | float | None) else str(value)


def _print(rows: Sequence[dict[str, Any]], waivers: Sequence[dict[str, Any]]) -> None:
    cells = [
        [
            row["policy"],
            row["severity"],
            row["set_at"] or "default",
            *(f"{row[word]:,}" if row[word] else "-" for word in ("blocked", "warned", "waived")),
            render.said(row["asks"]),
        ]
        for row in rows
    ]
    head = ("rule", "severity", "set at", "blocked", "warned", "waived", "asks")
    for text in render.table(cells, head):
        click.echo(text)
    for row in rows:
        for key, value in row["options"].items():
            click.echo(f"  {row['policy']}.{key} = {render.said(_toml(value))}")
    click.echo("")
    if not waivers:
        click.echo("Nothing is waived.")
        return
    cells = [
        [
            each["waiver"],
            f"{each['series']} on {each['channel']}",
            render.count(each["releases"], "release") if each["releases"] else "nothing",
            each["place"],
            render.said(each["reason"]),
        ]
        for each in waivers
    ]
    for text in render.table(cells, ("waived", "of", "lets pass", "written at", "because")):
        click.echo(text)


def _toml(value: Any) -> str:
    import json

    if isinstance(value, Mapping):
        inner = ", ".join(f"{_bare(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)


def _bare(key: str) -> str:
    import json

    return key if key.replace("-", "").replace("_", "").isalnum() else json.dumps(key)
