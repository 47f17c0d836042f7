"""The channels of a run: adapters from plugins, joined with what syndicator.toml says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syndicator.channel import Capabilities, Channel, Secret
from syndicator.channel._http import Http
from syndicator.channel._oauth import is_unauthorized
from syndicator.channel._seal import Seal, key_of
from syndicator.channel._secret import Concealed, resolve
from syndicator.model.config import ChannelConfig, Config

if TYPE_CHECKING:
    from syndicator.dispatch.quotas import Spender
    from syndicator.ledger.ledger import Ledger
    from syndicator.signin.session import Session


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
        ledger: Callable[[], Ledger] | None = None,
        requests: Mapping[str, Any] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            config: what syndicator.toml says.
            adapters: name to class.
            workspace: the folder.
            environ: the environment.
            now: the clock.
            ledger: where quotas are kept; None: nothing is spent, as when only looking.
            requests: how requests are made, in the arguments of `Http`: patience, transport.
        """
        self._configs = {
            name: each for name, each in config.channels.items() if each.adapter in adapters
        }
        self._adapters = adapters
        self._workspace = workspace
        self._environ = environ
        self._now = now
        self._ledger = ledger
        self._requests = dict(requests or {})
        self._open: dict[str, Channel] = {}
        self._concealed = Concealed()
        self._lock = threading.Lock()
        self.seal = Seal(key_of(workspace, environ), self._concealed)
        """Closes the secrets that adapters save."""

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

    def declared(self, name: str) -> Capabilities:
        """Return what a channel can take, as its options make it."""
        return self.adapter(name).declared(self._configs[name].options)

    def capabilities(self) -> dict[str, Capabilities]:
        """Return what each channel can take."""
        return {name: self.declared(name) for name in self._configs}

    def open(self, name: str) -> Channel:
        """Return the channel of that name, opened once."""
        with self._lock:
            if name not in self._open:
                self._open[name] = self._make(self._configs[name])
            return self._open[name]

    def ready(self, name: str) -> Channel:
        """Return the channel, once its credentials were found.

        Raises:
            SignInAgain: they are not where syndicator.toml says.
        """
        channel = self.open(name)
        config = self._configs[name]
        if config.credentials and channel.signs_in(config.options) is None:
            self._concealed.add(resolve(config.credentials, self._environ, self._workspace))
        return channel

    def session(self, name: str) -> Session | None:
        """Return how a channel is signed in; None where its credentials are its token."""
        config = self._configs[name]
        oauth = self.adapter(name).signs_in(config.options)
        if oauth is None or config.credentials is None:
            return None
        from syndicator.signin.session import Session
        from syndicator.signin.store import store_of

        base = config.options.get("api_base")
        return Session(
            oauth.at(str(base)) if base else oauth,
            config.credentials,
            store_of(config.tokens, name, self._workspace),
            channel=name,
            folder=self._workspace,
            environ=self._environ,
            now=self._now,
            longest=self._requests.get("longest"),
            reveal=self._concealed.add,
        )

    def redact(self, text: str) -> str:
        """Return a text without any secret that this run has seen."""
        return self._concealed.redact(text)

    def close(self) -> None:
        """Let go of every channel's connections."""
        for channel in self._open.values():
            channel.close()
            channel.http.close()
        self._open.clear()

    def _make(self, config: ChannelConfig) -> Channel:
        adapter = self.adapter(config.name)
        session = self.session(config.name)
        oauth = adapter.signs_in(config.options)
        http = Http(
            str(config.options.get("api_base") or adapter.base_url),
            credentials=session or self._token(config),
            app=session.app if session else None,
            spend=self._spends(config.name),
            concealed=self._concealed,
            now=self._now,
            expired=oauth.expired if oauth else is_unauthorized,
            **self._requests,
        )
        options = {**config.options, "workspace": str(self._workspace)}
        return adapter(options, http, account=config.name)

    def _token(self, config: ChannelConfig) -> Callable[[], Secret] | None:
        """Return how to get the token of a channel whose credentials are one."""
        reference = config.credentials
        if reference is None:
            return None
        return lambda: resolve(reference, self._environ, self._workspace)

    def spender(self, name: str, ledger: Ledger) -> Spender:
        """Return what spends the quotas of a channel."""
        from syndicator.dispatch.quotas import Spender

        return Spender(
            ledger, name, self.declared(name), self._configs[name].options, now=self._now
        )

    def _spends(self, name: str) -> Callable[[Mapping[str, int]], None] | None:
        ledger = self._ledger
        if ledger is None or not self.declared(name).quotas:
            return None
        return lambda costs: self.spender(name, ledger()).spend(costs)
