"""What needs a person, told at once where something should be gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from syndicator.insight.care import care
from syndicator.ledger.ledger import Row
from syndicator.model.release import Action, ReleaseKey
from syndicator.model.state import State
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BR = Territories.parse(["BR"])


def row(action: Action, *, late: int = 1, **more: Any) -> Row:
    at = NOW - timedelta(minutes=late)
    return Row(
        id=1, key=ReleaseKey("s", "ep001", "tube", "a", action), at=at, begin_at=at, next_at=NOW,
        since=at, territories=BR, visible=BR, terms=Terms(), content="c", order=0, size=0, line="",
        **{"state": State.PLANNED, **more},
    )  # fmt: skip


def test_a_takedown_that_is_put_off_is_said_at_once_and_a_release_after_a_while() -> None:
    fails = row(Action.WITHDRAW, error="the platform is down", attempt=1)
    (found,) = care([fails], NOW)
    assert found.what == "it should be gone and is not yet: the platform is down"
    assert care([row(Action.PUBLISH, error="the platform is down", attempt=1)], NOW) == []


def test_one_that_nobody_has_tried_yet_or_that_is_not_due_is_left_to_the_next_run() -> None:
    assert care([row(Action.WITHDRAW)], NOW) == []
    assert care([row(Action.WITHDRAW, late=-60, error="no route", attempt=1)], NOW) == []
