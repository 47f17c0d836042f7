"""What a channel author writes: one class, of which only `publish` is mandatory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from syndicator.channel._progress import Progress
from syndicator.channel._release import Release
from syndicator.channel._verdicts import ChannelError, Refused
from syndicator.model.capabilities import Capabilities
from syndicator.model.release import Gone, Pending, Reason, Receipt

if TYPE_CHECKING:
    from syndicator.channel._http import Http

API_VERSION = 1
"""Of this page. An adapter says which it was written for; N and N-1 work."""

OPTIONAL = ("stage", "poll", "find", "update", "extend", "withdraw", "metrics")
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
    def declared(cls) -> Capabilities:
        """Return the capabilities, completed by what the code itself shows."""
        return attrs.evolve(
            cls.capabilities,
            platform=cls.capabilities.platform or cls.name,
            stages=cls.can("stage"),
            withdraws=cls.can("withdraw"),
            updates=cls.can("update"),
        )

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

    def stage(self, release: Release, progress: Progress) -> None:
        """Bring the bytes over, visible to nobody; durable on the channel when this returns."""
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

    def metrics(self, release: Release) -> Sequence[Any]:
        """Return the figures of a live release, per territory and day; no writes."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections; called once, at the end of a run."""


def refuse_missing(operation: str, adapter: str) -> ChannelError:
    """Return the verdict for an operation that an adapter does not have."""
    return Refused("action", f"{adapter} cannot {operation}: the adapter has no such operation")
