"""`syndicate show` and `syndicate explain`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.insight.care import rights_over, until
from syndicator.insight.overview import where_seen
from syndicator.ledger.ledger import Filter, Row
from syndicator.model.event import Event
from syndicator.model.moment import iso
from syndicator.model.release import Action, ReleaseKey, Task
from syndicator.model.state import State
from syndicator.model.territory import Territories


@click.command()
@click.argument("keys", nargs=-1, metavar="[RELEASE]...")
@options.filters
@options.as_json
@click.pass_obj
def show(workspace: str, /, keys: tuple[str, ...], json_: bool, **filters: tuple[str, ...]) -> int:
    """Show releases, one line each.

    RELEASE is a key as `plan` and `status` show it, or its beginning: thirsty-30/ep001.
    """
    desk = Desk(workspace)
    only = attrs.evolve(options.filter_of(**filters), keys=beginnings(keys))
    found = 0
    for row in _as_seen(desk, desk.ledger.rows(only)):
        found += 1
        if json_:
            render.line(row_json(row))
        else:
            click.echo(row_line(row, desk.config.time_zones))
    if not found and not json_:
        click.echo(render.NONE_MEANT)
    return exits.DONE


def _as_seen(desk: Desk, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield releases; of a live extension, where its publish was last proven visible."""
    publishes: dict[tuple[str, ...], Territories] = {}
    series = None
    for row in rows:
        if row.key.action != Action.EXTEND or row.state is not State.LIVE:
            yield row
            continue
        if row.key.series != series:
            series = row.key.series
            live = Filter(series=(series,), states=(str(State.LIVE),))
            publishes = where_seen(desk.ledger.rows(live))
        out = publishes.get(row.key[:3], row.territories)
        yield attrs.evolve(row, visible=row.territories & out)


@click.command()
@click.argument("key", metavar="RELEASE")
@options.as_json
@click.pass_obj
def explain(workspace: str, key: str, json_: bool) -> int:
    """Tell the whole story of one release: from the calendar line to the channel's answer."""
    desk = Desk(workspace)
    row = one_row(desk, key)
    history = desk.ledger.history(row.id)
    now = desk.now()
    paused = desk.ledger.paused(now).get(row.key.channel)
    because = list(reasons(row, paused, _waits_for(desk, row), now))
    if json_:
        render.dump(
            {
                **row_json(row),
                "because": because,
                "history": [event.as_json() for event in history],
            }
        )
        return exits.DONE
    for text in story(row, history, because, desk.config.time_zones, now):
        click.echo(text)
    return exits.DONE


def beginnings(keys: Sequence[str]) -> tuple[str, ...]:
    """Return keys, those that are only the beginning of one marked as such."""
    whole = 4
    return tuple(
        key if key.strip("/").count("/") >= whole else key.strip("/") + "/" for key in keys
    )


def one_row(desk: Desk, text: str) -> Row:
    """Return the release a user means; a beginning will do where only one begins so."""
    found = list(desk.ledger.rows(Filter(keys=beginnings([text]))))
    exact = [row for row in found if str(row.key) == text.strip("/")]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        some = "\n".join(f"  {row.key}" for row in found[:12])
        more = f"\n  … and {len(found) - 12} more" if len(found) > 12 else ""
        raise Fault(f"{text} is the beginning of {len(found)} releases; name one of:\n{some}{more}")
    raise Fault(f"the ledger has no release {text}{_near(desk, text)}")


def _near(desk: Desk, text: str) -> str:
    from difflib import get_close_matches

    series = text.partition("/")[0]
    rows = desk.ledger.rows(Filter(series=(series,)))
    near = get_close_matches(text, [str(row.key) for row in rows], 1, 0.5)
    return f"; did you mean {near[0]}?" if near else "; `syndicate show` lists them"


def _waits_for(desk: Desk, row: Row) -> Row | None:
    """Return the earlier episode that a due release waits for."""
    if not row.order or row.state not in {State.PLANNED, State.STAGED}:
        return None
    from syndicator.model.state import WAITED_FOR

    for other in desk.ledger.rows(Filter(series=(row.key.series,), channels=(row.key.channel,))):
        earlier = 0 < other.order < row.order and other.at <= row.at
        if earlier and other.key.wave == row.key.wave and other.state in WAITED_FOR:
            return other
    return None


def reasons(
    row: Row, paused: tuple[datetime, str] | None, waits_for: Row | None, now: datetime
) -> Iterator[str]:
    """Yield why a release is where it is, as sentences."""
    if row.task is not None:
        yield f"a person has to do it{until(row.task, now)}: {render.said(row.task.text)}"
    if over := rights_over(row, now):
        yield over
    for reason in row.reasons:
        yield f"{render.said(reason.text)} ({reason.code})"
    if row.error:
        yield f"the channel said: {render.said(row.error)}"
    if paused:
        end, why = paused
        yield f"the channel is left alone until {end:%Y-%m-%d %H:%M} UTC: {render.said(why)}"
    if waits_for:
        yield f"it waits for {waits_for.key}, which is {waits_for.state}"
    if row.state is State.UNKNOWN:
        yield "only the channel (syndicate reconcile) or a person (its --is-live) ends this"


def story(
    row: Row,
    history: Sequence[Event],
    because: Sequence[str],
    zones: Mapping[str, str],
    now: datetime,
) -> Iterator[str]:
    """Yield the chain from the calendar line to the channel's answer, as lines."""
    yield f"{render.glyph(row.state)} {click.style(str(row.key), bold=True)}"
    yield f"  is {render.words(row.state)} since {row.since:%Y-%m-%d %H:%M:%S} UTC"
    for text in because:
        yield f"  because {text}"
    yield from _asked(row, zones, now)
    yield click.style("  what happened", dim=True)
    for event in history:
        cause = f"  {render.said(event.cause)}" if event.cause else ""
        word = event.happened.replace("_", " ")
        yield f"    {event.at:%Y-%m-%d %H:%M:%S}  {word:<15} {event.actor}{cause}"
    yield from _answered(row, history)


def _noted(row: Row, now: datetime) -> Iterator[str]:
    for note in row.notes:
        if note.code != "deadline":
            yield f"    noted      {render.said(note.text)}"
            continue
        when = Task("", deadline=note.text)
        open_ = row.state is not State.WITHDRAWN
        said = until(when, now) if open_ else until(when, row.at)
        yield f"    deadline   {said.strip(', ')} for what only a person can do"


def _asked(row: Row, zones: Mapping[str, str], now: datetime) -> Iterator[str]:
    key: ReleaseKey = row.key
    yield click.style("  what was asked", dim=True)
    yield f"    calendar   {row.line}"
    yield f"    what       {key.action} {key.cut} of {key.series}"
    yield f"    where      {key.channel}, {render.places(row.territories, 12)} (wave {key.wave})"
    yield f"    when       {render.wall(row.at, row.territories, zones)} = {iso(row.at)}"
    yield f"    terms      {terms_text(row)}"
    yield from _noted(row, now)
    if row.closes_at:
        yield f"    rights     end on {row.closes_at:%Y-%m-%d %H:%M} UTC"
    if row.next_at:
        yield f"    next       {row.next_at:%Y-%m-%d %H:%M:%S} UTC"


def terms_text(row: Row) -> str:
    """Return terms as words."""
    terms = row.terms
    parts = [terms.model]
    if terms.free_episodes is not None:
        parts.append(f"{terms.free_episodes} episodes free")
    if terms.unlock_price:
        parts.append(f"then {terms.unlock_price}")
    return ", ".join(parts)


def _answered(row: Row, history: Sequence[Event]) -> Iterator[str]:
    if row.receipt is None:
        return
    yield click.style("  what the channel answered", dim=True)
    yield f"    its id     {render.said(row.receipt.remote_id)}"
    if row.receipt.url:
        yield f"    address    {render.said(row.receipt.url)}"
    yield f"    seen       in {render.places(row.visible, 12) or 'no territory any more'}"
    late = [event.data["lateness_s"] for event in history if "lateness_s" in (event.data or {})]
    if late:
        yield f"    lateness   {render.lateness(late[0])}"


def row_line(row: Row, zones: Mapping[str, str]) -> str:
    """Return a release as one line."""
    when = render.wall(row.at, row.territories, zones)
    text = f"{render.glyph(row.state)} {row.key}  {when}  [{_places(row)}]"
    notes = [reason.text for reason in row.reasons] + ([row.error] if row.error else [])
    if row.receipt and row.receipt.url:
        notes.append(row.receipt.url)
    return f"{text}  {render.said('; '.join(notes))}" if notes else text


def _places(row: Row) -> str:
    """Return where a release is seen, and where not any more; before and after, where asked."""
    gone = row.territories - row.visible
    opens = row.key.action in {Action.PUBLISH, Action.EXTEND}
    if row.state is not State.LIVE or not opens or not row.visible or not gone:
        return render.places(row.territories)
    seen = row.territories & row.visible
    return f"{render.places(seen) or 'nowhere'}, not {render.places(gone)}"


def row_json(row: Row) -> dict[str, Any]:
    """Return a release as schemas/release.json shows it."""
    return {
        "release": str(row.key),
        **dict(zip(ReleaseKey._fields, row.key, strict=True)),
        "state": str(row.state),
        "since": iso(row.since),
        "at": iso(row.at),
        "next_at": iso(row.next_at) if row.next_at else None,
        "territories": list(row.territories),
        "visible": list(row.visible),
        "terms": row.terms.as_json(),
        "bytes": row.size,
        "line": row.line,
        "reasons": [reason.as_json() for reason in row.reasons],
        "notes": [note.as_json() for note in row.notes],
        "error": row.error or None,
        "attempt": row.attempt,
        "receipt": row.receipt.as_json() if row.receipt else None,
        "closes_at": iso(row.closes_at) if row.closes_at else None,
    }
