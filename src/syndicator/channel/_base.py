"""What a channel author writes: one class, of which only `publish` is mandatory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

import attrs

from syndicator.channel._progress import Progress
from syndicator.channel._release import Release
from syndicator.channel._verdicts import ChannelError, Refused
from syndicator.model.capabilities import Capabilities
from syndicator.model.figure import Figure
from syndicator.model.release import Gone, Pending, Reason, Receipt, Task

if TYPE_CHECKING:
    from syndicator.channel._hooks import Heard
    from syndicator.channel._http import Http
    from syndicator.channel._oauth import OAuth
    from syndicator.channel._secret import Secret
    from syndicator.channel.sandbox import Sandbox
    from syndicator.channel.testing import Trial

API_VERSION = 1
"""Of this page. An adapter says which it was written for; N and N-1 work."""

OPTIONAL = ("stage", "poll", "find", "update", "extend", "withdraw", "metrics", "hear")
"""Operations a channel can do exactly when its adapter overrides them."""


@attrs.frozen(kw_only=True)
class Account:
    """Whom a channel's credentials belong to, and what that account may do."""

    name: str
    """As the platform shows it."""

    url: str | None = None
    notes: Sequence[str] = ()
    """What narrows this account: not audited, drafts only, longest video 60 s."""


class Channel:
    """A configured account on a platform. The class is the adapter, an instance is the channel.

    Methods may be called again at any time, after any crash, with what was saved, and must end in
    the same single post. They are called by one thread at a time per instance and release; two
    releases of one channel may run at once.
    """

    name: ClassVar[str]
    """The word after `adapter =` in syndicator.toml; also the entry point's name."""

    api: ClassVar[int] = API_VERSION
    options_schema: ClassVar[Mapping[str, Any]] = {}
    """JSON Schema (2020-12) of the adapter's own keys in `[channels.NAME]`."""

    capabilities: ClassVar[Capabilities] = Capabilities()

    base_url: ClassVar[str] = ""
    """Where the platform's interface is; the option `api_base` puts a sandbox in its place."""

    sign_in: ClassVar[OAuth | None] = None
    """How a person signs in, or the client by itself; None: `credentials` is the token."""

    def __init__(
        self,
        options: Mapping[str, Any],
        http: Http,
        *,
        account: str = "",
    ) -> None:
        """Keep the options; open nothing, ask nothing.

        Args:
            options: the table of syndicator.toml, valid by `options_schema`; relative paths in it
                are relative to the workspace, which is `options["workspace"]`.
            http: the client to use; base URL, credentials, limits and redaction are its business.
            account: the channel's name in syndicator.toml.
        """
        self.options = options
        self.http = http
        self.account = account

    @classmethod
    def can(cls, operation: str) -> bool:
        """Return whether the adapter does an optional operation: whether it overrides it."""
        return getattr(cls, operation) is not getattr(Channel, operation)

    @classmethod
    def does(cls, operation: str) -> bool:
        """Return whether it gets done: by the adapter, or by a person whom it tells what to do."""
        return cls.can(operation) or cls.by_hand is not Channel.by_hand

    @classmethod
    def tuned(cls, options: Mapping[str, Any]) -> Capabilities:  # noqa: ARG003 - for overriding
        """Return the capabilities as the channel's options make them: a larger quota, say.

        Args:
            options: the table of syndicator.toml; not yet known to be valid.
        """
        return cls.capabilities

    @classmethod
    def declared(cls, options: Mapping[str, Any] | None = None) -> Capabilities:
        """Return the capabilities, completed by what the code itself shows."""
        tuned = cls.tuned(options or {})
        return attrs.evolve(
            tuned,
            platform=tuned.platform or cls.name,
            stages=cls.can("stage"),
            withdraws=cls.can("withdraw"),
            updates=cls.can("update"),
        )

    @classmethod
    def signs_in(cls, options: Mapping[str, Any]) -> OAuth | None:  # noqa: ARG003 - for overriding
        """Return how a channel with these options signs in: with more scopes, say.

        Args:
            options: the table of syndicator.toml.
        """
        return cls.sign_in

    @classmethod
    def sandbox(cls) -> type[Sandbox] | None:
        """Return the local server that speaks the platform's protocol; None where there is none."""
        return None

    @classmethod
    def trial(cls) -> Trial | None:
        """Return how the conformance kit runs the channel; None: nobody says."""
        return None

    def address(self, url: str) -> str:
        """Return an address of the platform, moved to `api_base` where that option is set."""
        base = self.options.get("api_base")
        if not base:
            return url
        there, here = urlsplit(str(base)), urlsplit(url)
        path = there.path.rstrip("/") + here.path
        return urlunsplit((there.scheme, there.netloc, path, here.query, here.fragment))

    def client_secret(self) -> Secret:
        """Return the secret of our client: the key of webhook signatures on most platforms.

        Raises:
            SignInAgain: there is none where syndicator.toml says.
        """
        return self.http.app()[1]

    def check(self) -> Account:
        """Return whom the credentials belong to; makes no writes.

        Raises:
            SignInAgain: they are missing or not accepted; the message says what to do.
            ChannelDown: the platform cannot be reached.
        """
        return Account(name=self.account or self.name)

    def review(self, release: Release) -> Sequence[Reason]:  # noqa: ARG002 - default: no objection
        """Return what the platform would refuse; offline, before the release is due."""
        return ()

    def cost(self, release: Release) -> Mapping[str, int]:  # noqa: ARG002 - the same for all
        """Return what staging and publishing a release will spend, by quota; offline."""
        quotas = self.declared(self.options).quotas
        spends = {quota.name: quota.cost for quota in quotas for each in quota.operations
                  if each in {"stage", "publish"}}  # fmt: skip
        return {name: units for name, units in spends.items() if units}

    def by_hand(self, operation: str, release: Release) -> Task | None:  # noqa: ARG002
        """Return what a person has to do where the adapter lacks an operation; offline.

        Args:
            operation: `update`, `extend` or `withdraw`.
            release: what it is to be done to; its receipt says where that is.
        """
        return None

    def stage(self, release: Release, progress: Progress) -> Pending | None:
        """Bring the bytes over, visible to nobody; durable on the channel when this returns.

        Returns:
            None once it is done, or Pending while the platform works on it: called again then.
        """
        raise NotImplementedError

    def publish(self, release: Release, progress: Progress) -> Receipt | Pending:
        """Make the cut visible in `release.territories`; stage first if that was not done.

        Returns:
            A receipt once it was seen visible as asked, or Pending while the platform works on it.

        Raises:
            ChannelError: any verdict; the type says what happens next.
        """
        raise NotImplementedError

    def poll(self, release: Release, progress: Progress) -> Receipt | Pending:
        """Ask what became of a release that was Pending."""
        raise NotImplementedError

    def find(self, release: Release, progress: Progress) -> Receipt | None:
        """Return the proof that the release is there, or None, which proves nothing; no writes."""
        raise NotImplementedError

    def update(self, release: Release, progress: Progress) -> Receipt | Pending:
        """Change words, captions, posters, terms or bytes of what is live, in place."""
        raise NotImplementedError

    def extend(self, release: Release, progress: Progress) -> Receipt | Pending:
        """Open `release.territories` in addition to those that are open."""
        raise NotImplementedError

    def withdraw(self, release: Release, progress: Progress) -> Gone | Pending:
        """Close `release.territories`; return once the absence was seen."""
        raise NotImplementedError

    def metrics(self, release: Release) -> Sequence[Figure]:
        """Return the figures of a live release, per territory and day; no writes."""
        raise NotImplementedError

    def hear(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:
        """Return what the platform tells in a webhook, once its signature was checked; no writes.

        Args:
            headers: names in lower case.
            body: as it came, byte for byte.

        Raises:
            Forged: the platform did not send this.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections; called once, at the end of a run."""


def refuse_missing(operation: str, adapter: str) -> ChannelError:
    """Return the verdict for an operation that an adapter does not have."""
    return Refused("action", f"{adapter} cannot {operation}: the adapter has no such operation")
