"""What a platform gave an account: tokens, how long they live, what they are good for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from syndicator.channel import Secret
from syndicator.model.moment import iso

EARLY_SHARE = 0.15
EARLY = timedelta(minutes=5)
"""A token is renewed when less than this, or less than that share of its life, remains."""


@attrs.frozen(kw_only=True)
class Tokens:
    """One answer of a token endpoint (RFC 6749, 5.1), with instants in place of spans."""

    access: Secret
    refresh: Secret | None = None
    """None: the platform gives none, and when the access token ends a person signs in again."""

    issued_at: datetime
    """When it was asked for, which is a little before its life begins."""

    expires_at: datetime | None = None
    """None: the platform did not say."""

    refresh_expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    """What was granted, which may be less than was asked for."""

    account: str = ""
    """Whose they are, as the platform shows it; empty until it was asked."""

    def is_alive(self, now: datetime) -> bool:
        """Return whether the access token is good for now, as far as its dates tell."""
        return self.expires_at is None or now < self.expires_at

    def is_fresh(self, now: datetime) -> bool:
        """Return whether it is good for long enough not to be renewed yet."""
        if self.expires_at is None:
            return True
        life = self.expires_at - self.issued_at
        # Half a life at most: else a token of less than five minutes would be renewed at each use.
        margin = max(life * EARLY_SHARE, min(EARLY, life / 2))
        return self.expires_at - now > margin

    def missing(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Return the scopes that were not granted; none where the platform does not say."""
        return tuple(each for each in wanted if each not in self.scopes) if self.scopes else ()

    def secrets(self) -> list[Secret]:
        """Return what may not be shown."""
        return [self.access, *([self.refresh] if self.refresh else [])]

    def as_json(self) -> dict[str, Any]:
        """Return the form for a place that only its owner reads: the secrets are in it."""
        return {
            "access": self.access.reveal(),
            "refresh": self.refresh.reveal() if self.refresh else None,
            "issued_at": iso(self.issued_at),
            "expires_at": _iso(self.expires_at),
            "refresh_expires_at": _iso(self.refresh_expires_at),
            "scopes": list(self.scopes),
            "account": self.account,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Tokens:
        """Return what `as_json` was made from.

        Raises:
            ValueError, KeyError, TypeError: it was not made so.
        """
        return cls(
            access=_secret(data["access"]),
            refresh=_secret(data["refresh"]) if data.get("refresh") else None,
            issued_at=_moment(data["issued_at"]),
            expires_at=_moment(data["expires_at"]) if data.get("expires_at") else None,
            refresh_expires_at=(
                _moment(data["refresh_expires_at"]) if data.get("refresh_expires_at") else None
            ),
            scopes=tuple(map(str, data.get("scopes", ()))),
            account=str(data.get("account", "")),
        )


@attrs.frozen(kw_only=True)
class Kept:
    """What is kept of a sign-in."""

    client: str
    """The id of the client that the tokens were given to; to another one they are worth nothing."""

    tokens: Tokens
    dead: str = ""
    """Why it cannot be renewed any more and a person must sign in; empty while it can."""

    def as_json(self) -> dict[str, Any]:
        """Return the form for a place that only its owner reads."""
        return {"client": self.client, "tokens": self.tokens.as_json(), "dead": self.dead}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Kept:
        """Return what `as_json` was made from.

        Raises:
            ValueError, KeyError, TypeError: it was not made so.
        """
        return cls(
            client=str(data["client"]),
            tokens=Tokens.from_json(data["tokens"]),
            dead=str(data.get("dead", "")),
        )


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant without its zone")
    return moment


def _secret(text: Any) -> Secret:
    if not isinstance(text, str) or not text:
        raise ValueError("no token")
    return Secret(text)
