"""The adapter: upload, post, look, correct, take off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import syndicator.channel as sc

if TYPE_CHECKING:
    from syndicator.channel.sandbox import Sandbox
    from syndicator.channel.testing import Trial

TITLE_MAX = 80
PIECE = 1 << 20
LAG = timedelta(seconds=60)
"""A post is in the listing this long after it was made, at the latest."""


class Acme(sc.Channel):
    """Posts on an account of Acme, which has no idempotency key: a reference is planted."""

    name = "acme"
    base_url = "https://api.acme.example"
    options_schema: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "rating": {"enum": ["all", "teen", "adult"], "description": "Who may watch it."}
        },
    }
    capabilities = sc.Capabilities(
        platform="Acme",
        reconcile=sc.Reconcile.MARKER,
        settles=LAG,
        title_max=TITLE_MAX,
        quotas=(sc.Quota(name="posts", amount=50, per=timedelta(days=1)),),
    )

    @classmethod
    def sandbox(cls) -> type[Sandbox]:
        from syndicator.channel.testing.acme.sandbox import AcmeSandbox

        return AcmeSandbox

    @classmethod
    def trial(cls) -> Trial:
        from syndicator.channel.testing.acme.trials import ACME

        return ACME

    def check(self) -> sc.Account:
        return sc.Account(name=self.http.request("GET", "/v1/me")["name"])

    def review(self, release: sc.Release) -> Sequence[sc.Reason]:
        if "shock" in release.series.localizations[0].keywords:
            return [sc.Reason("keywords", "Acme refuses the keyword `shock`")]
        return ()

    def publish(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        # An upload that nobody posts is never seen: opening two of them does no harm.
        upload = progress.remember("upload", lambda: self._open(release))
        self._send(release, upload, progress)
        post = progress.once(
            "post",
            lambda: self._make(release, upload, progress),
            lost=lambda: self._listed(release, progress),
        )
        return self._look(post)

    def poll(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:  # noqa: ARG002
        return self._look(progress.saved["post"])

    def find(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | None:
        post = progress.saved.get("post") or self._hit(release)
        found = self._look(post) if post else None
        return found if isinstance(found, sc.Receipt) else None

    def update(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:  # noqa: ARG002
        post = self._live(release)
        self._ask("PATCH", f"/v1/posts/{post}", json=self._words(release), repeatable=True)
        return self._look(post)

    def withdraw(self, release: sc.Release, progress: sc.Progress) -> sc.Gone | sc.Pending:  # noqa: ARG002
        post = self._live(release)
        self.http.exchange("DELETE", f"/v1/posts/{post}", repeatable=True)
        if self.http.exchange("GET", f"/v1/posts/{post}").status == 404:  # noqa: PLR2004 - gone
            return sc.Gone()
        return sc.Pending(after=5, note="Acme still shows it")

    def metrics(self, release: sc.Release) -> Sequence[sc.Figure]:
        found = self._ask("GET", f"/v1/posts/{self._live(release)}/figures")["views"]
        return [
            sc.Figure(metric="views", value=number, territory=where, as_of=self.http.now())
            for where, number in found.items()
        ]

    def _open(self, release: sc.Release) -> Any:
        size = release.media.stat().st_size
        return self._ask("POST", "/v1/uploads", json={"size": size})["id"]

    def _send(self, release: sc.Release, upload: str, progress: sc.Progress) -> None:
        """Send what Acme has not got; it says how much that is."""
        size = release.media.stat().st_size
        there = self._stored(upload, size, b"", "*")
        while there < size:
            length = min(PIECE, size - there)
            part = sc.FilePart(release.media, there, length, sent=progress.bytes)
            there = self._stored(upload, size, part, f"{there}-{there + length - 1}")

    def _stored(self, upload: str, size: int, content: Any, which: str) -> int:
        answer = self.http.exchange(
            "PUT", f"/v1/uploads/{upload}", content=content, repeatable=True,
            headers={"Content-Range": f"bytes {which}/{size}"},
        )  # fmt: skip
        if answer.status == 201:  # noqa: PLR2004 - Acme has it all
            return size
        if answer.status != 308:  # noqa: PLR2004 - Acme wants more
            raise sc.Retry(f"the upload goes on later: {answer}")
        last = (answer.header("Range") or "").rpartition("-")[2]
        return int(last) + 1 if last else 0

    def _make(self, release: sc.Release, upload: str, progress: sc.Progress) -> Any:
        # When it was asked for, each time anew: the listing's lag counts from there.
        progress.save(asked_at=self.http.now().isoformat())
        return self._ask("POST", "/v1/posts", json=self._post(release, upload))["id"]

    def _post(self, release: sc.Release, upload: str) -> dict[str, Any]:
        return {"upload": upload, "reference": str(release.key), **self._words(release)}

    def _words(self, release: sc.Release) -> dict[str, Any]:
        words = release.series.localizations[0]
        return {"title": words.title, "text": words.synopsis}

    def _listed(self, release: sc.Release, progress: sc.Progress) -> Any:
        """Find the post whose answer was lost; silence is proof of nothing."""
        hit = self._hit(release)
        asked_at = datetime.fromisoformat(progress.saved["asked_at"])
        if hit is None and self.http.now() < asked_at + LAG:
            raise sc.Retry("Acme's listing lags; it is looked for again", after=20)
        return hit

    def _hit(self, release: sc.Release) -> Any:
        found = self._ask("GET", "/v1/posts", params={"reference": str(release.key)})["posts"]
        return found[0]["id"] if found else None

    def _look(self, post: str) -> sc.Receipt | sc.Pending:
        found = self._ask("GET", f"/v1/posts/{post}")
        if found["status"] != "public":
            return sc.Pending(after=10, note=found["status"])
        return sc.Receipt(remote_id=post, url=found["url"])

    def _live(self, release: sc.Release) -> str:
        if release.receipt is None:
            raise sc.Refused("action", "there is no receipt of what is to be changed")
        return release.receipt.remote_id

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        """Return Acme's answer as JSON; one without any may have come after the effect."""
        found = self.http.request(method, path, **more)
        if not isinstance(found, dict):
            raise sc.AnswerLost(f"{method} {path}: the answer cannot be read")
        return found
