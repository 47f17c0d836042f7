"""Each documented reason: which verdict it becomes, and what the user reads."""

from __future__ import annotations

import pytest
from syndicator_youtube_shorts.errors import REASONS, Missing
from syndicator_youtube_shorts.sandbox.answers import REASONS as STATUSES

import syndicator.channel as sc

MEANT = {
    "invalidTitle": (sc.Refused, "1 to 100 characters"),
    "invalidDescription": (sc.Refused, "5000 bytes"),
    "invalidTags": (sc.Refused, "500 characters in all"),
    "invalidCategoryId": (sc.Refused, "no such category"),
    "invalidPublishAt": (sc.Refused, "does not take this date"),
    "invalidPublishScheduleForVideo": (sc.Refused, "does not take this schedule"),
    "invalidFilename": (sc.Refused, "the file's name"),
    "invalidRecordingDate": (sc.Refused, "recording date"),
    "invalidVideoMetadata": (sc.Refused, "does not accept the words"),
    "invalidVideoGameRating": (sc.Refused, "does not take the rating"),
    "defaultLanguageNotSet": (sc.Refused, "need a language"),
    "mediaBodyRequired": (sc.Refused, "was sent no media"),
    "badContent": (sc.Refused, "this kind of file"),
    "uploadLimitExceeded": (sc.QuotaSpent, "a cap of its own"),
    "notUpload": (sc.Refused, "does not accept the request"),
    "wrongUrlForUpload": (sc.Refused, "does not accept the request"),
    "badRequest": (sc.Refused, "does not accept the request"),
    "required": (sc.Refused, "misses something"),
    "unknownPart": (sc.Refused, "does not accept the request"),
    "authError": (sc.SignInAgain, "sign in again: syndicate channels auth"),
    "authorizationRequired": (sc.SignInAgain, "wants a token"),
    "youtubeSignupRequired": (sc.SignInAgain, "has no YouTube channel"),
    "insufficientPermissions": (sc.SignInAgain, "tick every box"),
    "accessNotConfigured": (sc.SignInAgain, "not switched on in the Google Cloud project"),
    "accountDelegationForbidden": (sc.SignInAgain, "may not act for it"),
    "authenticatedUserAccountClosed": (sc.Refused, "account is closed"),
    "authenticatedUserAccountSuspended": (sc.Refused, "account is suspended"),
    "authenticatedUserNotChannel": (sc.SignInAgain, "has no channel"),
    "channelClosed": (sc.Refused, "channel is closed"),
    "channelSuspended": (sc.Refused, "channel is suspended"),
    "quotaExceeded": (sc.QuotaSpent, "every channel with this project waits"),
    "dailyLimitExceeded": (sc.QuotaSpent, "reached its limit of today"),
    "rateLimitExceeded": (sc.RateLimited, "asked too often"),
    "userRateLimitExceeded": (sc.RateLimited, "for this account"),
    "servingLimitExceeded": (sc.RateLimited, "too busy"),
    "concurrentLimitExceeded": (sc.RateLimited, "too much at once"),
    "uploadRateLimitExceeded": (sc.RateLimited, "no more thumbnails for a while"),
    "forbidden": (sc.Refused, "forbids it to this account"),
    "forbiddenPrivacySetting": (sc.Refused, "this privacy status"),
    "forbiddenLicenseSetting": (sc.Refused, "this licence"),
    "forbiddenEmbedSetting": (sc.Refused, "be embedded"),
    "invalidDefaultBroadcastPrivacySetting": (sc.Refused, "does not take it"),
    "videoNotFound": (Missing, "does not find the video"),
    "playlistNotFound": (sc.Refused, "no such playlist; correct `playlists`"),
    "notFound": (Missing, "does not find it"),
    "deleted": (Missing, "has deleted it"),
    "captionNotFound": (Missing, "does not find the caption track"),
    "captionExists": (sc.Refused, "has such a caption track"),
    "contentRequired": (sc.Refused, "captions are empty"),
    "invalidMetadata": (sc.Refused, "the captions' language"),
    "nameTooLong": (sc.Refused, "name is too long"),
    "invalidImage": (sc.Refused, "JPEG or PNG"),
    "playlistTitleRequired": (sc.Refused, "needs a title"),
    "maxPlaylistExceeded": (sc.Refused, "as many playlists as it may"),
    "defaultLanguageNotSetError": (sc.Refused, "playlist needs a language"),
    "localizationValidationError": (sc.Refused, "translations"),
    "invalidPlaylistSnippet": (sc.Refused, "playlist's words"),
    "playlistForbidden": (sc.Refused, "of another channel"),
    "manualSortRequired": (sc.Refused, "set it so in YouTube Studio"),
    "invalidPlaylistItemPosition": (sc.Retry, "changed meanwhile"),
    "playlistContainsMaximumNumberOfVideos": (sc.Refused, "is full"),
    "playlistItemsNotAccessible": (sc.Refused, "not accessible"),
    "videoAlreadyInAnotherSeriesPlaylist": (sc.Refused, "official series playlist"),
    "playlistIdRequired": (sc.Refused, "misses the playlist"),
    "resourceIdRequired": (sc.Refused, "misses the video"),
    "ALREADY_EXISTS": (sc.Retry, "begun this already"),
    "conditionNotMet": (sc.Retry, "changed meanwhile"),
    "internalError": (sc.AnswerLost, "a fault of its own"),
    "backendError": (sc.AnswerLost, "a fault of its own"),
    "notReady": (sc.AnswerLost, "a fault of its own"),
}


def test_every_documented_reason_is_here() -> None:
    assert set(MEANT) == set(REASONS) == set(STATUSES)


@pytest.mark.parametrize("reason", MEANT)
def test_a_reason_when_an_upload_begins(studio, disk, sandbox, reason) -> None:
    sandbox.faults.add("error", call="videos.insert", reason=reason)
    kind, text = MEANT[reason]
    with pytest.raises(kind) as raised:
        studio.channel().stage(studio.release(), disk.progress("k"))
    assert type(raised.value) is kind
    assert text in raised.value.reason
    assert reason in raised.value.reason, "support asks for it"
    assert sandbox.posts() == []


@pytest.mark.parametrize(
    ("call", "reason", "kind"),
    [
        ("videos.update", "forbiddenPrivacySetting", sc.Refused),
        ("videos.update", "backendError", sc.Retry),
        ("videos.list", "internalError", sc.Retry),
        ("captions.insert", "contentRequired", sc.Refused),
        ("captions.insert", "quotaExceeded", sc.QuotaSpent),
        ("thumbnails.set", "uploadRateLimitExceeded", sc.RateLimited),
        ("thumbnails.set", "invalidImage", sc.Refused),
        ("playlists.insert", "maxPlaylistExceeded", sc.Refused),
        ("playlists.insert", "backendError", sc.AnswerLost),
        ("playlistItems.insert", "videoNotFound", sc.Retry),
        ("playlistItems.insert", "manualSortRequired", sc.Refused),
    ],
)
def test_a_reason_of_a_later_call(studio, disk, sandbox, call, reason, kind) -> None:
    channel, release = studio.channel(), studio.release()
    channel.stage(release, disk.progress("k"))
    sandbox.clock.advance(60)
    sandbox.faults.add("error", call=call, reason=reason, times=9)
    with pytest.raises(kind) as raised:
        channel.publish(release, disk.progress("k"))
    assert type(raised.value) is kind
    assert studio.visible() == []


def test_a_message_is_shown_without_its_html(studio, disk, sandbox) -> None:
    sandbox.faults.add(
        "error", call="videos.insert", reason="forbidden", message='see <a href="/x">here</a>'
    )
    with pytest.raises(sc.Refused, match=r"\(forbidden: see here\)"):
        studio.channel().stage(studio.release(), disk.progress("k"))


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (400, sc.AnswerLost, "cannot be read"), (408, sc.AnswerLost, "how much it has"),
        (416, sc.AnswerLost, "cannot be read"), (429, sc.RateLimited, "too often"),
        (499, sc.AnswerLost, "after its last byte"), (500, sc.AnswerLost, "how much it has"),
        (503, sc.AnswerLost, "how much it has"),
    ],
)  # fmt: skip
def test_a_status_of_an_upload(studio, disk, sandbox, status, kind, text) -> None:
    sandbox.faults.add("status", method="PUT", status=status)
    with pytest.raises(kind, match=text):
        studio.channel().stage(studio.release(), disk.progress("k"))


def test_retry_after_is_kept(studio, disk, sandbox) -> None:
    sandbox.faults.add("status", method="PUT", status=429, retry_after=77)
    with pytest.raises(sc.RateLimited) as limited:
        studio.channel().stage(studio.release(), disk.progress("k"))
    assert 70 < (limited.value.until - sandbox.clock.now()).total_seconds() <= 77
