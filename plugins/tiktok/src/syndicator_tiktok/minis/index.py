"""What a channel has on the platform already: an index beside the ledger, in the workspace.

TikTok lists neither albums nor videos, so what is not known by its id is lost. The ledger knows
the ids of releases that go on as they were; a release whose words were edited begins afresh there,
and an update of one episode does not see all the others. The index remembers for them. It is a
convenience, never a proof: without it the same things are made again, unseen.

It is one JSON file for a channel, replaced in one step, under a lock between processes.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from syndicator.channel import Retry

KEPT = 40
"""So many versions of an album are remembered."""

STALE = timedelta(days=2)
"""A wish that nobody repeated for so long is nobody's any more: its release was cancelled."""


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object; empty where there is no such file.

    Raises:
        Retry: it cannot be read.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Retry(f"{path.name} cannot be read: {error}; mend it or take it away") from None
    if not isinstance(found, dict):
        raise Retry(f"{path.name} holds no JSON object; mend it or take it away")
    return found


@contextmanager
def changing(path: Path) -> Iterator[dict[str, Any]]:
    """Give a JSON object to change, alone; what became of it is there in one step afterwards."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_name(f".{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            document = read_json(path)
            before = json.dumps(document)
            yield document
            if json.dumps(document) != before:
                _replace(path, json.dumps(document, ensure_ascii=False, indent=1))
    except OSError as error:
        raise Retry(f"{path.name} cannot be written: {error.strerror or error}") from None


def _replace(path: Path, content: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


@attrs.frozen
class Index:
    """What is known of one channel."""

    path: Path

    @classmethod
    def of(cls, workspace: Path, account: str) -> Index:
        """Return the index of a channel."""
        return cls(workspace / ".syndicator" / "tiktok_minis" / f"{account}.json")

    def asset(self, name: str) -> str | None:
        """Return the id of a picture, a video or a subtitle, by what it is made of."""
        found = read_json(self.path).get("assets", {}).get(name)
        return str(found) if found else None

    def keep_asset(self, name: str, id_: str) -> None:
        """Remember it."""
        with changing(self.path) as document:
            document.setdefault("assets", {})[name] = id_

    def forget_asset(self, name: str) -> None:
        """Forget it: it is gone from the platform."""
        with changing(self.path) as document:
            document.get("assets", {}).pop(name, None)

    def album(self, series: str) -> str | None:
        """Return the id of a series' album."""
        found = read_json(self.path).get("albums", {}).get(series)
        return str(found) if found else None

    def keep_album(self, series: str, album_id: str) -> None:
        """Remember it."""
        with changing(self.path) as document:
            document.setdefault("albums", {})[series] = album_id

    def sent(self, album_id: str) -> Mapping[int, Mapping[str, Any]]:
        """Return what was sent as each version of an album."""
        found = read_json(self.path).get("sent", {}).get(album_id, {})
        return {int(version): data for version, data in found.items()}

    def keep_sent(self, album_id: str, version: int, data: Mapping[str, Any]) -> None:
        """Remember what was sent as a version."""
        with changing(self.path) as document:
            versions = document.setdefault("sent", {}).setdefault(album_id, {})
            versions[str(version)] = dict(data)
            for old in sorted(versions, key=int)[:-KEPT]:
                del versions[old]

    def wish(
        self, album_id: str, seq: int, entry: Mapping[str, Any] | None, now: datetime
    ) -> dict[int, Mapping[str, Any] | None]:
        """Say how an episode that is online shall be, and return what all wish.

        Args:
            album_id: the album.
            seq: the episode.
            entry: as what it is to be shown; None: not at all.
            now: aware UTC.
        """
        with changing(self.path) as document:
            wishes = document.setdefault("wishes", {}).setdefault(album_id, {})
            wishes[str(seq)] = {"entry": entry, "at": now.isoformat()}
            for other in [each for each in wishes if _is_stale(wishes[each], now)]:
                del wishes[other]
            return {int(each): wish["entry"] for each, wish in wishes.items()}

    def unwish(self, album_id: str, seq: int) -> None:
        """Take back a wish: it is fulfilled, or given up."""
        with changing(self.path) as document:
            document.get("wishes", {}).get(album_id, {}).pop(str(seq), None)


def _is_stale(wish: Mapping[str, Any], now: datetime) -> bool:
    return now - datetime.fromisoformat(wish["at"]) > STALE
