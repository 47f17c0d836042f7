"""What platforms tell by themselves: webhooks, once their signature was checked."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


class Forged(Exception):  # noqa: N818 - a verdict on a message
    """The platform did not send this: its signature is missing, wrong or too old."""


@attrs.frozen(kw_only=True)
class Heard:
    """One thing a platform told. It makes the release it is about due at once; polling decides."""

    name: str
    """The platform's word for the event."""

    match: Mapping[str, str] = attrs.field(factory=dict)
    """Names and values of what the release that is meant has saved; empty: it is about none."""

    text: str = ""
    """The sentence for people."""

    sign_in_again: bool = False
    """Whether the account's credentials are dead: nothing is asked of it until someone signs in."""
