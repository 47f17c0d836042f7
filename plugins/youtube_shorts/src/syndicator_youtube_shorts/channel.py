"""The adapter: YouTube Shorts as a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

import syndicator.channel as sc
from syndicator_youtube_shorts import captions, review
from syndicator_youtube_shorts import video as videos
from syndicator_youtube_shorts.errors import PACIFIC, Missing
from syndicator_youtube_shorts.figures import figures
from syndicator_youtube_shorts.oauth import API, SIGN_IN, signing_in
from syndicator_youtube_shorts.options import SCHEMA, UNITS_PER_DAY, UPLOADS_PER_DAY, Options
from syndicator_youtube_shorts.playlist import Playlist
from syndicator_youtube_shorts.rights import Rights
from syndicator_youtube_shorts.upload import Upload
from syndicator_youtube_shorts.wire import CAPTIONS_INSERT, LIST, WRITE, Wire
from syndicator_youtube_shorts.words import wanted

if TYPE_CHECKING:
    from syndicator.channel.sandbox import Sandbox
    from syndicator.channel.testing import Trial

DAY = timedelta(days=1)
ZONE = "America/Los_Angeles"
BUSINESS = ("free", "ad_supported")
TEXT = ("snippet", "localizations")
LOOKS = 6
"""List calls of a release: processing, opening and reading back."""


def quotas(uploads: int, units: int) -> tuple[sc.Quota, ...]:
    """Return the two buckets of a Google Cloud project.

    developers.google.com/youtube/v3/determine_quota_cost
    """

    def daily(name: str, amount: int) -> sc.Quota:
        return sc.Quota(
            name=name, amount=amount, per=DAY, zone=ZONE, operations=(), shared_by="project"
        )

    return (daily("uploads", uploads), daily("units", units))


class YouTubeShorts(sc.Channel):
    """Uploads privately, brings everything beside the video, and opens it at its date."""

    name = "youtube_shorts"
    options_schema = SCHEMA
    base_url = API
    sign_in = SIGN_IN
    capabilities = sc.Capabilities(
        platform="YouTube",
        reconcile=sc.Reconcile.SESSION,
        settles=timedelta(minutes=15),
        quotas=quotas(UPLOADS_PER_DAY, UNITS_PER_DAY),
        size_max=review.SIZE_MAX,
        business_models=BUSINESS,
        needs_siblings=True,
    )

    @classmethod
    def tuned(cls, options: Mapping[str, Any]) -> sc.Capabilities:
        def amount(name: str, default: int) -> int:
            found = options.get(name, default)
            return found if isinstance(found, int) and found > 0 else default

        uploads = amount("uploads_per_day", UPLOADS_PER_DAY)
        units = amount("units_per_day", UNITS_PER_DAY)
        control = sc.TerritoryControl.NATIVE if options.get("content_owner") \
            else sc.TerritoryControl.NONE  # fmt: skip
        return attrs.evolve(
            cls.capabilities, quotas=quotas(uploads, units), territory_control=control
        )

    @classmethod
    def signs_in(cls, options: Mapping[str, Any]) -> sc.OAuth:
        return signing_in(
            owner=bool(options.get("content_owner")), revenue=bool(options.get("revenue"))
        )

    @classmethod
    def sandbox(cls) -> type[Sandbox]:
        from syndicator_youtube_shorts.sandbox.server import YouTube

        return YouTube

    @classmethod
    def trial(cls) -> Trial:
        from syndicator_youtube_shorts.trials import SHORTS

        return SHORTS

    @property
    def _options(self) -> Options:
        return Options.of(self.options)

    @property
    def _wire(self) -> Wire:
        return Wire(self, self._options)

    def check(self) -> sc.Account:
        found = self._wire.get("channels", part="snippet,status", mine="true").get("items") or ()
        if not found:
            raise sc.SignInAgain("this Google account has no YouTube channel")
        id_, status = str(found[0]["id"]), found[0].get("status") or {}
        notes = []
        if not self._options.owner:
            notes.append("shown everywhere: territories are kept by a content owner only")
        if status.get("longUploadsStatus") not in {None, "allowed"}:
            notes.append("videos up to 15 min, until its phone number is verified")
        name = str((found[0].get("snippet") or {}).get("title", id_))
        return sc.Account(name=name, url=f"https://www.youtube.com/channel/{id_}", notes=notes)

    def review(self, release: sc.Release) -> Sequence[sc.Reason]:
        return review.review(release, self._options)

    def cost(self, release: sc.Release) -> Mapping[str, int]:
        units = LOOKS * LIST + WRITE + CAPTIONS_INSERT * len(release.cut.captions)
        if self._options.has_playlist:
            units += WRITE + 3 * LIST
        if self._options.thumbnails and self._poster(release):
            units += WRITE
        return {"uploads": 1, "units": units}

    def stage(self, release: sc.Release, progress: sc.Progress) -> sc.Pending | None:
        if "video" not in progress.saved:
            for reason in self.review(release)[:1]:
                raise sc.Refused(reason.code, reason.text)
        wire = self._wire
        video = Upload(wire, release, progress).video()
        if self._options.owner:
            Rights(wire, release, progress).keep_to(video, release.territories)
        since = datetime.fromisoformat(progress.saved["uploaded_at"])
        waits = self._taken_in(progress, video, since)
        if waits is not None:
            return waits
        captions.bring(wire, release, progress, video)
        poster = self._poster(release)
        if poster is not None and self._options.thumbnails:
            captions.thumbnail(wire, release, progress, video, poster)
        if self._options.has_playlist:
            Playlist(wire, release, progress).hold(video)
        return None

    def _taken_in(self, progress: sc.Progress, video: str, since: datetime) -> sc.Pending | None:
        try:
            return videos.processed(self._wire, video, since)
        except sc.Refused:
            # What is tried again later is another upload.
            progress.forget(*progress.saved)
            raise

    def publish(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        waits = self.stage(release, progress)
        if waits is not None:
            return waits
        video = str(progress.saved["video"])
        if self._options.has_playlist:
            # Staged beside its neighbours, it could not know which videos they would be.
            Playlist(self._wire, release, progress).put_right(video)
        wish = wanted(release, self._options, self._options.privacy)
        videos.change(self._wire, video, wish)
        return self._proof(release, progress, video, wish)

    def _proof(
        self, release: sc.Release, progress: sc.Progress, video: str, wish: Mapping[str, Any]
    ) -> sc.Receipt | sc.Pending:
        """Return the receipt once YouTube tells what was wished."""
        missing = videos.read_back(self._wire, video, wish)
        if not missing:
            return self._receipt(release, video)
        now = self.http.now()
        if "opened_at" not in progress.saved:
            progress.save(opened_at=now.isoformat())
        if now - datetime.fromisoformat(progress.saved["opened_at"]) < videos.PROVED:
            note = f"YouTube does not show {', '.join(missing)} yet"
            return sc.Pending(after=videos.READ_BACK_S, note=note)
        progress.forget("opened_at")
        raise sc.Refused(
            missing[0],
            f"YouTube took the change and shows {', '.join(missing)} of video {video} otherwise; "
            "a project that Google has not verified may be locked to private videos",
        )

    def _receipt(self, release: sc.Release, video: str) -> sc.Receipt:
        where = release.territories if self._options.owner else None
        return sc.Receipt(
            remote_id=video, url=f"https://www.youtube.com/shorts/{video}", territories=where
        )

    def poll(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        operation = {"update": self.update, "extend": self.extend}.get(str(release.action))
        return operation(release, progress) if operation else self.publish(release, progress)

    def find(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | None:
        video = progress.saved.get("video") or Upload(self._wire, release, progress).search()
        found = videos.get(self._wire, str(video), "status") if video else None
        status = (found or {}).get("status") or {}
        is_open = status.get("privacyStatus") == self._options.privacy
        if not is_open or status.get("uploadStatus") != "processed":
            return None
        return self._receipt(release, str(video))

    def update(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        video, wire = self._video_of(release), self._wire
        wish = wanted(release, self._options, self._options.privacy)
        # A correction of words opens nothing, and closes nothing.
        del wish["status"]["privacyStatus"]
        videos.change(wire, video, wish)
        captions.replace(wire, release, progress, video)
        poster = self._poster(release)
        if poster is not None and self._options.thumbnails:
            captions.thumbnail(wire, release, progress, video, poster)
        return self._proof(release, progress, video, wish)

    def extend(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        if not self._options.owner:
            raise sc.Refused("territories", "only a content owner opens territories one by one")
        video = self._video_of(release)
        rights = Rights(self._wire, release, progress)
        rights.keep_to(video, rights.seen(video) | release.territories)
        return self._receipt(release, video)

    def withdraw(self, release: sc.Release, progress: sc.Progress) -> sc.Gone | sc.Pending:
        video = self._video_of(release)
        try:
            return self._taken_off(release, progress, video)
        except Missing:
            return sc.Gone()

    def _taken_off(
        self, release: sc.Release, progress: sc.Progress, video: str
    ) -> sc.Gone | sc.Pending:
        if self._options.owner:
            rights = Rights(self._wire, release, progress)
            left = rights.seen(video) - release.territories
            if left.codes:
                rights.keep_to(video, left)
                return sc.Gone(territories=release.territories)
        if self._options.deletes:
            self._wire.delete("videos", video)
            gone = videos.get(self._wire, video, "status") is None
            return sc.Gone() if gone else sc.Pending(after=30, note="YouTube lists it still")
        wish = {"status": {"privacyStatus": "private"}}
        videos.change(self._wire, video, wish)
        if videos.read_back(self._wire, video, wish):
            return sc.Pending(after=30, note="YouTube does not show it private yet")
        return sc.Gone()

    def metrics(self, release: sc.Release) -> Sequence[sc.Figure]:
        if release.receipt is None:
            return []
        since = (release.receipt.seen_at or release.at).astimezone(PACIFIC).date()
        return figures(self, self._options, release.receipt.remote_id, since)

    def _poster(self, release: sc.Release) -> Any:
        language = self._options.language or release.series.original_language
        return review.poster_of(release.cut, release.series, language)

    def _video_of(self, release: sc.Release) -> str:
        if release.receipt is None:
            raise sc.Refused("state", "nobody knows which video it is: it never was live")
        return release.receipt.remote_id
