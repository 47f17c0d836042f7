"""What may be shown where, on which channels, for how long."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import attrs

from syndicator.model.problem import Place
from syndicator.model.territory import Territories
from syndicator.model.window import Window
from syndicator.model.work import Cut


@attrs.frozen(kw_only=True)
class Avail:
    """One row of rights (MovieLabs Avails, or an item of `avails:` in series.yaml)."""

    id: str
    """How a reason names it: `series.yaml:31` or the row's own AvailID."""

    territories: Territories
    channels: tuple[str, ...] = ("*",)
    """Channel names or shell patterns; `*` is every channel."""

    business_models: frozenset[str] = frozenset()
    """`free`, `unlock`, `ad_supported`, `subscription`; empty means every model."""

    episodes: frozenset[int] | None = None
    """Numbers of the episodes it is for; None is the whole series, with all its cuts."""

    languages: frozenset[str] = frozenset()
    """BCP-47 languages in which it may be shown; empty means every one that is not held back."""

    held_back: frozenset[str] = frozenset()
    """BCP-47 languages in which it may not be shown."""

    window: Window
    window_by_territory: Mapping[str, Window] = attrs.field(factory=dict, hash=False)
    """Where a date without a zone is read locally, the window differs by territory."""

    exclusive: bool = False
    """While it runs, no other channel may show the work in these territories."""

    source: str = ""
    """The licence type as it is written there (`EST`, `SVOD`); empty in series.yaml."""

    place: Place

    def covers_channel(self, channel: str) -> bool:
        """Return whether a channel of this name is meant."""
        return any(fnmatchcase(channel, pattern) for pattern in self.channels)

    def covers_cut(self, cut: Cut, spoken: frozenset[str]) -> bool:
        """Return whether a cut is meant, which is shown in these languages."""
        return self.covers_episodes(cut) and not self.refused_languages(spoken)

    def covers_episodes(self, cut: Cut) -> bool:
        """Return whether a cut is of the episodes that are meant."""
        if self.episodes is None:
            return True
        return bool(cut.episodes) and self.episodes.issuperset(cut.episodes)

    def refused_languages(self, spoken: frozenset[str]) -> list[str]:
        """Return which of some BCP-47 languages it does not allow; `en` means `en-GB` too."""
        return sorted(
            each
            for each in spoken
            if (self.languages and not _is_among(each, self.languages))
            or _is_among(each, self.held_back)
        )

    def window_in(self, territory: str) -> Window:
        """Return the window as it holds in one territory."""
        return self.window_by_territory.get(territory, self.window)


def _is_among(language: str, meant: frozenset[str]) -> bool:
    return any(language == each or language.startswith(f"{each}-") for each in meant)
