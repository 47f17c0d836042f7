"""What a channel author tells the kit: how to run the channel, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from syndicator.channel.sandbox import Post
    from syndicator.channel.testing._platform import Platform


@attrs.frozen(kw_only=True)
class Clip:
    """The media that are released: a moving picture with a tone, made on the spot."""

    seconds: int = 4
    width: int = 540
    height: int = 960
    poster: tuple[int, int] = (540, 960)
    """Width and height."""

    at_least: int = 0
    """Bytes; what is missing is filled up with an empty box."""


@attrs.frozen(kw_only=True, eq=False)
class Limit:
    """How long a text may be, in the unit in which the platform counts."""

    field: str
    """`title` or `synopsis` of the series."""

    most: int
    unit: str = "characters"
    """`characters`, `utf-16` or `bytes`."""


@attrs.frozen(kw_only=True, eq=False)
class Refusal:
    """Something that the platform would refuse, and `review` or planning therefore has to."""

    series: Mapping[str, Any] = attrs.field(factory=dict)
    """What series.yaml says differently."""

    options: Mapping[str, Any] = attrs.field(factory=dict)
    calendar: Mapping[str, Any] = attrs.field(factory=dict)
    """What the calendar says of the channel."""

    files: Mapping[str, bytes] = attrs.field(factory=dict)
    """Files of the series that are others: `ep001.mp4`, `ep001.en.vtt`, `poster.png`."""


@attrs.frozen(kw_only=True, eq=False)
class Trial:
    """How the conformance kit runs a channel. `Channel.trial` returns one."""

    options: Mapping[str, Any] = attrs.field(factory=dict)
    """Its part of syndicator.toml, beside `api_base`. `{sandbox}` in a text becomes the sandbox's
    address, `{proxy}` the one that the channel is given, `{files}` one under which the workspace's
    files can be fetched."""

    credentials: str | None = None
    """The text of its credentials file: a token, or the client's id and secret as JSON."""

    profile: Mapping[str, Any] = attrs.field(factory=dict)
    """How its sandbox behaves; a platform that takes its time shows more mistakes."""

    lagging: Mapping[str, Any] = attrs.field(factory=dict)
    """How its sandbox behaves when its listings lag, beside `profile`."""

    territories: tuple[str, ...] = ("BR",)
    wider: tuple[str, ...] = ("BR", "PT")
    """Where it opens later, on a channel that opens territories one by one."""

    series: Mapping[str, Any] = attrs.field(factory=dict)
    """What series.yaml says beside what the kit writes."""

    changed: Mapping[str, Any] = attrs.field(
        factory=lambda: {"localizations": {"en": {"title": "Another Name", "synopsis": "New."}}}
    )
    """What series.yaml says differently for an update."""

    calendar: Mapping[str, Any] = attrs.field(factory=dict)
    """What the calendar says of the channel: `{"terms": {"model": "free"}}`."""

    shows: tuple[str, ...] = ("title",)
    """What of a release its posts on the platform show: `title`, `synopsis`, `media`. The kit looks
    for each in the title, text and media of `Sandbox.posts`."""

    clip: Clip = Clip()
    episodes: int = 1
    limits: Sequence[Limit] = ()
    bad_options: Sequence[Mapping[str, Any]] = ()
    """Options that its schema has to refuse."""

    refusals: Mapping[str, Refusal] = attrs.field(factory=dict)
    secrets: Sequence[str] = ()
    """Texts that may appear nowhere, beside the credentials and the tokens."""

    waived: Mapping[str, str] = attrs.field(factory=dict)
    """Check to the reason why it is not made; the matrix prints it."""

    declared: Mapping[str, Any] = attrs.field(factory=dict)
    """What the last release of the plugin declared, as `syndicate plugin check --declare` prints
    it; a narrower declaration is refused."""

    platform: Callable[[Path], Platform] | None = None
    """The other side, where it is neither a sandbox nor a folder: any server, told to the kit."""

    posts: Callable[[Path], Sequence[Post]] | None = None
    """What is in the workspace of a channel that delivers into a folder and has no sandbox."""

    ends: str = "live"
    """`live`, or `task` where a person has to finish each release."""
