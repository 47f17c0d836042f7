"""The client that a platform knows us as: its id and its secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from syndicator.channel import Secret, SignInAgain
from syndicator.channel._oauth import OAuth
from syndicator.channel._secret import resolve

WRAPPED = ("installed", "web")
"""Names under which some consoles hand out the same two facts, one level down."""


@attrs.frozen
class App:
    """A registered client (RFC 6749, 2.2 and 2.3.1)."""

    id: str
    secret: Secret


def read_app(oauth: OAuth, reference: str, environ: Mapping[str, str], folder: Path) -> App:
    """Return the client that `credentials` in syndicator.toml refers to.

    Raises:
        SignInAgain: there is none, and the message says what is to stand there.
    """
    text = resolve(reference, environ, folder).reveal()
    id_name = oauth.client_id_name
    found = _found(text)
    id_, secret = found.get(id_name) or found.get("client_id"), found.get("client_secret")
    if not isinstance(id_, str) or not id_ or not isinstance(secret, str) or not secret:
        raise SignInAgain(
            f"the credentials {reference} are not those of a client; expected JSON: "
            f'{{"{id_name}": "…", "client_secret": "…"}}, as the platform\'s console shows them'
        )
    return App(id_, Secret(secret))


def _found(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    if isinstance(data, dict):
        for name in WRAPPED:
            if isinstance(data.get(name), dict):
                return {**data[name]}
        return data
    return {}
