"""The door to what the producer wrote: every file read, every fault placed, series by series."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from syndicator.catalog.avails import read_avails
from syndicator.catalog.calendars import Known, check_rights, read_calendar
from syndicator.catalog.config import read_config
from syndicator.catalog.facts_cache import FactsCache
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.folder import Progress, SeriesFolder
from syndicator.catalog.series import read_series
from syndicator.catalog.sources import CALENDARS, CATALOG, SERIES
from syndicator.model.calendar import Calendar
from syndicator.model.config import Config
from syndicator.model.placed import Node
from syndicator.model.plan import Title
from syndicator.model.problem import Place, Problem, Severity
from syndicator.model.rights import Avail
from syndicator.model.seam import Reader

NEEDED = frozenset({"id", "episodes", "original_language"})
"""Without these of a series nothing else about it can be checked."""


class Workspace:
    """A workspace: syndicator.toml and calendars are read, series when they are asked for."""

    def __init__(
        self,
        folder: Path,
        config: Config,
        *,
        readers: Sequence[Reader],
        progress: Progress | None = None,
    ) -> None:
        self.folder = folder
        self.config = config
        self.problems: list[Problem] = []
        """Of syndicator.toml, and of files that belong to no series."""

        self.calendar_series: dict[str, str] = {}
        """Calendar file to the series it is for."""

        self._progress = progress
        self._cache = FactsCache(folder)
        self._readers = {suffix: reader for reader in readers for suffix in reader.suffixes}
        self._documents: dict[str, list[Node]] = {}
        self._calendar_problems: dict[str, list[Problem]] = {}
        self.series_ids = self._find_series()
        self._read_calendars()

    def titles(
        self, only: Collection[str] | None = None
    ) -> Iterator[tuple[Title | None, list[Problem]]]:
        """Yield each series with everything wrong with it, in order of id.

        None stands for a series that cannot be planned until its errors are mended.
        """
        for series in self.series_ids:
            if only is None or series in only:
                yield self._title(series)

    def _find_series(self) -> list[str]:
        try:
            names = sorted(each.name for each in (self.folder / CATALOG).iterdir() if each.is_dir())
        except OSError:
            text = f"there is no folder {CATALOG}/ with series in it"
            self.problems.append(Problem("no-catalog", text, Place(CATALOG)))
            return []
        return [name for name in names if not name.startswith(".")]

    def _read_calendars(self) -> None:
        for path in _files(self.folder / CALENDARS):
            shown = f"{CALENDARS}/{path.name}"
            reader = self._readers.get(path.suffix.lower())
            if reader is None:
                self._unknown_format(path, shown)
                continue
            documents, problems = reader.read(path, shown)
            for each in documents:
                problems = [*problems, *self._file(each, shown)]
            self._calendar_problems.setdefault(self.calendar_series.get(shown, ""), []).extend(
                problems
            )
        self.problems += self._calendar_problems.pop("", [])

    def _unknown_format(self, path: Path, shown: str) -> None:
        known = ", ".join(sorted(self._readers))
        self.problems.append(
            Problem("unknown-format", "no reader takes this file", Place(shown), path.suffix, known)
        )

    def _file(self, document: Node, shown: str) -> list[Problem]:
        """File a document under its series; return what is wrong where it has none."""
        found = document.value.get("series") if isinstance(document.value, dict) else None
        series = str(found.value) if found is not None else ""
        if series in self.series_ids:
            self.calendar_series[shown] = series
            self._documents.setdefault(series, []).append(document)
            return []
        if found is None:
            return self._shape(document, "calendar")
        faults = Faults()
        faults.add("unknown-series", f"the catalog has no series {series}", found,
                   expected=", ".join(self.series_ids[:8]) or f"a folder in {CATALOG}/",
                   hint=near(series, self.series_ids))  # fmt: skip
        return faults.found

    def _title(self, name: str) -> tuple[Title | None, list[Problem]]:
        shown = f"{CATALOG}/{name}/{SERIES}"
        faults = Faults()
        faults.found += self._calendar_problems.get(name, [])
        node = self._series_node(name, shown, faults)
        if node is None:
            return None, faults.found
        folder = SeriesFolder(self.folder, f"{CATALOG}/{name}", self._cache, self._progress)
        series, cuts = read_series(node, folder, faults)
        channels = list(self.config.channels)
        avails = read_avails(node.value.get("avails"), channels, self.config.time_zones, faults)
        known = Known(cuts=cuts, missing=_missing(faults), channels=self.config.channels)
        calendars = self._calendars(name, known, avails, faults)
        if faults.serious:
            return None, _sorted(faults.found)
        return (
            Title(series=series, cuts=cuts, avails=avails, calendars=calendars),
            _sorted(faults.found),
        )

    def _series_node(self, name: str, shown: str, faults: Faults) -> Node | None:
        from syndicator.catalog.yaml import read_yaml

        path = self.folder / shown
        if not path.is_file():
            faults.add("no-series-file", f"{CATALOG}/{name} has no {SERIES}", Place(shown),
                       expected="a file that says what the series is",
                       hint="syndicate init shows one")  # fmt: skip
            return None
        node, problems = read_yaml(path, shown)
        faults.found += problems
        if node is None:
            return None
        wrong = self._shape(node, "series")
        faults.found += wrong
        node = without(node, wrong)
        if (
            not isinstance(node.value, dict)
            or not {"id", "episodes", "original_language"} <= node.value.keys()
        ):
            return None
        if str(node.value["id"].value) != name:
            faults.add(
                "wrong-id", "the id is not the folder's name", node.value["id"], expected=name
            )
        return node

    def _calendars(
        self, name: str, known: Known, avails: list[Avail] | None, faults: Faults
    ) -> list[Calendar]:
        found = []
        starts = [each.window.opens for each in avails or () if each.window.opens]
        bounded = avails and len(starts) == len(avails)
        for document in self._documents.get(name, []):
            wrong = self._shape(document, "calendar")
            faults.found += wrong
            sound = without(document, wrong)
            if isinstance(sound.value, dict) and {"series", "drops"} <= sound.value.keys():
                calendar = read_calendar(sound, known, faults)
                check_rights(calendar, min(starts) if bounded else None, faults)
                found.append(calendar)
        return sorted(found, key=lambda each: each.place)

    def _shape(self, node: Node, schema: str) -> list[Problem]:
        """Return where a document is not of its schema's shape; what passed before is not asked."""
        digest = hashlib.blake2b(
            f"{schema} {_version()} {_spell(node)}".encode(), digest_size=16
        ).hexdigest()
        if self._cache.has_passed(digest):
            return []
        from syndicator.catalog.schema import check_schema

        problems = check_schema(node, schema)
        if not problems:
            self._cache.passes([digest])
        return problems


def open_workspace(
    folder: Path,
    *,
    readers: Sequence[Reader],
    option_schemas: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Progress | None = None,
) -> Workspace:
    """Open a workspace.

    Args:
        folder: where syndicator.toml is.
        readers: of calendar files.
        option_schemas: by adapter, what it says of its own options; an adapter that is not in it is
            not checked.
        progress: told of each file that had to be read for its facts.
    """
    config, problems = read_config(folder)
    workspace = Workspace(folder, config or Config(), readers=readers, progress=progress)
    options = _options(config, option_schemas) if config and option_schemas else []
    workspace.problems = [*problems, *options, *workspace.problems]
    return workspace


def _options(config: Config, schemas: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    from syndicator.catalog.schema import check_options

    found = []
    for name, channel in config.channels.items():
        schema = schemas.get(channel.adapter)
        if schema:
            place = attrs.evolve(channel.place, path=f"channels.{name}")
            inner = {key: Node(value, place) for key, value in channel.options.items()}
            found += check_options(Node(inner, place), schema)
    return found


def _files(folder: Path) -> list[Path]:
    try:
        every = sorted(folder.iterdir())
    except OSError:
        return []
    return [each for each in every if each.is_file() and not each.name.startswith((".", "~$"))]


def _version() -> str:
    from syndicator import __version__

    return __version__


def _spell(node: Node) -> str:
    return repr(node.plain())


def _missing(faults: Faults) -> frozenset[str]:
    """Return the cuts whose media is missing or unreadable: their absence was said already."""
    said = [each for each in faults.found if each.code in {"no-media", "unreadable-media"}]
    names = {(each.found or "").rpartition(".")[0] for each in said}
    return frozenset(names | {each.message.partition(" ")[0] for each in said})


def without(node: Node, wrong: Sequence[Problem]) -> Node:
    """Return a document without the parts of wrong shape, so that the rest can be checked too.

    A part is a top-level key, or one item where the key holds a list.
    """
    places = {each.place for each in wrong if each.severity is Severity.ERROR}
    if not places or not isinstance(node.value, dict):
        return node if isinstance(node.value, dict) else Node({}, node.place)
    kept: dict[str, Node] = {}
    for key, each in node.value.items():
        if isinstance(each.value, list):
            items = [item for item in each.value if not _holds(item, places)]
            if each.place not in places:
                kept[key] = Node(items, each.place)
        elif not _holds(each, places) and node.key_places.get(key) not in places:
            kept[key] = each
    return Node(kept, node.place, node.key_places)


def _holds(node: Node, places: Collection[Place]) -> bool:
    if node.place in places or any(each in places for each in node.key_places.values()):
        return True
    inner = node.value
    children = (
        inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
    )
    return any(_holds(each, places) for each in children)


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: (each.place.file, each.place.line or 0, each.code))
