"""The public catalogue: rebuilt from the entries, switched in one step, swept after a while.

`catalog.json` is the only file a reader knows beforehand. Everything it leads to is there before
it is switched and stays for `GRACE` afterwards, so that a reader who began with the old one can
finish. Only the series that changed is read again; the others' lines are taken over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from syndicator.channel import Territories
from syndicator_standalone_app import wire
from syndicator_standalone_app.entry import Entry
from syndicator_standalone_app.store import Store

ROOT = "catalog.json"
SWEPT = ".entries/.swept/at.json"
RETIRED = ".retired/"
GRACE = timedelta(days=1)

Lines = dict[str, dict[str, Mapping[str, Any]]]
"""Territory → series → its line in one language."""


class Incomplete(Exception):  # noqa: N818 - not a fault: everything is built anew
    """A document that the catalogue leads to is not there, or not readable."""


def read_entry(store: Store, path: str) -> Entry | None:
    """Return what a cut's record says; None where there is none."""
    return _entry_of(store.read(path))


def _entry_of(data: bytes | None) -> Entry | None:
    return Entry.from_json(json.loads(data)) if data else None


def read_entries(store: Store, series: str) -> tuple[Entry, ...]:
    """Return the open cuts of a series."""
    paths = [each.path for each in store.files(f".entries/{series}/")]
    found = [_entry_of(data) for data in store.read_all(paths)]
    return tuple(entry for entry in found if entry is not None and entry.openings)


def switch(store: Store, series: str, *, name: str, now: datetime) -> None:
    """Make the catalogue show what the entries of a series say, in one atomic step.

    Two processes may do so at once; each one's entries are in the catalogue when it returns.
    """

    def rebuilt(before: bytes | None) -> bytes:
        root = _read_root(before)
        try:
            after = _with_series(store, root, series, name)
        except Incomplete:
            after = _with_everything(store, name)
        if before and {**root, "updated_at": ""} == {**after, "updated_at": ""}:
            return before
        return wire.spelled({**after, "updated_at": wire.spelled_time(now)})

    store.change(ROOT, rebuilt)


def _read_root(data: bytes | None) -> dict[str, Any]:
    try:
        root = json.loads(data or b"{}")
    except ValueError:
        return {}
    is_ours = isinstance(root, dict) and root.get("format") == wire.FORMAT
    return root if is_ours else {}


def _with_series(store: Store, root: Mapping[str, Any], series: str, name: str) -> dict[str, Any]:
    """Return the root with one series built anew.

    Raises:
        Incomplete: everything has to be built anew.
    """
    entries = read_entries(store, series)
    languages = set(root.get("languages", ()))
    if not languages or not wire.languages_of(entries) <= languages:
        raise Incomplete  # every series needs an edition in the new language
    return _assembled(store, root["territories"], {series: entries}, sorted(languages), name)


def _with_everything(store: Store, name: str) -> dict[str, Any]:
    names = sorted({each.path.split("/")[1] for each in store.files(".entries/")})
    entries = {each: read_entries(store, each) for each in names if not each.startswith(".")}
    languages = wire.languages_of(entry for each in entries.values() for entry in each)
    return _assembled(store, {}, entries, sorted(languages), name)


def _assembled(
    store: Store,
    old: Mapping[str, Mapping[str, str]],
    entries: Mapping[str, Sequence[Entry]],
    languages: Sequence[str],
    name: str,
) -> dict[str, Any]:
    editions = {series: wire.editions(each, languages) for series, each in entries.items()}
    _write_missing(store, _documents(editions))
    territories = {}
    reader = _Reader(store)
    pages: dict[Any, str | None] = {}
    for code in sorted({*old, *(code for each in editions.values() for code in each)}):
        mine = {series: each[code] for series, each in editions.items() if code in each}
        found = {
            language: _page(reader, pages, old.get(code, {}).get(language), mine, entries, language)
            for language in languages
        }
        if any(found.values()):
            territories[code] = found
    return {
        "format": wire.FORMAT,
        "name": name,
        "updated_at": "",
        "languages": {language: wire.label(language) for language in languages},
        "territories": territories,
    }


def _documents(
    editions: Mapping[str, Mapping[str, Mapping[str, wire.Edition]]],
) -> set[wire.Document]:
    return {
        edition.document
        for by_territory in editions.values()
        for by_language in by_territory.values()
        for edition in by_language.values()
    }


def _page(  # noqa: PLR0917 - one step of _assembled
    reader: _Reader,
    pages: dict[Any, str | None],
    old: str | None,
    mine: Mapping[str, Mapping[str, wire.Edition]],
    entries: Mapping[str, Sequence[Entry]],
    language: str,
) -> str | None:
    """Return the path of a territory's document in a language; None where nothing is open."""
    lines = [each[language].item for each in mine.values()]
    key = (old, language, tuple(line["document"] for line in lines))
    if key not in pages:
        others = [line for line in reader.series(old) if line["id"] not in entries]
        made = wire.territory(language, [*others, *lines]) if others or lines else None
        if made:
            _write_missing(reader.store, [made])
        pages[key] = made.path if made else None
    return pages[key]


def _write_missing(store: Store, documents: Iterable[wire.Document]) -> None:
    for each in documents:
        if not store.has(each.path):
            store.write(each.path, each.data)


@attrs.frozen
class _Reader:
    """Reads documents, each once."""

    store: Store
    _read: dict[str, Any] = attrs.field(factory=dict)

    def document(self, path: str) -> Any:
        if path not in self._read:
            data = self.store.read(path)
            if data is None:
                raise Incomplete(path)
            self._read[path] = json.loads(data)
        return self._read[path]

    def series(self, path: str | None) -> Sequence[Mapping[str, Any]]:
        return self.document(path)["series"] if path else ()


def seen(store: Store, series: str, cut: str) -> Territories:
    """Return the territories in which a reader of the catalogue finds a cut, in every language."""
    reader = _Reader(store)
    shows: dict[str, bool] = {}
    found = set()
    for code, pages in _read_root(store.read(ROOT)).get("territories", {}).items():
        for page in pages.values():
            if page not in shows:
                shows[page] = _shows(reader, page, series, cut)
        if all(shows[page] for page in pages.values()):
            found.add(code)
    return Territories(frozenset(found))


def _shows(reader: _Reader, page: str, series: str, cut: str) -> bool:
    try:
        lines = (line for line in reader.series(page) if line["id"] == series)
        return any(
            each["id"] == cut
            for line in lines
            for each in reader.document(line["document"])["cuts"]
        )
    except Incomplete:
        return False


def retire(store: Store, paths: Iterable[str]) -> None:
    """Note that packages are no longer shown; they go when no reader can need them any more."""
    for path in paths:
        store.write(f"{RETIRED}{path.removeprefix('media/')}", b"{}")


def retired(store: Store, series: str, cut: str) -> list[str]:
    """Return a cut's packages that are no longer shown, and are still there."""
    marks = store.files(f"{RETIRED}{series}/{cut}/")
    return [f"media/{mark.path.removeprefix(RETIRED)}" for mark in marks]


def sweep(store: Store, now: datetime) -> None:
    """Take off what nothing leads to any more, at most once in `GRACE`."""
    last = json.loads(store.read(SWEPT) or b"{}").get("at")
    if last and timedelta() <= now - datetime.fromisoformat(last) < GRACE:
        return
    store.write(SWEPT, wire.spelled({"at": now.isoformat()}))
    # How old something is, the store's own clock says: ours may be another, or ahead.
    written = store.files(SWEPT.rpartition("/")[0] + "/")
    clock = next((each.modified_at for each in written if each.path == SWEPT), now)
    store.change(ROOT, lambda root: _swept(store, root, clock))
    _remove_retired(store, clock)
    store.tidy(clock - GRACE)


def _swept(store: Store, root: bytes | None, now: datetime) -> bytes | None:
    """Take off unreferenced documents while the catalogue cannot change; return it as it is."""
    reader = _Reader(store)
    needed: set[str] = set()
    for pages in _read_root(root).get("territories", {}).values():
        needed.update(pages.values())
    try:
        needed.update(line["document"] for page in set(needed) for line in reader.series(page))
    except Incomplete:
        return root
    old = [each.path for each in store.files("catalog/") if now - each.modified_at > GRACE]
    store.remove(path for path in old if path not in needed)
    return root


def _remove_retired(store: Store, now: datetime) -> None:
    for mark in list(store.files(RETIRED)):
        if now - mark.modified_at <= GRACE:
            continue
        path = "media/" + mark.path.removeprefix(RETIRED)
        _, series, cut, _ = path.split("/")
        entry = read_entry(store, f".entries/{series}/{cut}.json")
        if entry is None or path not in {package.path for package in entry.packages}:
            remove_package(store, path)
        store.remove([mark.path])


def remove_package(store: Store, path: str) -> None:
    """Take a package off, its mark of completeness first: half of one is none."""
    files = [each.path for each in store.files(f"{path}/")]
    done = f"{path}/done.json"
    store.remove([done] if done in files else [])
    store.remove(each for each in files if each != done)
