"""A series as an album in TikTok Minis: bytes and review ahead of time, one switch at the instant.

developers.tiktok.com/doc/media-asset-management, /doc/media-asset-api-reference. Nothing here is
keyed by us, so what was begun is found by its handle: the job of a video, the version of an album.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs

from syndicator.channel import (
    Account,
    Capabilities,
    Channel,
    Gone,
    Pending,
    Progress,
    Quota,
    Reason,
    Receipt,
    Reconcile,
    Refused,
    Release,
    SignInAgain,
    TerritoryControl,
)
from syndicator_tiktok.minis import terms
from syndicator_tiktok.minis.album import Album
from syndicator_tiktok.minis.change import Change
from syndicator_tiktok.minis.drop import Drop, leader
from syndicator_tiktok.minis.errors import AlbumNotFound
from syndicator_tiktok.minis.index import Index
from syndicator_tiktok.minis.media import Assets
from syndicator_tiktok.minis.options import OPTIONS, REVIEW, Settings
from syndicator_tiktok.minis.review import SIZE_MAX, review
from syndicator_tiktok.minis.versions import SOON_S, URGENT_REVIEWS, Versions
from syndicator_tiktok.minis.wire import HOST, Wire
from syndicator_tiktok.oauth import APP_SIGN_IN

if TYPE_CHECKING:
    from syndicator.channel.sandbox import Sandbox
    from syndicator.channel.testing import Trial

URGENT_PER_DAY = 35
"""Dramas a day and organization (developers.tiktok.com/doc/media-asset-management)."""

NOWHERE = "1"
"""An album id that nobody has: asking for it says whether we may ask."""


class Minis(Channel):
    """A mini-app in TikTok, and the album of each series in its media library."""

    name = "tiktok_minis"
    base_url = HOST
    options_schema = OPTIONS
    sign_in = APP_SIGN_IN
    capabilities = Capabilities(
        platform="TikTok",
        territory_control=TerritoryControl.NONE,
        reconcile=Reconcile.HANDLE,
        kinds=("episode",),
        business_models=terms.MODELS,
        size_max=SIZE_MAX,
        lead=REVIEW["normal"][1],
        # a review takes two weeks, and one that begins late takes as long
        pending_max=timedelta(days=28),
        needs_siblings=True,
    )

    @classmethod
    def tuned(cls, options: Mapping[str, Any]) -> Capabilities:
        found = REVIEW.get(str(options.get("priority", "normal")), REVIEW["normal"])
        if found is not REVIEW["urgent"]:
            return cls.capabilities
        quota = Quota(
            name=URGENT_REVIEWS,
            amount=URGENT_PER_DAY,
            per=timedelta(days=1),
            operations=(),
            shared_by="organization" if options.get("organization") else None,
        )
        return attrs.evolve(cls.capabilities, lead=found[1], quotas=(quota,))

    @classmethod
    def sandbox(cls) -> type[Sandbox]:
        from syndicator_tiktok.sandbox.server import TikTok

        return TikTok

    @classmethod
    def trial(cls) -> Trial:
        from syndicator_tiktok.trials import MINIS

        return MINIS

    @property
    def settings(self) -> Settings:
        """The options, read."""
        return Settings.read(self.options, self.account)

    def check(self) -> Account:
        wire = Wire(self.http)
        try:
            wire.call("album_query", album_id=NOWHERE)
        except AlbumNotFound:
            pass
        except Refused as refused:
            raise SignInAgain(refused.reason) from None
        return Account(
            name=wire.client_key,
            notes=[
                f"reviews are {self.settings.priority}",
                "whether this app is in the pilot is not known until something is sent",
            ],
        )

    def review(self, release: Release) -> Sequence[Reason]:
        return list(review(release, self.settings))

    def stage(self, release: Release, progress: Progress) -> Pending | None:
        drop = self._drop(release, progress)
        waits = drop.assets.bring(release.cut)
        if waits is not None:
            return waits
        reached = drop.ready()
        return reached if isinstance(reached, Pending) else None

    def publish(self, release: Release, progress: Progress) -> Receipt | Pending:
        drop = self._drop(release, progress)
        album_id = drop.album_id()
        if album_id is not None:
            shown = self._shown(drop, drop.versions.album(album_id))
            if shown is not None:
                return shown
        waits = drop.assets.bring(release.cut)
        reached = waits or drop.ready()
        if isinstance(reached, Pending):
            return reached
        first = leader(release)
        if first is not None:
            return Pending(after=SOON_S, note=f"{first.key.cut} puts the drop online")
        album = drop.versions.album(drop.album_id() or "")
        self._price(drop, album)
        drop.versions.put_online(album, reached)
        found = self._shown(drop, drop.versions.album(album.id))
        return found or Pending(after=SOON_S, note="TikTok does not show it yet")

    def poll(self, release: Release, progress: Progress) -> Receipt | Pending:
        if release.action == "update":
            return self.update(release, progress)
        return self.publish(release, progress)

    def find(self, release: Release, progress: Progress) -> Receipt | None:
        drop = self._drop(release, progress)
        album_id = drop.album_id()
        if album_id is None:
            return None
        try:
            album = drop.versions.album(album_id)
        except AlbumNotFound:
            return None
        return _receipt(album, drop.seq) if album.shows(drop.seq) else None

    def update(self, release: Release, progress: Progress) -> Receipt | Pending:
        return Change(self._drop(release, progress)).update()

    def withdraw(self, release: Release, progress: Progress) -> Gone | Pending:
        return Change(self._drop(release, progress)).withdraw()

    def _drop(self, release: Release, progress: Progress) -> Drop:
        settings = self.settings
        others = [each.saved for each in (*release.drop, *release.earlier)]
        index = Index.of(settings.workspace, settings.account)
        assets = Assets(Wire(self.http), settings, index, progress, release.series, others)
        return Drop(Versions(assets), release)

    def _shown(self, drop: Drop, album: Album) -> Receipt | Pending | None:
        """Return the proof, if viewers see the episode, once other mini-apps may play it too."""
        if not album.shows(drop.seq):
            return None
        waits = drop.versions.authorize(album.id)
        if waits is not None:
            return waits
        ids = {drop.seq: album.ids[drop.seq]}
        terms.publish(drop.assets.settings, drop.release, ids, album.id)
        return _receipt(album, drop.seq)

    def _price(self, drop: Drop, album: Album) -> None:
        """Write what the drop costs before anybody can see it."""
        numbers = {drop.seq, *(each.cut.number for each in drop.release.drop)}
        ids = {seq: id_ for seq, id_ in album.ids.items() if seq in numbers}
        terms.publish(drop.assets.settings, drop.release, ids, album.id)


def _receipt(album: Album, seq: int) -> Receipt:
    return Receipt(remote_id=f"{album.id}/{album.ids[seq]}")
