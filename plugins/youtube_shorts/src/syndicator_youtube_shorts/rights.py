"""Territories, for content owners: a claim on the video whose policy blocks everywhere else.

developers.google.com/youtube/partner; /youtube/partner/reference/rest/v1/PolicyRule. Rules are kept
disjoint, because which of two wins is not told.
"""

from __future__ import annotations

from typing import Any

import syndicator.channel as sc
from syndicator_youtube_shorts import video as videos
from syndicator_youtube_shorts.review import WORLD
from syndicator_youtube_shorts.upload import slug_of
from syndicator_youtube_shorts.wire import Wire
from syndicator_youtube_shorts.words import language_of

TITLE_MAX = 255
CUSTOM_ID_MAX = 64


def policy(territories: sc.Territories, action: str) -> dict[str, Any]:
    """Return the usage policy that shows a video in some territories only."""
    if not WORLD - territories:
        return {"rules": [{"action": action}]}
    codes = sorted(territories.codes)

    def rule(what: str, kind: str) -> dict[str, Any]:
        where = {"type": kind, "territories": codes}
        return {"action": what, "conditions": {"requiredTerritories": where}}

    return {"rules": [rule("block", "exclude"), rule(action, "include")]}


def open_in(shown: dict[str, Any]) -> sc.Territories:
    """Return where a video can be seen, by its `contentDetails.regionRestriction`."""
    found = (shown.get("contentDetails") or {}).get("regionRestriction") or {}
    if "allowed" in found:
        return sc.Territories(frozenset(found["allowed"]))
    return WORLD - sc.Territories(frozenset(found.get("blocked") or ()))


class Rights:
    """The claim of one release's video."""

    def __init__(self, wire: Wire, release: sc.Release, progress: sc.Progress) -> None:
        self._wire = wire
        self._release = release
        self._progress = progress

    def keep_to(self, video: str, territories: sc.Territories) -> None:
        """Show a video in these territories only; return once YouTube says so.

        Raises:
            Retry: YouTube does not say so yet.
        """
        rules = policy(territories, self._wire.options.claim)
        claim = self._claim(video)
        if claim is None:
            self._claim_it(video, rules)
        elif not self._is_so(video, territories):
            self._wire.partner("PATCH", f"claims/{claim}", {"policy": rules})
        if not self._is_so(video, territories):
            raise sc.Retry("YouTube does not show the claim's territories yet", after=30)

    def seen(self, video: str) -> sc.Territories:
        """Return where the video can be seen, as YouTube says."""
        return open_in(videos.get(self._wire, video, "contentDetails") or {})

    def _is_so(self, video: str, territories: sc.Territories) -> bool:
        return self.seen(video).codes == (territories & WORLD).codes

    def _claim(self, video: str) -> str | None:
        found = self._wire.partner("GET", "claimSearch", videoId=video).get("items") or ()
        active = [str(x["id"]) for x in found if x.get("status", "active") == "active"]
        return next(iter(active), None)

    def _claim_it(self, video: str, rules: dict[str, Any]) -> None:
        asset = str(self._progress.remember("asset", self._asset))
        self._progress.remember("ownership", lambda: self._own(asset))
        body = {"videoId": video, "assetId": asset, "contentType": "audiovisual", "policy": rules}
        self._wire.partner("POST", "claims", body)

    def _asset(self) -> str:
        """Return the asset of the episode, by the name that we give it."""
        custom = slug_of(self._release).removesuffix(".mp4")[-CUSTOM_ID_MAX:]
        found = self._wire.partner("GET", "assetSearch", q=custom).get("items") or ()
        for each in found:
            if each.get("customId") == custom:
                return str(each["id"])
        release = self._release
        language = language_of(release, self._wire.options)
        number = release.cut.number
        name = release.series.localization(language).title
        made = self._wire.partner("POST", "assets", {
            "type": "episode" if number is not None else "web",
            "metadata": {
                "customId": custom,
                "title": sc.shorten(f"{name} {number or ''}".strip(), TITLE_MAX, sc.in_bytes),
                "showCustomId": release.series.id[:CUSTOM_ID_MAX], "showTitle": name,
                **({"episodeNumber": str(number)} if number is not None else {}),
            },
        })  # fmt: skip
        return str(made["id"])

    def _own(self, asset: str) -> bool:
        everywhere: dict[str, Any] = {
            "owner": self._wire.options.owner, "ratio": 100, "type": "exclude", "territories": [],
        }  # fmt: skip
        self._wire.partner("PUT", f"assets/{asset}/ownership", {"general": [everywhere]})
        return True
