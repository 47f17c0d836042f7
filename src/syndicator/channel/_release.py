"""A release as an adapter sees it: everything it needs, resolved from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from syndicator.model.release import Action, Receipt, ReleaseKey
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories
from syndicator.model.work import Companion, Cut, File, Localization, Series


@attrs.frozen(kw_only=True)
class Sibling:
    """Another publish of the same series on the same channel, as it was when this one was claimed.

    For channels that publish several releases in one act: they may read what the others saved.
    """

    key: ReleaseKey
    cut: Cut
    state: str
    saved: Mapping[str, Any]
    receipt: Receipt | None = None


@attrs.frozen(kw_only=True)
class Release:
    """One cut on one channel for a set of territories at one instant, with what it shows.

    Grows by attribute: an adapter written for an older version keeps working.
    """

    key: ReleaseKey
    action: Action
    at: datetime
    """When it is to be visible (or gone), aware UTC."""

    territories: Territories
    """Where to open (publish), what to open in addition (extend), where to close (withdraw)."""

    terms: Terms
    series: Series
    cut: Cut
    workspace: Path
    """The folder that file paths are relative to."""

    receipt: Receipt | None = None
    """What the publish of this cut on this channel proved; None while there is none."""

    closes_at: datetime | None = None
    """When its rights end, if they do, aware UTC: for channels that show or enforce it."""

    drop: tuple[Sibling, ...] = ()
    """The others that come out at the same instant, in the order of episodes; filled where the
    adapter's capabilities say `needs_siblings`."""

    earlier: tuple[Sibling, ...] = ()
    """Those that come out, or came out, before; filled where `needs_siblings`."""

    def localization(self, language: str | None = None) -> Localization:
        """Return the series' words in a language; None is the original's."""
        return self.series.localization(language or self.series.original_language)

    @property
    def title(self) -> str:
        """The series' title in its original language."""
        return self.localization().title

    def path(self, file: File) -> Path:
        """Return where a file of the workspace is."""
        return self.workspace / file.path

    @property
    def media(self) -> Path:
        """The media file of the variant shown where no language asks for another."""
        return self.path(self.cut.media.file)

    @property
    def posters(self) -> tuple[Companion, ...]:
        """The cut's own posters, or the series' where it has none."""
        return self.cut.posters or self.series.posters
