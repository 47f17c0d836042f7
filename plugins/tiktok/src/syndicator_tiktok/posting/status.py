"""What a publish task's status means for a release: live, not yet, or a verdict.

developers.tiktok.com/doc/content-posting-api-reference-get-video-status. Processing takes seconds
to minutes, moderation usually under a minute and sometimes hours; private posts never get an id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import syndicator.channel as sc
from syndicator_tiktok.errors import FAILURES, Meaning, verdict
from syndicator_tiktok.posting.bodies import text_of
from syndicator_tiktok.posting.options import Options

PUBLIC = "PUBLIC_TO_EVERYONE"
INBOX_EVERY_S = 600.0
STEPS = ((30, 5.0), (120, 10.0), (600, 30.0), (1800, 60.0))
SLOWLY_S = 900.0
NOBODY_SAID = "anything else"


def wait_after(elapsed: timedelta) -> float:
    """Return how many seconds to wait before asking again, so long after the bytes were there."""
    seconds = elapsed.total_seconds()
    return next((wait for limit, wait in STEPS if seconds < limit), SLOWLY_S)


def post_ids(data: Mapping[str, Any]) -> list[str]:
    """Return the ids of what is public: TikTok sent a list, a number or text at one time or other.

    They exceed 2^53 and so are text from here on.
    """
    found = data.get("publicaly_available_post_id") or []  # spelled as TikTok does
    return [str(each) for each in (found if isinstance(found, list) else [found])]


def answer_of(
    data: Mapping[str, Any], release: sc.Release, options: Options, saved: Mapping[str, Any],
    now: datetime,
) -> sc.Receipt | sc.Pending:  # fmt: skip
    """Return what a status that is no failure means.

    Args:
        data: of status/fetch.
        release: what is published.
        options: of the channel.
        saved: `publish_id`, `username` and `complete`, since when TikTok has all bytes.
        now: the clock.
    """
    status = str(data.get("status", ""))
    since = datetime.fromisoformat(saved["complete"]) if saved.get("complete") else now
    if status == "SEND_TO_USER_INBOX":
        return sc.Pending(after=INBOX_EVERY_S, note=status, task=inbox_task(release, options))
    if status != "PUBLISH_COMPLETE":
        return sc.Pending(after=wait_after(now - since), note=status)
    ids = post_ids(data)
    waits = not ids and not options.is_inbox and options.privacy_level == PUBLIC
    if waits and now - since < options.moderation:
        return sc.Pending(after=wait_after(now - since), note="in moderation")
    return receipt(ids, saved)


def receipt(ids: list[str], saved: Mapping[str, Any]) -> sc.Receipt:
    """Return the proof; a private post has no id that can be learnt, only that it is there."""
    username = saved.get("username")
    profile = f"https://www.tiktok.com/@{username}" if username else None
    if not ids:
        return sc.Receipt(remote_id=str(saved["publish_id"]), url=profile)
    return sc.Receipt(remote_id=ids[0], url=f"{profile}/video/{ids[0]}" if profile else None)


def inbox_task(release: sc.Release, options: Options) -> sc.Task:
    """Return what the creator has to do with a draft."""
    text = [
        "Open the TikTok app with the creator's account, and in its inbox the draft that was sent.",
        f"Paste this caption and post it:\n{text_of(release, options)}",
    ]
    if release.series.production == "ai_generated" or options.is_aigc:
        text.append("Label it as AI-generated.")
    if release.terms.disclosure:
        text.append(f"Disclose: {', '.join(release.terms.disclosure).replace('_', ' ')}.")
    return sc.Task("\n".join(text))


def failure(data: Mapping[str, Any], now: datetime) -> sc.ChannelError:
    """Return the verdict for a task that failed: terminal, and nothing was posted."""
    reason = str(data.get("fail_reason") or NOBODY_SAID)
    meaning = FAILURES.get(reason) or Meaning(
        "content", f"TikTok gave up and said {reason!r}; look at the account in the app"
    )
    return verdict(meaning, reason if reason in FAILURES else "", now)
