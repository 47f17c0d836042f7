"""Every step of the table of states can be taken through the ledger's verbs, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicator.ledger import open_ledger
from syndicator.ledger.ledger import Claim, Filter, Ledger
from syndicator.model.plan import Kind
from syndicator.model.release import Action, Reason
from syndicator.model.state import TRANSITIONS, WAITED_FOR, Happened, State, replay

from .conftest import LEASE, LEDGERS, NOW, change, claim, live, record, release, row, settle

H, S = Happened, State
KEY = "s/ep001/app/a/publish"
LATER = NOW + LEASE
TOO_LATE = NOW + 2 * LEASE
WHY = Reason("no-rights", "no licence")
GATE = Reason("gate", "views")

STEPS = [(state, happened) for state, found in TRANSITIONS.items() if state for happened in found]


def goes(ledger: Ledger, *happened: Happened, staging: tuple[str, ...] = ()) -> Claim:
    """Record and claim the release; settle the claim with each, claiming again between."""
    record(ledger, release(give_up_at=TOO_LATE))
    (taken,) = claim(ledger, staging=staging)
    for each in happened:
        settle(ledger, taken, each)
        if each is not happened[-1]:
            (taken,) = claim(ledger, staging=staging)
    return taken


def takedown(ledger: Ledger) -> Claim:
    goes(ledger, H.SEEN_LIVE)
    record(ledger, release(action=Action.WITHDRAW))
    (taken,) = claim(ledger)
    return taken


REACH: dict[State, Callable[[Ledger], object]] = {
    S.PLANNED: lambda ledger: record(ledger, release(give_up_at=TOO_LATE)),
    S.STAGING: lambda ledger: goes(ledger, staging=("app",)),
    S.STAGED: lambda ledger: goes(ledger, H.STAGE_DONE, staging=("app",)),
    S.PUBLISHING: goes,
    S.PROCESSING: lambda ledger: goes(ledger, H.ACCEPTED),
    S.LIVE: lambda ledger: goes(ledger, H.SEEN_LIVE),
    S.WITHDRAWING: takedown,
    S.WITHDRAWN: lambda ledger: settle(ledger, takedown(ledger), H.SEEN_GONE),
    S.BLOCKED: lambda ledger: record(ledger, release(blocked=(WHY,))),
    S.HELD: lambda ledger: record(ledger, release(held=GATE)),
    S.FAILED: lambda ledger: goes(ledger, H.REFUSED),
    S.MISSED: lambda ledger: (record(ledger, release(give_up_at=NOW)), claim(ledger)),
    S.UNKNOWN: lambda ledger: goes(ledger, H.DOUBTED),
}


def key_of(state: State, happened: Happened) -> str:
    of_takedown = state is S.WITHDRAWING or happened is H.TAKEDOWN_BEGAN
    return "s/ep001/app/a/withdraw" if of_takedown else KEY


def make_happen(ledger: Ledger, state: State, happened: Happened, taken: object) -> None:
    """Let it happen by the verb that lets it happen in a run."""
    if state is S.STAGING and happened in {H.REPLANNED, H.BLOCKED, H.HELD, H.CANCELLED}:
        settle(ledger, taken, H.WAITED)  # nobody touches it while somebody works on it
        taken = None
    planned = {H.REPLANNED, H.BLOCKED, H.PLANNED, H.BOUNDED}
    if happened in planned or (state, happened) == (S.BLOCKED, H.HELD):
        changed(ledger, state, happened)
    elif happened is H.CHANGED:
        record(ledger, release(action=Action.UPDATE, content="c2"))
        live(ledger, claim(ledger)[0])
    elif state is S.LIVE:
        record(ledger, release(action=Action.WITHDRAW))
        settle(ledger, claim(ledger)[0], H.SEEN_GONE)
    elif happened is H.MISSED and state is not S.HELD:
        assert claim(ledger, now=TOO_LATE) == []
    elif happened in {H.STAGE_BEGAN, H.OPEN_BEGAN, H.TAKEDOWN_BEGAN}:
        began = ("app",) if happened is H.STAGE_BEGAN else ()
        assert len(claim(ledger, staging=began, now=LATER)) == 1
    elif isinstance(taken, Claim) and taken.row.state is state:
        settle(ledger, taken, happened)
    elif state is S.PROCESSING and happened not in {H.DECLARED_LIVE, H.DECLARED_ABSENT}:
        settle(ledger, claim(ledger)[0], happened)
    else:
        tell(ledger, happened)


def changed(ledger: Ledger, state: State, happened: Happened) -> None:
    wanted = {
        H.BOUNDED: (Kind.BOUNDED, release(give_up_at=TOO_LATE)),
        H.REPLANNED: (Kind.MOVED, release(late=-9)),
        H.BLOCKED: (Kind.BLOCKED, release(blocked=(WHY,))),
        H.PLANNED: (Kind.FREED, release()),
        H.HELD: (Kind.HELD, release(held=GATE)),
    }
    assert change(ledger, *wanted[happened]) == 0


def tell(ledger: Ledger, happened: Happened) -> None:
    (event,) = ledger.tell([row(ledger).id], happened, now=NOW, actor="mia", cause="said so")
    assert (event.happened, event.actor, event.cause) == (happened, "mia", "said so")


@pytest.mark.parametrize(("state", "happened"), STEPS, ids=str)
def test_every_step_is_taken_by_a_verb(ledger: Ledger, state: State, happened: Happened) -> None:
    if (state, happened) == (S.PLANNED, H.TAKEDOWN_BEGAN):
        record(ledger, release(action=Action.WITHDRAW))
        taken: object = None
    elif (state, happened) == (S.PLANNED, H.STAGE_BEGAN) or (state, happened) == (
        S.PLANNED,
        H.OPEN_BEGAN,
    ):
        taken = record(ledger, release())
    else:
        taken = REACH[state](ledger)
    key = key_of(state, happened)
    assert row(ledger, key).state is state
    make_happen(ledger, state, happened, taken)
    found = row(ledger, key)
    history = ledger.history(found.id)
    assert found.state is TRANSITIONS[state][happened]
    assert (history[-1].happened, history[-1].state) == (happened, found.state)
    assert replay(event.happened for event in history) is found.state


@pytest.mark.parametrize("state", REACH, ids=str)
def test_what_the_table_does_not_know_changes_nothing(ledger: Ledger, state: State) -> None:
    REACH[state](ledger)
    before = list(ledger.rows(Filter())), [event.number for event in ledger.events()]
    ids = [each.id for each in before[0]]
    for happened in set(Happened) - set(TRANSITIONS[state]) - set(TRANSITIONS[S.WITHDRAWN]):
        if not any(happened in TRANSITIONS[each.state] for each in before[0]):
            assert ledger.tell(ids, happened, now=NOW, actor="mia", cause="") == []
    assert (list(ledger.rows(Filter())), [event.number for event in ledger.events()]) == before


# -- any history at all --

RELEASES = [
    release(number, action=action, wave=wave, content=content)
    for number in (1, 2)
    for action, wave, content in (
        (Action.PUBLISH, "a", "c1"), (Action.EXTEND, "b", "c1"), (Action.UPDATE, "a", "c2"),
        (Action.WITHDRAW, "a", "c1"),
    )
]  # fmt: skip
TOLD = [H.HELD, H.RESUMED, H.RETRIED, H.CANCELLED, H.DECLARED_LIVE, H.DECLARED_ABSENT]
KINDS = {
    Kind.MOVED: {S.PLANNED, S.STAGED, S.HELD, S.FAILED, S.MISSED, S.PUBLISHING},
    Kind.BLOCKED: {S.PLANNED, S.STAGED, S.HELD, S.BLOCKED, S.STAGING},
    Kind.HELD: {S.PLANNED, S.STAGED, S.HELD, S.BLOCKED},
    Kind.FREED: {S.HELD, S.BLOCKED},
    Kind.GONE: {S.PLANNED, S.STAGED, S.HELD, S.BLOCKED},
    Kind.BOUNDED: {S.PUBLISHING, S.PROCESSING, S.UNKNOWN},
}
numbers = st.integers(0, 99)
DEEDS = st.one_of(
    st.tuples(st.just("record"), st.sampled_from(RELEASES)),
    st.tuples(st.just("claim"), st.booleans()),
    st.tuples(st.just("settle"), numbers),
    st.tuples(st.just("settle"), numbers),
    st.tuples(st.just("lapse"), numbers),
    st.tuples(st.just("tell"), st.sampled_from(TOLD)),
    st.tuples(st.just("change"), st.sampled_from([*KINDS])),
)


@pytest.mark.parametrize("url", LEDGERS.values(), ids=[*LEDGERS])
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, min_size=5, max_size=40))
def test_whatever_happens_the_events_replay_to_the_states(
    url: str, deeds: list[tuple[str, object]]
) -> None:
    with TemporaryDirectory() as folder:
        ledger = open_ledger(url, Path(folder))
        try:
            _History(ledger).live(deeds)
            _check(ledger)
        finally:
            ledger.close()


class _History:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = NOW
        self.claims: list[Claim] = []
        self.tokens: dict[int, int] = {}

    def live(self, deeds: list[tuple[str, object]]) -> None:
        for name, what in deeds:
            self.now += timedelta(seconds=1)
            getattr(self, f"_{name}")(what)

    def _record(self, wanted) -> None:
        if wanted.key not in self.ledger.known("s"):
            record(self.ledger, wanted)

    def _claim(self, stages: bool) -> None:
        for taken in claim(self.ledger, now=self.now, staging=("app",) if stages else ()):
            assert taken.token > self.tokens.get(taken.row.id, 0)
            self.tokens[taken.row.id] = taken.token
            self.claims.append(taken)
            self._in_order(taken)
        self._takedowns_are_alone()

    def _in_order(self, taken: Claim) -> None:
        """Check that nothing that this one waits for was overtaken."""
        before = [event.state for event in self.ledger.history(taken.row.id)]
        if taken.phase != "open" or not taken.row.order or before[-2] is S.PUBLISHING:
            return
        for each in self.ledger.rows(Filter()):
            same = (each.key.wave, each.key.action) == (taken.row.key.wave, taken.row.key.action)
            if same and 0 < each.order < taken.row.order and each.at <= taken.row.at:
                assert each.state not in WAITED_FOR

    def _takedowns_are_alone(self) -> None:
        held = [each for each in self.ledger.rows(Filter()) if each.worker]
        for each in held:
            if each.key.action == Action.WITHDRAW:
                others = [other for other in held if other.key.cut == each.key.cut]
                assert [other.key for other in others if other.state is not S.STAGING] == [each.key]

    def _settle(self, number: int) -> None:
        if not self.claims:
            return
        taken = self.claims.pop(number % len(self.claims))
        never = {H.STAGE_BEGAN, H.OPEN_BEGAN, H.TAKEDOWN_BEGAN, H.BOUNDED}
        possible = [each for each in TRANSITIONS[taken.row.state] if each not in never]
        settle(self.ledger, taken, possible[number % len(possible)], self.now)

    def _lapse(self, number: int) -> None:
        self.claims.clear()
        self.now += LEASE

    def _tell(self, happened: Happened) -> None:
        ids = [each.id for each in self.ledger.rows(Filter())]
        self.ledger.tell(ids, happened, now=self.now, actor="mia", cause="said so")

    def _change(self, kind: Kind) -> None:
        for wanted in RELEASES:
            known = self.ledger.known("s").get(wanted.key)
            if known is None or known.state not in KINDS[kind]:
                continue
            new = None if kind is Kind.GONE else _as(kind, wanted.key)
            change(self.ledger, kind, new, known=known, now=self.now)
            return


def _as(kind: Kind, key):
    return release(
        int(key.cut[2:]), action=key.action, wave=key.wave, late=-1 if kind is Kind.MOVED else 1,
        blocked=(WHY,) if kind is Kind.BLOCKED else (), held=GATE if kind is Kind.HELD else None,
    )  # fmt: skip


def _check(ledger: Ledger) -> None:
    known = ledger.known("s")
    for each in ledger.rows(Filter()):
        history = ledger.history(each.id)
        assert replay(event.happened for event in history) is each.state
        assert [event.state for event in history] == list(_folded(history))
        assert known[each.key].state is each.state
        if each.key.action == Action.PUBLISH:
            assert bool(each.visible) == (each.state is S.LIVE), "visible is what is live"
        assert (each.next_at is None) == (each.state in _AT_REST), "nothing hangs silently"
    assert ledger.facts().integrity == []


_AT_REST = {S.LIVE, S.WITHDRAWN, S.BLOCKED, S.HELD, S.FAILED, S.MISSED, S.UNKNOWN}


def _folded(history) -> Iterator[State | None]:
    return (replay(each.happened for each in history[:n]) for n in range(1, len(history) + 1))
