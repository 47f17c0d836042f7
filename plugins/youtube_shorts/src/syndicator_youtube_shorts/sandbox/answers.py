"""How Google answers: the error body, and the documented reasons with their statuses.

developers.google.com/youtube/v3/docs/errors; the pages of each method.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from syndicator.channel.sandbox import Reply

REASONS: dict[str, tuple[int, str]] = {
    **dict.fromkeys(
        (
            "invalidTitle", "invalidDescription", "invalidTags", "invalidCategoryId",
            "invalidPublishAt", "invalidPublishScheduleForVideo", "invalidFilename",
            "invalidRecordingDate", "invalidVideoMetadata", "invalidVideoGameRating",
            "defaultLanguageNotSet", "mediaBodyRequired", "uploadLimitExceeded",
            "invalidDefaultBroadcastPrivacySetting",
        ),
        (400, "youtube.video"),
    ),
    "forbiddenEmbedSetting": (403, "youtube.video"),
    "forbiddenPrivacySetting": (403, "youtube.video"),
    "forbiddenLicenseSetting": (403, "youtube.video"),
    "videoNotFound": (404, "youtube.video"),
    "contentRequired": (400, "youtube.caption"),
    "invalidMetadata": (400, "youtube.caption"),
    "nameTooLong": (400, "youtube.caption"),
    "captionExists": (409, "youtube.caption"),
    "captionNotFound": (404, "youtube.caption"),
    "invalidImage": (400, "youtube.thumbnail"),
    "uploadRateLimitExceeded": (429, "youtube.thumbnail"),
    "playlistTitleRequired": (400, "youtube.playlist"),
    "maxPlaylistExceeded": (400, "youtube.playlist"),
    "defaultLanguageNotSetError": (400, "youtube.playlist"),
    "localizationValidationError": (400, "youtube.playlist"),
    "invalidPlaylistSnippet": (400, "youtube.playlist"),
    "playlistForbidden": (403, "youtube.playlist"),
    "playlistNotFound": (404, "youtube.playlist"),
    "manualSortRequired": (400, "youtube.playlistItem"),
    "invalidPlaylistItemPosition": (400, "youtube.playlistItem"),
    "playlistContainsMaximumNumberOfVideos": (403, "youtube.playlistItem"),
    "playlistItemsNotAccessible": (403, "youtube.playlistItem"),
    "videoAlreadyInAnotherSeriesPlaylist": (400, "youtube.playlistItem"),
    "playlistIdRequired": (400, "youtube.playlistItem"),
    "resourceIdRequired": (400, "youtube.playlistItem"),
    "quotaExceeded": (403, "youtube.quota"),
    "dailyLimitExceeded": (403, "usageLimits"),
    "rateLimitExceeded": (403, "usageLimits"),
    "userRateLimitExceeded": (403, "usageLimits"),
    "servingLimitExceeded": (403, "usageLimits"),
    "concurrentLimitExceeded": (403, "usageLimits"),
    "accessNotConfigured": (403, "usageLimits"),
    "authError": (401, "global"),
    "authorizationRequired": (401, "youtube.header"),
    "youtubeSignupRequired": (401, "youtube.header"),
    "insufficientPermissions": (403, "global"),
    "forbidden": (403, "global"),
    "accountDelegationForbidden": (403, "youtube.header"),
    "authenticatedUserAccountClosed": (403, "youtube.header"),
    "authenticatedUserAccountSuspended": (403, "youtube.header"),
    "authenticatedUserNotChannel": (403, "youtube.header"),
    "channelClosed": (403, "youtube.channel"),
    "channelSuspended": (403, "youtube.channel"),
    "badRequest": (400, "global"),
    "badContent": (400, "global"),
    "required": (400, "global"),
    "unknownPart": (400, "youtube.part"),
    "notUpload": (400, "global"),
    "wrongUrlForUpload": (400, "global"),
    "notFound": (404, "global"),
    "deleted": (410, "global"),
    "conditionNotMet": (412, "global"),
    "ALREADY_EXISTS": (409, "global"),
    "internalError": (500, "global"),
    "backendError": (503, "global"),
    "notReady": (503, "global"),
}  # fmt: skip


class Refusal(Exception):  # noqa: N818 - what the platform says
    """YouTube says no, with a reason."""

    def __init__(self, reason: str, message: str = "", location: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason
        self.location = location

    def reply(self) -> Reply:
        """Return the error body of Google's APIs."""
        status, domain = REASONS.get(self.reason, (400, "global"))
        one = {"message": str(self), "domain": domain, "reason": self.reason}
        if self.location:
            one |= {"location": self.location, "locationType": "parameter"}
        error = {"code": status, "message": str(self), "errors": [one]}
        return Reply(status, json={"error": error})


def need(ok: object, reason: str, message: str, location: str = "") -> None:
    """Refuse unless it is so."""
    if not ok:
        raise Refusal(reason, message, location)


def etag(value: Any) -> str:
    """Return the etag of a resource."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:27]


def resource(kind: str, **fields: Any) -> dict[str, Any]:
    """Return a resource with its kind and etag."""
    return {"kind": f"youtube#{kind}", "etag": etag(fields), **fields}


def listing(kind: str, items: list[dict[str, Any]], page: str = "", most: int = 5) -> Reply:
    """Return a page of a list; tokens are offsets, which nobody is to look into."""
    first = int(page) if page.isdigit() else 0
    shown = items[first : first + most]
    body: dict[str, Any] = {
        "kind": f"youtube#{kind}ListResponse",
        "etag": etag(items),
        "pageInfo": {"totalResults": len(items), "resultsPerPage": most},
        "items": shown,
    }
    if first + most < len(items):
        body["nextPageToken"] = str(first + most)
    return Reply(json=body)
