"""A TikTok on this machine, releases to give it, and a disk that can lose power."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest
from syndicator_tiktok.minis.channel import Minis
from syndicator_tiktok.posting.channel import Posting
from syndicator_tiktok.sandbox.server import TikTok

import syndicator.channel as sc
from syndicator.channel._http import Http
from syndicator.model.terms import Terms
from syndicator.model.work import (
    Companion,
    Cut,
    CutKind,
    File,
    Localization,
    MediaFacts,
    Series,
    Variant,
)

AT = datetime(2026, 12, 1, 20, tzinfo=UTC)
WORLD = sc.Territories.parse(["WORLD"])


class Died(BaseException):
    """The power went."""


class Disk:
    """What survives; loses power before or after a write when told to."""

    def __init__(self, *, dies_at: int = 0, before: bool = False) -> None:
        self.saved: dict[str, Any] = {}
        self.asked: tuple[str, ...] = ()
        self.writes = 0
        self.sent = 0
        self._dies_at = dies_at
        self._before = before

    def write(self, saved: Any, asked: Any) -> None:
        self.writes += 1
        if self.writes == self._dies_at and self._before:
            raise Died
        self.saved, self.asked = json.loads(json.dumps(saved)), tuple(asked)
        if self.writes == self._dies_at:
            raise Died

    def count(self, number: int) -> None:
        self.sent += number

    def should_stop(self) -> bool:
        return False

    def progress(self, key: str) -> sc.Progress:
        return sc.Progress(key, self, saved=self.saved, asked=self.asked)


class Studio:
    """A workspace with one series, and a channel to the sandbox."""

    def __init__(self, folder: Path, sandbox: TikTok) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.tokens = sandbox.grant()
        self._open: list[Http] = []

    def channel(self, kind: type[sc.Channel] = Posting, **options: Any) -> Any:
        token = self.tokens["access_token"]
        http = Http(
            self.sandbox.url, credentials=lambda: sc.Secret(token), now=self.sandbox.clock.now,
            app=lambda: ("sandbox-key", sc.Secret("sandbox-secret")), timeout=10,
        )  # fmt: skip
        self._open.append(http)
        defaults = {"mode": "direct", "privacy_level": "PUBLIC_TO_EVERYONE", "audited": True}
        given = {**defaults, "api_base": self.sandbox.url, "workspace": str(self.folder), **options}
        given = {name: value for name, value in given.items() if value is not None}
        if kind is Posting:
            jsonschema.validate(given, Posting.options_schema)
        return kind(given, http, account="tiktok-br")

    def minis(self, **options: Any) -> Any:
        """Return a channel to the mini-app's media library."""
        token = self.sandbox.client_token()
        http = Http(
            self.sandbox.url, credentials=lambda: sc.Secret(token), now=self.sandbox.clock.now,
            app=lambda: ("sandbox-key", sc.Secret("sandbox-secret")), timeout=10,
        )  # fmt: skip
        self._open.append(http)
        given = {
            "api_base": self.sandbox.url, "workspace": str(self.folder), "space_name": "dramas",
            "byteplus_account_id": "2100", "byteplus_region": "ap-southeast-1",
            "public_url": f"{self.sandbox.url}/_sandbox/media/", "tags": {"*": [7]}, **options,
        }  # fmt: skip
        jsonschema.validate(given, Minis.options_schema)
        return Minis(given, http, account="minis-us")

    def file(self, name: str, content: bytes) -> File:
        """Return a file of the workspace that the sandbox can fetch as well."""
        (self.folder / name).write_bytes(content)
        (self.sandbox.media / name).write_bytes(content)
        sha256 = hashlib.sha256(content + name.encode()).hexdigest()
        return File(path=name, size=len(content), sha256=sha256)

    def episode(self, number: int = 1, *, english: bool = True, **more: Any) -> sc.Release:
        """Return a release with all that an episode of an album needs."""
        release = self.release(number, **more)
        video = self.file(f"ep{number:03d}.mp4", b"video %d" % number)
        tag = "en" if english else "pt-BR"
        captions = (Companion(file=self.file(f"ep{number:03d}.vtt", b"WEBVTT\n"), language=tag),)
        cut = attrs.evolve(
            release.cut, captions=captions,
            variants=(attrs.evolve(release.cut.media, file=video),),
            posters=(Companion(file=self.file("poster.png", b"picture")),),
        )  # fmt: skip
        key = release.key._replace(channel="minis-us")
        return attrs.evolve(release, cut=cut, key=key)

    def release(
        self, number: int = 1, size: int = 1000, *, territories: Any = WORLD, **more: Any
    ) -> sc.Release:
        path = self.folder / f"ep{number:03d}.mp4"
        if not path.exists() or path.stat().st_size != size:
            with path.open("wb") as file:
                file.truncate(size)
        facts = MediaFacts(
            seconds=60.0, width=1080, height=1920, video_codec="h264", pixel_format="yuv420p",
            frame_rate=30.0, audio_codec="aac", **more.pop("facts", {}),
        )  # fmt: skip
        media = File(path=path.name, size=size, sha256="0" * 64)
        cut = Cut(
            id=f"ep{number:03d}", kind=CutKind.EPISODE, episodes=(number,),
            variants=(Variant(file=media, facts=facts),),
        )  # fmt: skip
        series = Series(
            id="lantern", original_language="en", production=more.pop("production", "animation"),
            localizations=(
                Localization("en", "Lantern Street", "Every night someone lights a lantern.",
                             ("mystery", "family drama")),
            ),
            episode_count=60,
        )  # fmt: skip
        key = sc.ReleaseKey("lantern", cut.id, "tiktok-br", "pilot", "publish")
        return sc.Release(
            key=key, action=sc.Action.PUBLISH, at=AT, territories=territories,
            terms=more.pop("terms", Terms()), series=series, cut=cut, workspace=self.folder, **more,
        )  # fmt: skip

    def close(self) -> None:
        for http in self._open:
            http.close()

    def visible(self) -> list[Any]:
        return [post for post in self.sandbox.posts() if post.visible]


def carry_out(
    channel: sc.Channel, release: sc.Release, disk: Disk, advance: Callable[[float], None],
    attempts: int = 60,
) -> sc.Receipt:  # fmt: skip
    """Play the dispatcher: call again after whatever happens, until there is proof."""
    polls = False
    for _ in range(attempts):
        progress = disk.progress(str(release.key))
        try:
            answer = (channel.poll if polls else channel.publish)(release, progress)
        except sc.RateLimited as limited:
            now = channel.http.now()
            advance(((limited.until or now) - now).total_seconds() + 1)
        except (sc.Retry, sc.AnswerLost, sc.ChannelDown) as error:
            advance(max(5.0, getattr(error, "after", None) or 0))
        else:
            if isinstance(answer, sc.Receipt):
                return answer
            polls = True
            advance(answer.after)
    raise AssertionError("it came to no end")


def _sibling(release: sc.Release, state: str, disk: Disk, receipt: Any) -> sc.Sibling:
    return sc.Sibling(key=release.key, cut=release.cut, state=state, saved=dict(disk.saved),
                      receipt=receipt)  # fmt: skip


class Drop:
    """Plays the dispatcher for releases that go together: each is staged, then published."""

    def __init__(
        self, channel: sc.Channel, releases: Sequence[sc.Release], disks: Sequence[Disk],
        earlier: Sequence[tuple[sc.Release, Disk]],
    ) -> None:  # fmt: skip
        self.channel = channel
        self.releases = releases
        self.disks = disks
        self.states: list[str] = ["planned"] * len(releases)
        self.receipts: list[Any] = [None] * len(releases)
        self.earlier = tuple(_sibling(x, "live", d, x.receipt) for x, d in earlier)

    def step(self, number: int) -> float:
        """Call the channel for one release; return how long to wait."""
        siblings = tuple(
            _sibling(self.releases[m], self.states[m], self.disks[m], self.receipts[m])
            for m in range(len(self.releases))
            if m != number
        )
        release = attrs.evolve(self.releases[number], drop=siblings, earlier=self.earlier)
        is_staged = self.states[number] in {"staged", "processing"}
        act = self.channel.publish if is_staged else self.channel.stage
        try:
            answer = act(release, self.disks[number].progress(str(release.key)))
        except (sc.Retry, sc.AnswerLost, sc.ChannelDown) as error:
            return float(getattr(error, "after", None) or 5.0)
        if isinstance(answer, sc.Receipt):
            self.receipts[number], self.states[number] = answer, "live"
        elif answer is None:
            self.states[number] = "staged"
        elif is_staged:
            self.states[number] = "processing"
        return answer.after if isinstance(answer, sc.Pending) else 0.0


def together(
    channel: sc.Channel, releases: Sequence[sc.Release], disks: Sequence[Disk],
    advance: Callable[[float], None], earlier: Sequence[tuple[sc.Release, Disk]] = (),
    rounds: int = 60,
) -> list[sc.Receipt]:  # fmt: skip
    """Play the dispatcher for a drop until all are proven."""
    drop = Drop(channel, releases, disks, earlier)
    for _ in range(rounds):
        left = [n for n in range(len(releases)) if drop.receipts[n] is None]
        if not left:
            return drop.receipts
        wait = max(drop.step(n) for n in left)
        for thread in threading.enumerate():
            if thread.name.endswith("-fetch"):
                thread.join(10)
        advance(max(wait, 1.0))
    raise AssertionError("it came to no end")


def follows(line: dict[str, Any]) -> None:
    """Assert that a logged request is one that the description knows, and that it fits."""
    description = json.loads(files("syndicator_tiktok").joinpath("description.json").read_text())
    (meant,) = [
        each for each in description["requests"]
        if each["method"] == line["method"] and re.search(each["path"], line["path"])
    ]  # fmt: skip
    assert line["signed"] is meant["signed"], line
    if "content_type" in meant:
        assert re.search(meant["content_type"], line["headers"]["content-type"]), line
    for name, pattern in meant.get("headers", {}).items():
        assert re.search(pattern, line["headers"][name]), line
    if "query" in meant:
        jsonschema.validate(line["query"], {"type": "object", **meant["query"]})
    if "body" in meant:
        jsonschema.validate(line["json"], {**meant["body"], "$defs": description["$defs"]})


@pytest.fixture
def profile() -> dict[str, Any]:
    return {}


@pytest.fixture
def sandbox(tmp_path: Path, profile: dict[str, Any]) -> Iterator[TikTok]:
    patient = {"token_seconds": 10**9, "client_token_seconds": 10**9, **profile}
    with TikTok(tmp_path / "tiktok", profile=patient) as found:
        yield found


@pytest.fixture
def studio(tmp_path: Path, sandbox: TikTok) -> Iterator[Studio]:
    folder = tmp_path / "studio"
    folder.mkdir()
    found = Studio(folder, sandbox)
    yield found
    found.close()


@pytest.fixture
def fetched() -> Callable[[TikTok], None]:
    """Return how to wait until the sandbox has fetched all that it was told to."""

    def wait(sandbox: TikTok) -> None:
        for thread in threading.enumerate():
            if thread.name == f"{sandbox.name}-fetch":
                thread.join(10)

    return wait


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def lost_power() -> type[Disk]:
    return Disk


@pytest.fixture
def died() -> type[Died]:
    return Died


@pytest.fixture
def until_live() -> Callable[..., sc.Receipt]:
    return carry_out


@pytest.fixture
def fits() -> Callable[[dict[str, Any]], None]:
    return follows


@pytest.fixture
def later(sandbox: TikTok) -> Callable[[timedelta], None]:
    return lambda span: sandbox.clock.advance(span.total_seconds())


@pytest.fixture
def all_live() -> Callable[..., list[sc.Receipt]]:
    return together
