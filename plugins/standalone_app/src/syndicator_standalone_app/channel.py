"""The steps: bring the bytes, write the entry, switch the catalogue, look.

Every step can be repeated at no harm and gives the same files, so a lost answer costs nothing:
the same request again is the question and the answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from syndicator.channel import (
    Account,
    Action,
    Capabilities,
    Channel,
    ChannelDown,
    Gone,
    Pending,
    Progress,
    Reason,
    Receipt,
    Reconcile,
    Refused,
    Release,
    Retry,
    Territories,
    TerritoryControl,
)
from syndicator_standalone_app import catalogue, shell, staging, wire
from syndicator_standalone_app.bucket import Bucket
from syndicator_standalone_app.captions import read_captions
from syndicator_standalone_app.entry import Entry, access, path_of
from syndicator_standalone_app.opening import entry_after, shows
from syndicator_standalone_app.store import Folder, Store

if TYPE_CHECKING:
    from syndicator.channel.testing import Trial
    from syndicator_standalone_app.serving import Server

OPTIONS: Mapping[str, Any] = {
    "type": "object",
    "title": "Options of a standalone_app channel",
    "required": ["target"],
    "properties": {
        "target": {
            "type": "string",
            "minLength": 1,
            "title": "Where the app lies",
            "description": "A folder, relative to the workspace, or `s3://bucket/prefix`.",
            "examples": ["./app", "s3://my-bucket/drama"],
        },
        "name": {
            "type": "string",
            "minLength": 1,
            "title": "The app's name",
            "description": "Read at the top of the app; by default the channel's name.",
        },
        "base_url": {
            "type": "string",
            "pattern": "^https?://",
            "title": "Public address of the target",
            "description": "Where a web server gives the target out; for the links in receipts.",
            "examples": ["https://app.example.com/"],
        },
        "endpoint": {
            "type": "string",
            "pattern": "^https?://",
            "title": "Address of the object store",
            "description": "For stores other than Amazon's; used with an s3:// target only.",
        },
        "region": {
            "type": "string",
            "title": "Region of the bucket",
            "description": "Used with an s3:// target only; by default AWS_REGION.",
        },
    },
}


def read_clock() -> datetime:
    """Return the present instant, aware UTC; the plugin's only look at a clock."""
    return datetime.fromtimestamp(time.time(), UTC)


class StandaloneApp(Channel):
    """The producer's own app: a folder or a bucket that any web server gives out."""

    name = "standalone_app"
    options_schema = OPTIONS
    capabilities = Capabilities(
        platform="standalone app",
        territory_control=TerritoryControl.NATIVE,
        reconcile=Reconcile.NATIVE_KEY,
        business_models=("free", "unlock", "ad_supported"),
    )

    @classmethod
    def trial(cls) -> Trial:
        from syndicator_standalone_app.trials import APP

        return APP

    def now(self) -> datetime:
        """Return the present instant; of interest to tests."""
        return self.http.now() if self.http else read_clock()

    @property
    def app_name(self) -> str:
        """What viewers read at the top of the app."""
        return str(self.options.get("name") or self.account or "App")

    @property
    def store(self) -> Store:
        """The place that the options name."""
        target = str(self.options["target"])
        if target.startswith("s3://"):
            return Bucket(target, self.options)
        return Folder(Path(self.options.get("workspace", ".")) / Path(target).expanduser())

    def check(self) -> Account:
        target = str(self.options["target"])
        with reachable(target):
            store = self.store
            if isinstance(store, Folder):
                _refuse_unwritable(store.root)
            else:
                next(iter(store.files("catalog/")), None)
        return Account(name=self.app_name, url=self.options.get("base_url"))

    def review(self, release: Release) -> Sequence[Reason]:
        return [
            reason
            for each in release.cut.captions
            for reason in _objections(release, each.file.path)
        ]

    def stage(self, release: Release, progress: Progress) -> None:
        with reachable(self.options["target"]):
            staging.stage(self.store, release, progress)

    def publish(self, release: Release, progress: Progress) -> Receipt | Pending:
        with reachable(self.options["target"]):
            return self._show(release, progress)

    def update(self, release: Release, progress: Progress) -> Receipt | Pending:
        with reachable(self.options["target"]):
            return self._show(release, progress)

    def extend(self, release: Release, progress: Progress) -> Receipt | Pending:
        with reachable(self.options["target"]):
            return self._show(release, progress)

    def poll(self, release: Release, progress: Progress) -> Receipt | Pending:
        return self.find(release, progress) or Pending(note="not in the catalogue yet")

    def serve(self, host: str, port: int, *, territory: str | None = None) -> Server:
        """Return a web server of the app's folder, bound and not yet running.

        Raises:
            Refused: the app lies in a bucket, which is its own host.
            OSError: the address cannot be used.
        """
        from syndicator_standalone_app.serving import make_server

        store = self.store
        if not isinstance(store, Folder):
            raise Refused("target", "a bucket is hosted where it lies; serve is for folders")
        shell.bring_viewer(store)
        return make_server(store.root, host, port, territory=territory)

    def find(self, release: Release, progress: Progress) -> Receipt | None:  # noqa: ARG002
        with reachable(self.options["target"]):
            visible = catalogue.seen(self.store, release.series.id, release.cut.id)
            entry = catalogue.read_entry(self.store, path_of(release.series.id, release.cut.id))
        is_there = bool(visible.codes) and release.territories <= visible
        if not is_there or entry is None or not shows(entry, release):
            return None
        return self._receipt(release, visible)

    def withdraw(self, release: Release, progress: Progress) -> Gone | Pending:  # noqa: ARG002
        with reachable(self.options["target"]):
            self._hide(release)
        return Gone(territories=release.territories)

    def _show(self, release: Release, progress: Progress) -> Receipt:
        """Make the entry and the catalogue say that the release is open; return what was seen."""
        store = self.store
        staged = self._staged(store, release, progress)
        now = self.now()

        def written(data: bytes | None) -> bytes | None:
            before = _read(data)
            after = entry_after(before, release, staged, now)
            # noted before they are replaced: a note too many is harmless, one too few is not
            catalogue.retire(store, sorted(_paths(before) - _paths(after)))
            is_same = (
                before is not None and attrs.evolve(after, written_at=before.written_at) == before
            )
            return data if is_same else wire.spelled(after.as_json())

        shell.bring_viewer(store)
        self._about_to_switch()
        store.change(path_of(release.series.id, release.cut.id), written)
        catalogue.switch(store, release.series.id, name=self.app_name, now=now)
        catalogue.sweep(store, now)
        visible = catalogue.seen(store, release.series.id, release.cut.id)
        if not release.territories <= visible:
            missing = release.territories - visible
            raise Retry(f"the catalogue does not show it in {missing} yet")
        return self._receipt(release, visible)

    def _staged(self, store: Store, release: Release, progress: Progress) -> staging.Staged | None:
        """Return what the release shows; None where it only opens what is shown already."""
        if release.action is Action.EXTEND:
            entry = catalogue.read_entry(store, path_of(release.series.id, release.cut.id))
            is_locked = access(release.cut, release.terms) == "locked"
            if entry is not None and entry.openings and (entry.packages or is_locked):
                return None
        return staging.stage(store, release, progress)

    def _hide(self, release: Release) -> None:
        """Close territories; where none is left, take off the media and, last, the entry."""
        store, now = self.store, self.now()
        series, cut = release.series.id, release.cut.id
        path = path_of(series, cut)
        self._about_to_switch()
        store.change(path, lambda data: _closed(data, release.territories))
        catalogue.switch(store, series, name=self.app_name, now=now)
        visible = catalogue.seen(store, series, cut) & release.territories
        if visible.codes:
            raise Retry(f"the catalogue still shows it in {visible}")
        entry = catalogue.read_entry(store, path)
        if entry is not None and not entry.openings:
            _take_off(store, entry)
            store.change(path, _unless_opened)
        catalogue.sweep(store, now)

    def _about_to_switch(self) -> None:
        """From here on viewers may see another catalogue: a full disk is no proof that none do."""
        if self.http:
            self.http.may_have_acted = True

    def _receipt(self, release: Release, visible: Territories) -> Receipt:
        series, cut = release.series.id, release.cut.id
        base = self.options.get("base_url")
        return Receipt(
            remote_id=f"{series}/{cut}",
            url=f"{str(base).rstrip('/')}/#/s/{series}/{cut}" if base else None,
            territories=visible,
        )


def _paths(entry: Entry | None) -> set[str]:
    return {package.path for package in entry.packages} if entry else set()


def _read(data: bytes | None) -> Entry | None:
    import json

    return Entry.from_json(json.loads(data)) if data else None


def _closed(data: bytes | None, territories: Territories) -> bytes | None:
    entry = _read(data)
    if entry is None or not (entry.territories & territories).codes:
        return data
    return wire.spelled(entry.closed_in(territories).as_json())


def _unless_opened(data: bytes | None) -> bytes | None:
    """Return nothing, so that the entry goes, unless another process has opened it meanwhile."""
    entry = _read(data)
    return data if entry is not None and entry.openings else None


def _take_off(store: Store, entry: Entry) -> None:
    """Remove a cut's media, and the posters that no other cut of its series shows."""
    for path in (*_paths(entry), *catalogue.retired(store, entry.series.id, entry.cut.id)):
        catalogue.remove_package(store, path)
    others = catalogue.read_entries(store, entry.series.id)
    shown = {path for each in others for path in _posters(each)}
    store.remove(sorted(_posters(entry) - shown))


def _posters(entry: Entry) -> set[str]:
    every = (*entry.posters, *entry.series_posters)
    return {path for poster in every for _, path in poster.sizes}


def _objections(release: Release, path: str) -> Iterator[Reason]:
    try:
        data = (release.workspace / path).read_bytes()
        read_captions(Path(path).name, data, release.cut.media.facts.seconds)
    except Refused as refused:
        yield Reason("captions", refused.reason)
    except OSError as error:
        yield Reason("captions", f"{path} cannot be read: {error.strerror}")


def _refuse_unwritable(root: Path) -> None:
    import os

    there = next(each for each in (root, *root.resolve().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise ChannelDown(f"cannot write to {there}; mend its permissions, or `target`")


@contextmanager
def reachable(target: Any) -> Iterator[None]:
    """Turn the file system's errors into verdicts: whatever was done can be done again."""
    try:
        yield
    except PermissionError as error:
        raise ChannelDown(
            f"cannot write to {error.filename or target}: {error.strerror}; mend its permissions"
        ) from None
    except OSError as error:
        raise Retry(f"{target}: {error.strerror or error}") from None
