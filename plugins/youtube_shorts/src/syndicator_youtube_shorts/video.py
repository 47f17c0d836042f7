"""A video that was uploaded: what became of it, and how it is changed.

developers.google.com/youtube/v3/docs/videos, /videos/update
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import syndicator.channel as sc
from syndicator_youtube_shorts.errors import Missing
from syndicator_youtube_shorts.wire import Wire
from syndicator_youtube_shorts.words import differing, merged

LAG = timedelta(hours=1)
"""How long a video that was just uploaded may not be listed."""

STEPS = ((60, 5.0), (600, 20.0), (3600, 120.0))
SLOWLY_S = 600.0
READ_BACK_S = 15.0
PROVED = timedelta(minutes=15)

FAILED: Mapping[str, str] = {
    "conversion": "YouTube could not convert it",
    "invalidFile": "YouTube cannot read the file",
    "emptyFile": "the file is empty",
    "tooSmall": "the file is too small",
    "codec": "YouTube does not know its codec",
    "uploadAborted": "the upload was aborted",
}
REJECTED: Mapping[str, str] = {
    "copyright": "for copyright",
    "inappropriate": "as inappropriate",
    "duplicate": "as a duplicate of another video",
    "termsOfUse": "for its terms of use",
    "uploaderAccountSuspended": "because the account is suspended",
    "length": "for its length",
    "claim": "because of a claim",
    "uploaderAccountClosed": "because the account is closed",
    "trademark": "for a trademark",
    "legal": "for legal reasons",
}


def get(wire: Wire, id_: str, parts: str) -> dict[str, Any] | None:
    """Return parts of a video; None where YouTube does not list it."""
    items = wire.get("videos", part=parts, id=id_).get("items") or ()
    return next((dict(x) for x in items), None)


def wait_after(elapsed: timedelta) -> float:
    """Return how many seconds to wait before asking again, so long after the upload."""
    seconds = elapsed.total_seconds()
    return next((wait for limit, wait in STEPS if seconds < limit), SLOWLY_S)


def processed(wire: Wire, id_: str, since: datetime) -> sc.Pending | None:
    """Return None once YouTube has taken a video in, Pending until then.

    Raises:
        Refused: it failed or was rejected, or YouTube does not have it any more.
    """
    elapsed = wire.http.now() - since
    found = get(wire, id_, "status")
    if found is None:
        if elapsed < LAG:
            return sc.Pending(after=wait_after(elapsed), note="YouTube does not list it yet")
        raise Missing("video", f"YouTube does not have video {id_} any more: was it deleted?")
    status = found.get("status") or {}
    match status.get("uploadStatus"):
        case "processed":
            return None
        case "failed":
            raise sc.Refused("media", _why(FAILED, status.get("failureReason"), id_))
        case "rejected":
            said = _why(REJECTED, status.get("rejectionReason"), id_)
            raise sc.Refused("media", f"YouTube rejected it {said}")
        case "deleted":
            raise Missing("video", f"video {id_} was deleted")
        case other:
            return sc.Pending(after=wait_after(elapsed), note=f"YouTube: {other}")


def _why(table: Mapping[str, str], reason: Any, id_: str) -> str:
    text = table.get(str(reason), f"for a reason it calls {reason!r}")
    return f"{text} ({reason}); the private video {id_} can be deleted in YouTube Studio"


def change(wire: Wire, id_: str, wish: Mapping[str, Any]) -> bool:
    """Make a wish come true: read, merge, write; return whether anything had to be written.

    Raises:
        Missing: YouTube does not have the video.
    """
    parts = ",".join(wish)
    found = get(wire, id_, parts)
    if found is None:
        raise Missing("video", f"YouTube does not list video {id_}")
    whole = merged(found, wish)
    if not whole:
        return False
    wire.write("PUT", "videos", {"id": id_, **whole}, part=",".join(whole), safe=True)
    return True


def read_back(wire: Wire, id_: str, wish: Mapping[str, Any]) -> list[str]:
    """Return the fields that are not as wished, as YouTube tells them now."""
    found = get(wire, id_, ",".join(wish))
    return differing(found or {}, wish)
