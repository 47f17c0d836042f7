"""What is in the feeds, as the ledger tells it."""

from __future__ import annotations

import json
from datetime import timedelta

from syndicator.ledger.feeding import Titled
from syndicator.ledger.ledger import Ledger
from syndicator.model.content import contents_of
from syndicator.model.plan import Change, Changes, Kind
from syndicator.model.release import Action, Reason
from syndicator.model.work import Localization, Series
from tests.planning.titles import cut

from .conftest import NOW, release

WORDS = (Localization("en", "Late"), Localization("zh-Hans", "晚"))
SERIES = Series(id="s", original_language="zh-Hans", localizations=WORDS)


def record(ledger: Ledger, *numbers: int, **more: object) -> None:
    cuts = [cut(number) for number in (1, 2, 3)]
    digests, contents = contents_of(SERIES, cuts)
    items = [
        Change(Kind.NEW, release(number, content=digests[f"ep{number:03}"], **more))
        for number in numbers
    ]
    changes = Changes(series="s", items=items, contents=contents, same=0)
    assert ledger.record(changes, now=NOW, actor="me") == 0
    assert json.loads(contents[digests["ep001"]])["cut"]["titles"] == []


def test_each_publish_that_is_not_refused_is_told_with_its_title(ledger: Ledger) -> None:
    record(ledger, 1, 2)
    record(ledger, 3, blocked=(Reason("ratings", "no"),))
    record(ledger, 1, action=Action.WITHDRAW, part="x")
    told = list(ledger.titled(NOW - timedelta(hours=1)))
    assert told == [Titled("s", "app", NOW - timedelta(minutes=1), "晚")] * 2


def test_what_was_earlier_is_left_out(ledger: Ledger) -> None:
    record(ledger, 1, late=120)
    assert not list(ledger.titled(NOW - timedelta(hours=1)))
    assert len(list(ledger.titled(NOW - timedelta(hours=3)))) == 1
