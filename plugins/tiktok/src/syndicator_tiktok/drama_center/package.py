"""The package: a folder with what the portal's form wants, in the form's own words.

    episodes/001.mp4 …   copies, whole and proven by their SHA-256
    cover.jpg            the cover
    rights/…             proof of rights
    manifest.json        each field of the form and what goes into it
    TODO.txt             what to do, step by step

Files come by a temporary name, and the manifest last: a package that has it is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs

import syndicator.channel as sc
from syndicator.model.work import File
from syndicator_tiktok.drama_center.options import Options
from syndicator_tiktok.drama_center.rules import can_schedule, cover_of

PORTAL = "https://www.tiktokdramacenter.com"
PORTAL_ZONE = timezone(timedelta(hours=8))
"""What the portal shows times in, unless it is told otherwise."""

BLOCK = 1 << 20
RATIO, RATIO_OFF = 3 / 4, 0.01


@attrs.frozen
class Package:
    """The package of one drop."""

    folder: Path
    options: Options

    @classmethod
    def of(cls, release: sc.Release, options: Options) -> Package:
        """Return the package that a release goes into."""
        return cls(options.folder / release.key.series / release.key.wave, options)

    def add(self, release: sc.Release, progress: sc.Progress) -> str:
        """Copy an episode into the package and return its name there.

        Raises:
            Refused: the file is not the one that was planned.
        """
        file = release.cut.media.file
        name = f"episodes/{release.cut.number or 0:03d}.mp4"
        self._copy(release.media, self.folder / name, file, progress)
        return name

    def close(self, release: sc.Release, names: Sequence[str], now: datetime) -> Path:
        """Put everything else into the package, the manifest last; return its folder."""
        cover = cover_of(release.cut, release.series)
        if cover is None:
            raise sc.Refused("posters", "the portal wants a cover, 3:4")
        picture = release.path(cover.file)
        _check_cover(picture)
        core, supporting = self.options.proofs(release.series.id)
        extras = {f"cover{picture.suffix.lower()}": picture}
        for name in (*core, *supporting):
            extras[f"rights/{Path(name).name}"] = self.options.workspace / name
        for name, path in extras.items():
            _place(path, self.folder / name)
        _write(self.folder / "TODO.txt", todo(release, self.options, len(names), now))
        form = manifest(release, self.options, names, list(extras), now)
        _write(self.folder / "manifest.json", json.dumps(form, ensure_ascii=False, indent=2) + "\n")
        return self.folder

    def _copy(self, path: Path, there: Path, file: File, progress: sc.Progress) -> None:
        if there.exists() and there.stat().st_size == file.size and _sha(there) == file.sha256:
            return
        there.parent.mkdir(parents=True, exist_ok=True)
        aside = there.with_name(f".{there.name}.part")
        digest = hashlib.sha256()
        with path.open("rb") as source, aside.open("wb") as target:
            while block := source.read(BLOCK):
                if progress.should_stop():
                    raise sc.Stopped
                target.write(block)
                digest.update(block)
                progress.bytes(len(block))
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != file.sha256:
            aside.unlink()
            raise sc.Refused("media", f"{file.path} is not the file that was planned")
        aside.replace(there)


def manifest(
    release: sc.Release, options: Options, names: Sequence[str], extras: Sequence[str],
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Return what goes into each field of the portal's form."""
    series, terms = release.series, release.terms
    words = series.localization(series.original_language)
    core, supporting = options.proofs(series.id)
    rights: Mapping[str, Any] = options.rights.get(series.id, {})
    kinds = ["core"] * bool(core) + ["supporting"] * bool(supporting)
    found: dict[str, Any] = {
        "title": words.title,
        "description": words.synopsis,
        "coverStruct": extras[0],
        "targetAudienceTag": options.audience,
        "themeTag": list(options.themes.get(series.id, ())),
        "actors": list(options.actors.get(series.id, ())),
        "sourceLanguage": series.original_language,
        "totalVideoNum": len(names),
        "videos": list(names),
        "accountIds": list(options.accounts),
        "isAiSeries": series.production == "ai_generated",
        "copyrightProof": {
            "isOriginalRightsHolder": rights.get("original", not rights.get("adaptation", False)),
            "isAdaptation": rights.get("adaptation", False),
            "selectedMaterialTypes": kinds,
            "files": list(extras[1:]),
        },
        "consignmentStatus": options.managed,
        "previewVideoNumOnProfile": min(options.previews_on_profile, max(1, len(names) - 1)),
        "publishAt": None,
    }
    if terms.model == "unlock" and terms.unlock_price is not None:
        found["previewVideoNum"] = terms.free_episodes
        found["priceInUsd"] = f"{terms.unlock_price.minor / 100:.2f}"
    if options.is_scheduled and can_schedule(release.at, now):
        found["publishAt"] = release.at.astimezone(PORTAL_ZONE).isoformat()
    return found


def todo(release: sc.Release, options: Options, episodes: int, now: datetime) -> str:
    """Return what a person has to do, step by step."""
    when = release.at.astimezone(PORTAL_ZONE)
    stamp = f"{when:%Y-%m-%d %H:%M} (UTC+8, as the portal shows it)"
    if options.is_scheduled and can_schedule(release.at, now):
        publish = f"Schedule the publication for {stamp}."
    else:
        publish = f"Let it publish after the review; it is due at {stamp}."
    steps = (
        f"Open {PORTAL} and begin a new drama.",
        "Fill in the form from manifest.json: its keys are the names of the form's fields.",
        f"Upload all {episodes} files of the folder episodes, and no other.",
        "Upload the cover, and the documents of the folder rights.",
        publish,
        "Submit. Afterwards nothing can be taken off, only replaced: look at it once more first.",
    )
    return "".join(f"{number}. {step}\n" for number, step in enumerate(steps, 1))


def _check_cover(path: Path) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            width, height = picture.size
    except (OSError, UnidentifiedImageError) as error:
        raise sc.Refused("posters", f"{path.name} cannot be read as a picture: {error}") from None
    if abs(width / height - RATIO) > RATIO_OFF:
        raise sc.Refused("posters", f"{path.name} is {width}x{height}; the portal wants 3:4")


def _place(path: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    aside = there.with_name(f".{there.name}.part")
    shutil.copyfile(path, aside)
    aside.replace(there)


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.part")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
