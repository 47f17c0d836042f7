"""How the conformance kit runs the channel."""

from __future__ import annotations

from syndicator.channel.testing import Refusal, Trial
from syndicator.channel.testing.acme.sandbox import TOKEN

WORDS = {"title": "A Trial", "synopsis": "Shocking.", "keywords": ["shock"]}

ACME = Trial(
    options={"rating": "teen"},
    credentials=TOKEN,
    shows=("title", "synopsis", "media"),
    lagging={"listing_lag_seconds": 45},
    bad_options=({"rating": "everybody"},),
    refusals={"a keyword": Refusal(series={"localizations": {"en": WORDS}})},
)
