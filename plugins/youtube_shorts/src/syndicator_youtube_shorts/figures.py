"""Figures by country, from the Analytics API.

developers.google.com/youtube/analytics/reports/query, /channel_reports. No rows is no data, which
is not zero; the last days are missing; days are those of California.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import syndicator.channel as sc
from syndicator_youtube_shorts.errors import PACIFIC, read
from syndicator_youtube_shorts.oauth import ANALYTICS
from syndicator_youtube_shorts.options import Options

METRICS = {
    "views": "views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "estimatedMinutesWatched": "minutes_watched",
    "averageViewPercentage": "average_percentage",
}
REVENUE = {"estimatedRevenue": "revenue"}
CENTS = 100
NOWHERE = "ZZ"


def figures(channel: sc.Channel, options: Options, video: str, since: date) -> list[sc.Figure]:
    """Return the figures of a video in each country, from a day on."""
    found = _report(channel, options, video, since, METRICS)
    if options.revenue:
        # A query of its own: where money is refused, the rest is not lost.
        found += _report(channel, options, video, since, REVENUE)
    return found


def _report(
    channel: sc.Channel, options: Options, video: str, since: date, metrics: dict[str, str]
) -> list[sc.Figure]:
    http = channel.http
    now = http.now()
    answer = http.exchange(
        "GET",
        channel.address(ANALYTICS),
        params={
            "ids": f"contentOwner=={options.owner}" if options.owner else "channel==MINE",
            "startDate": since.isoformat(),
            "endDate": now.astimezone(PACIFIC).date().isoformat(),
            "metrics": ",".join(metrics), "dimensions": "country",
            "filters": f"video=={video}",
            "currency": "USD" if metrics is REVENUE else None,
        },
    )  # fmt: skip
    table = read(answer, http, safe=True)
    names = [str(x.get("name")) for x in table.get("columnHeaders") or ()]
    return [
        _figure(metrics[name], value, str(row[0]), now)
        for row in table.get("rows") or ()
        if row[0] != NOWHERE
        for name, value in zip(names[1:], row[1:], strict=True)
        if name in metrics
    ]


def _figure(metric: str, value: Any, country: str, now: Any) -> sc.Figure:
    if metric == "revenue":
        cents = round(float(value) * CENTS)
        return sc.Figure(metric=metric, value=cents, territory=country, as_of=now, currency="USD")
    return sc.Figure(metric=metric, value=value, territory=country, as_of=now)
