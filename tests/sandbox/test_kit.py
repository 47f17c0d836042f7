"""The parts of a sandbox: routes, bodies, faults at the socket, state, clock, page."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from syndicator.channel.sandbox import BadBody, Post, Reply, Request, Sandbox, route

TIMES = 3


class Acme(Sandbox):
    name = "acme"
    body_timeout = 0.5
    defaults = {"moderates": False}

    @route("POST", "/v1/posts")
    def post(self, request: Request) -> Reply:
        title = request.json()["title"]
        id_ = str(self.store.next("posts"))
        self.store.put("posts", id_, {"id": id_, "title": title, "media": None})
        return Reply(201, json={"id": id_})

    @route("PUT", "/v1/media/{name}", stream=True)
    def upload(self, request: Request, name: str) -> Reply:
        announced = request.length
        with (self.media / name).open("wb") as file:
            stored = request.copy_to(file)
        with self.lock:
            self.store.put("posts", name, {"id": name, "title": name, "media": name})
        return Reply(200 if stored == announced else 400, json={"stored": stored})

    @route("POST", "/v1/form")
    def form(self, request: Request) -> Reply:
        return Reply(json=request.form())

    @route("GET", "/v1/bug")
    def bug(self, request: Request) -> Reply:
        raise KeyError("nobody thought of this")

    def posts(self) -> list[Post]:
        return [
            Post(id=each["id"], title=each["title"], status="live", visible=True,
                 media=self.media / each["media"] if each["media"] else None)
            for each in self.store.all("posts")
        ]  # fmt: skip


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Acme]:
    with Acme(tmp_path / "acme") as sandbox:
        yield sandbox


@pytest.fixture
def client(acme: Acme) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=acme.url, timeout=5) as client:
        yield client


def test_a_handler_answers_and_the_log_says_so_without_the_token(acme, client) -> None:
    answer = client.post("/v1/posts", json={"title": "Ä"}, headers={"Authorization": "Bearer t0k"})
    assert (answer.status_code, answer.json()) == (201, {"id": "1"})
    (line,) = client.get("/_sandbox/log").json()
    assert line["path"] == "/v1/posts"
    assert line["json"] == {"title": "Ä"}
    assert line["signed"] is True
    assert "t0k" not in str(line)


def test_what_is_not_there_is_told_from_what_cannot_be_asked_so(client) -> None:
    assert client.get("/v1/nothing").status_code == 404
    assert client.get("/v1/posts").status_code == 405


def test_a_fault_of_the_sandbox_is_an_answer_that_shows_it(client) -> None:
    answer = client.get("/v1/bug")
    assert answer.status_code == 500
    assert "nobody thought of this" in answer.text


def test_bodies_are_what_they_say(client) -> None:
    assert client.post("/v1/posts", content=b"{").status_code == 400
    assert client.post("/v1/form", data={"a": "1 2", "b": ""}).json() == {"a": "1 2", "b": ""}


def test_a_body_that_ends_early_is_refused_in_time(acme: Acme) -> None:
    with socket.create_connection(("127.0.0.1", acme.port), timeout=5) as raw:
        raw.sendall(b"POST /v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{}")
        assert b"400" in raw.recv(4096).split(b"\r\n")[0]
    assert acme.posts() == []


def test_a_stream_goes_to_the_disk_whole(acme, client) -> None:
    data = os.urandom(5_000_000)
    assert client.put("/v1/media/a.mp4", content=data).json() == {"stored": len(data)}
    assert (acme.media / "a.mp4").read_bytes() == data


@pytest.mark.parametrize(
    ("kind", "more", "left"),
    [
        ("lost_before", {}, 0),
        ("lost_after", {}, 1),
        ("reset_in_body", {}, 0),
    ],
)
def test_an_answer_can_be_lost_before_and_after_the_effect(acme, client, kind, more, left) -> None:
    acme.faults.add(kind, path="/v1/posts", **more)
    with pytest.raises(httpx.TransportError):
        client.post("/v1/posts", json={"title": "x" * 300_000})
    assert len(acme.posts()) == left
    assert client.post("/v1/posts", json={"title": "again"}).status_code == 201


def test_a_part_of_a_stream_can_be_stored(acme, client) -> None:
    acme.faults.add("partial", bytes=1000)
    with pytest.raises(httpx.TransportError):
        client.put("/v1/media/a.mp4", content=b"x" * 5000)
    assert (acme.media / "a.mp4").stat().st_size == 1000


@pytest.mark.parametrize(("kind", "left"), [("status", 0), ("status_after", 1)])
def test_a_status_can_come_before_and_after_the_effect(acme, client, kind, left) -> None:
    client.post("/_sandbox/faults", json={"kind": kind, "status": 503, "retry_after": 7,
                                          "method": "POST", "path": "posts$"})  # fmt: skip
    answer = client.post("/v1/posts", json={"title": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert len(acme.posts()) == left


@pytest.mark.parametrize(("kind", "left"), [("garbage", 0), ("garbage_after", 1)])
def test_an_answer_can_be_garbage(acme, client, kind, left) -> None:
    acme.faults.add(kind)
    answer = client.post("/v1/posts", json={"title": "x"})
    assert answer.status_code == 200
    assert not answer.text.startswith("{")
    assert len(acme.posts()) == left


def test_faults_wait_for_their_turn_and_end(acme, client) -> None:
    acme.faults.add("status", status=500, after=1, times=2, path="/v1/form")
    said = [client.post("/v1/form", data={}).status_code for _ in range(5)]
    assert said == [200, 500, 500, 200, 200]
    acme.faults.add("revoked", account="a")
    assert acme.faults.take("revoked", account="b") is None
    assert acme.faults.take("revoked", account="a") is not None
    acme.faults.add("slow")
    assert client.delete("/_sandbox/faults").json() == []


def test_its_state_and_its_clock_survive_a_restart(tmp_path: Path) -> None:
    with Acme(tmp_path) as first:
        httpx.post(f"{first.url}/v1/posts", json={"title": "one"})
        httpx.post(f"{first.url}/_sandbox/clock", json={"now": "2031-01-01T00:00:00+00:00"})
        first.clock.advance(86_400)
    with Acme(tmp_path) as second:
        assert [post.title for post in second.posts()] == ["one"]
        assert f"{second.clock.now():%Y-%m-%d}" == "2031-01-02"
        assert second.store.next("posts") == 2


def test_stopping_hangs_up_on_everybody(tmp_path: Path) -> None:
    sandbox = Acme(tmp_path)
    sandbox.start()
    with httpx.Client(base_url=sandbox.url) as client:
        client.post("/v1/posts", json={"title": "x"})
        sandbox.stop()
        with pytest.raises(httpx.TransportError):
            client.post("/v1/posts", json={"title": "x"})


def test_the_page_shows_what_was_posted_as_text_and_plays_it(acme, client) -> None:
    client.post("/v1/posts", json={"title": "<script>alert(1)</script>"})
    client.put("/v1/media/a.mp4", content=b"0123456789")
    page = client.get("/_sandbox/")
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "/_sandbox/media/a.mp4" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    part = client.get("/_sandbox/media/a.mp4", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, b"2345")
    assert part.headers["Content-Range"] == "bytes 2-5/10"
    assert client.get("/_sandbox/media/../state.db").status_code == 404
    assert [each["title"] for each in client.get("/_sandbox/posts").json()][1] == "a.mp4"


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("clock", {"now": "soon"}),
        ("faults", {"path": "x"}),
        ("faults", {"kind": "slow", "path": "("}),
    ],
)
def test_nonsense_about_the_sandbox_is_refused(client, path, wish) -> None:
    assert client.post(f"/_sandbox/{path}", json=wish).status_code in {400, 500}


def test_a_profile_is_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="moderate: this sandbox can set moderates"):
        Acme(tmp_path, profile={"moderate": True})


def test_a_body_can_be_too_long(tmp_path: Path) -> None:
    with tempfile.TemporaryFile() as file:
        request = Request("POST", "/", {}, {"content-length": "17000000"}, "", file, 17_000_000)
        with pytest.raises(BadBody, match="longer than"):
            request.body()


def test_a_handler_that_hides_another_is_a_mistake_and_an_override_is_none(tmp_path: Path) -> None:
    class Hides(Acme):
        @route("GET", "/v2/posts")
        def post(self, request: Request) -> Reply:
            return Reply()

    class Overrides(Acme):
        def form(self, request: Request) -> Reply:
            return Reply(json={"mine": True})

    with pytest.raises(TypeError, match="post is hidden"):
        Hides(tmp_path / "hides")
    with Overrides(tmp_path / "overrides") as sandbox:
        assert httpx.post(f"{sandbox.url}/v1/form").json() == {"mine": True}
