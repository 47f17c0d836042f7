"""The door to what the producer wrote: every file read, every fault placed, series by series."""

from __future__ import annotations

import errno
import hashlib
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from syndicator.catalog.avails import read_avails
from syndicator.catalog.calendars import Known, check_rights, read_calendar
from syndicator.catalog.config import read_config
from syndicator.catalog.facts_cache import FactsCache
from syndicator.catalog.faults import Faults
from syndicator.catalog.filing import file_calendars
from syndicator.catalog.folder import Progress, SeriesFolder
from syndicator.catalog.mddf.owners import owners_of, terms_of
from syndicator.catalog.mddf.shelf import Shelf, read_shelf
from syndicator.catalog.series import read_series
from syndicator.catalog.sources import CATALOG, SERIES
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

        self._progress = progress
        self._cache = FactsCache(folder)
        self.series_ids = self._find_series()
        by_suffix = {suffix: reader for reader in readers for suffix in reader.suffixes}
        self._filed = file_calendars(folder, by_suffix, self.series_ids, self._shape)
        self.problems += self._filed.loose
        self.shelf = self._read_shelf()
        """What the sheets of `avails/` say."""

        self.calendar_series = self._filed.owner
        """Calendar file to the series it is for; a file for several series is not in it."""

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
        except OSError as error:
            text = f"there is no folder {CATALOG}/ with series in it: {error.strerror}"
            self.problems.append(Problem("no-catalog", text, Place(CATALOG)))
            return []
        return [name for name in names if not name.startswith(".")]

    def _read_shelf(self) -> Shelf:
        settings, doubts = Faults(), Faults()
        terms = terms_of(self.config, settings)
        shelf = read_shelf(
            self.folder, terms, lambda: owners_of(self.folder, self.series_ids, doubts)
        )
        shelf = attrs.evolve(shelf, problems=[*shelf.problems, *doubts.found])
        self.problems += [*settings.found, *shelf.problems]
        return shelf

    def _title(self, name: str) -> tuple[Title | None, list[Problem]]:
        shown = f"{CATALOG}/{name}/{SERIES}"
        faults = Faults()
        faults.found += self._filed.problems.get(name, [])
        node = self._series_node(name, shown, faults)
        if node is None:
            return None, faults.found
        folder = SeriesFolder(self.folder, f"{CATALOG}/{name}", self._cache, self._progress)
        series, cuts = read_series(node, folder, faults)
        channels = list(self.config.channels)
        numbers = {number for cut in cuts for number in cut.episodes}
        avails = read_avails(
            node.value.get("avails"), channels, self.config.time_zones, faults, numbers
        )
        if (sheets := self.shelf.avails(name)) is not None:
            avails = [*(avails or ()), *sheets]
        faults.found += self.shelf.problems_of.get(name, ())
        known = Known(cuts=cuts, missing=_missing(faults), channels=self.config.channels,
                      original=series.original_language)  # fmt: skip
        calendars = self._calendars(name, known, avails, faults)
        if faults.serious or name in self._filed.doubtful or self.shelf.is_doubtful:
            return None, _sorted(faults.found)
        return (
            Title(series=series, cuts=cuts, avails=avails, calendars=calendars),
            _sorted(faults.found),
        )

    def _series_node(self, name: str, shown: str, faults: Faults) -> Node | None:
        from syndicator.catalog.yaml import read_yaml

        path = self.folder / shown
        if _is_missing(path):
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
        for document in self._filed.documents.get(name, []):
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
            found += check_options(_node(dict(channel.options), place), schema)
    return found


def _node(value: Any, place: Place) -> Node:
    """Return an option as a node, to its depth; all of it is where its channel is."""
    if isinstance(value, Mapping):
        return Node({key: _node(each, place) for key, each in value.items()}, place)
    if isinstance(value, list | tuple):
        return Node([_node(each, place) for each in value], place)
    return Node(value, place)


def _is_missing(path: Path) -> bool:
    """Return whether there is no file; one that cannot be looked at is not missing."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        return error.errno == errno.ELOOP


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
