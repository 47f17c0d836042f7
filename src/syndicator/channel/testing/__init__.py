"""The conformance kit: run a channel against its sandbox while everything goes wrong.

    # test_conformance.py
    from acme.channel import Acme
    from syndicator.channel.testing import conformance

    test_conformance = conformance(Acme)

`syndicate plugin check NAME` does the same from the command line. What is promised and how it is
shown: docs/reference/conformance.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from syndicator.channel.testing._trial import Clip, Limit, Refusal, Trial

if TYPE_CHECKING:
    from syndicator.channel import Channel


def conformance(
    adapter: type[Channel], trial: Trial | None = None, *, pairs: int = 40
) -> Callable[..., Any]:
    """Return a test that pytest runs once for every part of the kit.

    Args:
        adapter: the channel.
        trial: how it is run; None: as its `trial` says.
        pairs: how many pairs of faults are tried in publishing, evenly spread over all of them;
            `syndicate plugin check NAME --pairs all` tries each.
    """
    from syndicator.channel.testing import _pytest

    return _pytest.test_of(adapter, trial, pairs)


__all__ = ["Clip", "Limit", "Refusal", "Trial", "conformance"]
