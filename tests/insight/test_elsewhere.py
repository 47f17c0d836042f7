"""Where a title could go: by calendar, rights and limits."""

from __future__ import annotations

import attrs

from syndicator.insight.elsewhere import Way, ways
from syndicator.planning.make import plan
from tests.planning.titles import PLAIN, avail, drop, sight, title, utc, wave

NOW = utc("2026-06-01T00:00")
DROPS = [drop([1, 2, 3], "2026-07-01T20:00")]


def way(made: object, seen: object = None, *, out: tuple = ()) -> Way:
    seen = seen or sight()
    (found,) = ways(plan(made, seen), seen, lost=["ep001", "ep002", "ep003"], out=out,
                    channels=[("tube", "plain")], now=NOW)  # fmt: skip
    return found


def test_no_calendar_asks_for_it_and_nothing_forbids_it() -> None:
    found = way(title(*DROPS, channels=("app",)))
    assert found.free == ("ep001", "ep002", "ep003")
    assert str(found.territories) == "AU BR DE ID IN US"


def test_what_is_there_and_what_is_asked_for() -> None:
    found = way(title(*DROPS, channels=("app", "tube")), out={("ep001", "tube")})
    assert (found.there, found.asked) == (("ep001",), ("ep002", "ep003"))
    assert found.first_at == utc("2026-07-01T20:00")


def test_rights_are_asked_for_that_instant() -> None:
    later = [avail("WORLD", opens="2026-06-02T00:00")]
    found = way(title(*DROPS, channels=("app",), avails=later))
    (refused,) = found.refused
    assert (refused.reason.code, refused.cuts) == ("no-rights", ("ep001", "ep002", "ep003"))
    alone = [avail("WORLD"), avail("BR", exclusive=True, channels=("app",))]
    (refused,) = way(title(*DROPS, channels=("app",), avails=alone)).refused
    assert refused.reason.code == "exclusive"


def test_a_channel_that_opens_territories_one_by_one_takes_what_there_is() -> None:
    made = title(*DROPS, channels=("tube",), avails=[avail("BR", "DE")])
    seen = sight()
    (found,) = ways(plan(made, seen), seen, lost=["ep001"], out=(), channels=[("app", "native")],
                    now=NOW)  # fmt: skip
    assert (found.free, str(found.territories)) == (("ep001",), "BR DE")


def test_limits_and_takedowns_block_too() -> None:
    short = attrs.evolve(PLAIN, seconds=(61, 600))
    (refused,) = way(title(*DROPS, channels=("app",)), sight(tube=short)).refused
    assert refused.reason.code == "running-time"
    stays = attrs.evolve(PLAIN, withdraws=False)
    made = title(*DROPS, channels=("app",), avails=[avail("WORLD", closes="2027-01-01T00:00")])
    (refused,) = way(made, sight(tube=stays)).refused
    assert refused.reason.code == "cannot-withdraw"


def test_what_the_calendar_blocks_there_is_told_with_its_reason() -> None:
    waves = (wave("w", "BR", "DE"),)
    (refused,) = way(title(*DROPS, channels=("tube",), waves=waves)).refused
    assert refused.reason.code == "no-wave"
