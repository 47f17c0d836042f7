"""The client a channel is given: what each answer and each fault becomes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

import syndicator.channel as sc
from syndicator.channel._http import NOT_SENT, Http, verdict_of
from syndicator.channel._secret import Secret, resolve

BASE = "https://platform.example"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def http() -> Iterator[Http]:
    client = Http(BASE, credentials=lambda: Secret("t0ken"), now=lambda: NOW)
    yield client
    client.close()


TRANSPORT = [
    each
    for each in vars(httpx).values()
    if isinstance(each, type) and issubclass(each, httpx.TransportError)
]


@pytest.mark.parametrize("error", TRANSPORT, ids=lambda each: each.__name__)
def test_every_transport_error_is_sorted_by_whether_the_request_was_sent(error: type) -> None:
    verdict = verdict_of(error("x"), "/videos?signature=s3cr3t")
    sent = error.__name__ not in NOT_SENT
    assert isinstance(verdict, sc.AnswerLost if sent else sc.ChannelDown)
    assert "s3cr3t" not in verdict.reason


def test_the_names_of_what_was_not_sent_are_httpx_s() -> None:
    assert set(NOT_SENT) <= {each.__name__ for each in TRANSPORT}


POST = [
    (429, sc.RateLimited), (401, sc.SignInAgain), (400, sc.AnswerLost), (404, sc.AnswerLost),
    (408, sc.AnswerLost), (500, sc.AnswerLost), (503, sc.AnswerLost),
]  # fmt: skip


@pytest.mark.respx(base_url=BASE)
@pytest.mark.parametrize(("status", "verdict"), POST)
def test_an_answer_to_a_post_becomes_a_verdict(respx_mock, http: Http, status, verdict) -> None:
    route = respx_mock.post("/videos").respond(status)
    with pytest.raises(verdict):
        http.request("POST", "/videos", json={})
    assert route.call_count == 1, "a post is never repeated by itself"


@pytest.mark.respx(base_url=BASE)
@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_a_no_is_a_no_in_the_platform_s_own_words(respx_mock, http: Http, status) -> None:
    respx_mock.post("/videos").respond(status, json={"error": "the title is too long"})
    with pytest.raises(sc.Refused):
        http.request("POST", "/videos", json={})


@pytest.mark.respx(base_url=BASE)
def test_what_may_have_acted_is_remembered_until_it_is_refused(respx_mock, http: Http) -> None:
    respx_mock.get("/videos").respond(json={})
    respx_mock.post("/videos").respond(422, json={"error": "no"})
    http.request("GET", "/videos")
    assert not http.may_have_acted
    with pytest.raises(sc.Refused):
        http.request("POST", "/videos", json={})
    assert not http.may_have_acted
    respx_mock.post("/videos").respond(502)
    with pytest.raises(sc.AnswerLost):
        http.request("POST", "/videos", json={})
    assert http.may_have_acted


@pytest.mark.respx(base_url=BASE)
def test_a_get_is_asked_again_and_then_put_off(respx_mock, http: Http) -> None:
    route = respx_mock.get("/videos").mock(side_effect=httpx.ReadTimeout)
    with pytest.raises(sc.Retry):
        http.request("GET", "/videos")
    assert route.call_count == 3


@pytest.mark.respx(base_url=BASE)
def test_an_unreadable_answer_to_a_post_may_have_had_its_effect(respx_mock, http: Http) -> None:
    respx_mock.post("/videos").respond(200, text="<html>oops")
    with pytest.raises(sc.AnswerLost):
        http.request("POST", "/videos")


LIMITS = [
    ("30", NOW + timedelta(seconds=30)),
    ("Mon, 01 Jun 2026 00:01:00 GMT", NOW + timedelta(minutes=1)),
    ("", None),
    ("soon", None),
]


@pytest.mark.respx(base_url=BASE)
@pytest.mark.parametrize(("header", "until"), LIMITS)
def test_a_rate_limit_says_until_when(respx_mock, http: Http, header, until) -> None:
    respx_mock.get("/videos").respond(429, headers={"Retry-After": header})
    with pytest.raises(sc.RateLimited) as caught:
        http.request("GET", "/videos")
    assert caught.value.until == until


@pytest.mark.respx(base_url=BASE)
def test_credentials_are_sent_and_never_said(respx_mock, http: Http) -> None:
    route = respx_mock.get("/me").respond(json={"name": "mia"})
    assert http.request("GET", "/me") == {"name": "mia"}
    assert route.calls[0].request.headers["Authorization"] == "Bearer t0ken"
    assert "t0ken" not in repr(Secret("t0ken")) + str(Secret("t0ken"))


def test_credentials_are_found_where_the_reference_says(tmp_path) -> None:
    (tmp_path / "token").write_text(" abc\n")
    assert resolve("env:T", {"T": "abc"}) == Secret("abc")
    assert resolve(f"file:{tmp_path}/token", {}) == Secret("abc")
    for reference in ("env:T", "file:/nowhere", "vault:x"):
        with pytest.raises(sc.SignInAgain):
            resolve(reference, {})
