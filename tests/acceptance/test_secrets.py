"""Nothing secret is ever shown or kept where it does not belong, whatever goes wrong.

A workspace is released to the sandboxes under each fault. Then everything that came out is searched
for every secret there was: client secrets, tokens, and the addresses that uploads go to. Where they
may be is the file of credentials, the file of tokens and the key that seals checkpoints.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from syndicator_tiktok.sandbox.server import TikTok
from syndicator_youtube_shorts.sandbox.server import YouTube

from syndicator.channel.sandbox import Sandbox
from syndicator.cli import main

CATALOG = Path(__file__).resolve().parents[2] / "examples/two-series/catalog/lantern-street"
SECRET = "MARKED-client-secret-5fA1"

CONFIGS = {
    TikTok: """
[channels.{name}]
adapter = "tiktok"
mode = "direct"
privacy_level = "PUBLIC_TO_EVERYONE"
audited = true
""",
    YouTube: """
[channels.{name}]
adapter = "youtube_shorts"
""",
}
CLIENTS = {
    TikTok: {"client_key": "sandbox-key", "client_secret": SECRET},
    YouTube: {"client_id": "sandbox-client", "client_secret": SECRET},
}
COMMON = """
credentials = "file:client.json"
territories = ["BR"]
territory_limit = "audience"
api_base = "{url}"
"""
SERIES = """
id: s
original_language: en
localizations: {en: {title: A Series}}
episodes: {count: 2}
"""
CALENDAR = """
series: s
time_zone: UTC
drops: [{episodes: 1-2, at: 2026-01-01 20:00}]
channels: {plat: }
waves: [{name: pilot, territories: [BR]}]
"""
ALLOWED = {"client.json", "key"}

FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("nothing", {}), ("lost_before", {}), ("lost_after", {}), ("reset_in_body", {}),
    ("partial", {"bytes": 100}),
    ("garbage", {}), ("garbage_after", {}), ("status", {"status": 429, "retry_after": 1}),
    *(("status", {"status": status}) for status in (400, 401, 403, 404, 500, 502, 503, 504)),
    ("status_after", {"status": 500}), ("revoked", {}), ("oauth_error", {"error": "invalid_grant"}),
    ("oauth_error", {"error": "server_error", "status": 503}), ("url_expired", {}),
    ("session_gone", {}), ("reject", {"reason": "spam_risk"}),
]  # fmt: skip
KINDS = [(kind, json.dumps(more)) for kind, more in FAULTS]


@pytest.fixture(params=[TikTok, YouTube], ids=lambda kind: kind.name)
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sandbox]:
    quick = {
        "client_secret": SECRET, "auto_consent": True, "processing_seconds": 0, "token_seconds": 2,
    }  # fmt: skip
    if request.param is TikTok:
        quick["moderation_seconds"] = 0
    with request.param(tmp_path / "platform", profile=quick) as sandbox:
        yield sandbox


@pytest.fixture
def studio(platform: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "studio"
    home = folder / "catalog" / "s"
    home.mkdir(parents=True)
    for name in ("ep001.mp4", "ep002.mp4", "ep001.en.vtt", "poster.jpg"):
        shutil.copy(CATALOG / name, home)
    (home / "series.yaml").write_text(SERIES)
    (folder / "calendars").mkdir()
    (folder / "calendars/s.yaml").write_text(CALENDAR)
    config = CONFIGS[type(platform)] + COMMON
    (folder / "syndicator.toml").write_text(config.format(name="plat", url=platform.url))
    (folder / "client.json").write_text(json.dumps(CLIENTS[type(platform)]))
    (folder / "client.json").chmod(0o600)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    threads = []

    def consents(url: str, *_: object) -> bool:
        get = threading.Thread(target=httpx.get, args=(url,), kwargs={"follow_redirects": True})
        get.start()
        threads.append(get)
        return True

    monkeypatch.setattr(webbrowser, "open", consents)
    yield folder
    for thread in threads:
        thread.join()


@pytest.fixture
def shell(studio: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return how to run a command; it answers all that was printed, whatever its exit code."""

    def run(*words: str) -> str:
        with pytest.raises(SystemExit):
            main(["-C", str(studio), *words])
        out, err = capsys.readouterr()
        return str(out + err)

    return run


def secrets_of(platform: Sandbox) -> set[str]:
    """Return every secret that the platform ever gave, and ours."""
    found = {SECRET}
    for table in ("tokens", "refreshes", "codes", "sessions"):
        found |= {id_ for id_, _ in platform.store.items(table)}
    return found | {task["upload_token"] for task in platform.store.all("tasks")}


def kept_by(studio: Path) -> dict[str, bytes]:
    """Return all that lies in the workspace, where secrets do not belong."""
    tokens = studio / ".syndicator" / "tokens"
    return {
        str(path.relative_to(studio)): path.read_bytes()
        for path in studio.rglob("*")
        if path.is_file() and path.name not in ALLOWED and not path.is_relative_to(tokens)
    }


def make_due(studio: Path) -> None:
    database = sqlite3.connect(studio / "syndicator.db")
    database.execute("UPDATE release SET next_ms = 0 WHERE next_ms IS NOT NULL AND at_ms < 2e12")
    database.execute("DELETE FROM pause")
    database.commit()
    database.close()


@pytest.mark.parametrize(("kind", "more"), KINDS, ids=str)
def test_no_secret_comes_out_whatever_goes_wrong(
    platform: Sandbox, studio: Path, shell: Callable[..., str], tmp_path: Path, kind: str, more: str
) -> None:
    printed = [shell("channels", "auth", "plat")]
    assert "Signed in" in printed[0]
    for number in range(9):
        platform.faults.clear()
        platform.faults.add(kind, after=number, times=2, **json.loads(more))
        platform.clock.advance(5)  # the token has expired, and is renewed under the fault
        printed.append(shell("release"))
        make_due(studio)
    platform.faults.clear()
    printed += [
        shell("status"), shell("status", "--json"), shell("show", "--json"), shell("channels"),
        shell("channels", "--check"), shell("explain", "s/ep001/plat/pilot/publish"),
        shell("plan", "--check"), shell("reconcile"), shell("ledger"),
        shell("status", "--html", str(studio / "status.html")),
        shell("channels", "forget", "plat"),
    ]  # fmt: skip
    logs = {str(path): path.read_bytes() for path in tmp_path.glob("*.txt")}
    everything = {"the terminal": "\n".join(printed).encode(), **kept_by(studio), **logs}
    assert "syndicator.db" in everything
    known = secrets_of(platform)
    assert len(known) >= 4, "there was something to hide"
    if kind == "nothing":
        assert len([post for post in platform.posts() if post.visible]) == 2
        uploads = [*platform.store.items("sessions"), *platform.store.items("tasks")]
        assert len(uploads) == 2, "their addresses are among what is searched for"
    shown = [
        (where, secret[:12])
        for secret in known
        for where, content in everything.items()
        if secret.encode() in content
    ]
    assert shown == []


def test_the_search_finds_what_is_there(platform: Sandbox, studio: Path) -> None:
    token = platform.grant()["access_token"]  # type: ignore[attr-defined]
    (studio / "leak.log").write_text(f"GET /x Authorization: Bearer {token}")
    assert any(secret.encode() in kept_by(studio)["leak.log"] for secret in secrets_of(platform))
