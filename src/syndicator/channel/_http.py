"""The client a channel is given: one seam for credentials, limits, redaction, faults and verdicts.

A transport error is sorted by whether the request can have arrived, not by its cause. Where nothing
was sent the verdict is `ChannelDown`; everything else that ends without a readable answer is
`AnswerLost` if the request can have had an effect, and is repeated a few times if it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from syndicator.channel._secret import Secret
from syndicator.channel._verdicts import (
    AnswerLost,
    ChannelDown,
    RateLimited,
    Refused,
    Retry,
    SignInAgain,
)

if TYPE_CHECKING:
    import httpx

NOT_SENT = (
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
    "LocalProtocolError",
)
"""httpx's transport errors after which the platform cannot have seen the request."""

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that have no effect and may be repeated (RFC 9110, 9.2.1)."""

ATTEMPTS = 3


class Http:
    """An HTTP client bound to one account.

    httpx is imported at the first request: an adapter that makes none costs nothing.
    """

    def __init__(
        self,
        base_url: str = "",
        *,
        credentials: Callable[[], Secret] | None = None,
        timeout: float = 30.0,
        now: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = base_url
        self._credentials = credentials
        self._timeout = timeout
        self._now = now
        self._transport = transport
        self._client: httpx.Client | None = None

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Any:
        """Return the answer's JSON (None where it has no body).

        Args:
            method: HTTP method.
            path: relative to the base URL, or absolute.
            json: body as JSON.
            params: query; None values are left out.
            headers: beside the client's own.
            content: body as bytes.
            repeatable: whether it may be sent again at no harm; None: if its method says so.

        Raises:
            ChannelDown, Retry, RateLimited, SignInAgain, Refused: certainly nothing happened.
            AnswerLost: it may have happened.
        """
        safe = method in HARMLESS if repeatable is None else repeatable
        arguments: dict[str, Any] = {
            "json": json,
            "params": {key: value for key, value in (params or {}).items() if value is not None},
            "headers": {**self._authorization(), **(headers or {})},
            "content": content,
        }
        answer = self._send(method, path, arguments, safe=safe)
        return self._read(answer, safe=safe)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _authorization(self) -> dict[str, str]:
        if self._credentials is None:
            return {}
        return {"Authorization": f"Bearer {self._credentials().reveal()}"}

    def _open(self) -> httpx.Client:
        if self._client is None:
            import httpx

            self._client = httpx.Client(
                base_url=self.base_url,
                timeout=self._timeout,
                transport=self._transport,
                headers={"User-Agent": "syndicator"},
            )
        return self._client

    def _send(
        self, method: str, path: str, arguments: dict[str, Any], *, safe: bool
    ) -> httpx.Response:
        import httpx
        from tenacity import (
            Retrying,
            retry_if_exception_type,
            stop_after_attempt,
            wait_exponential,
            wait_random,
        )

        def once() -> httpx.Response:
            try:
                return self._open().request(method, path, **arguments)
            except httpx.TransportError as error:
                raise verdict_of(error, path) from None

        if not safe:
            return once()
        retrying = Retrying(
            retry=retry_if_exception_type(AnswerLost),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=0.2, max=2.0) + wait_random(0, 0.2),
            reraise=True,
        )
        try:
            return retrying(once)
        except AnswerLost as lost:
            raise Retry(lost.reason) from None

    def _read(self, answer: httpx.Response, *, safe: bool) -> Any:
        status = answer.status_code
        if status < 300:
            return self._json(answer, safe=safe)
        said = f"{answer.request.method} {answer.request.url.path} answered {status}"
        if status == 429:
            raise RateLimited(said, until=self._retry_after(answer))
        if status in {401, 407}:
            raise SignInAgain(said)
        if status >= 500 or status == 408:
            raise Retry(said) if safe else AnswerLost(said)
        raise Refused("request", said)

    def _json(self, answer: httpx.Response, *, safe: bool) -> Any:
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError:
            said = f"{answer.request.url.path} answered {answer.status_code} with no JSON"
            raise (Retry(said) if safe else AnswerLost(said)) from None

    def _retry_after(self, answer: httpx.Response) -> datetime | None:
        value = answer.headers.get("Retry-After", "")
        if value.isdigit():
            return self._now() + timedelta(seconds=int(value))
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def verdict_of(error: Exception, path: str) -> ChannelDown | AnswerLost:
    """Return the verdict for one of httpx's transport errors."""
    name = type(error).__name__
    if name in NOT_SENT:
        return ChannelDown(f"cannot reach the platform ({name} at {_bare(path)})")
    return AnswerLost(f"the answer was lost ({name} at {_bare(path)})")


def _bare(path: str) -> str:
    """Return a path without its query, which may hold a signature."""
    return path.partition("?")[0]
