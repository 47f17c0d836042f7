"""Reading what TikTok answers: success is `error.code == "ok"`, whatever the status says.

developers.tiktok.com/doc/tiktok-api-v2-error-handling; creator_info answers status 200 with an
error on purpose.
"""

from __future__ import annotations

from typing import Any

import syndicator.channel as sc
from syndicator_tiktok.errors import CODES, Meaning, meaning_of, verdict

SERVER_ERROR = 500
TOO_MANY = 429


def read(
    answer: sc.Answer, http: Any, *, safe: bool, codes: dict[str, Meaning] | None = None
) -> dict[str, Any]:
    """Return the `data` of an answer.

    Args:
        answer: of the API host.
        http: the channel's client: its clock, and how it reads Retry-After.
        safe: whether the request may be repeated at no harm.
        codes: what error codes mean, if not what they mean for posting.

    Raises:
        ChannelError: the verdict that its code comes to; where there is none to be read and the
            request may have had its effect, AnswerLost.
    """
    found = answer.json()
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), str):
        return _read(answer, http, found, error, safe=safe, codes=codes)
    if answer.status == TOO_MANY:
        raise sc.RateLimited(
            f"TikTok is asked too often ({answer})", until=http.retry_after(answer)
        )
    # A no that is not in TikTok's words may come from something on the way, after the effect.
    raise _unheard(f"TikTok's answer cannot be read ({answer})", safe=safe)


def _read(
    answer: sc.Answer,
    http: Any,
    found: dict[str, Any],
    error: dict[str, Any],
    *,
    safe: bool,
    codes: dict[str, Meaning] | None,
) -> dict[str, Any]:
    code = error["code"]
    if code == "ok":
        data = found.get("data")
        return data if isinstance(data, dict) else {}
    log = error.get("log_id") or error.get("logid") or "none"
    said = f"{code}: {error.get('message') or 'no message'}; log id {log}"
    known = CODES if codes is None else codes
    if answer.status >= SERVER_ERROR:
        raise _unheard(f"{meaning_of('internal_error').text} ({said})", safe=safe)
    raise verdict(meaning_of(code, known), said, http.now(), until=http.retry_after(answer))


def _unheard(text: str, *, safe: bool) -> sc.ChannelError:
    return sc.Retry(text) if safe else sc.AnswerLost(text)
