"""The ceiling on a platform's share, judged at plan time."""

from __future__ import annotations

from collections.abc import Collection

import attrs
from hypothesis import given
from hypothesis import strategies as st

from syndicator.insight.standing import standing
from syndicator.insight.tellings import Subject
from syndicator.model.balance import Standing, shares
from syndicator.model.config import Balance
from syndicator.model.plan import Plan, Sight, Title
from syndicator.model.release import ReleaseKey
from syndicator.model.state import State
from syndicator.planning.make import plan
from syndicator.planning.share import policies

from .titles import drop, sight, title

PLATFORMS = {"app": "native", "tube": "plain"}


def out(series: str, channel: str, count: int, state: State = State.LIVE) -> list:
    return [(ReleaseKey(series, f"ep{n:03}", channel, "all", "publish"), state, ())
            for n in range(1, count + 1)]  # fmt: skip


def seen(
    ceiling: float | None,
    there: Standing | None,
    breach: str = "block",
    **policy: object,
) -> Sight:
    base = sight()
    config = attrs.evolve(base.config, balance=Balance(measure="releases", max_share=ceiling,
                          on_breach=breach), policies={"balance": policy})  # fmt: skip
    return attrs.evolve(base, config=config, standing=there)


def releases(*published: tuple, asked: dict[str, Collection] | None = None) -> Standing:
    return standing("releases", published, asked or {}, {}, PLATFORMS)


def made(each: Title, view: Sight) -> Plan:
    return plan(each, view, policies())


def blocked(found: Plan) -> list[str]:
    return [f"{x.key.cut} {x.key.channel}" for x in found.releases
            if any(reason.code == "balance" for reason in x.blocked)]  # fmt: skip


BOTH = title(drop([1], "2026-07-01T20:00"), drop([2], "2026-07-02T20:00"),
             drop([3], "2026-07-03T20:00"), channels=("app", "tube"))  # fmt: skip
TUBE = title(drop([1], "2026-07-01T20:00"), drop([2], "2026-07-02T20:00"),
             drop([3], "2026-07-03T20:00"), channels=("tube",))  # fmt: skip


def test_without_a_ceiling_or_without_knowing_what_stands_nothing_is_said() -> None:
    assert blocked(made(TUBE, seen(None, releases()))) == []
    assert blocked(made(TUBE, seen(0.5, None))) == []


def test_what_keeps_the_ceiling_is_left_alone() -> None:
    assert blocked(made(BOTH, seen(0.5, releases()))) == []
    assert blocked(made(TUBE, seen(0.75, releases(*out("t", "app", 1))))) == []


def test_the_latest_releases_that_lift_it_above_are_named() -> None:
    found = made(TUBE, seen(0.5, releases(*out("t", "app", 1))))
    assert blocked(found) == ["ep002 tube", "ep003 tube"]
    (text,) = {reason.text for each in found.releases for reason in each.blocked}
    assert text == (
        "with all that is asked for, plain would have 75.0% of the releases; the ceiling is 50.0%"
    )


def test_it_warns_where_it_is_told_to_warn_and_says_nothing_where_it_is_off() -> None:
    stands = releases(*out("t", "app", 1))
    found = made(TUBE, seen(0.5, stands, "warn"))
    assert blocked(found) == []
    said = {each.message.partition(" ")[0] for each in found.problems}
    assert {each.code for each in found.problems} == {"balance"}
    assert "ep002" in said
    assert "ep001" not in said
    assert not made(TUBE, seen(0.5, stands, severity="off")).problems


def test_a_person_may_waive_it_with_a_reason() -> None:
    calendar = TUBE.calendars[0]
    channels = [attrs.evolve(each, waived=(("balance", "the board says so"),))
                for each in calendar.channels]  # fmt: skip
    waived = attrs.evolve(TUBE, calendars=[attrs.evolve(calendar, channels=tuple(channels))])
    assert blocked(made(waived, seen(0.5, releases(*out("t", "app", 1))))) == []


def test_what_is_out_is_never_named() -> None:
    stands = releases(*out("s", "tube", 3), *out("t", "app", 1))
    assert blocked(made(TUBE, seen(0.5, stands))) == []
    stands = releases(*out("s", "tube", 2), *out("t", "app", 1))
    assert blocked(made(TUBE, seen(0.5, stands))) == ["ep003 tube"]


def test_a_plan_after_the_plan_says_the_same() -> None:
    """What the ceiling blocked is recorded so, and its own reason does not make it disappear."""
    first = made(TUBE, seen(0.5, releases(*out("t", "app", 1))))
    published = [
        (each.key, State.BLOCKED if each.blocked else State.LIVE,
         tuple(reason.code for reason in each.blocked))
        for each in first.releases
    ]  # fmt: skip
    again = made(TUBE, seen(0.5, releases(*out("t", "app", 1), *published)))
    assert blocked(again) == blocked(first)
    other = releases(*out("t", "app", 1), *published)
    assert other.totals("u", ()) == {"native": 1, "plain": 3}


def test_two_channels_of_one_platform_count_together() -> None:
    stands = standing("releases", out("t", "app", 3), {}, {}, {"app": "same", "tube": "same"})
    assert blocked(made(TUBE, seen(0.9, stands))) == ["ep001 tube", "ep002 tube", "ep003 tube"]


def told(series: str, channel: str, *views: float) -> dict[Subject, float]:
    return {Subject(series, f"ep{n:03}", channel): each
            for n, each in enumerate(views, 1)}  # fmt: skip


def test_of_views_a_release_adds_what_the_series_had_there_on_average() -> None:
    views = told("s", "tube", 100) | told("t", "tube", 900, 800) | told("t", "app", 400)
    stands = standing("views", out("s", "tube", 1), {}, views, PLATFORMS)
    assert stands.expected("s") == {"plain": 100, "native": 400}
    assert stands.expected("u") == {"plain": 600, "native": 400}
    assert stands.totals("s", {("ep001", "tube"), ("ep002", "tube")}) == {
        "plain": 100 + 100 + 1700, "native": 400}  # fmt: skip


def test_a_release_of_which_nothing_can_be_expected_is_never_named() -> None:
    stands = standing("views", [], {}, told("t", "app", 400), PLATFORMS)
    view = seen(0.5, stands)
    assert stands.expected("s") == {"native": 400}
    assert blocked(made(TUBE, view)) == []
    assert blocked(made(BOTH, view)) == ["ep001 app", "ep002 app", "ep003 app"]


def test_revenue_is_judged_in_one_currency() -> None:
    revenue = {Subject("t", "ep001", "app", "USD"): 5.0,
               Subject("t", "ep001", "tube", "USD"): 5.0,
               Subject("t", "ep002", "tube", "JPY"): 5000.0}  # fmt: skip
    stands = standing("revenue", [], {}, revenue, PLATFORMS)
    assert (stands.currency, stands.totals("s", ())) == ("USD", {"native": 5.0, "plain": 5.0})


@given(
    st.integers(0, 12), st.integers(0, 12), st.sampled_from([0.3, 0.5, 0.6, 0.75, 0.9]),
    st.sampled_from([TUBE, BOTH]),
)  # fmt: skip
def test_what_is_left_keeps_the_ceiling_or_nothing_is_left_to_take_away(
    app: int, tube: int, ceiling: float, each: Title
) -> None:
    """And no release is named in vain: with the earliest of them back, the ceiling is broken."""
    stands = releases(*out("t", "app", app), *out("t", "tube", tube))
    found = made(each, seen(ceiling, stands))
    named = blocked(found)

    def kept(without: Collection[str]) -> dict[str, float]:
        units = {(x.key.cut, x.key.channel) for x in found.releases
                 if f"{x.key.cut} {x.key.channel}" not in without}  # fmt: skip
        return shares(stands.totals("s", units))

    at_first = kept(())
    for platform, part in kept(named).items():
        if at_first.get(platform, 0) <= ceiling + 1e-9:
            continue  # it kept the ceiling, and pays for nobody
        channel = next(name for name, own in PLATFORMS.items() if own == platform)
        mine = [x for x in named if x.endswith(channel)]
        wanted = [x for x in found.releases if x.key.channel == channel]
        assert part <= ceiling + 1e-9 or len(mine) == len(wanted)
    for platform, part in at_first.items():
        channel = next(name for name, own in PLATFORMS.items() if own == platform)
        assert part > ceiling or not any(x.endswith(channel) for x in named)
    if named:
        assert max(kept(named[1:]).values()) > ceiling
