"""A release that goes elsewhere, because its channel is down."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from syndicator.model.plan import Known
from syndicator.model.release import Release


@attrs.frozen(kw_only=True)
class Diversion:
    """What is published in the place of a release, and what becomes of that."""

    known: Known
    """As the ledger has it on the channel that is down."""

    instead: tuple[Release, ...]
    """What is published elsewhere, and the withdrawals that its rights ask for."""

    contents: Mapping[str, str]
    """Digest to JSON text, of what is published."""

    stays: bool
    """Whether it stays there alone: its own channel does not get it when that is back."""

    why: str
