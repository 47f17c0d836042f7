"""`syndicate init`, `check`, `schema` and `completions`: everything about files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk, load_plugins
from syndicator.cli.faults import Fault
from syndicator.model.problem import Problem, Severity


@click.command()
@click.argument("folder", type=click.Path(file_okay=False), default=".")
@click.option("--force", is_flag=True, help="Write over files that are there.")
def init(folder: str, force: bool) -> int:
    """Write a commented workspace to start from."""
    from syndicator.catalog.starter import files

    target = Path(folder)
    found = files(*_an_adapter())
    if (target / ".gitignore").exists():
        del found[".gitignore"]  # it is the user's; a workspace does not depend on it
    there = [name for name in found if (target / name).exists()]
    if there and not force:
        raise Fault(f"{target / there[0]} is already there; --force writes over it")
    for name, text in found.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"  {path}")
    click.echo(
        f"\nNext: put ep001.mp4, ep002.mp4, … into {target / 'catalog/my-series'}, then\n"
        f"  syndicate -C {target} check\n  syndicate -C {target} plan"
    )
    return exits.DONE


def _an_adapter() -> tuple[str, Any]:
    """Return the adapter a new workspace begins with: one that can be seen on this machine."""
    adapters = load_plugins(None).adapters
    local = [name for name, adapter in adapters.items() if hasattr(adapter, "serve")]
    for name in (*local, *sorted(adapters)):
        return name, adapters[name].options_schema
    return "…", {}


@click.command()
@options.as_json
@click.pass_obj
def check(workspace: str, json_: bool) -> int:
    """Read every file and report every fault at once: file, line, column, found, expected."""
    desk = Desk(workspace)
    problems = list(_problems(desk))
    faults = [each for each in problems if each.severity is Severity.ERROR]
    if json_:
        render.dump([each.as_json() for each in problems])
    else:
        for text in render.problem_lines(problems):
            click.echo(text)
        warnings = len(problems) - len(faults)
        click.echo(
            f"{render.count(len(faults), 'fault')}, {render.count(warnings, 'warning')}."
            if problems
            else "Everything is in order."
        )
    return exits.USAGE if faults else exits.DONE


def _problems(desk: Desk) -> list[Problem]:
    """Return the problems of all files, of planning, and of plugins that a channel needs."""
    from syndicator.planning.make import plan

    config, problems = desk._read  # noqa: SLF001 - a check shows what a command would refuse
    if config is None or any(each.severity is Severity.ERROR for each in problems):
        return problems
    desk.need_adapters()
    found = list(desk.workspace.problems)
    sight = desk.sight()
    policies = [] if any(map(_is_error, desk.policy_problems)) else desk.policies
    for title, faults in desk.workspace.titles():
        found += faults
        if title is not None:
            found += plan(title, sight, policies).problems
    return sorted(set(found), key=lambda each: (each.place.file, each.place.line or 0, each.code))


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


@click.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print the JSON Schema of a file format; without NAME, list them."""
    from syndicator.catalog.schema import names
    from syndicator.catalog.schema import schema as schema_of

    known = names()
    if name is None:
        for each in known:
            text: dict[str, Any] = schema_of(each)
            click.echo(f"{each:<18} {text.get('title', '')}")
        return exits.DONE
    if name not in known:
        raise Fault(f"no schema {name}; there are: {', '.join(known)}")
    click.echo(json.dumps(schema_of(name), indent=2, ensure_ascii=False))
    return exits.DONE


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completions(shell: str) -> int:
    """Print the completion script for your shell.

    bash: syndicate completions bash > ~/.local/share/bash-completion/completions/syndicate
    """
    from click.shell_completion import get_completion_class

    from syndicator.cli import cli

    complete = get_completion_class(shell)
    if complete is None:
        raise Fault(f"no completion for {shell}")
    click.echo(complete(cli, {}, "syndicate", "_SYNDICATE_COMPLETE").source())
    return exits.DONE
