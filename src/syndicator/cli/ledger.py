"""`syndicate ledger`."""

from __future__ import annotations

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.model.moment import iso

LAST = 2**63 - 1
"""No ledger counts further."""


@click.command()
@click.option("--events", is_flag=True, help="Print every event, oldest first, as JSON lines.")
@click.option("--after", type=click.IntRange(min=0), default=0, metavar="NUMBER",
              help="Only events after this one.")  # fmt: skip
@options.as_json
@click.pass_obj
def ledger(workspace: str, events: bool, after: int, json_: bool) -> int:
    """Show where the ledger is, how large, and whether it is sound."""
    desk = Desk(workspace)
    if events:
        for event in desk.ledger.events(min(after, LAST)):
            render.line(event.as_json())
        return exits.DONE
    facts = desk.ledger.facts()
    runs = desk.ledger.runs()
    if json_:
        render.dump(
            {
                "url": facts.url,
                "bytes": facts.size,
                "schema": facts.schema,
                "releases": facts.releases,
                "events": facts.events,
                "sound": not facts.integrity,
                "faults": list(facts.integrity),
                "runs": [
                    {
                        "host": run.host,
                        "began_at": iso(run.began_at),
                        "ended_at": iso(run.ended_at) if run.ended_at else None,
                        "outcome": run.outcome,
                    }
                    for run in runs
                ],
            }
        )
    else:
        rows = [
            ["ledger", facts.url],
            ["size", render.amount(facts.size)],
            ["schema", facts.schema],
            ["releases", f"{facts.releases:,}"],
            ["events", f"{facts.events:,}"],
            ["integrity", "sound" if not facts.integrity else "; ".join(facts.integrity)],
        ]
        rows += [[f"last run on {run.host}", f"{iso(run.began_at)}  {run.outcome}"] for run in runs]
        for text in render.table(rows):
            click.echo(text)
    return exits.NOTHING_TRIED if facts.integrity else exits.DONE
