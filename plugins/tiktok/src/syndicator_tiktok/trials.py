"""How the conformance kit runs the doors of TikTok against the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from syndicator.channel.sandbox import Post
from syndicator.channel.testing import Clip, Limit, Refusal, Trial

CLIENT = '{"client_key": "sandbox-key", "client_secret": "sandbox-secret"}'
PATIENT = {"token_seconds": 10**9, "client_token_seconds": 10**9, "rate_limits": False}
"""Tokens are renewed, and limits kept, in tests of their own; here they would hide the order."""

POSTING = Trial(
    shows=("title", "synopsis", "media"),
    options={
        "mode": "direct",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "audited": True,
        "territory_limit": "audience",
        "posts_per_day": 1000,
    },
    credentials=CLIENT,
    profile={**PATIENT, "posts_per_day": 1000},
    limits=(Limit(field="synopsis", most=2200, unit="utf-16"),),
    bad_options=(
        {"mode": "whenever"},
        {"mode": "direct", "privacy_level": "SECRET"},
        {"mode": "direct", "posts_per_day": 0},
    ),
    waived={"lag": "a post is asked for by the id of its task; no listing is read"},
    refusals={
        "a limit of territories that it cannot keep": Refusal(
            options={"territory_limit": "refuse"}
        ),
    },
)

MINIS = Trial(
    options={
        "public_url": "{files}/",
        "space_name": "trial",
        "byteplus_account_id": "2100000000",
        "byteplus_region": "ap-southeast-1",
        "tags": {"*": [7]},
    },
    credentials=CLIENT,
    profile={**PATIENT, "review_seconds": 1, "urgent_review_seconds": 1},
    lagging={"album_lag_seconds": 20},
    bad_options=({"space_name": 7}, {"tags": {"*": ["drama"]}}),
    refusals={"no address to fetch files from": Refusal(options={"public_url": ""})},
)

DELIVERIES = "deliveries/tiktok-drama-center"


def packages(workspace: Path) -> Sequence[Post]:
    """Return the packages that lie ready for the person who hands them in."""
    return [
        Post(id=str(path.relative_to(workspace)), title=path.name, status="packed", visible=True,
             media=path)
        for path in sorted((workspace / DELIVERIES).rglob("*.mp4"))
        if not path.name.startswith(".")
    ]  # fmt: skip


DRAMA_CENTER = Trial(
    shows=("media",),
    options={
        "accounts": ["main-br"],
        "regions": ["BR"],
        "audience": "women 25+",
        "themes": {"trial": ["mystery"]},
        "rights": {"trial": {"core": ["catalog/trial/poster.png"], "original": True}},
    },
    posts=packages,
    ends="task",
    clip=Clip(seconds=16, width=720, height=1280, at_least=5_000_001, poster=(540, 720)),
    bad_options=({"accounts": []}, {"publish": "never"}, {"regions": ["XX"]}),
    refusals={"no theme": Refusal(options={"themes": {}})},
    waived={"limits": "the portal counts nothing that a program could see"},
)
