"""The playlist of a series, with its episodes in order.

developers.google.com/youtube/v3/docs/playlists, /docs/playlistItems. Nothing is keyed there: a
playlist is known by a line in its description, and an item by its video.
"""

from __future__ import annotations

from typing import Any

import syndicator.channel as sc
from syndicator_youtube_shorts.errors import Missing
from syndicator_youtube_shorts.wire import PAGE, Wire
from syndicator_youtube_shorts.words import language_of

TITLE_MAX = 150
LISTED_S = 20.0
TRIES = 3


def marker(series: str) -> str:
    """Return the line that tells whose playlist it is."""
    return f"ref:{series}"


class Playlist:
    """The playlist of one release's series."""

    def __init__(self, wire: Wire, release: sc.Release, progress: sc.Progress) -> None:
        self._wire = wire
        self._release = release
        self._progress = progress
        self._series = release.series.id

    def hold(self, video: str) -> None:
        """Let the playlist have a video at its place.

        Raises:
            Retry: YouTube does not list the video yet.
        """
        if "item" not in self._progress.saved:
            self.put_right(video)

    def put_right(self, video: str) -> None:
        """Look where the video is, and move it to where it belongs by what is known now.

        Raises:
            Retry: YouTube does not list the video yet.
        """
        playlist = self._id()
        for _ in range(TRIES):
            items = self._items(playlist)
            mine = [x for x in items if x["video"] == video]
            place = self._place(items, video)
            if mine and mine[0]["position"] == place:
                if self._progress.saved.get("item") != mine[0]["id"]:
                    self._progress.save(item=mine[0]["id"])
                return
            if mine:
                self._move(playlist, mine[0]["id"], video, place)
            else:
                self._add(playlist, video, place)
        raise sc.Retry("the playlist changes all the time", after=30)

    def _id(self) -> str:
        named = self._wire.options.playlists.get(self._series)
        siblings = (*self._release.drop, *self._release.earlier)
        known = next((x.saved["playlist"] for x in siblings if x.saved.get("playlist")), None)
        found = named or self._progress.saved.get("playlist") or known or self._made()
        if self._progress.saved.get("playlist") != found:
            self._progress.save(playlist=found)
        return str(found)

    def _made(self) -> str:
        """Return the oldest playlist with our line, which is made if there is none.

        Two that make one at the same time agree on the older; the other's is empty, and goes.
        """
        found = self._marked()
        if not found:
            made = self._create()
            found = self._marked() or [made]
            if found[0] != made:
                self._wire.delete("playlists", made)
        return found[0]

    def _marked(self) -> list[str]:
        found: list[tuple[str, str]] = []
        token = None
        while True:
            page = self._wire.get(
                "playlists", part="snippet", mine="true", maxResults=PAGE, pageToken=token
            )
            for each in page.get("items") or ():
                snippet = each["snippet"]
                if marker(self._series) in str(snippet.get("description", "")).splitlines():
                    found.append((str(snippet.get("publishedAt", "")), str(each["id"])))
            token = page.get("nextPageToken")
            if not token:
                return [id_ for _, id_ in sorted(found)]

    def _create(self) -> str:
        language = language_of(self._release, self._wire.options)
        words = self._release.series.localization(language)
        body = {
            "snippet": {
                "title": sc.shorten(words.title, TITLE_MAX),
                "description": f"{words.synopsis}\n\n{marker(self._series)}".strip(),
                "defaultLanguage": language,
            },
            "status": {"privacyStatus": self._wire.options.playlist_privacy},
        }
        made = self._wire.write("POST", "playlists", body, part="snippet,status", safe=False)
        return str(made["id"])

    def _items(self, playlist: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        token = None
        while True:
            page = self._wire.get(
                "playlistItems", part="snippet", playlistId=playlist, maxResults=PAGE,
                pageToken=token,
            )  # fmt: skip
            found += [
                {"id": x["id"], "position": x["snippet"]["position"],
                 "video": x["snippet"]["resourceId"]["videoId"]}
                for x in page.get("items") or ()
            ]  # fmt: skip
            token = page.get("nextPageToken")
            if not token:
                return found

    def _place(self, items: list[dict[str, Any]], video: str) -> int:
        """Return where the video belongs: right after the last one with a lower number."""
        others = [x["video"] for x in items if x["video"] != video]
        number = self._release.cut.number
        if number is None:
            return 0
        known = self._numbers()
        before = [n for n, each in enumerate(others) if known.get(each, number + 1) < number]
        after = [n for n, each in enumerate(others) if known.get(each, 0) > number]
        if before:
            return before[-1] + 1
        return after[0] if after else len(others)

    def _numbers(self) -> dict[str, int]:
        """Return the episode number of each video of the series that we know."""
        found: dict[str, int] = {}
        for each in (*self._release.drop, *self._release.earlier):
            video = each.receipt.remote_id if each.receipt else each.saved.get("video")
            if video and each.cut.number is not None:
                found[str(video)] = each.cut.number
        return found

    def _add(self, playlist: str, video: str, place: int) -> None:
        try:
            self._write("POST", playlist, video, place, None)
        except Missing as missing:
            # For some seconds after an upload its video may not be found.
            raise sc.Retry(missing.reason, after=LISTED_S) from None

    def _move(self, playlist: str, item: str, video: str, place: int) -> None:
        self._write("PUT", playlist, video, place, item)

    def _write(self, method: str, playlist: str, video: str, place: int, item: str | None) -> None:
        snippet = {
            "playlistId": playlist, "position": place,
            "resourceId": {"kind": "youtube#video", "videoId": video},
        }  # fmt: skip
        body = {"snippet": snippet, **({"id": item} if item else {})}
        self._wire.write(method, "playlistItems", body, part="snippet", safe=method == "PUT")
