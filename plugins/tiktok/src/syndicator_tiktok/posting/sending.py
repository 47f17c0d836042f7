"""One release on its way: begun, sent chunk by chunk, asked after.

All that can be cut short is saved before it happens:

    publish_id, upload, until   the task, its address (a secret) and when that expires
    sent                        bytes that TikTok said it has
    last                        the last chunk was about to be sent: from here on it may be posted
    complete                    when TikTok had all bytes
    begun                       how often a task was begun and its answer did not come

There is no post before the last chunk, and from the last chunk on there may be one: a task is begun
afresh before, never after, unless TikTok itself says that this one failed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import syndicator.channel as sc
from syndicator_tiktok.envelope import read
from syndicator_tiktok.errors import UPLOAD, verdict
from syndicator_tiktok.posting.bodies import Creator, check_creator, post_info, source_info
from syndicator_tiktok.posting.chunks import Chunks, plan
from syndicator_tiktok.posting.options import Options
from syndicator_tiktok.posting.status import answer_of, failure, wait_after

PUBLISH = "/v2/post/publish"
TASK = ("publish_id", "upload", "until", "sent", "last", "complete", "init", "refusals")
BEGUN_MAX = 3
"""So many tasks whose answer was lost, then a pause: whether they count to a cap is not known."""

FAILED_MAX = 5
REFUSED_MAX = 3
LIVES = timedelta(hours=1)
"""Of an upload address (developers.tiktok.com/doc/content-posting-api-reference-direct-post)."""

DOUBT = timedelta(hours=24)
TYPES = {"mov": "video/quicktime", "webm": "video/webm"}
STORED = re.compile(r"bytes 0-(\d+)/\d+")
CREATED, STORED_PART, TIMED_OUT, SERVER_ERROR = 201, 206, 408, 500
RATE_LIMITED, NOT_IN_ORDER, GONE = 429, 416, (403, 404)


class Sending:
    """Brings one release to TikTok; made anew for each attempt."""

    def __init__(
        self, channel: sc.Channel, release: sc.Release, progress: sc.Progress, options: Options
    ) -> None:
        self._channel = channel
        self._http = channel.http
        self._release = release
        self._progress = progress
        self._options = options

    def go_on(self) -> sc.Receipt | sc.Pending:
        """Do what is next, whatever was done before; return what is known at the end."""
        if "publish_id" not in self._progress.saved:
            self._begin()
            if not self._options.pulls:
                self._send(0)
            return self.look()
        if self._options.pulls or "complete" in self._progress.saved:
            return self.look()
        return self._resume()

    def look(self) -> sc.Receipt | sc.Pending:
        """Ask what became of the task."""
        return self._judge(self.ask())

    def ask(self) -> dict[str, Any]:
        """Return the `data` of the task's status; harmless, however often."""
        answer = self._http.exchange(
            "POST", f"{PUBLISH}/status/fetch/", repeatable=True, changes=False, costs={"status": 1},
            json={"publish_id": self._progress.saved["publish_id"]},
        )  # fmt: skip
        return read(answer, self._http, safe=True)

    def _judge(self, data: dict[str, Any]) -> sc.Receipt | sc.Pending:
        now = self._http.now()
        if data.get("status") != "FAILED":
            return answer_of(data, self._release, self._options, self._progress.saved, now)
        # Terminal, and nothing was posted: whatever comes next begins with a task of its own.
        failures = int(self._progress.saved.get("failures", 0)) + 1
        self._progress.save(failures=failures)
        self._progress.forget(*TASK)
        said = failure(data, now)
        if isinstance(said, sc.Retry) and failures >= FAILED_MAX:
            raise sc.Refused("media", f"{said.reason}; it has failed {failures} times")
        raise said

    # -- beginning --

    def _begin(self) -> None:
        creator = Creator() if self._options.is_inbox else self._creator()
        begun = int(self._progress.saved.get("begun", 0))
        if begun >= BEGUN_MAX:
            self._progress.save(begun=0)
            raise sc.Retry("TikTok's answers do not come; it is left alone for an hour", after=3600)
        self._progress.save(begun=begun + 1, username=creator.username)
        try:
            data = self._once(creator) if self._options.pulls else self._init(creator)
        except sc.NotDone:
            self._progress.save(begun=begun)
            raise
        self._progress.save(**data, sent=0, last=False, begun=0)

    def _creator(self) -> Creator:
        answer = self._http.exchange(
            "POST",
            f"{PUBLISH}/creator_info/query/",
            repeatable=True,
            changes=False,
            costs={"creator_info": 1},
        )
        creator = Creator.of(read(answer, self._http, safe=True))
        check_creator(self._release, self._options, creator)
        return creator

    def _once(self, creator: Creator) -> dict[str, Any]:
        """Begin a task that TikTok fetches by itself: there is a post even if we hear nothing."""
        data: dict[str, Any] = self._progress.once("init", lambda: self._init(creator))
        return data

    def _init(self, creator: Creator) -> dict[str, Any]:
        path = "/inbox/video/init/" if self._options.is_inbox else "/video/init/"
        body: dict[str, Any] = {"source_info": source_info(self._release, self._options)}
        costs = {"init": 1}
        if not self._options.is_inbox:
            body = {"post_info": post_info(self._release, self._options, creator), **body}
            costs["posts"] = 1
        answer = self._http.exchange(
            "POST", PUBLISH + path, json=body, costs=costs, repeatable=False
        )
        data = read(answer, self._http, safe=False)
        now = self._http.now()
        found: dict[str, Any] = {"publish_id": str(data["publish_id"])}
        if self._options.pulls:
            return {**found, "complete": now.isoformat()}
        until = (now + LIVES).isoformat()
        return {**found, "upload": sc.Secret(str(data["upload_url"])), "until": until}

    # -- sending --

    def _resume(self) -> sc.Receipt | sc.Pending:
        """Go on after an attempt that was cut short: TikTok says how much it has."""
        data = self.ask()
        saved = self._progress.saved
        if data.get("status") != "PROCESSING_UPLOAD":
            if data.get("status") != "FAILED":
                self._complete()
            return self._judge(data)
        stored = data.get("uploaded_bytes")
        if isinstance(stored, int) and stored >= self._chunks.size:
            self._complete()
            return self._judge(data)
        if saved["last"] and not isinstance(stored, int):
            return self._wait_for_word()
        if self._is_over():
            return self._begin_afresh()
        self._send(stored if isinstance(stored, int) else int(saved["sent"]))
        return self.look()

    def _wait_for_word(self) -> sc.Pending:
        """The last chunk may be there and TikTok does not say: only time, and then a person."""
        age = self._http.now() - datetime.fromisoformat(self._progress.saved["until"]) + LIVES
        if age > DOUBT:
            raise sc.Unknown(
                "the last chunk was sent a day ago and TikTok does not say that it has it; is the "
                "post on the profile?"
            )
        return sc.Pending(after=wait_after(age), note="TikTok does not say what it has")

    def _is_over(self) -> bool:
        return self._http.now() >= datetime.fromisoformat(self._progress.saved["until"])

    def _begin_afresh(self) -> sc.Pending:
        """Give a task up whose address has expired: without all bytes it posts nothing."""
        saved = self._progress.saved
        patience = datetime.fromisoformat(saved["until"]) + LIVES
        if saved["last"] and self._http.now() < patience:
            return sc.Pending(after=600, note="TikTok has not all bytes, and takes no more")
        self._progress.forget(*TASK)
        raise sc.Retry("the address of the upload has expired; it begins afresh", after=1)

    @property
    def _chunks(self) -> Chunks:
        return plan(self._release.cut.media.file.size)

    def _send(self, stored: int) -> None:
        chunks = self._chunks
        number = chunks.number_of(stored)
        while number < chunks.count:
            number = self._put(chunks, number)
        self._complete()

    def _put(self, chunks: Chunks, number: int) -> int:
        """Send one chunk and return the number of the next."""
        first, length = chunks.at(number)
        if number == chunks.count - 1:
            self._progress.save(last=True)
        media = self._release.media
        answer = self._http.exchange(
            "PUT",
            self._progress.saved["upload"].reveal(),
            headers={
                "Content-Type": TYPES.get(media.suffix[1:].lower(), "video/mp4"),
                "Content-Range": f"bytes {first}-{first + length - 1}/{chunks.size}",
            },
            content=sc.FilePart(media, first, length, sent=self._progress.bytes,
                                should_stop=self._progress.should_stop),
            signed=False,
            repeatable=False,
        )  # fmt: skip
        if answer.status in {CREATED, STORED_PART}:
            self._progress.save(sent=first + length)
            return chunks.count if answer.status == CREATED else number + 1
        return self._refused(answer, chunks, number)

    def _refused(self, answer: sc.Answer, chunks: Chunks, number: int) -> int:
        status = answer.status
        if status == NOT_IN_ORDER:
            there = stored_of(answer, chunks)
            if there is not None and chunks.number_of(there) != number:
                self._progress.save(sent=there)
                return chunks.number_of(there)
            raise sc.AnswerLost("TikTok does not say how much of the file it has")
        if status in GONE and number < chunks.count - 1:
            self._progress.forget(*TASK)
        if status == RATE_LIMITED:
            until = self._http.retry_after(answer)
            raise sc.RateLimited("TikTok's upload host is asked too often", until=until)
        if status in GONE:
            raise sc.AnswerLost(f"{UPLOAD[status].text} (status {status})")
        if answer.is_success or status >= SERVER_ERROR or status == TIMED_OUT:
            # It may have the chunk; the next attempt asks how much it has.
            raise sc.AnswerLost(f"TikTok's upload host does not say what it has (status {status})")
        return self._turned_away(status)

    def _turned_away(self, status: int) -> int:
        """Ask first: a no without TikTok's words may come from something on the way, and late."""
        refusals = int(self._progress.saved.get("refusals", 0)) + 1
        self._progress.save(refusals=refusals)
        said = f"status {status}"
        if refusals >= REFUSED_MAX:
            raise verdict(UPLOAD[400], f"{said}, {refusals} times", self._http.now())
        raise sc.AnswerLost(f"{UPLOAD[400].text} ({said})")

    def _complete(self) -> None:
        self._progress.save(complete=self._http.now().isoformat())


def stored_of(answer: sc.Answer, chunks: Chunks) -> int | None:
    """Return how many bytes the upload host has, by its `Content-Range`.

    Whether its second number is a count or the last index is not clear from the page: whichever
    lies on a boundary of the plan is taken.
    """
    found = STORED.match(answer.header("Content-Range") or "")
    if found is None:
        return None
    edges = {first for first, _ in chunks} | {chunks.size}
    return next((each for each in (int(found[1]) + 1, int(found[1])) if each in edges), None)
