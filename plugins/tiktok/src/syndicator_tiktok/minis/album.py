"""An album as TikTok has it, and as we want it: pure.

A series is one album. Each drop is a version of it, and a version is a full snapshot: it holds the
episodes of all earlier drops too, and what it leaves out is dropped
(developers.tiktok.com/doc/media-asset-api-reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import Any

import attrs

from syndicator_tiktok.minis.options import Settings
from syndicator_tiktok.minis.wire import number, text

CONTENT, LISTED, DELISTED, ADD = 1, 1, 2, 1
"""`operation_type`, both values of `status`, and `operate_type`."""

DRAMA_TYPE: Mapping[str, int] = MappingProxyType({"ai_generated": 1, "animation": 2})
DUBBED, LOCALIZED = 3, 4
"""1 AIGC, 2 comic drama, 3 dubbed live action, 4 localized live action: meanings from a third
party, UNVERIFIED."""


class Reviewed(IntEnum):
    """`review_status`; 1 to 3 are known, the others inferred (UNVERIFIED)."""

    NOT_SUBMITTED = 0
    REVIEWING = 1
    APPROVED = 2
    REJECTED = 3
    WITHDRAWN = 4
    APPEALING = 5
    APPEAL_APPROVED = 6
    APPEAL_REJECTED = 7


PASSED = frozenset({Reviewed.APPROVED, Reviewed.APPEAL_APPROVED})
FAILED = frozenset({Reviewed.REJECTED, Reviewed.APPEAL_REJECTED, Reviewed.WITHDRAWN})


@attrs.frozen(kw_only=True)
class Entry:
    """An episode in a version, as we send it."""

    seq: int
    title: str
    pic: str
    """`open_pic_id` of its cover."""

    vid: str
    episode_id: str | None = None
    """None where the album does not have it yet."""

    def as_sent(self) -> dict[str, Any]:
        """Return it as a member of `episode_info_list`."""
        known = {"episode_id": self.episode_id} if self.episode_id else {}
        return {
            **known,
            "title": self.title,
            "seq": self.seq,
            "cover_list": [self.pic],
            "byteplus_vid": self.vid,
        }

    @classmethod
    def from_sent(cls, data: Mapping[str, Any]) -> Entry | None:
        """Return what such a member says; None where it does not say all of it."""
        covers = data.get("cover_list") or [""]
        entry = cls(
            seq=number(data.get("seq")),
            title=text(data.get("title")),
            pic=text(covers[0]),
            vid=text(data.get("byteplus_vid")),
            episode_id=text(data.get("episode_id")) or None,
        )
        return entry if all((entry.seq, entry.title, entry.pic, entry.vid)) else None


def _by_number(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.seq))


@attrs.frozen(kw_only=True)
class Snapshot:
    """What a version holds: the album's words and all of its episodes, by number."""

    info: Mapping[str, Any]
    entries: tuple[Entry, ...] = attrs.field(converter=_by_number)

    @property
    def core(self) -> list[list[Any]]:
        """Number and video of each episode: what makes two versions the same to a viewer."""
        return [[entry.seq, entry.vid] for entry in self.entries]

    def entry(self, seq: int) -> Entry | None:
        """Return one episode."""
        return next((each for each in self.entries if each.seq == seq), None)

    def with_ids(self, ids: Mapping[int, str]) -> Snapshot:
        """Return the same with the ids that the album knows its episodes by."""
        entries = [
            attrs.evolve(each, episode_id=ids.get(each.seq, each.episode_id))
            for each in self.entries
        ]
        return attrs.evolve(self, entries=entries)


@attrs.frozen(kw_only=True)
class Listed:
    """An episode in a version, as TikTok tells it."""

    seq: int
    episode_id: str
    exception: str = ""
    """Why it cannot be played, if so: its video was deleted, for example."""

    status: int = 0
    said: tuple[str, ...] = ()
    sent: Entry | None = None
    """All that we sent of it, where TikTok tells that again."""


@attrs.frozen(kw_only=True)
class Version:
    """A version of an album, as TikTok tells it."""

    number: int
    status: int
    fails: tuple[str, ...] = ()
    episodes: tuple[Listed, ...] = ()

    @property
    def seqs(self) -> set[int]:
        """The numbers of its episodes."""
        return {each.seq for each in self.episodes}

    def holds(self, core: Sequence[Sequence[Any]]) -> bool:
        """Return whether it holds just these episodes, as far as TikTok tells."""
        vids = {int(seq): str(vid) for seq, vid in core}
        return self.seqs == set(vids) and all(
            each.sent is None or each.sent.vid == vids[each.seq] for each in self.episodes
        )


@attrs.frozen(kw_only=True)
class Album:
    """An album as TikTok tells it."""

    id: str
    current: int = 0
    """The newest version's number: the lock of `album/update`; 0 where there is none."""

    online: int = 0
    is_listed: bool = False
    versions: tuple[Version, ...] = ()

    def version(self, wanted: int) -> Version | None:
        """Return a version."""
        return next((each for each in self.versions if each.number == wanted), None)

    @property
    def shown(self) -> Version | None:
        """The version that viewers see; None where they see none."""
        return self.version(self.online) if self.is_listed and self.online else None

    def shows(self, seq: int) -> bool:
        """Return whether a viewer can see an episode."""
        return self.shown is not None and seq in self.shown.seqs

    @property
    def ids(self) -> dict[int, str]:
        """The id of each episode that any version has: an episode keeps its id."""
        newest_last = sorted(self.versions, key=lambda version: version.number)
        return {
            each.seq: each.episode_id
            for version in newest_last
            for each in version.episodes
            if each.episode_id
        }


def read_album(album_id: str, data: Mapping[str, Any]) -> Album:
    """Return the album that `album/query` tells of."""
    versions = tuple(map(_version, data.get("album_version_list") or ()))
    newest = max((each.number for each in versions), default=0)
    return Album(
        id=album_id,
        current=number(data.get("current_version")) or newest,
        online=number(data.get("online_version")),
        is_listed=number(data.get("publish_status")) == LISTED,
        versions=versions,
    )


def _version(data: Mapping[str, Any]) -> Version:
    return Version(
        number=number(data.get("version")),
        status=number(data.get("review_status")),
        fails=flatten(data.get("review_fail_reasons")),
        episodes=tuple(map(_listed, data.get("episode_info_list") or ())),
    )


def _listed(data: Mapping[str, Any]) -> Listed:
    result = data.get("review_result") or {}
    words = {name: value for name, value in result.items() if name != "overall_review_status"}
    return Listed(
        seq=number(data.get("seq")),
        episode_id=text(data.get("episode_id")),
        exception="; ".join(flatten(data.get("exception_reason"))),
        status=number(result.get("overall_review_status")),
        said=flatten(words),
        sent=Entry.from_sent(data),
    )


def flatten(value: Any) -> tuple[str, ...]:
    """Return every text in a value: how reasons are nested is documented nowhere."""
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, Iterable):
        return tuple(found for each in value for found in flatten(each))
    return ()


def rejection(version: Version) -> str:
    """Return why a version was not approved, naming its episodes."""
    named = [
        f"episode {each.seq}: {'; '.join(each.said) or 'no reason given'}"
        for each in version.episodes
        if each.status in FAILED
    ]
    words = [each for each in version.fails if not any(each in line for line in named)]
    reasons = ". ".join([*named, *words]) or "no reason given"
    verb = "was withdrawn from" if version.status == Reviewed.WITHDRAWN else "did not pass"
    return (
        f"version {version.number} of the album {verb} TikTok's review, so none of its episodes "
        f"can be played: {reasons}"
    )


def album_info(
    settings: Settings,
    series: Any,
    entries: Sequence[Entry],
    *,
    cover: str,
    year: int,
    dubbed: bool,
) -> dict[str, Any]:
    """Return the album's words.

    Args:
        settings: of the channel.
        series: the series.
        entries: the episodes of the version.
        cover: `open_pic_id`.
        year: in which it came out, where the series does not say.
        dubbed: whether its sound is in another language than the original.
    """
    language = settings.language or series.original_language
    words = series.localization(language)
    by_default = DRAMA_TYPE.get(series.production or "", DUBBED if dubbed else LOCALIZED)
    return {
        "language": language,
        "title": words.title,
        "seq_num": max(series.episode_count, *(entry.seq for entry in entries)),
        "cover_list": [cover],
        "year": series.year or year,
        "album_status": settings.album_status,
        "desp": words.synopsis,
        "drama_type": settings.drama_types.get(series.id, by_default),
        "tag_list": settings.tags_of(series.id),
    }
