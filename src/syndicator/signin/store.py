"""Where tokens are kept: a file that only its owner may read, or the system's keyring.

Both have two slots: what is kept, and the note of a renewal under way (see `journal`).
"""

from __future__ import annotations

import abc
import hashlib
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from syndicator.channel import ChannelDown, SignInAgain
from syndicator.signin import journal
from syndicator.signin.journal import Asked
from syndicator.signin.lock import locked
from syndicator.signin.tokens import Kept

WAIT = 120.0
"""Seconds; a token request gives up after thirty."""

OTHERS = 0o077
UNDER_WAY = ".refreshing"


def store_of(reference: str | None, channel: str, folder: Path) -> Store:
    """Return the store that `tokens` in syndicator.toml refers to; None is a file of our own.

    Args:
        reference: `file:PATH` or `keyring:SERVICE/NAME`, or None.
        channel: the channel's name.
        folder: the workspace.
    """
    kind, _, where = (reference or f"file:.syndicator/tokens/{channel}.json").partition(":")
    if kind == "file":
        path = Path(os.path.realpath(folder / Path(where).expanduser()))
        return FileStore(path, _lock_of_file(path, folder), again=_again(channel))
    if kind == "keyring":
        service, _, name = where.partition("/")
        lock = Path.home() / ".local/state/syndicator/locks" / _lock_name(where)
        return KeyringStore(service, name or channel, lock, again=_again(channel))
    raise SignInAgain(f"{kind!r} is no place for tokens; use file: or keyring:")


def _again(channel: str) -> str:
    return f"syndicate channels auth {channel}"


def _lock_of_file(path: Path, folder: Path) -> Path:
    """Return where the lock is: beside tokens outside, that other workspaces may use too."""
    ours = Path(os.path.realpath(folder))
    if path.is_relative_to(ours):
        return ours / ".syndicator" / "locks" / _lock_name(str(path.relative_to(ours)))
    return path.with_name(f"{path.name}.lock")


def _lock_name(what: str) -> str:
    return f"sign-in-{hashlib.sha256(what.encode()).hexdigest()[:16]}.lock"


class Store(abc.ABC):
    """Keeps one account's sign-in, durable when a method returns."""

    def __init__(self, lock: Path, *, again: str = "sign in") -> None:
        """Touch nothing yet.

        Args:
            lock: the file to lock.
            again: the command that replaces what is kept.
        """
        self._lock = lock
        self._again = again

    @property
    @abc.abstractmethod
    def place(self) -> str:
        """Where it is, for people."""

    def lock(self, wait: float = WAIT) -> AbstractContextManager[None]:
        """Keep others from renewing; raises Retry where somebody else does so all the while."""
        return locked(self._lock, wait)

    def read(self) -> Kept | None:
        """Return what is kept, or None.

        Raises:
            SignInAgain: others may read it, or it is not ours.
        """
        data = self._get("")
        if data is None:
            return None
        try:
            return Kept.from_json(json.loads(data))
        except (ValueError, KeyError, TypeError):
            raise SignInAgain(
                f"{self.place} holds no tokens that can be read; write them anew: {self._again}"
            ) from None

    def write(self, kept: Kept) -> None:
        """Keep this in place of what was; then no renewal is under way."""
        self._put("", json.dumps(kept.as_json(), indent=1).encode() + b"\n")
        self._drop(UNDER_WAY)

    def delete(self) -> None:
        """Keep nothing."""
        self._drop("")
        self._drop(UNDER_WAY)

    def asks(self, asked: Asked) -> None:
        """Note that a renewal is about to be asked for."""
        self._put(UNDER_WAY, asked.head())

    def answered(self, asked: Asked, body: bytes) -> None:
        """Note the answer as it came."""
        self._put(UNDER_WAY, asked.head() + body)

    def asked(self) -> Asked | None:
        """Return the renewal that is under way."""
        data = self._get(UNDER_WAY)
        return None if data is None else journal.read(data)

    def settled(self) -> None:
        """Note that no renewal is under way: the platform did nothing."""
        self._drop(UNDER_WAY)

    @abc.abstractmethod
    def _get(self, slot: str) -> bytes | None: ...

    @abc.abstractmethod
    def _put(self, slot: str, data: bytes) -> None: ...

    @abc.abstractmethod
    def _drop(self, slot: str) -> None: ...


class FileStore(Store):
    """A file of mode 0600; replaced whole, and on the disk before anybody goes on."""

    def __init__(self, path: Path, lock: Path, *, again: str = "sign in") -> None:
        super().__init__(lock, again=again)
        self.path = path

    @property
    def place(self) -> str:
        return str(self.path)

    def _slot(self, slot: str) -> Path:
        return self.path.with_name(self.path.name + slot)

    def _get(self, slot: str) -> bytes | None:
        path = self._slot(slot)
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & OTHERS:
                    raise SignInAgain(f"others may read {path}; close it: chmod 600 {path}")
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SignInAgain(f"cannot read the tokens in {path}: {error.strerror}") from None

    def _put(self, slot: str, data: bytes) -> None:
        path = self._slot(slot)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(fresh, os.O_CREAT | os.O_EXCL, data)
                fresh.replace(path)
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
            _sync(path.parent)
        except OSError as error:
            raise self._cannot(path, error) from None

    def answered(self, asked: Asked, body: bytes) -> None:  # noqa: ARG002 - its head is there
        # Added to what is there: the shortest way from the socket to the disk. A piece of it is
        # not JSON, so that a torn answer is seen to be one.
        path = self._slot(UNDER_WAY)
        try:
            _write(path, 0, body)
        except OSError as error:
            raise self._cannot(path, error) from None

    def _drop(self, slot: str) -> None:
        path = self._slot(slot)
        try:
            path.unlink()
            _sync(path.parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._cannot(path, error) from None

    @staticmethod
    def _cannot(path: Path, error: OSError) -> ChannelDown:
        return ChannelDown(f"cannot keep tokens in {path}: {error.strerror}")


def _write(path: Path, flags: int, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, 0o600), "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class KeyringStore(Store):
    """Two entries of the system's keyring, as the package `keyring` reaches it."""

    def __init__(self, service: str, name: str, lock: Path, *, again: str = "sign in") -> None:
        super().__init__(lock, again=again)
        self._service = service
        self._name = name

    @property
    def place(self) -> str:
        return f"the system keyring, {self._service}/{self._name}"

    def _get(self, slot: str) -> bytes | None:
        found = self._call("get_password", slot)
        return None if found is None else str(found).encode()

    def _put(self, slot: str, data: bytes) -> None:
        self._call("set_password", slot, data.decode("utf-8", "replace"))

    def _drop(self, slot: str) -> None:
        if self._get(slot) is not None:
            self._call("delete_password", slot)

    def _call(self, method: str, slot: str, *values: str) -> Any:
        try:
            import keyring
            from keyring.errors import KeyringError
        except ImportError:
            raise SignInAgain("keyring: needs pip install 'syndicator[keyring]'") from None
        try:
            return getattr(keyring, method)(self._service, self._name + slot, *values)
        except KeyringError as error:
            # The text of such an error is the backend's; it may hold anything.
            raise SignInAgain(
                f"cannot use {self.place}: {type(error).__name__}; unlock it, or keep the tokens "
                'in a file: tokens = "file:…" in syndicator.toml'
            ) from None
