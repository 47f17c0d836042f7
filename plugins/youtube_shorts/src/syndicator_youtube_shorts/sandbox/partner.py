"""Content ID: assets, ownership, claims with a usage policy, and what they do to regions.

developers.google.com/youtube/partner; a rule applies where all its conditions hold
(/youtube/partner/reference/rest/v1/PolicyRule).
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_youtube_shorts.sandbox.answers import Refusal, need
from syndicator_youtube_shorts.sandbox.oauth import PARTNER
from syndicator_youtube_shorts.sandbox.playlists import PlaylistRoutes

BASE = "/youtube/partner/v1"
TYPES = frozenset({"episode", "season", "show", "web", "movie", "general"})
ACTIONS = frozenset({"block", "monetize", "takedown", "track"})
COUNTRY = re.compile(r"[A-Z]{2}")
CUSTOM_ID_MAX, TITLE_MAX = 64, 255


class PartnerRoutes(PlaylistRoutes):
    """`/youtube/partner/v1`."""

    def _owned(self, request: Request, name: str, do: Any, *parameters: str) -> Reply:
        """Answer a call that only a content owner may make; its quota is not the Data API's."""

        def owned(account: str) -> Reply:
            need(self.owner_of(request), "forbidden", "onBehalfOfContentOwner is required")
            answered: Reply = do(account)
            return answered

        return self.call(request, name, owned, scopes=(PARTNER,), parameters=parameters, units=0)

    @route("POST", f"{BASE}/assets")
    def assets_insert(self, request: Request) -> Reply:
        def do(account: str) -> Reply:  # noqa: ARG001 - the owner's, whoever asks
            body = request.json()
            need(body.get("type") in TYPES, "badRequest", f"type: one of {', '.join(TYPES)}")
            data = body.get("metadata") or {}
            custom = str(data.get("customId", ""))
            need(len(custom) <= CUSTOM_ID_MAX, "badRequest", "customId: at most 64 characters")
            title = str(data.get("title", ""))
            need(0 < len(title.encode()) <= TITLE_MAX, "badRequest", "title: 1 to 255 bytes")
            asset = {"kind": "youtubePartner#asset", "id": f"A{secrets.randbelow(10**15):015d}",
                     "type": body["type"], "metadata": data}  # fmt: skip
            self.store.put("assets", asset["id"], asset)
            return Reply(json=asset)

        return self._owned(request, "assets.insert", do)

    @route("GET", f"{BASE}/assetSearch")
    def asset_search(self, request: Request) -> Reply:
        def do(account: str) -> Reply:  # noqa: ARG001 - the owner's, whoever asks
            wanted = request.query.get("q", "")
            found = [
                {"kind": "youtubePartner#assetSnippet", "id": x["id"], "type": x["type"],
                 "customId": x["metadata"].get("customId"), "title": x["metadata"].get("title")}
                for x in self.store.all("assets")
                if wanted in {x["metadata"].get("customId"), x["metadata"].get("title")}
            ]  # fmt: skip
            return Reply(json={"kind": "youtubePartner#assetSnippetList", "items": found})

        return self._owned(request, "assetSearch.list", do, "q")

    @route("PUT", BASE + "/assets/{asset}/ownership")
    def ownership_update(self, request: Request, asset: str) -> Reply:
        def do(account: str) -> Reply:  # noqa: ARG001 - the owner's, whoever asks
            self._asset(asset)
            body = request.json()
            for each in body.get("general") or ():
                need(each.get("owner") and each.get("type") in {"include", "exclude"}, "badRequest",
                     "general: owner, ratio, type, territories")  # fmt: skip
                _check_territories(each.get("territories") or [])
            self.store.put("ownership", asset, body)
            return Reply(json={"kind": "youtubePartner#rightsOwnership", **body})

        return self._owned(request, "ownership.update", do)

    def _asset(self, id_: str) -> dict[str, Any]:
        found = self.store.get("assets", id_)
        if found is None:
            raise Refusal("notFound", f"no asset {id_!r}")
        return found

    @route("POST", f"{BASE}/claims")
    def claims_insert(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            body = request.json()
            self._asset(str(body.get("assetId", "")))
            video = self.mine(str(body.get("videoId", "")), account)
            need(body.get("contentType") in {"audiovisual", "audio", "video"}, "badRequest",
                 "contentType")  # fmt: skip
            _check_policy(body.get("policy") or {})
            claim = {"kind": "youtubePartner#claim", "id": secrets.token_urlsafe(12),
                     "status": "active", "videoId": video["id"], "assetId": body["assetId"],
                     "contentType": body["contentType"], "policy": body["policy"]}  # fmt: skip
            need(not self._claims_of(video["id"]), "ALREADY_EXISTS", "the video has a claim")
            self.store.put("claims", claim["id"], claim)
            return Reply(json=claim)

        return self._owned(request, "claims.insert", do)

    @route("PATCH", BASE + "/claims/{claim}")
    def claims_patch(self, request: Request, claim: str) -> Reply:
        def do(account: str) -> Reply:
            found = self.store.get("claims", claim)
            if found is None:
                raise Refusal("notFound", f"no claim {claim!r}")
            self.mine(found["videoId"], account)
            policy = request.json().get("policy") or {}
            _check_policy(policy)
            self.store.put("claims", claim, {**found, "policy": policy})
            return Reply(json={**found, "policy": policy})

        return self._owned(request, "claims.patch", do)

    @route("GET", BASE + "/claims/{claim}")
    def claims_get(self, request: Request, claim: str) -> Reply:
        def do(account: str) -> Reply:  # noqa: ARG001 - the owner's, whoever asks
            found = self.store.get("claims", claim)
            if found is None:
                raise Refusal("notFound", f"no claim {claim!r}")
            return Reply(json=found)

        return self._owned(request, "claims.get", do)

    @route("GET", f"{BASE}/claimSearch")
    def claim_search(self, request: Request) -> Reply:
        def do(account: str) -> Reply:  # noqa: ARG001 - the owner's, whoever asks
            found = [
                {"kind": "youtubePartner#claimSnippet", "id": x["id"], "assetId": x["assetId"],
                 "videoId": x["videoId"], "status": x["status"]}
                for x in self._claims_of(request.query.get("videoId", ""))
            ]  # fmt: skip
            return Reply(json={"kind": "youtubePartner#claimSnippetList", "items": found})

        return self._owned(request, "claimSearch.list", do, "videoId")

    def _claims_of(self, video: str) -> list[dict[str, Any]]:
        return [x for x in self.store.all("claims") if x["videoId"] == video]

    def regions(self, video: dict[str, Any]) -> dict[str, list[str]]:
        """Return `contentDetails.regionRestriction`: what the claims' policies block."""
        for claim in self._claims_of(video["id"]):
            for rule in claim["policy"]["rules"]:
                if rule["action"] != "block":
                    continue
                where = rule["conditions"]["requiredTerritories"]
                name = "allowed" if where["type"] == "exclude" else "blocked"
                return {name: sorted(where["territories"])}
        return {}


def _check_policy(policy: dict[str, Any]) -> None:
    rules = policy.get("rules")
    need(isinstance(rules, list) and rules, "badRequest", "policy.rules is required")
    for rule in rules or ():
        need(rule.get("action") in ACTIONS, "badRequest", "rules: action")
        where = (rule.get("conditions") or {}).get("requiredTerritories")
        if where is not None:
            need(where.get("type") in {"include", "exclude"}, "badRequest", "type")
            need(where.get("territories"), "badRequest", "territories")
            _check_territories(where["territories"])


def _check_territories(codes: list[str]) -> None:
    wrong = [x for x in codes if not COUNTRY.fullmatch(x)]
    need(not wrong, "badRequest", f"no ISO 3166-1 codes: {', '.join(wrong)}")
