"""How one signs in to a platform: a declaration, of which `syndicator.signin` does the work.

OAuth 2.0 is RFC 6749, PKCE is RFC 7636, revoking is RFC 7009. Platforms depart from them in names
and separators; each departure has a field here, so that no adapter needs code of its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit, urlunsplit

import attrs

from syndicator.channel._answer import Answer

GRANTS = ("authorization_code", "client_credentials")


def s256(verifier: str) -> str:
    """Return the challenge for a verifier: base64url of its SHA-256, unpadded (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def is_unauthorized(answer: Answer) -> bool:
    """Return whether the token was refused: status 401 (RFC 6750, 3.1)."""
    return answer.status == 401  # noqa: PLR2004 - status codes are numbers


def at_base(url: str, base: str) -> str:
    """Return an address with scheme and host of another; a path of that one goes before."""
    there, here = urlsplit(base), urlsplit(url)
    path = there.path.rstrip("/") + here.path
    return urlunsplit((there.scheme, there.netloc, path, here.query, here.fragment))


@attrs.frozen
class OAuth:
    """How a person lets us act for an account, or the client acts for itself."""

    authorize_url: str
    """Where the person says yes; empty where the grant is `client_credentials`."""

    token_url: str
    scopes: tuple[str, ...] = ()
    """All that the adapter needs; what a person did not grant is said by name."""

    grant: str = attrs.field(default="authorization_code", validator=attrs.validators.in_(GRANTS))

    client_id_name: str = "client_id"
    """What the platform calls the client's id, in requests and in the file of credentials."""

    scope_separator: str = " "
    challenge: Callable[[str], str] = s256
    """From the code verifier to the code challenge; it is announced as `S256` in any case."""

    pkce: bool = True
    extra: Mapping[str, str] = attrs.field(factory=dict)
    """Sent beside the rest to `authorize_url`."""

    scope_name: str = "scope"
    """What the platform calls the list of scopes in the request for consent."""

    revoke_url: str | None = None
    expired: Callable[[Answer], bool] = is_unauthorized
    """Whether an answer of the platform means that the access token is not good any more."""

    redirect_path: str = "/callback/"
    """Of the address on this machine to which the browser is sent back."""

    def at(self, api_base: str) -> OAuth:
        """Return the same with every address moved to another scheme and host.

        Args:
            api_base: a sandbox, like `http://127.0.0.1:8801`.
        """
        return attrs.evolve(
            self,
            authorize_url=at_base(self.authorize_url, api_base) if self.authorize_url else "",
            token_url=at_base(self.token_url, api_base),
            revoke_url=at_base(self.revoke_url, api_base) if self.revoke_url else None,
        )
