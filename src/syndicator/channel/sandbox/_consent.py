"""Consent in a browser: the page on which somebody says yes or no, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode, urlsplit

from syndicator.channel.sandbox._messages import Reply


def consent_page(platform: str, query: Mapping[str, str]) -> Reply:
    """Return the page; its links are the same request with `answer=yes` or `answer=no`."""
    links = "".join(
        f"<p><a href='?{escape(urlencode({**query, 'answer': word}))}'>{text}</a>"
        for word, text in (("yes", "Consent"), ("no", "Refuse"))
    )
    scopes = escape(query.get("scope", ""))
    text = f"<!doctype html><meta charset=utf-8><h1>{escape(platform)}</h1><p>{scopes}{links}"
    return Reply(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def send_back(query: Mapping[str, str], **values: str) -> Reply:
    """Return the redirect to the address that asked, with its `state`."""
    target = f"{query['redirect_uri']}?{urlencode({**values, 'state': query['state']})}"
    return Reply(302, headers={"Location": target})


def is_loopback(address: str) -> bool:
    """Return whether an address is one on this machine with a port (RFC 8252, 7.3)."""
    there = urlsplit(address)
    is_here = there.hostname in {"localhost", "127.0.0.1", "::1"} and bool(there.port)
    return is_here and not there.fragment and not there.query
