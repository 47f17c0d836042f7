"""What needs a person, of many releases those that are alike together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from syndicator.insight.care import Unusable, care, is_late
from syndicator.insight.looks import LOOKS
from syndicator.insight.report.material import Need
from syndicator.insight.report.tones import LATE
from syndicator.insight.report.words import cuts_in
from syndicator.ledger.bunching import Bunch
from syndicator.ledger.ledger import Row
from syndicator.model.release import Action, ReleaseKey
from syndicator.model.rollout import Standing
from syndicator.model.state import State

ALWAYS = frozenset({State.UNKNOWN, State.FAILED, State.MISSED})
WHEN_DUE = frozenset({State.BLOCKED, State.HELD})


def suspects(
    bunches: Iterable[Bunch], now: datetime, stranded: Collection[ReleaseKey] = ()
) -> list[Bunch]:
    """Return bunches that may need a person: of each, one whole row is to be read."""
    return [
        each for each in bunches
        if each.recorded and (
            each.state in ALWAYS or (each.state in WHEN_DUE and each.at <= now)
            or is_late(each, now) or _is_stranded(each, stranded)
        )
    ]  # fmt: skip


def _is_stranded(bunch: Bunch, stranded: Collection[ReleaseKey]) -> bool:
    is_takedown = bool(stranded) and bunch.action == Action.WITHDRAW
    return is_takedown and any(bunch.key(number) in stranded for number in range(len(bunch)))


def needs(
    found: Sequence[tuple[Bunch, Row]],
    tasks: Sequence[Row],
    standings: Sequence[Standing],
    now: datetime,
    *,
    unusable: Mapping[str, Unusable] | None = None,
    stranded: Mapping[ReleaseKey, str | None] | None = None,
) -> list[Need]:
    """Return what needs a person, most urgent first.

    Args:
        found: suspects, each with the whole row of its first release.
        tasks: releases that wait for a person's hands.
        standings: waves; those of which a person has to decide are in it.
        now: aware UTC.
        unusable: by name, channels that cannot be used.
        stranded: takedowns that are due on such channels, with the address of what is still seen.
    """
    bunches = {row.key: bunch for bunch, row in found}
    by_hand = {row.key for row in tasks}
    rows = [*tasks, *(row for _, row in found if row.key not in by_hand)]
    waves = [
        Need(sign="‖", what=f"wave {each.wave} of {each.series} waits for a decision",
             do=f"syndicate rollout status {each.series}")
        for each in standings if each.asks
    ]  # fmt: skip
    return waves + [
        Need(sign=LATE.sign if each.overdue or is_late(each.row, now)
             else LOOKS[each.row.state][0],
             what=f"{_name(each.row, bunches.get(each.row.key))}: {each.what}", do=each.do)
        for each in care(rows, now, unusable=unusable, stranded=stranded)
    ]  # fmt: skip


def _name(row: Row, bunch: Bunch | None) -> str:
    if bunch is None or len(bunch) == 1:
        return str(row.key)
    return f"{bunch.series} {cuts_in([bunch])} on {bunch.channel} ({bunch.wave}, {bunch.action})"
