"""What a platform can take and how it can be asked: facts that its code cannot show."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import attrs


class Reconcile(StrEnum):
    """How the channel can be asked after an answer was lost (docs/explanation/exactly-once.md)."""

    NATIVE_KEY = "native_key"
    """The platform honours our key: the same request again has no second effect."""

    SESSION = "session"
    HANDLE = "handle"
    MARKER = "marker"
    FINGERPRINT = "fingerprint"
    NONE = "none"


class TerritoryControl(StrEnum):
    """Whether a channel can show a release in some territories and not in others."""

    NATIVE = "native"
    """Territories open one by one: one upload, later waves extend it."""

    NONE = "none"
    """Shown everywhere the channel is seen, all at once."""


@attrs.frozen(kw_only=True)
class Quota:
    """So many operations in a span of time, for an account or a project."""

    name: str
    amount: int
    per: timedelta
    """Length of the span; spans of a day reset at midnight of `zone`."""

    zone: str = "UTC"
    operations: tuple[str, ...] = ("publish",)
    """What spends it: stage, publish, update, extend, withdraw, poll. None: only the requests for
    which an adapter names costs."""

    cost: int = 1
    shared_by: str | None = None
    """Name of the option whose value several channels share (a project); None is one account."""

    sliding: bool = False
    """Whether no window of that length, wherever it begins, may hold more than `amount`."""


@attrs.frozen(kw_only=True)
class Capabilities:
    """Limits and habits of a platform; every default means "cannot" or "no limit known"."""

    platform: str = ""
    """The platform's name for people; channels of one platform count together."""

    territory_control: TerritoryControl = TerritoryControl.NONE
    reconcile: Reconcile = Reconcile.NONE
    settles: timedelta = timedelta()
    """How long the platform's listings lag behind its effects."""

    quotas: tuple[Quota, ...] = ()
    title_max: int | None = None
    """Characters, as Python counts code points."""

    synopsis_max: int | None = None
    seconds: tuple[float, float] | None = None
    """Shortest and longest running time it takes."""

    aspect_ratios: tuple[str, ...] = ()
    """`9:16` and the like; empty is any."""

    video_codecs: tuple[str, ...] = ()
    """FFmpeg's names; empty is any."""

    size_max: int | None = None
    """Bytes of one media file."""

    kinds: tuple[str, ...] = ()
    """Kinds of cut it takes; empty is every kind."""

    business_models: tuple[str, ...] = ()
    """Terms it can keep; empty is every model."""

    pending_max: timedelta = timedelta(hours=72)
    """How long its processing may take before that needs a person."""

    lead: timedelta | None = None
    """How long before its date a release's bytes must begin to go there, where that is longer than
    `release.stage_ahead`: a review that takes two weeks."""

    needs_siblings: bool = False
    """Whether `Release.drop` and `Release.earlier` are to be filled: the channel publishes several
    releases in one act."""

    stages: bool = False
    """Whether bytes can lie there unseen; set from the adapter's code, never by hand."""

    withdraws: bool = False
    """Whether it can take a release off; set from the adapter's code."""

    updates: bool = False
    """Whether it can change what is live; set from the adapter's code."""
