"""Secrets: resolved late, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from syndicator.channel._verdicts import SignInAgain


class Secret:
    """A secret that does not show itself: not in `repr`, not in `str`, not in a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself; only for the line that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def resolve(reference: str, environ: Mapping[str, str]) -> Secret:
    """Return the secret that `env:NAME`, `file:PATH` or `keyring:SERVICE/NAME` refers to.

    Raises:
        SignInAgain: there is nothing at that reference, and the message says where to put it.
    """
    kind, _, where = reference.partition(":")
    if kind == "env":
        if not environ.get(where):
            raise SignInAgain(f"the environment variable {where} is not set")
        return Secret(environ[where])
    if kind == "file":
        try:
            return Secret(Path(where).expanduser().read_text("utf-8").strip())
        except OSError as error:
            raise SignInAgain(
                f"cannot read the credentials file {where}: {error.strerror}"
            ) from None
    if kind == "keyring":
        return _from_keyring(where)
    raise SignInAgain(f"{kind!r} is no place for credentials; use env:, file: or keyring:")


def _from_keyring(where: str) -> Secret:
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise SignInAgain("keyring: needs the package `keyring`; pip install keyring") from None
    service, _, name = where.partition("/")
    value = keyring.get_password(service, name or service)
    if not value:
        raise SignInAgain(f"the system keyring holds nothing for {where}")
    return Secret(value)
