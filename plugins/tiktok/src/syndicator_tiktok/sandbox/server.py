"""The sandbox: every surface of TikTok that the adapters use, at one address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from syndicator.channel.sandbox import Post
from syndicator_tiktok.sandbox import tasks
from syndicator_tiktok.sandbox.minis import MinisRoutes
from syndicator_tiktok.sandbox.webhooks import Messenger


class TikTok(MinisRoutes):
    """Accounts exist as soon as somebody consents for them; `profile` says how all behave."""

    name = "tiktok"
    defaults: ClassVar[Mapping[str, Any]] = {
        "client_key": "sandbox-key",
        "client_secret": "sandbox-secret",
        "account": "sandbox-studio",
        "auto_consent": False,
        "grants": [],
        "token_seconds": 7200,
        "refresh_seconds": 15_552_000,
        "refresh_grace": 0,
        "client_token_seconds": 7200,
        "rate_limits": True,
        "privacy": "public",
        "comment_disabled": False,
        "duet_disabled": False,
        "stitch_disabled": False,
        "max_seconds": 600,
        "unaudited": False,
        "posts_per_day": 15,
        "users_per_day": 100,
        "processing_seconds": 2,
        "moderation_seconds": 5,
        "verified_prefixes": [],
        "webhook_url": "",
        "minis_closed": False,
        "album_lag_seconds": 0,
        "review_seconds": 1_209_600,
        "urgent_review_seconds": 172_800,
        "unknown_client_keys": [],
    }

    def start(self) -> None:
        super().start()
        self._tell()

    def stop(self) -> None:
        messenger: Messenger | None = self.__dict__.pop("_messenger", None)
        if messenger:
            messenger.stop()
        super().stop()

    def serve_forever(self) -> None:
        self._tell()
        super().serve_forever()

    def _tell(self) -> None:
        if self.profile["webhook_url"]:
            messenger = Messenger(self)
            self.__dict__["_messenger"] = messenger
            messenger.start()

    def posts(self) -> list[Post]:
        now = self.clock.now()
        posted = [task for task in self.store.all("tasks") if task["complete_at"]]
        return [*(self._post(task, now) for task in posted), *self.episodes()]

    def _post(self, task: dict[str, Any], now: Any) -> Post:
        info = task["info"]
        return Post(
            id=task["post_id"] if tasks.public_at(task, now) else task["id"],
            title=info.get("title", "") or f"draft {task['id']}",
            status=tasks.status_of(task, now),
            visible=tasks.published_at(task, now) is not None,
            account=task["account"],
            media=self.media / task["media"],
            facts={
                "publish_id": task["id"],
                "size": task["size"],
                "fail_reason": tasks.fail_reason(task),
                **{name: value for name, value in info.items() if name != "title"},
            },
        )
