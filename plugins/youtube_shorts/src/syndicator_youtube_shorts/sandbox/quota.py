"""The project's quota: three models that Google had, midnight Pacific, and calls as they are made.

developers.google.com/youtube/v3/determine_quota_cost and the revision history: an upload cost 1600
units for years (`legacy1600`), about 100 since December 2025 (`units100`), and has had a bucket of
its own since June 2026 (`buckets`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.channel.sandbox import Reply, Request
from syndicator_youtube_shorts.sandbox.answers import Refusal, need
from syndicator_youtube_shorts.sandbox.oauth import OAuthRoutes

PACIFIC = ZoneInfo("America/Los_Angeles")
GENERAL = frozenset(
    {"alt", "fields", "key", "prettyPrint", "quotaUser", "uploadType", "upload_id", "$.xgafv"}
)
OWNER = frozenset({"onBehalfOfContentOwner", "onBehalfOfContentOwnerChannel"})


class Calls(OAuthRoutes):
    """What every call of Google's APIs goes through."""

    def call(
        self,
        request: Request,
        name: str,
        do: Callable[[str], Reply],
        *,
        scopes: tuple[str, ...],
        parameters: tuple[str, ...] = (),
        units: int = 1,
        uploads: int = 0,
    ) -> Reply:
        """Answer a call: token, parameters and quota first, then what it does.

        Args:
            request: the request.
            name: as in the documentation: `videos.update`.
            do: what it does for an account.
            scopes: any of which will do.
            parameters: of the query, beside the general ones.
            units: what it costs.
            uploads: how often it counts as an upload.
        """
        try:
            fault = self.faults.take("error", call=name)
            need(not fault, *_wished(fault))
            account = self.bearer(request, *scopes)
            unknown = set(request.query) - set(parameters) - GENERAL - OWNER
            need(not unknown, "badRequest", f"unknown parameters: {', '.join(sorted(unknown))}")
            self._check_owner(request, account)
            self.spend(units, uploads)
            return do(account)
        except Refusal as refusal:
            return refusal.reply()

    def owner_of(self, request: Request) -> str:
        """Return the content owner that a call is made for, if it is for one."""
        return request.query.get("onBehalfOfContentOwner", "")

    def _check_owner(self, request: Request, account: str) -> None:
        owner = self.owner_of(request)
        if owner and owner != self.profile["content_owner"]:
            raise Refusal("forbidden", f"{account} may not act for content owner {owner}")

    def spend(self, units: int, uploads: int) -> None:
        """Take from today's quota of the project, which is Pacific days long."""
        model = self.profile["quota_model"]
        if uploads and model == "buckets":
            self._take("uploads", uploads, int(self.profile["uploads_per_day"]))
            return
        if uploads:
            units = uploads * (1600 if model == "legacy1600" else 100)
        self._take("units", units, int(self.profile["units_per_day"]))

    def _take(self, bucket: str, amount: int, most: int) -> None:
        day = self.clock.now().astimezone(PACIFIC).date().isoformat()
        spent = (self.store.get("quota", f"{bucket} {day}") or {"spent": 0})["spent"]
        if spent + amount > most:
            raise Refusal(
                "quotaExceeded",
                'The request cannot be completed because you have exceeded your <a href="/quota">'
                "quota</a>.",
            )
        self.store.put("quota", f"{bucket} {day}", {"spent": spent + amount})

    def spent_today(self, bucket: str) -> int:
        """Return what was taken from a bucket today."""
        day = self.clock.now().astimezone(PACIFIC).date().isoformat()
        return int((self.store.get("quota", f"{bucket} {day}") or {"spent": 0})["spent"])

    @staticmethod
    def parts(request: Request, known: frozenset[str]) -> list[str]:
        """Return the parts that a request names."""
        found = [x for x in request.query.get("part", "").split(",") if x]
        need(found, "required", "Required parameter: part", "part")
        unknown = set(found) - known
        need(not unknown, "unknownPart", f"unknown part: {', '.join(sorted(unknown))}", "part")
        return found

    @staticmethod
    def most(request: Request) -> int:
        """Return how many items a page is to have."""
        text = request.query.get("maxResults", "5")
        ok = text.isdigit() and int(text) <= 50
        need(ok, "badRequest", "maxResults: 0 to 50", "maxResults")
        return int(text)


def _wished(fault: dict[str, Any] | None) -> tuple[str, str]:
    return (fault["reason"], fault.get("message", "on demand")) if fault else ("", "")
