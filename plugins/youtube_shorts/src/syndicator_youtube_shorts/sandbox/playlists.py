"""Playlists, their items, and the channel with its list of uploads.

developers.google.com/youtube/v3/docs/playlists, /docs/playlistItems, /docs/channels
"""

from __future__ import annotations

import secrets
from typing import Any

from syndicator.channel.sandbox import Reply, Request, route
from syndicator_youtube_shorts.sandbox.answers import Refusal, listing, need, resource
from syndicator_youtube_shorts.sandbox.companions import CompanionRoutes
from syndicator_youtube_shorts.sandbox.oauth import channel_id
from syndicator_youtube_shorts.sandbox.videos import LOOK, WRITE

PARTS = frozenset({"id", "snippet", "status", "contentDetails", "localizations", "player"})
CHANNEL_PARTS = frozenset({"id", "snippet", "contentDetails", "status", "statistics"})
ITEMS_MAX = 5000
TITLE_MAX, DESCRIPTION_MAX = 150, 5000


class PlaylistRoutes(CompanionRoutes):
    """`/youtube/v3/playlists`, `/playlistItems` and `/channels`."""

    @route("GET", "/youtube/v3/channels")
    def channels_list(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            self.parts(request, CHANNEL_PARTS)
            need(request.query.get("mine") == "true", "badRequest", "this sandbox knows mine=true")
            id_ = channel_id(account)
            lists = {"relatedPlaylists": {"uploads": "UU" + id_[2:]}}
            shown = resource(
                "channel", id=id_, snippet={"title": account.replace("-", " ").title()},
                contentDetails=lists,
                status={"privacyStatus": "public", "longUploadsStatus": "allowed"},
            )  # fmt: skip
            return listing("channel", [shown])

        return self.call(request, "channels.list", do, scopes=LOOK, parameters=("part", "mine"))

    @route("GET", "/youtube/v3/playlists")
    def playlists_list(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            self.parts(request, PARTS)
            mine = [x for x in self.store.all("playlists") if x["account"] == account]
            if "id" in request.query:
                mine = [x for x in mine if x["id"] in request.query["id"].split(",")]
            items = [_playlist(x) for x in mine]
            return listing("playlist", items, request.query.get("pageToken", ""),
                           self.most(request))  # fmt: skip

        known = ("part", "mine", "id", "maxResults", "pageToken")
        return self.call(request, "playlists.list", do, scopes=LOOK, parameters=known)

    @route("POST", "/youtube/v3/playlists")
    def playlists_insert(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            parts, body = self.parts(request, PARTS), request.json()
            snippet = body.get("snippet") or {}
            title = snippet.get("title", "")
            need(title, "playlistTitleRequired", "snippet.title is required")
            fits = (
                len(title) <= TITLE_MAX and len(snippet.get("description", "")) <= DESCRIPTION_MAX
            )
            need(fits, "invalidPlaylistSnippet", "title or description is too long")
            if "localizations" in parts and body.get("localizations"):
                said = snippet.get("defaultLanguage")
                need(said, "defaultLanguageNotSetError", "snippet.defaultLanguage is required")
            id_ = "PL" + secrets.token_urlsafe(24)
            kept = {"id": id_, "account": account, "snippet": snippet,
                    "status": body.get("status") or {"privacyStatus": "public"},
                    "made_at": self.clock.now().isoformat()}  # fmt: skip
            self.store.put("playlists", id_, kept)
            return Reply(json=_playlist(kept))

        return self.call(request, "playlists.insert", do, scopes=WRITE, parameters=("part",),
                         units=50)  # fmt: skip

    @route("DELETE", "/youtube/v3/playlists")
    def playlists_delete(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            self._my_playlist(request.query.get("id", ""), account)
            self.store.delete("playlists", request.query["id"])
            return Reply(204)

        return self.call(request, "playlists.delete", do, scopes=WRITE, parameters=("id",),
                         units=50)  # fmt: skip

    def _my_playlist(self, id_: str, account: str) -> dict[str, Any]:
        found = self.store.get("playlists", id_)
        if found is None:
            raise Refusal("playlistNotFound", f"no playlist {id_!r}", "playlistId")
        need(found["account"] == account, "playlistForbidden", "of another channel")
        return found

    @route("GET", "/youtube/v3/playlistItems")
    def items_list(self, request: Request) -> Reply:
        known = ("part", "playlistId", "videoId", "id", "maxResults", "pageToken")
        return self.call(request, "playlistItems.list", lambda who: self._items(request, who),
                         scopes=LOOK, parameters=known)  # fmt: skip

    def _items(self, request: Request, account: str) -> Reply:
        self.parts(request, PARTS)
        id_ = request.query.get("playlistId", "")
        need(id_, "playlistIdRequired", "playlistId", "playlistId")
        if id_.startswith("UU"):
            items = self._uploads(id_, account)
        else:
            self._my_playlist(id_, account)
            items = [_item(x, n) for n, x in enumerate(self._items_of(id_))]
        wanted = request.query.get("videoId")
        if wanted:
            items = [x for x in items if x["contentDetails"]["videoId"] == wanted]
        page = request.query.get("pageToken", "")
        return listing("playlistItem", items, page, self.most(request))

    def _uploads(self, id_: str, account: str) -> list[dict[str, Any]]:
        need(id_ == "UU" + channel_id(account)[2:], "playlistNotFound", f"no playlist {id_!r}")
        mine = [x for x in self.store.all("videos")
                if x["account"] == account and self.video(x["id"], listed=True)]  # fmt: skip
        return [_item({"id": f"UP{x['id']}", "playlist": id_, "video": x["id"]}, n)
                for n, x in enumerate(reversed(mine))]  # fmt: skip

    def _items_of(self, playlist: str) -> list[dict[str, Any]]:
        found = [x for x in self.store.all("items") if x["playlist"] == playlist]
        return sorted(found, key=lambda x: x["position"])

    @route("POST", "/youtube/v3/playlistItems")
    def items_insert(self, request: Request) -> Reply:
        return self.call(request, "playlistItems.insert", lambda who: self._add(request, who),
                         scopes=WRITE, parameters=("part",), units=50)  # fmt: skip

    def _add(self, request: Request, account: str) -> Reply:
        self.parts(request, PARTS)
        snippet = request.json().get("snippet") or {}
        need(snippet.get("playlistId"), "playlistIdRequired", "snippet.playlistId")
        meant = snippet.get("resourceId") or {}
        need(meant.get("kind") == "youtube#video", "resourceIdRequired", "snippet.resourceId")
        playlist = self._my_playlist(snippet["playlistId"], account)
        if self.video(str(meant.get("videoId")), listed=True) is None:
            raise Refusal("videoNotFound", "the video cannot be found")  # also for a while at first
        there = self._items_of(playlist["id"])
        full = len(there) >= ITEMS_MAX
        need(not full, "playlistContainsMaximumNumberOfVideos", "the playlist is full")
        id_ = secrets.token_urlsafe(24)
        item = {"id": id_, "playlist": playlist["id"], "video": meant["videoId"], "position": 0}
        return self._place(item, there, snippet.get("position", len(there)))

    @route("PUT", "/youtube/v3/playlistItems")
    def items_update(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            self.parts(request, PARTS)
            body = request.json()
            item = self.store.get("items", str(body.get("id", "")))
            if item is None:
                raise Refusal("notFound", "no such item")
            self._my_playlist(item["playlist"], account)
            there = [x for x in self._items_of(item["playlist"]) if x["id"] != item["id"]]
            return self._place(item, there, (body.get("snippet") or {}).get("position", 0))

        return self.call(request, "playlistItems.update", do, scopes=WRITE, parameters=("part",),
                         units=50)  # fmt: skip

    def _place(self, item: dict[str, Any], there: list[dict[str, Any]], position: Any) -> Reply:
        ok = isinstance(position, int) and 0 <= position <= len(there)
        need(ok, "invalidPlaylistItemPosition", f"position {position!r} of {len(there)}")
        there.insert(position, item)
        for number, each in enumerate(there):
            self.store.put("items", each["id"], {**each, "position": number})
        return Reply(json=_item(item, position))

    @route("DELETE", "/youtube/v3/playlistItems")
    def items_delete(self, request: Request) -> Reply:
        def do(account: str) -> Reply:
            item = self.store.get("items", request.query.get("id", ""))
            if item is None:
                raise Refusal("notFound", "no such item")
            self._my_playlist(item["playlist"], account)
            self.store.delete("items", item["id"])
            return Reply(204)

        return self.call(request, "playlistItems.delete", do, scopes=WRITE, parameters=("id",),
                         units=50)  # fmt: skip


def _playlist(kept: dict[str, Any]) -> dict[str, Any]:
    snippet = {**kept["snippet"], "publishedAt": kept["made_at"],
               "channelId": channel_id(kept["account"])}  # fmt: skip
    return resource("playlist", id=kept["id"], snippet=snippet, status=kept["status"])


def _item(item: dict[str, Any], position: int) -> dict[str, Any]:
    meant = {"kind": "youtube#video", "videoId": item["video"]}
    snippet = {"playlistId": item["playlist"], "position": position, "resourceId": meant}
    return resource(
        "playlistItem", id=item["id"], snippet=snippet, contentDetails={"videoId": item["video"]}
    )
