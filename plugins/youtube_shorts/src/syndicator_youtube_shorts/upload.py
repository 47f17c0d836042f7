"""The resumable upload: a session whose address is saved before its first byte.

developers.google.com/youtube/v3/guides/using_resumable_upload_protocol

    session     the session's address (a secret)
    sent        bytes that YouTube said it has
    final       the last piece was about to be sent: from here on there may be a video
    video       its id

There is no video before the last piece, so a session that is gone before is begun afresh. After it
a session that is gone leaves the list of uploads to be asked. Whatever is uploaded is private.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import syndicator.channel as sc
from syndicator_youtube_shorts.errors import judged, read
from syndicator_youtube_shorts.wire import PAGE, UPLOAD, Wire
from syndicator_youtube_shorts.words import PARTS, wanted

PIECE = 64 << 20
"""Bytes; a multiple of 262144, so that all but the last piece are good ones."""

BEGUN_MAX = 3
"""So many sessions whose answer was lost, then a pause: each counts as an upload."""

PAGES_MAX = 4
DOUBT = timedelta(minutes=15)
STORED = re.compile(r"bytes=0-(\d+)")
SESSION = ("session", "sent", "final", "gone_at")
CREATED, INCOMPLETE, TIMED_OUT, SERVER_ERROR = (200, 201), 308, 408, 500
OVER = (404, 410, 499)
TYPES = {"mov": "video/quicktime", "webm": "video/webm", "mkv": "video/x-matroska"}


def slug_of(release: sc.Release) -> str:
    """Return the file name that marks an upload as this release's, whoever looks for it."""
    file = release.cut.media.file
    digest = hashlib.sha256(f"{release.key} {file.sha256}".encode()).hexdigest()
    return f"{release.key.series}-{release.cut.id}-{digest[:12]}.mp4"


class Upload:
    """Brings the bytes of one release to YouTube; made anew for each attempt."""

    def __init__(self, wire: Wire, release: sc.Release, progress: sc.Progress) -> None:
        self._wire = wire
        self._http = wire.http
        self._release = release
        self._progress = progress

    def video(self) -> str:
        """Return the id of the video, once all bytes are there.

        Raises:
            ChannelError: any verdict; the next attempt goes on where this one ended.
        """
        saved = self._progress.saved
        if "video" in saved:
            return str(saved["video"])
        if "session" not in saved:
            self._begin()
            stored: int | str = 0
        else:
            stored = self._ask()
        while isinstance(stored, int):
            stored = self._put(stored)
        return stored

    # -- the session --

    def _begin(self) -> None:
        begun = int(self._progress.saved.get("begun", 0))
        if begun >= BEGUN_MAX:
            self._progress.save(begun=0)
            text = "YouTube's answers do not come; it is left alone for an hour"
            raise sc.Retry(text, after=3600)
        self._progress.save(begun=begun + 1)
        try:
            address = self._start()
        except sc.NotDone:
            self._progress.save(begun=begun)
            raise
        self._progress.save(session=sc.Secret(address), sent=0, final=False, begun=0)

    def _start(self) -> str:
        options = self._wire.options
        body = {x: y for x, y in wanted(self._release, options, "private").items() if y}
        file = self._release.media
        answer = self._http.exchange(
            "POST",
            f"{UPLOAD}/videos",
            json=body,
            params={
                "uploadType": "resumable", "part": ",".join(x for x in PARTS if x in body),
                "notifySubscribers": "true" if options.notify else "false",
                **self._wire.owner,
                "onBehalfOfContentOwnerChannel": options.owner_channel if options.owner else None,
            },
            headers={
                "X-Upload-Content-Length": str(self._size),
                "X-Upload-Content-Type": TYPES.get(file.suffix[1:].lower(), "video/mp4"),
                "Slug": slug_of(self._release),
            },
            repeatable=False,
            costs={"uploads": 1},
        )  # fmt: skip
        read(answer, self._http, safe=False)
        address = answer.header("Location")
        if not address:
            raise sc.AnswerLost("YouTube began an upload and did not say its address")
        self._http.conceal(address)
        return address

    @property
    def _size(self) -> int:
        return self._release.cut.media.file.size

    @property
    def _address(self) -> str:
        return str(self._progress.saved["session"].reveal())

    # -- its bytes --

    def _ask(self) -> int | str:
        """Return how many bytes YouTube has, or the id of the video that they became."""
        answer = self._http.exchange(
            "PUT", self._address, content=b"", repeatable=True,
            headers={"Content-Range": f"bytes */{self._size}"},
        )  # fmt: skip
        return self._heard(answer, last=False)

    def _put(self, stored: int) -> int | str:
        """Send the next piece; return how many bytes YouTube has then, or the video's id."""
        length = min(PIECE, self._size - stored)
        last = stored + length == self._size
        if last and not self._progress.saved["final"]:
            self._progress.save(final=True)
        answer = self._http.exchange(
            "PUT",
            self._address,
            headers={"Content-Range": f"bytes {stored}-{stored + length - 1}/{self._size}"},
            content=sc.FilePart(self._release.media, stored, length, sent=self._progress.bytes,
                                should_stop=self._progress.should_stop),
            repeatable=False,
        )  # fmt: skip
        return self._heard(answer, last=last)

    def _heard(self, answer: sc.Answer, *, last: bool) -> int | str:
        if answer.status in CREATED:
            return self._made(answer)
        if answer.status == INCOMPLETE:
            return self._stored(answer)
        if answer.status in OVER:
            return self._over()
        if answer.status >= SERVER_ERROR or answer.status == TIMED_OUT:
            raise sc.AnswerLost(f"YouTube does not say how much it has (status {answer.status})")
        verdict = judged(answer, self._http, safe=not last)
        if isinstance(verdict, sc.Refused):
            # Permanent, and told for this session: whatever comes next begins with another.
            self._progress.forget(*SESSION)
        raise verdict

    def _made(self, answer: sc.Answer) -> str:
        found = answer.json()
        id_ = str(found.get("id") or "") if isinstance(found, dict) else ""
        if not id_:
            raise sc.AnswerLost("YouTube has the video and did not say its id")
        self._keep(id_)
        return id_

    def _keep(self, id_: str) -> None:
        now = self._http.now().isoformat()
        self._progress.save(video=id_, uploaded_at=now, sent=self._size)
        self._progress.forget("session", "final", "gone_at")

    def _stored(self, answer: sc.Answer) -> int:
        wait = self._http.retry_after(answer)
        if wait is not None:
            raise sc.RateLimited("YouTube wants the upload to wait", until=wait)
        found = STORED.fullmatch(answer.header("Range") or "")
        stored = int(found[1]) + 1 if found else 0
        if stored >= self._size:
            raise sc.AnswerLost("YouTube has all bytes and no video yet")
        self._progress.save(sent=stored)
        return stored

    # -- a session that is gone --

    def _over(self) -> str:
        if not self._progress.saved["final"]:
            self._progress.forget(*SESSION)
            raise sc.Retry("YouTube has dropped the upload; it begins afresh", after=1)
        found = self.search()
        if found is not None:
            self._keep(found)
            return found
        now = self._http.now()
        if "gone_at" not in self._progress.saved:
            self._progress.save(gone_at=now.isoformat())
        if now - datetime.fromisoformat(self._progress.saved["gone_at"]) < DOUBT:
            raise sc.AnswerLost("the upload is gone after its last byte; the list is asked again")
        # A list that does not have it is no proof (its absences are known); a person decides, and
        # if they want it tried again, it begins afresh.
        self._progress.forget(*SESSION)
        raise sc.Unknown(
            "the upload was gone after its last byte, and the list of uploads does not have it; is "
            f"a private video of the file {slug_of(self._release)} in YouTube Studio?"
        )

    def search(self) -> str | None:
        """Return the id of a video that is this release's file, by its name and size."""
        wish = (slug_of(self._release), str(self._size))
        for ids in self._uploads():
            page = self._wire.get("videos", part="fileDetails", id=",".join(ids))
            for each in page.get("items") or ():
                file = each.get("fileDetails") or {}
                if (file.get("fileName"), str(file.get("fileSize"))) == wish:
                    return str(each["id"])
        return None

    def _uploads(self) -> Iterator[list[str]]:
        """Yield pages of the newest uploads."""
        mine = self._wire.get("channels", part="contentDetails", mine="true").get("items") or ()
        for channel in mine:
            uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
            token = None
            for _ in range(PAGES_MAX):
                page: dict[str, Any] = self._wire.get(
                    "playlistItems", part="contentDetails", playlistId=uploads,
                    maxResults=PAGE, pageToken=token,
                )  # fmt: skip
                ids = [x["contentDetails"]["videoId"] for x in page.get("items") or ()]
                if ids:
                    yield ids
                token = page.get("nextPageToken")
                if not token:
                    break
