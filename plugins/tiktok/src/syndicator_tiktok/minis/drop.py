"""A drop: several releases that become one version of the album.

Each release brings its own bytes. The one with the lowest number leads: it waits for the others,
makes the version with all of them and all earlier episodes, and has it reviewed; the others wait
for it. One rejected episode makes a whole version unplayable, so nothing is submitted half, and a
rejection is every member's (developers.tiktok.com/doc/media-asset-management).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from syndicator.channel import ABSENT, Pending, Refused, Release, Sibling
from syndicator.model.work import Cut
from syndicator_tiktok.minis.album import Album, Entry, Snapshot, album_info
from syndicator_tiktok.minis.media import Assets, cover_of, video_name
from syndicator_tiktok.minis.versions import Versions
from syndicator_tiktok.minis.wire import text

WAIT_S = 120.0
LIVE, FAILED = "live", "failed"


def episodes(siblings: Sequence[Sibling]) -> list[Sibling]:
    """Return those that are episodes."""
    return [each for each in siblings if each.cut.number is not None]


def leader(release: Release) -> Sibling | None:
    """Return the release that leads a drop; None where it is this one.

    What is live already has led, or followed; whoever comes after it leads the rest.
    """
    mine = release.cut.number or 0
    before = [
        each
        for each in episodes(release.drop)
        if (each.cut.number or 0) < mine and each.state != LIVE
    ]
    return min(before, key=lambda each: each.cut.number or 0, default=None)


@attrs.frozen
class Drop:
    """What one release does for its drop, and what it waits for."""

    versions: Versions
    release: Release

    @property
    def assets(self) -> Assets:
        """What is in the library."""
        return self.versions.assets

    @property
    def seq(self) -> int:
        """The episode's number."""
        return self.release.cut.number or 0

    def album_id(self) -> str | None:
        """Return the id of the series' album, if there is one."""
        series = self.release.series.id
        named = self.assets.settings.album_ids.get(series)
        return named or self.assets.known("album_id") or self.assets.index.album(series)

    def ready(self) -> int | Pending:
        """Return the number of an approved version that holds this episode; Pending until then.

        Raises:
            Refused: the review rejected the version.
        """
        there = self._approved_for_me()
        if there is not None:
            return there
        leads = leader(self.release)
        return self._lead() if leads is None else self._follow(leads)

    def _approved_for_me(self) -> int | None:
        """Return the number of a version that a sibling had approved with this episode in it.

        Whoever led may be live by now, and has made what this one was waiting for.
        """
        if self.assets.progress.saved.get("plan"):
            return None
        mine = [self.seq, self.assets.known(video_name(self.release.cut))]
        for each in episodes(self.release.drop):
            approved = each.saved.get("approved")
            if approved and mine in each.saved.get("plan", {}).get("core", ()):
                return int(approved)
        return None

    # -- who follows --

    def _follow(self, leads: Sibling) -> int | Pending:
        mine = [self.seq, self.assets.known(video_name(self.release.cut))]
        saved = leads.saved
        holds_mine = mine in saved.get("plan", {}).get("core", ())
        if leads.state != FAILED:
            return Pending(
                after=self.assets.wait(WAIT_S),
                note=f"waits for {leads.key.cut}, which leads the drop",
            )
        if holds_mine and saved.get("rejected"):
            raise Refused("review", str(saved["rejected"]))
        return Pending(
            after=self.assets.wait(WAIT_S),
            note=f"waits for {leads.key.cut}, which failed: retry it",
        )

    # -- who leads --

    def _lead(self) -> int | Pending:
        waits = self._waits()
        if waits is not None:
            return waits
        entries = [self._entry(cut) for cut in self._cuts(self.release.drop, self.release.earlier)]
        album_id = self._album(entries)
        if isinstance(album_id, Pending):
            return album_id
        album = self.versions.album(album_id)
        ids = album.ids
        for each in episodes(self.release.earlier):
            if each.cut.number not in ids and each.state != LIVE:
                # Its own drop puts it there; two at once would make two episodes of it.
                return Pending(
                    after=self.assets.wait(WAIT_S),
                    note=f"waits for {each.key.cut} of an earlier drop",
                )
        entries += kept(album, self.assets, {each.seq for each in entries})
        wanted = self.snapshot(entries)
        return self.versions.reach(album, wanted, self._cuts(self.release.drop))

    def snapshot(self, entries: Sequence[Entry]) -> Snapshot:
        """Return the whole version that these episodes make."""
        return snapshot(self.assets, self.release, entries)

    def _waits(self) -> Pending | None:
        """Return what is missing in the library still."""
        for each in episodes((*self.release.drop, *self.release.earlier)):
            if self.assets.is_complete(each.cut):
                continue
            if each.state != LIVE:
                note = f"waits for {each.key.cut} ({each.state}): a drop is one version"
                return Pending(after=self.assets.wait(WAIT_S), note=note)
            waits = self.assets.bring(each.cut)  # it was changed since, by another release
            if waits is not None:
                return waits
        return None

    def _cuts(self, *groups: Sequence[Sibling]) -> list[Cut]:
        others = [each.cut for group in groups for each in episodes(group)]
        return sorted([self.release.cut, *others], key=lambda cut: cut.number or 0)

    def _entry(self, cut: Cut) -> Entry:
        found = entry(self.assets, cut)
        if isinstance(found, Pending):  # asked for in `_waits`
            raise Refused("media", f"the video of {cut.id} is not there")
        return found

    def _album(self, entries: Sequence[Entry]) -> str | Pending:
        """Return the album's id; the first drop's leader makes the album.

        An album whose creation was never heard of is empty, and nobody sees it. TikTok lists no
        albums, so it stays; another one is made, unless somebody names it in `album_ids`.
        """
        found = self.album_id()
        if found is None:
            earlier = episodes(self.release.earlier)
            coming = [each for each in earlier if each.state != LIVE]
            if coming:
                return Pending(
                    after=self.assets.wait(WAIT_S),
                    note=f"waits for the album of {coming[0].key.cut}",
                )
            if earlier:
                series = self.release.series.id
                raise Refused(
                    "album",
                    f"{series} has episodes online, and nobody knows in which album: name it in "
                    f'syndicator.toml, album_ids = {{{series} = "…"}}',
                )
            info = dict(self.snapshot(entries).info)
            found = str(
                self.assets.progress.once(
                    "album_id",
                    lambda: self._create(info),
                    lost=lambda: self.album_id() or ABSENT,
                )
            )
        if self.assets.progress.saved.get("album_id") != found:
            self.assets.progress.save(album_id=found)
        if self.assets.index.album(self.release.series.id) != found:
            self.assets.index.keep_album(self.release.series.id, found)
        return found

    def _create(self, info: Mapping[str, Any]) -> str:
        answer = self.assets.wire.call("album_create", album_info=info)
        found = text(answer.get("album_id"))
        if not found:
            raise Refused("album", "TikTok made an album and did not say its id")
        return found


def entry(assets: Assets, cut: Cut) -> Entry | Pending:
    """Return an episode as it goes into a version; Pending while its video is taken in."""
    vid = assets.video(cut)
    if isinstance(vid, Pending):
        return vid
    return Entry(seq=cut.number or 0, title=title_of(assets, cut), pic=assets.cover(cut), vid=vid)


def title_of(assets: Assets, cut: Cut) -> str:
    """Return an episode's title in the album's language: its own, or the series' and its number."""
    titles = dict(cut.titles)
    base = assets.language.split("-", maxsplit=1)[0]
    near = [title for tag, title in titles.items() if tag.split("-", maxsplit=1)[0] == base]
    series = assets.series.localization(assets.language).title
    return titles.get(assets.language) or (near[0] if near else f"{series} {cut.number}")


def snapshot(assets: Assets, release: Release, entries: Sequence[Entry]) -> Snapshot:
    """Return the whole version that these episodes make, with the album's words."""
    poster = cover_of(release.cut, release.series, assets.language)
    of_series = release.series.posters and attrs.evolve(release.cut, posters=())
    cover = cover_of(of_series, release.series, assets.language) if of_series else poster
    audio = release.cut.media.language
    info = album_info(
        assets.settings,
        release.series,
        entries,
        cover=assets.picture(cover.file) if cover else entries[0].pic,
        year=release.at.year,
        dubbed=audio is not None and audio != release.series.original_language,
    )
    return Snapshot(info=info, entries=tuple(entries))


def kept(album: Album, assets: Assets, ours: set[int]) -> Iterator[Entry]:
    """Yield what viewers see of an album beside our episodes: nobody may drop it unasked.

    Raises:
        Refused: what it is made of is known to nobody.
    """
    shown = album.shown
    for each in shown.episodes if shown else ():
        if each.seq in ours:
            continue
        found = each.sent or last_sent(assets, album, each.seq)
        if found is None:
            raise Refused(
                "album",
                f"album {album.id} shows episode {each.seq}, which is not of this calendar, and "
                "TikTok does not tell its video; a version without it would take it away from "
                "viewers: delist it in the portal, or bring it in by the calendar",
            )
        yield found


def last_sent(assets: Assets, album: Album, seq: int) -> Entry | None:
    """Return an episode as it was sent last, in the version that is online or the newest."""
    sent = assets.index.sent(album.id)
    order = sorted(sent, key=lambda version: (version != album.online, -version))
    for version in order:
        for data in sent[version]["entries"]:
            found = Entry.from_sent(data)
            if found is not None and found.seq == seq:
                return found
    return None
