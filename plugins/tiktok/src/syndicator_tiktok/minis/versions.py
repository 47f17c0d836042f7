"""Bring a snapshot through: make it a version, check it, submit it, wait, put it online.

`album/update` names the version that it builds on, and is refused where that is not the newest any
more. So after a lost answer nothing is sent on a guess: TikTok is asked which versions there are,
and what is found to be ours is taken as ours. A version that was made and never submitted is seen
by nobody.

What is saved is one round: `plan` (what is to be made, on what), `made`, `review`, `approved` or
`rejected`. Another snapshot begins another round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from syndicator.channel import (
    ABSENT,
    AnswerLost,
    Pending,
    Progress,
    QuotaSpent,
    Refused,
    Retry,
)
from syndicator.model.work import Cut
from syndicator_tiktok.minis import subtitles
from syndicator_tiktok.minis.album import (
    ADD,
    CONTENT,
    FAILED,
    LISTED,
    PASSED,
    Album,
    Reviewed,
    Snapshot,
    Version,
    read_album,
    rejection,
)
from syndicator_tiktok.minis.media import Assets
from syndicator_tiktok.minis.options import URGENT
from syndicator_tiktok.minis.wire import number, text

ROUND = ("plan", "made", "checked", "review", "approved", "rejected")
URGENT_REVIEWS = "urgent reviews"
IN_REVIEW_S = 1800.0
SOON_S = 5.0
AUTHORIZED = 1


@attrs.frozen
class Versions:
    """The versions of one album, as one release drives them."""

    assets: Assets

    @property
    def progress(self) -> Progress:
        """What was saved."""
        return self.assets.progress

    def album(self, album_id: str) -> Album:
        """Return an album as it is now.

        Raises:
            AlbumNotFound: there is none, or not yet.
        """
        return read_album(album_id, self.assets.wire.call("album_query", album_id=album_id))

    def reach(self, album: Album, wanted: Snapshot, cuts: Sequence[Cut]) -> int | Pending:
        """Return the number of an approved version that holds a snapshot; Pending until then.

        Args:
            album: as it was just told.
            wanted: all that the version is to hold.
            cuts: the episodes whose subtitles are to be bound before the review.

        Raises:
            Refused: the review rejected it; the reason names the episodes.
        """
        plan = self.progress.saved.get("plan")
        if not plan or plan["album"] != album.id or plan["core"] != wanted.core:
            self._begin(album, wanted)
        if self.progress.saved.get("approved"):
            return int(self.progress.saved["approved"])
        version = self._made(album, wanted)
        for cut in cuts:
            listed = next(each for each in version.episodes if each.seq == cut.number)
            subtitles.bind(self.assets, cut, album.id, listed.episode_id)
        return self._reviewed(album.id, version)

    def put_online(self, album: Album, version: int) -> None:
        """Let viewers see a version; the same again has no second effect."""
        call = self.assets.wire.call
        if album.online != version:
            call("online_version", album_id=album.id, version=version)
        if not album.is_listed:
            call("album_status", album_id=album.id, status=LISTED)

    def authorize(self, album_id: str) -> Pending | None:
        """Let other mini-apps play the album; Pending while TikTok does not let one."""
        targets = self.assets.settings.authorize
        done = [each.get("authorized") for each in (self.progress.saved, *self.assets.others)]
        if not targets or list(targets) in done:
            return None
        answer = self.assets.wire.call(
            "album_authorize", album_id=album_id, operate_type=ADD,
            target_client_key_list=list(targets),
        )  # fmt: skip
        results = answer.get("client_key_result_list") or ()
        good = {text(one.get("client_key")) for one in results
                if number(one.get("auth_status")) == AUTHORIZED}  # fmt: skip
        if good >= set(targets):
            self.progress.save(authorized=list(targets))
            return None
        why = "; ".join(
            f"{one.get('client_key')}: {one.get('error_message') or one.get('error_code')}"
            for one in results
            if text(one.get("client_key")) not in good
        )
        return Pending(after=600, note=f"online; other mini-apps may not play it yet: {why}")

    def _begin(self, album: Album, wanted: Snapshot) -> None:
        stale = [name for name in ROUND if name in self.progress.saved]
        if stale or self.progress.is_asking:
            self.progress.forget(*ROUND)
        plan = {"album": album.id, "base": album.current, "core": wanted.core}
        self.progress.save(plan=plan)

    def _made(self, album: Album, wanted: Snapshot) -> Version:
        plan = self.progress.saved["plan"]
        made = int(
            self.progress.once(
                "made",
                lambda: self._update(plan, wanted.with_ids(album.ids)),
                lost=lambda: self._found(self.album(album.id), plan) or ABSENT,
            )
        )
        version = self.album(album.id).version(made)
        if version is None:
            raise Retry(f"version {made} of the album is not told of yet", after=SOON_S)
        if "checked" not in self.progress.saved:
            _check(version, wanted)
            sent = {"info": dict(wanted.info), "entries": _as_sent(wanted, version)}
            self.assets.index.keep_sent(album.id, made, sent)
            self.progress.save(checked=True)
        return version

    def _update(self, plan: Any, wanted: Snapshot) -> int:
        try:
            answer = self.assets.wire.call(
                "album_update",
                album_id=plan["album"],
                operation_type=CONTENT,
                version=plan["base"] or None,
                album_info=dict(wanted.info),
                episode_info_list=[each.as_sent() for each in wanted.entries],
            )
        except Refused as refused:
            return self._after_refusal(plan, refused)
        made = number(answer.get("version"))
        if not made:
            raise AnswerLost("TikTok took the version and did not say its number")
        return made

    def _after_refusal(self, plan: Any, refused: Refused) -> int:
        """Return the version that is ours after all, if it was refused as stale.

        Raises:
            Retry: somebody made another one meanwhile; the next attempt builds on that.
            Refused: it was refused for what it holds.
        """
        album = self.album(plan["album"])
        if album.current == plan["base"]:
            raise refused
        found = self._found(album, plan)
        if found:
            return found
        self.progress.forget("plan")
        said = f"version {album.current} of the album was made meanwhile; ours goes on top of it"
        raise Retry(said, after=SOON_S)

    def _found(self, album: Album, plan: Any) -> int:
        """Return the newest version that is what was planned, made since; 0 where there is none."""
        ours = [
            each.number
            for each in album.versions
            if each.number > plan["base"] and each.holds(plan["core"])
        ]
        return max(ours, default=0)

    def _reviewed(self, album_id: str, version: Version) -> int | Pending:
        status, saved = version.status, self.progress.saved
        if status == Reviewed.WITHDRAWN and "rejected" in saved:
            # Somebody took it out of the review, and wants it tried again.
            self.progress.forget("review", "rejected")
            status = Reviewed.NOT_SUBMITTED
        if status in PASSED:
            self.progress.forget("rejected")
            self.progress.save(approved=version.number)
            return version.number
        if status in FAILED:
            self.progress.save(rejected=rejection(version))
            raise Refused("review", rejection(version))
        if status == Reviewed.NOT_SUBMITTED:
            spent = self._submit(album_id, version.number)
            if spent is not None:
                return spent
            return Pending(after=SOON_S, note=f"version {version.number} was given to the review")
        return Pending(
            after=self.assets.wait(IN_REVIEW_S),
            note=f"version {version.number} is in TikTok's review",
        )

    def _submit(self, album_id: str, version: int) -> Pending | None:
        try:
            self.progress.once(
                "review",
                lambda: self._ask_for_review(album_id, version),
                lost=lambda: "" if self._is_submitted(album_id, version) else ABSENT,
            )
        except QuotaSpent as spent:
            # Nothing else of the channel need wait for the next day's urgent reviews.
            now = self.assets.wire.http.now()
            after = (spent.until - now).total_seconds() if spent.until else IN_REVIEW_S
            return Pending(after=after, note=spent.reason)
        return None

    def _ask_for_review(self, album_id: str, version: int) -> str:
        score = self.assets.settings.priority_score
        try:
            answer = self.assets.wire.call(
                "review_submit", album_id=album_id, version=version, priority_score=score,
                costs={URGENT_REVIEWS: 1} if score == URGENT else None,
            )  # fmt: skip
        except Refused:
            if self._is_submitted(album_id, version):
                return ""
            raise
        return text(answer.get("review_id"))

    def _is_submitted(self, album_id: str, version: int) -> bool:
        found = self.album(album_id).version(version)
        return found is not None and found.status != Reviewed.NOT_SUBMITTED


def _check(version: Version, wanted: Snapshot) -> None:
    """Refuse a version that is not what was sent: it must never reach viewers."""
    for each in version.episodes:
        if each.exception:
            raise Refused(
                f"episode {each.seq}", f"TikTok cannot play episode {each.seq}: {each.exception}"
            )
    if not version.holds(wanted.core):
        held = ", ".join(map(str, sorted(version.seqs))) or "none"
        meant = ", ".join(str(each.seq) for each in wanted.entries)
        raise Refused(
            "album", f"version {version.number} of the album holds episodes {held}, not {meant}"
        )


def _as_sent(wanted: Snapshot, version: Version) -> list[dict[str, Any]]:
    ids = {each.seq: each.episode_id for each in version.episodes}
    return [each.as_sent() for each in wanted.with_ids(ids).entries]
