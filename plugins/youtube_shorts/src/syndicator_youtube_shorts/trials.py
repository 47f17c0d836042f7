"""How the conformance kit runs the channel against the sandbox."""

from __future__ import annotations

from syndicator.channel.testing import Limit, Refusal, Trial

SHORTS = Trial(
    shows=("title", "synopsis", "media"),
    options={"territory_limit": "audience", "project": "trial"},
    credentials='{"client_id": "sandbox-client", "client_secret": "sandbox-secret"}',
    profile={"token_seconds": 10**9},
    lagging={"listing_lag_seconds": 30},
    limits=(
        Limit(field="title", most=100, unit="characters"),
        Limit(field="synopsis", most=5000, unit="bytes"),
    ),
    bad_options=({"privacy": "everyone"}, {"withdraw": "burn"}, {"category": "drama"}),
    refusals={
        "a limit of territories that it cannot keep": Refusal(
            options={"territory_limit": "refuse"}
        ),
    },
)
