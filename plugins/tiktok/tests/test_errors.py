"""Each documented error: which verdict it becomes, and what the user reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from syndicator_tiktok.errors import CODES, FAILURES
from syndicator_tiktok.sandbox.answers import STATUSES

import syndicator.channel as sc

MEANT = {
    "access_token_invalid": (sc.SignInAgain, "does not accept the token; sign in again"),
    "scope_not_authorized": (sc.SignInAgain, "did not grant the scope"),
    "scope_permission_missed": (sc.SignInAgain, "no permission for this scope; add it in"),
    "invalid_params": (sc.Refused, "does not accept the request"),
    "invalid_param": (sc.Refused, "does not accept the request"),
    "invalid_file_upload": (sc.Refused, "does not accept the file"),
    "rate_limit_exceeded": (sc.RateLimited, "asked too often"),
    "internal_error": (sc.AnswerLost, "a fault of its own"),
    "spam_risk_too_many_posts": (sc.QuotaSpent, "daily cap of posts"),
    "spam_risk_user_banned_from_posting": (sc.Refused, "has banned this creator"),
    "spam_risk_too_many_pending_share": (sc.QuotaSpent, "5 drafts wait in the creator's inbox"),
    "reached_active_user_cap": (sc.QuotaSpent, "this account is well"),
    "unaudited_client_can_only_post_to_private_accounts": (
        sc.Refused, "switch the account itself to private in the TikTok app"
    ),
    "url_ownership_unverified": (sc.Refused, "verify its domain or prefix"),
    "privacy_level_option_mismatch": (sc.Refused, "does not offer this privacy level now"),
    "invalid_publish_id": (sc.Unknown, "is the post on the profile"),
    "token_not_authorized_for_specified_publish_id": (sc.Unknown, "another account or app"),
    "publish_not_cancellable": (sc.Refused, "no longer be cancelled"),
    "app_version_check_failed": (sc.Refused, "update it to 31.8"),
}  # fmt: skip

FAILED = {
    "file_format_check_failed": (sc.Refused, "cannot read the file's format"),
    "duration_check_failed": (sc.Refused, "does not take this running time"),
    "frame_rate_check_failed": (sc.Refused, "23 to 60 frames a second"),
    "picture_size_check_failed": (sc.Refused, "360 to 4096 pixels"),
    "video_size_check_failed": (sc.Refused, "does not take a file of this size"),
    "internal": (sc.Retry, "a fault of its own, and nothing was posted"),
    "video_pull_failed": (sc.Retry, "could not fetch the file"),
    "photo_pull_failed": (sc.Retry, "could not fetch the picture"),
    "publish_cancelled": (sc.Refused, "cancelled before it was made"),
    "auth_removed": (sc.SignInAgain, "took the permission back"),
    "spam_risk_too_many_posts": (sc.QuotaSpent, "daily cap of posts"),
    "spam_risk_user_banned_from_posting": (sc.Refused, "has banned this creator"),
    "spam_risk_text": (sc.Refused, "takes the caption for spam"),
    "spam_risk": (sc.Refused, "takes the post for spam"),
}


def test_every_documented_code_is_here() -> None:
    assert set(MEANT) == set(CODES) == set(STATUSES)
    assert set(FAILED) == set(FAILURES)


@pytest.mark.parametrize("code", MEANT)
def test_a_code_of_init(studio, disk, sandbox, code) -> None:
    sandbox.faults.add("error", call="init", code=code)
    kind, text = MEANT[code]
    with pytest.raises(kind) as raised:
        studio.channel().publish(studio.release(), disk.progress("k"))
    assert type(raised.value) is kind
    assert text in raised.value.reason
    assert code in raised.value.reason, "support asks for it"
    assert "log id 2026" in raised.value.reason
    if kind is sc.QuotaSpent:
        assert raised.value.until - sandbox.clock.now() > timedelta(hours=23)


@pytest.mark.parametrize(
    "code",
    ["spam_risk_too_many_posts", "spam_risk_user_banned_from_posting", "reached_active_user_cap"],
)
def test_creator_info_says_no_with_status_200(studio, disk, sandbox, code) -> None:
    sandbox.faults.add("error", call="creator_info", code=code)
    kind, text = MEANT[code]
    with pytest.raises(kind, match=text):
        studio.channel().publish(studio.release(), disk.progress("k"))
    assert sandbox.log[-1]["status"] == 200


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "internal_error"])
def test_asking_after_a_task_is_harmless(studio, disk, sandbox, code) -> None:
    channel, release = studio.channel(), studio.release()
    channel.publish(release, disk.progress("k"))
    sandbox.faults.add("error", call="status", code=code)
    with pytest.raises((sc.RateLimited, sc.Retry)):
        channel.poll(release, disk.progress("k"))


@pytest.mark.parametrize("reason", FAILED)
def test_a_reason_for_failing(studio, disk, sandbox, reason) -> None:
    sandbox.faults.add("reject", reason=reason)
    channel, release = studio.channel(), studio.release()
    channel.publish(release, disk.progress("k"))
    sandbox.clock.advance(60)
    kind, text = FAILED[reason]
    with pytest.raises(kind) as raised:
        channel.poll(release, disk.progress("k"))
    assert type(raised.value) is kind
    assert text in raised.value.reason
    assert studio.visible() == []


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (400, sc.AnswerLost, "does not accept the chunk"),
        (403, sc.AnswerLost, "address of the upload has expired"),
        (404, sc.AnswerLost, "does not know this upload any more"),
        (408, sc.AnswerLost, "does not say what it has"),
        (416, sc.AnswerLost, "does not say how much"),
        (429, sc.RateLimited, "asked too often"),
        (500, sc.AnswerLost, "does not say what it has"),
        (503, sc.AnswerLost, "does not say what it has"),
    ],
)
def test_a_status_of_the_upload_host(studio, disk, sandbox, status, kind, text) -> None:
    sandbox.faults.add("status", path="^/upload/", status=status)
    with pytest.raises(kind, match=text):
        studio.channel().publish(studio.release(), disk.progress("k"))


def test_a_code_that_nobody_documented_is_final_and_is_said(studio, disk, sandbox) -> None:
    sandbox.faults.add("error", call="init", code="brand_new_rule")
    with pytest.raises(sc.Refused, match="'brand_new_rule', which it has not documented"):
        studio.channel().publish(studio.release(), disk.progress("k"))


def test_a_failure_that_nobody_documented_is_final_and_is_said(studio, disk, sandbox) -> None:
    sandbox.faults.add("reject", reason="brand_new_rule")
    channel, release = studio.channel(), studio.release()
    channel.publish(release, disk.progress("k"))
    sandbox.clock.advance(60)
    with pytest.raises(sc.Refused, match="said 'brand_new_rule'"):
        channel.poll(release, disk.progress("k"))


def test_a_chunk_that_is_turned_away_three_times_is_refused(studio, disk, sandbox) -> None:
    sandbox.faults.add("status", path="^/upload/", status=400, times=9)
    channel, release = studio.channel(), studio.release()
    for _ in range(2):
        with pytest.raises(sc.AnswerLost):
            channel.publish(release, disk.progress("k"))
    with pytest.raises(sc.Refused, match="3 times"):
        channel.publish(release, disk.progress("k"))
