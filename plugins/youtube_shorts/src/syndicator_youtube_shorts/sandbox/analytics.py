"""Analytics: the report by country, which is what figures are taken from.

developers.google.com/youtube/analytics/reference/reports/query, /channel_reports
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_youtube_shorts.sandbox.answers import Refusal, need
from syndicator_youtube_shorts.sandbox.oauth import ANALYTICS, MONETARY
from syndicator_youtube_shorts.sandbox.partner import PartnerRoutes

BASIC = frozenset(
    {
        "views", "redViews", "engagedViews", "comments", "likes", "dislikes", "shares",
        "estimatedMinutesWatched", "averageViewDuration", "averageViewPercentage",
        "subscribersGained", "subscribersLost",
    }
)  # fmt: skip
MONEY = frozenset({"estimatedRevenue", "estimatedAdRevenue", "grossRevenue"})
PARAMETERS = (
    "ids", "startDate", "endDate", "metrics", "dimensions", "filters", "sort", "maxResults",
    "startIndex", "currency",
)  # fmt: skip
FILTER = re.compile(r"(video|country|continent|subContinent)==([\w,-]+)")


class AnalyticsRoutes(PartnerRoutes):
    """`/v2/reports` of youtubeanalytics.googleapis.com."""

    @route("GET", "/v2/reports")
    def reports(self, request: Request) -> Reply:
        return self.call(request, "reports.query", lambda account: self._report(request, account),
                         scopes=(ANALYTICS, MONETARY), parameters=PARAMETERS, units=0)  # fmt: skip

    def _report(self, request: Request, account: str) -> Reply:
        query = request.query
        ids = query.get("ids", "")
        owner = self.profile["content_owner"]
        known = ids == "channel==MINE" or (owner and ids == f"contentOwner=={owner}")
        need(known, "badRequest", "ids: channel==MINE or contentOwner==NAME", "ids")
        for name in ("startDate", "endDate"):
            _day(query.get(name, ""))
        metrics = query.get("metrics", "").split(",")
        unknown = set(metrics) - BASIC - MONEY
        need(not unknown, "badRequest", f"Unknown identifier ({', '.join(sorted(unknown))})")
        if set(metrics) & MONEY:
            self.bearer(request, MONETARY)
        need(query.get("dimensions") == "country", "badRequest", "The query is not supported.")
        filters = dict(self._filters(query.get("filters", "")))
        video = filters.get("video", "")
        self.mine(video, account)
        headers = [
            {"name": "country", "columnType": "DIMENSION", "dataType": "STRING"},
            *({"name": x, "columnType": "METRIC", "dataType": "INTEGER"} for x in metrics),
        ]
        body: dict[str, Any] = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers}
        rows = [
            [line["country"], *(line.get(name, 0) for name in metrics)]
            for line in (self.store.get("figures", video) or {"rows": []})["rows"]
        ]
        if rows:
            body["rows"] = rows  # absent where there is no data: that is not zero
        return Reply(json=body)

    def _filters(self, text: str) -> list[tuple[str, str]]:
        found = [FILTER.fullmatch(x) for x in text.split(";") if x]
        need(found and all(found), "badRequest", f"filters: {text}", "filters")
        return [(x[1], x[2]) for x in found if x]

    @route("POST", "/_sandbox/figures")
    def set_figures(self, request: Request) -> Reply:
        """Set what a video was seen: `{"id": …, "rows": [{"country": "US", "views": 7}]}`."""
        wish = request.json()
        self.store.put("figures", wish["id"], wish)
        return Reply(json={})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("badRequest", f"{text!r} is no day: YYYY-MM-DD") from None
