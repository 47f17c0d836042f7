"""A YouTube on this machine, Google's own client, releases to give it, and a disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import googleapiclient
import jsonschema
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient import discovery
from syndicator_youtube_shorts.sandbox.server import YouTube

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
DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


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

    def __init__(self, folder: Path, sandbox: YouTube) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.token = sandbox.grant()["access_token"]
        self.spent: list[dict[str, int]] = []
        self._open: list[Http] = []

    def channel(self, **options: Any) -> Any:
        from syndicator_youtube_shorts.channel import YouTubeShorts

        http = Http(
            self.sandbox.url, credentials=lambda: sc.Secret(self.token),
            now=self.sandbox.clock.now, timeout=10,
            app=lambda: ("sandbox-client", sc.Secret("sandbox-secret")),
            spend=lambda costs: self.spent.append(dict(costs)),
        )  # fmt: skip
        self._open.append(http)
        given = {"api_base": self.sandbox.url, "workspace": str(self.folder), **options}
        jsonschema.validate(given, YouTubeShorts.options_schema)
        return YouTubeShorts(given, http, account="youtube-us")

    def file(self, name: str, content: bytes) -> File:
        path = self.folder / name
        path.write_bytes(content)
        return File(path=name, size=len(content), sha256=f"{len(content):064d}")

    def release(
        self, number: int = 1, size: int = 1000, *, territories: Any = WORLD, action: Any = None,
        captions: tuple[str, ...] = ("en",), **more: Any,
    ) -> sc.Release:  # fmt: skip
        path = self.folder / f"ep{number:03d}.mp4"
        if not path.exists() or path.stat().st_size != size:
            with path.open("wb") as file:
                file.truncate(size)
        facts = MediaFacts(
            seconds=60.0, width=1080, height=1920, video_codec="h264", pixel_format="yuv420p",
            frame_rate=30.0, audio_codec="aac", **more.pop("facts", {}),
        )  # fmt: skip
        media = File(path=path.name, size=size, sha256="0" * 64)
        said = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
        cut = Cut(
            id=f"ep{number:03d}", kind=CutKind.EPISODE, episodes=(number,),
            variants=(Variant(file=media, facts=facts),),
            captions=tuple(
                Companion(file=self.file(f"ep{number:03d}.{tag}.vtt", said), language=tag)
                for tag in captions
            ),
            posters=(Companion(file=self.file("poster.png", PNG)),),
            titles=more.pop("titles", ()),
        )  # fmt: skip
        series = Series(
            id="lantern", original_language="en", production=more.pop("production", "animation"),
            localizations=more.pop("localizations", (
                Localization("en", "Lantern Street", "Every night someone lights a lantern.",
                             ("mystery", "family drama")),
                Localization("pt-BR", "Rua da Lanterna", "Toda noite alguém acende uma lanterna."),
            )),
            episode_count=60, made_for_kids=more.pop("made_for_kids", False),
        )  # fmt: skip
        action = action or sc.Action.PUBLISH
        key = sc.ReleaseKey("lantern", cut.id, "youtube-us", "pilot", str(action))
        return sc.Release(
            key=key, action=action, at=AT, territories=territories,
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
    """Play the dispatcher: stage, then publish, again whatever happens, until proven."""
    staged = False
    for _ in range(attempts):
        progress = disk.progress(str(release.key))
        try:
            answer = (channel.publish if staged else channel.stage)(release, progress)
        except (sc.RateLimited, sc.QuotaSpent) as limited:
            now = channel.http.now()
            advance(((limited.until or now) - now).total_seconds() + 1)
        except (sc.Retry, sc.AnswerLost, sc.ChannelDown) as error:
            advance(max(5.0, getattr(error, "after", None) or 0))
        else:
            if isinstance(answer, sc.Receipt):
                return answer
            if isinstance(answer, sc.Pending):
                advance(answer.after)
            else:
                staged = True
    raise AssertionError("it came to no end")


@pytest.fixture
def profile() -> dict[str, Any]:
    return {}


@pytest.fixture
def sandbox(tmp_path: Path, profile: dict[str, Any]) -> Iterator[YouTube]:
    patient = {"token_seconds": 10**9, **profile}
    with YouTube(tmp_path / "youtube", profile=patient) as found:
        yield found


@pytest.fixture
def studio(tmp_path: Path, sandbox: YouTube) -> Iterator[Studio]:
    folder = tmp_path / "studio"
    folder.mkdir()
    found = Studio(folder, sandbox)
    yield found
    found.close()


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
def discovery_document() -> Callable[[str], dict[str, Any]]:
    return lambda name: json.loads((DOCUMENTS / f"{name}.json").read_text())


@pytest.fixture
def google(sandbox: YouTube, discovery_document: Any) -> Iterator[Any]:
    """Google's own client, pointed at the sandbox."""
    document = discovery_document("youtube.v3")
    document["rootUrl"] = document["baseUrl"] = f"{sandbox.url}/"
    document.pop("mtlsRootUrl", None)
    token = Credentials(token=sandbox.grant()["access_token"])
    with discovery.build_from_document(document, credentials=token) as client:
        yield client


@pytest.fixture(scope="session")
def studio_free(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], str]:
    """Return how a title becomes of a series' name and an episode's number."""
    from syndicator_youtube_shorts.options import Options
    from syndicator_youtube_shorts.words import said_in

    studio = Studio.__new__(Studio)
    studio.folder = tmp_path_factory.mktemp("words")

    def title(name: str, number: int) -> str:
        words = (Localization("en", name),)
        return said_in(studio.release(number, localizations=words), Options.of({}), "en")[0]

    return title
