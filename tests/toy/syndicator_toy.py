"""A platform in a folder, for tests: every post is a line in a file, and posting twice shows.

It keeps no promise for its adapter: posting is not idempotent, an answer can be lost, the platform
can be slow, down, or say no. `toy_native` opens territories one by one; `toy` shows everywhere at
once.
"""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import syndicator.channel as sc


class Platform:
    """What the platform has; one file of lines for posts, one for openings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, file: str, **line: Any) -> None:
        data = (json.dumps(line) + "\n").encode()
        handle = os.open(self.folder / file, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        try:
            os.write(handle, data)
        finally:
            os.close(handle)

    def lines(self, file: str) -> list[dict[str, Any]]:
        path = self.folder / file
        if not path.exists():
            return []
        return [json.loads(text) for text in path.read_text().splitlines()]

    def post(self, key: str) -> dict[str, Any] | None:
        return next((each for each in self.lines("posts.jsonl") if each["key"] == key), None)

    def answer(self, word: str) -> str:
        """Return what the platform is told to answer next, and forget it: one word a line."""
        path = self.folder / f"{word}.next"
        if not path.exists():
            return ""
        words = path.read_text().split()
        if not words:
            return ""
        path.write_text("\n".join(words[1:]))
        return words[0]


VERDICTS = {
    "retry": lambda: sc.Retry("come back later", after=1),
    "rate": lambda: sc.RateLimited("too many requests"),
    "quota": lambda: sc.QuotaSpent("no more today"),
    "down": lambda: sc.ChannelDown("the platform is down"),
    "sign-in": lambda: sc.SignInAgain("the token was revoked"),
    "refused": lambda: sc.Refused("title", "the title is not to our taste"),
    "bug": lambda: KeyError("nobody thought of this"),
    "unknown": lambda: sc.Unknown("was it posted?"),
}


def verdict(word: str) -> Exception:
    """Return what the platform says by that word."""
    return VERDICTS[word]()


class Toy(sc.Channel):
    """Shows everywhere at once."""

    name = "toy"
    options_schema = {
        "type": "object",
        "properties": {
            "folder": {"type": "string", "description": "Where the platform keeps its posts."},
            "slow": {"type": "number", "description": "Seconds that a post takes."},
            "daily": {"type": "integer", "description": "Not used by the adapter."},
            "workspace": {"type": "string"},
        },
        "required": ["folder"],
        "additionalProperties": False,
    }
    capabilities = sc.Capabilities(
        platform="Toy", title_max=100, reconcile=sc.Reconcile.MARKER, seconds=(0.1, 600)
    )

    @property
    def platform(self) -> Platform:
        return Platform(Path(self.options["workspace"]) / self.options["folder"])

    def check(self) -> sc.Account:
        word = self.platform.answer("check")
        if word:
            raise verdict(word)
        return sc.Account(name="toy account")

    def review(self, release: sc.Release) -> list[sc.Reason]:
        rude = "rude" in release.title
        return [sc.Reason("taste", "the title is not to our taste")] if rude else []

    def publish(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        post = progress.once(
            "post", lambda: self._post(release, progress), lost=self._find(release)
        )
        if self.platform.answer("pending"):
            return sc.Pending(after=1, note="moderation")
        return sc.Receipt(remote_id=post["id"], url=f"toy://{post['id']}")

    def poll(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        return sc.Receipt(remote_id=progress.saved["post"]["id"])

    def find(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | None:
        post = self.platform.post(str(release.key))
        return sc.Receipt(remote_id=post["id"]) if post else None

    def withdraw(self, release: sc.Release, progress: sc.Progress) -> sc.Gone | sc.Pending:
        self.platform.add("gone.jsonl", key=str(release.key), territories=str(release.territories))
        return sc.Gone(territories=release.territories)

    def update(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        self.platform.add("updates.jsonl", key=str(release.key), title=release.title)
        return release.receipt or sc.Receipt(remote_id="?")

    def metrics(self, release: sc.Release) -> list[sc.Figure]:
        word = self.platform.answer("metrics")
        if word in VERDICTS:
            raise verdict(word)
        return [
            sc.Figure(
                metric=line["metric"],
                value=line["value"],
                territory=line.get("territory"),
                day=date.fromisoformat(line["day"]) if "day" in line else None,
                as_of=self.http.now(),
                currency=line.get("currency"),
            )
            for line in self.platform.lines("figures.jsonl")
            if line["cut"] == release.key.cut
        ]

    def _find(self, release: sc.Release) -> Any:
        return lambda: self.platform.post(str(release.key)) or sc.ABSENT

    def _post(self, release: sc.Release, progress: sc.Progress) -> dict[str, Any]:
        word = self.platform.answer("post")
        if word in VERDICTS:
            raise verdict(word)
        time.sleep(float(self.options.get("slow", 0)))  # noqa: TID251 - a slow platform
        size = release.media.stat().st_size
        progress.bytes(size)
        post = {"id": f"{release.key.cut}-{os.getpid()}-{time.monotonic_ns()}"}
        self.platform.add("posts.jsonl", key=str(release.key), size=size, **post)
        if word == "lost":
            raise sc.AnswerLost("the connection broke")
        if word == "die":
            os.kill(os.getpid(), 9)
        return post


class ToyNative(Toy):
    """Hides staged bytes, and opens territories one by one."""

    name = "toy_native"
    capabilities = sc.Capabilities(
        platform="ToyNative",
        territory_control=sc.TerritoryControl.NATIVE,
        reconcile=sc.Reconcile.NATIVE_KEY,
    )

    def stage(self, release: sc.Release, progress: sc.Progress) -> None:
        word = self.platform.answer("stage")
        if word in VERDICTS:
            raise verdict(word)
        progress.remember("staged", lambda: {"size": release.media.stat().st_size})
        progress.bytes(progress.saved["staged"]["size"])
        time.sleep(float(self.options.get("slow", 0)))  # noqa: TID251 - a slow platform

    def extend(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        self.platform.add("opened.jsonl", key=str(release.key), to=str(release.territories))
        return sc.Receipt(remote_id=release.receipt.remote_id, territories=release.territories)


@sc.hookimpl
def register_adapters() -> list[type[sc.Channel]]:
    return [Toy]


class Native:
    """The second entry point's plugin."""

    @staticmethod
    @sc.hookimpl
    def register_adapters() -> list[type[sc.Channel]]:
        return [ToyNative]


native = Native()
