"""Requests about the sandbox itself: clock, faults, log, posts, media."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from syndicator.channel.sandbox._messages import BadBody, Reply, Request

if TYPE_CHECKING:
    from syndicator.channel.sandbox._server import Sandbox


def answer(sandbox: Sandbox, request: Request) -> Reply:
    """Answer what is asked of the sandbox, not of the platform."""
    what = request.path.removeprefix("/_sandbox/")
    try:
        if what.startswith("media/"):
            return media(sandbox, request, what.removeprefix("media/"))
        known = {"clock": clock, "faults": faults, "log": log, "posts": posts}
        if what in known:
            return known[what](sandbox, request)
        return Reply(404, json={"error": f"/_sandbox/ has {', '.join(known)} and media"})
    except (BadBody, ValueError, KeyError, TypeError, re.error) as error:
        return Reply(400, json={"error": str(error)})


def clock(sandbox: Sandbox, request: Request) -> Reply:
    """Show or move the clock: `{"advance": seconds}` or `{"now": "2026-12-01T20:00Z"}`."""
    if request.method == "POST":
        wish = request.json()
        if "now" in wish:
            moment = datetime.fromisoformat(wish["now"])
            sandbox.clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        sandbox.clock.advance(float(wish.get("advance", 0)))
    return Reply(json={"now": sandbox.clock.now().isoformat()})


def faults(sandbox: Sandbox, request: Request) -> Reply:
    """Show, add or clear faults."""
    if request.method == "DELETE":
        sandbox.faults.clear()
    if request.method == "POST":
        wish: Any = request.json()
        for each in wish if isinstance(wish, list) else [wish]:
            sandbox.faults.add(**each)
    return Reply(json=sandbox.faults.waiting())


def log(sandbox: Sandbox, request: Request) -> Reply:  # noqa: ARG001 - as all of these
    """Show the requests so far."""
    return Reply(json=sandbox.log)


def posts(sandbox: Sandbox, request: Request) -> Reply:  # noqa: ARG001 - as all of these
    """Show what was posted."""
    with sandbox.lock:
        return Reply(json=[each.as_json() for each in sandbox.posts()])


def media(sandbox: Sandbox, request: Request, name: str) -> Reply:
    """Give out a media file, a range of it if asked: browsers want that to play."""
    path = sandbox.media / name
    if "/" in name or name.startswith(".") or not path.is_file():
        return Reply(404, json={"error": "no such file"})
    size = path.stat().st_size
    headers = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes"}
    first, _, last = request.headers.get("range", "").removeprefix("bytes=").partition("-")
    if not first.isdigit() or int(first) >= size:
        return Reply(file=path, headers=headers)
    end = min(int(last) if last.isdigit() else size - 1, size - 1, int(first) + (8 << 20) - 1)
    with path.open("rb") as file:
        file.seek(int(first))
        part = file.read(end - int(first) + 1)
    headers["Content-Range"] = f"bytes {first}-{end}/{size}"
    return Reply(206, body=part, headers=headers)
