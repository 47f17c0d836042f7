"""The rules of the house that come with syndicator: each one a policy, each one pure."""

from __future__ import annotations

from syndicator.compliance import (
    ai_disclosure,
    chain_of_title,
    content_tags,
    homogeneity,
    missing_localization,
    ratings,
)
from syndicator.model.seam import Policy


def policies() -> list[Policy]:
    """Return them, in order of id."""
    return [
        ai_disclosure.POLICY,
        chain_of_title.POLICY,
        content_tags.POLICY,
        homogeneity.POLICY,
        missing_localization.POLICY,
        ratings.POLICY,
    ]
