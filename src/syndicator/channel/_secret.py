"""Secrets: resolved late, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from syndicator.channel._verdicts import SignInAgain

SHORTEST = 4
"""Shorter texts are words, not secrets; to cut them out would garble every sentence."""


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


class Concealed:
    """Every secret that a run has seen; cuts them out of whatever is said."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}

    def add(self, secret: Secret | str) -> None:
        """Take note of a secret, in all spellings in which it may turn up."""
        text = secret.reveal() if isinstance(secret, Secret) else secret
        for spelling in (text, quote(text), quote(text, safe=""), quote_plus(text)):
            if len(spelling) >= SHORTEST:
                self._texts[spelling] = None

    def redact(self, text: str) -> str:
        """Return a text without any of them, the longest first."""
        for secret in sorted(self._texts, key=len, reverse=True):
            text = text.replace(secret, "•••")
        return text


def resolve(reference: str, environ: Mapping[str, str], folder: Path = Path()) -> Secret:
    """Return the secret that `env:NAME`, `file:PATH` or `keyring:SERVICE/NAME` refers to.

    Args:
        reference: where it is.
        environ: the environment.
        folder: what a relative path is relative to.

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
            return Secret((folder / Path(where).expanduser()).read_text("utf-8").strip())
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SignInAgain(f"cannot read the credentials file {where}: {why}") from None
    if kind == "keyring":
        return _from_keyring(where)
    raise SignInAgain(f"{kind!r} is no place for credentials; use env:, file: or keyring:")


def _from_keyring(where: str) -> Secret:
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise SignInAgain("keyring: needs pip install 'syndicator[keyring]'") from None
    service, _, name = where.partition("/")
    value = keyring.get_password(service, name or service)
    if not value:
        raise SignInAgain(f"the system keyring holds nothing for {where}")
    return Secret(value)
