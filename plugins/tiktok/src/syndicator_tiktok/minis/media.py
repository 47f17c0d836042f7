"""Bring covers, videos and subtitles into the media library, where nobody sees them.

Everything is known by what it is made of (`vid-` and the first half of the SHA-256), so that the
same bytes go there once, whichever release brings them. A lost answer leaves at worst an asset that
nothing leads to: covers, videos and subtitles may be registered again at no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import attrs

from syndicator.channel import ABSENT, Pending, Progress, Refused
from syndicator.model.work import Companion, Cut, File, Series
from syndicator_tiktok.minis.index import Index, read_json
from syndicator_tiktok.minis.options import Settings
from syndicator_tiktok.minis.wire import Wire, number, text

IMMEDIATE, ASYNC = 1, 2
"""`result_type`; 3 is a rejection."""

PROCESSING, DONE = 1, 2
"""`upload_status`; 3 is a failure."""

SHORTEST_S, ASK_AGAIN_S = 3.0, 60.0


def picture_name(file: File) -> str:
    """Return the name that a cover is known by."""
    return f"pic-{file.sha256[:32]}"


def video_name(cut: Cut) -> str:
    """Return the name that an episode's video is known by."""
    return f"vid-{cut.media.file.sha256[:32]}"


def subtitle_name(file: File, language: str) -> str:
    """Return the name that a subtitle is known by."""
    return f"sub-{file.sha256[:32]}-{language}"


def cover_of(cut: Cut, series: Series, language: str) -> Companion | None:
    """Return an episode's cover: its own or the series', in the language or in none."""
    posters = cut.posters or series.posters
    return next(
        (each for each in posters if each.language == language),
        next((each for each in posters if each.language is None), posters[0] if posters else None),
    )


def format_of(file: File) -> str:
    """Return the format of a subtitle file: its suffix."""
    return PurePosixPath(file.path).suffix.removeprefix(".").lower()


@attrs.frozen
class Assets:
    """What of a series is in the library, and how the rest gets there."""

    wire: Wire
    settings: Settings
    index: Index
    progress: Progress
    series: Series
    others: Sequence[Mapping[str, Any]]
    """What the other releases of the series have saved."""

    def known(self, name: str) -> str | None:
        """Return an asset's id, as the ledger knows it."""
        for saved in (self.progress.saved, *self.others):
            if saved.get(name):
                return str(saved[name])
        return None

    @property
    def language(self) -> str:
        """The language of the album's words."""
        return self.settings.language or self.series.original_language

    def language_of(self, caption: Companion) -> str:
        """Return the language of captions."""
        return caption.language or self.series.original_language

    def wait(self, longest: float) -> float:
        """Return how many seconds to wait before looking again: a third of what it took so far."""
        now = self.wire.http.now()
        if "began_at" not in self.progress.saved:
            self.progress.save(began_at=now.isoformat())
        began = datetime.fromisoformat(str(self.progress.saved["began_at"]))
        elapsed: float = (now - began).total_seconds()
        return max(SHORTEST_S, min(longest, elapsed / 3))

    def names(self, cut: Cut) -> list[str]:
        """Return the names of all that an episode needs there."""
        cover = cover_of(cut, self.series, self.language)
        subtitles = [subtitle_name(each.file, self.language_of(each)) for each in cut.captions]
        return [video_name(cut), *([picture_name(cover.file)] if cover else []), *subtitles]

    def is_complete(self, cut: Cut) -> bool:
        """Return whether all that an episode needs is there."""
        return all(map(self.known, self.names(cut)))

    def bring(self, cut: Cut) -> Pending | None:
        """Bring all that an episode needs; Pending while TikTok takes the video in.

        Raises:
            Refused: TikTok will not have the video, or there is no cover.
        """
        self.cover(cut)
        video = self.video(cut)
        self.subtitles(cut)
        return video if isinstance(video, Pending) else None

    def cover(self, cut: Cut) -> str:
        """Return the id of an episode's cover."""
        cover = cover_of(cut, self.series, self.language)
        if cover is None:
            raise Refused("posters", f"{cut.id} has no poster, and its series has none")
        return self.picture(cover.file)

    def picture(self, file: File) -> str:
        """Return the id of a picture."""

        def register() -> str:
            answer = self.wire.call("image", image_url=self.url(file))
            return _id(answer, "open_pic_id", "image")

        return self._made(picture_name(file), register)

    def subtitles(self, cut: Cut) -> list[str]:
        """Return the ids of an episode's subtitles, in the order of its captions."""
        return [self._subtitle(each.file, self.language_of(each)) for each in cut.captions]

    def _subtitle(self, file: File, language: str) -> str:
        def register() -> str:
            answer = self.wire.call(
                "subtitle", subtitle_url=self.url(file), language=language, format=format_of(file)
            )
            return _id(answer, "subtitle_id", "subtitle")

        return self._made(subtitle_name(file, language), register)

    def video(self, cut: Cut) -> str | Pending:
        """Return the id of an episode's video, or Pending while TikTok takes it in."""
        name = video_name(cut)
        vid = self.known(name) or self._of_index(name) or self._new(cut, name)
        if isinstance(vid, Pending):
            return vid
        if name not in self.progress.saved:
            self.progress.save(**{name: vid})
            self.index.keep_asset(name, vid)
        return vid

    def _new(self, cut: Cut, name: str) -> str | Pending:
        answer = self._registered(cut, name)
        return answer.get("vid") or self._taken_in(cut, name, answer.get("job", ""))

    def url(self, file: File) -> str:
        """Return where TikTok fetches a file."""
        prefix = self.settings.public_url
        if not prefix:
            raise Refused("media", f"{file.path}: set `public_url`, from which TikTok fetches it")
        return f"{prefix.rstrip('/')}/{quote(file.path)}"

    def _made(self, name: str, register: Any) -> str:
        found = self.known(name) or self.index.asset(name)
        if found:
            return found
        made = str(self.progress.remember(name, register))
        self.index.keep_asset(name, made)
        return made

    def _of_index(self, name: str) -> str | None:
        """Return a video's id by the index, if TikTok still has the video."""
        vid = self.index.asset(name)
        if vid is None or self._is_there(vid):
            return vid
        self.index.forget_asset(name)
        return None

    def _is_there(self, vid: str) -> bool:
        try:
            answer = self._ask(vid=vid)
        except Refused:
            return False
        return number(answer.get("upload_status")) == DONE

    def _ask(self, *, vid: str | None = None, job: str | None = None) -> Mapping[str, Any]:
        account = self.settings.byteplus_account_id if vid else None
        return self.wire.call("video_query", vid=vid, job_id=job, byteplus_account_id=account)

    def _registered(self, cut: Cut, name: str) -> Mapping[str, str]:
        """Return `{"vid": …}` or `{"job": …}`: what came of registering the video."""
        step = name.replace("vid-", "job-")
        given = self._given(cut)
        if given is None:
            file = cut.media.file
            registered = self.progress.remember(step, lambda: self._register(cut, self.url(file)))
        else:
            registered = self.progress.once(
                step, lambda: self._register(cut, None, given), lost=lambda: self._look(given)
            )
        return dict(registered)

    def _given(self, cut: Cut) -> str | None:
        """Return the id of a video that is in BytePlus already."""
        if self.settings.vids is None:
            return None
        found = read_json(self.settings.vids).get(f"{self.series.id}/{cut.id}")
        return str(found) if found else None

    def _register(self, cut: Cut, url: str | None, vid: str | None = None) -> dict[str, str]:
        answer = self.wire.call(
            "video",
            url=url,
            vid=vid,
            title=f"{self.series.id} {cut.id}",
            space_name=self.settings.space_name,
            byteplus_account_id=self.settings.byteplus_account_id,
            byteplus_region=self.settings.byteplus_region,
        )
        result, job = number(answer.get("result_type")), text(answer.get("job_id"))
        taken = text(answer.get("byteplus_vid")) or vid or ""
        if result == ASYNC and job:
            return {"job": job}
        if result == IMMEDIATE and taken:
            return {"vid": taken}
        why = "; ".join(map(str, answer.values())) or "no reason given"
        raise Refused("media", f"TikTok did not take the video of {cut.id}: {why}")

    def _look(self, vid: str) -> Any:
        """Return what became of registering a video by its id."""
        return {"vid": vid} if self._is_there(vid) else ABSENT

    def _taken_in(self, cut: Cut, name: str, job: str) -> str | Pending:
        answer = self._ask(job=job)
        status = number(answer.get("upload_status"))
        if status == PROCESSING:
            return Pending(
                after=self.wait(ASK_AGAIN_S), note=f"TikTok takes in the video of {cut.id}"
            )
        if status == DONE and answer.get("vid"):
            return text(answer["vid"])
        # A person mends the file, or its address, and wants it tried again.
        self.progress.forget(name.replace("vid-", "job-"))
        why = "; ".join(_words(answer)) or "no reason given"
        raise Refused("media", f"TikTok could not take in the video of {cut.id}: {why}")


def _id(answer: Mapping[str, Any], field: str, what: str) -> str:
    found = text(answer.get(field))
    if not found:
        raise Refused(what, f"TikTok took the {what} and gave no {field}")
    return found


def _words(answer: Mapping[str, Any]) -> Iterable[str]:
    wanted = ("fail_reason", "error_message", "message", "raw_video_info_json")
    return (text(answer[name]) for name in wanted if answer.get(name))
