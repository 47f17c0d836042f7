"""What may be shown where and until when, and what is about to lose its rights: pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import attrs

from syndicator.ledger.ledger import Row
from syndicator.model.plan import Sight, Title
from syndicator.model.release import Action, Reason
from syndicator.model.state import State
from syndicator.model.territory import NOWHERE, Territories
from syndicator.planning.clearance import Clearance, Rights

STILL_TO_DO = frozenset({State.PLANNED, State.WITHDRAWING, State.HELD, State.FAILED})


@attrs.frozen(kw_only=True)
class Standing:
    """What the rights of a series say of one channel under one business model."""

    series: str
    channel: str
    model: str
    cuts: tuple[str, ...]
    """The cuts that are alike in this."""

    territories: Territories
    """Where they may be shown."""

    closings: tuple[tuple[datetime, Territories], ...]
    """When that ends, and where; what is in none has no end."""

    refused: Territories
    """Where they may not, of what is asked for."""

    reason: Reason | None


def standings(
    title: Title,
    sight: Sight,
    *,
    at: datetime,
    models: Sequence[str],
    channels: Sequence[str] = (),
    where: Territories | None = None,
) -> Iterator[Standing]:
    """Yield what may be shown of a series at an instant, channel by channel.

    Args:
        title: the series.
        sight: what planning sees.
        at: the instant, aware UTC.
        channels: which; empty means all.
        models: business models.
        where: territories that are asked for; None: those of each channel.
    """
    rights = Rights(title.avails, title.series.original_language)
    alike: dict[object, list[str]] = defaultdict(list)
    for cut in title.cuts:
        alike[rights.of(cut)].append(cut.id)
    first = {cut.id: cut for cut in title.cuts}
    for name, config in sight.config.channels.items():
        asked = config.territories & where if where is not None else config.territories
        if (channels and name not in channels) or not asked:
            continue
        for model in models:
            for cuts in alike.values():
                cleared = Clearance(rights, name, model, first[cuts[0]]).at(at, asked)
                yield Standing(
                    series=title.series.id, channel=name, model=model, cuts=tuple(cuts),
                    territories=cleared.territories, closings=cleared.closings,
                    refused=cleared.refused, reason=cleared.reason,
                )  # fmt: skip


@attrs.frozen(kw_only=True)
class Expiring:
    """Live releases whose rights end soon."""

    series: str
    channel: str
    at: datetime
    """When the rights end."""

    territories: Territories
    cuts: tuple[str, ...]
    planned: bool
    """Whether their takedown is planned; else a person has to see to it."""

    by_hand: bool
    """Whether only a person can take them off."""


def expiring(
    rows: Iterable[Row], can_withdraw: Sequence[str], *, now: datetime, within: timedelta
) -> list[Expiring]:
    """Return what loses its rights within a span, first what ends first.

    Args:
        rows: releases of the ledger.
        can_withdraw: channels that can take something off by themselves.
        now: aware UTC.
        within: how far to look ahead; what is over and still there is in it too.
    """
    live: dict[tuple[str, str, str], Row] = {}
    takedowns: list[Row] = []
    for row in rows:
        if row.key.action == Action.PUBLISH and row.state is State.LIVE:
            live[row.key[:3]] = row
        elif row.key.action == Action.WITHDRAW and row.state in STILL_TO_DO:
            takedowns.append(row)
    groups: dict[tuple[str, str, datetime, Territories, bool], list[str]] = defaultdict(list)
    covered: dict[tuple[str, str, str], Territories] = {}
    for row in takedowns:
        shown = live.get(row.key[:3])
        where = row.territories & shown.visible if shown else NOWHERE
        if where and row.at <= now + within:
            groups[row.key.series, row.key.channel, row.at, where, True].append(row.key.cut)
        if where:
            covered[row.key[:3]] = covered.get(row.key[:3], NOWHERE) | where
    for unit, row in live.items():
        left = row.visible - covered.get(unit, NOWHERE)
        if row.closes_at is not None and row.closes_at <= now + within and left == row.visible:
            groups[row.key.series, row.key.channel, row.closes_at, left, False].append(row.key.cut)
    found = [
        Expiring(series=series, channel=channel, at=at, territories=where, planned=planned,
                 cuts=tuple(sorted(cuts)), by_hand=channel not in can_withdraw)
        for (series, channel, at, where, planned), cuts in groups.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.at, each.series, each.channel))
