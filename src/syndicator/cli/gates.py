"""What every run does for waves: keep their ladder, look at gates that are due, take off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs
import click

from syndicator.cli import render
from syndicator.insight.ladder import figures_of, scene, waits
from syndicator.model.rollout import Rung, Stand, Standing, Turn
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE
from syndicator.planning.gates import together
from syndicator.planning.ladder import HARDER, Said, laid, looked, put_off, rungs

if TYPE_CHECKING:
    from syndicator.cli.desk import Desk
    from syndicator.ledger.ledger import Filter, Row
    from syndicator.model.event import Event
    from syndicator.model.plan import Changes
    from syndicator.model.territory import Territories

AGAIN = 5
"""How often a turn is made anew because another run was faster."""

ON_ITS_WAY = frozenset({State.STAGING, State.PUBLISHING, State.PROCESSING, State.UNKNOWN})
LOOK_AGAIN = timedelta(minutes=10)
"""What is on its way when its wave is aborted is looked for again so much later."""

OPENS = frozenset({"publish", "extend"})
OVER = frozenset({State.FAILED, State.WITHDRAWN})


def turned(
    desk: Desk, make: Callable[[], Sequence[Turn]]
) -> tuple[Sequence[Turn], Sequence[Event]]:
    """Make turns and write them; anew, as things stand then, where another run was faster."""
    for _ in range(AGAIN):
        turns = make()
        events = desk.ledger.turn(turns, now=desk.now()) if turns else ()
        if events is not None:
            return turns, events
    return (), ()  # others work on it at this moment, and what is due is found again


def keep_ladder(desk: Desk, changes: Changes) -> None:
    """Keep the waves of a series as its calendars ask for them, once its releases are recorded."""
    wanted: Sequence[Rung]
    if changes.rungs is not None:
        wanted = changes.rungs
    elif changes.plan is not None:
        wanted = rungs(changes.plan.title.calendars)
    else:
        return
    keep_waves(desk, changes.series, wanted)


def keep_waves(desk: Desk, series: str, wanted: Sequence[Rung]) -> Sequence[Turn]:
    """Keep these waves of a series; return what changed."""
    if not wanted and not desk.ledger.standings((series,)):
        return ()
    said = Said(now=desk.now(), actor=desk.worker, reason="its calendar")
    gated = any(rung.gates for rung in wanted)

    def make() -> Sequence[Turn]:
        ladder = {each.wave: each for each in desk.ledger.standings((series,))}
        held = desk.ledger.held_by_gate(series) if gated else {}
        return laid(series, wanted, ladder, waits(wanted, held), said)

    turns, events = turned(desk, make)
    _tell(desk, events)
    return turns


def look_at_gates(desk: Desk, due: Sequence[str], only: Filter, *, json_: bool) -> None:
    """Look at the waves whose time has come; let go what may go on, take off what was aborted."""
    for series in due:
        if only.series and series not in only.series:
            continue
        for standing in desk.ledger.standings((series,)):
            if standing.next_at is None or standing.next_at > desk.now():
                continue
            if standing.state is Stand.ABORTED:
                take_off(desk, standing)
            else:
                _look(desk, standing, json_=json_)


def _look(desk: Desk, due: Standing, *, json_: bool) -> None:
    def make() -> Sequence[Turn]:
        seen, now = scene(desk.ledger, due.series), desk.now()
        standing = seen.ladder.get(due.wave)
        is_due = standing is not None and standing.next_at is not None and standing.next_at <= now
        if standing is None or not is_due or standing.state is not Stand.WAITING:
            return ()  # another run has looked
        follows = standing.rung.after
        if follows is not None and follows in seen.ladder and not seen.live(follows):
            return [put_off(standing, seen.waiting.get(due.wave), now)]
        looks = seen.looks(standing, figures_of(desk.ledger, due.series), now)
        return looked(standing, seen.ladder, looks, seen.waiting, now)

    turns, events = turned(desk, make)
    _tell(desk, events)
    for each in turns:
        if each.after is not None and (each.decision is not None or each.after.wave == due.wave):
            _say(each, json_=json_)
    aborted = [each.after for each in turns if each.after and each.after.state is Stand.ABORTED]
    if aborted:
        say_what_stays(desk, aborted, json_=json_)
        for standing in desk.ledger.standings((due.series,)):
            if standing.state is Stand.ABORTED and standing.next_at is not None:
                take_off(desk, standing)


def _tell(desk: Desk, events: Sequence[Event]) -> None:
    for event in events:
        desk.plugins.tell(event)


def _say(turned_: Turn, *, json_: bool) -> None:
    after, decision = turned_.after, turned_.decision
    assert after is not None  # noqa: S101 - chosen so
    if json_:
        if decision is not None:
            render.line(decision.as_json())
        else:
            render.line({"looked": {
                "series": after.series, "wave": after.wave, "state": str(after.state),
                "verdict": str(together(after.looks)),
                "gates": [each.as_json() for each in after.looks],
            }})  # fmt: skip
        return
    click.echo(f"{after.series}: {sentence(turned_)}")


def sentence(turned_: Turn) -> str:
    """Return what a turn means, as a sentence for people."""
    after, decision = turned_.after, turned_.decision
    assert after is not None  # noqa: S101 - the caller's business
    if decision is not None:
        return f"wave {after.wave} {WORDS.get(decision.verb, decision.verb)}: {decision.reason}"
    if not after.looks or after.looked_at is None:
        return f"wave {after.wave} waits: nothing of wave {after.rung.after} is out"
    return f"wave {after.wave} waits: {'; '.join(each.why for each in after.looks)}"


WORDS = {
    "opened": "opens",
    "advanced": "is advanced",
    "failed": "stays shut until a person decides",
    "paused": "is paused",
    "resumed": "goes on",
    "aborted": "is aborted",
}


# -- taking off what an aborted wave leaves --


def take_off(desk: Desk, standing: Standing) -> tuple[str, ...]:
    """Order the withdrawals that an aborted wave asks for; return their keys.

    Safe to be done twice at once and to be killed: the orders' keys are the same, and the wave
    stays due until they are recorded.
    """
    from syndicator.cli.orders import order
    from syndicator.ledger.ledger import LedgerMoved

    rows = _rows(desk, standing.series)
    decided = [each for each in desk.ledger.decisions((standing.series,))
               if each.wave == standing.wave and each.verb == "aborted"]  # fmt: skip
    actor, reason = (decided[-1].actor, decided[-1].reason) if decided else (desk.worker, "aborted")
    pieces = list(_pieces(rows, standing))
    keys: tuple[str, ...] = ()
    if pieces:
        part = f"ordered.{standing.wave}.{standing.version}"
        why = f"wave {standing.wave} was aborted: {reason}"
        try:
            keys = order(desk, pieces, actor=actor, reason=why, part=part)
        except LedgerMoved:
            keys = ()  # another run has ordered it
    later = desk.now() + LOOK_AGAIN if _may_come_out(rows, standing) else None
    done = Turn(before=standing, after=attrs.evolve(standing, next_at=later))
    desk.ledger.turn([done], now=desk.now())
    return keys


def to_take_off(desk: Desk, standing: Standing) -> list[tuple[Row, Territories]]:
    """Return what would be taken off if a wave were aborted now, and where."""
    return list(_pieces(_rows(desk, standing.series), standing))


def say_what_stays(desk: Desk, given_up: Sequence[Standing], *, json_: bool) -> None:
    """Say how many releases of a series stay live when waves are given up, and by which word."""
    series = given_up[0].series
    rows = _rows(desk, series)
    gone = _leaving(rows)
    for standing in given_up:
        for row, where in _pieces(rows, standing):
            unit = (row.key.cut, row.key.channel)
            gone[unit] = gone.get(unit, NOWHERE) | where
    stay = sum(
        row.state is State.LIVE
        and row.key.action in OPENS
        and bool(row.territories - gone.get((row.key.cut, row.key.channel), NOWHERE))
        for row in rows
    )
    scope = max((each.rung.on_abort for each in given_up), key=HARDER.index)
    if json_:
        render.line({"stay_live": stay, "series": series, "on_abort": scope})
    elif stay:
        of = f"{render.count(stay, 'release')} of {series}"
        click.echo(f"{of} {'stays' if stay == 1 else 'stay'} live (on_abort: {scope})")


def _rows(desk: Desk, series: str) -> list[Row]:
    from syndicator.ledger.ledger import Filter

    return list(desk.ledger.rows(Filter(series=(series,))))


def _is_meant(row: Row, standing: Standing) -> bool:
    scope = standing.rung.on_abort
    return row.key.action in OPENS and (
        scope == "all" or (scope == "wave" and row.key.wave == standing.wave)
    )


def _leaving(rows: Sequence[Row]) -> dict[tuple[str, str], Territories]:
    """Return by cut and channel where a person or an abort is taking it off already."""
    return {
        (row.key.cut, row.key.channel): row.territories
        for row in rows
        if row.key.action == "withdraw"
        and row.key.part.startswith("ordered")
        and row.state not in OVER
    }


def _may_come_out(rows: Sequence[Row], standing: Standing) -> bool:
    return any(_is_meant(row, standing) and row.state in ON_ITS_WAY for row in rows)


def _pieces(rows: Sequence[Row], standing: Standing) -> Iterator[tuple[Row, Territories]]:
    """Yield what is to be taken off, and where; not what is being taken off already."""
    leaving = _leaving(rows)
    meant: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.state is State.LIVE and _is_meant(row, standing):
            meant.setdefault((row.key.cut, row.key.channel), []).append(row)
    for row in rows:
        unit = (row.key.cut, row.key.channel)
        if row.key.action != "publish" or row.state is not State.LIVE or unit not in meant:
            continue
        where = row.visible
        if standing.rung.on_abort == "wave":
            codes = frozenset(code for each in meant[unit] for code in each.territories)
            where = type(where)(where.codes & codes)
        if unit in leaving:
            where = where - leaving[unit]
        if where:
            yield row, where
