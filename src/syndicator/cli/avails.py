"""`syndicate avails`: check, import and export sheets of rights (MovieLabs Avails)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.cli.naming import offer
from syndicator.model.problem import Severity

if TYPE_CHECKING:
    from syndicator.catalog.mddf.difference import Difference
    from syndicator.catalog.mddf.grant import Terms
    from syndicator.catalog.mddf.row import Row
    from syndicator.catalog.mddf.shelf import Shelf
    from syndicator.catalog.mddf.summary import Summary
    from syndicator.model.problem import Problem

SIGNS = {"new": ("+", "green"), "changed": ("~", "cyan"), "gone": ("-", "yellow")}

IMPORT_SERIES = "Show what changes for these, and refuse a file that is not for them."
IMPORT_AS = "The file's name in avails/; files count in the order of their names."
IMPORT_READ = "Say that you read what the licensor added to rows with ExceptionFlag."
EXPORT_VERSION = "1.7.3, 1.8, 1.9 (left out: as it came); 2.3 to 2.7 for XML."


@click.group()
def avails() -> None:
    """Check, import and export sheets of rights (MovieLabs Avails)."""


@avails.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False))
@options.as_json
@click.pass_obj
def check(workspace: str, files: tuple[str, ...], json_: bool) -> int:
    """Say of each sheet which rows are understood, which give nothing here, and which are refused.

    FILES are workbooks (.xlsx) or XML; without FILES, all of avails/ are checked, together.
    """
    from syndicator.catalog.mddf.reading import read_avails_file
    from syndicator.catalog.mddf.summary import summaries

    desk = Desk(workspace)
    more: list[Problem] = []
    if files:
        documents = [read_avails_file(Path(each), each) for each in files]
    else:
        shelf = desk.workspace.shelf
        documents = list(shelf.documents)
        of_files = {problem for each in documents for problem in each.problems}
        more = [each for each in shelf.problems if each not in of_files]
        more += [x for found in shelf.problems_of.values() for x in found
                 if x.code in {"two-series", "two-seasons", "avails-contradiction"}]  # fmt: skip
        if not documents:
            raise Fault("there are no files in avails/; name FILES, or import one: "
                        "syndicate avails import FILE")  # fmt: skip
    terms = _terms(desk)
    found = [each for document in documents for each in summaries(document, terms)]
    problems = [problem for each in found for problem in each.problems]
    problems += [x for each in documents for x in each.problems if x not in problems]
    problems += [each for each in more if each not in problems]
    if json_:
        for each in found:
            render.line(each.as_json())
    else:
        _show(found, problems)
    return exits.USAGE if _serious(problems) else exits.DONE


def _terms(desk: Desk) -> Terms:
    """Return how rows are read: as the workspace says, or as is built in where there is none."""
    from syndicator.catalog.faults import Faults
    from syndicator.catalog.mddf.owners import terms_of
    from syndicator.model.config import Config

    there = (desk.folder / "syndicator.toml").is_file()
    return terms_of(desk.config if there else Config(), Faults())


def _serious(problems: Sequence[Problem]) -> bool:
    return any(each.severity is Severity.ERROR for each in problems)


def _show(found: Sequence[Summary], problems: Sequence[Problem]) -> None:
    for text in render.problem_lines(problems):
        click.echo(text)
    if problems:
        click.echo()
    head = ("file", "sheet", "version", "rows", "rights", "no rights", "refused")
    rows = [
        [Path(x.file).name, x.sheet or "-", x.version, str(x.rows), str(x.granting),
         str(sum(x.idle.values())), str(x.refused)]
        for x in found if not x.skipped
    ]  # fmt: skip
    for text in render.table(rows, head):
        click.echo(text)
    for each in found:
        if each.skipped:
            click.echo(f"{Path(each.file).name}, {each.sheet}: left aside, {each.skipped}")
        for why, number in sorted(each.idle.items()):
            name = f"{Path(each.file).name}{', ' if each.sheet else ''}{each.sheet}"
            click.echo(f"{name}: {render.count(number, 'row')} without rights here: {why}")


@avails.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--series", multiple=True, metavar="ID", help=IMPORT_SERIES)
@click.option("--as", "name", metavar="NAME", help=IMPORT_AS)
@click.option("--exceptions-read", is_flag=True, help=IMPORT_READ)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.pass_obj
def import_(
    workspace: str,
    file: str,
    series: tuple[str, ...],
    name: str | None,
    exceptions_read: bool,
    dry_run: bool,
) -> int:
    """Take over a licensor's sheet: show what it changes, then put it into avails/."""
    from syndicator.catalog.faults import Faults
    from syndicator.catalog.mddf.owners import owners_of
    from syndicator.catalog.mddf.shelf import read_shelf
    from syndicator.catalog.sources import AVAILS

    desk, source = Desk(workspace), Path(file)
    target = _name(name or source.name)
    ids = _known(desk, series)
    owners = owners_of(desk.folder, desk.workspace.series_ids, Faults())
    after = read_shelf(desk.folder, _terms(desk), lambda: owners, instead={target: source})
    shown = f"{AVAILS}/{target}"
    problems = _problems(after, shown, ids)
    for text in render.problem_lines(_at(problems, file)):
        click.echo(text)
    if _serious(problems):
        raise Fault(f"{file} was not imported: mend what is wrong with it first")
    _must_count(after, shown)
    if series and not any(each in after.named for each in series):
        raise Fault(_not_for(after, shown, file, series))
    _show_differences(desk.workspace.shelf, after, ids)
    if not exceptions_read:
        _must_be_read(after, shown, file, dry_run=dry_run)
    if dry_run:
        click.echo("Nothing was written.")
        return exits.DONE
    _put(source, desk.folder / AVAILS, target)
    click.echo(f"{shown} counts from now on; `syndicate plan` shows what follows from it.")
    return exits.DONE


def _name(name: str) -> str:
    from syndicator.catalog.mddf.reading import SUFFIXES

    if Path(name).name != name or name.startswith((".", "~$")):
        raise Fault(f"{name} is no name of a file in avails/")
    if Path(name).suffix.lower() not in SUFFIXES:
        raise Fault(f"{name} is neither .xlsx nor .xml")
    return name


def _known(desk: Desk, series: Sequence[str]) -> list[str]:
    known = desk.workspace.series_ids
    for each in series:
        if each not in known:
            raise Fault(f"no series {each} is in the catalog{offer(each, known)}")
    return list(series) or known


def _problems(shelf: Shelf, shown: str, ids: Sequence[str]) -> list[Problem]:
    """Return what is wrong with one file, as far as it matters here."""
    found = [each for each in shelf.problems if each.place.file == shown]
    for name in ids:
        found += [x for x in shelf.problems_of.get(name, ()) if x.place.file == shown]
    return list(dict.fromkeys(found))


def _at(problems: Sequence[Problem], file: str) -> list[Problem]:
    """Return problems at the file that was given: what it will be in avails/ is not there yet."""
    import attrs

    return [
        attrs.evolve(each, place=attrs.evolve(each.place, file=file),
                     message=each.message.replace(each.place.file, file))
        for each in problems
    ]  # fmt: skip


def _must_count(shelf: Shelf, shown: str) -> None:
    """Refuse a file whose rows a file with a later name replaces."""
    rows = {row.name: row for each in shelf.documents if each.file == shown for row in each.rows}
    counting = {each.row.name for each in shelf.everything}
    beaten = [row for name, row in rows.items() if name not in counting]
    if not beaten:
        return
    for each in shelf.everything:
        if each.row.key == beaten[0].key and each.row.file != shown:
            raise Fault(f"{each.row.file} comes after {shown} by its name and replaces "
                        f"{render.count(len(beaten), 'row')} of it; give it a later name with "
                        "--as, with the date in it")  # fmt: skip


def _not_for(shelf: Shelf, shown: str, file: str, series: Sequence[str]) -> str:
    from syndicator.catalog.mddf.row import IDS

    rows = [row for each in shelf.documents if each.file == shown for row in each.rows]
    idents = dict.fromkeys(
        next((row.text(name) for name in IDS if row.text(name)), "") for row in rows
    )
    listed = ", ".join(f'"{each}"' for each in list(idents)[:5] if each)
    return (
        f"no row of {file} is for {', '.join(series)}; its titles are {listed}: add what fits to "
        f"external_ids in catalog/{series[0]}/series.yaml"
    )


def _show_differences(before: Shelf, after: Shelf, ids: Sequence[str]) -> None:
    from syndicator.catalog.mddf.difference import differences

    changed = False
    for name in ids:
        had, has = before.avails(name), after.avails(name)
        found = differences(had, has)
        if not found and (had is None) == (has is None):
            continue
        changed = True
        click.echo(click.style(name, bold=True))
        if had is None:
            click.echo("  no sheet restricted it until now; from now on only these rows, and "
                       "`avails:` in series.yaml, count")  # fmt: skip
        for each in found:
            click.echo(_line(each))
    if not changed:
        click.echo("No right of a series here changes.")


def _line(each: Difference) -> str:
    sign, colour = SIGNS[each.kind]
    window = f"{each.before} → {each.after}" if each.kind == "changed" else each.before + each.after
    return f"  {click.style(sign, fg=colour)} {each.what}: {window}"


def _must_be_read(shelf: Shelf, shown: str, file: str, *, dry_run: bool) -> None:
    from syndicator.catalog.mddf.lint import FREE, TRUE

    rows: list[Row] = [
        each.row for found in shelf.rows.values() for each in found
        if each.row.file == shown and each.row.text("ExceptionFlag").casefold() in TRUE
    ]  # fmt: skip
    for row in rows:
        notes = "; ".join(row.text(name) for name in FREE if row.text(name))
        click.echo(
            f"{row.name.replace(shown, file)}: {render.said(notes) or 'nothing is added to read'}"
        )
    if rows and not dry_run:
        raise Fault(
            f"the licensor asks that somebody reads {render.count(len(rows), 'row')} before they "
            "count; once you have: --exceptions-read"
        )


def _put(source: Path, folder: Path, name: str) -> None:
    """Copy a file so that nobody ever reads half of it."""
    folder.mkdir(exist_ok=True)
    half = folder / f".{name}.{os.getpid()}.part"
    try:
        half.write_bytes(source.read_bytes())
        half.replace(folder / name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            half.unlink()


@avails.command()
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False),
              help="The file to write: .xlsx or .xml.")  # fmt: skip
@click.option("--series", multiple=True, metavar="ID", help="Only the rights of these.")
@click.option("--version", metavar="VERSION", help=EXPORT_VERSION)
@click.pass_obj
def export(workspace: str, output: str, series: tuple[str, ...], version: str | None) -> int:
    """Write the rights that the workspace has: sheets as they came, and avails of series.yaml.

    A group of rows with one ALID is written whole or not at all: to its receiver a full extract is
    all there is, and a row left out is a licence taken away.
    """
    from syndicator.catalog.mddf.nodes import CannotWrite
    from syndicator.catalog.mddf.writing import choose, write

    desk = Desk(workspace)
    ids = _known(desk, series)
    shelf = desk.workspace.shelf
    if _serious(shelf.problems):
        raise Fault("\n".join(["files of avails have faults; nothing was written:",
                               *render.problem_lines(shelf.problems)]))  # fmt: skip
    try:
        own = _own_rows(desk, ids)
        chosen = choose(shelf, own, desk.config.time_zones, series or None)
        notes = write(chosen, Path(output), version)
    except CannotWrite as error:
        raise Fault(f"{error}; nothing was written", exits.USAGE) from None
    for note in notes:
        click.echo(note, err=True)
    click.echo(f"{output}: {render.count(len(chosen.rows), 'row')}")
    return exits.DONE


def _own_rows(desk: Desk, ids: Sequence[str]) -> list[Row]:
    """Return the rows of `avails:` in series.yaml."""
    from syndicator.catalog.mddf.own import rows_of

    found: list[Row] = []
    for title, problems in desk.workspace.titles(ids):
        if title is None:
            raise Fault("\n".join(["a series has faults; nothing was written:",
                                   *render.problem_lines(problems)]))  # fmt: skip
        ours = [x for x in title.avails or () if x.place.file.endswith("series.yaml")]
        licensor = title.series.rights_holder or desk.config.name or title.series.id
        config = desk.config
        found += rows_of(title.series, ours, licensor, config.licensees, config.time_zones)
    return found
