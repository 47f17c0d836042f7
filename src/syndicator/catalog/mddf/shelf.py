"""All files of `avails/`: what they say in the end, title by title.

Files are taken in order of their names, numbers as numbers, so that a date in the name is enough.
What a file says of a key (the ALID) replaces what earlier ones said:

    Full Extract    all rows of the key in this file, instead of all earlier ones
    Full Delete     nothing, instead of all earlier ones
    Create          one row more; Update: another row with the same AvailID; Delete: one row less

Source: the templates' definition of EntryType, 1.6e2 and 1.9.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from syndicator.catalog.faults import Faults
from syndicator.catalog.mddf.grant import REMOVING, Judged, Terms, judge
from syndicator.catalog.mddf.lint import lint, lint_together
from syndicator.catalog.mddf.reading import SUFFIXES, read_avails_file
from syndicator.catalog.mddf.row import IDS, SEASONAL, Document, Row, located
from syndicator.catalog.sources import AVAILS
from syndicator.model.problem import Problem, Severity
from syndicator.model.rights import Avail

SHEETS = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".csv", ".tsv", ".json", ".zip")
"""Forms that somebody may mean as avails; a file that is not read must not be overlooked."""

Key = tuple[str, ...]
Owners = Mapping[str, str]
"""Identifier in small letters to the series that it is one of."""


@attrs.frozen(kw_only=True)
class Shelf:
    """What all files say together."""

    documents: Sequence[Document] = ()
    rows: Mapping[str, Sequence[Judged]] = attrs.field(factory=dict)
    """By series: the rows that count, refused ones too."""

    named: frozenset[str] = frozenset()
    """Series that some file names, if only to take their rights away."""

    problems_of: Mapping[str, Sequence[Problem]] = attrs.field(factory=dict)
    """By series."""

    problems: Sequence[Problem] = ()
    """Of files, and of rows that are no series' here."""

    everything: Sequence[Judged] = ()
    """The rows that count, whether or not their title is one of ours."""

    @property
    def is_doubtful(self) -> bool:
        """Whether something could not be read that may be about any series."""
        return any(each.severity is Severity.ERROR for each in self.problems)

    def avails(self, series: str) -> list[Avail] | None:
        """Return the rights of a series; None where no file names it."""
        if series not in self.named:
            return None
        found: dict[tuple[object, ...], Avail] = {}
        for each in self.rows.get(series, ()):
            if each.avail:
                found.setdefault(_effect(each.avail), each.avail)
        return list(found.values())


def _effect(avail: Avail) -> tuple[object, ...]:
    """Return what a row comes to: rows for SD and HD are one licence here."""
    return (
        avail.territories, avail.channels, avail.business_models, avail.episodes, avail.languages,
        avail.held_back, avail.window, id(avail.window_by_territory), avail.exclusive,
    )  # fmt: skip


def files_in(folder: Path) -> list[Path]:
    """Return the files of avails in a workspace, in the order in which they count."""
    try:
        found = [each for each in (folder / AVAILS).iterdir() if each.is_file()]
    except OSError:
        return []
    like = (*SUFFIXES, *SHEETS)
    ours = [x for x in found if x.suffix.lower() in like and not x.name.startswith((".", "~$"))]
    return sorted(ours, key=lambda each: in_order(each.name))


def in_order(name: str) -> list[tuple[int, int, str]]:
    """Return what sorts names as people do: `v10` after `v9`."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


def fill(documents: Sequence[Document], terms: Terms, owners: Owners) -> Shelf:
    """Return what documents say together, in their order."""
    faults = Faults()
    state: dict[Key, list[Judged]] = {}
    named: set[str] = set()
    for document in documents:
        for judged in (made := [judge(row, terms) for row in document.rows]):
            series, _ = owner(judged.row, owners)
            named |= series
        _apply(made, state, faults)
    order = {id(row): number for number, row in enumerate(_rows(documents))}
    counting = (each for rows in state.values() for each in rows)
    everything = sorted(counting, key=lambda each: order[id(each.row)])
    return _sorted_out(documents, everything, frozenset(named), owners, faults)


def _rows(documents: Iterable[Document]) -> Iterable[Row]:
    return (row for document in documents for row in document.rows)


def _apply(made: Iterable[Judged], state: dict[Key, list[Judged]], faults: Faults) -> None:
    """Bring one file's rows into the state."""
    extracts: dict[Key, list[Judged]] = {}
    deletes: dict[Key, Judged] = {}
    rest = []
    for each in made:
        if each.entry in {"Create", "Update", "Delete"}:
            rest.append(each)
        elif each.entry == "Full Delete" and not each.is_refused:
            deletes[each.row.key] = each
        else:
            extracts.setdefault(each.row.key, []).append(each)
    for key, rows in extracts.items():
        if key in deletes:
            rows[0] = _against(rows[0], "a full extract and a full delete of the same key stand "
                               "in one file", deletes[key].row)  # fmt: skip
        _replaced(state.get(key, []), rows[0], faults)
        state[key] = rows
    for key, each in deletes.items():
        if key not in extracts:
            _replaced(state.get(key, []), each, faults)
            # It stays as a row that grants nothing, so that its title is restricted to nothing.
            state[key] = [each]
    for each in rest:
        _change(each, state)


def _replaced(before: Sequence[Judged], by: Judged, faults: Faults) -> None:
    if before:
        row = before[0].row
        faults.warn("avails-replaced", f"{len(before)} rows of {row.title or row.name} in "
                    f"{row.file} are replaced by {by.row.file}: {by.entry} of the same key",
                    by.row.place("EntryType"),
                    hint=f"once nothing else is in {row.file}, it can go")  # fmt: skip


def _against(judged: Judged, text: str, other: Row) -> Judged:
    faults = Faults()
    faults.add("avails-contradiction", text, judged.row.node("EntryType"),
               expected=f"one of both; the other is {other.name}")  # fmt: skip
    found = tuple(map(located, faults.found))
    return attrs.evolve(judged, avail=None, why="", problems=(*judged.problems, *found))


def _change(judged: Judged, state: dict[Key, list[Judged]]) -> None:
    """Bring a Create, Update or Delete into the state; rows of a file may share an AvailID."""
    row, ident = judged.row, judged.row.text("AvailID")
    rows = state.setdefault(row.key, [])
    same = [each for each in rows if ident and each.row.text("AvailID") == ident]
    earlier = [each for each in same if each.row.file != row.file]
    if judged.entry == "Create":
        text = "a row with this AvailID is there already"
        rows.append(_against(judged, text, earlier[0].row) if earlier else judged)
    elif same or (judged.entry == "Delete" and rows and not ident):
        gone = {id(each) for each in (earlier if ident else rows)}
        state[row.key] = [*(each for each in rows if id(each) not in gone), judged]
    else:
        rows.append(_unknown(judged))


def _unknown(judged: Judged) -> Judged:
    faults = Faults()
    faults.add("avails-contradiction", f"{judged.entry} is of a row that no earlier file has",
               judged.row.node("AvailID"), expected="an AvailID that is there",
               hint="put the earlier files into avails/ too; they count in order of their names"
               )  # fmt: skip
    found = tuple(map(located, faults.found))
    return attrs.evolve(judged, avail=None, why="", problems=(*judged.problems, *found))


def owner(row: Row, owners: Owners) -> tuple[set[str], str]:
    """Return the series that a row may be for, and the column that told."""
    exact: set[str] = set()
    loose: set[str] = set()
    told = ""
    for name in IDS:
        series = owners.get(row.text(name).casefold())
        if series is not None:
            told = told or name
            (exact if name in SEASONAL else loose).add(series)
    return exact or loose, told


def _sorted_out(
    documents: Sequence[Document],
    everything: Sequence[Judged],
    named: frozenset[str],
    owners: Owners,
    faults: Faults,
) -> Shelf:
    """Give each row to its series."""
    rows: dict[str, list[Judged]] = {}
    unfit: dict[str, list[Row]] = {}
    loose: list[Problem] = []
    for judged in everything:
        series, told = owner(judged.row, owners)
        if len(series) > 1:
            both_faults = Faults()
            text = f"the row fits several series: {', '.join(sorted(series))}"
            both_faults.add("two-series", text, judged.row.node(told), expected="one",
                            hint="make their external_ids different")  # fmt: skip
            wrong = tuple(map(located, both_faults.found))
            for each in series:
                refused = attrs.evolve(judged, avail=None, why="", problems=wrong)
                rows.setdefault(each, []).append(refused)
        elif series:
            rows.setdefault(next(iter(series)), []).append(judged)
        elif judged.row.title:
            unfit.setdefault(judged.row.title, []).append(judged.row)
        else:
            loose += judged.problems or _untitled(judged.row)
    _unfitting(unfit, faults)
    problems_of = {name: _problems(name, found) for name, found in rows.items()}
    by_file = [problem for document in documents for problem in document.problems]
    return Shelf(documents=documents, rows=rows, named=named, problems_of=problems_of,
                 problems=[*by_file, *map(located, faults.found), *loose],
                 everything=everything)  # fmt: skip


def _untitled(row: Row) -> list[Problem]:
    faults = Faults()
    faults.add("avails-empty", "the row does not say which title it is for", row.place(),
               expected=", ".join(IDS))  # fmt: skip
    return list(map(located, faults.found))


def _unfitting(unfit: Mapping[str, Sequence[Row]], faults: Faults) -> None:
    for title, rows in unfit.items():
        ident = next((rows[0].text(name) for name in IDS if rows[0].text(name)), title)
        faults.warn("avails-unfit", f"{len(rows)} rows are for a title that is no series here",
                    rows[0].node(_title_column(rows[0]), title),
                    hint="if it is one, add to its series.yaml: "
                    f"external_ids: [{_quoted(ident)}]")  # fmt: skip


def _title_column(row: Row) -> str:
    return next((name for name in IDS if row.text(name) == row.title), "")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _problems(series: str, rows: Sequence[Judged]) -> list[Problem]:
    """Return everything wrong with the rows of a series."""
    found = [problem for each in rows for problem in each.problems]
    live = [each.row for each in rows if each.entry not in REMOVING]
    found += [problem for row in live for problem in lint(row)] + lint_together(live)
    faults = Faults()
    seasons: dict[str, Row] = {}
    for row in live:
        if row.text("SeasonNumber"):
            seasons.setdefault(row.text("SeasonNumber"), row)
    for number, row in list(seasons.items())[1:]:
        faults.add("two-seasons", f"rows of {series} are of several seasons",
                   row.node("SeasonNumber", number), expected=f"one, like {next(iter(seasons))}",
                   hint="make each season a series, with its SeasonAltID or SeasonContentID in "
                   "external_ids")  # fmt: skip
    return [*folded(found), *map(located, faults.found)]


def folded(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with the first only of many warnings alike: a sheet repeats itself."""
    found: list[Problem] = []
    counts: dict[tuple[str, str], int] = {}
    for each in problems:
        key = (each.place.file, each.code)
        if each.severity is Severity.ERROR:
            found.append(each)
        else:
            counts[key] = counts.get(key, 0) + 1
            if counts[key] == 1:
                found.append(each)
    return [_counted(each, counts.get((each.place.file, each.code), 1)) for each in found]


def _counted(problem: Problem, count: int) -> Problem:
    if count == 1 or problem.severity is Severity.ERROR:
        return problem
    more = f"(and {count - 1} more like it; `syndicate avails check` shows them)"
    return attrs.evolve(problem, message=f"{problem.message} {more}")


def read_shelf(
    folder: Path,
    terms: Terms,
    owners: Callable[[], Owners],
    *,
    instead: Mapping[str, Path] | None = None,
) -> Shelf:
    """Return what a workspace's files of avails say; without files nothing else is asked.

    Args:
        folder: the workspace.
        terms: how rows are read.
        owners: which identifier is which series'.
        instead: names in `avails/` with the files that are read in their place.
    """
    there = {each.name: each for each in files_in(folder)} | dict(instead or {})
    if not there:
        return Shelf()
    names = sorted(there, key=in_order)
    documents = [read_avails_file(there[name], f"{AVAILS}/{name}") for name in names]
    return fill(documents, terms, owners())
