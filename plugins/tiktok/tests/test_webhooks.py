"""Webhooks: what is TikTok's is heard, what is not is forged."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from syndicator_tiktok.posting.webhooks import hear

import syndicator.channel as sc

NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)
SECRET = sc.Secret("sandbox-secret")
TOLERANCE = timedelta(minutes=5)


def message(event: str, **content: object) -> bytes:
    return json.dumps(
        {"client_key": "sandbox-key", "event": event, "create_time": 1, "user_openid": "o",
         "content": json.dumps(content)}
    ).encode()  # fmt: skip


def signed(body: bytes, at: datetime = NOW, secret: str = "sandbox-secret") -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return {"tiktok-signature": f"t={stamp},s={mac.hexdigest()}"}


def test_what_became_of_an_upload_is_heard() -> None:
    body = message("post.publish.failed", publish_id="v_pub~1", reason="spam_risk")
    (heard,) = hear(signed(body), body, SECRET, NOW, TOLERANCE)
    assert heard.match == {"publish_id": "v_pub~1"}
    assert heard.text == "failed: spam_risk"


def test_a_permission_that_was_taken_away_is_heard() -> None:
    body = message("authorization.removed", reason=4)
    (heard,) = hear(signed(body), body, SECRET, NOW, TOLERANCE)
    assert heard.sign_in_again
    assert "banned" in heard.text


def test_what_means_nothing_to_us_is_passed_over() -> None:
    body = message("video.upload.failed", share_id="x")
    assert hear(signed(body), body, SECRET, NOW, TOLERANCE) == []


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"tiktok-signature": ""}, {"tiktok-signature": "t=1"}, {"tiktok-signature": "t=,s="},
        {"tiktok-signature": "t=abc,s=def"}, {"tiktok-signature": "t=99999999999999999999,s=0"},
    ],
)  # fmt: skip
def test_no_signature_is_forged(headers) -> None:
    with pytest.raises(sc.Forged):
        hear(headers, message("x"), SECRET, NOW, TOLERANCE)


def test_another_s_secret_another_body_and_another_time_are_forged() -> None:
    body = message("post.publish.complete", publish_id="1")
    with pytest.raises(sc.Forged, match="not TikTok's"):
        hear(signed(body, secret="guess"), body, SECRET, NOW, TOLERANCE)
    with pytest.raises(sc.Forged, match="not TikTok's"):
        hear(signed(body), body.replace(b"1", b"2"), SECRET, NOW, TOLERANCE)
    for away in (-TOLERANCE, TOLERANCE):
        with pytest.raises(sc.Forged, match="too far from now"):
            hear(signed(body, NOW + away * 1.1), body, SECRET, NOW, TOLERANCE)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"event": 1, "content": "{"}', b"\xff"])
def test_rubbish_that_is_signed_is_refused_without_a_traceback(body) -> None:
    with pytest.raises(sc.Forged, match="cannot be read"):
        hear(signed(body), body, SECRET, NOW, TOLERANCE)


def test_what_the_sandbox_sends_is_heard(studio, sandbox) -> None:
    channel = studio.channel()
    body = message("post.publish.complete", publish_id="v")
    heard = channel.hear(signed(body, sandbox.clock.now()), body)
    assert heard[0].name == "post.publish.complete"
