"""The local server over real sockets: what a static host does, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from syndicator_standalone_app.serving import make_server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    app = tmp_path / "app"
    (app / "media").mkdir(parents=True)
    (app / ".entries").mkdir()
    for name, content in {
        "index.html": "<!doctype html>", "catalog.json": "{}", "app.js": "1",
        "media/segment.m4s": "0123456789", "media/master.m3u8": "#EXTM3U", "media/en.vtt": "WEBVTT",
        ".entries/secret.json": "{}", "manifest.webmanifest": "{}",
    }.items():  # fmt: skip
        (app / name).write_text(content)
    (tmp_path / "outside.txt").write_text("outside")
    (app / "link.txt").symlink_to(tmp_path / "outside.txt")
    return app


@pytest.fixture
def client(folder: Path) -> Iterator[httpx.Client]:
    server = make_server(folder, territory="BR")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with httpx.Client(base_url=server.url) as found:
        yield found
    server.shutdown()
    server.server_close()
    thread.join()


RANGES = [
    ("bytes=0-3", 206, "0123", "bytes 0-3/10"),
    ("bytes=4-", 206, "456789", "bytes 4-9/10"),
    ("bytes=-3", 206, "789", "bytes 7-9/10"),
    ("bytes=8-99", 206, "89", "bytes 8-9/10"),
    ("bytes=10-", 416, "", "bytes */10"),
    ("bytes=5-2", 416, "", "bytes */10"),
    ("lines=1-2", 200, "0123456789", None),
]


@pytest.mark.parametrize(("asked", "status", "text", "given"), RANGES)
def test_byte_ranges(client: httpx.Client, asked: str, status: int, text: str, given) -> None:
    answer = client.get("/media/segment.m4s", headers={"Range": asked})
    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers.get("Content-Range") == given


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, folder: Path) -> None:
    tag = client.get("/catalog.json").headers["ETag"]
    again = client.get("/catalog.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    (folder / "catalog.json").write_text('{"new": 1}')
    assert client.get("/catalog.json", headers={"If-None-Match": tag}).status_code == 200


TYPES = {
    "/": "text/html", "/app.js": "text/javascript", "/media/master.m3u8": "mpegurl",
    "/media/en.vtt": "text/vtt", "/catalog.json": "application/json",
    "/manifest.webmanifest": "manifest+json",
}  # fmt: skip


@pytest.mark.parametrize("path", TYPES)
def test_content_types(client: httpx.Client, path: str) -> None:
    assert TYPES[path] in client.get(path).headers["Content-Type"]


def test_caching_is_as_the_layout_says(client: httpx.Client) -> None:
    assert client.get("/catalog.json").headers["Cache-Control"] == "no-cache"
    assert "immutable" in client.get("/media/segment.m4s").headers["Cache-Control"]


HIDDEN = [
    "/.entries/secret.json", "/%2eentries/secret.json", "/..%2foutside.txt", "/%2e%2e/outside.txt",
    "/media/../../outside.txt", "/link.txt", "/nothing", "/media", "/app.js/x", "/a%00b",
]  # fmt: skip


@pytest.mark.parametrize("path", HIDDEN)
def test_nothing_else_is_given_out(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (404, b"")
    assert client.get("/app.js").status_code == 200, "the connection goes on"


def test_where_and_heads_and_other_methods(client: httpx.Client) -> None:
    assert client.get("/where.json").json() == {"territory": "BR"}
    head = client.head("/media/segment.m4s")
    assert (head.headers["Content-Length"], head.content) == ("10", b"")
    assert client.post("/catalog.json").status_code == 501
