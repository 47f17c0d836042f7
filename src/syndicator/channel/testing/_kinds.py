"""What can go wrong with one exchange: the columns of the matrix."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """One way in which a request and its answer can go wrong."""

    KILL_BEFORE = "kill-before"
    """SIGKILL before the request arrives."""

    KILL_AFTER = "kill-after"
    """SIGKILL after the platform acted and before the answer is read."""

    LOST_BEFORE = "lost-before"
    """The connection ends before the platform acts."""

    LOST_AFTER = "lost-after"
    """The platform acts, and its answer is dropped."""

    RESET = "reset"
    """The connection is reset half way through the body; what had come is thrown away."""

    S408 = "408"
    S429 = "429"
    S500 = "500"
    S502 = "502"
    S503 = "503"
    S504 = "504"
    """Something on the way answers with this status, and the platform never hears of it."""

    S400_AFTER = "400-after"
    """The platform acts, and something on the way answers 400."""

    S503_AFTER = "503-after"
    GARBAGE = "garbage"
    """200 with a page of HTML; the platform never hears of it."""

    GARBAGE_AFTER = "garbage-after"
    """The platform acts; 200 with a page of HTML."""

    LATE = "late"
    """The platform acts, and answers after we have given up waiting."""

    TWICE = "twice"
    """Delivered twice: a request that the standard calls idempotent arrives a second time, as
    proxies may do (RFC 9110, 9.2.2); of any other, the release is given to a second worker while
    the first one waits for the answer."""

    STALL = "stall"
    """Nobody answers, and the platform never hears of it."""

    FULL = "disk-full"
    """There is no room on the disk: for channels that deliver into a folder."""


KILLS = frozenset({Kind.KILL_BEFORE, Kind.KILL_AFTER})
WAITS = frozenset({Kind.LATE, Kind.STALL})
"""Kinds that cost as long as the client is patient."""

ACTS = frozenset(
    {
        Kind.KILL_AFTER, Kind.LOST_AFTER, Kind.S400_AFTER, Kind.S503_AFTER, Kind.GARBAGE_AFTER,
        Kind.LATE, Kind.TWICE,
    }
)  # fmt: skip
"""Kinds in which the platform acts."""

OF_FOLDERS = (Kind.KILL_BEFORE, Kind.FULL)
OF_NETWORKS = tuple(kind for kind in Kind if kind is not Kind.FULL)
NO_STATUS = 0


def status_of(kind: Kind) -> int:
    """Return the status that something on the way answers with; 0 where nothing does."""
    if kind in {Kind.GARBAGE, Kind.GARBAGE_AFTER}:
        return 200
    word = kind.value.partition("-")[0]
    return int(word) if word.isdigit() else NO_STATUS
