"""The sandbox refuses what TikTok's pages say it refuses, with the documented body."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from syndicator_tiktok.sandbox.server import TikTok

POST = {"privacy_level": "PUBLIC_TO_EVERYONE", "brand_content_toggle": False}
MB = 10**6
INIT = "/v2/post/publish/video/init/"


def source(size: int, chunk: int, count: int) -> dict[str, object]:
    return {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk,
            "total_chunk_count": count}  # fmt: skip


@pytest.fixture
def call(sandbox):
    """Return how to make a call; it answers status and error code."""
    token = sandbox.grant()["access_token"]

    def make(path, body, token=token, method="POST"):
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.request(method, sandbox.url + path, json=body, headers=headers)
        return answer.status_code, answer.json()["error"]["code"], answer.json().get("data")

    return make


@pytest.mark.parametrize(
    "given",
    [
        source(64 * 2**20 + 1, 64 * 2**20 + 1, 1),  # one chunk of more than 64 MB
        source(20 * MB, 20 * MB, 2),
        source(20 * MB, 10 * MB, 1),
        source(20 * MB, 4 * MB, 5),  # chunks under 5 MB
        source(21 * MB, 10 * MB, 3),  # rounded up
        source(4 * 2**30 + 1, 10 * MB, 429),
        source(10 * MB, 20 * MB, 1),
        source(0, 0, 0),
        {"source": "FILE_UPLOAD"},
        {"source": "MAGIC"},
        {"source": "FILE_UPLOAD", "video_size": "1", "chunk_size": 1, "total_chunk_count": 1},
        {"source": "FILE_UPLOAD", "video_size": True, "chunk_size": 1, "total_chunk_count": 1},
    ],
)
def test_a_chunk_plan_that_breaks_a_rule(call, given) -> None:
    status, code, _ = call(INIT, {"post_info": POST, "source_info": given})
    assert (status, code) == (400, "invalid_params")


@pytest.mark.parametrize(
    ("post", "status", "code"),
    [
        ({}, 400, "invalid_params"),
        ({**POST, "privacy_level": "EVERYBODY"}, 400, "invalid_params"),
        ({**POST, "privacy_level": "FOLLOWER_OF_CREATOR"}, 403, "privacy_level_option_mismatch"),
        ({**POST, "title": "😀" * 1101}, 400, "invalid_params"),
        ({**POST, "is_aigc": "yes"}, 400, "invalid_params"),
        ({**POST, "privacy_level": "SELF_ONLY", "brand_content_toggle": True}, 400,
         "invalid_params"),
    ],
)  # fmt: skip
def test_a_post_that_breaks_a_rule(call, post, status, code) -> None:
    found = call(INIT, {"post_info": post, "source_info": source(1000, 1000, 1)})
    assert found[:2] == (status, code)


def test_a_token_that_is_not_good_and_a_scope_that_is_missing(sandbox, call) -> None:
    body = {"post_info": POST, "source_info": source(1000, 1000, 1)}
    assert call(INIT, body, token="act.guess")[:2] == (401, "access_token_invalid")
    narrow = sandbox.grant(["video.upload"])["access_token"]
    assert call(INIT, body, token=narrow)[:2] == (401, "scope_not_authorized")


@pytest.mark.parametrize("profile", [{"token_seconds": 60}])
def test_a_token_that_has_expired(sandbox, call) -> None:
    path = "/v2/post/publish/creator_info/query/"
    assert call(path, None)[1] == "ok"
    sandbox.clock.advance(61)
    assert call(path, None)[:2] == (401, "access_token_invalid")


@pytest.mark.parametrize("profile", [{"unaudited": True, "privacy": "private"}])
def test_an_app_that_is_not_audited(sandbox) -> None:
    def init(account, level):
        token = sandbox.grant(account=account)["access_token"]
        body = {"post_info": {**POST, "privacy_level": level},
                "source_info": source(1000, 1000, 1)}  # fmt: skip
        answer = httpx.post(sandbox.url + INIT, json=body,
                            headers={"Authorization": f"Bearer {token}"})  # fmt: skip
        return answer.json()["error"]["code"]

    refused = "unaudited_client_can_only_post_to_private_accounts"
    assert init("a0", "FOLLOWER_OF_CREATOR") == refused
    assert [init(f"a{n}", "SELF_ONLY") for n in range(6)] == ["ok"] * 5 + [
        "reached_active_user_cap"
    ]


def test_six_posts_a_minute_and_fifteen_a_day(sandbox, studio, lost_power, until_live) -> None:
    token = studio.tokens["access_token"]
    body = {"post_info": POST, "source_info": source(1000, 1000, 1)}

    def init():
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(sandbox.url + INIT, json=body, headers=headers).json()["error"]["code"]

    assert [init() for _ in range(7)] == ["ok"] * 6 + ["rate_limit_exceeded"]
    sandbox.clock.advance(61)
    assert init() == "ok"
    for number in range(15):
        sandbox.clock.advance(30)
        until_live(studio.channel(), studio.release(number + 1), lost_power(),
                   sandbox.clock.advance)  # fmt: skip
    sandbox.clock.advance(61)
    assert init() == "spam_risk_too_many_posts"


@pytest.fixture
def upload(sandbox, call):
    """Return how to send a piece to an upload of 16 MB in three chunks."""
    body = {"post_info": POST, "source_info": source(16 * MB, 5 * MB, 3)}
    _, _, data = call(INIT, body)

    def put(first, length, *, total=16 * MB, kind="video/mp4", announced=None, **more):
        last = first + (length if announced is None else announced) - 1
        headers = {"Content-Type": kind, "Content-Range": f"bytes {first}-{last}/{total}", **more}
        return httpx.put(data["upload_url"], content=bytes(length), headers=headers)

    put.url = data["upload_url"]
    return put


def test_chunks_come_in_order_and_the_last_takes_the_rest(upload, sandbox) -> None:
    assert upload(5 * MB, 5 * MB).status_code == 416
    first = upload(0, 5 * MB)
    assert (first.status_code, first.headers["content-range"]) == (206, "bytes 0-4999999/16000000")
    assert upload(0, 5 * MB).status_code == 416
    assert upload(5 * MB, 5 * MB).status_code == 206
    assert upload(10 * MB, 6 * MB).status_code == 201
    assert sandbox.posts()[0].facts["size"] == 16 * MB


@pytest.mark.parametrize(
    "more",
    [
        {"length": 4 * MB}, {"length": 6 * MB}, {"length": 5 * MB, "total": 15 * MB},
        {"length": 5 * MB, "kind": "application/json"},
        {"length": 5 * MB, "announced": 4 * MB},
        {"length": 5 * MB, "Authorization": "Bearer act.mine"},
        {"length": 5 * MB, "Content-Range": "bytes */16000000"},
    ],
    ids=str,
)  # fmt: skip
def test_a_chunk_that_is_not_as_announced(upload, sandbox, more) -> None:
    assert upload(0, **more).status_code == 400
    assert sandbox.posts() == []


def test_an_address_that_has_expired_and_one_that_is_not_known(upload, sandbox) -> None:
    assert httpx.put(upload.url.replace("upload_token=", "upload_token=x"), content=b"").status_code
    unknown = urlsplit(upload.url)._replace(query="upload_id=1&upload_token=2").geturl()
    headers = {"Content-Type": "video/mp4", "Content-Range": "bytes 0-0/1"}
    assert httpx.put(unknown, content=b"x", headers=headers).status_code == 404
    sandbox.clock.advance(3601)
    assert upload(0, 5 * MB).status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"code": "used*1!1"}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": "short"}, 400, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:1/"}, 400, "invalid_request"),
    ],
)
def test_a_code_is_exchanged_once_and_by_the_rules(sandbox, change, status, error) -> None:
    verifier = "v" * 43
    asked = {
        "client_key": "sandbox-key", "response_type": "code", "scope": "video.publish",
        "state": "s", "redirect_uri": "http://127.0.0.1:9/callback/", "answer": "yes",
        "code_challenge": hashlib.sha256(verifier.encode()).hexdigest(),
        "code_challenge_method": "S256",
    }  # fmt: skip
    there = httpx.get(f"{sandbox.url}/v2/auth/authorize/", params=asked).headers["location"]
    form = {
        "client_key": "sandbox-key", "client_secret": "sandbox-secret", "code_verifier": verifier,
        "grant_type": "authorization_code", "code": parse_qs(urlsplit(there).query)["code"][0],
        "redirect_uri": "http://127.0.0.1:9/callback/",
    }  # fmt: skip
    refused = httpx.post(f"{sandbox.url}/v2/oauth/token/", data={**form, **change})
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert {"error", "error_description", "log_id"} == set(refused.json())


def test_a_challenge_in_base64url_is_not_tiktok_s(sandbox) -> None:
    asked = {
        "client_key": "sandbox-key", "response_type": "code", "scope": "video.publish",
        "state": "s", "redirect_uri": "http://127.0.0.1:9/", "code_challenge_method": "S256",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    }  # fmt: skip
    assert httpx.get(f"{sandbox.url}/v2/auth/authorize/", params=asked).status_code == 400


def test_webhooks_are_signed_encoded_twice_and_heard(tmp_path, studio, sandbox, lost_power) -> None:
    came = []

    class Hears(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hears)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    profile = {"webhook_url": f"http://127.0.0.1:{server.server_port}/", "moderation_seconds": 0,
               "processing_seconds": 0}  # fmt: skip
    with TikTok(tmp_path / "calls", profile=profile) as calls:
        calls.faults.add("webhook_twice", times=9)
        studio.sandbox, studio.tokens = calls, calls.grant()
        channel, disk = studio.channel(), lost_power()
        channel.publish(studio.release(), disk.progress("k"))
        for _ in range(100):
            if len(came) >= 4:
                break
            threading.Event().wait(0.05)
        heard = [channel.hear(headers, body) for headers, body in came]
        studio.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert {each.match["publish_id"] for (each,) in heard} == {disk.saved["publish_id"]}
    events = [each.name for (each,) in heard]
    assert events.count("post.publish.complete") == 2, "at least once is what TikTok promises"
    assert json.loads(json.loads(came[0][1])["content"])["publish_id"] == disk.saved["publish_id"]
