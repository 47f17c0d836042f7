"""Every documented reason: what it means for a release, and what the user reads.

developers.google.com/youtube/v3/docs/errors and the pages of each method. A verdict depends on
`reason`, never on the message, which may hold HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

import syndicator.channel as sc

DAY = timedelta(days=1)
PACIFIC = ZoneInfo("America/Los_Angeles")
TAG = re.compile(r"<[^>]*>")
SAID_MAX = 200
UNAUTHORIZED = 401
TIMED_OUT, CONFLICT, GONE, TOO_MANY, SERVER_ERROR = 408, 409, 410, 429, 500


@attrs.frozen
class Meaning:
    """What a reason comes to."""

    verdict: str
    """`again`, `throttle`, `cap`, `project`, `sign-in`, `gone`; else the field of a refusal."""

    text: str


AGAIN = "sign in again: syndicate channels auth"

REASONS: dict[str, Meaning] = {
    "invalidTitle": Meaning("title", "YouTube takes titles of 1 to 100 characters without < and >"),
    "invalidDescription": Meaning(
        "synopsis", "YouTube takes descriptions of up to 5000 bytes without < and >"
    ),
    "invalidTags": Meaning("keywords", "YouTube takes tags of 500 characters in all"),
    "invalidCategoryId": Meaning("category", "YouTube has no such category here"),
    "invalidPublishAt": Meaning("at", "YouTube does not take this date"),
    "invalidPublishScheduleForVideo": Meaning("at", "YouTube does not take this schedule"),
    "invalidFilename": Meaning("media", "YouTube does not take the file's name"),
    "invalidRecordingDate": Meaning("metadata", "YouTube does not take the recording date"),
    "invalidVideoMetadata": Meaning("metadata", "YouTube does not accept the words of the video"),
    "invalidVideoGameRating": Meaning("metadata", "YouTube does not take the rating"),
    "defaultLanguageNotSet": Meaning("language", "localizations need a language of the title"),
    "mediaBodyRequired": Meaning("media", "YouTube was sent no media"),
    "badContent": Meaning("media", "YouTube does not take this kind of file"),
    "uploadLimitExceeded": Meaning(
        "cap",
        "YouTube takes no more uploads of this channel today: a cap of its own, which YouTube does "
        "not tell and the project's quota does not change",
    ),
    "notUpload": Meaning("request", "YouTube does not accept the request"),
    "wrongUrlForUpload": Meaning("request", "YouTube does not accept the request"),
    "badRequest": Meaning("request", "YouTube does not accept the request"),
    "required": Meaning("request", "YouTube misses something in the request"),
    "unknownPart": Meaning("request", "YouTube does not accept the request"),
    "authError": Meaning("sign-in", f"Google does not accept the token; {AGAIN}"),
    "authorizationRequired": Meaning("sign-in", f"Google wants a token; {AGAIN}"),
    "youtubeSignupRequired": Meaning(
        "sign-in",
        "this Google account has no YouTube channel (a service account never has); make one, or "
        f"{AGAIN} and choose the channel",
    ),
    "insufficientPermissions": Meaning(
        "sign-in", f"a permission that this needs was not granted; {AGAIN}, and tick every box"
    ),
    "accessNotConfigured": Meaning(
        "sign-in", "the YouTube Data API is not switched on in the Google Cloud project"
    ),
    "accountDelegationForbidden": Meaning("sign-in", f"this account may not act for it; {AGAIN}"),
    "authenticatedUserAccountClosed": Meaning("account", "the YouTube account is closed"),
    "authenticatedUserAccountSuspended": Meaning("account", "the YouTube account is suspended"),
    "authenticatedUserNotChannel": Meaning("sign-in", f"the account has no channel; {AGAIN}"),
    "channelClosed": Meaning("account", "the YouTube channel is closed"),
    "channelSuspended": Meaning("account", "the YouTube channel is suspended"),
    "quotaExceeded": Meaning(
        "project",
        "the Google Cloud project has spent its quota of today, which opens again at midnight in "
        "California; every channel with this project waits",
    ),
    "dailyLimitExceeded": Meaning(
        "project",
        "the Google Cloud project has reached its limit of today, which opens again at midnight "
        "in California",
    ),
    "rateLimitExceeded": Meaning("throttle", "YouTube is asked too often"),
    "userRateLimitExceeded": Meaning("throttle", "YouTube is asked too often for this account"),
    "servingLimitExceeded": Meaning("throttle", "YouTube is too busy"),
    "concurrentLimitExceeded": Meaning("throttle", "YouTube is asked too much at once"),
    "uploadRateLimitExceeded": Meaning("throttle", "YouTube takes no more thumbnails for a while"),
    "forbidden": Meaning(
        "account", "YouTube forbids it to this account (custom thumbnails need a verified phone)"
    ),
    "forbiddenPrivacySetting": Meaning("privacy", "YouTube does not take this privacy status"),
    "forbiddenLicenseSetting": Meaning("metadata", "YouTube does not take this licence"),
    "forbiddenEmbedSetting": Meaning("metadata", "YouTube does not let this video be embedded"),
    "invalidDefaultBroadcastPrivacySetting": Meaning("privacy", "YouTube does not take it"),
    "videoNotFound": Meaning("gone", "YouTube does not find the video"),
    "playlistNotFound": Meaning("playlist", "YouTube has no such playlist; correct `playlists`"),
    "notFound": Meaning("gone", "YouTube does not find it"),
    "deleted": Meaning("gone", "YouTube has deleted it"),
    "captionNotFound": Meaning("gone", "YouTube does not find the caption track"),
    "captionExists": Meaning("captions", "YouTube has such a caption track"),
    "contentRequired": Meaning("captions", "the captions are empty"),
    "invalidMetadata": Meaning("captions", "YouTube does not accept the captions' language"),
    "nameTooLong": Meaning("captions", "the captions' name is too long"),
    "invalidImage": Meaning("posters", "YouTube does not take the poster: JPEG or PNG"),
    "playlistTitleRequired": Meaning("playlist", "a playlist needs a title"),
    "maxPlaylistExceeded": Meaning("playlist", "the channel has as many playlists as it may"),
    "defaultLanguageNotSetError": Meaning("playlist", "the playlist needs a language"),
    "localizationValidationError": Meaning("playlist", "YouTube does not take the translations"),
    "invalidPlaylistSnippet": Meaning("playlist", "YouTube does not take the playlist's words"),
    "playlistForbidden": Meaning("playlist", "the playlist is of another channel"),
    "manualSortRequired": Meaning(
        "playlist", "the playlist is not sorted by hand; set it so in YouTube Studio"
    ),
    "invalidPlaylistItemPosition": Meaning("again", "the playlist was changed meanwhile"),
    "playlistContainsMaximumNumberOfVideos": Meaning("playlist", "the playlist is full"),
    "playlistItemsNotAccessible": Meaning("playlist", "the playlist's items are not accessible"),
    "videoAlreadyInAnotherSeriesPlaylist": Meaning(
        "playlist", "the video is in an official series playlist already"
    ),
    "playlistIdRequired": Meaning("request", "YouTube misses the playlist in the request"),
    "resourceIdRequired": Meaning("request", "YouTube misses the video in the request"),
    "ALREADY_EXISTS": Meaning("again", "YouTube says that it has begun this already"),
    "conditionNotMet": Meaning("again", "it was changed meanwhile"),
    "internalError": Meaning("again", "YouTube has a fault of its own"),
    "backendError": Meaning("again", "YouTube has a fault of its own"),
    "notReady": Meaning("again", "YouTube is not ready"),
}


class Missing(sc.Refused):
    """What was asked for is not there."""


def reason_of(answer: sc.Answer) -> tuple[str, str]:
    """Return the reason and the message of an error; empty where it has none."""
    found = answer.json()
    error = found.get("error") if isinstance(found, dict) else None
    if not isinstance(error, dict):
        return "", ""
    first: dict[str, Any] = next(iter(error.get("errors") or ()), {})
    message = TAG.sub("", str(error.get("message") or ""))[:SAID_MAX]
    return str(first.get("reason") or error.get("status") or ""), message


def midnight_after(now: datetime) -> datetime:
    """Return when the quotas open again: the next midnight in California."""
    local = now.astimezone(PACIFIC).date() + DAY
    return datetime.combine(local, datetime.min.time(), PACIFIC).astimezone(now.tzinfo)


def read(answer: sc.Answer, http: Any, *, safe: bool) -> dict[str, Any]:
    """Return the JSON of a successful answer.

    Args:
        answer: of an API call.
        http: the channel's client: its clock, and how it reads Retry-After.
        safe: whether the request may be repeated at no harm.

    Raises:
        ChannelError: the verdict that the reason comes to; where there is none to be read and the
            request may have had its effect, AnswerLost.
    """
    if answer.is_success:
        found = answer.json()
        if isinstance(found, dict) or not answer.body:
            return found or {}
        raise unheard(f"YouTube's answer cannot be read ({answer})", safe=safe)
    raise judged(answer, http, safe=safe)


def judged(answer: sc.Answer, http: Any, *, safe: bool) -> sc.ChannelError:
    """Return the verdict on an answer that is no success."""
    reason, message = reason_of(answer)
    said = f"{reason}: {message}" if reason else str(answer)
    meaning = REASONS.get(reason)
    later = http.retry_after(answer)
    if answer.status >= SERVER_ERROR or answer.status == TIMED_OUT:
        return unheard(
            f"YouTube has a fault of its own ({said})", safe=safe, after=later, http=http
        )
    if answer.status == TOO_MANY and (meaning is None or meaning.verdict != "project"):
        meaning = meaning or Meaning("throttle", "YouTube is asked too often")
        return _made(meaning, said, http.now(), later)
    if meaning is None and not reason and answer.status != UNAUTHORIZED:
        # Not in YouTube's words: something on the way said it, perhaps after the effect.
        return unheard(f"YouTube's answer cannot be read ({said})", safe=safe)
    if meaning is None:
        text = "YouTube refused, for a reason that it has not documented"
        return sc.Refused("request", f"{text} ({said})")
    return _made(meaning, said, http.now(), later)


def unheard(
    text: str, *, safe: bool, after: datetime | None = None, http: Any = None
) -> sc.ChannelError:
    """Return the verdict where nobody knows what came of a request."""
    if not safe:
        return sc.AnswerLost(text)
    return sc.Retry(text, after=(after - http.now()).total_seconds() if after else None)


def _made(meaning: Meaning, said: str, now: datetime, later: datetime | None) -> sc.ChannelError:
    text = f"{meaning.text} ({said})"
    makers: dict[str, Callable[[], sc.ChannelError]] = {
        "again": lambda: sc.Retry(text),
        "throttle": lambda: sc.RateLimited(text, until=later),
        "cap": lambda: sc.QuotaSpent(text, until=later or now + DAY),
        "project": lambda: sc.QuotaSpent(text, until=midnight_after(now)),
        "sign-in": lambda: sc.SignInAgain(text),
        "gone": lambda: Missing("video", text),
    }
    make = makers.get(meaning.verdict)
    return make() if make else sc.Refused(meaning.verdict, text)
