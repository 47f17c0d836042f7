"""The steps of a renewal, all of them under the lock, each durable before the next.

    note that it is asked for  ->  ask  ->  note the answer as it came  ->  read  ->  keep

Ended anywhere, the next one knows what is uncertain. Before the answer is noted it may be lost, and
the platform may have replaced the refresh token: then the old one is tried once more, and if it
is dead, a person is told what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import attrs

from syndicator.channel import (
    Answer,
    AnswerLost,
    ChannelDown,
    NotDone,
    RateLimited,
    Secret,
    SignInAgain,
)
from syndicator.channel._oauth import OAuth
from syndicator.signin.answers import (
    DEAD,
    SaidNoError,
    UnreadableError,
    error_in,
    read_tokens,
    verdict,
)
from syndicator.signin.client import Client
from syndicator.signin.journal import Asked, fingerprint
from syndicator.signin.store import Store
from syndicator.signin.tokens import Kept, Tokens


@attrs.frozen(kw_only=True)
class Renewal:
    """Renews one account's tokens."""

    oauth: OAuth
    store: Store
    client: Callable[[], Client]
    conceal: Callable[[Secret], None]
    redact: Callable[[str], str]
    channel: str
    credentials: str
    now: Callable[[], datetime]

    def finished(self, kept: Kept | None) -> Kept | None:
        """Return what is kept, once a renewal that a process left half done is finished."""
        asked = self.store.asked()
        if asked is None:
            return kept
        if kept is None or not asked.is_of(kept.tokens.refresh):
            self.store.settled()  # it was kept, or a person has signed in since
            return kept
        try:
            return self._keep(kept, read_tokens(self.oauth, asked.body, asked.at))
        except (SaidNoError, UnreadableError):
            return kept

    def renewed(self, kept: Kept | None) -> Tokens:
        """Return tokens that are renewed and kept.

        Raises:
            SignInAgain: a person must sign in.
            ChannelDown, Retry, RateLimited: not now.
        """
        client, kept, refresh = self._able(kept)
        before = self.store.asked()
        asked = Asked(self.now(), fingerprint(refresh))
        self.store.asks(asked)
        try:
            answer = client.refresh(refresh)
        except ChannelDown:
            self._nothing_happened(before)
            raise
        except AnswerLost as lost:
            raise ChannelDown(f"{lost.reason}, and with it a renewal of tokens") from None
        if answer.is_success:
            self.store.answered(asked, answer.body)
        try:
            return self._keep(kept, read_tokens(self.oauth, answer.body, asked.at)).tokens
        except (SaidNoError, UnreadableError) as problem:
            raise self._refused(problem, answer, kept, before) from None

    def for_itself(self) -> Tokens:
        """Return a token of the client's own, kept; raises as `renewed` does."""
        client, asked_at = self.client(), self.now()
        try:
            answer = client.for_itself()
        except AnswerLost as lost:
            raise ChannelDown(lost.reason) from None
        try:
            tokens = read_tokens(self.oauth, answer.body, asked_at)
        except (SaidNoError, UnreadableError) as problem:
            raise self._verdict(problem, answer) from None
        self._hide(tokens)
        self.store.write(Kept(client=client.app.id, tokens=tokens))
        return tokens

    def revoked(self, token: Callable[[], Secret]) -> str:
        """Return what the platform said to revoking; empty: it is done.

        Raises:
            ChannelDown, Retry, RateLimited: it did not answer.
        """
        try:
            answer = self.client().revoke(token())
        except SignInAgain as error:
            return error.reason
        except AnswerLost as lost:
            raise ChannelDown(lost.reason) from None
        if answer.is_success:
            return ""
        problem = error_in(answer.body) or UnreadableError(str(answer))
        found = self._verdict(problem, answer)
        if not isinstance(found, SignInAgain):
            raise found
        return found.reason

    def _able(self, kept: Kept | None) -> tuple[Client, Kept, Secret]:
        """Return what a renewal needs, or say why there can be none; asks nobody."""
        if kept is None:
            raise SignInAgain(f"nobody has signed in to {self.channel} yet; {self._again}")
        if kept.dead:
            raise SignInAgain(kept.dead)
        client = self.client()
        if client.app.id != kept.client:
            raise SignInAgain(
                f"the tokens of {self.channel} were given to the client {kept.client}, and the "
                f"credentials {self.credentials} are those of {client.app.id}; {self._again}"
            )
        if kept.tokens.refresh is None:
            raise SignInAgain(
                f"the token of {self.channel} is not good any more, and the platform gave none to "
                f"renew it with; {self._again}"
            )
        return client, kept, kept.tokens.refresh

    def _keep(self, kept: Kept, tokens: Tokens) -> Kept:
        self._hide(tokens)
        if tokens.refresh is None:  # then the old one goes on (RFC 6749, 6)
            tokens = attrs.evolve(
                tokens,
                refresh=kept.tokens.refresh,
                refresh_expires_at=tokens.refresh_expires_at or kept.tokens.refresh_expires_at,
            )
        renewed = attrs.evolve(
            kept,
            tokens=attrs.evolve(
                tokens,
                # Left out where it is as it was (RFC 6749, 5.1).
                scopes=tokens.scopes or kept.tokens.scopes,
                account=kept.tokens.account,
            ),
        )
        self.store.write(renewed)
        return renewed

    def _hide(self, tokens: Tokens) -> None:
        for each in tokens.secrets():
            self.conceal(each)

    def _refused(
        self,
        problem: SaidNoError | UnreadableError,
        answer: Answer,
        kept: Kept,
        before: Asked | None,
    ) -> NotDone:
        if isinstance(problem, SaidNoError) and problem.code == DEAD:
            dead = self._dead(problem.said(self.redact), before)
            self.store.write(attrs.evolve(kept, dead=dead))
            return SignInAgain(dead)
        found = self._verdict(problem, answer)
        if isinstance(found, SignInAgain | RateLimited):
            self._nothing_happened(before)
        return found

    def _dead(self, said: str, before: Asked | None) -> str:
        if before is None:
            return f"the platform has ended the sign-in of {self.channel} ({said}); {self._again}"
        return (
            f"the sign-in of {self.channel} is lost: tokens were asked for at "
            f"{before.at:%Y-%m-%d %H:%M:%S} UTC, and the process or the connection ended before "
            "the answer was kept. The platform has replaced the refresh token with one that nobody "
            f"has, and does not accept the one before ({said}); {self._again}"
        )

    def _verdict(self, problem: SaidNoError | UnreadableError, answer: Answer) -> NotDone:
        until = self.client().until(answer)
        return verdict(problem, answer, until, self.credentials, self.redact)

    def _nothing_happened(self, before: Asked | None) -> None:
        if before is None:  # else what is uncertain of that one stays so
            self.store.settled()

    @property
    def _again(self) -> str:
        return f"sign in again: syndicate channels auth {self.channel}"
