"""Signing in with a browser, over real sockets."""

from __future__ import annotations

import socket
import threading
import time
import traceback
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

import syndicator.channel as sc
from syndicator.signin.client import must_be_private

from .conftest import Account, Bad

Browser = Callable[[str], None]
Page = Callable[[], httpx.Response]


def test_a_person_says_yes_and_the_tokens_work(account: Account, last_page: Page) -> None:
    tokens = account.granted()
    assert account.works(tokens.access)
    assert tokens.scopes == ("post", "read")
    assert tokens.refresh is not None
    assert (tokens.expires_at - account.clock.now()).total_seconds() == 7200
    assert (tokens.refresh_expires_at is not None) == account.provider.odd
    assert "You can close this window" in last_page().text
    assert last_page().headers["cache-control"] == "no-store"


def test_the_tokens_are_kept_where_only_their_owner_may_read(account: Account) -> None:
    session = account.sign_in()
    assert account.path.stat().st_mode & 0o777 == 0o600
    assert account.path.parent.stat().st_mode & 0o777 == 0o700
    assert account.works(session.token())
    assert account.works(account.session().token())
    assert account.provider.grants == []


def test_a_person_says_no(account: Account, last_page: Page) -> None:
    account.provider.consent = "no"
    with pytest.raises(sc.SignInAgain, match=r"refused in the browser \(access_denied: The user"):
        account.granted()
    assert "Nothing was changed" in last_page().text
    assert account.provider.grants == []


def test_an_answer_with_another_state_is_sent_away(account: Account, last_page: Page) -> None:
    account.provider.consent = "forge"
    with pytest.raises(sc.SignInAgain, match=r"within 0.5 s; 1 came with the answer to another"):
        account.granted(timeout=0.5)
    assert last_page().status_code == 400
    assert account.provider.grants == []


def test_a_forged_answer_does_not_keep_the_true_one_out(account: Account, browser: Browser) -> None:
    seen = []

    def attacked(url: str) -> None:
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        forged = ("state=guessed&code=theirs", "code=theirs", "", "state=%00&error=x")
        seen.extend(httpx.get(f"{back}?{query}").status_code for query in forged)
        seen.append(httpx.get(back.replace("/callback/", "/elsewhere")).status_code)
        seen.append(httpx.post(back).status_code)
        browser(url)

    assert account.works(account.granted(attacked).access)
    assert seen == [400, 400, 400, 400, 404, 501]


def test_an_answer_that_says_yes_and_no_says_nothing(account: Account) -> None:
    seen = []

    def browse(url: str) -> None:
        said = parse_qs(urlsplit(url).query)
        back, state = said["redirect_uri"][0], said["state"][0]
        vague = ("", "&code=a&error=b", "&code=a&code=b")
        seen.extend(httpx.get(f"{back}?state={state}{query}").status_code for query in vague)

    with pytest.raises(sc.SignInAgain, match="did not come back"):
        account.granted(browse, timeout=0.3)
    assert seen == [400, 400, 400]


def test_nobody_comes(account: Account) -> None:
    with pytest.raises(sc.SignInAgain, match=r"did not come back within 0.1 s$"):
        account.granted(lambda url: None, timeout=0.1)


def test_an_idle_connection_of_the_browser_holds_nobody_up(
    account: Account, browser: Browser
) -> None:
    idle: list[socket.socket] = []

    def browse(url: str) -> None:
        back = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0])
        idle.append(socket.create_connection((back.hostname, back.port)))
        browser(url)

    account.granted(browse)
    idle[0].close()


def test_a_port_that_is_taken_is_said(account: Account) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        account.granted(port=taken.getsockname()[1])


def test_a_port_of_ones_own_is_used(account: Account) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    seen = []

    def browse(url: str) -> None:
        seen.append(parse_qs(urlsplit(url).query)["redirect_uri"])

    with pytest.raises(sc.SignInAgain):
        account.granted(browse, port=port, timeout=0.1)
    assert seen == [[f"http://127.0.0.1:{port}/callback/"]]


def test_a_code_is_not_used_twice(account: Account, browser: Browser) -> None:
    account.provider.next = ["lost"]
    with pytest.raises(sc.ChannelDown, match="begin again"):
        account.granted()
    assert account.provider.grants == ["authorization_code"]


@pytest.mark.parametrize(
    ("code", "status", "kind", "said"),
    [
        ("invalid_grant", 400, sc.SignInAgain, "the code from the browser was not accepted"),
        ("invalid_client", 401, sc.SignInAgain, "credentials file:client.json"),
        ("redirect_uri_mismatch", 400, sc.SignInAgain, "redirect_uri_mismatch: words"),
        ("server_error", 500, sc.Retry, "cannot sign in now"),
        ("temporarily_unavailable", 503, sc.Retry, "cannot sign in now"),
        ("slow_down", 429, sc.RateLimited, "too often"),
        ("", 502, sc.Retry, "answered 502"),
        ("", 404, sc.ChannelDown, "is the address right"),
    ],
)
def test_each_no_to_a_code_is_told_by_its_word(
    account: Account, code: str, status: int, kind: type[sc.NotDone], said: str
) -> None:
    account.provider.by_word = False
    account.provider.next = [Bad(code, "words", status)]
    with pytest.raises(kind, match=said):
        account.granted()


def test_no_secret_is_in_what_is_said_when_the_platform_repeats_it(account: Account) -> None:
    account.provider.next = [Bad("invalid_client", "no s3cr3t-of-the-client here")]
    with pytest.raises(sc.SignInAgain) as refused:
        account.granted()
    text = "".join(traceback.format_exception(refused.value))
    assert "s3cr3t" not in text
    assert "•••" in text


def test_what_was_not_granted_is_told(account: Account) -> None:
    account.provider.consent = "some"
    session = account.sign_in()
    assert session.troubles() == ["not granted: post"]


def test_secrets_go_to_https_or_stay_on_this_machine(account: Account) -> None:
    for url in (
        "https://acme.example/x",
        "http://127.0.0.1:8/x",
        "http://[::1]/",
        "http://localhost",
    ):
        must_be_private(url)
    for url in ("http://acme.example/x", "http://127.0.0.1.acme.example/", "ftp://127.0.0.1/", ""):
        with pytest.raises(sc.SignInAgain, match="expected https"):
            must_be_private(url)
    account.changes = {"token_url": "http://192.0.2.1/token"}
    with pytest.raises(sc.SignInAgain, match="would show secrets to the network"):
        account.granted()


def test_no_thread_is_left_behind(account: Account) -> None:
    before = threading.active_count()
    for _ in range(3):
        account.granted()
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        threading.Event().wait(0.02)
    assert threading.active_count() == before
