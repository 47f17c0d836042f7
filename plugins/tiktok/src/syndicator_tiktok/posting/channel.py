"""The adapter: TikTok's Content Posting API as a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs

import syndicator.channel as sc
from syndicator_tiktok.envelope import read
from syndicator_tiktok.oauth import API, USER_SIGN_IN
from syndicator_tiktok.posting import review, webhooks
from syndicator_tiktok.posting.bodies import Creator
from syndicator_tiktok.posting.figures import figures
from syndicator_tiktok.posting.options import POSTS_PER_DAY, SCHEMA, Options
from syndicator_tiktok.posting.sending import PUBLISH, Sending
from syndicator_tiktok.posting.status import post_ids, receipt

if TYPE_CHECKING:
    from syndicator.channel.sandbox import Sandbox
    from syndicator.channel.testing import Trial

MINUTE = timedelta(minutes=1)
BUSINESS = ("free", "ad_supported")
STUDIO = "https://www.tiktok.com/tiktokstudio/content"


def quotas(posts_per_day: int) -> tuple[sc.Quota, ...]:
    """Return the limits of one user token.

    developers.tiktok.com/doc/tiktok-api-v2-rate-limit; the daily cap is not fixed by the page.
    """

    def per_minute(name: str, amount: int) -> sc.Quota:
        return sc.Quota(name=name, amount=amount, per=MINUTE, operations=(), sliding=True)

    return (
        per_minute("init", 6),
        per_minute("status", 30),
        per_minute("creator_info", 20),
        per_minute("video", 600),
        sc.Quota(name="posts", amount=posts_per_day, per=timedelta(days=1), operations=()),
    )


class Posting(sc.Channel):
    """Posts on an ordinary profile, directly or as drafts that a person finishes."""

    name = "tiktok"
    options_schema = SCHEMA
    base_url = API
    sign_in = USER_SIGN_IN
    capabilities = sc.Capabilities(
        platform="TikTok",
        reconcile=sc.Reconcile.HANDLE,
        settles=timedelta(minutes=5),
        quotas=quotas(POSTS_PER_DAY),
        seconds=(1, review.SECONDS_MAX),
        size_max=review.SIZE_MAX,
        video_codecs=review.CODECS,
        business_models=BUSINESS,
    )

    @classmethod
    def tuned(cls, options: Mapping[str, Any]) -> sc.Capabilities:
        amount = options.get("posts_per_day", POSTS_PER_DAY)
        most = amount if isinstance(amount, int) and amount > 0 else POSTS_PER_DAY
        return attrs.evolve(cls.capabilities, quotas=quotas(most))

    @classmethod
    def sandbox(cls) -> type[Sandbox]:
        from syndicator_tiktok.sandbox.server import TikTok

        return TikTok

    @classmethod
    def trial(cls) -> Trial:
        from syndicator_tiktok.trials import POSTING

        return POSTING

    @property
    def _options(self) -> Options:
        return Options.of(self.options)

    def check(self) -> sc.Account:
        options = self._options
        if options.is_inbox:
            return self._user()
        answer = self.http.exchange(
            "POST",
            f"{PUBLISH}/creator_info/query/",
            repeatable=True,
            changes=False,
            costs={"creator_info": 1},
        )
        creator = Creator.of(read(answer, self.http, safe=True))
        notes = [f"offers {', '.join(creator.levels)}"]
        if creator.seconds_max:
            notes.append(f"videos up to {creator.seconds_max} s")
        if not options.audited:
            notes.append("not audited: private accounts only, SELF_ONLY, 5 creators a day")
        name = f"{creator.nickname} (@{creator.username})"
        url = f"https://www.tiktok.com/@{creator.username}"
        return sc.Account(name=name, url=url, notes=notes)

    def _user(self) -> sc.Account:
        answer = self.http.exchange(
            "GET", "/v2/user/info/", params={"fields": "open_id,display_name"}
        )
        user = read(answer, self.http, safe=True).get("user") or {}
        note = "drafts only: a person finishes each post in the TikTok app, at most 5 within 24 h"
        return sc.Account(name=str(user.get("display_name", "")), notes=[note])

    def review(self, release: sc.Release) -> Sequence[sc.Reason]:
        return review.review(release, self._options)

    def cost(self, release: sc.Release) -> Mapping[str, int]:  # noqa: ARG002 - all cost the same
        return {} if self._options.is_inbox else {"posts": 1}

    def publish(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        if "publish_id" not in progress.saved and not progress.is_asking:
            for reason in review.review(release, self._options)[:1]:
                raise sc.Refused(reason.code, reason.text)
        return self._sending(release, progress).go_on()

    def poll(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        return self._sending(release, progress).go_on()

    def find(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | None:
        if "publish_id" not in progress.saved:
            return None  # a post that looks alike proves nothing, and adopting it might be wrong
        data = self._sending(release, progress).ask()
        if data.get("status") != "PUBLISH_COMPLETE":
            return None
        return receipt(post_ids(data), progress.saved)

    def by_hand(self, operation: str, release: sc.Release) -> sc.Task | None:
        where = release.receipt.url if release.receipt and release.receipt.url else STUDIO
        if operation == "withdraw":
            text = (
                "Delete the post in the TikTok app or in TikTok Studio: no program can. "
                "Look at the profile that it is gone, then confirm."
            )
            return sc.Task(text, url=where)
        if operation == "update":
            text = (
                "Change the post in the TikTok app, as far as it lets you: no program can. "
                "Its caption is to be:\n" + self._caption(release)
            )
            return sc.Task(text, url=where)
        return None

    def _caption(self, release: sc.Release) -> str:
        from syndicator_tiktok.posting.bodies import text_of

        return text_of(release, self._options)

    def metrics(self, release: sc.Release) -> Sequence[sc.Figure]:
        if release.receipt is None or not release.receipt.remote_id.isdigit():
            return []  # private posts have no id, and no figures
        return figures(self.http, release.receipt.remote_id)

    def hear(self, headers: Mapping[str, str], body: bytes) -> Sequence[sc.Heard]:
        tolerance = self._options.webhook_tolerance
        return webhooks.hear(headers, body, self.client_secret(), self.http.now(), tolerance)

    def _sending(self, release: sc.Release, progress: sc.Progress) -> Sending:
        return Sending(self, release, progress, self._options)
