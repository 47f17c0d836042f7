"""Tokens are good whenever they are given out, and a platform's no is never asked for twice."""

from __future__ import annotations

import threading
import traceback
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import syndicator.channel as sc
from syndicator.signin.tokens import EARLY_SHARE, Tokens

from .conftest import DAY, Account, Bad


def test_a_token_is_renewed_before_it_ends_and_not_much_before(account: Account) -> None:
    session = account.sign_in()
    first = session.token()
    account.clock.advance(minutes=101)
    assert session.token() == first
    account.clock.advance(minutes=2)  # 17 of 120 minutes remain, and 15 % are 18
    second = session.token()
    assert second != first
    assert account.works(second)
    assert account.provider.grants == ["refresh_token"]


@given(life=st.integers(1, 10**8), used=st.floats(0, 1))
def test_a_token_is_fresh_until_its_last_part_and_always_at_first(life: int, used: float) -> None:
    end = DAY + timedelta(seconds=life)
    tokens = Tokens(access=sc.Secret("a"), issued_at=DAY, expires_at=end)
    left = end - (DAY + timedelta(seconds=life * used))
    fresh = tokens.is_fresh(end - left)
    assert tokens.is_fresh(DAY)
    if used < 0.49:
        assert fresh
    if left < timedelta(seconds=life * (EARLY_SHARE - 0.001)):
        assert not fresh
    if life > 600 and left < timedelta(seconds=299):
        assert not fresh


def test_what_is_kept_is_durable_before_it_is_used(studio: Account) -> None:
    studio.sign_in()
    studio.clock.advance(hours=3)
    kept: list[str] = []
    session = studio.session(reveal=lambda _: kept.append(studio.kept["tokens"]["access"]))
    token = session.token()
    assert studio.kept["tokens"]["access"] == token.reveal()
    assert studio.path.stat().st_mode & 0o777 == 0o600


def test_a_refresh_token_that_is_not_replaced_goes_on(account: Account) -> None:
    account.provider.rotates = False
    session = account.sign_in()
    refresh = account.kept["tokens"]["refresh"]
    for _ in range(3):
        account.clock.advance(hours=2)
        assert account.works(session.token())
        assert account.kept["tokens"]["refresh"] == refresh
        assert account.kept["tokens"]["scopes"] == ["post", "read"]


def test_a_token_that_is_refused_is_renewed_once_for_all_who_have_it(account: Account) -> None:
    session, other = account.sign_in(), account.session()
    old = other.token()
    account.provider.end_access()
    fresh = session.renew(old)
    assert account.works(fresh)
    assert other.renew(old) == fresh
    assert other.token() == fresh
    assert account.provider.grants == ["refresh_token"]


def test_threads_of_one_process_ask_once(studio: Account) -> None:
    session = studio.sign_in()
    studio.clock.advance(hours=3)
    studio.provider.slow = 0.05
    found: list[sc.Secret] = []
    threads = [threading.Thread(target=lambda: found.append(session.token())) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert studio.provider.grants == ["refresh_token"]


def test_a_dead_refresh_token_is_told_and_not_asked_about_again(account: Account) -> None:
    session = account.sign_in()
    account.provider.end_refresh()
    account.clock.advance(hours=3)
    for each in (session, session, account.session()):
        with pytest.raises(sc.SignInAgain) as said:
            each.token()
        assert "the platform has ended the sign-in of studio (invalid_grant" in said.value.reason
        assert said.value.reason.endswith("sign in again: syndicate channels auth studio")
    with pytest.raises(sc.SignInAgain, match="has ended"):
        session.renew(sc.Secret("old"))
    assert account.provider.grants == ["refresh_token"]
    assert account.works(account.sign_in().token())


def test_nobody_has_signed_in_yet(account: Account) -> None:
    with pytest.raises(sc.SignInAgain, match=r"nobody.* yet; .*syndicate channels auth studio"):
        account.session().token()
    assert account.provider.grants == []


CONFIGURATION = ["invalid_client", "unauthorized_client", "invalid_scope", "deleted_client"]


@pytest.mark.parametrize("code", CONFIGURATION)
def test_a_client_that_is_not_accepted_is_named_and_the_sign_in_lives_on(
    account: Account, code: str
) -> None:
    session = account.sign_in()
    account.clock.advance(hours=3)
    account.provider.next = [Bad(code, "because")]
    with pytest.raises(sc.SignInAgain, match=rf"{code}: because.*credentials file:client.json"):
        session.token()
    assert not account.note.exists(), "nothing happened"
    assert account.works(session.token()), "once it is corrected"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("server_error", 500, sc.Retry),
        ("temporarily_unavailable", 400, sc.Retry),
        ("", 503, sc.Retry),
        ("slow_down", 429, sc.RateLimited),
        ("", 404, sc.ChannelDown),
    ],
)
def test_trouble_that_passes_is_told_as_such(
    account: Account, code: str, status: int, kind: type[sc.NotDone]
) -> None:
    account.provider.by_word = False
    session = account.sign_in()
    account.clock.advance(hours=3)
    account.provider.next = [Bad(code, "words", status)]
    with pytest.raises(kind) as said:
        session.token()
    if isinstance(said.value, sc.RateLimited):
        assert said.value.until == account.clock.now() + timedelta(seconds=40)
    assert account.works(session.token())


def test_the_network_away_is_no_fault_of_the_account(account: Account) -> None:
    session = account.sign_in()
    account.clock.advance(hours=3)
    account.changes = {"token_url": "http://127.0.0.1:9/token"}
    with pytest.raises(sc.ChannelDown, match="cannot reach the platform"):
        account.session().token()
    assert not account.note.exists(), "nothing was sent"
    assert account.works(session.token())


def test_an_answer_that_is_lost_on_the_way_ends_the_sign_in_where_tokens_are_replaced(
    account: Account,
) -> None:
    session = account.sign_in()
    account.clock.advance(hours=3)
    account.provider.next = ["lost"]
    with pytest.raises(sc.ChannelDown, match=r"lost.*a renewal of tokens"):
        session.token()
    if account.provider.rotates:
        with pytest.raises(sc.SignInAgain, match="the process or the connection ended"):
            session.token()
    else:
        assert account.works(session.token())


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b'"x"', b"{}", b'{"access_token": ""}', b'{"access_token": 7}',
        b'{"access_token": "a", "token_type": "mac"}', b'{"access_token": "a", "scope": 7}',
        b'{"access_token": "a", "refresh_token": ["b"]}', b'{"error": {"code": 7}}',
        b'{"access_token": "a", "expires_in": "soon"}', b"access_token=torn", b"\xff\xfe",
        b'{"access_token": "a", "expires_in": {}}', b'{"access_token": null}',
    ],
)  # fmt: skip
def test_an_answer_that_is_no_tokens_is_not_taken_for_any(account: Account, body: bytes) -> None:
    session = account.sign_in()
    kept = account.kept
    account.clock.advance(hours=3)
    account.provider.rotates = False
    account.provider.next = [body]
    with pytest.raises(sc.Retry, match="POST /token answered 200, but"):
        session.token()
    assert account.kept == kept
    assert account.works(session.token())


@pytest.mark.parametrize(
    ("life", "seconds"),
    [(60, 60), ("60", 60), (60.5, 60), (0, 0), (-5, 0), (10**30, 315619200), (None, None)],
)
def test_any_life_that_a_platform_may_tell_is_a_date(
    account: Account, life: Any, seconds: int | None
) -> None:
    import json

    from syndicator.signin.answers import read_tokens

    body = json.dumps({"access_token": "a", "expires_in": life}).encode()
    tokens = read_tokens(account.provider.oauth(), body, DAY)
    expected = None if seconds is None else DAY + timedelta(seconds=seconds)
    assert tokens.expires_at == expected
    assert Tokens.from_json(tokens.as_json()) == tokens


def test_an_early_renewal_that_does_not_work_ends_nothing(account: Account) -> None:
    account.provider.by_word = False
    session = account.sign_in()
    old = session.token()
    account.clock.advance(minutes=110)
    account.provider.next = [Bad("", "", 503)]
    assert session.token() == old
    assert session.token() == old
    assert account.provider.grants == ["refresh_token"], "left alone for a while"
    account.clock.advance(seconds=31)
    assert session.token() != old


def test_no_refresh_token_means_that_a_person_signs_in(account: Account) -> None:
    session = account.session()
    session.keep(Tokens(access=sc.Secret("x1"), issued_at=DAY, expires_at=None))
    assert session.token() == sc.Secret("x1")
    with pytest.raises(sc.SignInAgain, match="gave none to renew it with"):
        session.renew(sc.Secret("x1"))


def test_tokens_of_another_client_are_not_tried(account: Account) -> None:
    account.sign_in()
    account.write_client(id="another")
    account.clock.advance(hours=3)
    with pytest.raises(sc.SignInAgain, match=r"given to the client the-client, and .* of another"):
        account.session().token()
    assert account.provider.grants == []


# -- the client by itself --


def test_a_client_gets_a_token_of_its_own_and_keeps_it(account: Account) -> None:
    account.changes = {"grant": "client_credentials", "scopes": ()}
    session = account.session()
    first = session.token()
    assert account.works(first)
    assert account.session().token() == first
    account.clock.advance(hours=2)
    second = session.token()
    assert second != first
    account.provider.end_access()
    assert account.works(session.renew(second))
    assert account.provider.grants == ["client_credentials"] * 3
    assert account.kept["tokens"]["refresh"] is None


@pytest.mark.parametrize("code", [*CONFIGURATION, "invalid_grant"])
def test_a_client_that_is_refused_a_token_of_its_own_is_named(account: Account, code: str) -> None:
    account.changes = {"grant": "client_credentials", "scopes": ()}
    account.provider.next = [Bad(code)]
    with pytest.raises(sc.SignInAgain, match=r"credentials file:client.json"):
        account.session().token()


@pytest.mark.parametrize(
    "text",
    [
        "", "a-token", "[]", "{}", '{"client_secret": "hidden"}', '{"web": 7}',
        '{"client_id": 7, "client_secret": "hidden"}', '{"client_id": "i", "client_secret": ""}',
    ],
)  # fmt: skip
def test_credentials_that_are_no_client_are_refused_without_being_shown(
    account: Account, text: str
) -> None:
    (account.folder / "client.json").write_text(text)
    with pytest.raises(sc.SignInAgain) as said:
        account.session().app()
    name = account.provider.id_name
    assert f'expected JSON: {{"{name}": "…", "client_secret": "…"}}' in said.value.reason
    assert "hidden" not in said.value.reason
    assert "a-token" not in said.value.reason


def test_the_app_is_told_for_signatures(account: Account) -> None:
    assert account.session().app() == ("the-client", sc.Secret("s3cr3t-of-the-client"))


# -- secrets --


def test_no_secret_is_in_anything_that_is_shown(account: Account) -> None:
    session = account.sign_in()
    kept = account.kept["tokens"]
    account.provider.end_refresh()
    account.clock.advance(hours=3)
    with pytest.raises(sc.SignInAgain) as said:
        session.token()
    shown = [repr(session), repr(session.kept()), str(session.kept()), str(vars(session).keys())]
    shown += ["".join(traceback.format_exception(said.value)), repr(session.client().app)]
    shown += [account.kept["dead"], *session.troubles(), session.store.place]
    for secret in (kept["access"], kept["refresh"], "s3cr3t"):
        assert secret
        assert not [text for text in shown if secret in text]
    assert "•••" in said.value.reason, "the platform repeated the refresh token"


def test_every_secret_is_told_before_it_is_used(account: Account) -> None:
    session = account.sign_in()
    account.clock.advance(hours=3)
    token = session.token()
    kept = account.kept["tokens"]
    assert token.reveal() == kept["access"]
    told = [each.reveal() for each in account.revealed]
    for secret in (kept["access"], kept["refresh"], "s3cr3t-of-the-client"):
        assert secret in told
        assert secret in session.secrets()
    assert len(session.secrets()) == len(set(session.secrets()))


# -- forgetting --


def test_forgetting_revokes_and_deletes(account: Account) -> None:
    session = account.sign_in()
    token = session.token()
    assert session.forget() == ""
    assert account.provider.revoked == [token.reveal()]
    assert not account.path.exists()
    with pytest.raises(sc.SignInAgain, match="nobody has signed in"):
        session.token()


def test_forgetting_what_is_dead_deletes_it_and_says_why_it_was_not_revoked(
    account: Account,
) -> None:
    session = account.sign_in()
    account.provider.end_refresh()
    account.clock.advance(hours=3)
    assert "has ended the sign-in" in session.forget()
    assert not account.path.exists()


def test_forgetting_while_the_platform_is_away_deletes_nothing(account: Account) -> None:
    account.sign_in()
    account.changes = {"revoke_url": "http://127.0.0.1:9/revoke"}
    with pytest.raises(sc.ChannelDown):
        account.session().forget()
    assert account.path.exists()


def test_forgetting_where_nothing_can_be_revoked_deletes(account: Account) -> None:
    account.sign_in()
    account.changes = {"revoke_url": None}
    assert account.session().forget() == ""
    assert not account.path.exists()
    assert account.provider.revoked == []


def test_whose_tokens_they_are_is_remembered_beyond_signing_in_anew(account: Account) -> None:
    session = account.sign_in()
    assert session.name("The Studio") == ""
    assert account.sign_in().name("Another") == "The Studio"
    account.clock.advance(hours=3)
    account.session().token()
    assert account.session().name("Another") == "Another"
