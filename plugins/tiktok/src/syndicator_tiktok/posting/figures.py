"""Figures of posts by video query: totals, for the whole world.

developers.tiktok.com/doc/tiktok-api-v2-video-query
"""

from __future__ import annotations

from typing import Any

import syndicator.channel as sc
from syndicator_tiktok.envelope import read

FIELDS = {
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
}


def figures(http: Any, video: str) -> list[sc.Figure]:
    """Return the figures of one post; none where it is not public, which says nothing of it."""
    answer = http.exchange(
        "POST", "/v2/video/query/", repeatable=True, changes=False, costs={"video": 1},
        params={"fields": ",".join(["id", *FIELDS])}, json={"filters": {"video_ids": [video]}},
    )  # fmt: skip
    videos = read(answer, http, safe=True).get("videos") or []
    now = http.now()
    return [
        sc.Figure(metric=FIELDS[name], value=value, as_of=now)
        for each in videos
        if str(each.get("id")) == video
        for name, value in each.items()
        if name in FIELDS and isinstance(value, int)
    ]
