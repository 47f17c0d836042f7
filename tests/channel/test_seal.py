"""Secrets inside a checkpoint: nobody reads them from the ledger, and they come back whole."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from syndicator.channel import Progress, Secret, SignInAgain
from syndicator.channel._seal import VARIABLE, Seal, key_of

URL = "https://up.example/?token=s3cret"


class Disk:
    def __init__(self) -> None:
        self.saved: dict[str, object] = {}

    def write(self, saved, asked) -> None:
        self.saved = json.loads(json.dumps(saved))


def test_a_secret_is_sealed_on_its_way_and_comes_back(tmp_path: Path) -> None:
    seal, disk = Seal(key_of(tmp_path, {})), Disk()
    progress = Progress("k", disk, seal=seal)
    progress.save(session=Secret(URL), size=7)
    progress.once("init", lambda: {"id": "p1", "url": Secret(URL)})
    assert "s3cret" not in json.dumps(disk.saved)
    again = Progress("k", disk, saved=disk.saved, seal=Seal(key_of(tmp_path, {})))
    assert again.saved == {
        "session": Secret(URL),
        "size": 7,
        "init": {"id": "p1", "url": Secret(URL)},
    }
    assert "s3cret" not in repr(again.saved)


def test_without_a_workspace_a_process_has_its_own_key() -> None:
    disk = Disk()
    Progress("k", disk).save(session=Secret(URL))
    assert Progress("k", disk, saved=disk.saved).saved["session"] == Secret(URL)


def test_what_another_key_sealed_is_not_guessed_at(tmp_path: Path) -> None:
    disk = Disk()
    Progress("k", disk, seal=Seal(key_of(tmp_path / "a", {}))).save(session=Secret(URL))
    with pytest.raises(SignInAgain, match=r"put back the file \.syndicator/key"):
        Progress("k", disk, saved=disk.saved, seal=Seal(key_of(tmp_path / "b", {})))


def test_a_key_from_the_environment_makes_no_file(tmp_path: Path) -> None:
    key = "A" * 43 + "="
    assert key_of(tmp_path, {VARIABLE: key})() == key.encode()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SignInAgain, match="is no key"):
        Seal(key_of(tmp_path, {VARIABLE: "short"})).close(Secret(URL))


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key_of(tmp_path, {})()
    path = tmp_path / ".syndicator" / "key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(SignInAgain, match="chmod 600"):
        key_of(tmp_path, {})()


def _key(folder: Path) -> bytes:
    return key_of(folder, {})()


def test_processes_that_make_the_key_at_once_have_the_same(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(_key, [tmp_path] * 8)
    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / ".syndicator").iterdir()] == ["key"]
