"""How the conformance kit runs the channel: it looks at the catalogue as a reader does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from syndicator.channel.sandbox import Post
from syndicator.channel.testing import Clip, Refusal, Trial
from syndicator_standalone_app import catalogue
from syndicator_standalone_app.store import Folder


def posts(workspace: Path) -> Sequence[Post]:
    """Return the cuts of the app that a reader finds somewhere."""
    store = Folder(workspace / "app")
    found = []
    for entry in catalogue.read_entries(store, "trial"):
        visible = catalogue.seen(store, "trial", entry.cut.id)
        titles = ", ".join(each.title for each in entry.series.localizations)
        post = Post(
            id=f"trial/{entry.cut.id}", title=titles, status="open",
            visible=bool(visible.codes), text=str(visible),
        )  # fmt: skip
        found.append(post)
    return found


APP = Trial(
    options={"target": "./app", "name": "A Trial"},
    posts=posts,
    clip=Clip(width=270, height=480, seconds=2),
    bad_options=({"target": ""}, {"target": "./app", "base_url": "ftp://nowhere"}),
    refusals={"captions that nobody can read": Refusal(files={"ep001.en.vtt": b"\0\1\2 no words"})},
)
