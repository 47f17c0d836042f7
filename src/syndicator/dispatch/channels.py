"""The channels of a run: adapters from plugins, joined with what syndicator.toml says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from syndicator.channel import Capabilities, Channel, Secret
from syndicator.channel._http import Http
from syndicator.channel._secret import resolve
from syndicator.model.config import ChannelConfig, Config


class Channels:
    """Opens each configured channel once, when it is first needed."""

    def __init__(
        self,
        config: Config,
        adapters: Mapping[str, type[Channel]],
        *,
        workspace: Path,
        environ: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._configs = {
            name: each for name, each in config.channels.items() if each.adapter in adapters
        }
        self._adapters = adapters
        self._workspace = workspace
        self._environ = environ
        self._now = now
        self._open: dict[str, Channel] = {}
        self._secrets: list[str] = []
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The channels that can be used: configured, and with an adapter that loaded."""
        return tuple(self._configs)

    @property
    def staging(self) -> tuple[str, ...]:
        """Those that can hide bytes before their date."""
        return tuple(name for name in self._configs if self.adapter(name).can("stage"))

    def adapter(self, name: str) -> type[Channel]:
        """Return the adapter of a channel."""
        return self._adapters[self._configs[name].adapter]

    def capabilities(self) -> dict[str, Capabilities]:
        """Return what each channel's platform can take."""
        return {name: self.adapter(name).declared() for name in self._configs}

    def open(self, name: str) -> Channel:
        """Return the channel of that name, opened once.

        Raises:
            SignInAgain: its credentials are not where syndicator.toml says.
        """
        with self._lock:
            if name not in self._open:
                self._open[name] = self._make(self._configs[name])
            return self._open[name]

    def redact(self, text: str) -> str:
        """Return a text without any secret that was handed to a channel."""
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return text

    def close(self) -> None:
        """Let go of every channel's connections."""
        for channel in self._open.values():
            channel.close()
            channel.http.close()
        self._open.clear()

    def _make(self, config: ChannelConfig) -> Channel:
        secret = resolve(config.credentials, self._environ) if config.credentials else None
        if secret is not None:
            self._secrets.append(secret.reveal())
        options = {**config.options, "workspace": str(self._workspace)}
        http = Http(
            str(config.options.get("api_base", "")),
            credentials=_constant(secret) if secret else None,
            now=self._now,
        )
        return self.adapter(config.name)(options, http, account=config.name)


def _constant(secret: Secret) -> Callable[[], Secret]:
    return lambda: secret
