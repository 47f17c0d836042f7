"""One account that is signed in: gives tokens that are good, and renews them in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from syndicator.channel import NotDone, Secret, SignInAgain
from syndicator.channel._oauth import OAuth
from syndicator.channel._secret import Concealed
from syndicator.signin.app import App, read_app
from syndicator.signin.client import Client
from syndicator.signin.renewal import Renewal
from syndicator.signin.store import WAIT, Store
from syndicator.signin.tokens import Kept, Tokens

if TYPE_CHECKING:
    import httpx

PAUSE = timedelta(seconds=30)
"""How long a renewal that was early and did not work is left alone: there is a token meanwhile."""


class Session:
    """Satisfies `Signed` of the channel's HTTP client; may be used by several threads at once."""

    def __init__(
        self,
        oauth: OAuth,
        credentials: str,
        store: Store,
        *,
        channel: str = "",
        folder: Path = Path(),
        environ: Mapping[str, str],
        now: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
        longest: float | None = None,
        reveal: Callable[[Secret], None] | None = None,
    ) -> None:
        """Read and ask nothing yet.

        Args:
            oauth: how one signs in there.
            credentials: where the client's id and secret are.
            store: where tokens are kept.
            channel: the channel's name, for what a person is to do.
            folder: the workspace.
            environ: the environment.
            now: the clock.
            transport: in place of the network.
            longest: seconds that a silent platform is waited for at most.
            reveal: told every secret, before it is used anywhere.
        """
        self.oauth = oauth
        self.credentials = credentials
        self.store = store
        self.channel = channel
        self._folder = folder
        self._environ = environ
        self._now = now
        self._transport = transport
        self._longest = longest
        self._reveal = reveal
        self._concealed = Concealed()
        self._seen: dict[str, None] = {}
        self._later: datetime | None = None

    # -- what the channel's HTTP client asks --

    def token(self) -> Secret:
        """Return an access token that has not expired, renewed where its end is near.

        Raises:
            SignInAgain: a person must sign in; the message says how.
            ChannelDown, Retry, RateLimited: it has to be renewed, and that did not work now.
        """
        kept, now = self.kept(), self._now()
        held = kept.tokens if kept else None
        if held is not None and (held.is_fresh(now) or self._is_left_alone(held, now)):
            return held.access
        alive = held is not None and held.is_alive(now)
        try:
            # While the old one lives, nobody waits for who renews it at this moment.
            with self.store.lock(0 if alive else WAIT):
                return self._good_one(lambda tokens: tokens.is_fresh(self._now())).access
        except NotDone:
            if held is None or not held.is_alive(self._now()):
                raise
            self._later = now + PAUSE
            return held.access

    def renew(self, refused: Secret) -> Secret:
        """Return another access token than one that the platform refused; raises as `token` does.

        Args:
            refused: what was sent; where somebody has renewed it since, nothing is asked.
        """
        with self.store.lock():
            return self._good_one(
                lambda tokens: tokens.access != refused and tokens.is_alive(self._now())
            ).access

    def app(self) -> tuple[str, Secret]:
        """Return the client's id and secret.

        Raises:
            SignInAgain: they are not where syndicator.toml says.
        """
        found = self._app()
        return found.id, found.secret

    def secrets(self) -> list[str]:
        """Return every secret seen so far: what has to be cut out of whatever is shown."""
        return list(self._seen)

    # -- what a person asks --

    def client(self) -> Client:
        """Return who talks to the platform's sign-in; raises as `app` does."""
        return Client(
            self.oauth, self._app(), now=self._now, transport=self._transport,
            longest=self._longest,
        )  # fmt: skip

    def kept(self) -> Kept | None:
        """Return what is kept of the sign-in, as it is; raises SignInAgain if it cannot be read."""
        kept = self.store.read()
        if kept is not None:
            self._conceal(*kept.tokens.secrets())
        return kept

    def keep(self, tokens: Tokens) -> None:
        """Keep what a person signed in for, in place of what was."""
        client = self._app().id
        self._conceal(*tokens.secrets())
        with self.store.lock():
            # Whose they were, so that `name` can tell whether they are still theirs.
            tokens = attrs.evolve(tokens, account=self._account())
            self.store.write(Kept(client=client, tokens=tokens))
        self._later = None

    def fetch(self) -> Tokens:
        """Return a new token of the client's own, whatever is kept; raises as `token` does."""
        with self.store.lock():
            return self._hold(self._renewal().for_itself())

    def name(self, account: str) -> str:
        """Note whose tokens they are; return whose those before them were."""
        with self.store.lock():
            kept = self.store.read()
            if kept is not None and kept.tokens.account != account:
                tokens = attrs.evolve(kept.tokens, account=account)
                self.store.write(attrs.evolve(kept, tokens=tokens))
        return kept.tokens.account if kept is not None else ""

    def forget(self) -> str:
        """Have the tokens revoked where the platform can, and delete them; return how that went.

        Raises:
            SignInAgain: the client's credentials are not there, or not accepted.
            ChannelDown, Retry, RateLimited: the platform did not answer; nothing was deleted.
        """
        said = self._renewal().revoked(self.token) if self.oauth.revoke_url else ""
        with self.store.lock():
            self.store.delete()
        return said

    def troubles(self) -> list[str]:
        """Return what a person should know of the sign-in while it still works."""
        kept = self.kept()
        if kept is None:
            return []
        missing = kept.tokens.missing(self.oauth.scopes)
        said = [f"not granted: {', '.join(missing)}"] if missing else []
        if kept.dead and kept.tokens.expires_at and kept.tokens.is_alive(self._now()):
            said.append(f"ends at {kept.tokens.expires_at:%Y-%m-%d %H:%M} UTC: {kept.dead}")
        return said

    # -- inside the lock --

    def _good_one(self, good: Callable[[Tokens], bool]) -> Tokens:
        renewal = self._renewal()
        kept = renewal.finished(self.store.read())
        if kept is not None and good(kept.tokens):
            return self._hold(kept.tokens)
        if self.oauth.grant == "client_credentials":
            return self._hold(renewal.for_itself())
        return self._hold(renewal.renewed(kept))

    def _renewal(self) -> Renewal:
        return Renewal(
            oauth=self.oauth, store=self.store, client=self.client, conceal=self._conceal,
            redact=self._concealed.redact, channel=self.channel, credentials=self.credentials,
            now=self._now,
        )  # fmt: skip

    # -- the rest --

    def _account(self) -> str:
        try:
            kept = self.store.read()
        except SignInAgain:  # what cannot be read is replaced
            return ""
        return kept.tokens.account if kept else ""

    def _is_left_alone(self, held: Tokens, now: datetime) -> bool:
        return self._later is not None and now < self._later and held.is_alive(now)

    def _hold(self, tokens: Tokens) -> Tokens:
        self._conceal(*tokens.secrets())
        self._later = None
        return tokens

    def _app(self) -> App:
        app = read_app(self.oauth, self.credentials, self._environ, self._folder)
        self._conceal(app.secret)
        return app

    def _conceal(self, *secrets: Secret) -> None:
        for each in secrets:
            if each.reveal() not in self._seen:
                self._seen[each.reveal()] = None
                self._concealed.add(each)
                if self._reveal is not None:
                    self._reveal(each)
