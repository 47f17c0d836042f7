"""What is open where: the adapter's own record of one cut, and the truth of the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from syndicator.channel import Territories
from syndicator.model.terms import Terms
from syndicator.model.work import Cut, CutKind, Series

FORMAT = 1
LONG = frozenset({CutKind.CHAPTER, CutKind.VOLUME, CutKind.MOVIE})


@attrs.frozen(kw_only=True)
class Package:
    """One variant of a cut as HLS."""

    language: str
    """Of its sound."""

    path: str
    """Folder of `master.m3u8`, relative to the target."""

    duration_s: float
    width: int
    height: int
    captions: tuple[tuple[str, str], ...] = ()
    """(BCP-47 language, path of the WebVTT)."""

    notes: tuple[str, ...] = ()
    """What was mended on the way, for people."""

    def as_json(self) -> Any:
        return attrs.asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Package:
        captions = tuple((language, path) for language, path in data["captions"])
        return cls(**{**data, "captions": captions, "notes": tuple(data["notes"])})


@attrs.frozen(kw_only=True)
class Poster:
    """One poster in its sizes."""

    language: str | None
    sizes: tuple[tuple[int, str], ...]
    """(width, path)."""

    def as_json(self) -> Any:
        return attrs.asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Poster:
        return cls(
            language=data["language"],
            sizes=tuple((width, path) for width, path in data["sizes"]),
        )


@attrs.frozen(kw_only=True)
class Opening:
    """Where, since when and on which terms a cut is shown."""

    territories: Territories
    opens_at: datetime
    closes_at: datetime | None
    terms: Terms

    def as_json(self) -> Any:
        return {
            "territories": str(self.territories),
            "opens_at": self.opens_at.isoformat(),
            "closes_at": self.closes_at.isoformat() if self.closes_at else None,
            "terms": self.terms.as_json(),
        }

    @classmethod
    def from_json(cls, data: Any) -> Opening:
        closes_at = data["closes_at"]
        return cls(
            territories=Territories.parse(data["territories"].split()),
            opens_at=datetime.fromisoformat(data["opens_at"]),
            closes_at=datetime.fromisoformat(closes_at) if closes_at else None,
            terms=Terms.from_json(data["terms"]),
        )


@attrs.frozen(kw_only=True)
class Entry:
    """One cut of a series in the app."""

    series: Series
    """Its words; no files."""

    cut: Cut
    """Its words; no files."""

    duration_s: float
    width: int
    height: int
    packages: tuple[Package, ...] = ()
    """Empty where the cut is locked everywhere: what is not there cannot be taken."""

    series_posters: tuple[Poster, ...] = ()
    posters: tuple[Poster, ...] = ()
    openings: tuple[Opening, ...] = ()
    """Disjoint; none while the cut is on its way out."""

    written_at: datetime
    """The series' words are those of the entry written last."""

    @property
    def territories(self) -> Territories:
        """Where it is open."""
        return Territories(frozenset().union(*(each.territories.codes for each in self.openings)))

    def opening_in(self, territory: str) -> Opening | None:
        """Return how it is open in a territory, if it is."""
        return next((each for each in self.openings if territory in each.territories), None)

    def closed_in(self, territories: Territories) -> Entry:
        """Return the entry without these territories."""
        left = (
            attrs.evolve(each, territories=each.territories - territories) for each in self.openings
        )
        return attrs.evolve(self, openings=tuple(each for each in left if each.territories.codes))

    def opened(self, opening: Opening) -> Entry:
        """Return the entry with an opening, which replaces others of its territories."""
        others = self.closed_in(opening.territories).openings
        ordered = sorted(
            (*others, opening), key=lambda each: (each.opens_at, str(each.territories))
        )
        return attrs.evolve(self, openings=tuple(ordered))

    def as_json(self) -> Any:
        return {
            "format": FORMAT,
            "series": self.series.as_json(),
            "cut": self.cut.as_json(),
            "duration_s": self.duration_s,
            "width": self.width,
            "height": self.height,
            "packages": [each.as_json() for each in self.packages],
            "series_posters": [each.as_json() for each in self.series_posters],
            "posters": [each.as_json() for each in self.posters],
            "openings": [each.as_json() for each in self.openings],
            "written_at": self.written_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Any) -> Entry:
        return cls(
            series=Series.from_json(data["series"]),
            cut=Cut.from_json(data["cut"]),
            duration_s=data["duration_s"],
            width=data["width"],
            height=data["height"],
            packages=tuple(Package.from_json(each) for each in data["packages"]),
            series_posters=tuple(Poster.from_json(each) for each in data["series_posters"]),
            posters=tuple(Poster.from_json(each) for each in data["posters"]),
            openings=tuple(Opening.from_json(each) for each in data["openings"]),
            written_at=datetime.fromisoformat(data["written_at"]),
        )


def access(cut: Cut, terms: Terms) -> str:
    """Return `free`, `preview` or `locked`.

    Trailers and hooks are always free. A volume or movie is as locked as the last episode in it.
    """
    if terms.model != "unlock" or (not cut.episodes and cut.kind not in LONG):
        return "free"
    free = terms.free_episodes or 0
    is_preview = bool(cut.episodes) and max(cut.episodes) <= free
    return "preview" if is_preview else "locked"


def path_of(series: str, cut: str) -> str:
    """Return where a cut's entry lies."""
    return f".entries/{series}/{cut}.json"
