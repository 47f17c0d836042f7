"""Change what is online: another version, without an episode or with another face of it.

Several releases may want changes of one album at once: sixty episodes whose rights end together,
or whose series has a new synopsis. Each writes down what it wishes, the one with the lowest number
makes one version of all wishes, and each looks for itself whether it came true. Where nothing is
left to show, the album is delisted, which needs no review.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from syndicator.channel import Gone, Pending, Receipt, Refused, Release
from syndicator_tiktok.minis import subtitles, terms
from syndicator_tiktok.minis.album import DELISTED, PASSED, Album, Entry, Version
from syndicator_tiktok.minis.drop import Drop, entry, last_sent, snapshot
from syndicator_tiktok.minis.media import Assets
from syndicator_tiktok.minis.versions import SOON_S, Versions

GATHER_S = 60.0
"""How long a first wish waits for others that come at the same time."""

TOGETHER_S = 300.0

Wishes = Mapping[int, Mapping[str, Any] | None]


@attrs.frozen
class Change:
    """What one release does to the version that is online."""

    drop: Drop

    @property
    def release(self) -> Release:
        """The release: an update or a takedown."""
        return self.drop.release

    @property
    def versions(self) -> Versions:
        """The versions of the album."""
        return self.drop.versions

    @property
    def assets(self) -> Assets:
        """What is in the library."""
        return self.drop.assets

    def withdraw(self) -> Gone | Pending:
        """Take the episode off; return once its absence was seen."""
        album = self._album()
        seq, settings = self.drop.seq, self.assets.settings
        if album.shows(seq):
            waits = self._bring_about(album, None)
            if waits is not None:
                return waits
            album = self.versions.album(album.id)
        if album.shows(seq):
            return Pending(after=SOON_S, note="TikTok shows it still")
        self.assets.index.unwish(album.id, seq)
        terms.take_out(settings.price_list, self.release.series.id, seq)
        return Gone()

    def update(self) -> Receipt | Pending:
        """Show the episode as it is now; return once the version that says so is online."""
        waits = self.assets.bring(self.release.cut)
        made = entry(self.assets, self.release.cut)
        if waits is not None or isinstance(made, Pending):
            return waits or Pending(after=SOON_S)
        album = self._album()
        if not album.shows(self.drop.seq):
            raise Refused("state", f"{self.release.cut.id} is not online, so nothing is updated")
        if not self._is_shown_as(album, made):
            waits = self._bring_about(album, made)
            if waits is not None:
                return waits
            album = self.versions.album(album.id)
            if not self._is_shown_as(album, made):
                return Pending(after=SOON_S, note="TikTok shows what was before still")
        self.assets.index.unwish(album.id, self.drop.seq)
        subtitles.bind(self.assets, self.release.cut, album.id, album.ids[self.drop.seq])
        ids = {self.drop.seq: album.ids[self.drop.seq]}
        terms.publish(self.assets.settings, self.release, ids, album.id)
        return Receipt(remote_id=f"{album.id}/{album.ids[self.drop.seq]}")

    def _album(self) -> Album:
        receipt = self.release.receipt
        told, _, episode = (receipt.remote_id if receipt else "").partition("/")
        album_id = told if episode and told.isdigit() else self.drop.album_id()
        if not album_id:
            raise Refused(
                "album",
                f"nobody knows the album of {self.release.series.id}: name it in syndicator.toml, "
                f'album_ids = {{{self.release.series.id} = "…"}}',
            )
        return self.versions.album(album_id)

    def _bring_about(self, album: Album, wish: Entry | None) -> Pending | None:
        """Let a version that fulfils all wishes be online; Pending until then."""
        seq, progress = self.drop.seq, self.assets.progress
        said = wish.as_sent() if wish else None
        now = self.assets.wire.http.now()
        wishes = self.assets.index.wish(album.id, seq, said, now)
        if "wished" not in progress.saved:
            progress.save(wished=True)
            return Pending(after=GATHER_S, note="gathers what changes together")
        try:
            return self._fulfil(album, wishes)
        except Refused:
            self.assets.index.unwish(album.id, seq)
            raise

    def _fulfil(self, album: Album, wishes: Wishes) -> Pending | None:
        shown = album.shown.seqs if album.shown else set()
        left = {seq for seq in shown if wishes.get(seq, {}) is not None}
        if not left:
            self.assets.wire.call("album_status", album_id=album.id, status=DELISTED)
            return None
        first = min(seq for seq in wishes if seq in shown)
        if first != self.drop.seq:
            return Pending(after=TOGETHER_S, note=f"goes together with episode {first}")
        number = self._approved_before(album, left, wishes) or self._reach(album, left, wishes)
        if isinstance(number, Pending):
            return number
        self.versions.put_online(album, number)
        return None

    def _reach(self, album: Album, left: set[int], wishes: Wishes) -> int | Pending:
        wanted = snapshot(
            self.assets, self.release, [self._entry(album, seq, wishes.get(seq)) for seq in left]
        )
        is_update = wishes.get(self.drop.seq) is not None
        return self.versions.reach(album, wanted, [self.release.cut] if is_update else [])

    def _entry(self, album: Album, seq: int, wish: Mapping[str, Any] | None) -> Entry:
        """Return an episode as it is wished, or as it is online."""
        wished = Entry.from_sent(wish) if wish else None
        told = next((each.sent for each in album.shown.episodes if each.seq == seq), None) \
            if album.shown else None  # fmt: skip
        found = wished or told or last_sent(self.assets, album, seq) or self._of_ledger(seq)
        if found is None:
            raise Refused(
                "album", f"what episode {seq} of album {album.id} is made of is known to nobody"
            )
        return found

    def _of_ledger(self, seq: int) -> Entry | None:
        for each in (*self.release.drop, *self.release.earlier):
            if each.cut.number == seq and self.assets.is_complete(each.cut):
                found = entry(self.assets, each.cut)
                return found if isinstance(found, Entry) else None
        return None

    def _approved_before(self, album: Album, left: set[int], wishes: Wishes) -> int:
        """Return an approved version that is just what is wished: no review is needed for it."""
        if any(wish is not None for wish in wishes.values()):
            return 0
        sent = self.assets.index.sent(album.id)
        now = {seq: vid for seq, vid in _core(sent.get(album.online)).items() if seq in left}
        fitting = [
            each.number
            for each in album.versions
            if _is_fit(each, left) and now and _core(sent.get(each.number)) == now
        ]
        return max(fitting, default=0)

    def _is_shown_as(self, album: Album, made: Entry) -> bool:
        """Return whether the version that is online was sent with this, and the album's words."""
        sent = self.assets.index.sent(album.id).get(album.online)
        if sent is None:
            return False
        shown = [found for data in sent["entries"] if (found := Entry.from_sent(data)) is not None]
        same = [each for each in shown if attrs.evolve(each, episode_id=None) == made]
        info = snapshot(self.assets, self.release, shown).info
        return bool(same) and dict(info) == dict(sent["info"])


def _is_fit(version: Version, left: set[int]) -> bool:
    return version.status in PASSED and version.seqs == left


def _core(sent: Mapping[str, Any] | None) -> dict[int, str]:
    found = [Entry.from_sent(data) for data in sent["entries"]] if sent else []
    return {each.seq: each.vid for each in found if each is not None}
