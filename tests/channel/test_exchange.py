"""Exchanges over a real socket: unjudged answers, one renewal, streamed pieces, costs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from syndicator.channel import (
    Answer,
    AnswerLost,
    ChannelDown,
    FilePart,
    QuotaSpent,
    Retry,
    Secret,
    SignInAgain,
    Stopped,
)
from syndicator.channel._http import Http
from syndicator.channel._secret import Concealed

NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.path, dict(self.headers), body))
        if self.path == "/dies":
            self.close_connection = True
            return
        refused = self.path == "/old" and self.headers["Authorization"] == "Bearer old-token"
        status = (
            401 if refused else int(self.path.strip("/") or 200) if self.path[1:].isdigit() else 200
        )
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.send_header("X-Seen", "yes")
        self.end_headers()
        self.wfile.write(b"{}")

    do_PUT = do_GET = do_POST  # noqa: N815 - the library's names

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class Session:
    """An account whose first token has been revoked."""

    def __init__(self, renewed: str = "new-token") -> None:
        self.renewals = 0
        self.renewed = renewed

    def token(self) -> Secret:
        return Secret("old-token")

    def renew(self, refused: Secret) -> Secret:
        assert refused == Secret("old-token")
        self.renewals += 1
        return Secret(self.renewed)


@pytest.fixture
def client(server) -> Iterator[Http]:
    made = []

    def make(**more: object) -> Http:
        http = Http(f"http://127.0.0.1:{server.server_port}", now=lambda: NOW, **more)
        made.append(http)
        return http

    yield make
    for http in made:
        http.close()


@pytest.mark.parametrize("status", [200, 206, 307, 308, 400, 404, 429, 500, 503])
def test_an_answer_is_given_back_whatever_its_status(client, status: int) -> None:
    answer = client().exchange("POST", f"/{status}")
    assert answer == Answer(status, answer.headers, b"{}", "POST", f"/{status}")
    assert answer.header("X-seen") == "yes"
    assert answer.json() == {}
    assert answer.is_success is (status < 300)


def test_a_refused_token_is_renewed_once_and_the_request_repeated(client, server) -> None:
    session = Session()
    assert client(credentials=session).exchange("POST", "/old", json={"a": 1}).status == 200
    assert session.renewals == 1
    assert [body for _, _, body in server.seen] == [b'{"a":1}'] * 2


def test_a_token_that_is_refused_twice_is_the_adapter_s_business(client, server) -> None:
    session = Session("old-token")
    assert client(credentials=session).exchange("POST", "/old").status == 401
    assert session.renewals == 1
    assert len(server.seen) == 2


def test_the_platform_says_which_answers_mean_an_expired_token(client, server) -> None:
    session = Session()
    http = client(credentials=session, expired=lambda answer: False)
    assert http.exchange("POST", "/old").status == 401
    assert session.renewals == 0


def test_hosts_that_must_not_see_the_token_do_not(client, server) -> None:
    client(credentials=Session()).exchange("PUT", "/up", content=b"x", signed=False)
    assert "Authorization" not in server.seen[0][1]


def test_a_piece_of_a_file_is_streamed_with_its_length(client, server, tmp_path: Path) -> None:
    path = tmp_path / "media.mp4"
    path.write_bytes(bytes(range(256)) * 16_384)  # 4 MiB
    sent: list[int] = []
    part = FilePart(path, 1000, 3_000_000, sent=sent.append)
    client().exchange("PUT", "/up", content=part)
    (_, headers, body) = server.seen[0]
    assert headers["Content-Length"] == "3000000"
    assert "Transfer-Encoding" not in headers
    assert body == path.read_bytes()[1000:3_001_000]
    assert sum(sent) == 3_000_000
    assert len(sent) == 3


def test_a_file_that_became_shorter_is_not_taken_for_whole(client, server, tmp_path: Path) -> None:
    path = tmp_path / "media.mp4"
    path.write_bytes(b"x" * 10)
    with pytest.raises(Retry, match=r"media\.mp4 became shorter"):
        client().exchange("PUT", "/up", content=FilePart(path, 0, 11))
    with pytest.raises(Retry, match="cannot read gone"):
        client().exchange("PUT", "/up", content=FilePart(tmp_path / "gone", 0, 1))


def test_an_upload_ends_where_the_run_ends(client, tmp_path: Path) -> None:
    path = tmp_path / "media.mp4"
    path.write_bytes(b"x" * 10)
    with pytest.raises(Stopped):
        client().exchange("PUT", "/up", content=FilePart(path, 0, 10, should_stop=lambda: True))


def test_a_lost_answer_is_lost_and_one_that_may_be_repeated_is_asked_for_again(
    client, server
) -> None:
    with pytest.raises(AnswerLost, match="at /dies"):
        client().exchange("POST", "/dies")
    assert len(server.seen) == 1
    with pytest.raises(Retry):
        client().exchange("POST", "/dies", repeatable=True)
    assert len(server.seen) == 4


def test_nothing_was_sent_where_nobody_listens(client) -> None:
    http = Http("http://127.0.0.1:1", now=lambda: NOW)
    with pytest.raises(ChannelDown):
        http.exchange("POST", "/")
    http.close()


def test_what_it_costs_is_paid_before_anything_is_sent(client, server) -> None:
    paid: list[object] = []
    http = client(spend=paid.append)
    http.exchange("POST", "/", costs={"units": 50})
    http.exchange("POST", "/")
    assert paid == [{"units": 50}]

    def broke(costs: object) -> None:
        raise QuotaSpent("nothing left", until=NOW)

    with pytest.raises(QuotaSpent):
        client(spend=broke).exchange("POST", "/", costs={"units": 1})
    assert len(server.seen) == 2


def test_an_app_without_credentials_is_told_where_to_name_them(client) -> None:
    with pytest.raises(SignInAgain, match="credentials ="):
        client().app()


def test_what_a_platform_gave_in_confidence_is_cut_out_of_everything(client) -> None:
    concealed = Concealed()
    client(concealed=concealed).conceal("https://up.example/?token=a b/c")
    client(credentials=Session(), concealed=concealed).exchange("GET", "/")
    said = (
        "at https://up.example/?token=a b/c and https%3A//up.example/%3Ftoken%3Da%20b/c, old-token"
    )
    assert concealed.redact(said) == "at ••• and •••, •••"
    assert Concealed().redact("the") == "the"


def test_the_query_of_an_address_that_the_platform_gave_is_kept(client, server) -> None:
    http = client()
    http.exchange("PUT", f"http://127.0.0.1:{server.server_port}/up?token=abc", content=b"x")
    assert server.seen[-1][0] == "/up?token=abc"
