"""Signed in at the sandbox, without a browser; and every secret there is to look for afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from syndicator.channel import Channel
from syndicator.channel.testing._platform import Platform
from syndicator.channel.testing._trial import Trial
from syndicator.channel.testing._workspace import CHANNEL, Asked, Workspace
from syndicator.signin.answers import read_tokens
from syndicator.signin.session import Session
from syndicator.signin.store import store_of


def sign_in(
    adapter: type[Channel],
    trial: Trial,
    workspace: Workspace,
    platform: Platform,
    now: Callable[[], datetime],
) -> list[str]:
    """Keep tokens of the sandbox in the workspace, where the channel needs any; return all secrets.

    Raises:
        ValueError: the channel signs in, and its sandbox has no `grant`.
    """
    home, options = workspace.folder, workspace.options(Asked())
    secrets = [*trial.secrets, *_secrets_in(trial.credentials)]
    oauth = adapter.signs_in(options)
    if oauth is None or oauth.grant != "authorization_code" or not platform.url:
        return secrets
    grant: Any = getattr(getattr(platform, "sandbox", None), "grant", None)
    if grant is None:
        raise ValueError(f"{adapter.name} signs in, and its sandbox has no `grant`")
    tokens = read_tokens(oauth, json.dumps(grant()).encode(), now())
    session = Session(
        oauth.at(platform.url), "file:credentials", store_of(None, CHANNEL, home),
        channel=CHANNEL, folder=home, environ={}, now=now,
    )  # fmt: skip
    session.keep(tokens)
    return [*secrets, *(each.reveal() for each in tokens.secrets())]


def _secrets_in(credentials: str | None) -> list[str]:
    if not credentials:
        return []
    try:
        found = json.loads(credentials)
    except ValueError:
        return [credentials.strip()]
    return [str(value) for name, value in found.items() if "secret" in name or "token" in name]
