"""Secrets inside a checkpoint: sealed before they reach the ledger, opened when they are needed.

An upload address is a bearer secret in its own right, and must outlive a crash together with the
rest of the checkpoint. So it stands in the ledger encrypted (Fernet: AES-128-CBC with an HMAC), and
the key stands elsewhere: in the environment (`SYNDICATOR_KEY`) or in a file that only its owner
may read. A copy of the ledger alone gives nothing away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from syndicator.channel._secret import Concealed, Secret
from syndicator.channel._verdicts import SignInAgain

MARK = "sealed:"
VARIABLE = "SYNDICATOR_KEY"
ONLY_OWNER = 0o077


class Seal:
    """Seals and opens with one key; the key is read, or made, when it is first needed."""

    def __init__(self, key: Callable[[], bytes], concealed: Concealed | None = None) -> None:
        self._key = key
        self._concealed = concealed or Concealed()

    def close(self, value: Any) -> Any:
        """Return plain JSON for a value: secrets in it, one level deep, become sealed text."""
        if isinstance(value, Secret):
            self._concealed.add(value)
            return MARK + self._fernet().encrypt(value.reveal().encode()).decode()
        if isinstance(value, Mapping):
            return {key: self.close(each) for key, each in value.items()}
        return value

    def open(self, value: Any) -> Any:
        """Return what `close` was given.

        Raises:
            SignInAgain: the key is not the one that sealed it.
        """
        if isinstance(value, str) and value.startswith(MARK):
            secret = Secret(self._decrypt(value.removeprefix(MARK)))
            self._concealed.add(secret)
            return secret
        if isinstance(value, Mapping):
            return {key: self.open(each) for key, each in value.items()}
        return value

    def _decrypt(self, token: str) -> str:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - only where it is needed

        try:
            return str(self._fernet().decrypt(token.encode()), "utf-8")
        except InvalidToken:
            raise SignInAgain(
                f"what was saved of this release is sealed with another key; put back the file "
                f".syndicator/key of this workspace, or the environment's {VARIABLE}"
            ) from None

    def _fernet(self) -> Any:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - only where it is needed

        try:
            return Fernet(self._key())
        except ValueError:
            raise SignInAgain(
                f".syndicator/key, or the environment's {VARIABLE}, is no key: "
                "32 bytes in URL-safe base64 were expected"
            ) from None


def key_of(folder: Path, environ: Mapping[str, str]) -> Callable[[], bytes]:
    """Return how to get the key of a workspace: from the environment, else its own file.

    Args:
        folder: the workspace; its `.syndicator/key` is made where it is missing.
        environ: the environment.
    """

    @cache
    def key() -> bytes:
        given = environ.get(VARIABLE)
        return given.encode() if given else _read_or_make(folder / ".syndicator" / "key")

    return key


def key_of_process() -> bytes:
    """Return a key that lives as long as this process: for programs without a workspace."""
    return _of_process()


@cache
def _of_process() -> bytes:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - only where it is needed

    return Fernet.generate_key()


def _read_or_make(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & ONLY_OWNER:
            raise SignInAgain(f"others may read {path}; close it: chmod 600 {path}")
        return path.read_bytes().strip()
    except OSError as error:
        raise SignInAgain(f"cannot use the key file {path}: {error.strerror}") from None


def _make(path: Path) -> None:
    """Make the key file whole: of two processes at once one wins, and both read the winner's."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - only where it is needed

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"key.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, Fernet.generate_key())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
