"""The calls of the media-asset API: which there are, and how one is made.

Paths, methods and fields are those of developers.tiktok.com/doc/media-asset-api-reference, written
down in `description_minis.json` beside this module; trailing slashes are as they are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from syndicator_tiktok.minis import errors

HOST = "https://open.tiktokapis.com"
ROOT = "/v2/sg/shortdrama"

CALLS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "image": ("POST", "/image"),
        "video": ("POST", "/video"),
        "video_query": ("GET", "/video"),
        "album_create": ("POST", "/album/create/"),
        "album_update": ("POST", "/album/update/"),
        "album_query": ("GET", "/album/query/"),
        "review_submit": ("POST", "/album/review/submit/"),
        "online_version": ("POST", "/album/online_version/"),
        "album_status": ("POST", "/album/status/"),
        "album_authorize": ("POST", "/album/authorize/"),
        "subtitle": ("POST", "/subtitle/"),
        "subtitle_bind": ("POST", "/subtitle/bind/"),
    }
)

SET_STYLE = frozenset({"online_version", "album_status", "album_authorize", "subtitle_bind"})
"""Calls that say how it shall be: the same again has no second effect."""


@attrs.frozen
class Wire:
    """Makes calls as one mini-app."""

    http: Any
    """The channel's client, `Channel.http`."""

    @property
    def client_key(self) -> str:
        """The mini-app's id."""
        return str(self.http.app()[0])

    def call(
        self, name: str, *, costs: Mapping[str, int] | None = None, **fields: Any
    ) -> Mapping[str, Any]:
        """Return what a call answered; fields that are None are left out.

        Raises:
            ChannelError: any verdict.
        """
        method, path = CALLS[name]
        key = self.client_key
        sent = {field: value for field, value in fields.items() if value is not None}
        is_question = method == "GET"
        safe = is_question or name in SET_STYLE
        answer = self.http.exchange(
            method,
            f"{ROOT}{path}",
            # The key is wanted twice: in the query and in the body.
            params={"client_key": key, **(sent if is_question else {})},
            json=None if is_question else {"client_key": key, **sent},
            repeatable=safe,
            costs=costs,
        )
        return errors.read(answer, self.http, safe=safe)


def text(value: Any) -> str:
    """Return an id as text: int64 ids are strings, and were numbers in some answers."""
    return "" if value is None or isinstance(value, bool) else str(value)


def number(value: Any) -> int:
    """Return a whole number, also where it came as text; 0 where it is none."""
    spelled = text(value)
    return int(spelled) if spelled.isdigit() else 0
