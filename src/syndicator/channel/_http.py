"""The client a channel is given: one seam for credentials, limits, redaction, faults and verdicts.

A transport error is sorted by whether the request can have arrived, not by its cause. Where nothing
was sent the verdict is `ChannelDown`; everything else that ends without a readable answer is
`AnswerLost` if the request can have had an effect, and is repeated a few times if it cannot.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol

from syndicator.channel._answer import Answer
from syndicator.channel._secret import Concealed, Secret
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

    from syndicator.channel._part import FilePart

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


class Signed(Protocol):
    """An account that is signed in."""

    def token(self) -> Secret:
        """Return an access token that has not expired.

        Raises:
            SignInAgain: a person must sign in.
            ChannelDown, Retry: it has to be renewed, and that did not work now.
        """

    def renew(self, refused: Secret) -> Secret:
        """Return another token than the one that was refused; raises as `token` does."""


class Http:
    """An HTTP client bound to one account.

    httpx is imported at the first request: an adapter that makes none costs nothing.
    """

    def __init__(
        self,
        base_url: str = "",
        *,
        credentials: Callable[[], Secret] | Signed | None = None,
        expired: Callable[[Answer], bool] = lambda answer: answer.status == 401,
        app: Callable[[], tuple[str, Secret]] | None = None,
        spend: Callable[[Mapping[str, int]], None] | None = None,
        concealed: Concealed | None = None,
        timeout: float = 30.0,
        longest: float | None = None,
        sleep: Callable[[float], None] | None = None,
        now: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Connect to nothing yet.

        Args:
            base_url: what paths are relative to.
            credentials: whence the access token comes; None: requests are not signed.
            expired: whether an answer means that the token is not good any more.
            app: the client that the platform knows us as.
            spend: takes the costs of a request from the account's quotas.
            concealed: collects what may not be shown.
            timeout: seconds without a sign of life.
            longest: no timeout is longer, also none that an adapter asks for; None: as they ask.
            sleep: waits so many seconds before a harmless request is repeated.
            now: the clock.
            transport: in place of the network.
        """
        self.base_url = base_url
        self.now = now
        """The clock: aware UTC."""

        self._credentials = credentials
        self._expired = expired
        self._app = app
        self._spend = spend
        self._concealed = concealed or Concealed()
        self._timeout = timeout
        self._longest = longest
        self._sleep = sleep or _sleep
        self._transport = transport
        self._acted = threading.local()
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | FilePart | None = None,
        signed: bool = True,
        repeatable: bool | None = None,
        changes: bool | None = None,
        costs: Mapping[str, int] | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Return what the platform answered, whatever its status; redirects are not followed.

        A signed request whose token is refused is made once more with another one.

        Args:
            method: HTTP method.
            path: relative to the base URL, or absolute.
            json: body as JSON.
            form: body as a form.
            params: query; None values are left out.
            headers: beside the client's own.
            content: body as bytes, or a piece of a file, which is streamed.
            signed: whether the access token goes with it; not to hosts that are told not to see it.
            repeatable: whether it may be sent again at no harm; None: if its method says so.
            changes: whether it may change something there; None: unless its method says that it
                cannot. Once it may have, a verdict that nothing happened is not believed.
            costs: quota name to units, spent before anything is sent.
            timeout: seconds without a sign of life; None is the client's.

        Raises:
            ChannelDown: nothing was sent.
            AnswerLost: it may have arrived.
            Retry: it may be repeated, and no answer came three times.
            QuotaSpent, RateLimited: its costs cannot be paid now; nothing was sent.
            SignInAgain: there is no token to send.
        """
        if costs and self._spend:
            self._spend(costs)
        arguments = self._arguments(json, form, params, content, timeout)
        sends = {**(headers or {}), **_length_of(content)}
        safe = method in HARMLESS if repeatable is None else repeatable
        acts = method not in HARMLESS if changes is None else changes
        token = self._token() if signed and self._credentials is not None else None

        def send(token: Secret | None) -> Answer:
            return self._send(method, path, arguments, {**_bearer(token), **sends}, safe=safe)

        with self._acting(acts) as heard:
            answer = send(token)
            if token and self._renews() and self._expired(answer):
                answer = send(self._renewed(token))
            return heard(answer)

    def _arguments(
        self, json: Any, form: Any, params: Mapping[str, Any] | None, content: Any,
        timeout: float | None,
    ) -> dict[str, Any]:  # fmt: skip
        return {
            "json": json,
            "data": form,
            # An empty mapping would make httpx take the query off an address that has one.
            "params": {key: value for key, value in (params or {}).items() if value is not None}
            or None,
            "content": content,
            "timeout": self._patience(timeout),
        }

    @contextmanager
    def _acting(self, acts: bool) -> Iterator[Callable[[Answer], Answer]]:
        """Note that a request may act, unless it was not sent or is refused in so many words."""
        before = self.may_have_acted
        self.may_have_acted = before or acts

        def heard(answer: Answer) -> Answer:
            if 400 <= answer.status < 500 and answer.json() is not None:
                self.may_have_acted = before
            return answer

        try:
            yield heard
        except (ChannelDown, SignInAgain):
            self.may_have_acted = before
            raise

    @property
    def may_have_acted(self) -> bool:
        """Whether a request of this thread may have changed something since this was set False."""
        return getattr(self._acted, "flag", False)

    @may_have_acted.setter
    def may_have_acted(self, flag: bool) -> None:
        self._acted.flag = flag

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
        """Return the answer's JSON (None where it has no body), judged by its status alone.

        Raises:
            ChannelDown, Retry, RateLimited, SignInAgain, Refused: certainly nothing happened.
            AnswerLost: it may have happened.
        """
        safe = method in HARMLESS if repeatable is None else repeatable
        answer = self.exchange(
            method, path, json=json, params=params, headers=headers, content=content,
            repeatable=repeatable,
        )  # fmt: skip
        return self._read(answer, safe=safe)

    def app(self) -> tuple[str, Secret]:
        """Return the id and the secret of the client that the platform knows us as.

        Raises:
            SignInAgain: they are not where syndicator.toml says, or it says nothing.
        """
        if self._app is None:
            raise SignInAgain(
                'no credentials: name them in syndicator.toml, credentials = "file:…"'
            )
        return self._app()

    def conceal(self, text: str) -> None:
        """Take note of a secret that the platform gave: it is cut out of whatever is said."""
        self._concealed.add(text)

    def retry_after(self, answer: Answer) -> datetime | None:
        """Return when the platform wants to be asked again, if it says (RFC 9110, 10.2.3)."""
        value = answer.header("Retry-After") or ""
        if value.isdigit():
            return self.now() + timedelta(seconds=int(value))
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _token(self) -> Secret:
        source = self._credentials
        assert source is not None  # noqa: S101 - asked before
        token = source() if callable(source) else source.token()
        self._concealed.add(token)
        return token

    def _patience(self, timeout: float | None) -> float:
        wanted = self._timeout if timeout is None else timeout
        return wanted if self._longest is None else min(wanted, self._longest)

    def _renews(self) -> bool:
        return not callable(self._credentials)

    def _renewed(self, refused: Secret) -> Secret:
        source = self._credentials
        assert source is not None and not callable(source)  # noqa: S101, PT018 - asked before
        token = source.renew(refused)
        self._concealed.add(token)
        return token

    def _open(self) -> httpx.Client:
        with self._lock:
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
        self,
        method: str,
        path: str,
        arguments: dict[str, Any],
        headers: Mapping[str, str],
        *,
        safe: bool,
    ) -> Answer:
        import httpx
        from tenacity import (
            Retrying,
            retry_if_exception_type,
            stop_after_attempt,
            wait_exponential,
            wait_random,
        )

        def once() -> Answer:
            try:
                answer = self._open().request(method, path, headers=headers, **arguments)
            except httpx.TransportError as error:
                raise verdict_of(error, path) from None
            return Answer(
                answer.status_code, {**answer.headers}, answer.content, method,
                answer.request.url.path,
            )  # fmt: skip

        if not safe:
            return once()
        retrying = Retrying(
            retry=retry_if_exception_type(AnswerLost),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=0.2, max=2.0) + wait_random(0, 0.2),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(once)
        except AnswerLost as lost:
            raise Retry(lost.reason) from None

    def _read(self, answer: Answer, *, safe: bool) -> Any:
        status = answer.status
        if status < 300:
            return _json(answer, safe=safe)
        said = str(answer)
        if status == 429:
            raise RateLimited(said, until=self.retry_after(answer))
        if status in {401, 407}:
            raise SignInAgain(said)
        if status >= 500 or status == 408:
            raise Retry(said) if safe else AnswerLost(said)
        if answer.json() is None:
            # Not in the platform's words: something on the way said it, perhaps after the effect.
            raise Retry(said) if safe else AnswerLost(said)
        raise Refused("request", said)


def _sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


def _length_of(content: bytes | FilePart | None) -> dict[str, str]:
    streamed = content is not None and not isinstance(content, bytes)
    return {"Content-Length": str(len(content))} if content is not None and streamed else {}


def _bearer(token: Secret | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token.reveal()}"}


def _json(answer: Answer, *, safe: bool) -> Any:
    if not answer.body:
        return None
    found = answer.json()
    if found is None and answer.body.strip() != b"null":
        said = f"{answer.path} answered {answer.status} with no JSON"
        raise Retry(said) if safe else AnswerLost(said)
    return found


def verdict_of(error: Exception, path: str) -> ChannelDown | AnswerLost:
    """Return the verdict for one of httpx's transport errors."""
    name = type(error).__name__
    if name in NOT_SENT:
        return ChannelDown(f"cannot reach the platform ({name} at {_bare(path)})")
    return AnswerLost(f"the answer was lost ({name} at {_bare(path)})")


def _bare(path: str) -> str:
    """Return a path without its query, which may hold a signature."""
    return path.partition("?")[0]
