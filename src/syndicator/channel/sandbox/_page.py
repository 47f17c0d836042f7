"""The page that shows what was posted, playable."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from syndicator.channel.sandbox._messages import Post, Reply

if TYPE_CHECKING:
    from syndicator.channel.sandbox._server import Sandbox

POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'"
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem;background:#f6f5f2;color:#222}
main{display:flex;flex-wrap:wrap;gap:1.5rem}
article{width:15rem;background:#fff;border-radius:.7rem;padding:.8rem;box-shadow:0 1px 4px #0002}
video{width:100%;aspect-ratio:9/16;background:#000;border-radius:.4rem}
h1{font-size:1.3rem}h2{font-size:1rem;margin:.4rem 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:0 .6rem;font-size:.8rem;overflow-wrap:anywhere}
dt{color:#777}dd{margin:0}.hidden{opacity:.55}p{white-space:pre-wrap;font-size:.85rem}
@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}article{background:#222}}
"""


def page(sandbox: Sandbox) -> Reply:
    """Return the page; it has no script and loads nothing from elsewhere."""
    with sandbox.lock:
        posts = sandbox.posts()
    name = escape(sandbox.name)
    shown = sum(post.visible for post in posts)
    text = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Sandbox {name}</title>"
        "<meta name=viewport content='width=device-width,initial-scale=1'>"
        f"<style>{STYLE}</style><h1>Sandbox {name}</h1>"
        f"<p>{shown} visible of {len(posts)}; the clock says "
        f"{sandbox.clock.now():%Y-%m-%d %H:%M:%S} UTC</p>"
        f"<main>{''.join(map(_article, posts))}</main></html>"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY,
    }
    return Reply(body=text.encode(), headers=headers)


def _article(post: Post) -> str:
    video = (
        f"<video controls preload=metadata src='/_sandbox/media/{escape(post.media.name)}'></video>"
        if post.media
        else ""
    )
    facts = {"id": post.id, "account": post.account, "status": post.status, **post.facts}
    rows = "".join(
        f"<dt>{escape(name)}<dd>{escape(str(value))}"
        for name, value in facts.items()
        if value != ""
    )
    seen = "" if post.visible else " class=hidden"
    return (
        f"<article{seen}>{video}<h2>{escape(post.title)}</h2><p>{escape(post.text)}</p>"
        f"<dl>{rows}</dl></article>"
    )
