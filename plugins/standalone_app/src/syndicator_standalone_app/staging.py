"""Bring a cut's media, captions and posters to the target, where nothing leads to them yet.

A package's folder is named by what it is made of, and its `done.json` is written last: a killed
process leaves a folder without it, and the next attempt makes the same files again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from syndicator.channel import Progress, Refused, Release, Stopped
from syndicator.model.work import Companion, File, Variant
from syndicator_standalone_app import packaging, playlist, posters
from syndicator_standalone_app.captions import Captions, read_captions
from syndicator_standalone_app.entry import Package, Poster, access
from syndicator_standalone_app.store import Store
from syndicator_standalone_app.wire import label

CHUNK = 1 << 20


@attrs.frozen(kw_only=True)
class Staged:
    """What lies at the target for one cut."""

    packages: tuple[Package, ...]
    posters: tuple[Poster, ...]
    series_posters: tuple[Poster, ...]


def stage(store: Store, release: Release, progress: Progress) -> Staged:
    """Return what lies at the target, once all of it does; what is there already stays.

    Media of a cut that is locked are not brought over: a static host cannot keep a secret.

    Raises:
        Refused: a file is not what it should be.
        Stopped: the run is ending.
    """
    is_locked = access(release.cut, release.terms) == "locked"
    variants = () if is_locked else release.cut.variants
    cut_posters = (_poster(store, release, each, progress) for each in release.cut.posters)
    series_posters = (_poster(store, release, each, progress) for each in release.series.posters)
    return Staged(
        packages=tuple(_package(store, release, each, progress) for each in variants),
        posters=tuple(cut_posters),
        series_posters=tuple(series_posters),
    )


def package_path(release: Release, variant: Variant) -> str:
    """Return the folder of a variant's package: a digest of all that goes into it."""
    captions = [(each.file.sha256, _language(release, each)) for each in release.cut.captions]
    made_of = [packaging.VERSION, variant.file.sha256, captions]
    return f"media/{release.series.id}/{release.cut.id}/{_digest(made_of)}"


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def _language(release: Release, companion: Companion | Variant) -> str:
    return companion.language or release.series.original_language


def _package(store: Store, release: Release, variant: Variant, progress: Progress) -> Package:
    path = package_path(release, variant)
    done = store.read(f"{path}/done.json")
    if done is None:
        with _scratch(release.workspace, path) as folder:
            done = store.read(f"{path}/done.json")  # another process may have made it meanwhile
            if done is None:
                package = _make(release, variant, path, folder, progress)
                done = json.dumps(package.as_json(), ensure_ascii=False).encode()
                _bring(store, path, folder, progress)
                store.write(f"{path}/done.json", done)
    return Package.from_json(json.loads(done))


@contextmanager
def _scratch(workspace: Path, path: str) -> Iterator[Path]:
    """Give an empty folder for one package; what a killed process left in it is gone."""
    name = path.rsplit("/", maxsplit=1)[-1]
    parent = workspace / ".syndicator" / "packaging"
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / f"{name[:2]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = parent / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _make(
    release: Release, variant: Variant, path: str, folder: Path, progress: Progress
) -> Package:
    source = _verified(release, variant.file, "media")
    packed = packaging.pack(source, folder, lambda: stop_if_asked(progress))
    tracks = _captions(release, packed.duration_s)
    for language, captions in tracks.items():
        _write_captions(folder / "captions", language, captions, packed.duration_s)
    listed = [
        playlist.Subtitles(language=each, label=label(each), uri=f"captions/{each}.m3u8")
        for each in tracks
    ]
    (folder / "master.m3u8").write_text(playlist.master(packed.rendition, listed), "utf-8")
    return Package(
        language=_language(release, variant),
        path=path,
        duration_s=packed.duration_s,
        width=packed.rendition.width,
        height=packed.rendition.height,
        captions=tuple((each, f"{path}/captions/{each}.vtt") for each in tracks),
        notes=tuple(note for captions in tracks.values() for note in captions.notes),
    )


def _captions(release: Release, duration_s: float) -> dict[str, Captions]:
    return {
        _language(release, each): read_captions(
            Path(each.file.path).name,
            _verified(release, each.file, "captions").read_bytes(),
            duration_s,
        )
        for each in release.cut.captions
    }


def _write_captions(folder: Path, language: str, captions: Captions, duration_s: float) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{language}.vtt").write_text(captions.text(), "utf-8")
    segments = []
    for number, (seconds, text) in enumerate(captions.pieces(duration_s)):
        segment = playlist.Segment(seconds=seconds, name=f"{language}-{number:05}.vtt")
        (folder / segment.name).write_text(text, "utf-8")
        segments.append(segment)
    (folder / f"{language}.m3u8").write_text(playlist.media(segments), "utf-8")


def _bring(store: Store, path: str, folder: Path, progress: Progress) -> None:
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    for file in files:
        stop_if_asked(progress)
        store.copy(f"{path}/{file.relative_to(folder).as_posix()}", file)
        progress.bytes(file.stat().st_size)


def stop_if_asked(progress: Progress) -> None:
    """Leave off where nothing is lost by it, if the run is ending.

    Raises:
        Stopped: it is.
    """
    if progress.should_stop():
        raise Stopped


def _verified(release: Release, file: File, field: str) -> Path:
    """Return where a file is, once it is certain that it is still the one that was planned.

    Raises:
        Refused: it is gone, or its content is another.
    """
    path = release.path(file)
    try:
        facts = path.stat()
        is_same = facts.st_size == file.size and (
            facts.st_mtime_ns == file.mtime_ns or _sha256(path) == file.sha256
        )
    except OSError as error:
        raise Refused(field, f"{file.path} cannot be read: {error.strerror}") from None
    if not is_same:
        raise Refused(field, f"{file.path} has changed since it was planned; run `plan` again")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _poster(store: Store, release: Release, poster: Companion, progress: Progress) -> Poster:
    """Return a poster at the target; its list of sizes, written last, says that it is complete."""
    name = _digest([posters.VERSION, release.series.id, poster.file.sha256])
    done = store.read(f".staged/posters/{name}.json")
    sizes = json.loads(done) if done else None
    if sizes is None or not all(store.has(path) for _, path in sizes):
        sizes = _scale(store, name, _verified(release, poster.file, "posters"), progress)
    return Poster(language=poster.language, sizes=tuple((width, path) for width, path in sizes))


def _scale(store: Store, name: str, source: Path, progress: Progress) -> Sequence[tuple[int, str]]:
    sizes = []
    for picture in posters.scale(source):
        path = f"posters/{name}-{picture.width}.{picture.suffix}"
        store.write(path, picture.data)
        progress.bytes(len(picture.data))
        sizes.append((picture.width, path))
    store.write(f".staged/posters/{name}.json", json.dumps(sizes).encode())
    return sizes
